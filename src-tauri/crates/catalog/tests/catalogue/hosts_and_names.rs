//! Looking up a host, or a name.

use signalbox_catalog::{Catalogue, Vendor};

fn slugs<'a>(vendors: &[&'a Vendor]) -> Vec<&'a str> {
    vendors.iter().map(|vendor| vendor.slug.as_str()).collect()
}

fn by_host(host: &str) -> Vec<&'static str> {
    slugs(&Catalogue::built_in().by_host(host))
}

#[test]
fn a_host_leads_to_whose_page_or_domain_it_is() {
    for (host, slug) in [
        ("www.githubstatus.com", "github"),
        ("githubstatus.com", "github"),
        ("GitHub.com", "github"),
        ("www.github.com", "github"),
        ("api.github.com", "github"),
        ("https://status.openai.com/incidents/01ABC", "openai"),
        ("claude.ai", "anthropic"),
        ("anthropic.com", "anthropic"),
        ("developer.apple.com", "apple-developer"),
        ("status.miro.com/eu", "miro-eu"),
        ("status.miro.com", "miro"),
        ("hooks.slack.com", "slack"),
    ] {
        assert_eq!(by_host(host).first(), Some(&slug), "{host}");
    }
}

#[test]
fn a_domain_in_the_middle_of_another_is_not_meant() {
    for host in [
        "notgithub.com",
        "github.com.example.org",
        "hub.com",
        "com",
        "localhost",
        "127.0.0.1",
        "",
        "a b",
    ] {
        assert!(!by_host(host).contains(&"github"), "{host}");
    }
}

#[test]
fn a_page_on_a_shared_platform_is_not_the_platforms_own() {
    for host in [
        "someone.statuspage.io",
        "someone.instatus.com",
        "someone.status.io",
    ] {
        assert_eq!(by_host(host), [""; 0], "{host}");
    }
    assert_eq!(by_host("statuspage.io"), ["atlassian-statuspage"]);
    assert_eq!(by_host("spotify.statuspage.io"), ["spotify"]);
}

#[test]
fn a_name_leads_to_all_who_bear_it_those_by_name_first() {
    let catalogue = Catalogue::built_in();
    assert_eq!(slugs(&catalogue.by_name("git hub")), ["github"]);
    assert_eq!(slugs(&catalogue.by_name("bolt")), ["bolt", "bolt-new"]);
    assert_eq!(catalogue.by_name("unity").len(), 2);
    for none in ["", "gith", "githb", "github.com "] {
        assert_eq!(slugs(&catalogue.by_name(none)), [""; 0], "{none:?}");
    }
}
