//! Small made-up registries, with many coincidences: few definitions, subjects and bodies, so that most of what is asked is asked again.

use chrono::{Days, NaiveDate};
use onus_domain::{
    Basis, CollectionId, Decimal, DefinitionId, Month, SubjectId,
    collection::{Collection, SectorPath},
    concept::{ConceptMember, Derivation, Strength},
    definition::{Definition, DefinitionKind},
    item::{Item, ItemRole, Mandation, PurposeKind},
    organisation::{Organisation, OrganisationKind, ProviderType, Size, SizeMeasure, Succession},
    respondents::{RespondentsRule, SizeBounds},
    reuse::{Need, ReuseAgreement, ReuseState},
    schedule::{Frequency, Schedule},
    snapshot::Snapshot,
    statement::{Activity, BurdenStatement, CostLine, LineBasis, Method, StaffRole, Tariff},
    subject::Subject,
    version::{Admission, Content, Spell, Version, VersionState},
};
use std::{collections::BTreeSet, fmt::Debug, str::FromStr};
use uuid::Uuid;

/// Arbitrary numbers that are the same each time for a seed: splitmix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((u128::from(x ^ (x >> 31)) * most as u128) >> 64).unwrap()
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<T: Clone>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())].clone()
    }

    pub fn number(&mut self, most: usize) -> u32 {
        u32::try_from(self.below(most)).unwrap()
    }

    /// Each of some with one chance in two.
    pub fn some<T: Clone + Ord>(&mut self, among: &[T]) -> BTreeSet<T> {
        among.iter().filter(|_| self.once_in(2)).cloned().collect()
    }

    pub fn date(&mut self) -> NaiveDate {
        day("2022-01-01") + Days::new(self.below(1200) as u64)
    }
}

/// Reads anything that is read from text.
pub fn of<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    of(text)
}

pub const TYPES: [ProviderType; 3] =
    [ProviderType::Acute, ProviderType::GpPractice, ProviderType::MentalHealth];
pub const OWNERS: [&str; 3] = ["X24", "X26", "X30"];
pub const COLLECTIONS: usize = 8;
const REGIONS: [&str; 2] = ["Y56", "Y58"];
const SUBJECTS: usize = 4;
pub const DEFINITIONS: usize = 9;

pub fn provider(place: usize) -> onus_domain::OdsCode {
    of(&format!("R{place:02}"))
}

pub fn collection(place: usize) -> CollectionId {
    of(&format!("c{place}"))
}

/// A definition that others ask too; now and then one that hardly anybody else does.
pub fn definition(dice: &mut Dice) -> DefinitionId {
    if dice.once_in(4) {
        return of(&format!("e{}", dice.below(40)));
    }
    of(&format!("d{}", dice.below(DEFINITIONS)))
}

fn subject(place: usize) -> SubjectId {
    of(&format!("S{place}"))
}

fn organisation(dice: &mut Dice, place: usize) -> Organisation {
    let open = dice.once_in(4).then(|| dice.date());
    let close = dice.once_in(5).then(|| dice.date()).filter(|close| open.is_none_or(|open| open <= *close));
    Organisation {
        code: provider(place),
        name: String::new(),
        kind: OrganisationKind::Provider,
        provider_type: Some(dice.pick(&TYPES)),
        provider_type_basis: if dice.once_in(5) { Basis::Assumed } else { Basis::Stated },
        region: (!dice.once_in(6)).then(|| dice.pick(&REGIONS).into()),
        parent: None,
        open_date: open,
        close_date: close,
    }
}

/// A metric, a count, a snapshot, an element; perhaps with a breakdown.
pub fn defined(dice: &mut Dice, id: DefinitionId) -> Definition {
    let kind = if dice.once_in(2) { DefinitionKind::Metric } else { DefinitionKind::Element };
    let mut made = Definition::new(id, kind, "number of spells");
    match dice.below(5) {
        0 => made.denominator = "all".into(),
        1 => made.period_type = "snapshot".into(),
        2 => made.breakdowns = vec!["sex".into()],
        3 if kind == DefinitionKind::Metric => made.subject = Some(subject(dice.below(SUBJECTS))),
        _ => {}
    }
    made
}

pub fn item(dice: &mut Dice) -> Item {
    let roles = [ItemRole::Content, ItemRole::Content, ItemRole::Content, ItemRole::Linkage];
    let mandations =
        [None, Some(Mandation::Mandatory), Some(Mandation::Mandatory), Some(Mandation::Optional)];
    Item {
        position: 0,
        section: String::new(),
        mandation: dice.pick(&mandations),
        role: dice.pick(&roles),
        subject: subject(dice.below(SUBJECTS)),
        definition: definition(dice),
        purpose_kind: dice.pick(&[PurposeKind::Improvement, PurposeKind::Judgement, PurposeKind::Unknown]),
        r#use: String::new(),
    }
}

