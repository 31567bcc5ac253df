//! What does an opened index look like to a query?
//!
//! Columns and dictionaries are opened once here, because opening them costs as much as a whole query. A view never
//! changes; it holds the files open, so that a later build elsewhere cannot pull them away.

use std::path::Path;
use std::sync::Arc;

use tantivy::columnar::{BytesColumn, Column, StrColumn};
use tantivy::schema::Value;
use tantivy::{DocAddress, Index, InvertedIndexReader, Searcher, SegmentReader, TantivyDocument};

use super::SearchQuery;
use crate::IndexError;
use crate::schema::{
    CHANNELS, Channel, FACETS, FORMAT_VERSION, Fields, ID_NAME, RANK_KEY_NAME, register_tokenizers, schema,
};
use crate::write::{EntityDoc, Stamp};

/// A document: which segment, and its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct DocKey {
    pub(super) segment_idx: u32,
    pub(super) doc_id: u32,
}

/// All segments of one commit, opened for reading.
pub(super) struct View {
    pub(super) segments: Vec<SegmentView>,
    pub(super) n_docs: u64,
    pub(super) sequence: u64,
    /// The sorted values of each facet over all segments, in the order of [`FACETS`].
    pub(super) facet_values: Vec<Vec<String>>,
    searcher: Searcher,
    fields: Fields,
}

/// The parts of one segment that queries read.
pub(super) struct SegmentView {
    pub(super) reader: SegmentReader,
    pub(super) codes: Arc<InvertedIndexReader>,
    pub(super) ids: Arc<InvertedIndexReader>,
    /// In the order of [`FACETS`].
    facets: Vec<FacetColumn>,
    grams: Vec<Arc<InvertedIndexReader>>,
    letters: Vec<Column<u64>>,
    id: StrColumn,
    rank_key: Column<u64>,
}

/// One facet of one segment.
struct FacetColumn {
    ords: Column<u64>,
    /// From the number of a value in the segment to its place in [`View::facet_values`].
    value_idx_of_ord: Vec<usize>,
}

impl View {
    /// Opens the index in `dir` if it has the layout of this program.
    pub(super) fn open(dir: &Path) -> Result<View, IndexError> {
        let index = Index::open_in_dir(dir)?;
        register_tokenizers(&index);
        let payload = index.load_metas()?.payload;
        let stamp: Option<Stamp> = payload.as_deref().and_then(|payload| serde_json::from_str(payload).ok());
        let Some(stamp) = stamp.filter(|stamp| stamp.format == FORMAT_VERSION) else {
            let found = payload.unwrap_or_else(|| "none".to_owned());
            return Err(IndexError::Format { dir: dir.to_owned(), found, expected: FORMAT_VERSION });
        };
        let (_, fields) = schema();
        let searcher = index.reader()?.searcher();
        let facet_values = facet_values(&searcher)?;
        let open = |reader| SegmentView::open(reader, &fields, &facet_values);
        let segments = searcher.segment_readers().iter().map(open).collect::<Result<Vec<_>, _>>()?;
        let n_docs = searcher.num_docs();
        Ok(View { segments, n_docs, sequence: stamp.sequence, facet_values, searcher, fields })
    }

    /// The segment of a document.
    pub(super) fn segment(&self, key: DocKey) -> &SegmentView {
        &self.segments[key.segment_idx as usize]
    }

    /// The order of documents with equal scores.
    pub(super) fn rank_key(&self, key: DocKey) -> u64 {
        self.segment(key).rank_key.first(key.doc_id).unwrap_or(u64::MAX)
    }

    /// The entity id of a document.
    pub(super) fn id(&self, key: DocKey) -> Result<String, IndexError> {
        let column = &self.segment(key).id;
        let mut id = String::new();
        if let Some(ord) = column.ords().first(key.doc_id) {
            column.ord_to_str(ord, &mut id)?;
        }
        Ok(id)
    }

    /// The entity as it was indexed.
    pub(super) fn entity(&self, key: DocKey) -> Result<EntityDoc, IndexError> {
        let document: TantivyDocument = self.searcher.doc(DocAddress::new(key.segment_idx, key.doc_id))?;
        let bytes = document.get_first(self.fields.display).and_then(|value| value.as_bytes()).unwrap_or_default();
        Ok(serde_json::from_slice(bytes)?)
    }
}

