//! Other vendors that a vendor's own page names: the services that it builds on, in a group that says so.

use signalbox_catalog::{Catalogue, Vendor};
use signalbox_pages::Component;

use crate::{
    api::UpstreamView,
    config::{Config, canonical_address},
};

/// The vendors that a page's components name, each once, in the page's order. Only components of a group that holds what is
/// somebody else's are looked at, and only names that mean one vendor.
pub(crate) fn of<'a>(
    components: impl Iterator<Item = &'a Component>,
    catalogue: &Catalogue,
    config: &Config,
) -> Vec<UpstreamView> {
    let mut found: Vec<UpstreamView> = Vec::new();
    for component in components {
        let is_foreign = component.group.iter().any(|group| is_of_others(&group.name));
        let Some(vendor) = is_foreign.then(|| named(&component.name, catalogue)).flatten() else {
            continue;
        };
        let Ok(page) = canonical_address(&vendor.page) else {
            continue;
        };
        if found.iter().all(|known| known.page != page.as_str()) {
            found.push(UpstreamView {
                component: signalbox_pages::text::inert(&component.name),
                vendor: vendor.name.clone(),
                watched: config.is_watched(&page),
                page: page.into(),
            });
        }
    }
    found
}

/// Whether a group's name says that what is in it belongs to others.
fn is_of_others(group: &str) -> bool {
    let name = group.to_lowercase().replace('-', " ");
    [
        "third party",
        "3rd party",
        "upstream",
        "external service",
        "external provider",
        "external dependenc",
        "dependencies",
        "service provider",
        "vendors",
        "partners",
    ]
    .iter()
    .any(|word| name.contains(word))
}

/// The one vendor that a component is named after: by its whole name, else by what stands before a dash, a bracket or a
/// colon.
fn named<'a>(component: &str, catalogue: &'a Catalogue) -> Option<&'a Vendor> {
    let head = component
        .split([':', '(', '\u{2013}', '\u{2014}'])
        .next()
        .and_then(|head| head.split(" - ").next())
        .unwrap_or(component);
    [component, head]
        .into_iter()
        .find_map(|name| match catalogue.by_name(name.trim()).as_slice() {
            [vendor] => Some(*vendor),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use signalbox_pages::{GroupName, Health};

    use super::*;

    fn component(group: &str, name: &str) -> Component {
        Component {
            id: name.to_owned(),
            name: name.to_owned(),
            group: vec![GroupName {
                id: group.to_owned(),
                name: group.to_owned(),
            }],
            health: Health::Operational,
            raw: None,
            description: None,
        }
    }

    #[test]
    fn what_a_page_says_that_it_builds_on_is_found_in_the_directory() {
        let components = [
            component("Third Party", "OpenAI"),
            component("Third Party", "PubNub - Presence"),
            component("Third Party", "OpenAI (Chat)"),
            component("Third Party", "Our own relay 7"),
            component("Prod1 (US)", "GitHub"),
        ];
        let found = of(components.iter(), Catalogue::built_in(), &Config::default());
        let vendors: Vec<_> = found
            .iter()
            .map(|one| (one.vendor.as_str(), one.watched))
            .collect();
        assert_eq!(vendors, [("OpenAI", false), ("PubNub", false)]);
    }
}
