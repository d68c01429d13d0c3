//! Whatever is written, it is read: no panic, no text that takes for ever, and nothing called SAME without evidence.

use onus_domain::{
    DefinitionId,
    concept::Strength,
    definition::{Definition, DefinitionKind, PermittedValue},
    relation::{Match, Relation},
};
use onus_matching::{Matcher, normalise, prepare::Prepared, score};
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// What people, programs and enemies write.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        // Anything printable; anything at all, controls and unassigned ones among it.
        "\\PC{0,40}",
        proptest::collection::vec(any::<char>(), 0..20).prop_map(String::from_iter),
        // Words of the field, of which facets are read.
        "(the )?(number|percentage|median|rate) of (patients|bed days|women aged|referrals) (within|under|over|not|by|each|per) [0-9]{1,3} (hours|weeks|years|%|months)",
        "(on|to) [0-9]{1,2} (march|may), (monthly|quarterly|by site|by ward and sex|headcount|fte)",
        // Other languages and scripts, marks on nothing, directions turned.
        "[а-яα-ωאבגदिखग日本語한국어]{0,12}( [à-ÿ\u{300}-\u{36f}\u{200d}\u{202e}]{1,6}){0,4}",
        "[😀👩🏽‍⚕️🏥✅]{1,6}",
        // Mark-up, whole and broken.
        "(</?[a-z]{1,8}( class=\"x\")?>?|&amp;|&lt;|&#[0-9]{1,4};|<!--|<<|&){1,8}",
        // Numbers of every make.
        "([<>≤≥=]{0,3} ?[0-9]{0,25}[.,]?[0-9]{0,4} ?(k|min|mon|%|th|g/l|to)? ?){1,6}",
        "(x ){0,30}",
    ];
    proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.join(" "))
}

fn definition(id: &'static str) -> impl Strategy<Value = Definition> {
    let kind = prop_oneof![Just(DefinitionKind::Metric), Just(DefinitionKind::Element)];
    let fields = proptest::collection::vec(prop_oneof![Just(String::new()), text()], 9);
    (kind, text(), text(), fields, proptest::collection::vec((text(), text()), 0..4)).prop_map(
        move |(kind, name, text, fields, values)| {
            let [numerator, denominator, population, exclusions, unit, grain, period_type, format, breakdown] =
                <[String; 9]>::try_from(fields).unwrap_or_default();
            Definition {
                text,
                numerator,
                denominator,
                population,
                exclusions,
                unit,
                grain,
                period_type,
                format,
                breakdowns: vec![breakdown],
                value_set: values
                    .into_iter()
                    .map(|(code, meaning)| PermittedValue { code, meaning })
                    .collect(),
                ..Definition::new(DefinitionId::new(id).unwrap_or_else(|error| panic!("{error}")), kind, name)
            }
        },
    )
}

/// What holds of every match, whatever it is of.
fn sound(found: &Match) {
    assert!((0.0..=1.0).contains(&found.score), "{}", found.score);
    assert!((score::score_of(score::sum(&found.evidence)) - found.score).abs() < 1e-12, "{found:?}");
    if found.relation == Relation::Same {
        assert!(found.score >= score::SAME_THRESHOLD && found.evidence.len() > 1, "{found:?}");
    }
    if found.strength == Strength::Confirmed {
        assert!(found.relation == Relation::Same && found.score >= score::AUTOMATIC_THRESHOLD, "{found:?}");
    }
}

/// What a definition says by name and text, as words.
fn says(definition: &Definition) -> Vec<String> {
    let Definition { name, text, numerator, denominator, .. } = definition;
    let mut words = normalise::name_tokens(name);
    for text in [text, numerator, denominator] {
        words.extend(normalise::tokens(text));
    }
    words
}

