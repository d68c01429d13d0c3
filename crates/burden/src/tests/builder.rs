//! Small snapshots, said in few words.

use crate::{Burden, Settings};
use chrono::NaiveDate;
use onus_domain::{
    Basis, Decimal, Month, OdsCode,
    collection::{Collection, SectorPath},
    concept::{ConceptMember, Derivation, Strength},
    definition::{Definition, DefinitionKind, RegistrationStatus},
    item::{Item, ItemRole, Mandation, PurposeKind},
    organisation::{Organisation, OrganisationKind, ProviderType, Size, SizeMeasure, Succession},
    respondents::RespondentsRule,
    reuse::{Need, ReuseAgreement, ReuseState},
    schedule::{Frequency, Schedule},
    snapshot::Snapshot,
    statement::{Activity, BurdenStatement, CostLine, LineBasis, Method, StaffRole},
    subject::Subject,
    version::{Admission, Content, Spell, Version, VersionState},
};
use std::{collections::BTreeSet, fmt::Debug, str::FromStr, sync::Arc};
use uuid::Uuid;

/// Reads anything that is read from text.
pub fn of<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    of(text)
}

pub fn month(text: &str) -> Month {
    of(text)
}

pub fn definition(id: &str) -> Definition {
    Definition {
        status: RegistrationStatus::Standard,
        ..Definition::new(of(id), DefinitionKind::Element, id)
    }
}

/// A metric that does not add up over time.
pub fn rate(id: &str) -> Definition {
    Definition { kind: DefinitionKind::Metric, denominator: "all".into(), ..definition(id) }
}

pub fn item(definition: &str, subject: &str) -> Item {
    Item {
        position: 0,
        section: "Section".into(),
        mandation: Some(Mandation::Mandatory),
        role: ItemRole::Content,
        subject: of(subject),
        definition: of(definition),
        purpose_kind: PurposeKind::Unknown,
        r#use: String::new(),
    }
}

/// A monthly version from April 2023, due ten days after, of acute trusts.
pub fn version(collection: &str, number: u32) -> Version {
    Version {
        collection: of(collection),
        number,
        state: VersionState::Live,
        admission: Admission::Adopted,
        content: Content {
            title: collection.into(),
            purpose: String::new(),
            legal_basis: String::new(),
            method: String::new(),
            uses: String::new(),
            feedback: String::new(),
            contact: String::new(),
            respondents: Some(RespondentsRule {
                provider_types: BTreeSet::from([ProviderType::Acute]),
                regions: BTreeSet::new(),
                commissioners: BTreeSet::new(),
                size_bounds: None,
                include: BTreeSet::new(),
                exclude: BTreeSet::new(),
                basis: Basis::Stated,
                evidence: String::new(),
            }),
            schedule: Some(Schedule {
                frequency: Frequency::Monthly,
                first_period: day("2023-04-01"),
                due_lag_days: 10,
                last_period: None,
                basis: Basis::Stated,
                evidence: String::new(),
            }),
            items: vec![],
        },
        live_from: Some(day("2023-04-01")),
        live_to: None,
        suspensions: vec![],
        expires_on: None,
        evidence: String::new(),
        submitted_by: None,
        conditions: vec![],
        renews: None,
        revision: 1,
    }
}

impl Asking {
    pub fn every(mut self, frequency: Frequency) -> Self {
        self.schedule().frequency = frequency;
        self
    }

    pub fn schedule(&mut self) -> &mut Schedule {
        self.0.content.schedule.as_mut().unwrap()
    }

    pub fn rule(&mut self) -> &mut RespondentsRule {
        self.0.content.respondents.as_mut().unwrap()
    }

    pub fn lag(mut self, days: u32) -> Self {
        self.schedule().due_lag_days = days;
        self
    }

    pub fn from(mut self, from: &str) -> Self {
        self.0.live_from = Some(day(from));
        self
    }

    pub fn until(mut self, to: &str) -> Self {
        self.0.live_to = Some(day(to));
        self
    }

    pub fn suspended(mut self, from: &str, to: Option<&str>) -> Self {
        self.0.suspensions.push(Spell { from: day(from), to: to.map(day) });
        self
    }

    pub fn of_types(mut self, types: &[ProviderType]) -> Self {
        self.rule().provider_types = types.iter().copied().collect();
        self
    }

    pub fn item(mut self, definition: &str, subject: &str) -> Self {
        self.push(item(definition, subject));
        self
    }

    pub fn push(&mut self, item: Item) {
        let position = u32::try_from(self.0.content.items.len()).unwrap() + 1;
        self.0.content.items.push(Item { position, ..item });
    }
}

/// A version being made.
#[derive(Debug, Clone)]
pub struct Asking(pub Version);

pub fn asking(collection: &str) -> Asking {
    Asking(version(collection, 1))
}

/// A cost line of an analyst.
pub fn line(basis: LineBasis, minutes: &str) -> CostLine {
    CostLine {
        activity: Activity::Gathering,
        staff_role: StaffRole::InformationAnalyst,
        basis,
        minutes: of(minutes),
        unit_measure: None,
        unit_size: None,
        life_months: None,
        external_pence: 0,
    }
}

/// A snapshot being made. Put the parts in any order; `burden` sorts them.
#[derive(Debug, Clone, Default)]
pub struct World(pub Snapshot);