impl SegmentView {
    fn open(reader: &SegmentReader, fields: &Fields, facet_values: &[Vec<String>]) -> Result<SegmentView, IndexError> {
        let columns = reader.fast_fields();
        let numbers = |name: &str| {
            let empty = || Column::build_empty_column(reader.max_doc());
            Ok::<_, tantivy::TantivyError>(columns.column_opt::<u64>(name)?.unwrap_or_else(empty))
        };
        Ok(SegmentView {
            codes: reader.inverted_index(fields.codes)?,
            ids: reader.inverted_index(fields.id)?,
            facets: open_facets(reader, facet_values)?,
            grams: fields.channels.iter().map(|f| reader.inverted_index(f.grams)).collect::<Result<_, _>>()?,
            letters: CHANNELS.iter().map(|channel| numbers(channel.letters_name())).collect::<Result<_, _>>()?,
            id: text_column(reader, ID_NAME)?,
            rank_key: numbers(RANK_KEY_NAME)?,
            reader: reader.clone(),
        })
    }

    /// The posting lists of a channel.
    pub(super) fn grams(&self, channel: Channel) -> &InvertedIndexReader {
        &self.grams[channel as usize]
    }

    /// The place of a document's value among the values of a facet.
    pub(super) fn facet(&self, facet_idx: usize, doc_id: u32) -> Option<usize> {
        let column = &self.facets[facet_idx];
        column.value_idx_of_ord.get(column.ords.first(doc_id)? as usize).copied()
    }

    /// Reads the letters of all values of a channel, a zero behind each.
    pub(super) fn read_letters(&self, channel: Channel, doc_id: u32, out: &mut Vec<u64>) {
        let column = &self.letters[channel as usize];
        let rows = column.index.value_row_ids(doc_id);
        out.resize(rows.len(), 0);
        column.values.get_range(u64::from(rows.start), out);
    }
}

/// The categories that every hit must have: pairs of facet and value, by their places.
pub(super) struct Filter {
    wanted: Vec<(usize, usize)>,
}

impl Filter {
    /// Lets everything pass that is not deleted.
    pub(super) const NONE: Filter = Filter { wanted: Vec::new() };

    /// The filter of a query; none if no entity has one of the values.
    pub(super) fn new(view: &View, query: &SearchQuery) -> Option<Filter> {
        let values = [query.kind, query.district, query.industry, query.status];
        let mut wanted = Vec::new();
        for (facet_idx, value) in values.into_iter().enumerate() {
            let Some(value) = value else { continue };
            let known = view.facet_values[facet_idx].binary_search_by(|known| known.as_str().cmp(value));
            let Ok(value_idx) = known else { return None };
            wanted.push((facet_idx, value_idx));
        }
        Some(Filter { wanted })
    }

    /// True if the document is alive and has every wanted category.
    pub(super) fn passes(&self, view: &View, key: DocKey) -> bool {
        let segment = view.segment(key);
        let has = |&(facet_idx, value_idx): &(usize, usize)| segment.facet(facet_idx, key.doc_id) == Some(value_idx);
        self.wanted.iter().all(has) && !segment.reader.is_deleted(key.doc_id)
    }
}

fn text_column(reader: &SegmentReader, name: &str) -> Result<StrColumn, IndexError> {
    let column = reader.fast_fields().str(name)?;
    Ok(column.unwrap_or_else(|| StrColumn::wrap(BytesColumn::empty(reader.max_doc()))))
}

/// The distinct values of every facet; few enough to be held in memory.
fn facet_values(searcher: &Searcher) -> Result<Vec<Vec<String>>, IndexError> {
    let mut values = vec![Vec::new(); FACETS.len()];
    for reader in searcher.segment_readers() {
        for (facet, values) in FACETS.iter().zip(&mut values) {
            values.extend(column_values(&text_column(reader, facet.name())?)?);
        }
    }
    for values in &mut values {
        values.sort_unstable();
        values.dedup();
    }
    Ok(values)
}

fn open_facets(reader: &SegmentReader, facet_values: &[Vec<String>]) -> Result<Vec<FacetColumn>, IndexError> {
    let mut facets = Vec::with_capacity(FACETS.len());
    for (facet, known) in FACETS.iter().zip(facet_values) {
        let column = text_column(reader, facet.name())?;
        let places = column_values(&column)?.into_iter().map(|value| known.partition_point(|other| *other < value));
        facets.push(FacetColumn { ords: column.ords().clone(), value_idx_of_ord: places.collect() });
    }
    Ok(facets)
}

/// The values of a column in the order of their numbers.
fn column_values(column: &StrColumn) -> Result<Vec<String>, IndexError> {
    let mut values = Vec::with_capacity(column.dictionary().num_terms());
    let mut stream = column.dictionary().stream()?;
    while stream.advance() {
        values.push(String::from_utf8_lossy(stream.key()).into_owned());
    }
    Ok(values)
}
