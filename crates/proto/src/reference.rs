//! The contract's reference for people: Markdown made of the descriptor and its comments. `docs/api.md` is its committed output.

use crate::FILE_DESCRIPTOR_SET;
use prost::{DecodeError, Message};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet,
    ServiceDescriptorProto,
    field_descriptor_proto::{Label, Type},
};
use std::{collections::BTreeMap, fmt::Write};

const PACKAGE: &str = "onus.v1";
const INTRODUCTION: &str = "\
# The contract `onus.v1`

Made of `proto/onus/v1/*.proto` by `cargo run -p onus-proto --example reference > docs/api.md`; do not edit by hand.

The style is that of [AIP](https://google.aip.dev): resources have names (`organisations/X24`, `collections/{id}`,
`collections/{id}/versions/{n}`, `definitions/{id}`, `concepts/{id}`, `subjects/{ID}`, `editions/{YYYY-MM}/revisions/{n}`), lists have
`page_size`, `page_token` and, where said, `filter` and `order_by`, writes have `validate_only` and, where said, an `etag`.

Who calls is said in the metadata `authorization`; without it a call is made by the public. A call's `x-request-id` is given back, or
made. `grpc-timeout` is honoured. Every error has a `google.rpc.ErrorInfo` with domain `onus` and a stable reason:

| reason | status | details |
|---|---|---|
| `INVALID` | INVALID_ARGUMENT | `BadRequest`: every field that is wrong, with the rule, the value as given (cut) and what would be right |
| `NOT_FOUND` | NOT_FOUND | `ResourceInfo` |
| `ALREADY_EXISTS` | ALREADY_EXISTS | `ResourceInfo` |
| the rule's own code, such as `VERSION_STATE` | FAILED_PRECONDITION | `PreconditionFailure` |
| `STALE_ETAG` | ABORTED | `ResourceInfo`; the present etag in the `ErrorInfo`'s metadata |
| `UNAUTHENTICATED` | UNAUTHENTICATED | |
| `PERMISSION_DENIED` | PERMISSION_DENIED | |
| `EXHAUSTED` | RESOURCE_EXHAUSTED | `RetryInfo` |
| `UNAVAILABLE` | UNAVAILABLE | `RetryInfo` |
| `INTERNAL` | INTERNAL | |
";

/// Comments by file-relative path, as `google.protobuf.SourceCodeInfo` keeps them.
type Comments<'d> = BTreeMap<&'d [i32], &'d str>;

/// The reference as Markdown. The error says that the descriptor compiled in cannot be read, which no build of it yields.
pub fn markdown() -> Result<String, DecodeError> {
    let set = FileDescriptorSet::decode(FILE_DESCRIPTOR_SET)?;
    let mut out = Reference(INTRODUCTION.to_owned());
    let mut ours: Vec<_> = set.file.iter().filter(|file| file.package() == PACKAGE).collect();
    ours.sort_by_key(|file| file.name());
    for file in &ours {
        let comments = comments(file);
        for (at, service) in (0..).zip(&file.service) {
            out.service(service, at, &comments);
        }
    }
    out.line("\n# Messages and codes");
    for file in &ours {
        let comments = comments(file);
        for (at, message) in (0..).zip(&file.message_type) {
            out.message(message, at, &comments);
        }
        for (at, codes) in (0..).zip(&file.enum_type) {
            out.codes(codes, at, &comments);
        }
    }
    Ok(out.0)
}

fn comments(file: &FileDescriptorProto) -> Comments<'_> {
    let locations = file.source_code_info.iter().flat_map(|info| &info.location);
    locations
        .filter(|location| location.leading_comments.is_some())
        .map(|location| (location.path.as_slice(), location.leading_comments()))
        .collect()
}

/// A comment on one line.
fn comment(comments: &Comments<'_>, path: &[i32]) -> String {
    let words = comments.get(path).copied().unwrap_or_default().split_whitespace();
    words.collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// Numbers of `FileDescriptorProto`'s and its parts' fields, which paths of comments are made of.
mod part {
    pub const MESSAGE: i32 = 4;
    pub const ENUM: i32 = 5;
    pub const SERVICE: i32 = 6;
    pub const FIELD_OF_MESSAGE: i32 = 2;
    pub const VALUE_OF_ENUM: i32 = 2;
    pub const METHOD_OF_SERVICE: i32 = 2;
}

struct Reference(String);

impl Reference {
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn service(&mut self, service: &ServiceDescriptorProto, at: i32, comments: &Comments<'_>) {
        let place = [part::SERVICE, at];
        self.line(&format!("\n## {}\n\n{}\n", service.name(), comment(comments, &place)));
        self.line("| call | takes | answers | what it does |\n|---|---|---|---|");
        for (at, method) in (0..).zip(&service.method) {
            let said = comment(comments, &[place[0], place[1], part::METHOD_OF_SERVICE, at]);
            let stream = if method.server_streaming() { "stream of " } else { "" };
            self.line(&format!(
                "| `{}` | {} | {stream}{} | {said} |",
                method.name(),
                link(method.input_type()),
                link(method.output_type()),
            ));
        }
    }

    fn message(&mut self, message: &DescriptorProto, at: i32, comments: &Comments<'_>) {
        let place = [part::MESSAGE, at];
        self.line(&format!("\n## {}\n\n{}\n", message.name(), comment(comments, &place)));
        self.line("| field | type | meaning |\n|---|---|---|");
        for (at, field) in (0..).zip(&message.field) {
            let said = comment(comments, &[place[0], place[1], part::FIELD_OF_MESSAGE, at]);
            self.line(&format!("| `{}` | {} | {said} |", field.name(), type_of(field, message)));
        }
    }

    fn codes(&mut self, codes: &EnumDescriptorProto, at: i32, comments: &Comments<'_>) {
        let place = [part::ENUM, at];
        self.line(&format!("\n## {}\n\n{}\n", codes.name(), comment(comments, &place)));
        self.line("| code | number | meaning |\n|---|---|---|");
        for (at, value) in (0..).zip(&codes.value) {
            let said = comment(comments, &[place[0], place[1], part::VALUE_OF_ENUM, at]);
            self.line(&format!("| `{}` | {} | {said} |", value.name(), value.number()));
        }
    }
}

/// A type's name, linked to where it is described.
fn link(full: &str) -> String {
    let name = full.trim_start_matches('.');
    match name.strip_prefix(PACKAGE).and_then(|rest| rest.strip_prefix('.')) {
        Some(own) => format!("[{own}](#{})", own.to_lowercase()),
        None => format!("`{name}`"),
    }
}

fn type_of(field: &FieldDescriptorProto, within: &DescriptorProto) -> String {
    let entry =
        within.nested_type.iter().find(|nested| field.type_name().ends_with(&format!(".{}", nested.name())));
    if let Some([key, value]) = entry.map(|entry| entry.field.as_slice()) {
        return format!("map of {} to {}", plain_type(key), plain_type(value));
    }
    let mut out = String::new();
    if field.label() == Label::Repeated {
        out.push_str("list of ");
    }
    let _ = write!(out, "{}", plain_type(field));
    if field.proto3_optional() {
        out.push_str(", may be absent");
    } else if let Some(choice) =
        field.oneof_index.and_then(|at| within.oneof_decl.get(usize::try_from(at).ok()?))
    {
        let _ = write!(out, ", one of `{}`", choice.name());
    }
    out
}

fn plain_type(field: &FieldDescriptorProto) -> String {
    match field.r#type() {
        Type::Message | Type::Enum => link(field.type_name()),
        other => format!("`{}`", other.as_str_name().trim_start_matches("TYPE_").to_lowercase()),
    }
}
