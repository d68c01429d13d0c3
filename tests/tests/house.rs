//! The house rules that no compiler holds: the direction of dependencies, who may name which library, licences, one TLS
//! stack, and files that hold one thing.

#![expect(clippy::unwrap_used, reason = "a test, helpers included")]

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use onus_tests::root;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn metadata() -> Metadata {
    let target = std::env::consts::ARCH.to_owned() + "-unknown-linux-gnu";
    MetadataCommand::new()
        .current_dir(root())
        // What is built, not what Windows would add.
        .other_options(["--filter-platform".to_owned(), target])
        .exec()
        .unwrap()
}

fn of(metadata: &Metadata) -> Vec<&Package> {
    metadata.workspace_packages()
}

/// Names of what a crate depends on, tests apart.
fn built_with(package: &Package) -> BTreeSet<&str> {
    let built = package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development);
    built.map(|d| d.name.as_str()).collect()
}

/// What each of our crates may depend on, of our own. `onus -> {grpc, web} -> app -> {store, matching, burden, report,
/// exchange} -> domain`: never upward, never between neighbours.
const DIRECTION: &[(&str, &[&str])] = &[
    ("onus-domain", &[]),
    // Shares nothing with what it checks.
    ("onus-verify", &[]),
    ("onus-matching", &["onus-domain"]),
    ("onus-burden", &["onus-domain"]),
    ("onus-exchange", &["onus-domain"]),
    // Drawings of numbers, for pages and for the report alike.
    ("onus-chart", &["onus-domain"]),
    // An edition is made from figures and written as the files of the exchange.
    ("onus-report", &["onus-burden", "onus-chart", "onus-domain", "onus-exchange"]),
    // Messages out.
    ("onus-notify", &["onus-domain"]),
    ("onus-telemetry", &["onus-domain"]),
    ("onus-migrations", &["onus-domain"]),
    ("onus-store", &["onus-domain", "onus-migrations"]),
    ("onus-proto", &[]),
    // The issuer of identities; what its claims mean is app's.
    ("onus-oidc", &["onus-domain"]),
    (
        "onus-app",
        &[
            "onus-domain",
            "onus-matching",
            "onus-burden",
            "onus-exchange",
            "onus-notify",
            "onus-oidc",
            "onus-report",
            "onus-store",
            "onus-verify",
        ],
    ),
    // What the pure crates work out is converted and shown as it is; storage and files go through app.
    ("onus-grpc", &["onus-app", "onus-burden", "onus-domain", "onus-matching", "onus-proto"]),
    ("onus-web", &["onus-app", "onus-burden", "onus-chart", "onus-domain", "onus-matching"]),
    (
        "onus",
        &[
            "onus-app",
            "onus-domain",
            "onus-exchange",
            "onus-grpc",
            "onus-matching",
            "onus-notify",
            "onus-oidc",
            "onus-proto",
            "onus-store",
            "onus-telemetry",
            "onus-verify",
            "onus-web",
        ],
    ),
    // Load for measurements: a client like any other.
    ("onus-bench", &["onus-proto"]),
    ("onus-testkit", &["onus-app", "onus-domain", "onus-exchange", "onus-notify", "onus-store"]),
    ("onus-tests", &[]),
    ("xtask", &[]),
];

#[test]
fn dependencies_go_downward() {
    let metadata = metadata();
    let allowed: BTreeMap<_, _> = DIRECTION.iter().copied().collect();
    let ours: BTreeSet<&str> = of(&metadata).into_iter().map(|p| p.name.as_str()).collect();
    assert_eq!(ours, allowed.keys().copied().collect(), "a crate that no rule names, or a rule for none");
    for package in of(&metadata) {
        for dependency in built_with(package).intersection(&ours) {
            let may = allowed[package.name.as_str()].contains(dependency);
            assert!(may, "{} may not depend on {dependency}", package.name);
        }
    }
}

#[test]
fn the_test_kit_is_for_tests_alone() {
    for package in of(&metadata()) {
        let built = built_with(package).contains("onus-testkit");
        assert!(!built, "{} takes onus-testkit outside of its tests", package.name);
    }
}

