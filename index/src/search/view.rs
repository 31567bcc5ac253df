//! What does an opened index look like to a query?
//!
//! Columns and dictionaries are opened once here, because opening them costs as much as a whole query. A view never
//! changes; it holds the files open, so that a later commit, merge or build elsewhere cannot pull them away. A segment
//! never changes either but for which of its documents are dead, so the next view opens only new segments and the
//! bits of dead documents.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::columnar::{BytesColumn, Column, StrColumn};
use tantivy::directory::META_LOCK;
use tantivy::fastfield::AliveBitSet;
use tantivy::index::{SegmentComponent, SegmentId};
use tantivy::schema::Value;
use tantivy::store::StoreReader;
use tantivy::{Directory, Index, InvertedIndexReader, Segment, SegmentReader, TantivyDocument, TantivyError};

use super::SearchQuery;
use crate::IndexError;
use crate::directory::{check_schema, check_segment, open_index};
use crate::schema::{CHANNELS, Channel, FACETS, Fields, ID_NAME, RANK_KEY_NAME, schema};
use crate::write::{EntityDoc, Stamp};

/// Largest file whose checksum is verified when a segment is opened. It covers what commits add, in a millisecond or
/// so, and keeps a refresh after a large merge from reading all of it; the files of a large segment take as long to read as they are large, and wait for
/// [`validate`](super::SearchIndex::validate).
pub(super) const CHECKED_BYTES_MAX: u64 = 16 << 20;
/// Unpacked blocks of documents that are kept per segment: a few pages of hits.
const STORE_BLOCKS_CACHED: usize = 100;
/// Letters read per entity and channel: far more than [`CHANNEL_VALUES_MAX`](crate::schema::CHANNEL_VALUES_MAX) real
/// values hold, and a bound if a length is damaged.
const LETTERS_MAX: usize = 1 << 20;

/// A document: which segment, and its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct DocKey {
    pub(super) segment_idx: u32,
    pub(super) doc_id: u32,
}

/// All segments of one commit, opened for reading.
pub(super) struct View {
    pub(super) segments: Vec<SegmentView>,
    /// Living documents.
    pub(super) n_docs: u64,
    /// Documents that posting lists speak of: the dead are among them until a merge.
    pub(super) n_docs_listed: u64,
    pub(super) sequence: u64,
    index: Index,
    dir: PathBuf,
    fields: Fields,
}

/// One segment as of one commit.
#[derive(Clone)]
pub(super) struct SegmentView {
    pub(super) columns: Arc<SegmentColumns>,
    /// None if all documents live.
    alive: Option<AliveBitSet>,
    /// Which commit or merge last killed a document.
    delete_stamp: Option<u64>,
}

/// The parts of one segment that queries read and no commit changes.
pub(super) struct SegmentColumns {
    pub(super) max_doc: u32,
    pub(super) codes: Arc<InvertedIndexReader>,
    pub(super) ids: Arc<InvertedIndexReader>,
    segment_id: SegmentId,
    /// In the order of [`FACETS`].
    facets: Vec<FacetColumn>,
    grams: Vec<Arc<InvertedIndexReader>>,
    letters: Vec<Column<u64>>,
    id: StrColumn,
    rank_key: Column<u64>,
    store: StoreReader,
}

/// One facet of one segment.
struct FacetColumn {
    ords: Column<u64>,
    /// The sorted values by their numbers; few enough to be held in memory.
    values: Vec<String>,
}

impl View {
    /// Opens the index in `dir` if it has the layout of this program.
    ///
    /// Verifies the list of segments and every file of at most `checked_bytes_max` bytes.
    pub(super) fn open(dir: &Path, checked_bytes_max: u64) -> Result<View, IndexError> {
        View::load(open_index(dir)?, dir, &[], checked_bytes_max)
    }

    /// The view of the last commit; segments that are still there are not opened again.
    pub(super) fn refresh(&self) -> Result<View, IndexError> {
        View::load(self.index.clone(), &self.dir, &self.segments, CHECKED_BYTES_MAX)
    }

