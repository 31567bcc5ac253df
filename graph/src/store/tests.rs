//! What is written is read, and every register that is written is sound.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use minglu_rules::frozen::FrozenModel;
use minglu_rules::law::Veto;
use minglu_rules::model::*;
use minglu_rules::normalize::{Jurisdiction, normalize};
use minglu_rules::schema::Schema;
use proptest::prelude::*;
use tempfile::TempDir;

use super::convert::{load_findings, load_model, store_entity, store_link, store_model};
use super::value::{StoredChange, StoredEntity, StoredHeader, StoredModel, StoredRelationKey, StoredSource};
use super::write::{Built, EncodedEntity, Links, Received, Stars, StoreWriter};
use super::*;

mod damage;
mod draft;
mod overlay;
mod sound;

/// A register of one kind: each number is a record, the id of whose entity is the number.
struct Sample {
    clusters: Vec<(EntityId, Vec<RecordIdx>)>,
    links: Vec<Link>,
    vetoes: Vec<((RecordIdx, RecordIdx), Veto)>,
    relations: Vec<Relation>,
    /// The highest blocking key is that of a star.
    blocks: Vec<(u64, RecordIdx)>,
    leavers: Vec<RecordIdx>,
    bases: Vec<Vec<RecordIdx>>,
    cluster_links: Vec<Link>,
    cluster_blocks: Vec<(u64, RecordIdx)>,
    relation_keys: Vec<(EntityId, Vec<StoredRelationKey>)>,
    records: Vec<Record>,
}

/// The blocking key of the one star of a sample.
const STAR: u64 = u64::MAX;

fn schema() -> Schema {
    Schema::shipped("enterprise").expect("it is shipped")
}

fn sources() -> Vec<Source> {
    vec![Source { name: "market".into(), rank: 1, unique: false }]
}

impl Sample {
    fn of(entity_of: &[u8]) -> Sample {
        let schema = schema();
        let name = schema.field("name").expect("the schema has names");
        let record = |position: usize| {
            let key = RecordKey { source: SourceIdx(0), id: format!("{position:06}").into() };
            let row =
                SourceRecord { key, updated_at: None, values: vec![(name, format!("明鹭{position}号商行"))] };
            normalize(&row, &schema, &Jurisdiction::default()).0
        };
        let mut clusters: Vec<(EntityId, Vec<RecordIdx>)> = Vec::new();
        for (position, entity) in entity_of.iter().enumerate() {
            let (id, record) = (EntityId::from_text(&format!("E{entity:03}")), RecordIdx(position as u32));
            match clusters.iter_mut().find(|(known, _)| *known == id) {
                Some((_, members)) => members.push(record),
                None => clusters.push((id, vec![record])),
            }
        }
        clusters.sort();
        let records = (0..entity_of.len()).map(record).collect();
        Sample {
            clusters,
            links: vec![],
            vetoes: vec![],
            relations: vec![],
            blocks: vec![],
            leavers: vec![],
            bases: vec![],
            cluster_links: vec![],
            cluster_blocks: vec![],
            relation_keys: vec![],
            records,
        }
    }

    fn entities(&self) -> Vec<(EntityId, StoredEntity)> {
        let record = |idx: RecordIdx| &self.records[idx.at()];
        let member = |record: &RecordIdx| Member {
            record: *record,
            match_probability: 1.0,
            match_key: "+name".into(),
            disowns_codes: false,
        };
        let stored = |(id, members): &(EntityId, Vec<RecordIdx>)| {
            let members = members.iter().map(member).collect();
            let entity = GoldenEntity { id: id.clone(), members, values: vec![], conflicts: vec![], missing: vec![] };
            (id.clone(), store_entity(&entity, (0, 1), &record, &|idx| idx.0, &sources()))
        };
        self.clusters.iter().map(stored).collect()
    }

    fn catalog(&self) -> Catalog {
        let source = StoredSource { name: "market".into(), rank: 1, unique: false, model_idx: 0, section_idx: 0 };
        let columns = vec!["id".into(), "name".into()];
        let (schema, version) = (String::new(), String::new());
        Catalog {
            config: "[[source]]".into(),
            sources: vec![source],
            headers: vec![StoredHeader { section_idx: 0, is_json: false, columns }],
            models: vec![StoredModel { schema, version, n_entities: 0, terms: vec![], tokens: vec![] }],
            report: "{}".into(),
        }
    }

    fn state(&self) -> State {
        State {
            sequence: 1,
            n_records: self.records.len() as u64,
            n_entities: self.clusters.len() as u64,
            next_ordinal: self.records.len() as u32,
            built: 1,
        }
    }