/// Which crates may name which libraries, their tests included; a name that ends with `*` stands for all that begin so.
const NAMERS: &[(&str, &[&str])] = &[
    ("sea-orm*", &["onus-store", "onus-migrations"]),
    // The binary: for its client commands. The end-to-end tests are clients.
    ("tonic*", &["onus-grpc", "onus-proto", "onus", "onus-bench", "onus-tests"]),
    ("axum*", &["onus-web", "onus"]),
    ("askama*", &["onus-web", "onus-report"]),
    // Pure crates compute; they wait for nothing.
    (
        "tokio*",
        &[
            "onus-app",
            "onus-grpc",
            "onus-web",
            "onus",
            "onus-store",
            "onus-migrations",
            "onus-notify",
            "onus-oidc",
            "onus-telemetry",
            "onus-bench",
            "onus-testkit",
            "onus-tests",
        ],
    ),
    ("opentelemetry*", &["onus-telemetry"]),
    // TLS: to issuers, webhooks and mail servers, and of the second listener.
    ("rustls*", &["onus-notify", "onus-oidc", "onus", "onus-testkit"]),
    ("hyper-rustls", &["onus-notify", "onus-oidc"]),
];

fn stands_for(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

#[test]
fn libraries_are_named_where_they_belong() {
    for package in of(&metadata()) {
        for dependency in &package.dependencies {
            for (pattern, namers) in
                NAMERS.iter().filter(|(pattern, _)| stands_for(pattern, &dependency.name))
            {
                let may = namers.contains(&package.name.as_str());
                assert!(may, "{} may not name {} ({pattern})", package.name, dependency.name);
            }
        }
    }
}

/// Everything that is compiled for this machine: what the graph reaches from our crates.
fn reached(metadata: &Metadata) -> Vec<&Package> {
    let nodes: BTreeMap<_, _> =
        metadata.resolve.as_ref().unwrap().nodes.iter().map(|node| (&node.id, node)).collect();
    let mut seen = BTreeSet::new();
    let mut todo: Vec<_> = metadata.workspace_members.iter().collect();
    while let Some(id) = todo.pop() {
        if seen.insert(id) {
            todo.extend(nodes[id].dependencies.iter());
        }
    }
    metadata.packages.iter().filter(|package| seen.contains(&package.id)).collect()
}

fn deny() -> toml::Table {
    fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap()
}

#[test]
fn licences_are_on_the_list() {
    let allowed: Vec<spdx::Licensee> = deny()["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| spdx::Licensee::parse(name.as_str().unwrap()).unwrap())
        .collect();
    let metadata = metadata();
    for package in reached(&metadata) {
        let licence =
            package.license.as_deref().unwrap_or_else(|| panic!("{} names no licence", package.name));
        let read = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX).unwrap();
        let ok = read.evaluate(|wanted| allowed.iter().any(|licensee| licensee.satisfies(wanted)));
        assert!(ok, "{} {} is under {licence}", package.name, package.version);
    }
}

#[test]
fn there_is_one_tls_stack() {
    let deny = deny();
    let banned: Vec<&str> = deny["bans"]["deny"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["crate"].as_str().unwrap())
        .collect();
    assert!(banned.contains(&"openssl-sys") && banned.contains(&"aws-lc-rs"), "{banned:?}");
    let metadata = metadata();
    let names: BTreeSet<&str> = reached(&metadata).into_iter().map(|package| package.name.as_str()).collect();
    for name in banned {
        assert!(!names.contains(name), "{name} is in the tree: find out why with cargo tree -i {name}");
    }
    assert!(names.contains("ring"), "TLS is rustls with ring");
}

/// Longest file of code, in lines, without a reason.
const MOST_LINES: usize = 500;

/// Longer files, each with its reason.
const LONGER: &[(&str, &str)] = &[];

#[test]
fn a_file_holds_one_thing() {
    let mut files = Vec::new();
    for folder in ["crates", "migrations", "tests"] {
        rust_files(&root().join(folder), &mut files);
    }
    assert!(files.len() > 50, "only {} files found", files.len());
    let longer: BTreeMap<_, _> = LONGER.iter().copied().collect();
    let mut too_long = BTreeSet::new();
    for file in files {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        if lines > MOST_LINES {
            let name = file.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            assert!(
                longer.contains_key(name.as_str()),
                "{name} has {lines} lines: it holds two things, or a reason is due"
            );
            too_long.insert(name);
        }
    }
    for (name, reason) in longer {
        assert!(too_long.contains(name), "{name} needs its exception no more ({reason})");
    }
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("node_modules") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