    fn load(index: Index, dir: &Path, known: &[SegmentView], checked_bytes_max: u64) -> Result<View, IndexError> {
        // Nobody may tidy files away between reading their list and opening them.
        let lock = index.directory().acquire_lock(&META_LOCK).map_err(TantivyError::from)?;
        let metas = index.load_metas()?;
        let sequence = Stamp::read(dir, &metas)?.sequence;
        check_schema(&index)?;
        let fields = schema().1;
        let mut segments = Vec::with_capacity(metas.segments.len());
        for meta in metas.segments {
            let known = known.iter().find(|known| known.columns.segment_id == meta.id());
            if known.is_none() {
                check_segment(&index, dir, &meta, checked_bytes_max)?;
            }
            segments.push(SegmentView::open(&index.segment(meta), &fields, known)?);
        }
        drop(lock);
        let n_docs = segments.iter().map(|segment| u64::from(segment.n_alive())).sum();
        let n_docs_listed = segments.iter().map(|segment| u64::from(segment.columns.max_doc)).sum();
        Ok(View { segments, n_docs, n_docs_listed, sequence, index, dir: dir.to_owned(), fields })
    }

    /// The segment of a document.
    pub(super) fn segment(&self, key: DocKey) -> &SegmentView {
        &self.segments[key.segment_idx as usize]
    }

    /// The order of documents with equal scores.
    pub(super) fn rank_key(&self, key: DocKey) -> u64 {
        self.segment(key).columns.rank_key.first(key.doc_id).unwrap_or(u64::MAX)
    }

    /// The entity id of a document.
    pub(super) fn id(&self, key: DocKey) -> Result<String, IndexError> {
        let column = &self.segment(key).columns.id;
        let mut id = String::new();
        if let Some(ord) = column.ords().first(key.doc_id) {
            column.ord_to_str(ord, &mut id)?;
        }
        Ok(id)
    }

    /// The entity as it was indexed.
    pub(super) fn entity(&self, key: DocKey) -> Result<EntityDoc, IndexError> {
        let document: TantivyDocument = self.segment(key).columns.store.get(key.doc_id)?;
        let bytes = document.get_first(self.fields.display).and_then(|value| value.as_bytes()).unwrap_or_default();
        Ok(serde_json::from_slice(bytes)?)
    }
}

impl SegmentView {
    /// Opens a segment; `known` is the same segment as of another commit.
    fn open(segment: &Segment, fields: &Fields, known: Option<&SegmentView>) -> Result<SegmentView, IndexError> {
        let delete_stamp = segment.meta().delete_opstamp();
        if let Some(known) = known.filter(|known| known.delete_stamp == delete_stamp) {
            return Ok(known.clone());
        }
        let columns = match known {
            Some(known) => known.columns.clone(),
            None => Arc::new(SegmentColumns::open(segment, fields)?),
        };
        let alive = open_alive(segment)?;
        let opened = SegmentView { columns, alive, delete_stamp };
        // The list of segments of an older index has no checksum; its numbers must agree with the files.
        if opened.n_alive() != segment.meta().num_docs() || opened.columns.max_doc != segment.meta().max_doc() {
            let reason = format!("another number of documents in segment {}", segment.id().short_uuid_string());
            return Err(IndexError::Contradiction { reason });
        }
        Ok(opened)
    }

    /// True if the document was deleted or replaced.
    pub(super) fn is_dead(&self, doc_id: u32) -> bool {
        self.alive.as_ref().is_some_and(|alive| alive.is_deleted(doc_id))
    }

    /// The posting lists of a channel.
    pub(super) fn grams(&self, channel: Channel) -> &InvertedIndexReader {
        &self.columns.grams[channel as usize]
    }

    /// The values of a facet in this segment, sorted; those of dead documents are among them.
    pub(super) fn facet_values(&self, facet_idx: usize) -> &[String] {
        &self.columns.facets[facet_idx].values
    }

    /// The place of a document's value among the values of a facet.
    pub(super) fn facet(&self, facet_idx: usize, doc_id: u32) -> Option<usize> {
        Some(self.columns.facets[facet_idx].ords.first(doc_id)? as usize)
    }

    /// Reads the letters of all values of a channel, a zero behind each.
    pub(super) fn read_letters(&self, channel: Channel, doc_id: u32, out: &mut Vec<u64>) {
        let column = &self.columns.letters[channel as usize];
        let rows = column.index.value_row_ids(doc_id);
        out.resize(rows.len().min(LETTERS_MAX), 0);
        column.values.get_range(u64::from(rows.start), out);
    }

