//! How are bytes read, wherever they are: in a database, in a snapshot of one, or in changes that are not written yet?

use std::collections::BTreeMap;

use super::rocks::{Durability, Family, RawIterator, Rocks};
use crate::StoreError;

/// A key and a value.
pub(crate) type Entry = (Box<[u8]>, Box<[u8]>);

/// A walk over entries; every step can fail, and says so.
pub(crate) type Scanned<'a> = Box<dyn Iterator<Item = Result<Entry, StoreError>> + 'a>;

/// Something that bytes are read from.
pub(crate) trait Read: Send + Sync {
    /// The value of a key.
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// All entries from a key on, in key order.
    fn scan<'a>(&'a self, family: Family, from: &'a [u8]) -> Result<Scanned<'a>, StoreError>;

    /// All entries whose keys begin with a prefix, in key order.
    fn scan_prefix<'a>(&'a self, family: Family, prefix: &'a [u8]) -> Result<Scanned<'a>, StoreError> {
        let inside = move |entry: &Result<Entry, _>| entry.as_ref().map_or(true, |(key, _)| key.starts_with(prefix));
        Ok(Box::new(self.scan(family, prefix)?.take_while(inside)))
    }
}

/// New values of one family by key; none stands for a key that is removed.
type Pending = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Changes that are seen by whoever reads here and by nobody else until they are written.
pub(crate) struct Overlay {
    rocks: Rocks,
    pending: [Pending; Family::ALL.len()],
}

impl Overlay {
    pub(crate) fn new(rocks: Rocks) -> Self {
        Self { rocks, pending: std::array::from_fn(|_| BTreeMap::new()) }
    }

    pub(crate) fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.pending[family as usize].get(key) {
            Some(pending) => Ok(pending.clone()),
            None => self.rocks.get(family, key),
        }
    }

    pub(crate) fn put(&mut self, family: Family, key: Vec<u8>, value: Vec<u8>) {
        self.pending[family as usize].insert(key, Some(value));
    }

    pub(crate) fn remove(&mut self, family: Family, key: Vec<u8>) {
        self.pending[family as usize].insert(key, None);
    }

    /// A walk over a family that can begin anew at little cost.
    pub(crate) fn cursor(&self, family: Family) -> Result<Cursor<'_>, StoreError> {
        Ok(Cursor { raw: self.rocks.raw_iterator(family)?, pending: &self.pending[family as usize] })
    }

    /// Whether nothing was changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.pending.iter().all(BTreeMap::is_empty)
    }

    /// Writes all changes or none of them, and forgets them.
    pub(crate) fn write(&mut self, durability: Durability) -> Result<(), StoreError> {
        let mut changes = Vec::new();
        for (family, pending) in Family::ALL.iter().zip(&self.pending) {
            changes.extend(pending.iter().map(|(key, value)| (*family, (key.as_slice(), value.as_deref()))));
        }
        self.rocks.write(&changes, durability)?;
        self.pending.iter_mut().for_each(BTreeMap::clear);
        Ok(())
    }
}

/// Walks over a family with its pending changes.
pub(crate) struct Cursor<'a> {
    raw: RawIterator<'a>,
    pending: &'a Pending,
}

impl Cursor<'_> {
    /// Visits the entries whose keys begin with a prefix, in key order, until `visit` has had enough and says so by `false`.
    pub(crate) fn each(
        &mut self,
        prefix: &[u8],
        mut visit: impl FnMut(&[u8], &[u8]) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        self.raw.seek(prefix);
        let pending = self.pending.range(prefix.to_vec()..).take_while(|(key, _)| key.starts_with(prefix));
        let mut pending = pending.peekable();
        loop {
            let stored = self.raw.entry()?.filter(|(key, _)| key.starts_with(prefix));
            let next_is_pending = match (stored, pending.peek()) {
                (None, None) => return Ok(()),
                (Some((key, _)), Some((other, _))) => other.as_slice() <= key,
                (None, Some(_)) => true,
                (Some(_), None) => false,
            };
            let goes_on = if next_is_pending {
                let Some((key, value)) = pending.next() else { return Ok(()) };
                let is_replaced = stored.is_some_and(|(stored, _)| stored == key.as_slice());
                let goes_on = value.as_ref().map_or(Ok(true), |value| visit(key, value))?;
                if is_replaced {
                    self.raw.next();
                }
                goes_on
            } else {
                let goes_on = stored.map_or(Ok(true), |(key, value)| visit(key, value))?;
                self.raw.next();
                goes_on
            };
            if !goes_on {
                return Ok(());
            }
        }
    }
}
