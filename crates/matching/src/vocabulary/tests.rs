use super::*;

fn read(files: &[(&str, &str)]) -> Result<Vocabulary> {
    let files: Vec<_> = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Vocabulary::read(&files)
}

/// What is refused: field, rule, value, what would be right.
fn refused(files: &[(&str, &str)]) -> Vec<[String; 4]> {
    match read(files) {
        Err(onus_domain::Error::Invalid(found)) => {
            found.into_iter().map(|one| [one.field, one.rule, one.value, one.expected]).collect()
        }
        other => panic!("{other:?}"),
    }
}

const VOCABULARY: &str = "term,canonical,kind,provenance\n";
const CONTRASTS: &str = "group,scope,restricts,value,term,provenance\n";
const FACETS: &str = "facet,value,term,provenance\n";

fn under(header: &str, rows: &str) -> String {
    format!("{header}{rows}\n")
}

#[test]
fn nothing_added_changes_nothing() {
    let none = read(&[]).unwrap();
    assert_eq!((none.told.added, none.told.replaced.len()), (0, 0));
    let built_in = Data::new(Tables::built_in());
    assert_eq!(format!("{:?}", none.data), format!("{built_in:?}"));
}

/// Built-in rows stand up to what is asked of a steward's, but for these: what is refused is refused for a reason.
#[test]
fn the_built_in_rows_are_sound_by_the_same_rules() {
    let found = refused(&[
        ("boilerplate.csv", include_str!("../../data/boilerplate.csv")),
        ("common_words.csv", include_str!("../../data/common_words.csv")),
        ("contrasts.csv", include_str!("../../data/contrasts.csv")),
        ("facets.csv", include_str!("../../data/facets.csv")),
        ("registries.csv", include_str!("../../data/registries.csv")),
        ("vocabulary.csv", include_str!("../../data/vocabulary.csv")),
    ]);
    let told: Vec<_> = found.iter().map(|[_, rule, value, _]| (rule.as_str(), value.as_str())).collect();
    let known = [
        ("CANONICAL", "female genital mutilation"),
        ("CANONICAL", "chronic kidney disease"),
        ("CANONICAL", "as a percentage of"),
        ("CANONICAL", "as a percentage of all"),
        ("CANONICAL", "acute kidney injury"),
        ("CANONICAL", "education health care plan"),
        // Counted before the vocabulary had them.
        ("WORD", "surgery"),
        ("WORD", "immunisation"),
        ("WORD", "female"),
    ];
    assert_eq!(told, known);
}

#[test]
fn rows_are_added_and_stand_in_the_place_of_built_in_ones() {
    let terms = under(
        VOCABULARY,
        "SDEC,same day emergency care,SYNONYM,Trust glossary\r\nDTOC,discharge to community,SYNONYM,Trust glossary",
    );
    let facets = under(FACETS, "grain,site,pod,Trust glossary");
    let given = read(&[("vocabulary.csv", &terms), ("facets.csv", &facets)]).unwrap();
    assert_eq!(given.told.added, 2);
    let [replaced] = given.told.replaced.as_slice() else { panic!("{:?}", given.told) };
    assert!(
        replaced.starts_with("vocabulary.csv:3 DTOC,discharge to community,SYNONYM (built in: dtoc,"),
        "{replaced}"
    );
    let writing = normalise::vocabulary(&given.data.vocabulary);
    let text = |text: &str| normalise::tokens_by(&writing, text).join(" ");
    assert_eq!(text("SDEC attendances"), text("Same-day emergency care attendance"));
    assert_eq!(text("DTOC"), text("discharge to community"));
    let before = normalise::vocabulary(&Tables::built_in().vocabulary);
    assert_ne!(
        normalise::tokens_by(&before, "SDEC"),
        normalise::tokens_by(&before, "same day emergency care")
    );
    let again = read(&[("facets.csv", &facets), ("vocabulary.csv", &terms)]).unwrap();
    assert_eq!(again.told, given.told, "in whatever order");
    assert_ne!(read(&[("facets.csv", &facets)]).unwrap().told.digest, given.told.digest);
}

