//! What stands in the form of an organisation, and what it says.

use crate::{
    answers::told,
    fields::{Fields, TypedDay},
    pages::{
        fields::{Choices, Field},
        organisations::{OrganisationFields, SizeFields, SuccessionFields},
    },
    parts::{Choice, Problem, problem_of},
};
use onus_domain::{
    Basis, Decimal, Error, OdsCode, Result, Violation, Violations,
    organisation::{
        Organisation, OrganisationKind, OrganisationRecord, ProviderType, Size, SizeMeasure, Succession,
    },
};
use std::str::FromStr;
use strum::VariantArray;

/// Lines of the form without anything in them.
const BLANK: usize = 1;

/// A succession as typed.
#[derive(Debug, Clone, Default)]
struct TypedSuccession {
    predecessor: String,
    successor: String,
    date: TypedDay,
    share: String,
}

/// A size as typed.
#[derive(Debug, Clone, Default)]
struct TypedSize {
    measure: String,
    from: TypedDay,
    value: String,
}

/// What stands in the form.
#[derive(Debug, Clone, Default)]
pub(super) struct Form {
    code: String,
    kind: String,
    name: String,
    provider_type: String,
    region: String,
    parent: String,
    open: TypedDay,
    close: TypedDay,
    successions: Vec<TypedSuccession>,
    sizes: Vec<TypedSize>,
    /// Where this is from.
    pub reason: String,
}

/// Where the lines of a record stand in the form: those that nothing is typed in are none.
pub(super) struct Places {
    successions: Vec<usize>,
    sizes: Vec<usize>,
}

impl Form {
    pub fn of_record(record: &OrganisationRecord) -> Self {
        let OrganisationRecord { organisation, sizes, successions } = record;
        Self {
            code: organisation.code.to_string(),
            kind: organisation.kind.to_string(),
            name: organisation.name.clone(),
            provider_type: organisation.provider_type.map(|one| one.to_string()).unwrap_or_default(),
            region: organisation.region.clone().unwrap_or_default(),
            parent: organisation.parent.clone().unwrap_or_default(),
            open: organisation.open_date.map(TypedDay::of).unwrap_or_default(),
            close: organisation.close_date.map(TypedDay::of).unwrap_or_default(),
            successions: successions
                .iter()
                .map(|one| TypedSuccession {
                    predecessor: one.predecessor.to_string(),
                    successor: one.successor.to_string(),
                    date: TypedDay::of(one.date),
                    share: one.share.to_string(),
                })
                .collect(),
            sizes: sizes
                .iter()
                .map(|one| TypedSize {
                    measure: one.measure.to_string(),
                    from: TypedDay::of(one.from_date),
                    value: one.value.to_string(),
                })
                .collect(),
            reason: String::new(),
        }
    }

