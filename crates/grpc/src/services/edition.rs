//! `EditionService`.

use crate::{
    call::{Answer, Server, answer, list, paged},
    convert, names,
};
use onus_app::paging::page;
use onus_domain::{Result, Violation, edition::Edition};
use onus_proto::v1::{self as pb, edition_service_server::EditionService};
use std::pin::Pin;
use tokio_stream::Stream;
use tonic::{Request, Status, async_trait};

/// Most bytes in a piece of a download.
const PIECE: usize = 64 * 1024;

/// Reads, makes and revises editions.
pub struct Editions(pub Server);

type Pieces = Pin<Box<dyn Stream<Item = Result<pb::DownloadEditionFileResponse, Status>> + Send>>;

impl Editions {
    async fn edition(&self, name: &str) -> Result<Edition> {
        let (month, revision) = names::read_edition("name", name)?;
        self.0.app().edition(month, revision).await
    }
}

#[async_trait]
impl EditionService for Editions {
    async fn make_edition(&self, request: Request<pb::MakeEditionRequest>) -> Answer<pb::Edition> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let month = names::read_month("month", &asked.month)?;
            let app = self.0.app();
            if asked.validate_only {
                return Ok(convert::edition(&app.try_edition(&context, month).await?));
            }
            let work = async { Ok(app.make_edition(&context, month).await?.edition) };
            Ok(convert::edition(&Box::pin(app.once(&context, work)).await?))
        })
        .await
    }

    async fn revise_edition(&self, request: Request<pb::ReviseEditionRequest>) -> Answer<pb::Edition> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let (month, _) = names::read_edition("name", &asked.name)?;
            let app = self.0.app();
            let work = app.revise_edition(&context, month, &asked.reason, asked.validate_only);
            Ok(convert::edition(&Box::pin(app.once(&context, work)).await?))
        })
        .await
    }

    async fn get_edition(&self, request: Request<pb::GetEditionRequest>) -> Answer<pb::Edition> {
        answer(async {
            let (_, asked) = self.0.open(request);
            Ok(convert::edition(&self.edition(&asked.name).await?))
        })
        .await
    }

    async fn list_editions(
        &self,
        request: Request<pb::ListEditionsRequest>,
    ) -> Answer<pb::ListEditionsResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let request = list(asked.page_size, asked.page_token, String::new(), String::new());
            let rows = self.0.app().editions().await?;
            // The latest month stands first.
            let page = page(rows, &request, |edition| {
                (format!("{:06}", 999_999 - edition.month.index()), edition.month.to_string())
            })?;
            let (editions, next_page_token, total_size) = paged(page, |edition| convert::edition(&edition));
            Ok(pb::ListEditionsResponse { editions, next_page_token, total_size })
        })
        .await
    }

    type DownloadEditionFileStream = Pieces;

    async fn download_edition_file(
        &self,
        request: Request<pb::DownloadEditionFileRequest>,
    ) -> Answer<Pieces> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let edition = self.edition(&asked.name).await?;
            let (file, bytes) = self.0.app().edition_file(&edition, &asked.path).await?;
            let start = usize::try_from(asked.offset).ok().filter(|start| *start <= bytes.len()).ok_or_else(
                || {
                    Violation::new(
                        "offset",
                        "RANGE",
                        asked.offset,
                        format!("0 to {}, the file's length", bytes.len()),
                    )
                },
            )?;
            let pieces = pieces(convert::edition_file(&file), &bytes, start);
            Ok(Box::pin(tokio_stream::iter(pieces.into_iter().map(Ok))) as Pieces)
        })
        .await
    }
}

/// The bytes from `start` on in pieces, the first of which says what file it is; also a file with no bytes left has one.
fn pieces(file: pb::EditionFile, bytes: &[u8], start: usize) -> Vec<pb::DownloadEditionFileResponse> {
    let rest = bytes.get(start..).unwrap_or_default();
    let mut pieces: Vec<_> =
        rest.chunks(PIECE).enumerate().map(|(at, data)| piece(start + at * PIECE, data)).collect();
    if pieces.is_empty() {
        pieces.push(piece(start, &[]));
    }
    if let Some(first) = pieces.first_mut() {
        first.file = Some(file);
    }
    pieces
}

fn piece(offset: usize, data: &[u8]) -> pb::DownloadEditionFileResponse {
    pb::DownloadEditionFileResponse { file: None, offset: convert::large_count(offset), data: data.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_put_together_are_the_file_from_the_offset_on() {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(PIECE * 2 + 17).collect();
        for (start, count) in [(0, 3), (1, 3), (PIECE, 2), (PIECE * 2, 1), (bytes.len(), 1)] {
            let made =
                pieces(pb::EditionFile { path: "a.csv".into(), ..pb::EditionFile::default() }, &bytes, start);
            assert_eq!(made.len(), count, "{start}");
            assert!(made[0].file.is_some() && made[1..].iter().all(|piece| piece.file.is_none()));
            let mut at = start;
            for piece in &made {
                assert_eq!(piece.offset, i64::try_from(at).unwrap());
                at += piece.data.len();
            }
            assert_eq!(made.into_iter().flat_map(|piece| piece.data).collect::<Vec<_>>(), bytes[start..]);
        }
    }
}
