//! What day is it, and how does each department write it?
//!
//! Days of the proleptic Gregorian calendar, counted from 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date
//! algorithms"). It deliberately parses nothing: reading dates is the business of the rules.

/// A day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(pub(super) i64);

impl Day {
    /// 1990-01-01: older firms are too few to matter.
    pub(super) const FIRST: Day = Day(7_305);
    /// 2015-10-01: credit codes begin (国发〔2015〕33号).
    pub(super) const CREDIT_CODES: Day = Day(16_709);
    /// 2026-06-30: the day the files were delivered. Fixed, so that a seed means the same city next year.
    pub(super) const DELIVERED: Day = Day(20_634);

    /// Year, month and day of the month.
    pub(super) fn civil(self) -> (i64, i64, i64) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1)
    }

    pub(super) fn year(self) -> i64 {
        self.civil().0
    }

    /// 2019-03-05, as market regulation writes it.
    pub(super) fn dashed(self) -> String {
        let (year, month, day) = self.civil();
        format!("{year}-{month:02}-{day:02}")
    }

    /// 20190305, as the tax bureau and identity numbers write it.
    pub(super) fn compact(self) -> String {
        let (year, month, day) = self.civil();
        format!("{year}{month:02}{day:02}")
    }

    /// 2019/3/5, as spreadsheets write it.
    pub(super) fn slashed(self) -> String {
        let (year, month, day) = self.civil();
        format!("{year}/{month}/{day}")
    }

    /// 2019年3月5日, as social security writes it.
    pub(super) fn in_words(self) -> String {
        let (year, month, day) = self.civil();
        format!("{year}年{month}月{day}日")
    }

    /// 2019-03, as the census form asks for it.
    pub(super) fn month(self) -> String {
        let (year, month, _) = self.civil();
        format!("{year}-{month:02}")
    }
}