    /// Writes a register into a fresh directory and returns where it is.
    fn write(&self, entities: &[(EntityId, StoredEntity)]) -> (TempDir, PathBuf) {
        let dir = tempfile::tempdir().expect("there is room for a temporary directory");
        let (received, spool) = self.rows();
        let writer = StoreWriter::create(dir.path()).expect("writes");
        let mut blocks = writer.blocks().expect("writes");
        let anchor = |record: RecordIdx| anchor(1, "market", &self.records[record.at()].key.id);
        let stars = Stars { is_star: &|key| key == STAR, anchor: &anchor };
        blocks.put((0, 0), self.blocks.iter().copied(), &stars).expect("writes");
        let mut file = writer.entities().expect("writes");
        for (id, entity) in entities {
            file.put(id, &EncodedEntity::new(entity).expect("encodes")).expect("writes");
        }
        let built = Built {
            records: &self.records,
            received: &received,
            first_ordinal: 0,
            leavers: &self.leavers,
            clusters: &self.clusters,
            bases: &self.bases,
            links: Links { links: self.links.iter().collect(), vetoes: self.vetoes.clone() },
            cluster_links: Links { links: self.cluster_links.iter().collect(), vetoes: vec![] },
            cluster_blocks: &self.cluster_blocks,
            relations: &self.relations,
            relation_keys: &self.relation_keys,
        };
        let change = StoredChange { cause: "build".into(), ..StoredChange::default() };
        let settings = (&self.catalog(), self.state(), &change);
        let judgements = ["{}".to_string()];
        let finished = writer.finish((blocks, file), settings, (&sources(), &spool), (&[built], &judgements));
        finished.expect("writes");
        let path = dir.path().join("store");
        (dir, path)
    }

    fn rows(&self) -> (Vec<Received>, File) {
        let mut spool = tempfile::tempfile().expect("there is room for a temporary file");
        let mut offset = 0;
        let mut received = Vec::new();
        for (position, record) in self.records.iter().enumerate() {
            let row = format!("{},明鹭", record.key.id);
            spool.write_all(row.as_bytes()).expect("writes");
            let (line, len) = (position as u64 + 2, row.len() as u32);
            received.push(Received { header_idx: 0, line, hash: 0, offset, len });
            offset += u64::from(len);
        }
        (received, spool)
    }
}

/// Writes a register and asserts that all its families agree.
#[track_caller]
fn check(sample: &Sample) -> (TempDir, Store) {
    let (dir, path) = sample.write(&sample.entities());
    let store = Store::open(&path).expect("opens");
    assert_eq!(validate::validate(&store).expect("reads"), [""; 0]);
    (dir, store)
}

fn link(a: u32, b: u32, match_weight: f64, decision: Decision) -> Link {
    let pair = CandidatePair { a: RecordIdx(a), b: RecordIdx(b), origin: Origin::Block(3) };
    let vector = vec![Finding { level: Some(0), values: (1, 2), n_sharers: 7 }, Finding::MISSING];
    Link { scored: ScoredPair { pair, vector, match_weight }, decision, sides: None }
}

fn all<T>(items: Result<impl Iterator<Item = Result<T, StoreError>>, StoreError>) -> Vec<T> {
    items.expect("scans").collect::<Result<_, _>>().expect("reads")
}

#[test]
fn records_are_kept_as_received() {
    let (_dir, store) = check(&Sample::of(&[0, 1, 0]));
    let record = store.record("market", "000002").expect("reads").expect("is there");
    assert_eq!((record.ordinal, record.line, record.raw.as_str()), (2, 4, "000002,明鹭"));
    assert_eq!(store.record_key(2).expect("reads"), Some(("market".into(), "000002".into())));
    assert_eq!(all(store.scan_records()).len(), 3);
}

#[test]
fn memberships_and_entities_agree() {
    let sample = Sample::of(&[0, 1, 0]);
    let (_dir, store) = check(&sample);
    assert_eq!(store.entity_of("market", "000002").expect("reads").as_deref(), Some("E000"));
    let entities = sample.entities().into_iter().map(|(id, entity)| (id.to_string(), entity));
    assert_eq!(all(store.scan_entities()), entities.collect::<Vec<_>>());
    assert_eq!(
        all(store.scan_membership()).iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>(),
        ["E000", "E001", "E000"]
    );
}

