//! A vocabulary and a model that are taken up decide from then on, for the whole process, and are named in every match. One test: what is
//! taken up is of the whole process.

use onus_domain::{
    DefinitionId,
    definition::{Definition, DefinitionKind},
    relation::Relation,
};
use onus_matching::{MODEL, Matcher, live, normalise, vocabulary::Vocabulary};

const ROWS: &str = "term,canonical,kind,provenance\nSDEC,same day emergency care,SYNONYM,Trust glossary\n";

fn definition(id: &str, name: &str, text: &str) -> Definition {
    let id = DefinitionId::new(id).unwrap_or_else(|error| panic!("{error}"));
    Definition { text: text.into(), ..Definition::new(id, DefinitionKind::Metric, name) }
}

#[test]
fn what_is_taken_up_decides_and_is_named() {
    let vocabulary =
        Vocabulary::read(&[("vocabulary.csv".into(), ROWS.into())]).unwrap_or_else(|e| panic!("{e}"));
    let digest = vocabulary.told().digest.clone();
    let own = include_str!("../data/model.txt").replacen(&format!("name {MODEL}"), "name ours", 1);
    live::take_up(Some(vocabulary), Some(("ours.txt", &own))).unwrap_or_else(|error| panic!("{error}"));

    let name = &live::model().name;
    assert!(name.starts_with("ours@") && name.ends_with(&format!("+vocabulary@{digest}")), "{name}");
    assert_eq!(live::vocabulary().map(|told| told.added), Some(1));
    assert_eq!(normalise::text("SDEC attendances"), normalise::text("same day emergency care attendances"));
    let pair = [
        definition("a", "SDEC attendances", "The number of patients seen in SDEC each month."),
        definition(
            "b",
            "Same day emergency care attendances",
            "The number of patients seen in same day emergency care each month.",
        ),
    ];
    let found = Matcher::match_all(&pair, &|_, _| ());
    let [found] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((found.relation, &found.model), (Relation::Same, name));
    assert_eq!(*found, Matcher::compare(&pair[0], &pair[1]));

    let again = Vocabulary::read(&[]).unwrap_or_else(|error| panic!("{error}"));
    assert!(live::take_up(Some(again), None).is_err(), "something was read by then");
    assert!(live::take_up(None, Some(("ours.txt", &own))).is_err());
    assert!(live::take_up(None, None).is_ok(), "nothing else is asked for");
}
