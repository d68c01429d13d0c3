//! Makes the contract's code and descriptor of `proto/`, with no protoc on the machine.

use prost::Message;
use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    // tonic-prost-build emits no rerun lines itself.
    println!("cargo::rerun-if-changed={}", root.join("onus").display());

    let mut files = vec![];
    for entry in fs::read_dir(root.join("onus/v1"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
    files.sort();

    let mut compiler = protox::Compiler::new([&root])?;
    // Comments stay in the descriptor: reflection and the reference show them.
    compiler.include_source_info(true).include_imports(true).open_files(&files)?;
    let descriptors = compiler.file_descriptor_set();
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("onus-v1.binpb"), descriptors.encode_to_vec())?;

    tonic_prost_build::configure()
        .build_server(env::var_os("CARGO_FEATURE_SERVER").is_some())
        .build_client(env::var_os("CARGO_FEATURE_CLIENT").is_some())
        .btree_map(".")
        .compile_fds(descriptors)?;
    Ok(())
}