#[test]
fn links_are_found_from_both_ends() {
    let mut sample = Sample::of(&[0, 1, 0]);
    sample.links = vec![link(0, 1, 2.5, Decision::Review), link(0, 2, 9.0, Decision::Match)];
    sample.vetoes = vec![((RecordIdx(0), RecordIdx(1)), Veto::DifferentRoles)];
    let (_dir, store) = check(&sample);
    let review = store.link(1, 0).expect("reads").expect("is there");
    assert_eq!((review.accepted, review.veto.as_str(), review.match_weight), (false, "different_roles", 2.5));
    let of = |record: u32| store.links_of(record).expect("reads");
    assert_eq!((of(1).len(), of(1)[0].0, of(2)[0].0), (1, 0, 0), "also from the other end");
    assert_eq!(of(0).iter().map(|(b, link)| (*b, link.accepted)).collect::<Vec<_>>(), [(1, false), (2, true)]);
    assert_eq!(all(store.scan_links()).iter().map(|(pair, _)| *pair).collect::<Vec<_>>(), [(0, 1), (0, 2)]);
}

#[test]
fn relations_are_seen_from_both_ends() {
    let mut sample = Sample::of(&[0, 1]);
    let (from, to) = (EntityId::from_text("E001"), EntityId::from_text("E000"));
    sample.relations = vec![Relation { from, kind: RelationKind::BranchOf, to, evidence: RecordIdx(1) }];
    let (_dir, store) = check(&sample);
    let end = |entity: &str| store.relations(entity).expect("reads").remove(0);
    assert_eq!((end("E001").outgoing, end("E001").other.as_str(), end("E001").evidence), (true, "E000", 1));
    assert_eq!((end("E000").outgoing, end("E000").other.as_str()), (false, "E001"));
    assert_eq!(all(store.scan_relations()).len(), 1, "said once");
}

#[test]
fn blocks_hold_their_records() {
    let mut sample = Sample::of(&[0, 1, 2]);
    sample.blocks = vec![(7, RecordIdx(0)), (7, RecordIdx(2)), (STAR, RecordIdx(1)), (STAR, RecordIdx(2))];
    let (_dir, store) = check(&sample);
    let block = |key: u64, n_records_max: usize| store.block(0, key, n_records_max).expect("reads");
    assert_eq!((block(7, 9), block(7, 1), block(7, 0)), (vec![0, 2], vec![0], vec![]));
    assert_eq!((block(STAR, 9), block(8, 9)), (vec![1, 2], vec![]));
    assert_eq!(all(store.scan_blocks()), [(0, 7, 0), (0, 7, 2), (0, STAR, 1), (0, STAR, 2)]);
}

#[test]
fn what_is_not_there_is_not_found() {
    let (dir, store) = check(&Sample::of(&[0]));
    assert_eq!(store.record("market", "9").expect("reads"), None);
    assert_eq!(store.record("tax", "000000").expect("reads"), None);
    assert_eq!((store.entity("E9").expect("reads"), store.link(0, 1).expect("reads")), (None, None));
    assert!(store.relations("E0").expect("reads").is_empty(), "E000 is another entity");
    assert!(store.block(1, 7, 9).expect("reads").is_empty() && store.record_key(1).expect("reads").is_none());
    assert!(matches!(Store::open(&dir.path().join("elsewhere")), Err(StoreError::NotFound(_))));
}

#[test]
fn an_empty_register_is_sound() {
    let (_dir, store) = check(&Sample::of(&[]));
    assert_eq!(store.catalog().config, "[[source]]");
}

#[test]
fn findings_come_back() {
    let link = link(0, 1, 2.5, Decision::Match);
    assert_eq!(load_findings(&store_link(&link, None, &|idx| idx.0)), link.scored.vector);
}

#[test]
fn a_model_comes_back() {
    let records = Sample::of(&[0, 1]).records;
    let mut model = FrozenModel::count(schema(), &[records, Sample::of(&[0]).records].concat());
    model.n_records_by_token.insert(7, 2);
    let text = Schema::shipped_text("enterprise").expect("it is shipped");
    let loaded = load_model(&store_model(&model, text)).expect("the schema is right");
    assert_eq!((loaded.version(), &loaded), (model.version(), &model));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_partition_is_sound(entity_of in prop::collection::vec(0_u8..8, 0..30)) {
        let (_dir, store) = check(&Sample::of(&entity_of));
        let membership = all(store.scan_membership());
        let expected: Vec<String> = entity_of.iter().map(|entity| format!("E{entity:03}")).collect();
        prop_assert_eq!(membership.into_iter().map(|(_, id)| id).collect::<Vec<_>>(), expected);
    }
}
