//! What holds of `minglu.toml`, whatever its text?
//!
//! No file is touched: shipped schemas are at hand, and one of the user's own may stand in the input.

use std::fmt::Debug;
use std::path::Path;

use minglu_rules::schema::Schema;

use crate::config::{Config, Format};
use crate::ingest::{Columns, map_row};

/// Parts the configuration from the schema `own.toml` in an input.
const PART: &str = "\n#schema\n";

/// The most mistakes that one file is told of, with one more for those of a schema.
const N_MISTAKES_MAX: usize = 51;

/// A configuration, and behind a line `#schema` the schema that it may call `own.toml`: every mistake has a line of the file,
/// what is accepted can be restored from a register, and rows can be mapped by it.
pub fn config(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (text, own) = text.split_once(PART).unwrap_or((&text, ""));
    let own_schema = |reference: &str| match reference {
        "own.toml" => Ok(own.to_string()),
        _ => Err(format!("{reference:?}: no such file")),
    };
    let config = match Config::of_text(text, Path::new("minglu.toml"), &own_schema) {
        Ok(config) => config,
        Err(error) => return check_mistakes(&error.to_string(), text, own),
    };
    check_accepted(&config);
    let schemas: Vec<&str> = config.kinds.iter().map(|kind| kind.text.as_str()).collect();
    let restored = Config::restore(&config.text, &schemas).expect("what was accepted is restored");
    let same = |a: &dyn Debug, b: &dyn Debug| assert_eq!(format!("{a:?}"), format!("{b:?}"), "restored differently");
    same(&config, &restored);
}

/// Each line of an error is about a place: a line of the configuration or of its schema, or the whole file.
fn check_mistakes(message: &str, text: &str, own: &str) {
    let mistakes: Vec<&str> = message.lines().collect();
    assert!(!mistakes.is_empty() && mistakes.len() <= N_MISTAKES_MAX, "{message:?}");
    for mistake in mistakes {
        let (file, rest) = mistake.split_once(':').expect("a mistake begins with the name of a file");
        let of_file = match file {
            "minglu.toml" => text,
            "own.toml" => own,
            shipped => Schema::shipped_text(shipped).expect("a mistake names a file that was read"),
        };
        assert!(!rest.trim().is_empty(), "{mistake:?}");
        let Some(line) = rest.split(':').next().and_then(|number| number.parse::<usize>().ok()) else { continue };
        // The end of the text stands on a line of its own where the last line has an end.
        let n_lines = of_file.split('\n').count();
        assert!((1..=n_lines).contains(&line), "{mistake:?} in {n_lines} lines");
    }
}

fn check_accepted(config: &Config) {
    let thresholds = config.thresholds;
    assert!(0.0 < thresholds.review_probability_min && thresholds.match_probability_min < 1.0);
    assert!(!config.sections.is_empty() && config.main_kind_idx() < config.kinds.len());
    for section in &config.sections {
        assert!(!section.targets.is_empty() && (section.kind_column.is_some() || section.targets.len() == 1));
        for target in &section.targets {
            let fields = &config.kinds[target.kind_idx].schema.fields;
            assert!(!target.fields.is_empty());
            assert!(target.fields.iter().all(|(field, _)| usize::from(field.0) < fields.len()));
        }
        for derivation in section.derivations.iter().map(|position| &config.derivations[*position]) {
            assert!(derivation.to_kind_idx < config.kinds.len());
            assert!(!config.derived_name(derivation, "market").is_empty());
        }
        let header: Vec<String> = match section.format {
            Format::JsonLines => Vec::new(),
            _ => Columns::named(section).into_iter().map(String::from).collect(),
        };
        let columns = Columns::find(section, &header).expect("the columns that are asked for are there");
        for row in ["1,2,3,4", "\"明鹭\",,\"\"", r#"{"id": 1, "name": ["明鹭"], "a": {"b": [{"c": "x"}]}}"#] {
            let _ = map_row(section, &columns, row);
        }
    }
}
