//! What did folding change? A small set of named steps, kept so that a comparison can explain itself.
//!
//! It does not say where in the text a step applied; the original text is always kept beside the folded one.

use std::fmt;
use std::ops::BitOrAssign;

use serde::{Serialize, Serializer};

/// The set of folding steps that changed something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FoldSteps(u8);

impl FoldSteps {
    /// The text was folded already.
    pub const NONE: FoldSteps = FoldSteps(0);
    /// Full-width and other compatibility forms were replaced (NFKC).
    pub const WIDTH: FoldSteps = FoldSteps(1);
    /// Another kind of bracket became `(` or `)`.
    pub const BRACKETS: FoldSteps = FoldSteps(1 << 1);
    /// White space or invisible characters were deleted or unified.
    pub const SPACES: FoldSteps = FoldSteps(1 << 2);
    /// Punctuation or symbols were deleted or unified.
    pub const PUNCTUATION: FoldSteps = FoldSteps(1 << 3);
    /// Traditional characters were simplified.
    pub const SIMPLIFIED: FoldSteps = FoldSteps(1 << 4);
    /// Small letters became capital letters.
    pub const UPPER_CASE: FoldSteps = FoldSteps(1 << 5);

    const NAMES: [(FoldSteps, &'static str); 6] = [
        (FoldSteps::WIDTH, "width"),
        (FoldSteps::BRACKETS, "brackets"),
        (FoldSteps::SPACES, "spaces"),
        (FoldSteps::PUNCTUATION, "punctuation"),
        (FoldSteps::SIMPLIFIED, "simplified"),
        (FoldSteps::UPPER_CASE, "upper-case"),
    ];

    /// Returns whether every step of `other` is in this set.
    ///
    /// ```
    /// use minglu_rules::text::{FoldSteps, fold_into};
    /// let steps = fold_into("明鷺", &mut String::new());
    /// assert!(steps.contains(FoldSteps::SIMPLIFIED));
    /// ```
    pub fn contains(self, other: FoldSteps) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns whether nothing was changed.
    ///
    /// ```
    /// assert!(minglu_rules::text::fold_into("明鹭", &mut String::new()).is_empty());
    /// ```
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Lists the steps by name, in the order in which folding applies them.
    ///
    /// ```
    /// let steps = minglu_rules::text::fold_into("明鷺 data", &mut String::new());
    /// assert!(steps.names().eq(["spaces", "simplified", "upper-case"]));
    /// ```
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(step, _)| self.contains(*step)).map(|(_, name)| name)
    }

    pub(super) const fn bits(self) -> u8 {
        self.0
    }

    pub(super) const fn from_bits(bits: u8) -> FoldSteps {
        FoldSteps(bits)
    }

    pub(super) fn set_if(&mut self, step: FoldSteps, condition: bool) {
        if condition {
            *self |= step;
        }
    }
}

impl BitOrAssign for FoldSteps {
    fn bitor_assign(&mut self, other: FoldSteps) {
        self.0 |= other.0;
    }
}

impl fmt::Display for FoldSteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (idx, name) in self.names().enumerate() {
            if idx > 0 {
                f.write_str("+")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

impl Serialize for FoldSteps {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}
