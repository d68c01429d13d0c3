//! Editions and their files.

use super::timestamp;
use crate::names;
use onus_domain::edition::{Edition, EditionFile};
use onus_proto::v1 as pb;

/// An edition with the list of its files.
pub fn edition(of: &Edition) -> pb::Edition {
    pb::Edition {
        name: names::edition(of.month, of.revision),
        month: of.month.to_string(),
        revision: of.revision,
        closing_date: of.closing_date.to_string(),
        make_time: Some(timestamp(of.made_at)),
        known_time: Some(timestamp(of.known_at)),
        reason: of.reason.clone(),
        summary_json: of.summary.clone(),
        files: of.files.iter().map(edition_file).collect(),
    }
}

/// A file without its bytes.
pub fn edition_file(of: &EditionFile) -> pb::EditionFile {
    pb::EditionFile {
        path: of.path.clone(),
        media_type: of.media_type.clone(),
        size_bytes: i64::try_from(of.size).unwrap_or(i64::MAX),
        sha256: of.sha256.clone(),
    }
}
