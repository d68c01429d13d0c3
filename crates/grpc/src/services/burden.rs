//! `BurdenService`.

use super::evidence;
use crate::{
    call::{Answer, Server, answer, compute, list, paged},
    convert, names,
};
use chrono::NaiveDate;
use onus_app::paging::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE};
use onus_domain::{Error, Month, Result, Violation, statement::Method};
use onus_proto::v1::{self as pb, burden_service_server::BurdenService};
use tonic::{Request, async_trait};

/// Months in a provider's series.
const SERIES: i32 = 12;

/// Reads figures, and takes what they rest on.
pub struct Burdens(pub Server);

impl Burdens {
    /// The first and last due date that a request asks for.
    fn due(&self, from: &str, to: &str) -> Result<(NaiveDate, NaiveDate)> {
        let from =
            convert::read_day("due_from", from)?.unwrap_or_else(|| self.0.app().last_month().first_day());
        let to = convert::read_day("due_to", to)?.unwrap_or_else(|| Month::of(from).last_day());
        Ok((from, to))
    }
}

#[async_trait]
impl BurdenService for Burdens {
    async fn list_obligations(
        &self,
        request: Request<pb::ListObligationsRequest>,
    ) -> Answer<pb::ListObligationsResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let code = names::read_organisation("parent", &asked.parent)?;
            let due = self.due(&asked.due_from, &asked.due_to)?;
            // What the list is of belongs to the token, so that it fits no other list.
            let request = list(asked.page_size, asked.page_token, format!("{code} {due:?}"), String::new());
            compute(self.0.app().view().await?, move |view| {
                let page = view
                    .list_obligations(&code, due, &request)
                    .map_err(|error| convert::relocate(error, in_list))?;
                let (obligations, next_page_token, total_size) =
                    paged(page, |owed| convert::obligation(&owed, view));
                Ok(pb::ListObligationsResponse { obligations, next_page_token, total_size })
            })
            .await
        })
        .await
    }

    async fn get_burden(&self, request: Request<pb::GetBurdenRequest>) -> Answer<pb::Burden> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let (code, month) = names::read_monthly("name", &asked.name, "burdens")?;
            compute(self.0.app().view().await?, move |view| {
                let figures =
                    view.provider_month(&code, month).map_err(|error| convert::relocate(error, in_name))?;
                let series = view.burden.index_series(&code, month.plus(1 - SERIES), month);
                let series = series.iter().map(convert::burden_point).collect();
                Ok(pb::Burden { series, ..convert::burden(&figures, view) })
            })
            .await
        })
        .await
    }

    async fn list_burdens(
        &self,
        request: Request<pb::ListBurdensRequest>,
    ) -> Answer<pb::ListBurdensResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            if asked.parent != "organisations/-" {
                return Err(Violation::new(
                    "parent",
                    "RESOURCE_NAME",
                    asked.parent,
                    "organisations/-: all providers",
                )
                .into());
            }
            let month = self.0.month("month", &asked.month)?;
            let request = list(asked.page_size, asked.page_token, asked.filter, asked.order_by);
            compute(self.0.app().view().await?, move |view| {
                let page = view.list_provider_months(month, &request)?;
                let (burdens, next_page_token, total_size) =
                    paged(page, |figures| convert::burden(&figures, view));
                Ok(pb::ListBurdensResponse { burdens, next_page_token, total_size })
            })
            .await
        })
        .await
    }

    async fn get_submit_once(&self, request: Request<pb::GetSubmitOnceRequest>) -> Answer<pb::SubmitOnce> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let (code, month) = names::read_monthly("name", &asked.name, "submitOnce")?;
            compute(self.0.app().view().await?, move |view| {
                view.provider(&code).map_err(|error| convert::relocate(error, in_name))?;
                let found = view.burden.submit_once(&code, month);
                let found = found.ok_or_else(|| Error::not_found("provider", names::organisation(&code)))?;
                Ok(convert::submit_once(&found, view))
            })
            .await
        })
        .await
    }

    async fn get_national_burden(
        &self,
        request: Request<pb::GetNationalBurdenRequest>,
    ) -> Answer<pb::NationalBurden> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let month = names::read_national("name", &asked.name)?;
            compute(self.0.app().view().await?, move |view| {
                Ok(convert::national(&view.burden.national_month(month), &view.burden.type_months(month)))
            })
            .await
        })
        .await
    }

    async fn get_decomposition(
        &self,
        request: Request<pb::GetDecompositionRequest>,
    ) -> Answer<pb::Decomposition> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let to = self.0.month("to_month", &asked.to_month)?;
            let from = match asked.from_month.as_str() {
                "" => to.plus(-SERIES),
                text => names::read_month("from_month", text)?,
            };
            if from >= to {
                let expected = format!("a month before {to}");
                return Err(Violation::new("from_month", "ORDER", from, expected).into());
            }
            let provider = match asked.parent.as_str() {
                "organisations/-" => None,
                name => Some(names::read_organisation("parent", name)?),
            };
            compute(self.0.app().view().await?, move |view| {
                if let Some(code) = &provider {
                    view.provider(code).map_err(|error| convert::relocate(error, in_list))?;
                }
                let found = view.burden.decomposition_by_collection(provider.as_ref(), from, to);
                let (whole, parts) = found.ok_or_else(|| Error::not_found("provider", &asked.parent))?;
                Ok(convert::decomposition(&whole, &parts, asked.parent))
            })
            .await
        })
        .await
    }

    async fn estimate_burden(
        &self,
        request: Request<pb::EstimateBurdenRequest>,
    ) -> Answer<pb::BurdenEstimate> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let today = context.today();
            let (owner, content, lines, method, from) = convert::read(|found| {
                let owner = found.take(names::read_organisation("owner", &asked.owner));
                let content = convert::required("content", asked.content, found);
                let content = content.and_then(|content| convert::read_content("content", content, found));
                let lines = convert::read_lines("lines", &asked.lines, found);
                let method = found.take(convert::read_code("method", asked.method));
                let from = found.take(convert::read_day("from_date", &asked.from_date));
                Some((owner?, content?, lines?, method?.unwrap_or(Method::Declared), from?.unwrap_or(today)))
            })?;
            compute(self.0.app().view().await?, move |view| {
                Ok(convert::estimate(&view.burden.estimate(&owner, &content, (&lines, method), from)))
            })
            .await
        })
        .await
    }

    async fn simulate_changes(&self, request: Request<pb::SimulateChangesRequest>) -> Answer<pb::Simulation> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let month = self.0.month("month", &asked.month)?;
            let most = match usize::try_from(asked.max_providers) {
                Ok(0) | Err(_) => DEFAULT_PAGE_SIZE,
                Ok(most) => most.min(MAX_PAGE_SIZE),
            };
            let changes = convert::read(|found| convert::read_changes(asked.changes, found))?;
            compute(self.0.app().view().await?, move |view| {
                let found = view.burden.what_if(&changes, month)?;
                Ok(convert::simulation(&found, most, view))
            })
            .await
        })
        .await
    }

    async fn get_evidence(&self, request: Request<pb::GetEvidenceRequest>) -> Answer<pb::BurdenEvidence> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let month = self.0.month("month", &asked.month)?;
            compute(self.0.app().view().await?, move |view| {
                Ok(convert::burden_evidence(month, &view.burden.evidence(month), &view.burden.biases(month)))
            })
            .await
        })
        .await
    }

    async fn create_statement(
        &self,
        request: Request<pb::CreateStatementRequest>,
    ) -> Answer<pb::BurdenStatement> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let version = names::read_version("parent", &asked.parent)?;
            let (statement, estimates) = convert::read(|found| {
                let given = convert::required("statement", asked.statement, found);
                let estimates = convert::read_estimates(&asked.estimates, found);
                Some((convert::read_statement(version, &given?, found)?, estimates?))
            })?;
            let app = self.0.app();
            let made = Box::pin(
                app.once(&context, app.state_burden(&context, statement, &estimates, asked.validate_only)),
            )
            .await;
            let made = made.map_err(|error| convert::relocate(error, convert::in_statement))?;
            Ok(convert::statement(&made))
        })
        .await
    }

    async fn record_submission(
        &self,
        request: Request<pb::RecordSubmissionRequest>,
    ) -> Answer<pb::Submission> {
        answer(evidence::record(&self.0, request)).await
    }

    async fn batch_record_submissions(
        &self,
        request: Request<pb::BatchRecordSubmissionsRequest>,
    ) -> Answer<pb::BatchRecordSubmissionsResponse> {
        answer(evidence::record_batch(&self.0, request)).await
    }

    async fn withdraw_submission(&self, request: Request<pb::WithdrawSubmissionRequest>) -> Answer<()> {
        answer(evidence::withdraw(&self.0, request)).await
    }

    async fn list_submissions(
        &self,
        request: Request<pb::ListSubmissionsRequest>,
    ) -> Answer<pb::ListSubmissionsResponse> {
        answer(evidence::list_submissions(&self.0, request)).await
    }

    async fn list_default_statements(
        &self,
        request: Request<pb::ListDefaultStatementsRequest>,
    ) -> Answer<pb::ListDefaultStatementsResponse> {
        answer(async { evidence::list_defaults(&self.0, request) }).await
    }

    async fn list_tariff_tables(
        &self,
        request: Request<pb::ListTariffTablesRequest>,
    ) -> Answer<pb::ListTariffTablesResponse> {
        answer(evidence::list_tariffs(&self.0, request)).await
    }

    async fn load_tariff_tables(
        &self,
        request: Request<pb::LoadTariffTablesRequest>,
    ) -> Answer<pb::LoadTariffTablesResponse> {
        answer(evidence::load_tariffs(&self.0, request)).await
    }
}

/// Where a field stands in a request that names its provider in `name`.
fn in_name(field: &str) -> String {
    if field == "provider" { "name".into() } else { field.into() }
}

/// Where a field stands in a request that names its provider in `parent`.
pub(super) fn in_list(field: &str) -> String {
    if field == "provider" { "parent".into() } else { field.into() }
}
