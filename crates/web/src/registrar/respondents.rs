//! Who must answer a draft.

use super::{At, Draft, Saved, Told, save};
use crate::{
    answers::{Place, go_to, problems, refused},
    build::{Scene, claims::REGIONS},
    fields::Fields,
    forms::Posted,
    handlers::{Application, scene},
    pages::{
        fields::{Choices, Field},
        registrar::Respondents as Page,
    },
    parts::{Choice, Problem, problem_of},
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use onus_domain::{
    Basis, Decimal, OdsCode, display,
    organisation::{ProviderType, SizeMeasure},
    respondents::{RespondentsRule, SizeBounds},
    version::Content,
};
use std::collections::BTreeSet;
use strum::VariantArray;

const PLACES: [Place<'_>; 5] = [
    ("respondents.size_bounds.at_most", "at_most", "At most"),
    ("respondents.size_bounds", "at_least", "At least"),
    ("respondents.exclude", "exclude", "Providers that do not answer"),
    ("respondents.regions", "regions", "Regions"),
    ("respondents", "include", "Other providers that answer"),
];

/// The form, as typed.
#[derive(Default)]
struct Typed {
    types: BTreeSet<String>,
    regions: BTreeSet<String>,
    measure: String,
    at_least: String,
    at_most: String,
    include: String,
    exclude: String,
}

impl Typed {
    fn of_rule(rule: &RespondentsRule) -> Self {
        let bounds = rule.size_bounds.as_ref();
        let bound = |of: Option<Decimal>| of.map(|of| of.to_string()).unwrap_or_default();
        let codes = |of: &BTreeSet<OdsCode>| of.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        Self {
            types: rule.provider_types.iter().map(ToString::to_string).collect(),
            regions: rule.regions.clone(),
            measure: bounds.map(|bounds| bounds.measure.to_string()).unwrap_or_default(),
            at_least: bound(bounds.and_then(|bounds| bounds.at_least)),
            at_most: bound(bounds.and_then(|bounds| bounds.at_most)),
            include: codes(&rule.include),
            exclude: codes(&rule.exclude),
        }
    }

    fn of_form(fields: &Fields) -> Self {
        let all = |name: &str| fields.all(name).map(ToOwned::to_owned).collect();
        Self {
            types: all("types"),
            regions: all("regions"),
            measure: fields.typed("measure"),
            at_least: fields.typed("at_least"),
            at_most: fields.typed("at_most"),
            include: fields.typed("include").to_uppercase(),
            exclude: fields.typed("exclude").to_uppercase(),
        }
    }

    /// The rule that it says, or all that is wrong with it. Commissioners, which the form does not ask, stay as they were.
    fn read(&self, before: Option<&RespondentsRule>) -> Result<RespondentsRule, Vec<Problem>> {
        let mut wrong = vec![];
        let types = self.types.iter().filter_map(|code| code.parse().ok()).collect();
        let mut codes = |field: &str, text: &str| -> BTreeSet<OdsCode> {
            let words = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
            let mut found = BTreeSet::new();
            for word in words.filter(|word| !word.is_empty()) {
                match OdsCode::new(word) {
                    Ok(code) => drop(found.insert(code)),
                    Err(refused) => wrong.push(Problem {
                        field: field.into(),
                        text: format!("“{}” is no code: enter {}", refused.value, refused.expected),
                    }),
                }
            }
            found
        };
        let (include, exclude) = (codes("include", &self.include), codes("exclude", &self.exclude));
        let mut bound = |field: &str, label: &str, text: &str| -> Option<Decimal> {
            if text.is_empty() {
                return None;
            }
            let read = text.replace(',', "").parse().ok();
            if read.is_none() {
                let text = format!("{label}: enter a number, such as 5000, or leave it empty");
                wrong.push(Problem { field: field.into(), text });
            }
            read
        };
        let at_least = bound("at_least", "At least", &self.at_least);
        let at_most = bound("at_most", "At most", &self.at_most);
        let sized = !self.at_least.is_empty() || !self.at_most.is_empty();
        let measure = self.measure.parse::<SizeMeasure>().ok();
        if sized && measure.is_none() {
            let text = "Choose what size is measured in, or leave the sizes empty";
            wrong.push(Problem { field: "measure".into(), text: text.into() });
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let made = RespondentsRule {
            provider_types: types,
            regions: self.regions.clone(),
            commissioners: before.map(|rule| rule.commissioners.clone()).unwrap_or_default(),
            size_bounds: measure.filter(|_| sized).map(|measure| SizeBounds { measure, at_least, at_most }),
            include,
            exclude,
            basis: Basis::Stated,
            evidence: String::new(),
        };
        let stated = before.filter(|rule| rule.basis == Basis::Stated);
        // A source's own words hold for as long as they say the same.
        let same =
            stated.filter(|rule| RespondentsRule { evidence: String::new(), ..(*rule).clone() } == made);
        Ok(same.cloned().unwrap_or(made))
    }

    fn show(self, scene: &Scene, draft: &Draft, told: Told) -> Page {
        let problem = |id: &str| problem_of(&told.problems, id);
        let text = |id: &str, label: &str, hint: &str, value: String, rows, width| Field {
            id: id.into(),
            label: label.into(),
            hint: hint.into(),
            value,
            rows,
            width,
            problem: problem(id),
        };
        let open = |kind: ProviderType| {
            let all = scene.view.snapshot.providers();
            all.filter(|one| one.provider_type == Some(kind) && one.is_open(scene.today)).count()
        };
        let types = ProviderType::VARIANTS.iter().map(|kind| Choice {
            value: kind.to_string(),
            text: format!("{} ({} open)", kind.in_words(), display::count(open(*kind))),
            chosen: self.types.contains(kind.as_str()),
        });
        let regions = REGIONS.iter().map(|(code, name)| Choice {
            value: (*code).to_owned(),
            text: (*name).to_owned(),
            chosen: self.regions.contains(*code),
        });
        let measures = SizeMeasure::VARIANTS.iter().map(|one| (one.to_string(), one.unit().to_owned()));
        let named = "Codes of the Organisation Data Service, with blanks between. For example, RJ1 R0A";
        Page {
            shell: draft.shell("Who must answer"),
            types: Choices {
                id: "types".into(),
                legend: "Which types of provider?".into(),
                hint: "Choose all that apply".into(),
                choices: types.collect(),
                problem: problem("types"),
            },
            regions: Choices {
                id: "regions".into(),
                legend: "Only in some regions? (optional)".into(),
                hint: "Choose none for all of England".into(),
                choices: regions.collect(),
                problem: problem("regions"),
            },
            measure: Choices {
                id: "measure".into(),
                legend: "Only of some size? (optional)".into(),
                hint: String::new(),
                choices: Choice::list("Of any size", measures, &self.measure),
                problem: problem("measure"),
            },
            at_least: text("at_least", "At least", "", self.at_least, 1, "10"),
            at_most: text("at_most", "At most", "", self.at_most, 1, "10"),
            include: text("include", "Other providers that answer (optional)", named, self.include, 2, ""),
            exclude: text("exclude", "Providers that do not answer (optional)", named, self.exclude, 2, ""),
            form: draft.form("/respondents", told),
        }
    }
}

/// `GET /drafts/{id}/{number}/respondents`.
pub(crate) async fn show(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
) -> Result<Response, Refusal> {
    let draft = match Draft::open(&app, &context, &at).await? {
        Ok(draft) => draft,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let typed = draft.content().respondents.as_ref().map(Typed::of_rule).unwrap_or_default();
    let scene = scene(&app).await?;
    Ok(Html(typed.show(&scene, &draft, Told::default()).render()?).into_response())
}

/// `POST /drafts/{id}/{number}/respondents`.
pub(crate) async fn write(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let (typed, scene) = (Typed::of_form(&fields), scene(&app).await?);
    let rule = match typed.read(draft.content().respondents.as_ref()) {
        Ok(rule) => rule,
        Err(problems) => return refused(&typed.show(&scene, &draft, Told { problems, overtaken: vec![] })),
    };
    let edit = |content: &mut Content| content.respondents = Some(rule.clone());
    match save(&app, &context, draft, &fields, edit).await? {
        Saved::Done => Ok(go_to(&format!("/drafts/{}/{}", at.0, at.1))),
        Saved::Not(draft, violations, overtaken) => {
            let told = Told { problems: problems(&violations, &PLACES), overtaken };
            refused(&typed.show(&scene, &draft, told))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let wrong = Typed { include: "R0A not!a!code".into(), at_least: "many".into(), ..Typed::default() };
        let fields: Vec<_> = wrong.read(None).unwrap_err().into_iter().map(|one| one.field).collect();
        assert_eq!(fields, ["include", "at_least", "measure"]);
    }

    #[test]
    fn a_rule_shown_and_sent_back_is_the_same() {
        let rule = RespondentsRule {
            provider_types: [ProviderType::Acute].into(),
            regions: ["Y56".to_owned()].into(),
            commissioners: ["QMJ".to_owned()].into(),
            size_bounds: Some(SizeBounds {
                measure: SizeMeasure::ListSize,
                at_least: "5000".parse().ok(),
                at_most: None,
            }),
            include: [OdsCode::new("RJ1").unwrap()].into(),
            exclude: BTreeSet::new(),
            basis: Basis::Stated,
            evidence: "“acute trusts in London”".into(),
        };
        assert_eq!(Typed::of_rule(&rule).read(Some(&rule)).unwrap(), rule);
    }
}
