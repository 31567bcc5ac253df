//! What do two clusters say together, and did it join or part them?
//!
//! A link between clusters names its clusters, whose profiles are made again from the records; so does a link that the
//! profiles spoke against. Nothing is decided here.

use minglu_graph::store::value::StoredLink;
use minglu_rules::compare::compare;
use minglu_rules::frozen::FrozenModel;
use minglu_rules::law::Standing;
use minglu_rules::model::{Record, RecordIdx};
use minglu_rules::profile::{self, Profile, Witness};
use minglu_rules::score::match_probability;

use super::why::lines;
use super::{EvidenceLine, Registry, TogetherAnswer};
use crate::error::Result;

/// Evidence of two profiles, with both values of each line and the records that say them, and what it weighs.
pub(crate) fn profile_evidence(
    (a, b): (&Profile, &Profile),
    model: &FrozenModel,
    name: &dyn Fn(RecordIdx) -> String,
) -> (Vec<EvidenceLine>, f64) {
    let vector = compare(&a.record, &b.record, model);
    let evidence = profile::explain(&a.record, &b.record, &vector, model);
    let mut lines = lines((&a.record, &b.record), &vector, evidence);
    for (line, finding) in lines.iter_mut().zip(&vector) {
        let from = |profile: &Profile, position: u8| profile.origins.get(usize::from(position)).map(|idx| name(*idx));
        line.a_from = line.a.as_ref().and_then(|_| from(a, finding.values.0));
        line.b_from = line.b.as_ref().and_then(|_| from(b, finding.values.1));
    }
    (lines, profile::match_weight(&a.record, &b.record, &vector, model))
}

impl Registry {
    /// What the clusters of two records say together, where that joined them or parted them; `entity` is theirs if they
    /// have one, and neither a code nor a link between the two explains it.
    pub(super) fn together(&self, a: u32, b: u32, entity: Option<&str>) -> Result<Option<TogetherAnswer>> {
        match self.store.link(a, b)? {
            Some(StoredLink { sides: Some(sides), .. }) => return self.together_of(sides, a).map(Some),
            Some(link) if link.accepted && link.veto.is_empty() => return Ok(None),
            _ => {}
        }
        // Their clusters were joined: the link stands between the anchors of these, which are among the first records.
        let Some(entity) = entity else { return Ok(None) };
        let members = self.store.entity(entity)?.map(|entity| entity.members).unwrap_or_default();
        for member in members.into_iter().take(profile::N_RECORDS_MAX) {
            for (_, link) in self.store.links_of(member.ordinal)? {
                let Some((left, right)) = link.sides.filter(|_| link.accepted && link.veto.is_empty()) else {
                    continue;
                };
                let parts = |x: u32, y: u32| left.contains(&x) && right.contains(&y);
                if parts(a, b) || parts(b, a) {
                    return self.together_of((left, right), a).map(Some);
                }
            }
        }
        Ok(None)
    }

    /// The side of the first record comes first.
    fn together_of(&self, (left, right): (Vec<u32>, Vec<u32>), first: u32) -> Result<TogetherAnswer> {
        let (left, right) = if left.contains(&first) { (left, right) } else { (right, left) };
        let (profile_a, profile_b) = (self.profile(&left)?, self.profile(&right)?);
        let model = &self.models[self.model_idx(profile_a.record.key.source)];
        let name = |ordinal: &u32| -> Result<String> {
            let (source, id) = self.store.record_key(*ordinal)?.unwrap_or_default();
            Ok(format!("{source}:{id}"))
        };
        let (a, b) =
            (left.iter().map(name).collect::<Result<Vec<_>>>()?, right.iter().map(name).collect::<Result<Vec<_>>>()?);
        let named = |idx: RecordIdx| name(&idx.0).unwrap_or_default();
        let (evidence, match_weight) = profile_evidence((&profile_a, &profile_b), model, &named);
        Ok(TogetherAnswer { a, b, evidence, match_weight, match_probability: match_probability(match_weight) })
    }

    /// Records by their ordinals, each with where it stands before the law.
    pub(super) fn standees(&self, ordinals: &[u32]) -> Result<Vec<Standee>> {
        let mut standees = Vec::with_capacity(ordinals.len());
        for &ordinal in ordinals {
            let Some(record) = self.record_of(ordinal)? else { continue };
            let (standing, has_left) = self.standing_of(&record, ordinal)?;
            standees.push(Standee { ordinal, record, standing, has_left });
        }
        Ok(standees)
    }

    /// What records say together; their positions are ordinals here.
    fn profile(&self, ordinals: &[u32]) -> Result<Profile> {
        let members = self.standees(&ordinals[..ordinals.len().min(profile::N_RECORDS_MAX)])?;
        let model_idx = members.first().map_or(0, |member| self.model_idx(member.record.key.source));
        Ok(Profile::of(members.iter().map(witness), &self.models[model_idx].schema))
    }
}

/// A stored record with where it stands before the law.
pub(super) struct Standee {
    ordinal: u32,
    pub(super) record: Record,
    pub(super) standing: Standing,
    has_left: bool,
}

/// A stored record as one that a profile asks.
pub(super) fn witness(standee: &Standee) -> Witness<'_> {
    let Standee { ordinal, record, has_left, .. } = standee;
    Witness { idx: RecordIdx(*ordinal), record, disowns_codes: *has_left }
}
