//! What is not as it should be, and what to do about it.

use signalbox_pages::text::inert;

use super::{
    Asked,
    status::{doubts_of, scope},
};
use crate::{
    api::{FindingLevel, FindingView},
    run::page::elapsed,
    store::{Integrity, StatusRow, Store},
};

pub(super) fn doctor(rows: &[StatusRow], store: &Store, asked: &Asked<'_>) -> Vec<FindingView> {
    let mut findings = vec![engine_finding(asked), store_finding(store, asked.engine.running)];
    for row in rows {
        findings.extend(page_findings(row, asked));
    }
    if rows.is_empty() {
        findings.push(finding(
            FindingLevel::Note,
            "configuration",
            "nothing is watched yet",
        ));
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

fn finding(level: FindingLevel, subject: &str, text: impl Into<String>) -> FindingView {
    FindingView {
        level,
        subject: subject.to_owned(),
        text: text.into(),
    }
}

fn engine_finding(asked: &Asked<'_>) -> FindingView {
    let engine = &asked.engine;
    let process = engine
        .pid
        .map(|pid| format!(" (process {pid})"))
        .unwrap_or_default();
    match (engine.running, engine.offline_since) {
        (true, None) => finding(FindingLevel::Good, "engine", format!("running{process}")),
        (true, Some(since)) => finding(
            FindingLevel::Note,
            "engine",
            format!(
                "running{process}, but this machine has been offline since {since:.0}, so nothing newer is known"
            ),
        ),
        (false, _) => {
            let last = engine
                .heartbeat_at
                .map(|at| format!(" since {at:.0}"))
                .unwrap_or_default();
            let text = format!("not running: nothing has been checked{last}; signalbox watch starts it");
            finding(FindingLevel::Note, "engine", text)
        }
    }
}

fn store_finding(store: &Store, running: bool) -> FindingView {
    if let Some(trouble) = store.trouble() {
        return finding(FindingLevel::Bad, "store", trouble.to_string());
    }
    match store.integrity() {
        Integrity::Sound => finding(FindingLevel::Good, "store", "examined and sound"),
        Integrity::NotExamined if !running => finding(FindingLevel::Good, "store", "can be read"),
        Integrity::NotExamined => finding(FindingLevel::Good, "store", "closed in order the last time"),
        Integrity::Examining => finding(
            FindingLevel::Note,
            "store",
            "being examined after an unclean exit",
        ),
        Integrity::Damaged { detail } => finding(
            FindingLevel::Bad,
            "store",
            format!("damaged ({detail}); the next start sets it aside and takes the newest copy"),
        ),
    }
}

/// A page that has said nothing new for longer than this may have been left behind by its vendor.
const QUIET_FOR_A_YEAR: std::time::Duration = std::time::Duration::from_secs(365 * 24 * 3600);

fn page_findings(row: &StatusRow, asked: &Asked<'_>) -> Vec<FindingView> {
    let page = &row.page;
    let subject = inert(&row.page.vendor);
    let mut findings = Vec::new();
    if let Some(reason) = &page.source_reason {
        let since = page
            .failing_since
            .map(|since| format!(" since {since}"))
            .unwrap_or_default();
        findings.push(finding(
            FindingLevel::Bad,
            &subject,
            format!("cannot be read{since}: {reason}"),
        ));
    }
    for doubt in doubts_of(page, asked.now) {
        findings.push(finding(FindingLevel::Note, &subject, doubt));
    }
    if page
        .vendor_updated_at
        .is_some_and(|at| elapsed(at, asked.now) > QUIET_FOR_A_YEAR)
    {
        findings.push(finding(
            FindingLevel::Note,
            &subject,
            "has not changed for over a year",
        ));
    }
    let scope = scope(row, asked);
    if !scope.missing.is_empty() {
        findings.push(finding(
            FindingLevel::Bad,
            &subject,
            format!(
                "the page has no longer these components of the scope: {}",
                scope.missing.join(", ")
            ),
        ));
    }
    findings
}
