//! Many reports in one file: those of bodies and of providers.

use onus_domain::{Error, Result};
use std::{
    borrow::Cow,
    io::{Cursor, Read, Write},
};
use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

/// The folders whose files are packed: what stands in `bodies/` is in `bodies.zip`.
pub const FOLDERS: [&str; 2] = [BODIES, PROVIDERS];
/// The reports of bodies.
pub const BODIES: &str = "bodies";
/// The reports of providers.
pub const PROVIDERS: &str = "providers";

/// The file in which the reports of a folder are packed.
pub fn archive(folder: &str) -> String {
    format!("{folder}.zip")
}

/// Packs pages under their names, each as soon as it is there: of thousands, few are held. Equal pages give equal bytes: it holds no time.
pub fn pack(pages: impl IntoIterator<Item = Result<(String, String)>>) -> Result<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(vec![]));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for page in pages {
        let (name, page) = page?;
        writer.start_file(name, options).map_err(Error::internal)?;
        writer.write_all(page.as_bytes()).map_err(Error::internal)?;
    }
    Ok(writer.finish().map_err(Error::internal)?.into_inner())
}

/// One packed page, if it is there.
pub fn unpack(packed: &[u8], name: &str) -> Result<Option<Vec<u8>>> {
    let mut archive = ZipArchive::new(Cursor::new(packed)).map_err(Error::internal)?;
    let mut file = match archive.by_name(name) {
        Ok(file) => file,
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(Error::internal(error)),
    };
    let mut bytes = vec![];
    file.read_to_end(&mut bytes).map_err(Error::internal)?;
    Ok(Some(bytes))
}

/// Packed pages, by name, one at a time.
pub fn unpack_each(packed: &[u8]) -> Result<impl Iterator<Item = Result<(String, Vec<u8>)>>> {
    let mut archive = ZipArchive::new(Cursor::new(packed)).map_err(Error::internal)?;
    let count = archive.len();
    let page = move |at| {
        let mut file = archive.by_index(at).map_err(Error::internal)?;
        let mut bytes = vec![];
        file.read_to_end(&mut bytes).map_err(Error::internal)?;
        Ok((file.name().map_err(Error::internal)?.into_owned(), bytes))
    };
    Ok((0..count).map(page))
}

/// The names of packed pages.
pub fn names(packed: &[u8]) -> Result<Vec<String>> {
    let archive = ZipArchive::new(Cursor::new(packed)).map_err(Error::internal)?;
    let name = |name: Result<_, ZipError>| name.map(Cow::into_owned).map_err(Error::internal);
    archive.file_names().map(name).collect()
}
