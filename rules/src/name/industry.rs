//! Which words before the form tell the industry (行业或经营特点), and where does the trade name end?
//!
//! The industry is the longest chain of lexicon words at the end of the text that leaves a trade name of at least two
//! characters, the legal minimum (企业名称登记管理规定, art. 8). It deliberately assigns no code of GB/T 4754: wording
//! in a name is free, and classification needs the business scope.

use std::sync::LazyLock;

use super::lexicon::{Lexicon, data_lines};

/// The legal minimum of a trade name.
pub(super) const N_TRADE_CHARS_MIN: usize = 2;

/// Industries in names are short; a chain is followed no further back than this.
const N_CHAIN_CHARS_MAX: usize = 32;

/// Whether a word can also be a trade name (创新, 海洋): it may then not be all that a name has.
type IsTradeLike = bool;

static FILE: &str = include_str!("../../data/name/industry.txt");

static WORDS: LazyLock<Lexicon<IsTradeLike>> = LazyLock::new(|| {
    Lexicon::new(data_lines(FILE).map(|line| line.strip_suffix('*').map_or((line, false), |word| (word, true))))
});

/// All words of the lexicon.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    data_lines(FILE).map(|line| line.trim_end_matches('*'))
}

/// Whether the whole text is a chain of words.
pub(super) fn is_chain(text: &str) -> bool {
    let tail = Tail::of(text);
    tail.is_whole && tail.chains.any & bit(tail.n_chars) != 0
}

/// Whether a word at the end of `text` has more bytes than `n_bytes`.
pub(super) fn ends_with_longer(text: &str, n_bytes: usize) -> bool {
    WORDS.words_back(text.chars().rev()).any(|word| word.len > n_bytes)
}

/// Bytes of the industry at the end of `text`, which is a name without its region and form.
///
/// `may_take_all` is for names whose region tells them apart: 北京机床厂 has no trade name.
pub(super) fn len_at_end(text: &str, may_take_all: MayTakeAll) -> usize {
    let tail = Tail::of(text);
    let takes_all = tail.is_whole && may_take_all == MayTakeAll::Yes && tail.chains.plain & bit(tail.n_chars) != 0;
    let n_chars_max =
        if tail.is_whole && !takes_all { tail.n_chars.saturating_sub(N_TRADE_CHARS_MIN) } else { tail.n_chars };
    tail.longest_chain_len(n_chars_max)
}

/// Bytes before the longest chain at the end of `text`, even if they are too few for a trade name.
///
/// A chain that takes the whole text and may not leaves all of it: 创新科技 is 创新 and 科技.
pub(super) fn len_before_longest(text: &str) -> usize {
    let tail = Tail::of(text);
    let takes_all = tail.is_whole && tail.chains.plain & bit(tail.n_chars) != 0;
    let n_chars_max = if tail.is_whole && !takes_all { tail.n_chars.saturating_sub(1) } else { tail.n_chars };
    text.len() - tail.longest_chain_len(n_chars_max)
}

/// The end of a text, as far back as chains are followed.
struct Tail {
    /// Characters from the last to the first.
    back: [char; N_CHAIN_CHARS_MAX],
    n_chars: usize,
    /// Nothing stands before it.
    is_whole: bool,
    chains: Chains,
}

impl Tail {
    fn of(text: &str) -> Tail {
        let mut back = ['\0'; N_CHAIN_CHARS_MAX];
        let mut n_chars = 0;
        let mut n_bytes = 0;
        for (slot, char) in back.iter_mut().zip(text.chars().rev()) {
            *slot = char;
            n_chars += 1;
            n_bytes += char.len_utf8();
        }
        Tail { back, n_chars, is_whole: n_bytes == text.len(), chains: chains(&back[..n_chars]) }
    }

    /// Bytes of the longest chain of at most so many characters.
    fn longest_chain_len(&self, n_chars_max: usize) -> usize {
        let n_chars = (1..=n_chars_max).rev().find(|n_chars| self.chains.any & bit(*n_chars) != 0).unwrap_or(0);
        self.back[..n_chars].iter().map(|char| char.len_utf8()).sum()
    }
}

/// Whether the industry may leave no trade name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MayTakeAll {
    Yes,
    No,
}

/// By bit n: whether the last n characters are a chain of words.
struct Chains {
    /// Any chain.
    any: u64,
    /// Chains that do not begin with a word that is also a trade name.
    plain: u64,
}

fn bit(n_chars: usize) -> u64 {
    1 << n_chars
}

fn chains(back: &[char]) -> Chains {
    let mut chains = Chains { any: bit(0), plain: 0 };
    for n_done in 0..back.len() {
        if chains.any & bit(n_done) == 0 {
            continue;
        }
        for word in WORDS.words_back(back[n_done..].iter().copied()) {
            let reached = bit(n_done + word.n_chars);
            chains.any |= reached;
            if !word.value {
                chains.plain |= reached;
            }
        }
    }
    chains
}

#[cfg(test)]
mod tests;
