//! What a draft would cost, told while it is written: a pure function of the draft and of who there is to answer it.

use crate::{
    Burden,
    default_statement::default_lines,
    number::{Hours, Pence, Ratio, decimal},
    period::{Period, periods_from},
    pool::median,
    price::Prices,
    registry::ProviderRow,
};
use chrono::{Months, NaiveDate};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use onus_domain::{
    Basis, Month, OdsCode,
    organisation::ProviderType,
    schedule::Frequency,
    statement::{CostLine, Method},
    version::Content,
};
use std::collections::BTreeMap;

/// What a draft would take of everybody in its first year, which begins with its first period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftEstimate {
    /// Providers that must answer on the last day of the first period.
    pub respondents: u64,
    /// Submissions of each in the year.
    pub submissions_each: u64,
    /// Items asked, of any role.
    pub items: u64,
    /// Hours of the provider that bears least; nothing without respondents.
    pub hours_each_least: Option<Hours>,
    /// Hours of the one in the middle.
    pub hours_each_median: Option<Hours>,
    /// Hours of the one that bears most.
    pub hours_each_most: Option<Hours>,
    /// Hours of all.
    pub hours: Hours,
    /// Lower end of the interval that the owner's bias gives; nothing without time returns on its other requests.
    pub hours_low: Option<Hours>,
    /// Upper end of it.
    pub hours_high: Option<Hours>,
    /// What the hours cost, with overheads and what is paid outside.
    pub cost: Pence,
    /// Share of the hours that rests on an assumption: the minutes, the frequency, who answers, or how large it is. Nothing without hours.
    pub assumed_share: Option<Ratio>,
    /// Whether the lines are the published default, for want of others.
    pub is_default: bool,
    /// By provider type, of types that answer.
    pub by_type: Vec<TypeEstimate>,
}

/// What a draft would take of one type of provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeEstimate {
    /// The type.
    pub provider_type: ProviderType,
    /// Providers that must answer.
    pub respondents: u64,
    /// Their hours in the year.
    pub hours: Hours,
    /// What they cost.
    pub cost: Pence,
}

/// A draft, priced.
struct Draft<'b> {
    burden: &'b Burden,
    prices: Prices,
    periods: Vec<Period>,
    /// Whether minutes or frequency are assumed.
    assumed: bool,
    /// Of any provider: hours of submissions, other hours, pence.
    submissions: BigRational,
    months: BigRational,
    pence: BigRational,
}

/// What it takes of one provider.
struct Share {
    submissions: BigRational,
    hours: BigRational,
    assumed: BigRational,
    pence: BigRational,
}

impl<'b> Draft<'b> {
    fn new(
        burden: &'b Burden,
        content: &Content,
        lines: &[CostLine],
        method: Method,
        from: NaiveDate,
    ) -> Self {
        let tariffs = &burden.registry.tariffs;
        let items = content.items.iter().filter(|item| item.is_asked()).count();
        let frequency = content.schedule.as_ref().map_or(Frequency::Annual, |schedule| schedule.frequency);
        let default = lines.is_empty();
        let lines = if default { default_lines(&content.method, frequency) } else { lines.to_vec() };
        let method = if default { Method::Assumed } else { method };
        let periods = first_year(content, from);
        let start = periods.first().map_or(from, |period| period.start);
        let prices = Prices::of_lines(&lines, method, items, tariffs);
        let epoch = tariffs.epoch(start);
        let (mut submissions, mut months) = (BigRational::zero(), BigRational::zero());
        let mut pence = BigRational::zero();
        for period in &periods {
            submissions += prices.submission.hours.value();
            pence += prices.submission.pence[tariffs.epoch(period.due)].value();
        }
        let of_year = std::iter::once((12, &prices.month));
        for (times, price) in
            of_year.chain(prices.one_offs.iter().map(|(life, price)| ((*life).min(12), price)))
        {
            months += price.hours.value() * BigInt::from(times);
            pence += price.pence[epoch].value() * BigInt::from(times);
        }
        let stated = content.schedule.as_ref().is_some_and(|schedule| schedule.basis == Basis::Stated);
        Self { burden, assumed: prices.assumed || !stated, prices, periods, submissions, months, pence }
    }

