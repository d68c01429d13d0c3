//! Makes the contract's code, descriptor and table of access of `proto/`, with no protoc on the machine.

use prost_reflect::{DescriptorPool, DynamicMessage, ReflectMessage, Value};
use std::{collections::BTreeMap, env, error::Error, fmt::Write, fs, path::PathBuf};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    let out = PathBuf::from(env::var("OUT_DIR")?);
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
    // Encoded so that the options of our own stay in it.
    fs::write(out.join("onus-v1.binpb"), compiler.encode_file_descriptor_set())?;
    fs::write(out.join("access.rs"), access(&compiler.descriptor_pool())?)?;

    tonic_prost_build::configure()
        .build_server(env::var_os("CARGO_FEATURE_SERVER").is_some())
        .build_client(env::var_os("CARGO_FEATURE_CLIENT").is_some())
        .btree_map(".")
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}

/// The table of who may make which call, by path. A call that does not say is refused here already.
fn access(pool: &DescriptorPool) -> Outcome<String> {
    let option = pool.get_extension_by_name("onus.v1.access").ok_or("no option onus.v1.access")?;
    let mut rows = BTreeMap::new();
    for method in pool
        .services()
        .filter(|of| of.package_name() == "onus.v1")
        .flat_map(|of| of.methods().collect::<Vec<_>>())
    {
        let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
        let options = method.options();
        let grants = match options
            .get_extension(&option)
            .as_message()
            .and_then(|access| access.get_field_by_name("grants"))
        {
            Some(grants) => {
                grants.as_list().unwrap_or_default().iter().map(grant).collect::<Outcome<Vec<_>>>()?
            }
            None => vec![],
        };
        if grants.is_empty() {
            return Err(format!("{path} does not say who may make it: give it option (access).grants").into());
        }
        rows.insert(path, grants.join(", "));
    }
    let mut table = String::from("&[\n");
    for (path, grants) in rows {
        writeln!(table, "    (\"{path}\", &[{grants}]),")?;
    }
    table.push_str("]\n");
    Ok(table)
}

fn grant(value: &Value) -> Outcome<String> {
    let grant = value.as_message().ok_or("a grant is a message")?;
    let role = field(grant, "role")?.as_enum_number().ok_or("a role is a code")?;
    let own = field(grant, "own")?.as_bool().ok_or("own is a truth value")?;
    let words = grant.descriptor().get_field_by_name("role").ok_or("no field role")?;
    let kind = words.kind();
    let code = kind.as_enum().and_then(|roles| roles.get_value(role)).ok_or("an unknown role")?;
    let name = code.name().strip_prefix("ROLE_").filter(|_| role != 0).ok_or("a grant names its role")?;
    Ok(format!("Grant {{ role: \"{name}\", own: {own} }}"))
}

fn field(message: &DynamicMessage, name: &str) -> Outcome<Value> {
    Ok(message.get_field_by_name(name).ok_or_else(|| format!("no field {name}"))?.into_owned())
}
