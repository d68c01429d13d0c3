//! Prints who may make which call as Markdown: `cargo run -p onus-proto --example access > docs/access.md`.

fn main() {
    print!("{}", onus_proto::access::matrix());
}
