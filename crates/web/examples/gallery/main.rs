//! Writes every page, in typical, empty and extreme states, as files that a browser opens: `cargo run -p onus-web --example gallery -- DIR`.

mod samples;

use std::{error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("say into which folder: gallery -- DIR")?);
    fs::create_dir_all(&folder)?;
    let assets = concat!(env!("CARGO_MANIFEST_DIR"), "/assets");
    for file in fs::read_dir(assets)? {
        let file = file?;
        fs::copy(file.path(), folder.join(file.file_name()))?;
    }
    for (name, page) in samples::all()? {
        let page = on_disk(&page);
        fs::write(folder.join(format!("{name}.html")), page)?;
        println!("{name}.html");
    }
    Ok(())
}

/// A page whose assets stand beside it.
fn on_disk(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(at) = rest.find("\"/assets/") {
        let file = &rest[at + "\"/assets/".len()..];
        out.push_str(&rest[..=at]);
        rest = file.split_once('/').map_or(file, |(_, name)| name);
    }
    out.push_str(rest);
    out
}
