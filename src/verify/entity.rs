//! Entities, relations and relation keys: what is stored by the ids of entities.

use minglu_graph::store::scan::RelationKeyEntry;
use minglu_graph::store::value::{StoredEntity, StoredRelationKey};
use minglu_graph::store::{RelationEnd, Store, convert};
use minglu_rules::model::{EntityId, RecordIdx, Relation};
use minglu_rules::relate::relate;

use super::merge::{Difference, walk};
use super::{StoredKind, Verification};
use crate::config::Config;
use crate::error::Result;
use crate::pipeline::{Goldsmith, KindView, relate_across, relation_keys_of};
use crate::registry::derived_sources;

/// The entities of a kind with their records.
type Clusters = Vec<(EntityId, Vec<RecordIdx>)>;

/// Compares entities.
pub(super) fn check(
    store: &Store,
    (kinds, clusters_of): (&[StoredKind], &[Clusters]),
    found: &mut Verification,
) -> Result<()> {
    let smiths: Vec<Goldsmith<'_>> = kinds.iter().map(|kind| Goldsmith::new(&kind.resolved, &kind.sources)).collect();
    let mut order: Vec<(usize, &(EntityId, Vec<RecordIdx>))> = Vec::new();
    for (kind_idx, clusters) in clusters_of.iter().enumerate() {
        order.extend(clusters.iter().map(|cluster| (kind_idx, cluster)));
    }
    order.sort_unstable_by(|a, b| a.1.0.cmp(&b.1.0));
    let computed = order.iter().map(|(kind_idx, (id, members))| (id.to_string(), (*kind_idx, members)));
    walk(store.scan_entities()?, computed, |difference| {
        match difference {
            Difference::Surplus(id, _) => found.note(|| format!("entity {id}: stored and not computed")),
            Difference::Missing(id, _) => found.note(|| format!("entity {id}: computed and not stored")),
            Difference::Both(id, stored, (kind_idx, members)) => {
                let expected = make((&smiths[kind_idx], &kinds[kind_idx]), (kind_idx, stored.since), members);
                if stored != expected {
                    found.note(|| format!("entity {id}: stored and computed differ"));
                }
            }
        }
        Ok(())
    })?;
    let (n_computed, n_stored) = (order.len() as u64, store.state().n_entities);
    if n_computed != n_stored {
        found.note(|| format!("{n_computed} entities computed, {n_stored} stored"));
    }
    Ok(())
}

/// An entity as it should be stored; when it became so is history.
fn make(
    (smith, kind): (&Goldsmith<'_>, &StoredKind),
    (model_idx, since): (usize, u64),
    members: &[RecordIdx],
) -> StoredEntity {
    let entity = smith.make(members);
    let record = |idx: RecordIdx| &kind.resolved.records[idx.at()];
    let ordinal = |idx: RecordIdx| kind.ordinal(idx);
    convert::store_entity(&entity, (model_idx as u32, since), &record, &ordinal, &kind.sources)
}

/// Compares relations and relation keys.
pub(super) fn check_relations(
    store: &Store,
    config: &Config,
    (kinds, clusters_of): (&[StoredKind], &[Clusters]),
    found: &mut Verification,
) -> Result<()> {
    let views = kinds.iter().zip(clusters_of);
    let views: Vec<KindView<'_>> =
        views.map(|(kind, clusters)| KindView { records: &kind.resolved.records, clusters }).collect();
    let across = relate_across(config, &derived_sources(config, store), &views);
    let mut computed: Vec<(Relation, u32)> = Vec::new();
    for ((kind, clusters), across) in kinds.iter().zip(clusters_of).zip(across) {
        let within = relate(clusters, &kind.resolved.records, &kind.resolved.model.schema);
        computed.extend(within.into_iter().chain(across).map(|relation| {
            let ordinal = kind.ordinal(relation.evidence);
            (relation, ordinal)
        }));
    }
    computed.sort_unstable_by(|(a, _), (b, _)| {
        (a.from.as_str(), a.kind.as_str(), a.to.as_str()).cmp(&(b.from.as_str(), b.kind.as_str(), b.to.as_str()))
    });
    let computed = computed.into_iter().map(|(Relation { from, kind, to, .. }, evidence)| {
        ((from.to_string(), kind.as_str().to_string(), to.to_string()), evidence)
    });
    let stored = store.scan_relations()?.map(|item| {
        let (from, RelationEnd { kind, other, evidence, .. }) = item?;
        Ok(((from, kind, other), evidence))
    });
    walk(stored, computed, |difference| {
        let (what, (from, kind, to)) = match difference {
            Difference::Both(_, one, other) if one == other => return Ok(()),
            Difference::Both(key, ..) => ("stored and computed differ in who says so", key),
            Difference::Surplus(key, _) => ("stored and not computed", key),
            Difference::Missing(key, _) => ("computed and not stored", key),
        };
        found.note(|| format!("relation {from} {kind} {to}: {what}"));
        Ok(())
    })?;
    check_relation_keys(store, (kinds, clusters_of), found)
}

/// Compares what entities offer and seek; that entities are found by it is for validation.
fn check_relation_keys(
    store: &Store,
    (kinds, clusters_of): (&[StoredKind], &[Clusters]),
    found: &mut Verification,
) -> Result<()> {
    let of_kind = |(kind, clusters): (&StoredKind, &Clusters)| relation_keys_of(&kind.resolved, clusters);
    let mut computed: Vec<(EntityId, Vec<StoredRelationKey>)> =
        kinds.iter().zip(clusters_of).flat_map(of_kind).collect();
    computed.sort_unstable();
    let computed = computed.into_iter().map(|(id, keys)| (id.to_string(), keys));
    let lists = store.scan_relation_keys()?.filter_map(|item| match item {
        Ok(RelationKeyEntry::List(id, keys)) => Some(Ok((id, keys))),
        Ok(RelationKeyEntry::Key(..)) => None,
        Err(error) => Some(Err(error)),
    });
    walk(lists, computed, |difference| {
        let (what, id) = match difference {
            Difference::Both(_, one, other) if one == other => return Ok(()),
            Difference::Both(id, ..) => ("stored and computed differ", id),
            Difference::Surplus(id, _) => ("stored and not computed", id),
            Difference::Missing(id, _) => ("computed and not stored", id),
        };
        found.note(|| format!("relation keys of {id}: {what}"));
        Ok(())
    })
}
