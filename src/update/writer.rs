//! Who writes, and when is a change durable?
//!
//! One writer holds the register. A change is found out on a draft, written in one piece and synced before anybody is told;
//! what the writer remembers moves on only then. If anything fails, nothing has happened.

use std::path::Path;
use std::sync::Arc;

use hashbrown::HashMap;
use minglu_graph::store::draft::{Database, Draft};
use minglu_graph::store::value::{
    Catalog, ChangedEntity, ChangedRecord, State, StoredChange, StoredHeader, StoredRecord,
};
use minglu_graph::store::{Durability, Store};
use minglu_index::write::EntityDoc;
use minglu_rules::judgement::{Line, RecordName, Verdict};
use minglu_rules::law::{self, Veto};
use minglu_rules::model::Record;
use rayon::prelude::*;

use super::delivery::{Act, Change, Ready, Reason, columns_of, json_header};
use super::ground::Ground;
use super::judged::{self, Judged};
use super::memory::{Memory, Staged};
use super::relate::Relating;
use super::{KindChange, Update};
use crate::error::{Error, Result};
use crate::ingest;
use crate::pipeline::now_ms;
use crate::registry::restore;

/// Changes of one request at most: what one durable write holds in memory.
pub const N_CHANGES_MAX: usize = 100_000;

/// The one that writes to a register.
pub struct Writer {
    database: Database,
    pub(crate) ground: Arc<Ground>,
    memory: Memory,
    judged: Judged,
    state: State,
    durability: Durability,
}

/// What a change came to.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The sequence number of the register after it.
    pub seq: u64,
    /// Records that were put or deleted, whether or not that changed anything.
    pub n_accepted: usize,
    /// Of these, records that were what they are already.
    pub n_unchanged: usize,
    /// Positions of their changes.
    pub unchanged: Vec<usize>,
    /// Positions of changes that could not be made, and why.
    pub rejected: Vec<(usize, Reason)>,
    /// Entities that came, changed or went.
    pub entities: Vec<ChangedEntity>,
    /// Search documents of entities that came or changed; none for those that went.
    pub documents: Vec<(String, Option<EntityDoc>)>,
}

/// What is to be written in the same step as an outcome.
pub type Addition<'a> = dyn FnMut(&mut Draft, &Outcome) -> Result<()> + 'a;

/// An entity that a change affected.
pub type Affected = ChangedEntity;

impl Writer {
    /// Opens the register in a directory of a generation; refused while another process has it open for writing.
    pub fn open(store_dir: &Path, durability: Durability) -> Result<Writer> {
        let database = Database::open(store_dir)?;
        let store = database.store()?;
        let ground = ground_of(&store)?;
        let memory = Memory::read(&database)?;
        let judged = judged::read(&store.judgements()?)?;
        let state = store.state();
        let mut writer = Writer { state, ground: Arc::new(ground), memory, judged, database, durability };
        writer.recode()?;
        Ok(writer)
    }

    /// Finds out which codes people made one, by kind.
    fn recode(&mut self) -> Result<()> {
        let (mut draft, mut staged) = (self.database.draft(), Staged::default());
        let mut recodings = Vec::new();
        for model_idx in 0..self.ground.models.len() {
            let (of_people, of_kind) = ((&self.judged, &[][..]), (model_idx, self.state.sequence, Vec::new()));
            let mut update = Update::new(&self.ground, &self.memory, (&mut draft, &mut staged), of_people, of_kind);
            update.recode()?;
            recodings.push(update.recodings);
        }
        self.memory.set_recodings(recodings);
        Ok(())
    }

    /// The register as it is now.
    pub fn store(&self) -> Store {
        self.database.store_with(self.ground.catalog.clone(), self.state)
    }

    /// Sequence and counts.
    pub fn state(&self) -> State {
        self.state
    }

