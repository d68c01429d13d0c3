//! From an issuer's claims to roles and an organisation, as configured.

use onus_domain::{Error, OdsCode, Result, Violation, Violations, account::Grant, role::Role};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Claims of a checked token.
pub type Claims = Map<String, Value>;

/// A role for whoever has a claim of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Where the claim stands: its name, or names joined by points, such as `nhsid_nrbac_roles.role_code`. In a list, every element counts.
    pub claim: String,
    /// Its value; of a list, one of its elements.
    pub value: String,
    /// The role.
    pub role: Role,
    /// The organisation that the role is for, in the place of the one that the claims name.
    pub organisation: Option<OdsCode>,
}

/// How claims become roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    /// Roles by claim; all that fit count.
    pub rules: Vec<Rule>,
    /// Where the organisation's code stands; empty if the claims name none. If it stands beside a rule's claim in a list of objects, the
    /// rule's role is for the organisation of the same object.
    pub organisation_claim: String,
    /// The claim that says which object of a list somebody signed in with; empty if there is none.
    pub selected_claim: String,
    /// Where the objects of that list say which they are, such as `nhsid_nrbac_roles.person_roleid`.
    pub selected_among: String,
}

/// A text found in claims, and the places in lists that it was found under.
struct Found {
    places: Vec<usize>,
    text: String,
}

impl Mapping {
    /// Notes what is wrong with it, by its keys in the configuration.
    pub fn check(&self, found: &mut Violations) {
        for (at, rule) in self.rules.iter().enumerate() {
            let field = |name: &str| format!("identity.roles[{at}].{name}");
            for (name, value) in [("claim", &rule.claim), ("value", &rule.value)] {
                found.require(!value.trim().is_empty(), || {
                    Violation::new(field(name), "REQUIRED", "", format!("a {name} of the issuer's tokens"))
                });
            }
            found.require(!matches!(rule.role, Role::Public | Role::Service), || {
                let expected =
                    "a role that is granted: everybody is PUBLIC, and only machine accounts are SERVICE";
                Violation::new(field("role"), "GRANTED_ROLE", rule.role, expected)
            });
        }
        found.require(self.selected_claim.is_empty() == self.selected_among.is_empty(), || {
            let expected = "both identity.selected_claim and identity.selected_among, or neither";
            Violation::new("identity.selected_claim", "PAIR", &self.selected_claim, expected)
        });
    }

    /// What claims give. The error says that they are for several organisations: an account acts for one.
    pub fn grant(&self, claims: &Claims) -> Result<Grant> {
        let claims = self.selected(claims);
        let bodies = find(&claims, &self.organisation_claim);
        let mut roles = BTreeSet::new();
        let mut organisations = BTreeSet::new();
        for rule in &self.rules {
            for hit in find(&claims, &rule.claim).into_iter().filter(|found| found.text == rule.value) {
                roles.insert(rule.role);
                match &rule.organisation {
                    Some(fixed) => drop(organisations.insert(fixed.clone())),
                    None => organisations.extend(self.beside(rule, &hit, &bodies)),
                }
            }
        }
        if roles.is_empty() {
            organisations = bodies.iter().filter_map(code).collect();
        }
        if organisations.len() > 1 && !roles.is_empty() {
            let codes: Vec<_> = organisations.iter().map(OdsCode::as_str).collect();
            return Err(Error::Precondition {
                rule: "ONE_ORGANISATION",
                subject: "identity".into(),
                message: format!(
                    "the issuer names several organisations ({}): sign in with the role of one",
                    codes.join(", ")
                ),
            });
        }
        let organisation = if organisations.len() == 1 { organisations.pop_first() } else { None };
        Ok(Grant { organisation, roles })
    }

    /// The organisations that go with a rule's hit: those of the same object, if they stand in the same list.
    fn beside(&self, rule: &Rule, hit: &Found, bodies: &[Found]) -> Vec<OdsCode> {
        let list = |path: &str| path.rsplit_once('.').map(|(list, _)| list.to_owned());
        let together = list(&rule.claim).is_some() && list(&rule.claim) == list(&self.organisation_claim);
        let depth = hit.places.len().min(1);
        let same = |body: &&Found| !together || body.places.get(..depth) == hit.places.get(..depth);
        bodies.iter().filter(same).filter_map(code).collect()
    }

    /// The claims, of a list only the object that somebody signed in with.
    fn selected(&self, claims: &Claims) -> Claims {
        let mut claims = claims.clone();
        let Some((list, key)) = self.selected_among.rsplit_once('.') else { return claims };
        let Some(chosen) = find(&claims, &self.selected_claim).into_iter().next() else { return claims };
        if let Some(Value::Array(objects)) = claims.get_mut(list) {
            objects.retain(|object| text(object.get(key)).is_some_and(|of| of == chosen.text));
        }
        claims
    }
}

