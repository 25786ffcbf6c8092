//! What the tests of readers share: hand-written fixtures, and payloads as vendors really served them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use url::Url;

use super::{Document, Front, Reader, Reading, Site, Unreadable};

pub(crate) mod multiplied;

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

/// All recorded payloads by their file names; none where there are none.
pub(crate) fn all_recorded() -> Vec<(String, Vec<u8>)> {
    let Some(folder) = recorded() else {
        return Vec::new();
    };
    let manifest = fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    manifest
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next())
        .filter_map(|file| Some((file.to_owned(), fs::read(folder.join(file)).ok()?)))
        .collect()
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

/// Reads JSON documents as one page.
pub(crate) fn read_values(reader: &dyn Reader, documents: &[(&str, &Value)]) -> Result<Reading, Unreadable> {
    let documents = documents
        .iter()
        .map(|(name, body)| ((*name).to_owned(), body.to_string().into_bytes()))
        .collect();
    read(reader, &documents)
}

/// Holds that a document is neither recognised nor read, and that its shape is why.
pub(crate) fn is_refused_for_its_shape(reader: &dyn Reader, document: &Value) {
    let refused = read_values(reader, &[("", document)]);
    assert!(
        matches!(refused, Err(Unreadable::OtherShape { .. })),
        "{document}"
    );
    let body = document.to_string();
    let document = Document {
        name: "",
        body: body.as_bytes(),
    };
    assert!(!reader.recognises(&document), "{body}");
}

/// The recorded payloads outside one folder that a reader takes for its own all the same, under any of these names.
pub(crate) fn wrongly_recognised(reader: &dyn Reader, own: &str, names: &[&str]) -> Vec<String> {
    let Some(folder) = recorded() else {
        return Vec::new();
    };
    let entries = |at: &Path| fs::read_dir(at).unwrap().map(|entry| entry.unwrap().path());
    entries(&folder)
        .filter(|at| at.is_dir() && !at.ends_with(own))
        .flat_map(|at| entries(&at).collect::<Vec<_>>())
        .filter(|at| {
            let body = fs::read(at).unwrap();
            let recognises = |name: &&str| reader.recognises(&Document { name, body: &body });
            names.iter().any(recognises)
        })
        .map(|at| at.display().to_string())
        .collect()
}

/// Where a front page with these headers and this text leads, as one address.
pub(crate) fn site_behind(
    reader: &dyn Reader,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Option<String> {
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let url = Url::parse(url).unwrap();
    let front = Front {
        url: &url,
        headers: &headers,
        body,
    };
    reader.site_behind(&front).map(|site| site.to_string())
}

/// Where an address leads by itself, as one address.
pub(crate) fn site_at(reader: &dyn Reader, address: &str) -> Option<String> {
    reader
        .site_at(&Url::parse(address).unwrap())
        .map(|site| site.to_string())
}

/// The addresses of the documents of a page.
pub(crate) fn addresses(reader: &dyn Reader, site: &str) -> Vec<String> {
    let site = Site::from_url(&Url::parse(site).unwrap());
    let documents = reader.documents(&site);
    documents
        .iter()
        .map(|document| document.url.to_string())
        .collect()
}

/// Why a document is refused, in one sentence.
pub(crate) fn refusal(reader: &dyn Reader, body: &str) -> String {
    let document = Document {
        name: "",
        body: body.as_bytes(),
    };
    assert!(!reader.recognises(&document), "{body}");
    match reader.read(&[document], None) {
        Err(error) => error.to_string(),
        Ok(reading) => panic!("{body} was read as {reading:?}"),
    }
}

/// Answers that are a page of no platform.
pub(crate) const NO_PAGES: &[&str] = &[
    "",
    " \n",
    "null",
    "7",
    "\"ok\"",
    "{}",
    "[]",
    "[{}]",
    "[1, null]",
    "{\"error\": {\"code\": 404, \"message\": \"not found\"}}",
    "{\"page\": {\"id\": \"a\"}, \"status\": {\"indicator\": \"none\"}}",
    "{\"services\": [], \"incidents\": [], \"products\": []}",
    "<!DOCTYPE html><html><head><title>Log in</title></head></html>",
    "<p>Bad gateway",
    "<rss version=\"2.0\"><channel></channel></rss>",
    "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>News</title></feed>",
];

/// Whether a reader refuses all of [`NO_PAGES`], by reading and by recognising, under any name.
pub(crate) fn refuses_what_is_no_page(reader: &dyn Reader, name: &str) -> bool {
    NO_PAGES.iter().all(|body| {
        let document = Document {
            name,
            body: body.as_bytes(),
        };
        reader.read(&[document], None).is_err() && !reader.recognises(&document)
    })
}