    /// Puts and deletes records in one durable step, under one sequence number; of several changes of one record the last
    /// one counts.
    pub fn write(&mut self, changes: &[Change]) -> Result<Outcome> {
        self.write_with(changes, &mut |_, _| Ok(()))
    }

    /// The same; what `add` adds to the draft once the outcome is known becomes part of the one durable step, whether or not
    /// anything changed. After an error the writer must be opened again.
    pub fn write_with(&mut self, changes: &[Change], add: &mut Addition<'_>) -> Result<Outcome> {
        if changes.len() > N_CHANGES_MAX {
            return Err(Error::usage(format!("{} changes at once; {N_CHANGES_MAX} are allowed", changes.len())));
        }
        let mut draft = self.database.draft();
        self.know_json_rows(changes, &mut draft)?;
        let mut outcome = Outcome::default();
        let sequence = self.state.sequence + 1;
        let mut state = State { sequence, ..self.state };
        let mut log = StoredChange { at_ms: now_ms(), cause: "records".into(), ..StoredChange::default() };
        let mut by_kind: Vec<Vec<KindChange>> = self.ground.models.iter().map(|_| Vec::new()).collect();
        for (position, ready) in self.read_rows(changes) {
            let act = match ready {
                Err(reason) => {
                    outcome.rejected.push((position, reason));
                    continue;
                }
                Ok(act) => act,
            };
            let source = &changes[position].source;
            match self.put((source, act), (&mut draft, &mut state), &mut by_kind)? {
                Put::Missing => outcome.rejected.push((position, "there is no such record".into())),
                Put::Unchanged => {
                    outcome.n_accepted += 1;
                    outcome.n_unchanged += 1;
                    outcome.unchanged.push(position);
                }
                Put::Changed(record) => {
                    outcome.n_accepted += 1;
                    log.records.push(record);
                }
            }
        }
        outcome.rejected.sort_unstable();
        if log.records.is_empty() {
            outcome.seq = self.state.sequence;
            add(&mut draft, &outcome)?;
            if !draft.is_empty() {
                draft.write(self.durability)?;
            }
            return Ok(outcome);
        }
        self.imply(draft, (state, log), (by_kind, &[], None), (&mut outcome, add))?;
        Ok(outcome)
    }

    /// Appends judgements of people, in their order, in one durable step. One that the law forbids is refused: codes beat same.
    pub fn judge(&mut self, lines: &[Line]) -> Result<Outcome> {
        let (mut draft, mut outcome) = (self.database.draft(), Outcome::default());
        let (mut accepted, mut names): (Vec<Line>, Vec<RecordName>) = (self.judged.lines.clone(), Vec::new());
        for (position, line) in lines.iter().enumerate() {
            match self.forbidden(line, &draft)? {
                Some(reason) => outcome.rejected.push((position, reason)),
                None => {
                    let (a, b) = line.pair();
                    names.extend([a.clone(), b.clone()]);
                    accepted.push(line.clone());
                    judged::keep(&mut draft, accepted.len(), line)?;
                    outcome.n_accepted += 1;
                }
            }
        }
        if outcome.n_accepted == 0 {
            outcome.seq = self.state.sequence;
            return Ok(outcome);
        }
        names.sort_unstable();
        names.dedup();
        let state = State { sequence: self.state.sequence + 1, ..self.state };
        let log = StoredChange { at_ms: now_ms(), cause: "judgement".into(), ..StoredChange::default() };
        let by_kind = self.ground.models.iter().map(|_| Vec::new()).collect();
        self.imply(
            draft,
            (state, log),
            (by_kind, &names, Some(Judged::new(accepted))),
            (&mut outcome, &mut |_, _| Ok(())),
        )?;
        Ok(outcome)
    }

