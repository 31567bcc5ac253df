//! How do two sorted lists differ, one of which is stored and the other computed?
//!
//! Both are walked side by side, so that neither need be in memory.

use std::cmp::Ordering;

use minglu_graph::StoreError;

use crate::error::Result;

/// Where a stored and a computed list differ.
pub(super) enum Difference<K, S, C> {
    /// It is stored and does not follow from the records.
    Surplus(K, S),
    /// It follows from the records and is not stored.
    Missing(K, C),
    /// It is stored as the first and computed as the second.
    Both(K, S, C),
}

/// Walks two lists in the order of their keys; tells everything that only one of them has, and every pair of what both have.
pub(super) fn walk<K: Ord, S, C>(
    stored: impl Iterator<Item = std::result::Result<(K, S), StoreError>>,
    computed: impl Iterator<Item = (K, C)>,
    mut tell: impl FnMut(Difference<K, S, C>) -> Result<()>,
) -> Result<()> {
    let (mut stored, mut computed) = (stored, computed.peekable());
    let mut next = stored.next().transpose()?;
    loop {
        let order = match (&next, computed.peek()) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((key, _)), Some((other, _))) => key.cmp(other),
        };
        let one = if order == Ordering::Greater { None } else { next.take() };
        let other = if order == Ordering::Less { None } else { computed.next() };
        match (one, other) {
            (Some((key, one)), Some((_, other))) => tell(Difference::Both(key, one, other))?,
            (Some((key, one)), None) => tell(Difference::Surplus(key, one))?,
            (None, Some((key, other))) => tell(Difference::Missing(key, other))?,
            (None, None) => return Ok(()),
        }
        if next.is_none() {
            next = stored.next().transpose()?;
        }
    }
}

#[cfg(test)]
mod tests {
    //! What each walk tells.

    use super::*;

    fn check(stored: &[(u8, char)], computed: &[(u8, char)], expect: &[&str]) {
        let mut told = Vec::new();
        let stored = stored.iter().copied().map(Ok);
        let tell = |difference| {
            told.push(match difference {
                Difference::Surplus(key, one) => format!("{key} +{one}"),
                Difference::Missing(key, other) => format!("{key} -{other}"),
                Difference::Both(key, one, other) => format!("{key} {one}{other}"),
            });
            Ok(())
        };
        walk(stored, computed.iter().copied(), tell).expect("nothing fails");
        assert_eq!(told, expect);
    }

    #[test]
    fn both_lists_are_told_in_order() {
        check(&[], &[], &[]);
        check(&[(1, 'a'), (3, 'c')], &[], &["1 +a", "3 +c"]);
        check(&[], &[(1, 'a'), (3, 'c')], &["1 -a", "3 -c"]);
        check(&[(1, 'a'), (3, 'c'), (4, 'd')], &[(2, 'b'), (3, 'x')], &["1 +a", "2 -b", "3 cx", "4 +d"]);
    }
}
