//! The light path: a local commissioner's request is registered and checked at once, and goes to the panel only if more than a set share
//! of it is asked already.

use crate::{
    Decimal,
    collection::{Collection, SectorPath},
    duplicates::DuplicateReport,
    organisation::OrganisationKind,
};

/// Shares of a request's CONTENT items that may be asked already, unless the registry's settings say otherwise: 0.2.
pub const DEFAULT_SHARE: Decimal = Decimal::from_units(2_000);

/// That a version passed the light path's rule. Only [`judge`] gives it.
#[derive(Debug)]
pub struct Passed {
    /// What the rule found, for the record.
    pub finding: String,
}

/// What the light path says of a version.
#[derive(Debug)]
pub enum Judgement {
    /// It is not on the light path: the panel reviews it.
    ForPanel,
    /// It is approved at once.
    Passed(Passed),
    /// It is on the light path, and the panel reviews it all the same, for this reason.
    Referred(String),
}

/// Judges a version of `collection` by what was found of it, with at most `share` of it asked already.
pub fn judge(
    collection: &Collection,
    owner: OrganisationKind,
    report: &DuplicateReport,
    share: Decimal,
) -> Judgement {
    if collection.sector_path != SectorPath::Local {
        return Judgement::ForPanel;
    }
    if owner != OrganisationKind::Commissioner {
        return Judgement::Referred(format!("the light path is for commissioners; its owner is a {owner}"));
    }
    let (asked, all) = (report.duplicates(), report.content_items());
    let finding =
        format!("{asked} of {all} content items are asked already; the light path takes a share of {share}");
    // asked / all <= share, in whole numbers.
    let (asked, all) = (i128::from(asked), i128::from(all));
    if asked * i128::from(Decimal::SCALE) <= i128::from(share.units()) * all {
        Judgement::Passed(Passed { finding })
    } else {
        Judgement::Referred(finding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CollectionId, OdsCode, duplicates::tests::report};

    fn collection(sector_path: SectorPath) -> Collection {
        Collection {
            id: CollectionId::new("a").unwrap(),
            owner: OdsCode::new("QF7").unwrap(),
            sector_path,
            reference: None,
            source_id: None,
            revision: 1,
        }
    }

    fn said(path: SectorPath, owner: OrganisationKind, duplicates: usize, items: usize) -> &'static str {
        match judge(&collection(path), owner, &report(duplicates, items), DEFAULT_SHARE) {
            Judgement::ForPanel => "PANEL",
            Judgement::Passed(_) => "PASSED",
            Judgement::Referred(_) => "REFERRED",
        }
    }

    #[test]
    fn a_set_share_may_be_asked_already() {
        use OrganisationKind::{Commissioner, NationalBody};
        assert_eq!(said(SectorPath::Local, Commissioner, 0, 1), "PASSED");
        assert_eq!(said(SectorPath::Local, Commissioner, 1, 5), "PASSED", "exactly the share");
        assert_eq!(said(SectorPath::Local, Commissioner, 201, 1_000), "REFERRED", "a hair above it");
        assert_eq!(said(SectorPath::Local, Commissioner, 1, 4), "REFERRED");
        assert_eq!(said(SectorPath::Local, NationalBody, 0, 1), "REFERRED", "not a local body's");
        assert_eq!(said(SectorPath::National, Commissioner, 0, 1), "PANEL");
    }
}
