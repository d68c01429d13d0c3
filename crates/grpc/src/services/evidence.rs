//! What [`super::Burdens`] does with what figures rest on: submissions and tariffs.

use crate::{
    call::{Server, compute, list, paged},
    convert, names,
};
use onus_app::paging::page;
use onus_burden::default_statements;
use onus_domain::{Error, Result};
use onus_proto::v1 as pb;
use tonic::Request;

pub async fn record(
    server: &Server,
    request: Request<pb::RecordSubmissionRequest>,
) -> Result<pb::Submission> {
    let (context, asked) = server.open_write(request)?;
    let validate_only = asked.validate_only;
    let given = convert::read(|found| convert::read_receipt(asked, context.now, found))?;
    let app = server.app();
    let work = app.record_submissions(&context, vec![given], validate_only);
    let made = Box::pin(app.once(&context, work)).await;
    let made = made.map_err(|error| convert::relocate(alone(error), convert::in_submission))?;
    let made = made.first().ok_or_else(|| Error::internal("nothing was answered of a submission"))?;
    Ok(convert::submission(made, &context.actor))
}

/// What is wrong with the one request of a batch of one.
fn alone(error: Error) -> Error {
    let Error::Invalid(violations) = error else { return error };
    let own = violations.into_iter().map(|violation| {
        let field = violation.field.strip_prefix("requests[0].").map(ToOwned::to_owned);
        field.map(|field| violation.clone().at(field)).unwrap_or(violation)
    });
    Error::Invalid(own.collect())
}

pub async fn record_batch(
    server: &Server,
    request: Request<pb::BatchRecordSubmissionsRequest>,
) -> Result<pb::BatchRecordSubmissionsResponse> {
    let (context, asked) = server.open_write(request)?;
    let alone = |one: &pb::RecordSubmissionRequest| one.validate_only || !one.request_id.is_empty();
    let read = |one, found: &mut _| convert::read_receipt(one, context.now, found);
    let given = convert::read_batch(asked.requests, alone, read)?;
    let app = server.app();
    let work = app.record_submissions(&context, given, asked.validate_only);
    let made = Box::pin(app.once(&context, work)).await;
    let made = made.map_err(|error| convert::in_batch(error, convert::in_submission))?;
    let submissions = made.iter().map(|one| convert::submission(one, &context.actor)).collect();
    Ok(pb::BatchRecordSubmissionsResponse { submissions })
}

pub async fn withdraw(server: &Server, request: Request<pb::WithdrawSubmissionRequest>) -> Result<()> {
    let (context, asked) = server.open_write(request)?;
    let key = names::read_submission("name", &asked.name)?;
    let app = server.app();
    let work = app.withdraw_submission(&context, &key, &asked.reason, asked.validate_only);
    Box::pin(app.once(&context, work)).await
}

pub async fn list_submissions(
    server: &Server,
    request: Request<pb::ListSubmissionsRequest>,
) -> Result<pb::ListSubmissionsResponse> {
    let (context, asked) = server.open(request);
    let code = names::read_organisation("parent", &asked.parent)?;
    // What the list is of belongs to the token, so that it fits no other list.
    let request = list(asked.page_size, asked.page_token, code.to_string(), String::new());
    compute(server.app().view().await?, move |view| {
        let page = view.list_submissions(&context, &code, &request);
        let page = page.map_err(|error| convert::relocate(error, super::burden::in_list))?;
        let (submissions, next_page_token, total_size) = paged(page, |row| pb::Submission {
            far_from_others: row.is_far,
            ..convert::submission(&row.submission, &context.actor)
        });
        Ok(pb::ListSubmissionsResponse { submissions, next_page_token, total_size })
    })
    .await
}

pub fn list_defaults(
    server: &Server,
    request: Request<pb::ListDefaultStatementsRequest>,
) -> Result<pb::ListDefaultStatementsResponse> {
    let (_, asked) = server.open(request);
    let request = list(asked.page_size, asked.page_token, String::new(), String::new());
    let page = page(default_statements(), &request, |one| {
        (one.method.clone(), format!("{:02}", one.frequency as u8))
    })?;
    let (default_statements, next_page_token, total_size) =
        paged(page, |one| convert::default_statement(&one));
    Ok(pb::ListDefaultStatementsResponse { default_statements, next_page_token, total_size })
}

pub async fn list_tariffs(
    server: &Server,
    request: Request<pb::ListTariffTablesRequest>,
) -> Result<pb::ListTariffTablesResponse> {
    let (_, asked) = server.open(request);
    let request = list(asked.page_size, asked.page_token, String::new(), String::new());
    let (tables, is_default) = server.app().view().await?.tariff_tables();
    let page = page(tables, &request, |table| (table.from_date.to_string(), String::new()))?;
    let (tariff_tables, next_page_token, total_size) =
        paged(page, |table| convert::tariff_table(&table, is_default));
    Ok(pb::ListTariffTablesResponse { tariff_tables, next_page_token, total_size })
}

pub async fn load_tariffs(
    server: &Server,
    request: Request<pb::LoadTariffTablesRequest>,
) -> Result<pb::LoadTariffTablesResponse> {
    let (context, asked) = server.open_write(request)?;
    let tables = convert::read(|found| convert::read_tariff_tables(&asked.tariff_tables, found))?;
    let app = server.app();
    let work = app.load_tariffs(&context, tables, &asked.reason, asked.validate_only);
    let made = Box::pin(app.once(&context, work)).await?;
    let tariff_tables = made.iter().map(|table| convert::tariff_table(table, false)).collect();
    Ok(pb::LoadTariffTablesResponse { tariff_tables })
}
