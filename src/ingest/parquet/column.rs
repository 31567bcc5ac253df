//! How do the values of a Parquet column read as text?

use ::parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::{AsBytes, DataType};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::schema::types::{ColumnDescPtr, ColumnDescriptor};
use minglu_rules::date::Date;

use crate::ingest::lines::N_ROW_BYTES_MAX;
use crate::ingest::rows::Fault;
use crate::ingest::spreadsheet::number_text;

/// Between the items of a list.
const LIST_SEPARATOR: char = ';';

/// China Standard Time, without summer time since 1991 (GB/T 7408).
const CHINA_SECONDS: i64 = 8 * 3600;

const SECONDS_PER_DAY: i64 = 86_400;

/// Steps of a schema that are only scaffolding of lists (parquet-format, `LogicalTypes.md`, and older writers).
const LIST_STEPS: [&str; 6] = ["list", "element", "array", "array_element", "bag", "item"];

/// The name of a column: its path without the scaffolding of lists.
pub(super) fn name_of(path: &[String]) -> String {
    let Some((first, rest)) = path.split_first() else { return String::new() };
    let steps = rest.iter().map(String::as_str).filter(|step| !LIST_STEPS.contains(step));
    std::iter::once(first.as_str()).chain(steps).collect::<Vec<_>>().join(".")
}

/// A column that is read a few records at a time.
pub(super) struct Column {
    reader: ColumnReader,
    meaning: Meaning,
    cells: Cells,
    max_def_level: i16,
    max_rep_level: i16,
}

/// What the numbers or bytes of a column mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Plain,
    Unsigned,
    Date,
    /// Ticks of a day, so many a second.
    Time(i64),
    /// Ticks since 1970, so many a second.
    Timestamp {
        n_per_second: i64,
        is_utc: bool,
    },
    /// A number without its last digits after the point.
    Decimal(usize),
    Uuid,
}

/// The cells of the records that were read last.
#[derive(Debug, Default)]
struct Cells {
    text: String,
    ends: Vec<usize>,
    faults: Vec<Option<Fault>>,
    def_levels: Vec<i16>,
    rep_levels: Vec<i16>,
}

impl Column {
    /// Begins to read a column.
    pub(super) fn new(reader: ColumnReader, descriptor: &ColumnDescPtr) -> Self {
        let (max_def_level, max_rep_level) = (descriptor.max_def_level(), descriptor.max_rep_level());
        Self { reader, meaning: Meaning::of(descriptor), cells: Cells::default(), max_def_level, max_rep_level }
    }

    /// Reads the next records; adds the bytes of each to `n_bytes`.
    pub(super) fn read(&mut self, n: usize, n_bytes: &mut [usize]) -> Result<()> {
        let meaning = self.meaning;
        let step = Step { n, max_def_level: self.max_def_level, max_rep_level: self.max_rep_level, n_bytes };
        let cells = &mut self.cells;
        match &mut self.reader {
            ColumnReader::BoolColumnReader(reader) => step.run(reader, cells, |value, out| {
                out.push_str(if *value { "TRUE" } else { "FALSE" });
                true
            }),
            ColumnReader::Int32ColumnReader(reader) => {
                step.run(reader, cells, |value, out| meaning.write_int(i64::from(*value), 32, out))
            }
            ColumnReader::Int64ColumnReader(reader) => {
                step.run(reader, cells, |value, out| meaning.write_int(*value, 64, out))
            }
            ColumnReader::Int96ColumnReader(reader) => {
                // Points in time of old writers, in UTC.
                step.run(reader, cells, |value, out| write_time_point(value.to_seconds(), true, out))
            }
            ColumnReader::FloatColumnReader(reader) => {
                step.run(reader, cells, |value, out| write_float(&value.to_string(), f64::from(*value), out))
            }
            ColumnReader::DoubleColumnReader(reader) => {
                step.run(reader, cells, |value, out| write_float(&value.to_string(), *value, out))
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                step.run(reader, cells, |value, out| meaning.write_bytes(value.as_bytes(), out))
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                step.run(reader, cells, |value, out| meaning.write_bytes(value.as_bytes(), out))
            }
        }
    }

