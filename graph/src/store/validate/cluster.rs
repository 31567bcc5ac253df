//! Leavers, base clusters, links and blocks: what is said of records by their ordinals.

use super::{Findings, Records, Slot};
use crate::StoreError;
use crate::store::draft::{BlockFamily, Stratum};
use crate::store::scan::BlockEntry;
use crate::store::{Store, anchor};

/// Where a record is in its base cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Place {
    /// It is one by itself.
    #[default]
    Alone,
    Anchor,
    Member,
}

/// Base clusters by ordinal.
struct Bases(Vec<Place>);

impl Bases {
    fn place(&self, ordinal: u32) -> Place {
        self.0.get(ordinal as usize).copied().unwrap_or_default()
    }
}

/// Checks everything that is said of records by ordinal.
pub(super) fn check(store: &Store, records: &Records, findings: &mut Findings) -> Result<(), StoreError> {
    for item in store.scan_leavers()? {
        let ordinal = item?;
        findings.note_unless(records.is_live(ordinal), || format!("leaver {ordinal}: there is no such record"));
    }
    let bases = check_bases(store, records, findings)?;
    check_links(store, (records, Stratum::Records), |_| true, findings)?;
    check_links(store, (records, Stratum::Clusters), |end| bases.place(end) != Place::Member, findings)?;
    check_blocks(store, records, findings)?;
    check_cluster_blocks(store, (records, &bases), findings)
}

fn check_bases(store: &Store, records: &Records, findings: &mut Findings) -> Result<Bases, StoreError> {
    let mut places = vec![Place::Alone; records.0.len()];
    for item in store.scan_bases()? {
        let (anchor, members) = item?;
        let is_headed = members.first() == Some(&anchor) && members.len() > 1;
        findings
            .note_unless(is_headed, || format!("base cluster {anchor}: it is not of several, or has another anchor"));
        let kind = records.slot(anchor);
        for member in members {
            let is_of_kind = records.is_live(member) && records.slot(member) == kind;
            findings
                .note_unless(is_of_kind, || format!("base cluster {anchor}: there is no record {member} of its kind"));
            let Some(place) = places.get_mut(member as usize) else { continue };
            findings.note_unless(*place == Place::Alone, || {
                format!("base cluster {anchor}: record {member} is in another one too")
            });
            *place = if member == anchor { Place::Anchor } else { Place::Member };
        }
    }
    Ok(Bases(places))
}

/// Links lie under both of their ends and say the same there.
fn check_links(
    store: &Store,
    (records, stratum): (&Records, Stratum),
    may_be_end: impl Fn(u32) -> bool,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let name = match stratum {
        Stratum::Records => "link",
        Stratum::Clusters => "cluster link",
    };
    for item in store.scan_link_ends(stratum)? {
        let ((a, b), link) = item?;
        let other = store.link_end(stratum, b, a)?;
        match other {
            None => findings.note(|| format!("{name} {a}–{b}: it is missing from the other end")),
            // Said once of the two.
            Some(other) => findings
                .note_unless(a > b || other == link, || format!("{name} {a}–{b}: its ends say different things")),
        }
        findings.note_unless(a != b, || format!("{name} {a}–{b}: it has one end"));
        for end in [a, b].into_iter().filter(|_| a < b) {
            findings.note_unless(records.is_live(end), || format!("{name} {a}–{b}: there is no record {end}"));
            findings.note_unless(may_be_end(end), || format!("{name} {a}–{b}: {end} is no anchor"));
        }
        let (one, two) = (records.slot(a), records.slot(b));
        let are_alike = one == two || !records.is_live(a) || !records.is_live(b);
        findings.note_unless(a > b || are_alike, || format!("{name} {a}–{b}: its ends are of two kinds"));
        let sides = link.sides.iter().filter(|_| a < b).flat_map(|(side, other)| side.iter().chain(other));
        for member in sides {
            findings.note_unless(records.is_live(*member), || {
                format!("{name} {a}–{b}: there is no record {member} on its sides")
            });
        }
    }
    Ok(())
}

fn check_blocks(store: &Store, records: &Records, findings: &mut Findings) -> Result<(), StoreError> {
    for item in store.scan_blocks_of(BlockFamily::Records)? {
        let BlockEntry { model_idx, blocking_key, ordinal, anchor } = item?;
        let name = || format!("block {model_idx}/{blocking_key:016x}");
        if records.slot(ordinal) != Slot::Live(model_idx) {
            findings.note(|| format!("{}: there is no record {ordinal} of its kind", name()));
        } else if let Some(anchor) = anchor {
            findings.note_unless(anchor_of(store, model_idx, ordinal)?.as_deref() == Some(&*anchor), || {
                format!("{}: record {ordinal} is not where its anchor sorts it", name())
            });
        }
    }
    Ok(())
}

/// What sorts a record in the block of a star.
fn anchor_of(store: &Store, model_idx: u32, ordinal: u32) -> Result<Option<Vec<u8>>, StoreError> {
    let Some((source, id)) = store.record_key(ordinal)? else { return Ok(None) };
    let sources = store.catalog().sources.iter();
    let found = sources.filter(|known| known.model_idx == model_idx).find(|known| known.name == source);
    Ok(found.map(|found| anchor(found.rank, &source, &id)))
}

fn check_cluster_blocks(
    store: &Store,
    (records, bases): (&Records, &Bases),
    findings: &mut Findings,
) -> Result<(), StoreError> {
    for item in store.scan_blocks_of(BlockFamily::Clusters)? {
        let BlockEntry { model_idx, blocking_key, ordinal, anchor } = item?;
        let name = || format!("cluster block {model_idx}/{blocking_key:016x}");
        findings.note_unless(records.slot(ordinal) == Slot::Live(model_idx), || {
            format!("{}: there is no record {ordinal} of its kind", name())
        });
        findings.note_unless(bases.place(ordinal) == Place::Anchor && anchor.is_none(), || {
            format!("{}: {ordinal} is no anchor of several", name())
        });
    }
    Ok(())
}
