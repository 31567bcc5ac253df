//! Is what the documents say true? Examples are run, and every word that a file may contain stands in its reference.
//!
//! Documents are read as a person reads them: fenced blocks are commands, files and answers; first columns of tables are
//! words. Whether the explanations are good, no test can say.

mod reference;
mod tutorial;

use std::path::Path;

/// The text of a document.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// What stands behind the opening fence: `sh`, `toml`.
    pub(crate) language: String,
    /// Line of the opening fence, from 1.
    pub(crate) line: usize,
    /// What stands between the fences.
    pub(crate) text: String,
}

/// The fenced blocks of a document, in order.
pub(crate) fn blocks(document: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_inside = false;
    for (idx, line) in document.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if is_inside => is_inside = false,
            Some(language) => {
                blocks.push(Block { language: language.into(), line: idx + 1, text: String::new() });
                is_inside = true;
            }
            None if is_inside => {
                let text = &mut blocks.last_mut().expect("a block was opened").text;
                text.push_str(line);
                text.push('\n');
            }
            None => {}
        }
    }
    assert!(!is_inside, "a fence is not closed");
    blocks
}

#[test]
fn blocks_are_cut_out() {
    let found = blocks("a\n```sh\nls\nid\n```\nb\n```text\n```\n");
    let block = |language: &str, line, text: &str| Block { language: language.into(), line, text: text.into() };
    assert_eq!(found, [block("sh", 2, "ls\nid\n"), block("text", 7, "")]);
}
