//! Editions and their files.

use super::*;

#[tokio::test]
async fn an_edition_is_listed_read_and_downloaded_whole() {
    let served = Served::start().await;
    served.publish(content("Critical care", "CRITICAL_CARE", &["unit-function"]), "2026-01-01").await;
    let mut client = served.editions();
    let month = "2026-10".parse().unwrap();
    let latest = pb::GetEditionRequest { name: "editions/2026-10".into() };
    assert_eq!(refusal(client.get_edition(latest.clone()).await).0, Code::NotFound);
    let made = served.test.app.make_edition(&served.context("publisher"), month).await.unwrap().edition;

    let edition = client.get_edition(latest).await.unwrap().into_inner();
    assert_eq!(
        (edition.name.as_str(), edition.closing_date.as_str()),
        ("editions/2026-10/revisions/1", "2026-10-31")
    );
    let by_revision = pb::GetEditionRequest { name: edition.name.clone() };
    assert_eq!(client.get_edition(by_revision).await.unwrap().into_inner(), edition);
    let second = pb::GetEditionRequest { name: "editions/2026-10/revisions/2".into() };
    assert_eq!(refusal(client.get_edition(second).await).0, Code::NotFound);
    let list = client.list_editions(pb::ListEditionsRequest::default()).await.unwrap().into_inner();
    assert_eq!((list.total_size, &list.editions[0]), (1, &edition));

    let largest = edition.files.iter().max_by_key(|file| file.size_bytes).unwrap();
    let (_, bytes) = served.test.app.edition_file(&made, &largest.path).await.unwrap();
    for offset in [0, 1, largest.size_bytes] {
        let request =
            pb::DownloadEditionFileRequest { name: edition.name.clone(), path: largest.path.clone(), offset };
        let mut stream = client.download_edition_file(request).await.unwrap().into_inner();
        let (mut got, mut file) = (vec![], None);
        while let Some(piece) = stream.message().await.unwrap() {
            file = file.or(piece.file);
            got.extend(piece.data);
        }
        assert_eq!(file.as_ref(), Some(largest));
        assert_eq!(got, bytes[usize::try_from(offset).unwrap()..]);
    }
    let beyond = pb::DownloadEditionFileRequest {
        name: edition.name.clone(),
        path: largest.path.clone(),
        offset: largest.size_bytes + 1,
    };
    assert_eq!(wrong_fields(client.download_edition_file(beyond).await), ["offset RANGE"]);
    let missing = pb::DownloadEditionFileRequest { name: edition.name, path: "../secret".into(), offset: 0 };
    assert_eq!(refusal(client.download_edition_file(missing).await).0, Code::NotFound);
}
