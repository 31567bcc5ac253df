//! When was that?
//!
//! Times of RFC 3339 as they are asked for and told, in milliseconds since 1970 in UTC. Leap seconds do not exist here.

use minglu_rules::date::Date;

/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Bytes of a date, `2026-03-02`.
const DATE_LEN: usize = 10;

/// Since when something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AsOf {
    /// After a sequence number.
    Sequence(u64),
    /// At this millisecond.
    Moment(i64),
}

impl AsOf {
    /// Reads a sequence number, a time, or a date, which stands for its end in UTC.
    pub(crate) fn parse(text: &str) -> Option<AsOf> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().map(AsOf::Sequence);
        }
        let (day, rest) = text.split_at_checked(DATE_LEN)?;
        let day_ms = i64::from(day_of(day)?.0) * DAY_MS;
        match rest.split_at_checked(1) {
            None => Some(AsOf::Moment(day_ms + DAY_MS - 1)),
            Some(("T" | "t", time)) => Some(AsOf::Moment(day_ms + time_of_day_ms(time)?)),
            Some(_) => None,
        }
    }
}

/// A time as it is told.
pub(crate) fn told(at_ms: u64) -> String {
    let at_ms = i64::try_from(at_ms).unwrap_or(i64::MAX);
    let (days, ms) = (at_ms / DAY_MS, at_ms % DAY_MS);
    let date = Date(i32::try_from(days).unwrap_or(i32::MAX));
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    format!("{date}T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z", ms % 1000)
}

fn day_of(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let date = Date::from_civil(i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?)?;
    parts.next().is_none().then_some(date)
}

/// `09:30:00Z`, `09:30:00.5+08:00`: milliseconds since midnight in UTC.
fn time_of_day_ms(text: &str) -> Option<i64> {
    let zone_at = text.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = text.split_at_checked(zone_at)?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut parts = time.split(':');
    let (hours, minutes, seconds) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction_ms: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some((hours * 3600 + minutes * 60 + seconds) * 1000 + fraction_ms - zone_ms(zone)?)
}

fn zone_ms(text: &str) -> Option<i64> {
    let (sign, offset) = text.split_at_checked(1)?;
    let sign = match sign {
        "Z" | "z" => return offset.is_empty().then_some(0),
        "+" => 1,
        _ => -1,
    };
    let (hours, minutes) = offset.split_once(':')?;
    Some(sign * (digits(hours, 2)? * 60 + digits(minutes, 2)?) * 60_000)
}

fn digits(text: &str, n_digits: usize) -> Option<i64> {
    let is_number = text.len() == n_digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    //! Times and their texts.

    use super::*;

    fn check(text: &str, expect: Option<AsOf>) {
        assert_eq!(AsOf::parse(text), expect, "{text}");
    }

    #[test]
    fn sequences_dates_and_times() {
        check("0", Some(AsOf::Sequence(0)));
        check("20260302", Some(AsOf::Sequence(20_260_302)));
        check("1970-01-01", Some(AsOf::Moment(DAY_MS - 1)));
        check("1970-01-02T00:00:01Z", Some(AsOf::Moment(DAY_MS + 1000)));
        check("1970-01-02T08:00:00.25+08:00", Some(AsOf::Moment(DAY_MS + 250)));
        for text in [
            "",
            "-1",
            "1970-13-01",
            "1970-01-01T",
            "1970-01-01T25:00:00Z",
            "1970-01-01T00:00:00",
            "深圳",
            "1970-01-01 00:00:00Z",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn what_is_told_can_be_asked_for() {
        for at_ms in [0, 1, 1_772_443_800_123] {
            check(&told(at_ms), Some(AsOf::Moment(at_ms as i64)));
        }
        assert_eq!(told(1_772_443_800_123), "2026-03-02T09:30:00.123Z");
    }
}
