//! Who may make which call: the option `access` of every call, as a table.

use std::fmt::Write as _;

/// A role that may make a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The role's code, such as `PANEL_CHAIR`; `PUBLIC` stands for everybody, known or not.
    pub role: &'static str,
    /// Whether only for what belongs to the organisation that the caller acts for.
    pub own: bool,
}

/// Every call of the contract by its path, such as `/onus.v1.EditionService/GetEdition`, in the order of paths, with who may make it.
pub const ACCESS: &[(&str, &[Grant])] = include!(concat!(env!("OUT_DIR"), "/access.rs"));

/// Who may make the call of a path; `None` if the contract has no such call.
pub fn access(path: &str) -> Option<&'static [Grant]> {
    let at = ACCESS.binary_search_by(|(known, _)| (*known).cmp(path)).ok()?;
    ACCESS.get(at).map(|(_, grants)| *grants)
}

/// Roles in the order of the matrix's columns, with what they are called there.
const COLUMNS: [(&str, &str); 9] = [
    ("PUBLIC", "public"),
    ("PROVIDER_USER", "provider user"),
    ("REGISTRAR", "registrar"),
    ("PANEL_MEMBER", "panel member"),
    ("PANEL_CHAIR", "panel chair"),
    ("STEWARD", "steward"),
    ("PUBLISHER", "publisher"),
    ("ADMIN", "admin"),
    ("SERVICE", "service"),
];

const INTRODUCTION: &str = "\
# Who may make which call

Made of the option `access` of each call in `proto/onus/v1/*.proto` by `cargo run -p onus-proto --example access > docs/access.md`; do not
edit by hand.

**all**: for whatever organisation; **own**: only for what belongs to the organisation that the caller acts for, and refused for any other's;
nothing: refused, as `UNAUTHENTICATED` without an identity and as `PERMISSION_DENIED` with one. What everybody may call, everybody may
call with any identity; what it shows may still differ by who asks: drafts, for instance, are shown to their owner's people and the panel
alone. A service account has the rights of its other roles. A test makes every call with every role and holds it against this table.
";

/// The matrix of calls, roles and whose it is, as Markdown.
pub fn matrix() -> String {
    let mut text = INTRODUCTION.to_owned();
    let mut service = "";
    for (path, grants) in ACCESS {
        let (of, call) = path.trim_start_matches('/').split_once('/').unwrap_or_default();
        let of = of.trim_start_matches("onus.v1.");
        if of != service {
            service = of;
            let names = COLUMNS.map(|(_, name)| name).join(" | ");
            let _ =
                writeln!(text, "\n## {service}\n\n| call | {names} |\n|---|{}", "---|".repeat(COLUMNS.len()));
        }
        let cells = COLUMNS.map(|(role, _)| cell(grants, role)).join(" | ");
        let _ = writeln!(text, "| `{call}` | {cells} |");
    }
    text
}

fn cell(grants: &[Grant], role: &str) -> &'static str {
    let of = |grant: &&Grant| grant.role == role || grant.role == "PUBLIC";
    match grants.iter().filter(of).map(|grant| grant.own).min() {
        Some(false) => "all",
        Some(true) => "own",
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_found_by_its_path() {
        assert!(ACCESS.len() > 30 && ACCESS.is_sorted_by(|a, b| a.0 < b.0));
        assert!(ACCESS.iter().all(|(path, grants)| access(path) == Some(*grants) && !grants.is_empty()));
        assert_eq!(access("/onus.v1.CollectionService/Nothing"), None);
        let create = access("/onus.v1.CollectionService/CreateCollection");
        assert_eq!(create, Some(&[Grant { role: "REGISTRAR", own: true }][..]));
    }
}
