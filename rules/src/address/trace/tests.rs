//! Places in the delivered text.

use super::*;

#[test]
fn an_empty_span_stands_where_what_follows_it_stands() {
    let trace = Trace::new("１５号Ａ座", "15号A座");
    for (at, expect) in [(0, 0), (1, 3), (2, 6), (5, 9), (6, 12), (9, 15)] {
        assert_eq!(trace.raw_span(at..at), expect..expect, "at {at}");
    }
    assert_eq!(trace.raw_span(1..5), 3..9);
}
