//! Which numbers does a trained model put in the place of those of the schemas?
//!
//! A model file has a part for each kind it was trained on; what it does not name keeps the numbers of its schema. The part
//! is written behind the text of the schema, so that a register keeps both as one.

use std::collections::BTreeMap;
use std::path::Path;

use minglu_rules::document::{self, Mistakes, WrongValue};
use minglu_rules::schema::Trained;
use serde::Deserialize;

use super::Kind;
use crate::error::{Error, Result};
use crate::pipeline::MODEL_FORMAT;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelFile {
    format: u32,
    /// Told for whoever wants to train the same again.
    #[serde(rename = "seed")]
    _seed: Option<u64>,
    #[serde(default)]
    kinds: BTreeMap<String, Trained>,
}

/// Puts the numbers of a model file into the kinds that it names.
pub(super) fn apply(path: &Path, text: &str, kinds: &mut [Kind]) -> Result<()> {
    let in_file = |mistakes: Mistakes| Error::usage(mistakes.in_file(&path.display().to_string()));
    let (file, document) = document::read::<ModelFile>(text).map_err(in_file)?;
    let mut wrong = Vec::new();
    if file.format != MODEL_FORMAT {
        let what = format!("this program reads format {MODEL_FORMAT}, not {}; train again", file.format);
        wrong.push(WrongValue { place: "format".into(), what });
    }
    for kind in kinds {
        let Some(trained) = file.kinds.get(&kind.schema.kind) else { continue };
        let place = format!("kinds, {}", kind.schema.kind);
        match trained.clone().apply(&mut kind.schema, &place) {
            Ok(()) => kind.text.push_str(&trained.to_toml("trained")),
            Err(error) => wrong.push(error),
        }
    }
    document.check(wrong).map_err(in_file)
}
