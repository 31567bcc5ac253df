//! What did the parser do to a name before and while cutting it? Kept so that a comparison can explain itself.

use super::flags::flag_set;

flag_set! {
    /// The set of steps that changed or split a name.
    ///
    /// ```
    /// use minglu_rules::name::{self, NameSteps};
    /// assert!(name::parse("明鹭有限公司一分公司").steps().contains(NameSteps::ORDINALS_WRITTEN));
    /// ```
    NameSteps, read by "steps" {
        /// The text was longer than any name and was cut.
        CUT = 0, "cut";
        /// Annotations were taken from the end.
        ANNOTATIONS_STRIPPED = 1, "annotations-stripped";
        /// Ordinals of a branch were written in Arabic digits.
        ORDINALS_WRITTEN = 2, "ordinals-written";
        /// The tail of a branch was split from its parent.
        BRANCH_SPLIT = 3, "branch-split";
        /// A bracket was moved to its place in the legal order.
        REORDERED = 4, "reordered";
    }
}
