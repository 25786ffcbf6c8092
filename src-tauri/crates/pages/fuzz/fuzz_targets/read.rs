//! Any bytes through every reader, the contract and the texts: nothing panics, nothing dangerous gets through.
//!
//! `cargo fuzz run read -- -max_total_time=60`, seeded with `fixtures/statuspage`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use signalbox_pages::contract::{ReadReply, read_documents};
use signalbox_pages::{Document, health, readers, text};

fuzz_target!(|bytes: &[u8]| {
    // The second half, if a zero byte parts them, is another document of the page.
    let halves: Vec<&[u8]> = bytes.splitn(2, |byte| *byte == 0).collect();
    let names = ["summary", "incidents"];
    let documents: Vec<Document<'_>> =
        names.iter().zip(&halves).map(|(name, body)| Document { name, body }).collect();
    for reader in readers::all() {
        for document in &documents {
            let is_recognised = reader.recognises(document);
            let is_read = reader.read(std::slice::from_ref(document)).is_ok();
            assert_eq!(is_recognised, is_read, "what is recognised can be read");
        }
        if let Ok(reading) = reader.read(&documents) {
            let reply = ReadReply::new(reader.key(), &reading);
            let json = serde_json::to_string(&reply).expect("a reply is JSON");
            assert!(!json.chars().any(char::is_control));
            let scope = reading.snapshot.components.iter().take(2).map(|one| one.id.clone()).collect();
            let _ = health::scoped_health(&reading.snapshot, &scope);
        }
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