    /// Why a judgement cannot be made: the codes of both records are valid and different, and only a recoding makes them one.
    fn forbidden(&self, line: &Line, draft: &Draft) -> Result<Option<Reason>> {
        let Line::Judged(judgement) = line else { return Ok(None) };
        if judgement.verdict != Verdict::Same {
            return Ok(None);
        }
        let mut standings = Vec::new();
        for RecordName { source, record_id } in [&judgement.a, &judgement.b] {
            let Some(stored) = draft.record(source, record_id)?.filter(|stored| !stored.is_deleted) else {
                return Ok(None);
            };
            let loaded = self.memory.load(stored.ordinal, &self.ground, draft)?;
            let mut standing = loaded.standing;
            standing.recode(self.memory.recodings(stored.model_idx as usize));
            if self.memory.left.contains(&stored.ordinal) {
                standing.disown();
            }
            standings.push(standing);
        }
        let is_forbidden = law::veto(&standings[0], &standings[1]) == Some(Veto::DifferentCodes);
        Ok(is_forbidden.then(|| "the records carry different valid codes; only 'recoded' makes them one".into()))
    }

    /// Finds out what a change implies, and makes all of it durable.
    fn imply(
        &mut self,
        mut draft: Draft,
        (mut state, mut log): (State, StoredChange),
        (by_kind, rejudged, judged): (Vec<Vec<KindChange>>, &[RecordName], Option<Judged>),
        (outcome, add): (&mut Outcome, &mut Addition<'_>),
    ) -> Result<()> {
        let mut staged = Staged::default();
        let judged_now = judged.as_ref().unwrap_or(&self.judged);
        let mut touched = Vec::new();
        for (model_idx, changes) in by_kind.into_iter().enumerate() {
            if changes.is_empty() && rejudged.is_empty() {
                continue;
            }
            staged.records.extend(changes.iter().map(|change| (change.ordinal, change.new.clone())));
            let of_kind = (model_idx, state.sequence, changes);
            let of_people = (judged_now, rejudged);
            let implied =
                Update::new(&self.ground, &self.memory, (&mut draft, &mut staged), of_people, of_kind).run()?;
            touched.extend(implied.touched);
            state.n_entities = state.n_entities.saturating_add_signed(implied.n_entities);
            outcome.entities.extend(implied.entities);
            outcome.documents.extend(implied.documents);
        }
        let (ground, memory) = (&self.ground, &self.memory);
        Relating { ground, memory, staged: &staged, draft: &mut draft }.relate(&touched)?;
        outcome.entities.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        log.entities = outcome.entities.clone();
        draft.put_change(state.sequence, &log)?;
        draft.put_state(state)?;
        outcome.seq = state.sequence;
        add(&mut draft, outcome)?;
        draft.write(self.durability)?;
        self.state = state;
        self.memory.take(staged);
        if let Some(judged) = judged {
            self.judged = judged;
        }
        Ok(())
    }

    /// Keys, sequences and sizes of the receipts that are kept, the oldest first.
    pub fn receipts(&self) -> Result<Vec<(u64, String, usize)>> {
        Ok(self.database.receipts()?)
    }

    /// The position of a layout of rows, which is added to the catalog if it is new.
    pub fn know_header(&mut self, header: &StoredHeader) -> Result<u32> {
        if let Some(known) = self.ground.header_idx(header) {
            return Ok(known);
        }
        let (mut columns, mut catalog) = (self.ground.columns.clone(), Catalog::clone(&self.ground.catalog));
        columns.push(columns_of(&self.ground, header)?);
        catalog.headers.push(header.clone());
        let mut draft = self.database.draft();
        draft.put_catalog(&catalog)?;
        draft.write(self.durability)?;
        let (config, models) = (self.ground.config.clone(), self.ground.models.clone());
        self.ground = Arc::new(Ground::new(Arc::new(catalog), (config, models), columns));
        Ok(self.ground.catalog.headers.len() as u32 - 1)
    }

    /// Adds the layout of JSON rows to the catalog where it is not known yet.
    fn know_json_rows(&mut self, changes: &[Change], draft: &mut Draft) -> Result<()> {
        let mut catalog = None;
        let mut columns = self.ground.columns.clone();
        let mut sources: Vec<&str> = changes.iter().map(|change| change.source.as_str()).collect();
        sources.dedup();
        for source in sources {
            let Ok(section_idx) = self.ground.section_of(source) else { continue };
            let header = json_header(section_idx);
            let known = catalog.as_ref().unwrap_or(&*self.ground.catalog);
            if !known.headers.contains(&header) {
                columns.push(columns_of(&self.ground, &header)?);
                let mut larger = known.clone();
                larger.headers.push(header);
                catalog = Some(larger);
            }
        }
        if let Some(catalog) = catalog {
            draft.put_catalog(&catalog)?;
            let (config, models) = (self.ground.config.clone(), self.ground.models.clone());
            self.ground = Arc::new(Ground::new(Arc::new(catalog), (config, models), columns));
        }
        Ok(())
    }

    /// Reads the rows of changes; of several of one record the last one that can be used.
    fn read_rows(&self, changes: &[Change]) -> Vec<(usize, std::result::Result<ReadyAct, Reason>)> {
        let read = |(position, change): (usize, &Change)| {
            let act = match &change.act {
                Act::Delete { id } => match self.ground.section_of(&change.source) {
                    Ok(_) => Ok(ReadyAct::Delete(id.clone())),
                    Err(error) => Err(error.to_string()),
                },
                Act::Put { id, row } => {
                    self.ground.read_row(&change.source, id.as_deref(), row).map(|ready| ReadyAct::Put(Box::new(ready)))
                }
            };
            (position, act)
        };
        let mut read: Vec<_> = changes.par_iter().enumerate().with_min_len(16).map(read).collect();
        let mut last: HashMap<(&str, String), usize> = HashMap::new();
        for (position, act) in &read {
            if let Ok(act) = act {
                last.insert((changes[*position].source.as_str(), act.id().to_string()), *position);
            }
        }
        read.retain(|(position, act)| match act {
            Ok(act) => last.get(&(changes[*position].source.as_str(), act.id().to_string())) == Some(position),
            Err(_) => true,
        });
        read
    }

    /// Stores one record or its tombstone, and what is derived of it; says for each kind what changed.
    fn put(
        &self,
        (source, act): (&str, ReadyAct),
        (draft, state): (&mut Draft, &mut State),
        by_kind: &mut [Vec<KindChange>],
    ) -> Result<Put> {
        let id = act.id().to_string();
        let before = draft.record(source, &id)?;
        let live = before.as_ref().filter(|before| !before.is_deleted);
        let old = live.map(|before| self.memory.load(before.ordinal, &self.ground, draft)).transpose()?;
        let (stored, record) = match act {
            ReadyAct::Delete(_) => {
                let Some(before) = live else { return Ok(Put::Missing) };
                let (is_deleted, raw) = (true, String::new());
                (StoredRecord { sequence: state.sequence, is_deleted, raw, line: 0, ..before.clone() }, None)
            }
            ReadyAct::Put(ready) => {
                let Ready { model_idx, header_idx, line, raw, record, .. } = *ready;
                if live.is_some_and(|live| live.raw == raw && live.header_idx == header_idx) {
                    return Ok(Put::Unchanged);
                }
                let ordinal = before.as_ref().map_or_else(|| take_ordinal(state), |before| before.ordinal);
                let (sequence, model_idx_stored) = (state.sequence, model_idx as u32);
                let stored = StoredRecord {
                    sequence,
                    ordinal,
                    model_idx: model_idx_stored,
                    header_idx,
                    line,
                    is_deleted: false,
                    raw,
                };
                (stored, Some((model_idx, record)))
            }
        };
        count(state, live.is_some(), record.is_some());
        let old_kind = live.map(|live| live.model_idx as usize);
        let new_kind = record.as_ref().map(|(model_idx, _)| *model_idx);
        for model_idx in old_kind.into_iter().chain(new_kind.filter(|kind| Some(*kind) != old_kind)) {
            let is_of = |record: &&(usize, Record)| record.0 == model_idx;
            let parents = (old.as_ref().filter(|_| old_kind == Some(model_idx)), record.as_ref().filter(is_of));
            self.put_derived(
                ((source, &id), model_idx),
                (parents.1.map(|(_, record)| record), &stored),
                (draft, state),
                by_kind,
            )?;
        }
        // What was derived before is read from the row before: so the row is put after that.
        draft.put_record((source, &id), &stored, before.as_ref())?;
        let ordinal = stored.ordinal;
        let new = record.map(|(model_idx, record)| (model_idx, self.ground.ready(ordinal, record)));
        let change = |old, new| KindChange { source: source.into(), id: id.clone(), ordinal, old, new };
        match (old_kind, new) {
            (Some(kind), Some((other, new))) if kind == other => by_kind[kind].push(change(old, Some(new))),
            (old_kind, new) => {
                if let Some(kind) = old_kind {
                    by_kind[kind].push(change(old, None));
                }
                if let Some((kind, new)) = new {
                    by_kind[kind].push(change(None, Some(new)));
                }
            }
        }
        Ok(Put::Changed(ChangedRecord { source: source.into(), record_id: id, is_deleted: stored.is_deleted }))
    }

    /// Stores what is derived of a record of a kind, as far as it changed.
    fn put_derived(
        &self,
        ((source, id), model_idx): ((&str, &str), usize),
        (parent, stored): (Option<&Record>, &StoredRecord),
        (draft, state): (&mut Draft, &mut State),
        by_kind: &mut [Vec<KindChange>],
    ) -> Result<()> {
        let config = &self.ground.config;
        for derivation in config.derivations.iter().filter(|known| known.kind_idx == model_idx) {
            let name = config.derived_name(derivation, source);
            let to = derivation.to_kind_idx;
            let Some(source_idx) = self.ground.source_idx(&name, to) else { continue };
            let before = draft.record(&name, id)?;
            let live = before.as_ref().filter(|before| !before.is_deleted);
            let old = live.map(|live| self.memory.load(live.ordinal, &self.ground, draft)).transpose()?;
            let record = parent.and_then(|parent| ingest::derive_one(config, derivation, parent, source_idx));
            if old.is_none() && record.is_none() {
                continue;
            }
            let ordinal = before.as_ref().map_or_else(|| take_ordinal(state), |before| before.ordinal);
            let derived = StoredRecord {
                sequence: state.sequence,
                ordinal,
                model_idx: to as u32,
                is_deleted: record.is_none(),
                raw: String::new(),
                ..stored.clone()
            };
            draft.put_record((&name, id), &derived, before.as_ref())?;
            count(state, old.is_some(), record.is_some());
            let new = record.map(|record| self.ground.ready(ordinal, record));
            by_kind[to].push(KindChange { source: name, id: id.into(), ordinal, old, new });
        }
        Ok(())
    }
}

/// What is to happen to a record whose row has been read.
enum ReadyAct {
    Put(Box<Ready>),
    Delete(String),
}

impl ReadyAct {
    fn id(&self) -> &str {
        match self {
            Self::Put(ready) => &ready.id,
            Self::Delete(id) => id,
        }
    }
}

/// What became of a record.
enum Put {
    Missing,
    Unchanged,
    Changed(ChangedRecord),
}

fn take_ordinal(state: &mut State) -> u32 {
    state.next_ordinal += 1;
    state.next_ordinal - 1
}

fn count(state: &mut State, was: bool, is: bool) {
    state.n_records = state.n_records + u64::from(is) - u64::from(was);
}

/// What the changes of a store stand on.
fn ground_of(store: &Store) -> Result<Ground> {
    let (config, models, columns) = restore(store)?;
    Ok(Ground::new(Arc::new(store.catalog().clone()), (Arc::new(config), Arc::new(models)), columns))
}
