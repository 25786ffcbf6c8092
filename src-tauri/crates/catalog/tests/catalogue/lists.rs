//! Reading a list, and judging whether it may take another's place.

use proptest::prelude::*;
use signalbox_catalog::{Catalogue, CatalogueError, Category, Fault, Refusal};

const GITHUB: &str = "github\tGitHub\tdeveloper-tools\tgithub.com\thttps://www.githubstatus.com\tstatuspage\tkctbh9vrtdwd\t9\tgh|GitHub Actions";

fn list(lines: &[&str]) -> String {
    format!("signalbox-vendors 1\n# a comment\n\n{}\n", lines.join("\n"))
}

#[test]
fn a_line_is_a_vendor() {
    let catalogue = Catalogue::parse(&list(&[GITHUB])).unwrap();
    let [vendor] = catalogue.vendors() else {
        panic!("{catalogue:?}")
    };
    assert_eq!(vendor.slug, "github");
    assert_eq!(vendor.name, "GitHub");
    assert_eq!(vendor.category, Category::from_key("developer-tools").unwrap());
    assert_eq!(vendor.domain.as_deref(), Some("github.com"));
    assert_eq!(vendor.page, "https://www.githubstatus.com");
    assert_eq!(vendor.platform.as_deref(), Some("statuspage"));
    assert_eq!(vendor.platform_id.as_deref(), Some("kctbh9vrtdwd"));
    assert_eq!(vendor.weight, 9);
    assert_eq!(vendor.aliases, ["gh", "GitHub Actions"]);
    assert!(!vendor.own);
}

#[test]
fn what_is_not_known_of_a_vendor_may_be_left_out() {
    let catalogue = Catalogue::parse(&list(&["x\tX\tother\t\thttp://x.example:8080/status/"])).unwrap();
    let vendor = &catalogue.vendors()[0];
    assert_eq!(vendor.page, "http://x.example:8080/status");
    assert_eq!(
        (&vendor.domain, &vendor.platform, &vendor.platform_id),
        (&None, &None, &None)
    );
    assert_eq!((vendor.weight, vendor.aliases.len()), (0, 0));
}

#[test]
fn line_ends_of_another_system_and_a_byte_order_mark_make_no_difference() {
    let text = format!("\u{feff}{}", list(&[GITHUB])).replace('\n', "\r\n");
    assert_eq!(
        Catalogue::parse(&text).unwrap().vendors()[0].aliases[1],
        "GitHub Actions"
    );
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let fault = |line: &str| match Catalogue::parse(&list(&[GITHUB, line])) {
        Err(CatalogueError::Line { line: 5, fault }) => fault,
        other => panic!("{line:?}: {other:?}"),
    };
    let page = |page: &str| fault(&format!("x\tX\tother\t\t{page}"));
    assert_eq!(fault("x\tX\tother"), Fault::Columns { found: 3 });
    assert_eq!(
        fault(&format!("x{}", "\t".repeat(9))),
        Fault::Columns { found: 10 }
    );
    for slug in ["", "X", "x--y", "-x", "x-", "ü", "x y"] {
        assert_eq!(
            fault(&format!("{slug}\tX\tother\t\thttps://x.example")),
            Fault::Slug,
            "{slug}"
        );
    }
    assert_eq!(fault("x\t \tother\t\thttps://x.example"), Fault::NoName);
    assert_eq!(
        fault("x\tX\tclouds\t\thttps://x.example"),
        Fault::Category {
            word: "clouds".to_owned()
        }
    );
    for domain in ["X.example", "x", "https://x.example", "x.example/y", "x..example"] {
        assert_eq!(
            fault(&format!("x\tX\tother\t{domain}\thttps://x.example")),
            Fault::Domain,
            "{domain}"
        );
    }
    for wrong in [
        "",
        "https://",
        "x.example",
        "ftp://x.example",
        "https://me@x.example",
        "https://x.example?a",
        "https://x.example#a",
        "https://x.example/a b",
        "https://x.example:99999",
    ] {
        assert_eq!(page(wrong), Fault::Page, "{wrong}");
    }
    for wrong in [
        "https://X.example",
        "https://localhost",
        "https://x_y.example",
        "https://é.example",
    ] {
        assert_eq!(page(wrong), Fault::PageHost, "{wrong}");
    }
    assert_eq!(
        fault("x\tX\tother\t\thttps://x.example\tStatuspage"),
        Fault::Platform
    );
    assert_eq!(fault("x\tX\tother\t\thttps://x.example\t\ta b"), Fault::Platform);
    for weight in ["10", "a", "-1", " "] {
        assert_eq!(
            fault(&format!("x\tX\tother\t\thttps://x.example\t\t\t{weight}")),
            Fault::Weight,
            "{weight}"
        );
    }
    assert_eq!(
        fault("x\tX\tother\t\thttps://x.example\t\t\t\ta||b"),
        Fault::Alias
    );
    for name in ["X\u{1b}[31m", "X\u{202e}", &"x".repeat(1001)] {
        assert_eq!(
            fault(&format!("x\t{name}\tother\t\thttps://x.example")),
            Fault::Unshowable { column: "name" }
        );
    }
}

