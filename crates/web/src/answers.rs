//! What a form that was sent is answered with: what is wrong with it, by its fields, or where it goes on.

use crate::{build::claims::first_capital, parts::Problem, refusal::Refusal};
use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use onus_domain::{Error, Result, Violation};

/// A field's path in words: `schedule.due_lag_days` is `Schedule: due lag days`.
pub(crate) fn in_words(path: &str) -> String {
    first_capital(&path.replace('.', ": ").replace('_', " "))
}

/// Of a form's fields: the path that a rule names, its id on the page, and what it is called there.
pub(crate) type Place<'p> = (&'p str, &'p str, &'p str);

/// What is wrong, by field of a form; what is about none of its fields says itself what it is about.
pub(crate) fn problems(violations: &[Violation], places: &[Place<'_>]) -> Vec<Problem> {
    let problem = |one: &Violation| {
        let of = |place: &&Place<'_>| {
            one.field
                .strip_prefix(place.0)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        match places.iter().find(of) {
            Some((_, id, label)) => {
                Problem { field: (*id).to_owned(), text: format!("{label}: {}", one.expected) }
            }
            None => {
                Problem { field: String::new(), text: format!("{}: {}", in_words(&one.field), one.expected) }
            }
        }
    };
    violations.iter().map(problem).collect()
}

/// What the page of a step that was refused says of it; what its form has nothing to do with stays an error.
pub(crate) fn told(refused: Error, places: &[Place<'_>]) -> Result<Vec<Problem>> {
    let text = match refused {
        Error::Invalid(violations) => return Ok(problems(&violations, places)),
        Error::StaleEtag { .. } => {
            "Somebody else did something with it meanwhile: read it again, then go on".to_owned()
        }
        Error::Precondition { message, .. } => message,
        other => return Err(other),
    };
    Ok(vec![Problem { field: String::new(), text }])
}

/// Goes on at an address of this site, after a form was sent.
pub(crate) fn go_to(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address.to_owned())]).into_response()
}

/// A page with what is wrong on it.
pub(crate) fn refused(page: &impl Template) -> Result<Response, Refusal> {
    Ok((StatusCode::BAD_REQUEST, Html(page.render()?)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_leads_to_its_field_or_says_what_it_is_about() {
        let wrong = [
            Violation::new("schedule.first_period", "RANGE", "1900-01-01", "a day from 1948-07-05"),
            Violation::new("scheduled", "X", "", "something else"),
        ];
        let found = problems(&wrong, &[("schedule", "first", "First period")]);
        assert_eq!(
            (found[0].field.as_str(), found[0].text.as_str()),
            ("first", "First period: a day from 1948-07-05")
        );
        assert_eq!((found[1].field.as_str(), found[1].text.as_str()), ("", "Scheduled: something else"));
    }
}
