//! How does a finished line become a register on disk?
//!
//! Store and search index are written side by side into the unfinished generation. Nothing is decided here.

use minglu_graph::store::convert::{store_link, store_model};
use minglu_graph::store::directory::Build;
use minglu_graph::store::value::{Catalog, StoredSource};
use minglu_graph::store::write::{Built, Received, write as write_store};
use minglu_index::write::EntityDoc;
use minglu_rules::blocking;
use minglu_rules::law::Veto;
use minglu_rules::model::{FieldIdx, GoldenEntity, RecordIdx, Relation};
use minglu_rules::schema::{FieldKind, Schema};

use super::line::Resolved;
use super::report::{BuildReport, Stopwatch};
use super::{INDEX_DIR, STORE_DIR};
use crate::config::Config;
use crate::error::Result;
use crate::ingest::Delivery;
use crate::progress::Progress;

/// Everything that was built for one kind.
pub struct BuiltKind {
    /// Records to clusters.
    pub resolved: Resolved,
    /// Golden entities.
    pub entities: Vec<GoldenEntity>,
    /// Relations among them.
    pub relations: Vec<Relation>,
    /// Rows as received, by record.
    pub received: Vec<Received>,
}

/// Sequence number of the one change that a build from scratch is.
const BUILD_SEQUENCE: u64 = 1;

/// Memory for building the search index.
const INDEX_BUDGET_BYTES: usize = 128 << 20;

/// Writes store and index.
pub(super) fn write(
    build: &Build,
    config: &Config,
    delivery: &Delivery,
    kinds: &[BuiltKind],
    (report, progress): (&BuildReport, &dyn Progress),
    watch: &mut Stopwatch,
) -> Result<()> {
    progress.start("store", None);
    let firsts = first_ordinals(kinds);
    let catalog = catalog(config, delivery, kinds, &firsts, report);
    let links: Vec<_> = kinds.iter().map(|kind| stored_links(&kind.resolved)).collect();
    let blocks: Vec<_> = kinds.iter().map(|kind| all_blocks(&kind.resolved)).collect();
    let built: Vec<Built<'_>> = kinds
        .iter()
        .enumerate()
        .map(|(position, kind)| Built {
            records: &kind.resolved.records,
            received: &kind.received,
            first_ordinal: firsts[position],
            entities: &kind.entities,
            links: &links[position],
            relations: &kind.relations,
            blocks: &blocks[position],
        })
        .collect();
    write_store(build.dir(), &catalog, &delivery.sources, &built)?;
    watch.lap("store");
    progress.start("index", None);
    let docs = kinds.iter().flat_map(|kind| {
        let schema = &kind.resolved.model.schema;
        let facets = Facets::of(schema);
        kind.entities.iter().map(move |entity| document(entity, schema, &facets))
    });
    let n_threads = rayon::current_num_threads();
    minglu_index::write::build(&build.dir().join(INDEX_DIR), docs, n_threads, BUILD_SEQUENCE, INDEX_BUDGET_BYTES)?;
    watch.lap("index");
    debug_assert!(build.dir().join(STORE_DIR).exists());
    Ok(())
}

fn first_ordinals(kinds: &[BuiltKind]) -> Vec<u32> {
    let mut next = 0;
    let firsts = kinds.iter().map(|kind| {
        let first = next;
        next += kind.resolved.records.len() as u32;
        first
    });
    firsts.collect()
}

fn catalog(
    config: &Config,
    delivery: &Delivery,
    kinds: &[BuiltKind],
    firsts: &[u32],
    report: &BuildReport,
) -> Catalog {
    let source = |(source, (kind_idx, section_idx)): (&minglu_rules::model::Source, &(usize, usize))| StoredSource {
        name: source.name.clone(),
        rank: source.rank,
        unique: source.unique,
        model_idx: *kind_idx as u32,
        section_idx: *section_idx as u32,
    };
    let models = config.kinds.iter().zip(kinds).zip(firsts).map(|((kind, built), first)| {
        store_model(&built.resolved.model, &kind.text, *first, built.resolved.records.len() as u32)
    });
    Catalog {
        sequence: BUILD_SEQUENCE,
        config: config.text.clone(),
        sources: delivery.sources.iter().zip(&delivery.source_places).map(source).collect(),
        headers: delivery.headers.clone(),
        models: models.collect(),
        n_records: kinds.iter().map(|kind| kind.resolved.records.len() as u64).sum(),
        n_entities: kinds.iter().map(|kind| kind.entities.len() as u64).sum(),
        report: serde_json::to_string(report).unwrap_or_default(),
    }
}