proptest! {
    #[test]
    fn any_two_are_compared(left in definition("a"), right in definition("b")) {
        let found = Matcher::compare(&left, &right);
        sound(&found);
        prop_assert_eq!(&found, &Matcher::compare(&right, &left), "the sides are alike");
        if says(&left).len().min(says(&right).len()) < 2 {
            prop_assert!(found.strength != Strength::Confirmed, "one says next to nothing: {:?}", found);
        }
        let shown = Matcher::side_by_side(&left, &right);
        prop_assert_eq!(shown.found, found);
        let mut matcher = Matcher::new();
        matcher.insert(&left);
        matcher.insert(&right).iter().for_each(sound);
        let draft = Definition { id: DefinitionId::proposed(), ..right };
        matcher.check(&draft, 10).iter().for_each(|hit| sound(&hit.match_));
    }

    #[test]
    fn what_is_read_stays_what_it_is(given in text()) {
        let tokens = normalise::tokens(&given);
        prop_assert_eq!(&tokens, &normalise::tokens(&given));
        prop_assert!(tokens.iter().all(|token| !token.is_empty() && !token.contains(char::is_whitespace)), "{:?}", tokens);
        prop_assert_eq!(normalise::name(&given), normalise::name_tokens(&given).join(" "));
    }

    #[test]
    fn nothing_is_the_same_as_what_says_nothing(one in definition("a"), blank in "[ \n\t.,;:!-]{0,9}|N/A|tbc") {
        let silent = Definition { text: blank.clone(), ..Definition::new(DefinitionId::new("b").unwrap(), one.kind, blank) };
        prop_assert_ne!(Matcher::compare(&one, &silent).relation, Relation::Same);
    }
}

#[test]
fn a_megabyte_is_read_in_bounded_time() {
    let megabyte = |piece: &str| piece.repeat(1_000_000 / piece.len());
    let pieces = [
        "a",
        "a ",
        "<",
        "<a",
        "<a ",
        "&",
        "&amp;",
        "9",
        "1 ",
        "1,000",
        "≤ 1 ",
        "'",
        "’s ",
        ". ",
        "per 100 ",
        "é ",
        "日",
        "😀",
        "\u{0}",
        "\u{301}",
        "ß",
        "by ward and ",
        "within 4 hours to 12 ",
        "mean median ",
        "X will be replaced by Y or Z. ",
        "\n",
        "ization",
        "aB",
    ];
    let other = Prepared::new(&Definition {
        text: "The number of beds occupied within 4 hours, by ward.".into(),
        ..Definition::new(DefinitionId::new("other").unwrap(), DefinitionKind::Metric, "beds")
    });
    for piece in pieces {
        let start = Instant::now();
        let text = megabyte(piece);
        let long = |id: &str| Definition {
            text: text.clone(),
            numerator: text.clone(),
            ..Definition::new(DefinitionId::new(id).unwrap(), DefinitionKind::Metric, &*text)
        };
        let (one, two) = (Prepared::new(&long("one")), Prepared::new(&long("two")));
        for found in [&two, &other].map(|other| score::compare_prepared(&score::DEFAULT, &one, other)) {
            sound(&found);
        }
        // A slow machine under load takes a tenth of it.
        assert!(start.elapsed() < Duration::from_secs(20), "{piece:?} took {:?}", start.elapsed());
    }
}

#[test]
fn of_a_crowd_of_equal_ones_each_costs_no_more() {
    let of = |at: usize| Definition {
        text: "The number of patients who waited longer than 18 weeks at the end of the month.".into(),
        ..Definition::new(DefinitionId::new(format!("d{at}")).unwrap(), DefinitionKind::Metric, "Long waits")
    };
    let mut matcher = Matcher::new();
    let (mut most, mut last) = (0, vec![]);
    for at in 0..4_000 {
        last = matcher.insert(&of(at));
        most = most.max(last.len());
    }
    assert!(most <= 400, "{most}");
    assert!((1..=4).contains(&last.len()), "of thousands the first few will do: {}", last.len());
    last.iter().for_each(sound);
    assert!(last.iter().all(|found| found.strength == Strength::Confirmed), "{last:?}");
    // And whoever asks is told.
    assert_eq!(matcher.check(&Definition { id: DefinitionId::proposed(), ..of(0) }, 10).len(), 10);
}
