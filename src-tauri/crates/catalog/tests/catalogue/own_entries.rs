//! A person's own entries.

use signalbox_catalog::{Catalogue, Category, OwnVendor, Reason};

fn own(name: &str, page: &str, aliases: &[&str]) -> OwnVendor {
    OwnVendor {
        name: name.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        category: Category::OTHER,
        page: page.to_owned(),
    }
}

#[test]
fn own_entries_come_before_what_matches_equally_well() {
    let catalogue =
        Catalogue::built_in().with_own([own("Git Farm", "https://status.farm.example/", &["aws"])]);
    let first = |words: &str| catalogue.search(words, 1)[0];
    assert_eq!(first("git").vendor.name, "Git Farm");
    assert_eq!(first("aws").vendor.name, "Git Farm");
    assert_eq!(first("aws").reason, Reason::Alias("aws"));
    assert_eq!(
        first("status.farm.example").vendor.page,
        "https://status.farm.example"
    );
    // A better match is a better match.
    assert_eq!(first("github").vendor.slug, "github");
}

#[test]
fn an_own_entry_takes_the_place_of_one_with_the_same_page() {
    let catalogue = Catalogue::built_in().with_own([own("Our forge", "https://www.githubstatus.com/", &[])]);
    assert_eq!(catalogue.len(), Catalogue::built_in().len());
    let vendors = catalogue.by_host("www.githubstatus.com");
    assert_eq!(vendors.len(), 1);
    assert!(vendors[0].own && vendors[0].name == "Our forge");
}

#[test]
fn an_own_entry_for_one_of_several_pages_at_an_address_is_found_by_its_host() {
    let page = "https://open.concur.com/#eu/";
    let catalogue = Catalogue::built_in().with_own([own("Expenses", page, &[])]);
    assert_eq!(catalogue.len(), Catalogue::built_in().len() + 1);
    let pages = |host: &str| -> Vec<&str> {
        let found = catalogue.by_host(host);
        found.iter().map(|vendor| vendor.page.as_str()).collect()
    };
    assert_eq!(pages("open.concur.com"), [page, "https://open.concur.com"]);
    assert_eq!(pages(page), [page, "https://open.concur.com"]);
}

#[test]
fn slugs_stay_unique() {
    let catalogue = Catalogue::built_in().with_own([
        own("GitHub", "https://status.one.example", &[]),
        own("GitHub", "https://status.two.example", &[]),
        own("Zürich!", "https://status.three.example", &[]),
        own("日本", "https://status.four.example", &[]),
    ]);
    let mut slugs: Vec<&str> = catalogue
        .vendors()
        .iter()
        .map(|vendor| vendor.slug.as_str())
        .collect();
    let all = slugs.len();
    assert!(slugs.is_sorted());
    slugs.dedup();
    assert_eq!(slugs.len(), all);
    for slug in ["github-2", "github-3", "zurich", "own"] {
        assert!(slugs.contains(&slug), "{slug}");
    }
    assert_eq!(catalogue.by_name("zurich")[0].name, "Zürich!");
    assert_eq!(catalogue.by_name("日本")[0].name, "日本");
}

#[test]
fn own_entries_do_not_count_when_a_list_is_replaced() {
    let few: Vec<OwnVendor> = (0..4_000)
        .map(|number| {
            own(
                &format!("Own {number}"),
                &format!("https://own{number}.example"),
                &[],
            )
        })
        .collect();
    let with_own = Catalogue::built_in().with_own(few);
    assert_eq!(with_own.may_replace(Catalogue::built_in()), Ok(()));
}
