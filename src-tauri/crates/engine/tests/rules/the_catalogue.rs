//! The running engine finds vendors, too.

use signalbox_engine::api::{Reply, Request};

use crate::support::Desk;

#[tokio::test]
async fn the_engine_searches_the_catalogue_and_knows_what_is_watched() {
    let mut desk = Desk::new().await;
    let find = async |desk: &Desk, words: &str| match desk
        .ask(Request::Vendors {
            words: words.to_owned(),
            limit: 1,
        })
        .await
    {
        Ok(Reply::Vendors(mut view)) => view.vendors.remove(0),
        other => panic!("{other:?}"),
    };
    let github = find(&desk, "githb").await;
    assert_eq!(github.page, "https://www.githubstatus.com");
    assert!(!github.watched && !github.own);

    desk.write_watch(
        "Mine",
        "https://127.0.0.1:9/",
        "[[catalogue]]\nname = \"Mine\"\npage = \"https://127.0.0.1:9\"",
    );
    desk.reload().await;
    let mine = find(&desk, "mine").await;
    assert!(mine.watched && mine.own && mine.exact, "{mine:?}");
}
