//! The table of platforms in the documentation, written from the registry and from what the fixtures prove.
//! `SIGNALBOX_UPDATE=1 cargo test -p signalbox-pages` writes it anew.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::*;
use crate::snapshot::Listing;

fn share(listing: Listing) -> &'static str {
    match listing {
        Listing::Absent => "–",
        Listing::Partial => "newest",
        Listing::Complete => "all",
    }
}

fn row(reader: &dyn Reader, into: &mut String) {
    let reading = read(reader, &page(reader.key(), "trouble")).unwrap();
    let coverage = reading.snapshot.coverage;
    let health = match (&reading.snapshot.overall, reading.snapshot.components.is_empty()) {
        (Some(_), false) => "page and components",
        (Some(_), true) => "page",
        (None, false) => "components",
        (None, true) => "none: incidents only",
    };
    let evidence = match reader.evidence() {
        Evidence::Seen => "seen",
        Evidence::Documented => "documented, not seen",
    };
    writeln!(
        into,
        "| {} | `{}` | {evidence} | {health} | {} | {} | {} | {} |",
        reader.name(),
        reader.key(),
        share(coverage.open_incidents),
        share(coverage.past_incidents),
        share(coverage.open_maintenances),
        share(coverage.past_maintenances),
    )
    .unwrap();
}

fn documentation() -> String {
    let mut text = String::from(
        "# Platforms\n\n\
         What Signalbox reads, and how much of it. This page is written by a test from the readers themselves: the columns\n\
         say what a reading of each platform's fixtures holds.\n\n\
         - **Seen**: held to payloads as vendors really served them. **Documented, not seen**: written from the platform's or the\n\
         \u{20} vendor's own documentation; no payload was at hand.\n\
         - **Health** is what the platform publishes of its page or of its components. A feed tells of incidents only: beyond\n\
         \u{20} them the health is unknown, never green.\n\
         - Lists: *all* of them, the *newest*, or none (–).\n\n\
         | Platform | Key | Known from | Health | Open incidents | Past incidents | Open maintenances | Past maintenances |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for reader in all() {
        row(*reader, &mut text);
    }
    text.push_str("\n## What is left out\n\n");
    for reader in all().iter().filter(|reader| !reader.left_out().is_empty()) {
        writeln!(text, "- **{}**: {}", reader.name(), reader.left_out().join(" ")).unwrap();
    }
    text.push_str("\n## What is not read\n\n");
    for (name, reason) in UNREAD {
        writeln!(text, "- **{name}**: {reason}.").unwrap();
    }
    text
}

#[test]
fn the_documentation_tells_of_every_platform_what_its_reader_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/platforms.md");
    let written = documentation();
    if std::env::var_os("SIGNALBOX_UPDATE").is_some() {
        fs::write(&path, &written).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        known == written,
        "docs/platforms.md is not what the readers say; SIGNALBOX_UPDATE=1 cargo test -p signalbox-pages writes it anew"
    );
}
