//! What does an opened index look like to a query?
//!
//! Columns and dictionaries are opened once here, because opening them costs as much as a whole query. A view never
//! changes; it holds the files open, so that a later build elsewhere cannot pull them away.

use std::path::Path;
use std::sync::Arc;

use tantivy::columnar::{Column, StrColumn};
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
    searcher: Searcher,
    fields: Fields,
}

/// The parts of one segment that queries read.
pub(super) struct SegmentView {
    pub(super) reader: SegmentReader,
    pub(super) codes: Arc<InvertedIndexReader>,
    pub(super) ids: Arc<InvertedIndexReader>,
    /// In the order of [`FACETS`].
    pub(super) facets: Vec<StrColumn>,
    grams: Vec<Arc<InvertedIndexReader>>,
    letters: Vec<Column<u64>>,
    id: StrColumn,
    rank_key: Column<u64>,
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
        let segments = searcher.segment_readers().iter().map(|reader| SegmentView::open(reader, &fields));
        let segments = segments.collect::<Result<Vec<_>, _>>()?;
        Ok(View { segments, n_docs: searcher.num_docs(), sequence: stamp.sequence, searcher, fields })
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
    fn open(reader: &SegmentReader, fields: &Fields) -> Result<SegmentView, IndexError> {
        let columns = reader.fast_fields();
        let numbers = |name: &str| {
            let empty = || Column::build_empty_column(reader.max_doc());
            Ok::<_, tantivy::TantivyError>(columns.column_opt::<u64>(name)?.unwrap_or_else(empty))
        };
        let texts = |name: &str| {
            let empty = || StrColumn::wrap(tantivy::columnar::BytesColumn::empty(reader.max_doc()));
            Ok::<_, tantivy::TantivyError>(columns.str(name)?.unwrap_or_else(empty))
        };
        Ok(SegmentView {
            codes: reader.inverted_index(fields.codes)?,
            ids: reader.inverted_index(fields.id)?,
            facets: FACETS.iter().map(|facet| texts(facet.name())).collect::<Result<_, _>>()?,
            grams: fields.channels.iter().map(|f| reader.inverted_index(f.grams)).collect::<Result<_, _>>()?,
            letters: CHANNELS.iter().map(|channel| numbers(channel.letters_name())).collect::<Result<_, _>>()?,
            id: texts(ID_NAME)?,
            rank_key: numbers(RANK_KEY_NAME)?,
            reader: reader.clone(),
        })
    }

    /// The posting lists of a channel.
    pub(super) fn grams(&self, channel: Channel) -> &InvertedIndexReader {
        &self.grams[channel as usize]
    }

    /// Reads the letters of all values of a channel, a zero behind each.
    pub(super) fn read_letters(&self, channel: Channel, doc_id: u32, out: &mut Vec<u64>) {
        let column = &self.letters[channel as usize];
        let rows = column.index.value_row_ids(doc_id);
        out.resize(rows.len(), 0);
        column.values.get_range(u64::from(rows.start), out);
    }
}

/// The categories that every hit must have: per segment, pairs of facet and the value's number there.
pub(super) struct Filter {
    wanted: Vec<Vec<(usize, u64)>>,
}

impl Filter {
    /// Lets everything pass that is not deleted.
    pub(super) const NONE: Filter = Filter { wanted: Vec::new() };

    /// The filter of a query; none if no segment knows one of the values.
    pub(super) fn new(view: &View, query: &SearchQuery) -> Result<Option<Filter>, IndexError> {
        let values = [query.kind, query.district, query.industry, query.status];
        if values.iter().all(Option::is_none) {
            return Ok(Some(Filter::NONE));
        }
        let mut is_known = [false; FACETS.len()];
        let mut wanted = Vec::with_capacity(view.segments.len());
        for segment in &view.segments {
            let mut pairs = Vec::new();
            for (facet_idx, value) in values.iter().enumerate() {
                let Some(value) = value else { continue };
                let ord = segment.facets[facet_idx].dictionary().term_ord(value)?;
                is_known[facet_idx] |= ord.is_some();
                pairs.push((facet_idx, ord.unwrap_or(u64::MAX)));
            }
            wanted.push(pairs);
        }
        let is_possible = values.iter().zip(is_known).all(|(value, is_known)| value.is_none() || is_known);
        Ok(is_possible.then_some(Filter { wanted }))
    }

    /// True if the document is alive and has every wanted category.
    pub(super) fn passes(&self, view: &View, key: DocKey) -> bool {
        let segment = view.segment(key);
        let pairs = self.wanted.get(key.segment_idx as usize).map_or(&[][..], Vec::as_slice);
        let has = |&(facet_idx, ord): &(usize, u64)| segment.facets[facet_idx].ords().first(key.doc_id) == Some(ord);
        pairs.iter().all(has) && !segment.reader.is_deleted(key.doc_id)
    }
}
