//! Moves of a version, shared by the services that make them.

use crate::{convert, names};
use onus_app::{App, Context, moves::MoveRequest};
use onus_domain::{Result, lifecycle::Move};
use onus_proto::v1 as pb;

/// What every move is told.
pub fn move_request(etag: String, validate_only: bool) -> MoveRequest {
    MoveRequest { etag, validate_only, ..MoveRequest::default() }
}

/// Makes a move on the version that `name` names, and answers how it is then.
pub async fn make_move(
    app: &App,
    context: &Context,
    step: Move,
    name: &str,
    request: &MoveRequest,
) -> Result<pb::Version> {
    let (id, number) = names::read_version("name", name)?;
    let (_, version) =
        Box::pin(app.once(context, app.make_move(context, step, &id, number, request))).await?;
    Ok(convert::version(&version, true))
}