pub fn numbered(items: &mut [Item]) {
    (1..).zip(items).for_each(|(position, item)| item.position = position);
}

pub fn rule(dice: &mut Dice) -> RespondentsRule {
    let codes: Vec<_> = (0..12).map(provider).collect();
    let mut include = dice.some(&codes);
    include.retain(|_| dice.once_in(4));
    let mut exclude = dice.some(&codes);
    exclude.retain(|code| dice.once_in(6) && !include.contains(code));
    RespondentsRule {
        provider_types: dice.some(&TYPES),
        regions: if dice.once_in(4) { [dice.pick(&REGIONS).into()].into() } else { BTreeSet::new() },
        commissioners: BTreeSet::new(),
        size_bounds: dice.once_in(5).then(|| SizeBounds {
            measure: SizeMeasure::FloorArea,
            at_least: Some(Decimal::from_whole(1 + i32::try_from(dice.below(60)).unwrap())),
            at_most: None,
        }),
        include,
        exclude,
        basis: if dice.once_in(4) { Basis::Assumed } else { Basis::Stated },
        evidence: String::new(),
    }
}

pub fn schedule(dice: &mut Dice) -> Schedule {
    use Frequency::{Annual, HalfYearly, Monthly, OneOff, Quarterly, Weekly};
    Schedule {
        frequency: dice.pick(&[Monthly, Monthly, Quarterly, Quarterly, HalfYearly, Annual, Weekly, OneOff]),
        first_period: dice.pick(&[day("2021-04-01"), day("2021-04-01"), day("2022-01-31")]),
        due_lag_days: dice.pick(&[0, 0, 20]),
        last_period: dice.once_in(6).then(|| dice.date()),
        basis: if dice.once_in(3) { Basis::Assumed } else { Basis::Stated },
        evidence: String::new(),
    }
}

pub fn suspension(dice: &mut Dice) -> Spell {
    let from = dice.date();
    Spell { from, to: dice.once_in(2).then(|| from + Days::new(1 + dice.below(400) as u64)) }
}

pub fn version(dice: &mut Dice, id: CollectionId, number: u32, from: NaiveDate) -> Version {
    let mut items: Vec<_> = (0..dice.below(7)).map(|_| item(dice)).collect();
    numbered(&mut items);
    let content = Content {
        title: String::new(),
        purpose: String::new(),
        legal_basis: String::new(),
        method: String::new(),
        uses: String::new(),
        feedback: String::new(),
        contact: String::new(),
        respondents: (!dice.once_in(20)).then(|| rule(dice)),
        schedule: (!dice.once_in(20)).then(|| schedule(dice)),
        items,
    };
    Version {
        state: VersionState::Live,
        admission: Admission::Adopted,
        live_from: Some(from),
        suspensions: if dice.once_in(5) { vec![suspension(dice)] } else { vec![] },
        ..Version::draft(id, number, content)
    }
}

pub fn statement(dice: &mut Dice, id: CollectionId, version: u32) -> BurdenStatement {
    use LineBasis::{Annual, OneOff, PerItem, PerSubmission, PerUnit};
    let mut line = || {
        let basis = dice.pick(&[PerSubmission, PerItem, PerItem, Annual, OneOff, PerUnit]);
        CostLine {
            activity: Activity::Gathering,
            staff_role: dice.pick(&[StaffRole::InformationAnalyst, StaffRole::Manager]),
            basis,
            minutes: Decimal::from_units(i64::try_from(dice.below(9_000_000)).unwrap()),
            unit_measure: (basis == PerUnit).then_some(SizeMeasure::FloorArea),
            unit_size: (basis == PerUnit).then(|| Decimal::from_whole(7)),
            life_months: (basis == OneOff && dice.once_in(2)).then_some(7),
            external_pence: dice.below(50) as u64,
        }
    };
    let lines = vec![line(), line()];
    let method = dice.pick(&[Method::Declared, Method::Declared, Method::Assumed]);
    BurdenStatement { collection: id, version, from_date: dice.date(), method, lines }
}

pub fn agreement(dice: &mut Dice, id: CollectionId, owner: &str) -> ReuseAgreement {
    let first = dice.date();
    let need = |dice: &mut Dice| {
        let definition = definition(dice);
        let concept = of(definition.as_str());
        Need { position: 1, subject: subject(dice.below(SUBJECTS)), concept, definition, held: vec![] }
    };
    ReuseAgreement {
        id: Uuid::from_u128(dice.below(usize::MAX) as u128),
        holder: of("X99"),
        recipient: of(owner),
        collection: id,
        version: 1,
        needs: (0..=dice.below(8)).map(|_| need(dice)).collect(),
        from: Month::of(dice.date()),
        to: None,
        grain: String::new(),
        legal_basis: String::new(),
        purpose: String::new(),
        state: ReuseState::Active,
        requested_on: first,
        answer_due: first,
        escalated_on: None,
        answered_on: Some(first),
        first_delivery: Some(first),
        ends_on: dice.once_in(2).then(|| first + Days::new(1 + dice.below(500) as u64)),
        reason: String::new(),
        revision: 3,
    }
}

