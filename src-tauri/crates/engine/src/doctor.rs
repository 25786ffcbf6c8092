//! What can be said about a set-up even where no engine and no store answers: the configuration, the data directory, and
//! who holds it.

use std::{
    io::{self, Write as _},
    path::Path,
};

use crate::{
    api::{DoctorView, FindingLevel, FindingView, Reply},
    catalogue::VendorList,
    config::{Config, ConfigError, Loaded, paths::Places},
    store::Store,
};

/// As much is written to see whether the disk takes it.
static PROBE: [u8; 64 * 1024] = [0; 64 * 1024];

/// Adds what can be seen from outside to what was answered: by the engine, or by the store, or by nobody for the reason
/// given in words.
pub(crate) fn examine(
    places: &Places,
    config: Result<Loaded, ConfigError>,
    answered: Result<Reply, String>,
) -> DoctorView {
    let mut findings = vec![configuration(places, config), directory(&places.data_dir)];
    if let Some(trouble) = &VendorList::new(places.vendors_file()).in_use(&[]).trouble {
        findings.push(finding(FindingLevel::Note, "catalogue", trouble.as_str()));
    }
    match answered {
        Ok(Reply::Doctor(doctor)) => findings.extend(doctor.findings),
        // Nothing else answers to an examination.
        Ok(_) => {}
        Err(reason) => {
            let exists = places.store_file().exists();
            let level = if exists {
                FindingLevel::Bad
            } else {
                FindingLevel::Note
            };
            findings.push(finding(level, "engine", reason));
            if exists {
                findings.push(store(&places.data_dir));
            }
        }
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    DoctorView { findings }
}

fn finding(level: FindingLevel, subject: &str, text: impl Into<String>) -> FindingView {
    FindingView {
        level,
        subject: subject.to_owned(),
        text: text.into(),
    }
}

fn configuration(places: &Places, config: Result<Loaded, ConfigError>) -> FindingView {
    let file = places.config_file.display();
    match config {
        Ok(_) if !places.config_file.exists() => {
            let text = format!(
                "{file} does not exist yet; the first page makes it: signalbox add https://www.githubstatus.com"
            );
            finding(FindingLevel::Note, "configuration", text)
        }
        Ok(Loaded {
            config: Config { watches, .. },
            ..
        }) => {
            let pages = if watches.len() == 1 {
                "1 page".to_owned()
            } else {
                format!("{} pages", watches.len())
            };
            finding(
                FindingLevel::Good,
                "configuration",
                format!("{file}: {pages}, no mistakes"),
            )
        }
        Err(error) => {
            let text = format!(
                "{error}; until this is mended, a running Signalbox goes on with what it read before"
            );
            finding(FindingLevel::Bad, "configuration", text)
        }
    }
}

fn directory(dir: &Path) -> FindingView {
    let shown = dir.display();
    let probe = tempfile::Builder::new().prefix(".probe-").tempfile_in(dir);
    let written = probe.and_then(|mut file| file.write_all(&PROBE).and_then(|()| file.as_file().sync_all()));
    match written {
        Ok(()) => finding(
            FindingLevel::Good,
            "data directory",
            format!("{shown} can be written"),
        ),
        Err(error) if error.kind() == io::ErrorKind::NotFound => finding(
            FindingLevel::Note,
            "data directory",
            format!("{shown} does not exist yet; it is made when needed"),
        ),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
            ) =>
        {
            let text = format!("{shown}: the disk is full, so nothing can be recorded; free some space");
            finding(FindingLevel::Bad, "data directory", text)
        }
        Err(error) => finding(
            FindingLevel::Bad,
            "data directory",
            format!(
                "{shown} cannot be written, so nothing can be recorded: {error}; check its permissions, or give another one with --data-dir"
            ),
        ),
    }
}

fn store(dir: &Path) -> FindingView {
    match Store::open_read_only(dir).and_then(|store| store.read_blocking(|view| view.heartbeat_at())) {
        Ok(_) => finding(FindingLevel::Good, "store", "can be read"),
        Err(error) => finding(FindingLevel::Bad, "store", error.to_string()),
    }
}
