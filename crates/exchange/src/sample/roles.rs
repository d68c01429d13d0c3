//! Which role an item has, by the ordered rules of `adoption/item_roles.csv`.

use super::{adoption::RoleRule, source::SourceItem};
use onus_domain::item::ItemRole;

/// The role of the first rule that fits; CONTENT if none does.
pub(super) fn role(rules: &[RoleRule], item: &SourceItem) -> ItemRole {
    rule(rules, item).map_or(ItemRole::Content, |rule| rule.role)
}

/// The first rule that fits.
pub(super) fn rule<'a>(rules: &'a [RoleRule], item: &SourceItem) -> Option<&'a RoleRule> {
    rules.iter().find(|rule| {
        fits(&rule.element, &item.element)
            && fits(&rule.section, &item.section)
            && fits(&rule.collection, &item.collection)
    })
}

/// Whether `text` fits `pattern`, in which `*` stands for any run of characters, also none.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((head, mut rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(head) else { return false };
    // Every middle piece is taken at its first place: if any choice fits, this one does.
    while let Some((piece, more)) = rest.split_once('*') {
        let Some(at) = text.find(piece) else { return false };
        (text, rest) = (&text[at + piece.len()..], more);
    }
    text.ends_with(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("*", "", true)]
    #[case("nhs_number", "nhs_number", true)]
    #[case("nhs_number", "nhs_number__baby_", false)]
    #[case("nhs_number*", "nhs_number__baby_", true)]
    #[case("*_identifier", "care_contact_identifier", true)]
    #[case("*_identifier", "care_contact_identifier__x_", false)]
    #[case("a*b*c", "a-b-b-c", true)]
    #[case("a*b*c", "a-c", false)]
    #[case("a*a", "a", false)]
    fn stars_stand_for_anything(#[case] pattern: &str, #[case] text: &str, #[case] expected: bool) {
        assert_eq!(fits(pattern, text), expected);
    }
}