pub fn size(dice: &mut Dice) -> Size {
    let measures = [SizeMeasure::FloorArea, SizeMeasure::ListSize, SizeMeasure::StaffWte];
    Size {
        organisation: provider(dice.below(12)),
        measure: dice.pick(&measures),
        from_date: dice.date(),
        value: Decimal::from_whole(1 + i32::try_from(dice.below(100)).unwrap()),
    }
}

pub fn tariff(dice: &mut Dice) -> Tariff {
    Tariff {
        staff_role: StaffRole::Manager,
        from_date: dice.date(),
        pence_per_hour: 1000 + dice.below(900) as u64,
        overhead_percent: of("12.5"),
    }
}

pub fn collected(dice: &mut Dice, id: CollectionId) -> Collection {
    Collection {
        id,
        owner: of(dice.pick(&OWNERS)),
        sector_path: dice.pick(&[SectorPath::National, SectorPath::Local]),
        reference: None,
        source_id: None,
        revision: 1,
    }
}

/// How definitions and subjects are linked.
pub fn link(dice: &mut Dice, snapshot: &mut Snapshot) {
    snapshot.subjects = (0..SUBJECTS)
        .map(|place| Subject {
            id: subject(place),
            name: String::new(),
            contained_in: dice
                .once_in(2)
                .then(|| subject(dice.below(SUBJECTS)))
                .filter(|s| *s != subject(place)),
            basis: Basis::Stated,
            reason: String::new(),
        })
        .collect();
    snapshot.derivations = (0..dice.below(3))
        .map(|_| Derivation {
            from_definition: definition(dice),
            to_definition: definition(dice),
            recipe: "sum".into(),
            strength: Strength::Confirmed,
        })
        .collect();
    snapshot.concepts = (0..DEFINITIONS)
        .map(|place| ConceptMember {
            definition: of(&format!("d{place}")),
            // Of most definitions, the concept is their own.
            concept: of(&format!("d{}", if dice.once_in(3) { dice.below(DEFINITIONS) } else { place })),
            strength: Strength::Confirmed,
        })
        .collect();
    if dice.once_in(2) {
        let (definition, concept) = (definition(dice), of(&format!("d{}", dice.below(DEFINITIONS))));
        snapshot.concepts.push(ConceptMember { definition, concept, strength: Strength::Possible });
    }
}

/// A registry of a dozen providers and some collections.
pub fn world(dice: &mut Dice) -> Snapshot {
    let mut snapshot = Snapshot {
        organisations: (0..12).map(|place| organisation(dice, place)).collect(),
        sizes: (0..dice.below(16)).map(|_| size(dice)).collect(),
        definitions: (0..DEFINITIONS).map(|at| defined(dice, of(&format!("d{at}")))).collect(),
        tariffs: (0..2).map(|_| tariff(dice)).collect(),
        ..Snapshot::default()
    };
    link(dice, &mut snapshot);
    if dice.once_in(2) {
        snapshot.successions.push(Succession {
            predecessor: provider(0),
            successor: provider(1),
            date: dice.date(),
            share: of("0.5"),
        });
    }
    for place in 0..=dice.below(5) {
        snapshot.collections.push(collected(dice, collection(place)));
        let first = version(dice, collection(place), 1, day("2021-04-01"));
        snapshot.versions.push(first);
        if dice.once_in(2) {
            snapshot.statements.push(statement(dice, collection(place), 1));
        }
    }
    in_order(&mut snapshot);
    snapshot
}

/// Every list in order of its key, each key once.
pub fn in_order(snapshot: &mut Snapshot) {
    snapshot.sizes.sort();
    snapshot.sizes.dedup_by(|a, b| {
        (&a.organisation, a.measure, a.from_date) == (&b.organisation, b.measure, b.from_date)
    });
    snapshot.collections.sort_by(|a, b| a.id.cmp(&b.id));
    snapshot.versions.sort_by(|a, b| (&a.collection, a.number).cmp(&(&b.collection, b.number)));
    snapshot.concepts.sort();
    snapshot.derivations.sort();
    snapshot.derivations.dedup();
    snapshot.statements.sort_by(|a, b| {
        (&a.collection, a.version, a.from_date).cmp(&(&b.collection, b.version, b.from_date))
    });
    snapshot
        .statements
        .dedup_by(|a, b| (&a.collection, a.version, a.from_date) == (&b.collection, b.version, b.from_date));
    snapshot.tariffs.sort_by_key(|tariff| (tariff.staff_role, tariff.from_date));
    snapshot.tariffs.dedup_by_key(|tariff| (tariff.staff_role, tariff.from_date));
    snapshot.submissions.sort_by(|a, b| a.obligation.cmp(&b.obligation));
    snapshot.reuse.sort_by_key(|one| one.id);
}
