//! Which codes are one unit's, because a person said that it was recoded?
//!
//! Every code of a class stands for its smallest, so that neither the order of judgements nor that of codes matters.

use std::num::NonZeroU64;

use hashbrown::HashMap;

/// Codes that stand for others; empty unless somebody judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recodings {
    /// From each code that is not the smallest of its class to the smallest.
    smallest: HashMap<NonZeroU64, NonZeroU64>,
}

impl Recodings {
    /// Makes classes of codes, which are given as the keys that [`crate::law::standing`] finds, in pairs.
    ///
    /// ```
    /// use std::num::NonZeroU64;
    /// use minglu_rules::judgement::Recodings;
    /// let [old, new, newest] = [30, 10, 20].map(|code| NonZeroU64::new(code).unwrap()); // 两次换码
    /// let codes = Recodings::new([(old, newest), (newest, new)]);
    /// assert_eq!([old, new, newest].map(|code| codes.of(code)), [new; 3]);
    /// assert_eq!(codes, Recodings::new([(new, newest), (old, newest)]));
    /// ```
    pub fn new(pairs: impl IntoIterator<Item = (NonZeroU64, NonZeroU64)>) -> Self {
        let mut lower: HashMap<NonZeroU64, NonZeroU64> = HashMap::new();
        for (a, b) in pairs {
            let (a, b) = (root(&lower, a), root(&lower, b));
            if a != b {
                lower.insert(a.max(b), a.min(b));
            }
        }
        let smallest = lower.keys().map(|code| (*code, root(&lower, *code))).collect();
        Self { smallest }
    }

    /// The code that a code stands for: itself, unless a person said otherwise.
    ///
    /// ```
    /// use std::num::NonZeroU64;
    /// let code = NonZeroU64::new(7).unwrap(); // 组织机构代码
    /// assert_eq!(minglu_rules::judgement::Recodings::default().of(code), code);
    /// ```
    pub fn of(&self, code: NonZeroU64) -> NonZeroU64 {
        self.smallest.get(&code).copied().unwrap_or(code)
    }

    /// Whether no code stands for another.
    ///
    /// ```
    /// assert!(minglu_rules::judgement::Recodings::default().is_empty()); // 无人裁决换码
    /// ```
    pub fn is_empty(&self) -> bool {
        self.smallest.is_empty()
    }

    /// All codes of classes of several, in no order; a code may come twice.
    ///
    /// ```
    /// # use std::num::NonZeroU64;
    /// # use minglu_rules::judgement::Recodings;
    /// let [old, new] = [5, 7].map(|code| NonZeroU64::new(code).unwrap()); // 换发前后的代码
    /// assert_eq!(Recodings::new([(old, new)]).codes().count(), 2);
    /// ```
    pub fn codes(&self) -> impl Iterator<Item = NonZeroU64> {
        self.smallest.iter().flat_map(|(code, smallest)| [*code, *smallest])
    }
}

/// Each step leads to a smaller code, so that it ends.
fn root(lower: &HashMap<NonZeroU64, NonZeroU64>, mut code: NonZeroU64) -> NonZeroU64 {
    while let Some(next) = lower.get(&code) {
        code = *next;
    }
    code
}