#[test]
fn the_digest_is_that_of_the_files_one_after_another() {
    // printf 'facet,value,term,provenance\ngrain,site,pod,p\n' | sha256sum
    let given = read(&[("facets.csv", &under(FACETS, "grain,site,pod,p"))]).unwrap();
    assert_eq!(given.told.digest, "6fd5a14f4d39");
}

#[test]
fn whatever_is_wrong_is_named_by_file_line_and_column_all_at_once() {
    let found = refused(&[
        ("synonyms.csv", "a,b\n"),
        ("registries.csv", "registry,provenance\n"),
        (
            "vocabulary.csv",
            &under(
                VOCABULARY,
                "casualty dept,A&E,SYNONYM,p\nx ray,,SYNONYM,p\nblue,,COLOUR,p\ngreen,verdant,SYNONYM,\n!!,b,SYNONYM,p\nsix,half,NUMBER,p\nof a kind,kind,FILLER,p\ntwo,columns",
            ),
        ),
        ("contrasts.csv", &under(CONTRASTS, "sex,ALL,maybe,,,p\nadult or child,ANY,no,adult,grown up,p")),
        (
            "facets.csv",
            &under(
                FACETS,
                "grain,moon,crater,p\nshape,round,ball,p\ngrain,site,umbrella,p\ngrain,ward,umbrellas,p",
            ),
        ),
        ("boilerplate.csv", "phrase,reason,provenance\nThe,none,p\n"),
        ("common_words.csv", "word,per_mille,provenance\npatients,5000,p\n"),
    ]);
    let told: Vec<_> = found.iter().map(|[field, rule, ..]| format!("{field} {rule}")).collect();
    for expected in [
        "synonyms.csv KNOWN_FILE",
        "registries.csv:1 HEADER",
        "vocabulary.csv:2 canonical CANONICAL",
        "vocabulary.csv:3 canonical CANONICAL",
        "vocabulary.csv:4 kind ONE_OF",
        "vocabulary.csv:5 provenance PROVENANCE",
        "vocabulary.csv:6 term REQUIRED",
        "vocabulary.csv:7 canonical CANONICAL",
        "vocabulary.csv:8 canonical CANONICAL",
        "vocabulary.csv:9 COLUMNS",
        "contrasts.csv:2 scope ONE_OF",
        "contrasts.csv:2 restricts ONE_OF",
        "contrasts.csv:2 value REQUIRED",
        "contrasts.csv:2 term REQUIRED",
        "contrasts.csv:3 restricts GROUP",
        "facets.csv:2 value ONE_OF",
        "facets.csv:3 facet ONE_OF",
        "facets.csv:5 row ONCE",
        "boilerplate.csv:2 phrase PHRASE",
        "common_words.csv:2 word WORD",
        "common_words.csv:2 per_mille RANGE",
    ] {
        assert!(told.iter().any(|one| one == expected), "{expected} among {told:#?}");
    }
    let of = |field: &str| &found.iter().find(|one| one[0] == field).unwrap()[2..];
    assert_eq!(
        of("vocabulary.csv:2 canonical"),
        ["A&E", "`emergency department`, as `A&E` is written itself"]
    );
    assert_eq!(of("facets.csv:2 value")[0], "moon");
    assert!(of("facets.csv:2 value")[1].contains("ward"), "{:?}", of("facets.csv:2 value"));
    assert_eq!(of("common_words.csv:2 word"), ["patients", "one word as it is read: `patient`"]);
}

#[test]
fn what_the_built_in_rows_tell_apart_stays_apart() {
    for (row, rule, value) in [
        ("median,mean,SYNONYM,p", "TOLD_APART", "median"),
        // Whoever says "A&E" would be written otherwise than who says "emergency department".
        ("emergency department,front door,SYNONYM,p", "CANONICAL", "emergency department"),
        ("median,,FILLER,p", "READ", "median"),
    ] {
        let found = refused(&[("vocabulary.csv", &under(VOCABULARY, row))]);
        assert!(found.iter().any(|one| one[1] == rule && one[2] == value), "{row}: {found:#?}");
    }
}