    pub fn of_fields(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).to_owned();
        let lines = |name: &str| {
            let typed = |at| fields.all(&format!("{name}-{at}")).next().map(|_| at);
            (0..).map_while(typed).collect::<Vec<usize>>()
        };
        let succession = |at: usize| TypedSuccession {
            predecessor: text(&format!("predecessor-{at}")).to_uppercase(),
            successor: text(&format!("successor-{at}")).to_uppercase(),
            date: fields.typed_day(&format!("date-{at}")),
            share: text(&format!("share-{at}")),
        };
        let size = |at: usize| TypedSize {
            measure: text(&format!("measure-{at}")),
            from: fields.typed_day(&format!("from-{at}")),
            value: text(&format!("value-{at}")),
        };
        Self {
            code: text("code").to_uppercase(),
            kind: text("kind"),
            name: text("name"),
            provider_type: text("provider_type"),
            region: text("region"),
            parent: text("parent"),
            open: fields.typed_day("open"),
            close: fields.typed_day("close"),
            successions: lines("predecessor").into_iter().map(succession).collect(),
            sizes: lines("measure").into_iter().map(size).collect(),
            reason: fields.typed("reason"),
        }
    }

    /// The record that it says; of one that is there, it keeps what the form does not ask.
    pub fn read(&self, before: Option<&Organisation>) -> Result<(OrganisationRecord, Places), Vec<Problem>> {
        let mut found = Violations::new();
        let places = self.places();
        let read = self.read_record(before, &places, &mut found);
        match (read, found.into_result()) {
            (Some(record), Ok(())) => Ok((record, places)),
            (_, Err(error)) => Err(places.told(error).unwrap_or_default()),
            (None, Ok(())) => Err(vec![]),
        }
    }

    fn places(&self) -> Places {
        let successions = self.successions.iter().enumerate().filter(|(_, one)| !one.is_blank());
        let sizes = self.sizes.iter().enumerate().filter(|(_, one)| !one.is_blank());
        Places {
            successions: successions.map(|(at, _)| at).collect(),
            sizes: sizes.map(|(at, _)| at).collect(),
        }
    }

    fn read_record(
        &self,
        before: Option<&Organisation>,
        places: &Places,
        found: &mut Violations,
    ) -> Option<OrganisationRecord> {
        let code = match before {
            Some(before) => Some(before.code.clone()),
            None => found.take(read_code("code", &self.code)),
        };
        let kind = match before {
            Some(before) => Some(before.kind),
            None => found.take(choice("kind", &self.kind, "choose what it is")),
        };
        let provider_type = match self.provider_type.as_str() {
            "" => Some(None),
            typed => found.take(choice("provider_type", typed, "one of the types")).map(Some),
        };
        let (open, close) =
            (found.take(self.open.read("open_date")), found.take(self.close.read("close_date")));
        let mut successions = vec![];
        for (given, at) in places.successions.iter().enumerate() {
            let field = format!("successions[{given}]");
            found.within(&field, |found| successions.push(self.successions[*at].read(found)));
        }
        let mut sizes = vec![];
        for (given, at) in places.sizes.iter().enumerate() {
            let field = format!("sizes[{given}]");
            found.within(&field, |found| sizes.push(self.sizes[*at].read(code.as_ref(), found)));
        }
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let provider_type = provider_type?;
        let as_before = before.filter(|before| before.provider_type == provider_type);
        let organisation = Organisation {
            code: code?,
            name: self.name.clone(),
            kind: kind?,
            provider_type,
            provider_type_basis: as_before.map_or(Basis::Stated, |before| before.provider_type_basis),
            region: given(&self.region),
            parent: given(&self.parent),
            open_date: open?,
            close_date: close?,
        };
        Some(OrganisationRecord {
            organisation,
            sizes: sizes.into_iter().collect::<Option<_>>()?,
            successions: successions.into_iter().collect::<Option<_>>()?,
        })
    }

    /// The form of an organisation that is there, or of a new one, with lines to add to it.
    pub fn show(&self, organisation: Option<&Organisation>, problems: &[Problem]) -> OrganisationFields {
        let show = Show { problems };
        let (mut successions, mut sizes) = (self.successions.clone(), self.sizes.clone());
        let filled = self.places();
        successions.resize_with(successions.len().max(filled.successions.len() + BLANK), || {
            TypedSuccession { share: "1".into(), ..TypedSuccession::default() }
        });
        sizes.resize_with(sizes.len().max(filled.sizes.len() + BLANK), TypedSize::default);
        let (new, answers) = (organisation.is_none(), organisation.is_none_or(Organisation::is_provider));
        let kinds = OrganisationKind::VARIANTS.iter().map(|kind| {
            let (value, text) = (kind.to_string(), onus_domain::display::words(kind.as_str()));
            Choice { chosen: value == self.kind, value, text }
        });
        let types = ProviderType::VARIANTS.iter().map(|one| (one.to_string(), one.in_words().to_owned()));
        OrganisationFields {
            new_code: new.then(|| {
                show.short("code", "ODS code", "2 to 10 letters and digits, such as R0A", &self.code)
            }),
            kind: new.then(|| Choices {
                id: "kind".into(),
                legend: "What is it?".into(),
                choices: kinds.collect(),
                problem: problem_of(problems, "kind"),
                ..Choices::default()
            }),
            name: show.long("name", "Name", "", &self.name, 1),
            provider_type: answers.then(|| Choices {
                id: "provider_type".into(),
                legend: "Type of provider".into(),
                hint: if new { "Of a provider only".into() } else { String::new() },
                choices: Choice::list("Not a provider", types, &self.provider_type)
                    .into_iter()
                    .filter(|choice| new || !choice.value.is_empty())
                    .collect(),
                problem: problem_of(problems, "provider_type"),
            }),
            region: show.short("region", "NHS England region code (optional)", "Such as Y56", &self.region),
            parent: show.short(
                "parent",
                "Answers to (optional)",
                "Code of its integrated care board or commissioner",
                &self.parent,
            ),
            open: self.open.show("open", "First day open (optional)", "For example, 1 4 2024", problems),
            close: self.close.show(
                "close",
                "Last day open (optional)",
                "Leave it empty while it is open",
                problems,
            ),
            successions: successions.iter().enumerate().map(|(at, one)| one.show(at, &show)).collect(),
            sizes: if answers {
                sizes.iter().enumerate().map(|(at, one)| one.show(at, &show)).collect()
            } else {
                vec![]
            },
            reason: (!new).then(|| {
                let hint = "Everybody reads it in the audit log. Such as: ODS, release of November 2026";
                show.long("reason", "Where this is from, or why it changes", hint, &self.reason, 2)
            }),
        }
    }
}

/// Makes fields with what is wrong with them.
struct Show<'p> {
    problems: &'p [Problem],
}

impl Show<'_> {
    fn short(&self, id: &str, label: &str, hint: &str, value: &str) -> Field {
        Field { width: "10", ..self.long(id, label, hint, value, 1) }
    }

    fn long(&self, id: &str, label: &str, hint: &str, value: &str, rows: u32) -> Field {
        Field {
            id: id.into(),
            label: label.into(),
            hint: hint.into(),
            value: value.into(),
            rows,
            problem: problem_of(self.problems, id),
            ..Field::default()
        }
    }
}

fn read_code(field: &str, text: &str) -> Result<OdsCode, Violation> {
    OdsCode::new(text).map_err(|refused: Violation| refused.at(field))
}