fn code(found: &Found) -> Option<OdsCode> {
    OdsCode::new(found.text.trim().to_uppercase()).ok()
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// The texts that stand at a path. A claim whose whole name is the path, points and all, counts first.
fn find(claims: &Claims, path: &str) -> Vec<Found> {
    let mut found = vec![];
    if path.is_empty() {
        return found;
    }
    if let Some(value) = claims.get(path) {
        collect(value, &[], &mut vec![], &mut found);
        return found;
    }
    let names: Vec<_> = path.split('.').collect();
    if let Some((first, rest)) = names.split_first()
        && let Some(value) = claims.get(*first)
    {
        collect(value, rest, &mut vec![], &mut found);
    }
    found
}

fn collect(value: &Value, path: &[&str], places: &mut Vec<usize>, found: &mut Vec<Found>) {
    match (value, path.split_first()) {
        (Value::Array(elements), _) => {
            for (at, element) in elements.iter().enumerate() {
                places.push(at);
                collect(element, path, places, found);
                places.pop();
            }
        }
        (Value::Object(object), Some((name, rest))) => {
            if let Some(inner) = object.get(*name) {
                collect(inner, rest, places, found);
            }
        }
        (value, None) => {
            found.extend(text(Some(value)).map(|text| Found { places: places.clone(), text }));
        }
        (_, Some(_)) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(claim: &str, value: &str, role: Role, organisation: Option<&str>) -> Rule {
        let organisation = organisation.map(|code| OdsCode::new(code).unwrap());
        Rule { claim: claim.into(), value: value.into(), role, organisation }
    }

    fn claims(value: Value) -> Claims {
        serde_json::from_value(value).unwrap()
    }

    fn granted(mapping: &Mapping, value: Value) -> (Option<String>, Vec<Role>) {
        let grant = mapping.grant(&claims(value)).unwrap();
        (grant.organisation.map(|code| code.to_string()), grant.roles.into_iter().collect())
    }

    /// Groups of Entra ID: a list of texts, an organisation a group.
    #[test]
    fn groups_become_roles() {
        let mapping = Mapping {
            rules: vec![
                rule("groups", "g-registrars", Role::Registrar, Some("X24")),
                rule("groups", "g-stewards", Role::Steward, None),
                rule("admin", "true", Role::Admin, None),
            ],
            organisation_claim: "org".into(),
            ..Mapping::default()
        };
        let both = json!({"groups": ["g-registrars", "g-stewards", "other"]});
        assert_eq!(granted(&mapping, both), (Some("X24".into()), vec![Role::Registrar, Role::Steward]));
        let one = json!({"groups": "g-stewards", "org": " x26 ", "admin": true});
        assert_eq!(granted(&mapping, one), (Some("X26".into()), vec![Role::Steward, Role::Admin]));
        assert_eq!(
            granted(&mapping, json!({"groups": ["G-STEWARDS"], "org": "X26"})),
            (Some("X26".into()), vec![])
        );
        assert_eq!(granted(&mapping, json!({"groups": {"g-stewards": 1}})), (None, vec![]));
    }

    fn cis2() -> Mapping {
        Mapping {
            rules: vec![
                rule("nhsid_nrbac_roles.role_code", "S1:G1:R1", Role::Registrar, None),
                rule("nhsid_nrbac_roles.activity_codes", "B0999", Role::Steward, None),
            ],
            organisation_claim: "nhsid_nrbac_roles.org_code".into(),
            selected_claim: "selected_roleid".into(),
            selected_among: "nhsid_nrbac_roles.person_roleid".into(),
        }
    }

    fn roles(selected: Option<&str>) -> Value {
        let mut all = json!({"nhsid_nrbac_roles": [
            {"person_roleid": "1", "role_code": "S1:G1:R1", "org_code": "X24", "activity_codes": ["B1", "B0999"]},
            {"person_roleid": "2", "role_code": "S1:G1:R1", "org_code": "X26"},
            {"person_roleid": "3", "role_code": "S9:G9:R9", "org_code": "RR8"},
        ]});
        if let Some(selected) = selected {
            all["selected_roleid"] = selected.into();
        }
        all
    }

    /// NHS CIS2: a list of roles, each at an organisation, one of which was chosen at sign-in.
    #[test]
    fn a_role_is_for_the_organisation_beside_it() {
        assert_eq!(
            granted(&cis2(), roles(Some("1"))),
            (Some("X24".into()), vec![Role::Registrar, Role::Steward])
        );
        assert_eq!(granted(&cis2(), roles(Some("2"))), (Some("X26".into()), vec![Role::Registrar]));
        assert_eq!(granted(&cis2(), roles(Some("3"))), (Some("RR8".into()), vec![]));
        assert_eq!(granted(&cis2(), roles(Some("4"))), (None, vec![]));
    }

    #[test]
    fn roles_at_several_organisations_are_refused() {
        match cis2().grant(&claims(roles(None))) {
            Err(Error::Precondition { rule: "ONE_ORGANISATION", message, .. }) => {
                assert!(message.contains("X24, X26"), "{message}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_claim_may_have_points_in_its_name() {
        let mapping = Mapping {
            rules: vec![rule("https://onus.example/role", "r", Role::Publisher, None)],
            ..Mapping::default()
        };
        assert_eq!(granted(&mapping, json!({"https://onus.example/role": ["r"]})).1, [Role::Publisher]);
    }

    #[test]
    fn rules_that_cannot_hold_are_all_named() {
        let mapping = Mapping {
            rules: vec![rule("", "x", Role::Admin, None), rule("a", " ", Role::Public, None)],
            selected_claim: "x".into(),
            ..Mapping::default()
        };
        let mut found = Violations::new();
        mapping.check(&mut found);
        let said = found.into_result().unwrap_err().to_string();
        for part in ["roles[0].claim", "roles[1].value", "roles[1].role", "selected_among"] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}
