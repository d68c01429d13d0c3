//! The edition as an entry of a data catalogue: DCAT-AP 3, as JSON-LD. Addresses are relative to the file's own.

use crate::{OutputFile, Publication};
use onus_domain::{Error, Result};
use onus_exchange::open_data::{ATTRIBUTION, sha256};
use serde_json::{Value, json};

/// The entry's name in an edition.
pub const FILE: &str = "dcat.jsonld";

/// The licence that everything of it may be used under, in the EU's list of licences.
const LICENCE: &str = "http://publications.europa.eu/resource/authority/licence/OGL_3_0";

/// The entry of an edition with these files.
pub fn bytes(publication: &Publication<'_>, about: &str, files: &[OutputFile]) -> Result<Vec<u8>> {
    let month = publication.month;
    let entry = json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
            "adms": "http://www.w3.org/ns/adms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": "./",
        "@type": "dcat:Dataset",
        "dct:title": {"@value": publication.title(), "@language": "en"},
        "dct:description": {"@value": format!("{about} {ATTRIBUTION}"), "@language": "en"},
        "dct:identifier": format!("onus-edition-{month}"),
        "dcat:version": format!("{}.0.0", publication.revision),
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": "Onus"},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": month.plus(-11).first_day().to_string(), "@type": "xsd:date"},
            "dcat:endDate": {"@value": publication.closing_date.to_string(), "@type": "xsd:date"},
        },
        "dct:spatial": {"@id": "http://publications.europa.eu/resource/authority/country/GBR"},
        "dct:accrualPeriodicity": {"@id": "http://publications.europa.eu/resource/authority/frequency/MONTHLY"},
        "dct:accessRights": {"@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC"},
        "dcat:keyword": [
            {"@value": "burden of information requests", "@language": "en"},
            {"@value": "NHS data collections", "@language": "en"},
            {"@value": "submit once", "@language": "en"},
        ],
        "dcat:distribution": files.iter().map(distribution).collect::<Vec<_>>(),
    });
    let mut bytes = serde_json::to_vec_pretty(&entry).map_err(Error::internal)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn distribution(file: &OutputFile) -> Value {
    let essence = file.media_type.split(';').next().unwrap_or_default();
    json!({
        "@type": "dcat:Distribution",
        "dct:title": {"@value": file.path, "@language": "en"},
        "dcat:accessURL": {"@id": "./"},
        "dcat:downloadURL": {"@id": file.path},
        "dcat:mediaType": {"@id": format!("http://www.iana.org/assignments/media-types/{essence}")},
        "dcat:byteSize": {"@value": file.bytes.len().to_string(), "@type": "xsd:nonNegativeInteger"},
        "dct:license": {"@id": LICENCE},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": sha256(&file.bytes), "@type": "xsd:hexBinary"},
        },
    })
}