    /// The cell of a record that was read last.
    pub(super) fn cell(&self, at: usize) -> &str {
        let start = at.checked_sub(1).and_then(|before| self.cells.ends.get(before)).copied().unwrap_or(0);
        self.cells.ends.get(at).and_then(|end| self.cells.text.get(start..*end)).unwrap_or_default()
    }

    /// Why the cell of a record cannot be used.
    pub(super) fn fault(&self, at: usize) -> Option<Fault> {
        self.cells.faults.get(at).cloned().flatten()
    }
}

/// One reading of some records.
struct Step<'a> {
    n: usize,
    max_def_level: i16,
    max_rep_level: i16,
    n_bytes: &'a mut [usize],
}

impl Step<'_> {
    /// Reads records and writes their cells; the function says whether a value is text.
    fn run<T: DataType>(
        self,
        reader: &mut ColumnReaderImpl<T>,
        cells: &mut Cells,
        write: impl Fn(&T::T, &mut String) -> bool,
    ) -> Result<()> {
        let mut values: Vec<T::T> = Vec::new();
        cells.clear();
        let (mut n_records, mut n_levels) = (0, 0);
        while n_records < self.n {
            let levels = (Some(&mut cells.def_levels), Some(&mut cells.rep_levels));
            let (n_more, _, n_more_levels) =
                reader.read_records(self.n - n_records, levels.0, levels.1, &mut values)?;
            if n_more == 0 {
                return Err(ParquetError::General("a column ends before the others".into()));
            }
            (n_records, n_levels) = (n_records + n_more, n_levels + n_more_levels);
        }
        let mut values = values.iter();
        for level in 0..n_levels {
            let is_first = self.max_rep_level == 0 || cells.rep_levels.get(level) == Some(&0);
            if is_first && level > 0 {
                cells.end_record(self.n_bytes);
            }
            let is_value = self.max_def_level == 0 || cells.def_levels.get(level) == Some(&self.max_def_level);
            if let Some(value) = is_value.then(|| values.next()).flatten() {
                cells.put(self.n_bytes, |out| write(value, out));
            }
        }
        cells.end_record(self.n_bytes);
        if cells.ends.len() == self.n { Ok(()) } else { Err(ParquetError::General("a column ends too early".into())) }
    }
}

impl Cells {
    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.faults.clear();
        self.def_levels.clear();
        self.rep_levels.clear();
    }

    fn start(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Appends a value to the record that is being read, unless the whole row is too long already.
    fn put(&mut self, n_bytes: &[usize], write: impl FnOnce(&mut String) -> bool) {
        let (start, record) = (self.start(), self.ends.len());
        let n_before = n_bytes.get(record).copied().unwrap_or(0);
        self.faults.resize(self.faults.len().max(record + 1), None);
        if n_before + self.text.len() - start > N_ROW_BYTES_MAX {
            self.text.truncate(start);
            self.faults[record] = Some(Fault::TooLong);
        }
        if self.faults[record].is_some() {
            return;
        }
        if self.text.len() > start {
            self.text.push(LIST_SEPARATOR);
        }
        if !write(&mut self.text) {
            self.faults[record] = Some(Fault::NotText);
        }
    }

    fn end_record(&mut self, n_bytes: &mut [usize]) {
        if let Some(n_bytes) = n_bytes.get_mut(self.ends.len()) {
            *n_bytes += self.text.len() - self.start();
        }
        self.ends.push(self.text.len());
    }
}

