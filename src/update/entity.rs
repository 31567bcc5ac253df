//! Which entities follow from the clusters, and what became of those that were there before?
//!
//! A golden entity is made as in a build and written only if it is another one than before. An entity that is no more says who
//! its heirs are: first the one that has its anchor, then whoever has more of its records.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use hashbrown::{HashMap, HashSet};
use minglu_graph::store::convert::{load_findings, store_entity};
use minglu_graph::store::draft::Stratum;
use minglu_graph::store::value::{ChangedEntity, Fate, StoredEntity, StoredLink};
use minglu_index::write::EntityDoc;
use minglu_rules::law::TieKind;
use minglu_rules::model::{Member, Record, RecordIdx};
use minglu_rules::score::{match_key, match_probability};
use minglu_rules::survive::survive;
use rayon::prelude::*;

use super::cluster::Joined;
use super::{Implied, Locals, Update, kind_of};
use crate::error::Result;
use crate::pipeline::document;

/// Clusters that one thread makes entities of at a time.
const N_CLUSTERS_PER_CHUNK: usize = 8;

/// An entity as it follows, and as it was.
struct Made {
    id: String,
    entity: StoredEntity,
    document: EntityDoc,
    before: Option<StoredEntity>,
}

impl Update<'_> {
    /// Makes the entities of clusters and ends those that nobody is in any more.
    pub(super) fn make_entities(mut self, joined: &Joined) -> Result<Implied> {
        let mut implied = Implied::default();
        let made: Vec<Made> = joined
            .clusters
            .par_iter()
            .with_min_len(N_CLUSTERS_PER_CHUNK)
            .map(|members| self.make_entity(members))
            .collect::<Result<_>>()?;
        let moves = self.moves(joined, &made)?;
        let living: HashSet<String> = made.iter().map(|made| made.id.clone()).collect();
        let ended: Vec<String> = moves.to.keys().filter(|id| !living.contains(*id)).cloned().collect();
        for Made { id, entity, document, before } in made {
            let from = moves.from.get(&id).map(|from| from.iter().cloned().collect()).unwrap_or_default();
            let to = moves.heirs(&id, before.as_ref());
            implied.touched.push((self.model_idx, id.clone()));
            // Search knows more of a record than its entity shows.
            if entity.members.iter().any(|member| self.by_ordinal.contains_key(&member.ordinal)) {
                implied.documents.push((id.clone(), Some(document.clone())));
            }
            let Some((fate, fields)) = difference(&entity, before.as_ref()) else { continue };
            self.draft.put_entity(&id, &entity, before)?;
            implied.n_entities += i64::from(fate == Fate::Created);
            let model_idx = self.model_idx as u32;
            implied.entities.push(ChangedEntity { id: id.clone(), model_idx, fate, fields, from, to });
            implied.documents.push((id, Some(document)));
        }
        for id in ended {
            let Some(before) = self.draft.entity(&id)? else { continue };
            let to = moves.heirs(&id, Some(&before));
            let model_idx = before.model_idx;
            self.draft.end_entity(&id, self.sequence, (Some(before), to.clone()))?;
            implied.n_entities -= 1;
            implied.touched.push((self.model_idx, id.clone()));
            let (fields, from) = (Vec::new(), Vec::new());
            implied.entities.push(ChangedEntity { id: id.clone(), model_idx, fate: Fate::Gone, fields, from, to });
            implied.documents.push((id, None));
        }
        Ok(implied)
    }

    fn make_entity(&self, members: &[u32]) -> Result<Made> {
        let locals = self.locals(members.iter().copied())?;
        let strongest = self.strongest_links(&locals)?;
        let member = |at: usize| {
            let (record, disowns_codes) = (RecordIdx(at as u32), locals.has_left[at]);
            let Some(link) = strongest.get(&locals.records[at].ordinal) else {
                return Member { record, match_probability: 1.0, match_key: String::new(), disowns_codes };
            };
            let is_weighed = kind_of(link) == TieKind::Weight;
            let match_probability = if is_weighed { match_probability(link.match_weight) } else { 1.0 };
            let match_key = match_key(&load_findings(link), self.model());
            Member { record, match_probability, match_key, disowns_codes }
        };
        let record = |idx: RecordIdx| -> &Record { &locals.records[idx.at()].record };
        let members = (0..locals.records.len()).map(member).collect();
        let sources = &self.ground.sources;
        let golden = survive(members, &record, self.schema(), sources);
        let place = (self.model_idx as u32, self.sequence);
        let entity = store_entity(&golden, place, &record, &|idx| locals.ordinal(idx), sources);
        let document = document(&golden, &record, self.schema());
        let id = golden.id.to_string();
        let before = self.draft.entity(&id)?;
        Ok(Made { id, entity, document, before })
    }

    /// The strongest accepted link within a cluster of each of its records; of equally strong ones the first by records.
    fn strongest_links(&self, locals: &Locals) -> Result<HashMap<u32, StoredLink>> {
        let mut told: BTreeMap<(RecordIdx, RecordIdx), StoredLink> = BTreeMap::new();
        if locals.records.len() > 1 {
            // Of two links of one pair, that of the records is told.
            for stratum in [Stratum::Clusters, Stratum::Records] {
                let mut links = self.draft.links(stratum)?;
                for (loaded, a) in locals.records.iter().zip((0..).map(RecordIdx)) {
                    let accepted = links.of(loaded.ordinal)?.into_iter().filter(|(_, link)| link.accepted);
                    let inside = accepted.filter_map(|(other, link)| Some((*locals.positions.get(&other)?, link)));
                    told.extend(inside.filter(|(b, _)| a < *b).map(|(b, link)| ((a, b), link)));
                }
            }
        }
        let strength = |link: &StoredLink| (Reverse(kind_of(link)), link.match_weight);
        let mut strongest: HashMap<u32, StoredLink> = HashMap::new();
        for ((a, b), link) in told {
            for end in [a, b].map(|end| locals.ordinal(end)) {
                let is_stronger = strongest.get(&end).is_none_or(|known| strength(known) < strength(&link));
                if is_stronger {
                    strongest.insert(end, link.clone());
                }
            }
        }
        Ok(strongest)
    }

    /// Says of each record to which entity it belongs now; who came from where and who went where.
    fn moves(&mut self, joined: &Joined, made: &[Made]) -> Result<Moves> {
        let mut moves = Moves::default();
        for (members, made) in joined.clusters.iter().zip(made) {
            for member in &made.entity.members {
                let key = (member.source.as_str(), member.record_id.as_str());
                let before = self.draft.entity_of(key.0, key.1)?;
                if before.as_deref() != Some(made.id.as_str()) {
                    self.draft.put_entity_of(key, Some(&made.id))?;
                }
                let Some(before) = before else { continue };
                if before != made.id {
                    moves.from.entry(made.id.clone()).or_default().insert(before.clone());
                }
                *moves.to.entry(before).or_default().entry(made.id.clone()).or_default() += 1;
            }
            debug_assert_eq!(members.len(), made.entity.members.len());
        }
        let gone: Vec<(String, String)> =
            self.gone().map(|change| (change.source.clone(), change.id.clone())).collect();
        for (source, id) in gone {
            if let Some(before) = self.draft.entity_of(&source, &id)? {
                self.draft.put_entity_of((&source, &id), None)?;
                moves.to.entry(before).or_default();
            }
        }
        moves.holders = made
            .iter()
            .flat_map(|made| made.entity.members.iter().map(|member| (member.ordinal, made.id.clone())))
            .collect();
        Ok(moves)
    }

    /// Records that were in this kind and are not any more.
    fn gone(&self) -> impl Iterator<Item = &super::KindChange> {
        self.changes.iter().filter(|change| change.new.is_none() && change.old.is_some())
    }
}

