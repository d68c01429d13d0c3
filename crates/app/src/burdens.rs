//! Burden as pages and calls ask for it. Every figure is `onus-burden`'s; here they are found, filtered and put in order.

use crate::{
    View,
    organisations::FIELDS,
    paging::{ListRequest, Page, page, read_list},
};
use chrono::NaiveDate;
use onus_burden::{CollectionMonth, NationalMonth, ProviderMonth};
use onus_domain::{
    CollectionId, Error, Month, OdsCode, Result, Violation, organisation::ProviderType,
    submission::Obligation,
};
use std::collections::BTreeMap;

/// Longest span of obligations asked for at once.
const MAX_DAYS: i64 = 1_100;

/// A submission owed, and whether there is a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// What is owed.
    pub obligation: Obligation,
    /// Whether it was met.
    pub met: bool,
}

impl View {
    /// What a provider owes that is due within `from`..=`to`, by due date.
    pub fn obligations(&self, provider: &OdsCode, from: NaiveDate, to: NaiveDate) -> Result<Vec<Owed>> {
        self.provider(provider)?;
        if to < from || (to - from).num_days() > MAX_DAYS {
            return Err(Violation::new(
                "due_to",
                "RANGE",
                to,
                format!("a day from {from} on, at most three years later"),
            )
            .into());
        }
        let submissions = &self.snapshot.submissions;
        let owed = self.burden.obligations(provider, from, to).into_iter().map(|obligation| {
            let met =
                submissions.binary_search_by(|submission| submission.obligation.cmp(&obligation)).is_ok();
            Owed { obligation, met }
        });
        Ok(owed.collect())
    }

    /// The same, a page at a time.
    pub fn list_obligations(
        &self,
        provider: &OdsCode,
        (from, to): (NaiveDate, NaiveDate),
        request: &ListRequest,
    ) -> Result<Page<Owed>> {
        page(self.obligations(provider, from, to)?, request, |owed| {
            let of = &owed.obligation;
            (of.due_date.to_string(), format!("{} {:06} {}", of.collection, of.version, of.period_start))
        })
    }

    /// A provider's month.
    pub fn provider_month(&self, provider: &OdsCode, month: Month) -> Result<ProviderMonth> {
        self.provider(provider)?;
        self.burden
            .provider_month(provider, month)
            .ok_or_else(|| Error::not_found("provider", format!("organisations/{provider}")))
    }

    /// The organisation of a code, which must be a provider.
    pub fn provider(&self, code: &OdsCode) -> Result<&onus_domain::organisation::Organisation> {
        let organisation = self.organisation(code)?;
        if organisation.is_provider() {
            return Ok(organisation);
        }
        Err(Violation::new(
            "provider",
            "KIND",
            code,
            format!("a provider; {} is a {}", organisation.name, organisation.kind),
        )
        .into())
    }

    /// Every provider's month; by name unless ordered by `code`, filtered as organisations are.
    pub fn list_provider_months(&self, month: Month, request: &ListRequest) -> Result<Page<ProviderMonth>> {
        let (filter, by) = read_list(request, FIELDS, &["name", "code"])?;
        let months = self.burden.provider_months(month).into_iter();
        let rows = months
            .filter(|row| self.snapshot.organisation(&row.provider).is_some_and(|o| filter.admits(o)))
            .collect();
        page(rows, request, |row| {
            let name = || self.snapshot.organisation(&row.provider).map(|o| o.name.to_lowercase());
            let place = if by == "code" { None } else { name() };
            (place.unwrap_or_default(), row.provider.to_string())
        })
    }

    /// All providers' months from `from` to `to`.
    pub fn national_series(&self, from: Month, to: Month) -> Vec<NationalMonth> {
        (from.index()..=to.index())
            .map(|at| self.burden.national_month(from.plus(at - from.index())))
            .collect()
    }

    /// A collection's month.
    pub fn collection_month(&self, id: &CollectionId, month: Month) -> Option<CollectionMonth> {
        self.burden.collection_months(month).into_iter().find(|row| row.collection == *id)
    }

    /// How many providers of each type must answer a version on `day`, by its rule.
    pub fn respondents_by_type(
        &self,
        id: &CollectionId,
        version: u32,
        day: NaiveDate,
    ) -> BTreeMap<ProviderType, usize> {
        let mut counts = BTreeMap::new();
        for respondent in self.burden.respondents(id, version) {
            let on_day = respondent.from_date.is_none_or(|from| from <= day)
                && respondent.to_date.is_none_or(|to| day <= to);
            let provider = self.snapshot.organisation(&respondent.provider).filter(|_| on_day);
            if let Some(kind) = provider.and_then(|provider| provider.provider_type) {
                *counts.entry(kind).or_default() += 1;
            }
        }
        counts
    }
}
