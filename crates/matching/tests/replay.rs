//! Registering one by one, with stewards' rulings in between and new versions in the place of old ones, comes to what one run over
//! everything gives: matches and concepts, byte for byte, in any order.

mod support;

use chrono::DateTime;
use onus_domain::{
    concept::ConceptMember,
    definition::Definition,
    relation::{Decision, Match, Relation},
};
use onus_matching::{Matcher, files};
use proptest::{prelude::*, sample::Index};
use std::sync::LazyLock;
use uuid::Uuid;

/// Definitions of which many are alike: both sides of labelled pairs.
static ALIKE: LazyLock<Vec<Definition>> = LazyLock::new(|| {
    let read = |name| support::labelled_data(name);
    let records = files::records("records.jsonl", &read("records.jsonl")).unwrap_or_else(|e| panic!("{e}"));
    let pairs = files::pairs("pairs.jsonl", &read("pairs.jsonl"), &records).unwrap_or_else(|e| panic!("{e}"));
    let by_id = files::by_id(&records);
    let sides = pairs.iter().step_by(37).flat_map(|pair| [&pair.left, &pair.right]);
    let mut out: Vec<Definition> = sides.map(|id| by_id[id.as_str()].definition.clone()).collect();
    out.sort_by(|a, b| a.id.cmp(&b.id));
    out.dedup_by(|a, b| a.id == b.id);
    out
});

/// What happens to a registry.
#[derive(Debug, Clone)]
enum Event {
    Registered(Box<Definition>),
    Ruled(Decision),
}

fn ruling(at: i64, (a, b, relation): (usize, usize, Option<Relation>)) -> Decision {
    let (left, right) = (&ALIKE[a.min(b)], &ALIKE[a.max(b)]);
    Decision {
        id: Uuid::from_u128(u128::from(at.unsigned_abs())),
        left: left.id.clone(),
        left_version: left.version,
        right: right.id.clone(),
        right_version: right.version,
        relation,
        reason: "r".into(),
        steward: "s".into(),
        at: DateTime::from_timestamp(at, 0).unwrap_or_default(),
    }
}

/// A registry as it grows.
#[derive(Default)]
struct Registry {
    matcher: Matcher,
    matches: Vec<Match>,
    decisions: Vec<Decision>,
}

impl Registry {
    fn take(&mut self, event: &Event) {
        match event {
            Event::Ruled(decision) => self.decisions.push(decision.clone()),
            Event::Registered(definition) => {
                // Matches that name an old version no longer hold.
                self.matches.retain(|found| found.left != definition.id && found.right != definition.id);
                self.matches.extend(self.matcher.insert(definition));
                self.matches.sort_by(|a, b| (&a.left, &a.right).cmp(&(&b.left, &b.right)));
            }
        }
    }

    fn concepts(&self) -> Vec<ConceptMember> {
        self.matcher.concepts(&self.matches, &self.decisions)
    }
}

fn bytes<T: serde::Serialize>(of: &T) -> String {
    serde_json::to_string(of).unwrap_or_else(|e| panic!("{e}"))
}

/// Everything at once: the last version of each, and all rulings.
fn batch(events: &[Event]) -> (Vec<Match>, Vec<ConceptMember>) {
    let mut definitions: Vec<&Definition> = Vec::new();
    let mut decisions = Vec::new();
    for event in events {
        match event {
            Event::Ruled(decision) => decisions.push(decision.clone()),
            Event::Registered(definition) => {
                definitions.retain(|known| known.id != definition.id);
                definitions.push(definition);
            }
        }
    }
    let mut matcher = Matcher::new();
    matcher.extend(definitions.iter().copied());
    let definitions: Vec<Definition> = definitions.into_iter().cloned().collect();
    let matches = Matcher::match_all(&definitions, &|_, _| ());
    let concepts = matcher.concepts(&matches, &decisions);
    (matches, concepts)
}

/// Registrations in some order, some of a second version that says what another says, and rulings between them.
fn events() -> impl Strategy<Value = Vec<Event>> {
    let count = ALIKE.len();
    let relation = proptest::option::of(prop_oneof![
        Just(Relation::Same),
        Just(Relation::Different),
        Just(Relation::Related)
    ]);
    let rulings = proptest::collection::vec((0..count, 0..count, relation), 0..30);
    let revisions = proptest::collection::vec((0..count, 0..count), 0..8);
    let orders =
        (Just((0..count).collect::<Vec<_>>()).prop_shuffle(), proptest::collection::vec(any::<Index>(), 40));
    (orders, rulings, revisions).prop_map(|((order, places), rulings, revisions)| {
        let mut out: Vec<Event> =
            order.iter().map(|at| Event::Registered(Box::new(ALIKE[*at].clone()))).collect();
        for ((of, like), place) in revisions.into_iter().zip(&places) {
            let revised = Definition {
                id: ALIKE[of].id.clone(),
                version: ALIKE[of].version + 1,
                ..ALIKE[like].clone()
            };
            // After the first version, or the first would come in its place.
            let first =
                out.iter().position(|event| matches!(event, Event::Registered(d) if d.id == revised.id));
            let from = first.unwrap_or(0) + 1;
            out.retain(|event| !matches!(event, Event::Registered(d) if d.id == revised.id && d.version > 1));
            out.insert(from + place.index(out.len() - from + 1), Event::Registered(Box::new(revised)));
        }
        for ((at, ruled), place) in (1..).zip(rulings).zip(places.iter().rev()) {
            if ruled.0 != ruled.1 {
                out.insert(place.index(out.len() + 1), Event::Ruled(ruling(at, ruled)));
            }
        }
        out
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn one_by_one_with_rulings_between_equals_the_batch(events in events(), stop in any::<Index>()) {
        let stop = stop.index(events.len());
        let mut registry = Registry::default();
        for (at, event) in events.iter().enumerate() {
            registry.take(event);
            // Somewhere on the way, and at the end.
            if at == stop || at + 1 == events.len() {
                let (matches, concepts) = batch(&events[..=at]);
                prop_assert_eq!(bytes(&registry.matches), bytes(&matches));
                prop_assert_eq!(bytes(&registry.concepts()), bytes(&concepts));
            }
        }
        prop_assert!(registry.matches.len() > 20, "too few are alike to tell: {}", registry.matches.len());
    }
}
