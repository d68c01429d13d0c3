//! Prints the contract's reference as Markdown: `cargo run -p onus-proto --example reference > docs/api.md`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    print!("{}", onus_proto::reference::markdown()?);
    Ok(())
}