#[test]
fn nobody_is_listed_twice() {
    let fault = |line: &str| match Catalogue::parse(&list(&[GITHUB, line])) {
        Err(CatalogueError::Line { line: 5, fault }) => fault,
        other => panic!("{line:?}: {other:?}"),
    };
    assert_eq!(
        fault("github\tX\tother\t\thttps://x.example"),
        Fault::SameSlug { first: 4 }
    );
    for page in [
        "https://www.githubstatus.com/",
        "http://www.githubstatus.com",
        "https://githubstatus.com",
    ] {
        assert_eq!(
            fault(&format!("x\tX\tother\t\t{page}")),
            Fault::SamePage { first: 4 },
            "{page}"
        );
    }
    assert_eq!(
        fault("x\tGITHUB\tother\tgithub.com\thttps://x.example"),
        Fault::SameVendor { first: 4 }
    );
    // Two companies can have one name, and one host several pages.
    let others = [
        GITHUB,
        "x\tGitHub\tother\tgithub.example\thttps://x.example",
        "y\tY\tother\t\thttps://x.example/eu",
    ];
    assert_eq!(Catalogue::parse(&list(&others)).unwrap().len(), 3);
}

#[test]
fn what_is_no_list_is_refused() {
    for text in [
        "",
        "github\tGitHub",
        "signalbox-vendors 2\n",
        "{\"vendors\":[]}",
        "<html>",
    ] {
        assert_eq!(
            Catalogue::parse(text).unwrap_err(),
            CatalogueError::NotAList,
            "{text}"
        );
    }
    assert_eq!(
        Catalogue::parse("signalbox-vendors 1\n#\n").unwrap_err(),
        CatalogueError::Empty
    );
    let error = Catalogue::parse(&list(&[GITHUB, GITHUB])).unwrap_err();
    assert_eq!(error.to_string(), "line 5: line 4 has the same slug");
}

fn of_size(size: usize) -> Catalogue {
    let mut text = "signalbox-vendors 1\n".to_owned();
    for number in 0..size {
        text += &format!("v{number}\tV {number}\tother\t\thttps://v{number}.example\n");
    }
    Catalogue::parse(&text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_list_that_is_smaller_by_half_does_not_take_anothers_place() {
    let present = of_size(100);
    for size in [50, 51, 100, 1000] {
        assert_eq!(present.may_replace(&of_size(size)), Ok(()), "{size}");
    }
    let refused = present.may_replace(&of_size(49)).unwrap_err();
    assert_eq!(
        refused,
        Refusal::Smaller {
            new: 49,
            present: 100
        }
    );
    assert_eq!(
        refused.to_string(),
        "the new list holds 49 vendors, less than half of the 100 in use"
    );
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(signalbox-vendors 1\n)?(.{0,40}[\t\n]){0,20}") {
        if let Ok(catalogue) = Catalogue::parse(&text) {
            prop_assert!(!catalogue.is_empty());
        }
    }
}
