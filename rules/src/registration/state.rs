//! Does a unit still operate? The states that departments write, brought to one list.
//!
//! The list is that of the statistical form (运营状态) with the market regulator's states in between. A state says what a
//! department has on file, not what is true on the ground.

use std::sync::LazyLock;

use hashbrown::HashMap;
use serde::{Serialize, Serializer};

use super::folded;

static STATES_TSV: &str = include_str!("../../data/registration/states.tsv");

/// What a department has on file about a unit's operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperatingState {
    /// 存续, 在业, 开业, 正常.
    Operating,
    /// 停业, 歇业.
    Suspended,
    /// 筹建.
    Preparing,
    /// 关闭.
    Closed,
    /// 破产.
    Bankrupt,
    /// 注销.
    Cancelled,
    /// 吊销: the licence was taken away, the unit still exists in law.
    Revoked,
    /// 注销中, 清算.
    Dissolving,
    /// 迁出.
    MovedOut,
    /// 撤销: the registration was declared void.
    Withdrawn,
    /// 其他.
    Other,
}

/// In the order of the enumeration: the word of the file, the Chinese name.
const STATES: [(OperatingState, &str, &str); 11] = [
    (OperatingState::Operating, "operating", "存续"),
    (OperatingState::Suspended, "suspended", "停业"),
    (OperatingState::Preparing, "preparing", "筹建"),
    (OperatingState::Closed, "closed", "关闭"),
    (OperatingState::Bankrupt, "bankrupt", "破产"),
    (OperatingState::Cancelled, "cancelled", "注销"),
    (OperatingState::Revoked, "revoked", "吊销"),
    (OperatingState::Dissolving, "dissolving", "注销中"),
    (OperatingState::MovedOut, "moved_out", "迁出"),
    (OperatingState::Withdrawn, "withdrawn", "撤销"),
    (OperatingState::Other, "other", "其他"),
];

impl OperatingState {
    /// The Chinese name, one word for all departments.
    ///
    /// ```
    /// use minglu_rules::registration::read_state;
    /// assert_eq!(read_state("在营（开业）企业").unwrap().name(), "存续");
    /// ```
    pub fn name(self) -> &'static str {
        STATES[self as usize].2
    }

    /// The English word.
    ///
    /// ```
    /// use minglu_rules::registration::OperatingState;
    /// assert_eq!(OperatingState::Revoked.as_str(), "revoked"); // 吊销
    /// ```
    pub fn as_str(self) -> &'static str {
        STATES[self as usize].1
    }

    /// Whether the unit may be at work: it is not gone, nor its licence.
    ///
    /// ```
    /// use minglu_rules::registration::read_state;
    /// assert!(read_state("存续").unwrap().is_alive() && !read_state("吊销").unwrap().is_alive());
    /// ```
    pub fn is_alive(self) -> bool {
        matches!(self, Self::Operating | Self::Suspended | Self::Preparing)
    }
}

impl Serialize for OperatingState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The state that a text names, by word or by the code of the statistical form or of the market regulator.
///
/// ```
/// use minglu_rules::registration::{OperatingState, read_state};
/// assert_eq!(read_state("存續"), Some(OperatingState::Operating));
/// assert_eq!(read_state("吊销，未注销"), Some(OperatingState::Revoked));
/// assert_eq!(read_state("吊销，已注销"), Some(OperatingState::Cancelled));
/// assert_eq!(read_state("1"), Some(OperatingState::Operating)); // 正常运营
/// assert_eq!(read_state("蓝色"), None);
/// ```
pub fn read_state(text: &str) -> Option<OperatingState> {
    static STATES_BY_WORD: LazyLock<HashMap<String, OperatingState>> = LazyLock::new(parse);
    STATES_BY_WORD.get(folded(text).as_str()).copied()
}

fn parse() -> HashMap<String, OperatingState> {
    let mut by_word = HashMap::new();
    for line in STATES_TSV.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [word, name, statistics, market, others] = columns[..] else { continue };
        let Some((state, _, _)) = STATES.iter().find(|(_, known, _)| *known == word) else { continue };
        let mut texts: Vec<String> = [name, statistics, market, word].map(folded).into();
        texts.extend(others.split('|').map(folded));
        // 1 正常运营: forms often print the code before the word.
        let with_code: Vec<String> = texts.iter().map(|text| folded(statistics) + text).collect();
        for text in texts.into_iter().chain(with_code).filter(|text| !text.is_empty()) {
            by_word.insert(text, *state);
        }
    }
    by_word
}