type PairLink = ((RecordIdx, RecordIdx), minglu_graph::store::value::StoredLink);

/// Links as they are stored, with the reason where one was cut or left its code's group.
fn stored_links(resolved: &Resolved) -> Vec<PairLink> {
    let mut vetoes: Vec<((RecordIdx, RecordIdx), Veto)> =
        resolved.clustering.cuts.iter().map(|cut| ((cut.tie.a, cut.tie.b), cut.why)).collect();
    vetoes.extend(resolved.leavers.iter().map(|leaver| {
        ((leaver.nearest.min(leaver.record), leaver.nearest.max(leaver.record)), leaver.why)
    }));
    vetoes.sort_unstable_by_key(|(pair, _)| *pair);
    let stored = resolved.links.iter().map(|link| {
        let pair = (link.scored.pair.a, link.scored.pair.b);
        let veto = vetoes.binary_search_by_key(&pair, |(pair, _)| *pair).ok().map(|position| vetoes[position].1);
        (pair, store_link(link, veto))
    });
    stored.collect()
}

/// The blocks, and one more for each valid organization code.
fn all_blocks(resolved: &Resolved) -> Vec<(u64, RecordIdx)> {
    let mut blocks = resolved.blocks.entries.clone();
    let coded = resolved.standings.iter().enumerate().filter_map(|(position, standing)| {
        Some((blocking::identity_key(standing.org?), RecordIdx(position as u32)))
    });
    let first_coded = blocks.len();
    blocks.extend(coded);
    // Keys of codes sort after all others, because their rule is past the last one.
    blocks[first_coded..].sort_unstable();
    blocks
}

/// Fields that the search index filters and counts by.
struct Facets {
    address: Option<FieldIdx>,
    industry: Option<FieldIdx>,
    status: Option<FieldIdx>,
}

impl Facets {
    fn of(schema: &Schema) -> Self {
        Self { address: schema.field("address"), industry: schema.field("industry"), status: schema.field("status") }
    }
}

/// What search knows of an entity: golden values first, then all others.
fn document(entity: &GoldenEntity, schema: &Schema, facets: &Facets) -> EntityDoc {
    let mut doc = EntityDoc { id: entity.id.to_string(), kind: schema.kind.clone(), ..EntityDoc::default() };
    let losing = entity.conflicts.iter().flat_map(|conflict| conflict.values.iter().map(|(text, _)| (conflict.field, text)));
    for (field, text) in entity.values.iter().map(|value| (value.field, &value.value)).chain(losing) {
        let list = match schema.spec(field).kind {
            FieldKind::EnterpriseName if schema.spec(field).name != "parent_name" => &mut doc.names,
            FieldKind::Code if schema.spec(field).name != "parent_code" => &mut doc.codes,
            FieldKind::Address => &mut doc.addresses,
            FieldKind::PersonName => &mut doc.people,
            _ => continue,
        };
        if !list.contains(text) {
            list.push(text.clone());
        }
    }
    let golden = |field: Option<FieldIdx>| {
        let field = field?;
        entity.values.iter().find(|value| value.field == field).map(|value| value.value.clone())
    };
    doc.district = golden(facets.address).map(|address| district(&address)).unwrap_or_default();
    doc.industry = golden(facets.industry).unwrap_or_default();
    doc.status = golden(facets.status).unwrap_or_default();
    doc
}

/// The county of an address, else its city, by name.
fn district(address: &str) -> String {
    let place = minglu_rules::address::parse(address, None).division();
    place.map(|place| place.name().to_string()).unwrap_or_default()
}
