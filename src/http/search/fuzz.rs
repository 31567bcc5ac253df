//! What holds of the parameters of a search, whatever they are?

use super::cursor::Cursor;
use super::{NHits, SearchParameters};
use crate::http::fuzz::read;
use crate::http::limits::{N_HITS_MAX, QUERY_CHARS_MAX};

/// Text and page size are within their bounds, and a cursor that is given out is read again, for this question only.
pub(in crate::http) fn check(query: &[u8]) {
    const SEQ: u64 = 7;
    let Some(asked) = read::<SearchParameters>(query) else { return };
    let n_chars = asked.q.0.chars().count();
    assert!((1..=QUERY_CHARS_MAX).contains(&n_chars) && !asked.q.0.trim().is_empty());
    let NHits(n_hits) = asked.limit;
    assert!((1..=N_HITS_MAX).contains(&n_hits));
    let next = Cursor::first(&asked, SEQ).after(n_hits);
    assert_eq!(Cursor::read(&next.to_string(), &asked, SEQ), Ok(next));
    assert!(Cursor::read(&next.to_string(), &asked, SEQ + 1).is_err(), "the register has changed");
    match asked.cursor.as_deref().map(|text| Cursor::read(text, &asked, SEQ)) {
        Some(Ok(cursor)) => assert_eq!(Cursor::read(&cursor.to_string(), &asked, SEQ), Ok(cursor)),
        Some(Err(text)) => assert!(text.starts_with("cursor: ")),
        None => {}
    }
}