fn choice<T: FromStr>(field: &str, text: &str, expected: &str) -> Result<T, Violation> {
    text.parse().map_err(|_| Violation::new(field, "CODE", text, expected))
}

fn number(field: &str, text: &str, expected: &str) -> Result<Decimal, Violation> {
    let plain = text.replace(',', "");
    plain.parse().map_err(|_| Violation::new(field, "NUMBER", text, expected))
}

fn day(typed: &TypedDay, field: &str) -> Result<chrono::NaiveDate, Violation> {
    let read = typed.read(field)?;
    read.ok_or_else(|| Violation::new(field, "REQUIRED", "", "a date, such as 1 4 2024"))
}

impl TypedSuccession {
    fn is_blank(&self) -> bool {
        self.predecessor.is_empty() && self.successor.is_empty() && self.date == TypedDay::default()
    }

    fn read(&self, found: &mut Violations) -> Option<Succession> {
        let predecessor = found.take(read_code("predecessor", &self.predecessor));
        let successor = found.take(read_code("successor", &self.successor));
        let date = found.take(day(&self.date, "date"));
        let share = found.take(number("share", &self.share, "a share above 0, at most 1, such as 0.6"));
        Some(Succession { predecessor: predecessor?, successor: successor?, date: date?, share: share? })
    }

    fn show(&self, at: usize, show: &Show<'_>) -> SuccessionFields {
        let id = |name: &str| format!("{name}-{at}");
        SuccessionFields {
            number: at + 1,
            predecessor: show.short(&id("predecessor"), "Who ended or gave", "ODS code", &self.predecessor),
            successor: show.short(&id("successor"), "Who goes on", "ODS code", &self.successor),
            date: self.date.show(&id("date"), "From which day", "For example, 1 4 2024", show.problems),
            share: show.short(&id("share"), "Share that went over", "1 is all of it, 0.5 half", &self.share),
        }
    }
}

impl TypedSize {
    fn is_blank(&self) -> bool {
        self.value.is_empty() && self.from == TypedDay::default()
    }

    fn read(&self, code: Option<&OdsCode>, found: &mut Violations) -> Option<Size> {
        let measure = found.take(choice("measure", &self.measure, "one of the measures"));
        let from_date = found.take(day(&self.from, "from_date"));
        let value = found.take(number("value", &self.value, "a number, such as 412.5"));
        Some(Size { organisation: code?.clone(), measure: measure?, from_date: from_date?, value: value? })
    }

    fn show(&self, at: usize, show: &Show<'_>) -> SizeFields {
        let id = |name: &str| format!("{name}-{at}");
        let measures = SizeMeasure::VARIANTS.iter().map(|one| {
            let (value, unit) = (one.to_string(), one.unit());
            Choice { chosen: value == self.measure, value, text: crate::build::claims::first_capital(unit) }
        });
        SizeFields {
            number: at + 1,
            measure: Choices {
                id: id("measure"),
                legend: "Measured in".into(),
                choices: measures.collect(),
                problem: problem_of(show.problems, &id("measure")),
                ..Choices::default()
            },
            from: self.from.show(&id("from"), "From which day", "For example, 1 4 2024", show.problems),
            value: show.short(&id("value"), "How much", "", &self.value),
        }
    }
}

impl Places {
    /// What a refusal says, by the fields of the form; what the form has nothing to do with stays an error.
    pub fn told(&self, refused: Error) -> Result<Vec<Problem>> {
        let mut known: Vec<_> = [
            ("code", "code", "ODS code"),
            ("kind", "kind", "What it is"),
            ("name", "name", "Name"),
            ("provider_type", "provider_type", "Type of provider"),
            ("region", "region", "Region"),
            ("parent", "parent", "Answers to"),
            ("open_date", "open", "First day open"),
            ("close_date", "close", "Last day open"),
            ("reason", "reason", "Where this is from"),
        ]
        .map(|(path, id, label)| (path.to_owned(), id.to_owned(), label.to_owned()))
        .into();
        let successions = [
            ("predecessor", "predecessor", "who ended or gave"),
            ("successor", "successor", "who goes on"),
            ("date", "date", "from which day"),
            ("share", "share", "share"),
        ];
        let sizes = [
            ("measure", "measure", "measured in"),
            ("from_date", "from", "from which day"),
            ("value", "value", "how much"),
        ];
        let mut lines = |list: &str, word: &str, places: &[usize], fields: &[(&str, &str, &str)]| {
            for (given, at) in places.iter().enumerate() {
                known.extend(fields.iter().map(|(name, id, label)| {
                    let label = format!("{word} {}, {label}", at + 1);
                    (format!("{list}[{given}].{name}"), format!("{id}-{at}"), label)
                }));
            }
        };
        lines("successions", "Merger or split", &self.successions, &successions);
        lines("sizes", "Size", &self.sizes, &sizes);
        known.push(("successions".into(), "predecessor-0".into(), "Mergers and splits".into()));
        let known: Vec<_> =
            known.iter().map(|(path, id, label)| (path.as_str(), id.as_str(), label.as_str())).collect();
        told(refused, &known)
    }
}
