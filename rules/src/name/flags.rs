//! How is a small set of named facts kept in two bytes and still printed as words?
//!
//! [`flag_set!`] writes the type; it deliberately has no way to remove a flag, because facts about a name only add up.

/// Defines a set of flags with `contains`, `is_empty`, `names`, `|=` and a serialized form (a list of words).
macro_rules! flag_set {
    ($(#[$meta:meta])* $set:ident, read by $reader:literal { $($(#[$flag_meta:meta])* $flag:ident = $bit:literal, $name:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $set(u16);

        impl $set {
            /// The empty set.
            pub const NONE: $set = $set(0);
            $($(#[$flag_meta])* pub const $flag: $set = $set(1 << $bit);)*

            const NAMES: &[($set, &'static str)] = &[$(($set::$flag, $name)),*];

            /// Returns whether every flag of `other` is in this set.
            ///
            /// ```
            #[doc = concat!("use minglu_rules::name::{parse, ", stringify!($set), "};")]
            #[doc = concat!("let set = parse(\"明鹭科技有限公司(本部)\").", $reader, "();")]
            #[doc = concat!("assert!(set.contains(", stringify!($set), "::NONE));")]
            /// ```
            pub fn contains(self, other: $set) -> bool {
                self.0 & other.0 == other.0
            }

            /// Returns whether the set holds nothing.
            ///
            /// ```
            #[doc = concat!("use minglu_rules::name::{parse, ", stringify!($set), "};")]
            #[doc = concat!("let set = parse(\"明鹭科技有限公司(本部)\").", $reader, "();")]
            #[doc = "assert!(!set.is_empty());"]
            /// ```
            pub fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// Lists the flags as words, in the order of their declaration.
            ///
            /// ```
            #[doc = concat!("use minglu_rules::name::{parse, ", stringify!($set), "};")]
            #[doc = concat!("let set = parse(\"明鹭科技有限公司(本部)\").", $reader, "();")]
            #[doc = "assert_eq!(set.names().count(), 1);"]
            /// ```
            pub fn names(self) -> impl Iterator<Item = &'static str> {
                Self::NAMES.iter().filter(move |(flag, _)| self.contains(*flag)).map(|(_, name)| *name)
            }
        }

        impl std::ops::BitOrAssign for $set {
            fn bitor_assign(&mut self, other: $set) {
                self.0 |= other.0;
            }
        }

        impl serde::Serialize for $set {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.names())
            }
        }
    };
}

pub(super) use flag_set;
