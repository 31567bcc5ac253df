//! Of which types are the fields of a footer and of a page header?
//!
//! As parquet.thrift of parquet-format 2.12 says. The parquet crate (59) reads a field that it knows as the type that it
//! should have, whatever type the file says it has: where the two differ, it would read other structures than were walked
//! over. Fields that are not listed here are skipped by the type that the file says, by both.

use Shape::{Byte, Bytes, Double, List, Number, Structure, Truth};

/// What a field has to be.
#[derive(Debug)]
pub(super) enum Shape {
    /// A truth value, which stands in the type itself.
    Truth,
    /// A whole number of one byte.
    Byte,
    /// A whole number of variable length, and so are enumerations.
    Number,
    /// A floating number of eight bytes.
    Double,
    /// Bytes or text behind their length.
    Bytes,
    /// A list of such.
    List(&'static Shape),
    /// A structure or union of these fields.
    Structure(&'static [(i16, Shape)]),
}

impl Shape {
    /// Whether a type of the compact protocol is this one.
    pub(super) fn is(&self, kind: u8) -> bool {
        match self {
            Truth => matches!(kind, 1 | 2),
            Byte => kind == 3,
            Number => matches!(kind, 4..=6),
            Double => kind == 7,
            Bytes => kind == 8,
            List(_) => kind == 9,
            Structure(_) => kind == 12,
        }
    }

    /// What a field of a structure has to be, if it is known.
    pub(super) fn field(&self, id: i16) -> Option<&'static Shape> {
        let Structure(fields) = self else { return None };
        fields.iter().find(|(known, _)| *known == id).map(|(_, shape)| shape)
    }

    /// What an item of a list has to be.
    pub(super) fn item(&self) -> Option<&'static Shape> {
        if let List(item) = self { Some(item) } else { None }
    }
}

/// The footer: FileMetaData.
pub(super) static FOOTER: Shape = Structure(&[
    (1, Number),
    (2, List(&SCHEMA_ELEMENT)),
    (3, Number),
    (4, List(&ROW_GROUP)),
    (5, List(&KEY_VALUE)),
    (6, Bytes),
    (7, List(&COLUMN_ORDER)),
    (8, Structure(&[(1, AES), (2, AES)])),
    (9, Bytes),
]);

/// PageHeader.
pub(super) static PAGE_HEADER: Shape = Structure(&[
    (1, Number),
    (2, Number),
    (3, Number),
    (4, Number),
    (5, Structure(&[(1, Number), (2, Number), (3, Number), (4, Number), (5, STATISTICS)])),
    (6, NOTHING),
    (7, Structure(&[(1, Number), (2, Number), (3, Truth)])),
    (
        8,
        Structure(&[
            (1, Number),
            (2, Number),
            (3, Number),
            (4, Number),
            (5, Number),
            (6, Number),
            (7, Truth),
            (8, STATISTICS),
        ]),
    ),
]);

const NOTHING: Shape = Structure(&[]);

const AES: Shape = Structure(&[(1, Bytes), (2, Bytes), (3, Truth)]);

static COLUMN_ORDER: Shape = Structure(&[(1, NOTHING), (2, NOTHING)]);

static KEY_VALUE: Shape = Structure(&[(1, Bytes), (2, Bytes)]);

static NUMBER: Shape = Number;

static TEXT: Shape = Bytes;

static SCHEMA_ELEMENT: Shape = Structure(&[
    (1, Number),
    (2, Number),
    (3, Number),
    (4, Bytes),
    (5, Number),
    (6, Number),
    (7, Number),
    (8, Number),
    (9, Number),
    (10, LOGICAL_TYPE),
]);

const LOGICAL_TYPE: Shape = Structure(&[
    (1, NOTHING),
    (2, NOTHING),
    (3, NOTHING),
    (4, NOTHING),
    (5, Structure(&[(1, Number), (2, Number)])),
    (6, NOTHING),
    (7, TIME),
    (8, TIME),
    (10, Structure(&[(1, Byte), (2, Truth)])),
    (11, NOTHING),
    (12, NOTHING),
    (13, NOTHING),
    (14, NOTHING),
    (15, NOTHING),
    (16, Structure(&[(1, Byte)])),
    (17, Structure(&[(1, Bytes)])),
    (18, Structure(&[(1, Bytes), (2, Number)])),
]);

const TIME: Shape = Structure(&[(1, Truth), (2, Structure(&[(1, NOTHING), (2, NOTHING), (3, NOTHING)]))]);

static ROW_GROUP: Shape = Structure(&[
    (1, List(&COLUMN_CHUNK)),
    (2, Number),
    (3, Number),
    (4, List(&SORTING_COLUMN)),
    (5, Number),
    (6, Number),
    (7, Number),
]);

static SORTING_COLUMN: Shape = Structure(&[(1, Number), (2, Truth), (3, Truth)]);

static COLUMN_CHUNK: Shape = Structure(&[
    (1, Bytes),
    (2, Number),
    (3, COLUMN),
    (4, Number),
    (5, Number),
    (6, Number),
    (7, Number),
    (8, Structure(&[(1, NOTHING), (2, Structure(&[(1, List(&TEXT)), (2, Bytes)]))])),
    (9, Bytes),
]);

const COLUMN: Shape = Structure(&[
    (1, Number),
    (2, List(&NUMBER)),
    (3, List(&TEXT)),
    (4, Number),
    (5, Number),
    (6, Number),
    (7, Number),
    (8, List(&KEY_VALUE)),
    (9, Number),
    (10, Number),
    (11, Number),
    (12, STATISTICS),
    (13, List(&ENCODING_COUNT)),
    (14, Number),
    (15, Number),
    (16, Structure(&[(1, Number), (2, List(&NUMBER)), (3, List(&NUMBER))])),
    (17, Structure(&[(1, BOX), (2, List(&NUMBER))])),
]);

static ENCODING_COUNT: Shape = Structure(&[(1, Number), (2, Number), (3, Number)]);

const STATISTICS: Shape = Structure(&[
    (1, Bytes),
    (2, Bytes),
    (3, Number),
    (4, Number),
    (5, Bytes),
    (6, Bytes),
    (7, Truth),
    (8, Truth),
    (9, Number),
]);

const BOX: Shape = Structure(&[
    (1, Double),
    (2, Double),
    (3, Double),
    (4, Double),
    (5, Double),
    (6, Double),
    (7, Double),
    (8, Double),
]);