/// Who came from where and who went where.
#[derive(Default)]
struct Moves {
    /// For each entity, those that its records were in before, but itself.
    from: BTreeMap<String, BTreeSet<String>>,
    /// For each entity that was there before, how many of its records are in which.
    to: BTreeMap<String, BTreeMap<String, usize>>,
    /// The entity of each record that was looked at.
    holders: HashMap<u32, String>,
}

impl Moves {
    /// The other entities that records of an entity are in now, the nearest first.
    fn heirs(&self, id: &str, before: Option<&StoredEntity>) -> Vec<String> {
        let Some(to) = self.to.get(id) else { return Vec::new() };
        let anchor =
            before.and_then(|before| before.members.first()).and_then(|anchor| self.holders.get(&anchor.ordinal));
        let mut heirs: Vec<(&String, usize)> =
            to.iter().filter(|(heir, _)| *heir != id).map(|(heir, n)| (heir, *n)).collect();
        heirs.sort_by_key(|(heir, n_records)| (Some(*heir) != anchor, Reverse(*n_records), *heir));
        heirs.into_iter().map(|(heir, _)| heir.clone()).collect()
    }
}

/// What became of an entity and which of its fields changed; none if it is what it was.
fn difference(entity: &StoredEntity, before: Option<&StoredEntity>) -> Option<(Fate, Vec<u8>)> {
    let Some(before) = before else {
        return Some((
            Fate::Created,
            entity.values.iter().map(|value| value.field).collect::<BTreeSet<_>>().into_iter().collect(),
        ));
    };
    let is_same = (&entity.members, &entity.values, &entity.conflicts, &entity.missing)
        == (&before.members, &before.values, &before.conflicts, &before.missing);
    if is_same {
        return None;
    }
    let golden = |entity: &StoredEntity| -> BTreeSet<(u8, String)> {
        entity.values.iter().map(|value| (value.field, value.value.clone())).collect()
    };
    let (new, old) = (golden(entity), golden(before));
    let fields: BTreeSet<u8> = new.symmetric_difference(&old).map(|(field, _)| *field).collect();
    Some((Fate::Changed, fields.into_iter().collect()))
}
