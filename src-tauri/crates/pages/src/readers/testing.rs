//! What the tests of readers share: hand-written fixtures, and payloads as vendors really served them.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Document, Reader, Reading, Unreadable};

/// The folder of recorded payloads. They are not part of the project: where it is missing, the tests that read them say
/// so and pass. `SIGNALBOX_CORPUS` names it; without that it is looked for beside the repository, as `shared/corpus`.
pub(crate) fn recorded() -> Option<PathBuf> {
    let named = std::env::var_os("SIGNALBOX_CORPUS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|at| at.join("../shared/corpus"));
    let found = named
        .into_iter()
        .chain(beside)
        .find(|at| at.join("MANIFEST.tsv").is_file());
    if found.is_none() {
        eprintln!("SKIPPED: there are no recorded payloads here");
    }
    found
}

/// A recorded payload, such as `aws/currentevents-20260801-currentevents.json`; `None` where there are none.
pub(crate) fn recorded_file(file: &str) -> Option<Vec<u8>> {
    recorded().map(|folder| fs::read(folder.join(file)).expect(file))
}

/// Reads one recorded payload as a document of this name; `None` where there are none.
pub(crate) fn read_recorded(
    reader: &dyn Reader,
    name: &str,
    file: &str,
) -> Option<Result<Reading, Unreadable>> {
    let body = recorded_file(file)?;
    Some(reader.read(&[Document { name, body: &body }], None))
}

/// Reads one document without a name.
pub(crate) fn read_body(reader: &dyn Reader, body: &str) -> Result<Reading, Unreadable> {
    let body = body.as_bytes();
    reader.read(&[Document { name: "", body }], None)
}

/// The documents of one page, by name.
pub(crate) type Documents = Vec<(String, Vec<u8>)>;

/// The folder of a platform's fixtures.
pub(crate) fn fixtures(key: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(key)
}

/// The documents of a platform's fixture page, `well` or `trouble` or another; empty where there is no such folder. The
/// stem of each file is the document's name.
pub(crate) fn page(key: &str, page: &str) -> Documents {
    let Ok(files) = fs::read_dir(fixtures(key).join(page)) else {
        return Vec::new();
    };
    let mut documents: Documents = files
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(&path).unwrap())
        })
        .collect();
    documents.sort();
    documents
}

/// Reads documents as one page.
pub(crate) fn read(reader: &dyn Reader, documents: &Documents) -> Result<Reading, Unreadable> {
    let documents: Vec<Document<'_>> = documents
        .iter()
        .map(|(name, body)| Document { name, body })
        .collect();
    reader.read(&documents, None)
}
