//! Prints the state table as `docs/life.md` shows it: `cargo run -p onus-domain --example life`.

fn main() {
    print!("{}", onus_domain::lifecycle::table::markdown());
}