impl World {
    pub fn provider(
        mut self,
        code: &str,
        kind: ProviderType,
        open: Option<&str>,
        close: Option<&str>,
    ) -> Self {
        self.0.organisations.push(Organisation {
            code: of(code),
            name: code.into(),
            kind: OrganisationKind::Provider,
            provider_type: Some(kind),
            provider_type_basis: Basis::Stated,
            region: None,
            parent: None,
            open_date: open.map(day),
            close_date: close.map(day),
        });
        self
    }

    /// An acute trust that was always open.
    pub fn trust(self, code: &str) -> Self {
        self.provider(code, ProviderType::Acute, None, None)
    }

    pub fn asks(mut self, owner: &str, asking: Asking) -> Self {
        let id = asking.0.collection.clone();
        if !self.0.collections.iter().any(|collection| collection.id == id) {
            self.0.collections.push(Collection {
                id,
                owner: of(owner),
                sector_path: SectorPath::National,
                reference: None,
                source_id: None,
                revision: 1,
            });
        }
        self.0.versions.push(asking.0);
        self
    }

    pub fn states(mut self, collection: &str, version: u32, from: &str, lines: Vec<CostLine>) -> Self {
        self.0.statements.push(BurdenStatement {
            collection: of(collection),
            version,
            from_date: day(from),
            method: Method::Declared,
            lines,
        });
        self
    }

    pub fn defines(mut self, definition: Definition) -> Self {
        self.0.definitions.push(definition);
        self
    }

    pub fn same(mut self, definition: &str, concept: &str, strength: Strength) -> Self {
        self.0.concepts.push(ConceptMember { definition: of(definition), concept: of(concept), strength });
        self
    }

    pub fn derives(mut self, from: &str, to: &str) -> Self {
        self.0.derivations.push(Derivation {
            from_definition: of(from),
            to_definition: of(to),
            recipe: format!("{to} from {from}"),
            strength: Strength::Confirmed,
        });
        self
    }

    pub fn subject(mut self, id: &str, within: Option<&str>) -> Self {
        self.0.subjects.push(Subject {
            id: of(id),
            name: id.into(),
            contained_in: within.map(of),
            basis: Basis::Stated,
            reason: String::new(),
        });
        self
    }

    pub fn sized(mut self, code: &str, measure: SizeMeasure, from: &str, value: &str) -> Self {
        self.0.sizes.push(Size {
            organisation: of(code),
            measure,
            from_date: day(from),
            value: of::<Decimal>(value),
        });
        self
    }

    pub fn succeeds(mut self, predecessor: &str, successor: &str, date: &str, share: &str) -> Self {
        self.0.successions.push(Succession {
            predecessor: of(predecessor),
            successor: of(successor),
            date: day(date),
            share: of(share),
        });
        self
    }

    /// The owner of a collection has some of its items, by definition and subject, from X99 for data of a month on: first delivered on
    /// one day, until before another.
    pub fn reuses(
        mut self,
        collection: &str,
        items: &[(&str, &str)],
        from: &str,
        (first, end): (&str, Option<&str>),
    ) -> Self {
        let id = u128::try_from(self.0.reuse.len()).unwrap();
        let owner =
            self.0.collections.iter().find(|one| one.id.as_str() == collection).unwrap().owner.clone();
        let need = |(definition, subject): &(&str, &str)| Need {
            position: 1,
            definition: of(definition),
            subject: of(subject),
            concept: of(definition),
            held: vec![],
        };
        self.0.reuse.push(ReuseAgreement {
            id: Uuid::from_u128(id),
            holder: of("X99"),
            recipient: owner,
            collection: of(collection),
            version: 1,
            needs: items.iter().map(need).collect(),
            from: month(from),
            to: None,
            grain: String::new(),
            legal_basis: "law".into(),
            purpose: String::new(),
            state: ReuseState::Active,
            requested_on: day(first),
            answer_due: day(first),
            escalated_on: None,
            answered_on: Some(day(first)),
            first_delivery: Some(day(first)),
            ends_on: end.map(day),
            reason: String::new(),
            revision: 3,
        });
        self
    }

    /// The snapshot, every list in order of its key.
    pub fn snapshot(mut self) -> Arc<Snapshot> {
        let s = &mut self.0;
        s.organisations.sort_by(|a, b| a.code.cmp(&b.code));
        s.successions.sort();
        s.sizes.sort();
        s.subjects.sort_by(|a, b| a.id.cmp(&b.id));
        s.collections.sort_by(|a, b| a.id.cmp(&b.id));
        s.versions.sort_by(|a, b| (&a.collection, a.number).cmp(&(&b.collection, b.number)));
        s.definitions.sort_by(|a, b| a.id.cmp(&b.id));
        s.concepts.sort();
        s.derivations.sort();
        s.statements.sort_by_key(|x| (x.collection.clone(), x.version, x.from_date));
        s.tariffs.sort_by_key(|tariff| (tariff.staff_role, tariff.from_date));
        Arc::new(self.0)
    }

    /// Its figures, with the index 100 in March 2024.
    pub fn burden(self) -> Burden {
        Burden::new(self.snapshot(), Settings { base_month: month("2024-03") })
    }
}

pub fn code(text: &str) -> OdsCode {
    of(text)
}
