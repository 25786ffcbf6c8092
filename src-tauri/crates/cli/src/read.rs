//! `signalbox read`: documents of one page from files to JSON, without network and without store.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signalbox_engine::api::{ApiError, ErrorCode};

/// The largest file that is read, in bytes: far above any page, and below what would exhaust a machine.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Why there is no page to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The command was called wrongly: an unknown platform, standard input twice.
    Usage(ApiError),
    /// The files could not be opened, or are no page.
    Unreadable(Unreadable),
}

/// Why files could not be read as a page: `{"code":"unreadable","reason":"…"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unreadable {
    /// Always the same word.
    pub code: UnreadableCode,
    /// What is wrong, in plain words.
    pub reason: String,
}

/// The code of [`Unreadable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnreadableCode {
    /// The only one.
    Unreadable,
}

/// The answer in place of a page: `{"schema":1,"error":{…}}` once it has its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnreadableAnswer {
    /// Why.
    pub error: Unreadable,
}

fn unreadable(reason: impl Into<String>) -> Failure {
    Failure::Unreadable(Unreadable {
        code: UnreadableCode::Unreadable,
        reason: reason.into(),
    })
}

/// Reads the files as documents of one page, and gives the JSON that `signalbox read` prints.
///
/// # Errors
/// Where a file cannot be opened, the documents are no page, or the platform is unknown.
pub fn read(
    files: &[PathBuf],
    platform: Option<&str>,
    input: &mut dyn Read,
    pretty: bool,
) -> Result<String, Failure> {
    let standard_input = Path::new("-");
    if files
        .iter()
        .filter(|file| file.as_path() == standard_input)
        .count()
        > 1
    {
        return Err(Failure::Usage(ApiError::new(
            ErrorCode::Usage,
            "Standard input (-) can be read only once.",
        )));
    }
    let mut documents = Vec::with_capacity(files.len());
    for path in files {
        if path.as_path() == standard_input {
            let bytes = all(input).map_err(|error| unreadable(format!("standard input: {error}")))?;
            documents.push((String::new(), bytes));
        } else {
            let bytes = File::open(path)
                .and_then(|mut file| all(&mut file))
                .map_err(|error| unreadable(format!("{}: {error}", path.display())))?;
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            documents.push((name, bytes));
        }
    }
    page(&documents, platform, pretty)
}

fn all(from: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it is larger than 64 MiB",
        ));
    }
    Ok(bytes)
}

// PENDING
fn page(_documents: &[(String, Vec<u8>)], _platform: Option<&str>, _pretty: bool) -> Result<String, Failure> {
    Err(Failure::Usage(ApiError::new(
        ErrorCode::Unavailable,
        "There is no reader in this build.",
    )))
}
