//! `signalbox read`: documents of one page from files to JSON, without network and without store.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use signalbox_engine::api::{ApiError, ErrorCode};
use signalbox_pages::contract::{self, ErrorReply, ReadError, ReadReply};

/// The largest file that is read, in bytes: far above any page, and below what would exhaust a machine.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Why there is no page to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The command was called wrongly.
    Usage(ApiError),
    /// The files could not be opened, are no page, or the platform is unknown.
    Refused(ReadError),
}

/// Reads the files as documents of one page.
///
/// # Errors
/// Where a file cannot be opened, the documents are no page, or the platform is unknown.
pub fn read(files: &[PathBuf], platform: Option<&str>, input: &mut dyn Read) -> Result<ReadReply, Failure> {
    let standard_input = Path::new("-");
    let asked = files
        .iter()
        .filter(|file| file.as_path() == standard_input)
        .count();
    if asked > 1 {
        return Err(Failure::Usage(ApiError::new(
            ErrorCode::Usage,
            "Standard input (-) can be read only once.",
        )));
    }
    let mut documents = Vec::with_capacity(files.len());
    for path in files {
        if path.as_path() == standard_input {
            let bytes = whole(input).map_err(|error| unreadable(&format!("standard input: {error}")))?;
            documents.push((String::new(), bytes));
        } else {
            let bytes = File::open(path)
                .and_then(|mut file| whole(&mut file))
                .map_err(|error| unreadable(&format!("{}: {error}", path.display())))?;
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            documents.push((name, bytes));
        }
    }
    contract::read_documents(&documents, platform).map_err(Failure::Refused)
}

fn unreadable(reason: &str) -> Failure {
    Failure::Refused(ReadError {
        schema: contract::SCHEMA,
        error: ErrorReply {
            code: contract::ErrorCode::Unreadable,
            reason: crate::text::inert_line(reason),
        },
    })
}

fn whole(from: &mut dyn Read) -> io::Result<Vec<u8>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_input_is_refused() {
        let refused = read(&[PathBuf::from("-")], None, &mut io::repeat(b' ')).expect_err("too much");
        let Failure::Refused(error) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(error.error.reason, "standard input: it is larger than 64 MiB");
    }
}
