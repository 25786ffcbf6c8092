//! What holds for every reader, whatever its platform. A reader that is registered is tested here; what it needs are
//! fixtures of a page that is well (`fixtures/KEY/well`) and of one in trouble (`fixtures/KEY/trouble`).

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::testing::{Documents, multiplied, page, read};
use super::*;
use crate::contract::{ReadReply, read_documents};
use crate::health::page_health;
use crate::words::Health;

mod documentation;
mod recorded;

pub(super) mod truth;

#[test]
fn every_platform_has_a_key_and_a_name_of_its_own() {
    let keys: BTreeSet<_> = all().iter().map(|reader| reader.key()).collect();
    let names: BTreeSet<_> = all().iter().map(|reader| reader.name()).collect();
    assert_eq!((keys.len(), names.len()), (all().len(), all().len()));
    for key in keys {
        assert!(
            key.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()),
            "{key}"
        );
        assert!(by_key(key).is_some_and(|reader| reader.key() == key));
    }
}

#[test]
fn every_platform_has_fixtures_of_a_page_that_is_well_and_of_one_in_trouble() {
    for reader in all() {
        let well = page(reader.key(), "well");
        let trouble = page(reader.key(), "trouble");
        assert!(!well.is_empty() && !trouble.is_empty(), "{}", reader.key());
        let well = read(*reader, &well).unwrap_or_else(|error| panic!("{}: {error}", reader.key()));
        let health = page_health(&well.snapshot);
        assert!(
            matches!(health, Health::Operational | Health::Unknown),
            "{}: {health:?}",
            reader.key()
        );
        let trouble = read(*reader, &trouble).unwrap_or_else(|error| panic!("{}: {error}", reader.key()));
        let health = page_health(&trouble.snapshot);
        assert!(
            health.is_problem() || health == Health::Unknown,
            "{}: {health:?}",
            reader.key()
        );
        let is_told = health.is_problem()
            || trouble
                .snapshot
                .incidents
                .iter()
                .any(|incident| incident.facts.is_open());
        assert!(is_told, "{}: nothing tells of the trouble", reader.key());
    }
}

#[test]
fn the_documents_of_a_page_tell_which_platform_is_theirs() {
    for reader in all() {
        for name in ["well", "trouble"] {
            let documents = page(reader.key(), name);
            let reply = read_documents(&documents, None)
                .unwrap_or_else(|error| panic!("{} {name}: {error:?}", reader.key()));
            assert_eq!(reply.platform, reader.key(), "{name}");
        }
    }
}

#[test]
fn the_first_document_of_a_page_is_fetched_at_every_poll_and_names_are_distinct() {
    let anywhere = Url::parse("https://status.example/").unwrap();
    for reader in all() {
        let site = Site::at(&anywhere).with_key("key");
        let documents = reader.documents(&site);
        let first = documents
            .first()
            .unwrap_or_else(|| panic!("{} has no document", reader.key()));
        assert_eq!(
            (first.asked, first.optional),
            (Asked::AtEveryPoll, false),
            "{}",
            reader.key()
        );
        let names: BTreeSet<_> = documents.iter().map(|document| document.name).collect();
        assert_eq!(names.len(), documents.len(), "{}", reader.key());
        for document in &documents {
            assert!(
                matches!(document.url.scheme(), "http" | "https"),
                "{}",
                document.url
            );
        }
    }
}
