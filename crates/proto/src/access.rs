//! Who may make which call: the option `access` of every call, as a table.

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
