//! Looking up a reference.

use super::{Scene, day_before};
use crate::{
    pages::look_up::{Answer, Holder, LookUp},
    parts::Link,
    shell::Area,
};
use onus_app::collections::{FoundReference, ReferenceStanding};
use onus_domain::{Error, Result, display};

pub(crate) fn look_up(scene: &Scene, given: &str) -> Result<LookUp> {
    let answer = if given.trim().is_empty() { Answer::Nothing } else { answer(scene, given)? };
    let lost = matches!(answer, Answer::Mistyped(_) | Answer::Unknown(_));
    let near = if lost { scene.view.near_references(given) } else { vec![] };
    let near = near.into_iter().map(|near| Link::new(format!("/look-up?reference={near}"), near.to_string()));
    Ok(LookUp {
        shell: scene.shell("Look up a reference", Area::LookUp),
        given: given.to_owned(),
        answer,
        near: near.collect(),
    })
}

fn answer(scene: &Scene, given: &str) -> Result<Answer> {
    match scene.view.look_up_reference(given, scene.today) {
        Err(Error::Invalid(violations)) => {
            // The references near it are links of their own.
            let expected = violations.into_iter().map(|violation| {
                let (rule, _) =
                    violation.expected.split_once("; near it").unwrap_or((&violation.expected, ""));
                rule.to_owned()
            });
            Ok(Answer::Mistyped(expected.collect::<Vec<_>>().join("; ")))
        }
        Err(error) => Err(error),
        Ok(None) => Ok(Answer::Unknown(given.trim().to_uppercase())),
        Ok(Some(found)) => {
            let holder = holder(scene, &found);
            Ok(match found.standing {
                ReferenceStanding::Valid => Answer::Valid(holder),
                ReferenceStanding::Expired => Answer::Expired(holder),
                ReferenceStanding::Suspended => Answer::Suspended(holder),
            })
        }
    }
}

fn holder(scene: &Scene, found: &FoundReference<'_>) -> Holder {
    let (collection, version) = (found.row.collection, found.row.version);
    Holder {
        reference: collection.reference.map(|reference| reference.to_string()).unwrap_or_default(),
        collection: Link::collection(&collection.id, &version.content.title),
        owner: scene.organisation(&collection.owner),
        admission: super::collections::admission(version).into(),
        until: version.expires_on.map_or_else(|| "No end set".into(), |end| display::day(day_before(end))),
    }
}
