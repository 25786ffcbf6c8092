//! Any bytes through every reader, the contract and the texts: nothing panics, nothing dangerous gets through.
//!
//! `cargo xtask fuzz`, seeded with `fixtures`, each behind the number of its reader.

#![no_main]

use std::fs;
use std::path::{Path, PathBuf};

use libfuzzer_sys::fuzz_target;
use signalbox_pages::contract::{ReadReply, read_documents};
use signalbox_pages::{Document, Site, health, readers, text};

/// Writes every page of the fixtures, behind the number of its reader, to where `SIGNALBOX_SEEDS` says.
fn seed() {
    let Some(seeds) = std::env::var_os("SIGNALBOX_SEEDS").map(PathBuf::from) else { return };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    for (number, reader) in (0_u8..).zip(readers::all()) {
        for page in ["well", "trouble"] {
            let site = Site::at(&"https://status.example/".parse().expect("an address")).with_key("key");
            let folder = fixtures.join(reader.key()).join(page);
            let bodies: Vec<Vec<u8>> = reader
                .documents(&site)
                .iter()
                .filter_map(|document| {
                    ["json", "xml", "html"]
                        .iter()
                        .find_map(|ending| fs::read(folder.join(format!("{}.{ending}", document.name))).ok())
                })
                .collect();
            let seed = [vec![number], bodies.join(&0)].concat();
            fs::write(seeds.join(format!("{}-{page}", reader.key())), seed).expect("a seed is written");
        }
    }
}

fuzz_target!(init: seed(), |bytes: &[u8]| {
    // The first byte says which reader is meant, so that the fuzzer need not find out each format's marks by itself.
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let all = readers::all();
    let reader = all[usize::from(*choice) % all.len()];
    let site = Site::at(&"https://status.example/".parse().expect("an address")).with_key("key");
    let addresses = reader.documents(&site);
    // A zero byte parts the documents of a page.
    let documents: Vec<Document<'_>> = addresses
        .iter()
        .zip(bytes.split(|byte| *byte == 0))
        .map(|(address, body)| Document { name: address.name, body })
        .collect();
    for document in &documents {
        let _ = reader.recognises(document);
    }
    if let Ok(reading) = reader.read(&documents, Some(&site)) {
        let reply = ReadReply::new(reader.key(), &reading);
        let json = serde_json::to_string(&reply).expect("a reply is JSON");
        assert!(!json.chars().any(char::is_control));
        let mut ids: Vec<_> = reading.snapshot.components.iter().map(|one| one.id.as_str()).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|two| two[0] != two[1]), "an id stands twice");
        let scope = reading.snapshot.components.iter().take(2).map(|one| one.id.clone()).collect();
        let _ = health::scoped_health(&reading.snapshot, &scope);
    }
    let _ = read_documents(&[("summary", bytes)], None);

    if let Ok(raw) = std::str::from_utf8(bytes) {
        let plain = text::plain(raw);
        assert!(plain.chars().all(|character| character == '\n' || !character.is_control()));
        assert!(text::first_sentence(&plain, 80).chars().count() <= 80);
        let html = text::safe_html(raw).to_ascii_lowercase();
        // In text these are words like any other; what matters is what stands inside a tag.
        for tag in html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()) {
            let is_plain = tag.trim_start_matches('/').chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '/'));
            let link = tag.strip_prefix("a ").and_then(|rest| rest.strip_suffix("rel=\"noopener nofollow\""));
            let is_safe_link = link.is_some_and(|href| {
                href.is_empty()
                    || ["href=\"http:", "href=\"https:", "href=\"mailto:"].iter().any(|safe| href.starts_with(safe))
                        && href.matches('"').count() == 2
            });
            assert!(is_plain || is_safe_link, "{tag} in {html}");
            for danger in ["script", "img", "iframe", "style", "svg"] {
                assert!(!tag.trim_start_matches('/').starts_with(danger), "{html}");
            }
        }
    }
});