impl Meaning {
    fn of(column: &ColumnDescriptor) -> Self {
        let per_second = |unit: &TimeUnit| match unit {
            TimeUnit::MILLIS => 1_000,
            TimeUnit::MICROS => 1_000_000,
            TimeUnit::NANOS => 1_000_000_000,
        };
        match column.logical_type_ref() {
            Some(LogicalType::Timestamp(time)) => {
                return Self::Timestamp { n_per_second: per_second(&time.unit), is_utc: time.is_adjusted_to_u_t_c };
            }
            Some(LogicalType::Time(time)) => return Self::Time(per_second(&time.unit)),
            Some(LogicalType::Uuid) => return Self::Uuid,
            _ => {}
        }
        match column.converted_type() {
            ConvertedType::DATE => Self::Date,
            ConvertedType::DECIMAL => Self::Decimal(usize::try_from(column.type_scale()).unwrap_or(0)),
            ConvertedType::TIME_MILLIS => Self::Time(1_000),
            ConvertedType::TIME_MICROS => Self::Time(1_000_000),
            ConvertedType::TIMESTAMP_MILLIS => Self::Timestamp { n_per_second: 1_000, is_utc: true },
            ConvertedType::TIMESTAMP_MICROS => Self::Timestamp { n_per_second: 1_000_000, is_utc: true },
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64 => {
                Self::Unsigned
            }
            _ => Self::Plain,
        }
    }

    fn write_int(self, value: i64, n_bits: u32, out: &mut String) -> bool {
        match self {
            Self::Date => out.push_str(&i32::try_from(value).map_or(value.to_string(), |days| Date(days).to_string())),
            Self::Time(n_per_second) => out.push_str(&time_of_day(value.div_euclid(n_per_second))),
            Self::Timestamp { n_per_second, is_utc } => {
                return write_time_point(value.div_euclid(n_per_second), is_utc, out);
            }
            Self::Decimal(scale) => write_decimal(i128::from(value), scale, out),
            Self::Unsigned if n_bits == 32 => out.push_str(&(value as u32).to_string()),
            Self::Unsigned => out.push_str(&(value as u64).to_string()),
            Self::Plain | Self::Uuid => out.push_str(&value.to_string()),
        }
        true
    }

    fn write_bytes(self, bytes: &[u8], out: &mut String) -> bool {
        match self {
            Self::Decimal(scale) if bytes.len() <= 16 => {
                let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1_i128 } else { 0 };
                write_decimal(bytes.iter().fold(sign, |number, byte| number << 8 | i128::from(*byte)), scale, out);
                true
            }
            Self::Uuid => {
                bytes.iter().for_each(|byte| out.push_str(&format!("{byte:02x}")));
                true
            }
            _ => match std::str::from_utf8(bytes) {
                Ok(text) => {
                    out.push_str(text);
                    true
                }
                Err(_) => {
                    out.push_str(&String::from_utf8_lossy(bytes));
                    false
                }
            },
        }
    }
}

/// A day with the time, where that is not midnight.
fn write_time_point(seconds: i64, is_utc: bool, out: &mut String) -> bool {
    let seconds = seconds.saturating_add(if is_utc { CHINA_SECONDS } else { 0 });
    let (days, second) = (seconds.div_euclid(SECONDS_PER_DAY), seconds.rem_euclid(SECONDS_PER_DAY));
    match i32::try_from(days) {
        Ok(days) => out.push_str(&Date(days).to_string()),
        Err(_) => out.push_str(&seconds.to_string()),
    }
    if second != 0 {
        out.push(' ');
        out.push_str(&time_of_day(second));
    }
    true
}

fn time_of_day(seconds: i64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn write_decimal(number: i128, scale: usize, out: &mut String) {
    let digits = format!("{:0width$}", number.unsigned_abs(), width = scale.min(64) + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale.min(64));
    if number < 0 {
        out.push('-');
    }
    out.push_str(whole);
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
}

/// A floating number; none is written for what is no number.
fn write_float(written: &str, value: f64, out: &mut String) -> bool {
    if value.is_finite() {
        out.push_str(&number_text(written));
    }
    true
}
