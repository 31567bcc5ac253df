//! The inputs that the fuzzer kept are read again, on whatever toolchain runs the tests.

use std::fs;
use std::path::Path;

use super::TARGETS;

#[test]
fn kept_inputs_are_replayed() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    for (name, target) in TARGETS {
        let entries = fs::read_dir(corpus.join(name)).expect(name);
        let inputs: Vec<_> = entries.map(|entry| entry.expect(name).path()).collect();
        assert!(!inputs.is_empty(), "{name} has no inputs");
        for input in inputs {
            target(&fs::read(&input).expect("an input is a file"));
        }
    }
}
