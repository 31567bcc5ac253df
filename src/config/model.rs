//! How is a trained model written, and which numbers does it put in the place of those of the schemas?
//!
//! A model file has a part for each kind it was trained on; what it does not name keeps the numbers of its schema. The part
//! is written behind the text of the schema, so that a register keeps both as one.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use minglu_rules::document::{self, Mistakes, WrongValue};
use minglu_rules::schema::Trained;
use serde::Deserialize;

use super::Kind;
use crate::error::{Error, Result};

/// Version of the layout of a model file.
const MODEL_FORMAT: u32 = 1;

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

/// The text of a model file; the seed is told for whoever wants to train the same again.
pub fn model_text<'a>(trained: impl IntoIterator<Item = &'a Trained>, seed: u64) -> String {
    let mut text = String::from(
        "# 名录 · a trained model: read by `[resolve] model = \"…\"` in minglu.toml. Made by `minglu train`; m is the share of\n\
         # true pairs on a level, u that of other pairs; where a level counts sharers, its u follows from their number.\n",
    );
    // Writing to a string cannot fail.
    let _ = writeln!(text, "format = {MODEL_FORMAT}\nseed = {seed}");
    for trained in trained {
        text.push_str(&trained.to_toml(&format!("kinds.{}", trained.kind)));
    }
    text
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
