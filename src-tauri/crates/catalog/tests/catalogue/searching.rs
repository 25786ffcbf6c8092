//! Finding what people mean.

use proptest::prelude::*;
use signalbox_catalog::{Catalogue, Found, Reason};

fn slugs(words: &str, limit: usize) -> Vec<&'static str> {
    Catalogue::built_in()
        .search(words, limit)
        .iter()
        .map(|found| found.vendor.slug.as_str())
        .collect()
}

fn first(words: &str) -> Found<'static> {
    Catalogue::built_in().search(words, 1)[0]
}

#[test]
fn what_people_type_finds_what_they_mean_first() {
    let wrong: Vec<String> = [
        // The name, however it is written.
        ("GitHub", "github"),
        ("git hub", "github"),
        ("GIT-HUB", "github"),
        ("cloud flare", "cloudflare"),
        ("open ai", "openai"),
        ("page r duty", "pagerduty"),
        ("digital ocean", "digitalocean"),
        ("hub spot", "hubspot"),
        ("lets encrypt", "let-s-encrypt"),
        ("Let\u{2019}s Encrypt", "let-s-encrypt"),
        ("weights and biases", "weights-and-biases"),
        ("datadög", "datadog"),
        ("fly.io", "fly-io"),
        ("fly", "fly-io"),
        ("crates.io", "crates-io"),
        ("monday", "monday-com"),
        ("1 password", "1password"),
        ("bolt", "bolt"),
        // What else it is called, and what it makes.
        ("aws", "amazon-web-services"),
        ("s3", "amazon-web-services"),
        ("ec2", "amazon-web-services"),
        ("gcp", "google-cloud"),
        ("bigquery", "google-cloud"),
        ("azure", "microsoft-azure"),
        ("chatgpt", "openai"),
        ("chat gpt", "openai"),
        ("claude", "anthropic"),
        ("grok", "xai-grok"),
        ("pypi", "python"),
        ("docker hub", "docker"),
        ("o365", "microsoft-365"),
        ("office 365", "microsoft-365"),
        ("teams", "microsoft-365"),
        ("gmail", "google-workspace"),
        ("whatsapp", "meta"),
        ("facebook", "meta"),
        ("twitter", "x-twitter-api"),
        ("psn", "playstation-network"),
        ("icloud", "apple"),
        ("testflight", "apple-developer"),
        ("terraform cloud", "hashicorp"),
        ("stackoverflow", "stack-exchange"),
        ("wandb", "weights-and-biases"),
        ("sendinblue", "brevo"),
        // A slip of the keyboard.
        ("githb", "github"),
        ("gihtub", "github"),
        ("datadgo", "datadog"),
        ("cloudlfare", "cloudflare"),
        ("opeani", "openai"),
        ("twillio", "twilio"),
        ("hubspto", "hubspot"),
        ("salesfroce", "salesforce"),
        ("atlasian", "atlassian"),
        ("bitbuket", "bitbucket"),
        ("mongdb", "mongodb-atlas"),
        ("digtalocean", "digitalocean"),
        ("shopfy", "shopify"),
        ("netlfy", "netlify"),
        ("zendsk", "zendesk"),
        ("anthropc", "anthropic"),
        ("slak", "slack"),
        ("stipe", "stripe"),
        ("micosoft", "microsoft-azure"),
        ("gogle cloud", "google-cloud"),
        // Domains and addresses.
        ("stripe.com", "stripe"),
        ("https://www.stripe.com/pricing", "stripe"),
        ("docs.github.com", "github"),
        ("console.aws.amazon.com", "amazon-web-services"),
        ("chatgpt.com", "openai"),
        ("anthropic.com", "anthropic"),
        ("google.com", "google-workspace"),
        ("mail.google.com", "google-workspace"),
        ("storage.googleapis.com", "google-cloud"),
        ("acme.atlassian.net", "atlassian"),
        ("x", "x-twitter-api"),
        ("githubstatus", "github"),
        ("https://www.githubstatus.com/incidents/abc123", "github"),
        ("status.openai.com", "openai"),
        ("status.miro.com/eu/incidents/1", "miro-eu"),
        ("bsky", "bluesky"),
        ("strpe.com", "stripe"),
        ("cloudflare.net", "cloudflare"),
        // The beginning, a part, and words beside the name.
        ("git", "github"),
        ("micro", "microsoft-azure"),
        ("goo", "google-cloud"),
        ("google work", "google-workspace"),
        ("workspace google", "google-workspace"),
        ("web services", "amazon-web-services"),
        ("cloudf", "cloudflare"),
        ("github status", "github"),
        ("slack status page", "slack"),
        ("is stripe down", "stripe"),
        ("heroku outage", "heroku"),
        ("aws us-east-1", "amazon-web-services"),
        ("our company slack huddles", "slack"),
        ("cal", "calendly"),
        ("https://slak.statuspage.io", "slack"),
    ]
    .iter()
    .filter_map(|(words, slug)| {
        let found = slugs(words, 3);
        (found.first() != Some(slug)).then(|| format!("{words:?}: {found:?} instead of {slug}"))
    })
    .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_can_mean_several_finds_them_all_within_the_first_three() {
    for (words, meant) in [
        (
            "google",
            ["google-cloud", "google-workspace", "google-ads"].as_slice(),
        ),
        ("apollo", &["apollo-graphql", "apollo-io"]),
        ("microsoft", &["microsoft-azure", "microsoft-365"]),
        ("data", &["datadog", "databricks"]),
        ("unity", &["unity"]),
        ("apple", &["apple", "apple-developer"]),
        ("atlassian.com", &["atlassian", "jira", "confluence"]),
        ("bolt", &["bolt", "bolt-new"]),
        ("motion", &["motion"]),
    ] {
        let found = slugs(words, 3);
        assert!(
            meant.iter().all(|slug| found.contains(slug)),
            "{words}: {found:?} lacks one of {meant:?}"
        );
    }
}

#[test]
fn a_vendor_says_why_it_was_found() {
    for (words, reason, exact) in [
        ("github", Reason::Name, true),
        ("let-s-encrypt", Reason::Name, true),
        ("gith", Reason::Name, false),
        ("chatgpt", Reason::Alias("ChatGPT"), true),
        ("stripe.com", Reason::Domain, true),
        ("docs.github.com", Reason::Domain, false),
        ("www.githubstatus.com", Reason::PageHost, true),
        ("githubstatus", Reason::PageHost, false),
        ("githb", Reason::Fuzzy, false),
        ("github status", Reason::PageHost, false),
        ("is slack down", Reason::Name, false),
    ] {
        let found = first(words);
        assert_eq!(
            (found.reason, found.exact),
            (reason, exact),
            "{words}: {}",
            found.vendor.name
        );
    }
}

#[test]
fn nobody_is_found_for_what_nobody_is_called() {
    for words in [
        "",
        "   ",
        "?!",
        "qqqqzzzzxxxx",
        "https://",
        "zzqx.example",
        "https://zzqx.example/close",
        "\u{0}",
    ] {
        assert_eq!(slugs(words, 5), [""; 0], "{words:?}");
    }
}

#[test]
fn what_is_written_right_brings_nothing_that_is_written_almost_so() {
    for words in ["xbox", "mongo", "scaleway", "zoom.us", "firebase", "githu"] {
        let found = Catalogue::built_in().search(words, 50);
        assert!(
            found.iter().all(|found| found.reason != Reason::Fuzzy),
            "{words}: {:?}",
            slugs(words, 50)
        );
    }
}

#[test]
fn three_letters_are_not_guessed_at() {
    assert!(
        Catalogue::built_in()
            .search("asw", 50)
            .iter()
            .all(|found| found.reason != Reason::Fuzzy)
    );
}

proptest! {
    // A question goes through the whole list.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_question_is_answered_within_its_limit_and_nobody_twice(words in ".{0,60}", limit in 0_usize..40) {
        let found = slugs(&words, limit);
        prop_assert!(found.len() <= limit);
        let mut once = found.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), found.len());
    }

    #[test]
    fn a_larger_limit_only_adds(words in "[a-z]{1,8}( [a-z]{1,6})?", limit in 1_usize..20) {
        let (few, more) = (slugs(&words, limit), slugs(&words, limit + 10));
        prop_assert_eq!(&few[..], &more[..few.len()]);
    }

    #[test]
    fn case_spaces_and_punctuation_change_nothing(position in 0_usize..3_000, upper: bool, between in "[ -]{0,2}") {
        let vendor = &Catalogue::built_in().vendors()[position];
        let name = if upper { vendor.name.to_uppercase() } else { vendor.name.to_lowercase() };
        let spread = name.replace(' ', &format!(" {between}"));
        prop_assert!(Catalogue::built_in().by_name(&spread).contains(&vendor), "{}", spread);
    }

    #[test]
    fn one_slip_in_a_long_name_is_forgiven(position in 0_usize..3_000, at in 1_usize..8, kind in 0_u8..3) {
        let vendor = &Catalogue::built_in().vendors()[position];
        prop_assume!(vendor.name.len() >= 9 && vendor.name.bytes().all(|byte| byte.is_ascii_alphabetic()));
        let mut letters: Vec<char> = vendor.name.chars().collect();
        match kind {
            0 => { letters.remove(at); }
            1 => letters.swap(at, at - 1),
            _ => letters[at] = if letters[at] == 'q' { 'w' } else { 'q' },
        }
        let slipped: String = letters.into_iter().collect();
        prop_assert!(slugs(&slipped, 5).contains(&vendor.slug.as_str()), "{}", slipped);
    }
}
