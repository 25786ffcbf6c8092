//! Finding vendors, and replacing the list of them.

use std::fs;

use signalbox_engine::api::{ApiError, ErrorCode, Reply, VendorsView};

use crate::{
    binary::{output, text},
    common::{Recorded, TERMINAL, ask, run, views},
};

#[test]
fn what_was_found_is_a_table_with_the_next_step_below() {
    insta::assert_snapshot!(ask(&["vendors", "gh"], Reply::Vendors(views::vendors())).out, @"
    GitHub (gh)            developer-tools  https://www.githubstatus.com     github.com  Atlassian Stat…
    Ghost        watched   developer-tools  https://status.ghost.org         ghost.com   unheard
    Ghent[2J     your own  developer-tools  https://status.ghent.example/eu

    There is more: add --limit 100, or another letter.
    Watch one by its page: signalbox add https://www.githubstatus.com
    ");
    let watched = VendorsView {
        vendors: views::vendors().vendors.split_off(1),
        more: false,
        trouble: Some("config.toml:1:1: odd.".to_owned()),
        ..views::vendors()
    };
    insta::assert_snapshot!(ask(&["vendors", "gh"], Reply::Vendors(watched)).out, @"
    Ghost     watched   developer-tools  https://status.ghost.org         ghost.com  unheard
    Ghent[2J  your own  developer-tools  https://status.ghent.example/eu

    config.toml:1:1: odd.
    ");
}

#[test]
fn nothing_found_and_nothing_asked_say_what_to_type_next() {
    let none = VendorsView {
        vendors: Vec::new(),
        more: false,
        ..views::vendors()
    };
    insta::assert_snapshot!(ask(&["vendors", "acme"], Reply::Vendors(none.clone())).out, @r#"
    Nobody in the catalogue is called "acme". A page can be watched without it, by its address:
    signalbox add status.example.com
    "#);
    insta::assert_snapshot!(ask(&["vendors"], Reply::Vendors(none)).out, @"The catalogue knows 3234 vendors in 33 categories. Find one by its name: signalbox vendors github");
}

#[test]
fn what_became_of_the_catalogue_is_said() {
    let recorded = Recorded::default();
    let said = run(&["catalog", "update", "new.tsv"], &recorded, TERMINAL);
    insta::assert_snapshot!(said.out, @"The catalogue is updated: 3234 vendors in 33 categories.");
    let said = run(&["catalogue", "update", "--reset"], &recorded, TERMINAL);
    insta::assert_snapshot!(said.out, @"The catalogue is the built-in one: 3234 vendors in 33 categories.");
    let recorded = Recorded {
        refusal: Some(ApiError::new(
            ErrorCode::BadInput,
            "new.tsv: line 5: the vendor has no name",
        )),
        ..Recorded::default()
    };
    let said = run(&["catalog", "update", "new.tsv"], &recorded, TERMINAL);
    assert_eq!((said.code, said.out.as_str()), (65, ""));
    assert_eq!(said.err, "signalbox: new.tsv: line 5: the vendor has no name\n");
}

#[test]
fn the_program_finds_and_replaces_on_a_machine_where_nothing_is_set_up() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name).to_str().expect("text").to_owned();
    let (config, data, list) = (path("config.toml"), path("data"), path("new.tsv"));
    let signalbox = |words: &[&str]| output(&[words, &["--config", &config, "--data-dir", &data]].concat());

    let found = signalbox(&["vendors", "githb"]);
    assert_eq!(found.status.code(), Some(0), "{found:?}");
    assert!(
        text(&found.stdout).contains("https://www.githubstatus.com"),
        "{found:?}"
    );

    fs::write(&list, "signalbox-vendors 1\nx\tX\tother\t\tx.example\n").expect("written");
    let refused = signalbox(&["catalog", "update", &list]);
    assert_eq!(refused.status.code(), Some(65), "{refused:?}");
    assert!(
        text(&refused.stderr).contains("new.tsv: line 2: the page must be"),
        "{refused:?}"
    );

    let mut lines = "signalbox-vendors 1\n".to_owned();
    for number in 0..2_000 {
        lines += &format!("v{number}\tVendor {number}\tother\t\thttps://v{number}.example\n");
    }
    fs::write(&list, lines).expect("written");
    let updated = signalbox(&["catalog", "update", &list]);
    assert_eq!(updated.status.code(), Some(0), "{updated:?}");
    assert!(text(&signalbox(&["vendors", "vendor 7"]).stdout).contains("https://v7.example"));
    assert_eq!(
        signalbox(&["catalog", "update", "--reset"]).status.code(),
        Some(0)
    );
    assert!(text(&signalbox(&["vendors"]).stdout).contains("knows 3"));
    assert_eq!(signalbox(&["catalog", "update"]).status.code(), Some(64));
    assert_eq!(
        signalbox(&["catalog", "update", &list, "--reset"]).status.code(),
        Some(64)
    );
}
