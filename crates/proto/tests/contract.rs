//! What holds of the contract itself.

use onus_proto::{FILE_DESCRIPTOR_SET, reference};
use prost::Message;
use prost_types::{FileDescriptorProto, FileDescriptorSet};
use std::collections::BTreeSet;

fn ours() -> Vec<FileDescriptorProto> {
    let set = FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).expect("the descriptor can be read");
    set.file.into_iter().filter(|file| file.package() == "onus.v1").collect()
}

/// The paths of all that has a comment in front.
fn commented(file: &FileDescriptorProto) -> BTreeSet<Vec<i32>> {
    let locations = &file.source_code_info.as_ref().expect("the descriptor keeps comments").location;
    let said = locations.iter().filter(|location| !location.leading_comments().trim().is_empty());
    said.map(|location| location.path.clone()).collect()
}

#[test]
fn the_committed_reference_is_what_the_contract_says() {
    let committed =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api.md")).unwrap();
    let made = reference::markdown().unwrap();
    assert!(
        committed == made,
        "docs/api.md is out of date: cargo run -p onus-proto --example reference > docs/api.md"
    );
}

#[test]
fn the_committed_matrix_is_what_the_contract_says() {
    let committed =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access.md")).unwrap();
    assert!(
        committed == onus_proto::access::matrix(),
        "docs/access.md is out of date: cargo run -p onus-proto --example access > docs/access.md"
    );
}

#[test]
fn every_call_message_field_and_code_says_what_it_is() {
    let mut silent = vec![];
    for file in ours() {
        let commented = commented(&file);
        let mut look = |path: &[i32], name: String| {
            if !commented.contains(path) {
                silent.push(name);
            }
        };
        for (s, service) in (0..).zip(&file.service) {
            look(&[6, s], service.name().into());
            for (m, method) in (0..).zip(&service.method) {
                look(&[6, s, 2, m], format!("{}.{}", service.name(), method.name()));
            }
        }
        for (m, message) in (0..).zip(&file.message_type) {
            look(&[4, m], message.name().into());
            for (f, field) in (0..).zip(&message.field) {
                look(&[4, m, 2, f], format!("{}.{}", message.name(), field.name()));
            }
        }
        for (e, codes) in (0..).zip(&file.enum_type) {
            look(&[5, e], codes.name().into());
            for (v, value) in (0..).zip(&codes.value) {
                look(&[5, e, 2, v], value.name().into());
            }
        }
    }
    assert!(silent.is_empty(), "without a comment: {silent:?}");
}

#[test]
fn lists_page_and_writes_can_be_tried() {
    let files = ours();
    let messages: Vec<_> = files.iter().flat_map(|file| &file.message_type).collect();
    let has = |message: &str, field: &str| {
        let found = messages.iter().find(|m| message.ends_with(&format!(".{}", m.name())));
        found.is_some_and(|m| m.field.iter().any(|f| f.name() == field))
    };
    let mut lists = 0;
    for method in files.iter().flat_map(|file| &file.service).flat_map(|service| &service.method) {
        let (name, takes, answers) = (method.name(), method.input_type(), method.output_type());
        let reads = [
            "Get",
            "List",
            "BatchGet",
            "Lookup",
            "Check",
            "StreamCheck",
            "Compare",
            "Estimate",
            "Simulate",
            "Download",
            "Watch",
            "Export",
        ];
        // Keys are no rows: they are those in the server's own settings, and whoever checks a head needs all of them.
        if name.starts_with("List") && name != "ListKeys" {
            lists += 1;
            assert!(has(takes, "page_size") && has(takes, "page_token"), "{name}");
            // Of the log alone a list says no size. It only grows, by millions, so that counting would cost each page more with every
            // change: of all heads, and of just those entries that the caller may know of. How many entries there are says the latest head.
            let sized = has(answers, "total_size") || ["ListHeads", "ListEntries"].contains(&name);
            assert!(has(answers, "next_page_token") && sized, "{name}");
        }
        if !reads.iter().any(|read| name.starts_with(read)) {
            assert!(has(takes, "validate_only"), "{name} writes and cannot be tried");
            assert!(has(takes, "request_id"), "{name} writes and cannot be made again safely");
        }
    }
    assert!(lists >= 9, "{lists}");
}
