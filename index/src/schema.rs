//! Which fields does the search index have, and how is each of them kept?
//!
//! A *channel* is a way in which text leads to an entity: its names, its people, its addresses. Each channel has two
//! fields, and together they replace a scoring search engine:
//!
//! * `…_grams`, an inverted index of characters and pairs. It finds candidates. Neither frequencies nor positions are
//!   kept: a gram twice in a name says nothing more, and the posting lists are read by [`crate::search`] itself.
//! * `…_letters`, a column of code points, a zero behind each value. It re-ranks candidates. A bit-packed column reads
//!   a name in a hundred nanoseconds, where the document store would unpack a whole block. Letters of names carry the
//!   part of the name that they belong to above the code point, so that no name is parsed to be ranked.
//!
//! Words of a dictionary are deliberately no field: whatever a word finds, its pairs find too, and trade names are in no
//! dictionary.
//!
//! Every answer is served from `display`, so a search needs no second store.

use minglu_rules::name::NamePart;
use tantivy::Index;
use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, Schema, SchemaBuilder, TextFieldIndexing, TextOptions};

use crate::tokenize::GramTokenizer;

/// The layout written by this program; another number on disk means "rebuild".
pub const FORMAT_VERSION: u32 = 2;

/// Values kept per channel of one entity; the oldest former names beyond it are not searchable.
pub const CHANNEL_VALUES_MAX: usize = 32;

/// Bits of a letter below the number of its part; no code point has more.
const PART_SHIFT: u32 = 21;

/// A letter with its part, as the column keeps it.
pub(crate) fn packed_letter(letter: char, part: NamePart) -> u64 {
    u64::from(letter) | (part as u64) << PART_SHIFT
}

/// The code point of a packed letter.
pub(crate) fn code_point(packed: u64) -> u64 {
    packed & ((1 << PART_SHIFT) - 1)
}

/// The part of a packed letter.
pub(crate) fn part(packed: u64) -> NamePart {
    NamePart::of_number((packed >> PART_SHIFT) as u8)
}

/// Name under which the gram tokenizer is registered.
const GRAM_TOKENIZER: &str = "grams";

/// A way in which text leads to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Full, short and former names.
    Name,
    /// People who hold a post.
    Person,
    /// Registered and other addresses.
    Address,
}

/// Every channel, in the order in which ties between them are broken.
pub const CHANNELS: [Channel; 3] = [Channel::Name, Channel::Person, Channel::Address];

/// A categorical field that can filter an answer and be counted in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// Enterprise, person or building.
    Kind,
    /// Division code or name.
    District,
    /// Industry code or name.
    Industry,
    /// Status of registration.
    Status,
}

/// Every facet, in the order in which an answer lists them.
pub const FACETS: [Facet; 4] = [Facet::Kind, Facet::District, Facet::Industry, Facet::Status];

/// The two fields of a channel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChannelFields {
    pub(crate) grams: Field,
    pub(crate) letters: Field,
}

/// Handles of all fields; the only place that names them.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    /// Entity id, as one term and as a column.
    pub(crate) id: Field,
    /// Codes as one term each, upper case; of a credit code its organisation part too.
    pub(crate) codes: Field,
    /// In the order of [`CHANNELS`].
    pub(crate) channels: [ChannelFields; 3],
    /// In the order of [`FACETS`].
    pub(crate) facets: [Field; 4],
    /// Breaks ties the same way in every index of the same entities: shorter name first, then a hash of the id.
    pub(crate) rank_key: Field,
    /// The whole [`crate::write::EntityDoc`] as JSON.
    pub(crate) display: Field,
}

impl Channel {
    /// Name of the column of code points.
    pub(crate) fn letters_name(self) -> &'static str {
        match self {
            Channel::Name => "name_letters",
            Channel::Person => "person_letters",
            Channel::Address => "address_letters",
        }
    }

    fn grams_name(self) -> &'static str {
        match self {
            Channel::Name => "name_grams",
            Channel::Person => "person_grams",
            Channel::Address => "address_grams",
        }
    }
}

impl Facet {
    /// Name of the facet in the index and in an answer.
    pub fn name(self) -> &'static str {
        match self {
            Facet::Kind => "kind",
            Facet::District => "district",
            Facet::Industry => "industry",
            Facet::Status => "status",
        }
    }
}

/// Name of the column of entity ids.
pub(crate) const ID_NAME: &str = "id";
/// Name of the column of rank keys.
pub(crate) const RANK_KEY_NAME: &str = "rank_key";

/// The schema and the handles of its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let fields = Fields {
        id: builder.add_text_field(ID_NAME, indexed_as("raw").set_fast("raw")),
        codes: builder.add_text_field("codes", indexed_as("raw")),
        channels: CHANNELS.map(|channel| add_channel(&mut builder, channel)),
        facets: FACETS.map(|facet| builder.add_text_field(facet.name(), TextOptions::default().set_fast("raw"))),
        rank_key: builder.add_u64_field(RANK_KEY_NAME, FAST),
        display: builder.add_bytes_field("display", STORED),
    };
    (builder.build(), fields)
}

/// Teaches an opened or created index our tokenizer.
pub(crate) fn register_tokenizers(index: &Index) {
    index.tokenizers().register(GRAM_TOKENIZER, GramTokenizer::default());
}

fn add_channel(builder: &mut SchemaBuilder, channel: Channel) -> ChannelFields {
    ChannelFields {
        grams: builder.add_text_field(channel.grams_name(), indexed_as(GRAM_TOKENIZER)),
        letters: builder.add_u64_field(channel.letters_name(), FAST),
    }
}

/// Indexed without frequencies, positions and field lengths.
fn indexed_as(tokenizer: &str) -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_fieldnorms(false);
    TextOptions::default().set_indexing_options(indexing.set_index_option(IndexRecordOption::Basic))
}
