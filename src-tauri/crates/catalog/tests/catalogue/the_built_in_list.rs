//! The list that comes with the program.

use std::collections::BTreeMap;

use signalbox_catalog::Catalogue;

const LIST: &str = include_str!("../../vendors.tsv");

/// The keys of the readers that a hint may name.
const READERS: [&str; 43] = [
    "adobe",
    "apple",
    "aws",
    "azure",
    "azuredevops",
    "betterstack",
    "cachet2",
    "cachet3",
    "checkly",
    "concur",
    "cstate",
    "feed",
    "firehydrant",
    "freshstatus",
    "gatus",
    "google",
    "heroku",
    "hund",
    "hyperping",
    "ibm",
    "incidentio",
    "infomaniak",
    "instatus",
    "openstatus",
    "oracle",
    "pagerduty",
    "paypal",
    "playstation",
    "salesforce",
    "slack",
    "sorry",
    "statuscast",
    "statusio",
    "statusiq",
    "statuspage",
    "statuspal",
    "upptime",
    "uptimekuma",
    "uptimerobot",
    "xai",
    "xbox",
    "yandex",
    "zendesk",
];

#[test]
fn it_is_well_formed() {
    let list = Catalogue::parse(LIST).unwrap_or_else(|error| panic!("vendors.tsv: {error}"));
    assert_eq!(list.len(), Catalogue::built_in().len());
    assert!(list.len() > 3_000, "{}", list.len());
}

#[test]
fn its_lines_stand_in_the_order_of_their_slugs() {
    let slugs: Vec<&str> = LIST
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('\t').next())
        .collect();
    for pair in slugs.windows(2) {
        assert!(pair[0] < pair[1], "{} stands before {}", pair[0], pair[1]);
    }
}

#[test]
fn every_hint_names_a_reader() {
    for vendor in Catalogue::built_in().vendors() {
        if let Some(platform) = &vendor.platform {
            assert!(
                READERS.contains(&platform.as_str()),
                "{}: {platform}",
                vendor.slug
            );
        } else {
            assert_eq!(vendor.platform_id, None, "{}: an id of no platform", vendor.slug);
        }
    }
}

#[test]
fn every_vendor_is_found_first_by_its_own_name() {
    let catalogue = Catalogue::built_in();
    let mut bearers: BTreeMap<String, usize> = BTreeMap::new();
    for vendor in catalogue.vendors() {
        *bearers.entry(vendor.name.to_lowercase()).or_default() += 1;
    }
    for vendor in catalogue.vendors() {
        let equals = bearers[&vendor.name.to_lowercase()];
        let found = catalogue.search(&vendor.name, equals + 1);
        let place = found.iter().position(|found| found.vendor == vendor);
        assert!(
            place.is_some_and(|place| place <= equals && found[place].exact),
            "{}: {place:?}",
            vendor.name
        );
        assert!(
            catalogue.by_name(&vendor.slug).contains(&vendor),
            "{}",
            vendor.slug
        );
        assert!(
            catalogue.by_host(&vendor.page).contains(&vendor),
            "{}",
            vendor.page
        );
    }
}