    fn share(&self, provider: &ProviderRow, basis: Basis) -> Share {
        let tariffs = &self.burden.registry.tariffs;
        let mut share = Share {
            submissions: self.submissions.clone(),
            hours: BigRational::zero(),
            assumed: BigRational::zero(),
            pence: self.pence.clone(),
        };
        for (measure, price) in &self.prices.units {
            for period in &self.periods {
                let known = provider.size(*measure, period.end);
                let size = known.map_or_else(BigRational::one, decimal);
                let hours = price.hours.value() * &size;
                share.pence += price.pence[tariffs.epoch(period.due)].value() * size;
                if known.is_none() {
                    share.assumed += &hours;
                }
                share.submissions += hours;
            }
        }
        share.hours = &share.submissions + &self.months;
        if self.assumed || basis == Basis::Assumed {
            share.assumed.clone_from(&share.hours);
        }
        share
    }
}

/// The periods that end within a year of the first one that ends on a day or later; none without a schedule.
fn first_year(content: &Content, from: NaiveDate) -> Vec<Period> {
    let Some(schedule) = &content.schedule else { return vec![] };
    let mut periods = periods_from(schedule, from).peekable();
    let end = periods.peek().and_then(|first| first.start.checked_add_months(Months::new(12)));
    periods.take_while(|period| end.is_some_and(|end| period.end < end)).collect()
}

impl Burden {
    /// What a draft of `owner` would take of everybody in its first year, were it in force from `from` on. Without `lines` it is priced by
    /// the published default.
    pub fn estimate(
        &self,
        owner: &OdsCode,
        content: &Content,
        (lines, method): (&[CostLine], Method),
        from: NaiveDate,
    ) -> DraftEstimate {
        let draft = Draft::new(self, content, lines, method, from);
        let day = draft.periods.first().map_or(from, |period| period.end);
        let mut by_type = BTreeMap::<ProviderType, (u64, BigRational, BigRational)>::new();
        let (mut each, mut submissions, mut assumed) = (vec![], BigRational::zero(), BigRational::zero());
        if let Some(rule) = &content.respondents {
            for provider in self.registry.providers.iter() {
                let organisation = self.registry.organisation(provider);
                if !rule.includes(organisation, day, |measure| provider.size_known(measure, day)) {
                    continue;
                }
                let share = draft.share(provider, rule.basis_for(organisation));
                let sum = by_type.entry(provider.kind).or_default();
                sum.0 += 1;
                sum.1 += &share.hours;
                sum.2 += share.pence;
                submissions += share.submissions;
                assumed += share.assumed;
                each.push(share.hours);
            }
        }
        let hours = Hours::new(each.iter().sum());
        let bias = self.biases(Month::of(from)).into_iter().find(|bias| bias.owner == *owner);
        let read = |factor: Option<Ratio>| {
            let submissions = Hours::new(submissions.clone());
            factor.map(|factor| hours.clone() - submissions.clone() + submissions.times(&factor))
        };
        let median = median(&mut each).map(Hours::new);
        let at = |value: Option<&BigRational>| value.cloned().map(Hours::new);
        DraftEstimate {
            respondents: each.len() as u64,
            submissions_each: draft.periods.len() as u64,
            items: content.items.iter().filter(|item| item.is_asked()).count() as u64,
            hours_each_least: at(each.first()),
            hours_each_median: median,
            hours_each_most: at(each.last()),
            hours_low: read(bias.as_ref().and_then(|bias| bias.low.clone())),
            hours_high: read(bias.and_then(|bias| bias.high)),
            cost: by_type.values().map(|(_, _, pence)| Pence::new(pence.clone())).sum(),
            assumed_share: Hours::new(assumed).over(&hours),
            hours,
            is_default: lines.is_empty(),
            by_type: by_type.into_iter().map(of_type).collect(),
        }
    }
}

fn of_type(
    (provider_type, (respondents, hours, pence)): (ProviderType, (u64, BigRational, BigRational)),
) -> TypeEstimate {
    TypeEstimate { provider_type, respondents, hours: Hours::new(hours), cost: Pence::new(pence) }
}