    fn n_alive(&self) -> u32 {
        self.alive.as_ref().map_or(self.columns.max_doc, |alive| alive.num_alive_docs() as u32)
    }
}

impl SegmentColumns {
    fn open(segment: &Segment, fields: &Fields) -> Result<SegmentColumns, IndexError> {
        let reader = SegmentReader::open(segment)?;
        let columns = reader.fast_fields();
        let numbers = |name: &str| {
            let empty = || Column::build_empty_column(reader.max_doc());
            Ok::<_, TantivyError>(columns.column_opt::<u64>(name)?.unwrap_or_else(empty))
        };
        let rank_key = numbers(RANK_KEY_NAME)?;
        Ok(SegmentColumns {
            // Every document has a rank key.
            max_doc: rank_key.num_docs(),
            codes: reader.inverted_index(fields.codes)?,
            ids: reader.inverted_index(fields.id)?,
            segment_id: segment.id(),
            facets: FACETS.iter().map(|facet| FacetColumn::open(&reader, facet.name())).collect::<Result<_, _>>()?,
            grams: fields.channels.iter().map(|f| reader.inverted_index(f.grams)).collect::<Result<_, _>>()?,
            letters: CHANNELS.iter().map(|channel| numbers(channel.letters_name())).collect::<Result<_, _>>()?,
            id: text_column(&reader, ID_NAME)?,
            rank_key,
            store: reader.get_store_reader(STORE_BLOCKS_CACHED)?,
        })
    }
}

impl FacetColumn {
    fn open(reader: &SegmentReader, name: &str) -> Result<FacetColumn, IndexError> {
        let column = text_column(reader, name)?;
        let mut values = Vec::new();
        let mut stream = column.dictionary().stream()?;
        while stream.advance() {
            values.push(String::from_utf8_lossy(stream.key()).into_owned());
        }
        Ok(FacetColumn { ords: column.ords().clone(), values })
    }
}

/// The categories that every hit must have.
pub(super) struct Filter {
    /// Place of the facet, and of the wanted value in each segment that has it.
    wanted: Vec<(usize, Vec<Option<usize>>)>,
}

impl Filter {
    /// Lets everything pass that is not dead.
    pub(super) const NONE: Filter = Filter { wanted: Vec::new() };

    /// The filter of a query; none if no document has one of the values.
    pub(super) fn new(view: &View, query: &SearchQuery) -> Option<Filter> {
        let values = [query.kind, query.district, query.industry, query.status];
        let mut wanted = Vec::new();
        for (facet_idx, value) in values.into_iter().enumerate() {
            let Some(value) = value else { continue };
            let place = |segment: &SegmentView| {
                segment.facet_values(facet_idx).binary_search_by(|known| known.as_str().cmp(value)).ok()
            };
            let places: Vec<Option<usize>> = view.segments.iter().map(place).collect();
            if places.iter().all(Option::is_none) {
                return None;
            }
            wanted.push((facet_idx, places));
        }
        Some(Filter { wanted })
    }

    /// True if the document lives and has every wanted category.
    pub(super) fn passes(&self, view: &View, key: DocKey) -> bool {
        let segment = view.segment(key);
        let has = |(facet_idx, places): &(usize, Vec<Option<usize>>)| {
            let place = places[key.segment_idx as usize];
            place.is_some() && segment.facet(*facet_idx, key.doc_id) == place
        };
        self.wanted.iter().all(has) && !segment.is_dead(key.doc_id)
    }
}

fn text_column(reader: &SegmentReader, name: &str) -> Result<StrColumn, IndexError> {
    let column = reader.fast_fields().str(name)?;
    Ok(column.unwrap_or_else(|| StrColumn::wrap(BytesColumn::empty(reader.max_doc()))))
}

/// Which documents of a segment live; none if all do.
fn open_alive(segment: &Segment) -> Result<Option<AliveBitSet>, IndexError> {
    if !segment.meta().has_deletes() {
        return Ok(None);
    }
    let file = segment.open_read(SegmentComponent::Delete).map_err(TantivyError::from)?;
    let alive = AliveBitSet::open(file.read_bytes()?);
    // Asking beyond the bits would be a panic in the middle of a query.
    if alive.bitset().max_value() != segment.meta().max_doc() {
        return Err(IndexError::Damaged {
            file: segment.relative_path(SegmentComponent::Delete).display().to_string(),
        });
    }
    Ok(Some(alive))
}
