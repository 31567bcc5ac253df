//! What is measured: lines per second, on one core, of the name and address parsers.
fn main() {
    divan::main();
}
