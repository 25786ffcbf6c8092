//! How fast each platform's documents are read, beside what their parser alone takes; and how many questions it takes to
//! recognise a page of each. No network: the documents are the fixtures of a page in trouble, made longer.
//!
//! `cargo run --release -p signalbox-pages --example reading_speed`

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "it tells what it measured, and its fixtures are there"
)]

use std::{
    collections::BTreeMap,
    fs,
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::Value;
use signalbox_pages::recognition::{Answer, Next, Outcome, Recognition};
use signalbox_pages::{Document, Front, Reader, Site, readers};
use url::Url;

#[path = "../src/readers/testing/multiplied.rs"]
mod multiplied;

/// How long the documents of one page are made.
const LENGTH: usize = 200_000;
/// How often the documents of one page are read.
const ROUNDS: usize = 11;

fn main() {
    for reader in readers::all() {
        let documents = long_page(*reader);
        let length: usize = documents.iter().map(|(_, body)| body.len()).sum();
        let given: Vec<Document<'_>> = documents
            .iter()
            .map(|(name, body)| Document { name, body })
            .collect();
        // What could not be made longer is read as often as comes to the same.
        let times = (LENGTH / length.max(1)).max(1);
        let reading = median(|| {
            for _ in 0..times {
                drop(black_box(reader.read(black_box(&given), None)).expect("it is a page"));
            }
        });
        let parsing = median(|| {
            for _ in 0..times {
                documents.iter().for_each(|(_, body)| parse(black_box(body)));
            }
        });
        let speed = (length * times) as f64 / 1e6 / reading.as_secs_f64();
        println!(
            "{}: read at {speed:.1} MB/s, takes {:.2} times what its parser takes, of {length} bytes",
            reader.key(),
            reading.as_secs_f64() / parsing.as_secs_f64()
        );
    }
    for (key, address, front) in PAGES {
        println!(
            "{key}: recognised with {} questions",
            questions(key, address, *front)
        );
    }
}

/// The median of some repetitions.
fn median(mut what: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begin = Instant::now();
            what();
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(ROUNDS / 2).copied().unwrap_or_default()
}

/// The documents of a platform's page in trouble, by their names.
fn page(reader: &dyn Reader) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(reader.key())
        .join("trouble");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("there are fixtures")
        .map(|file| file.expect("it can be looked at").path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| {
            let name = path.file_stem().expect("it has a name").to_string_lossy();
            (name.into_owned(), fs::read(path).expect("it can be read"))
        })
        .collect()
}

/// The same with the entries of their lists again and again. Where nothing can be repeated, the documents are as they are.
fn long_page(reader: &dyn Reader) -> Vec<(String, Vec<u8>)> {
    let mut documents = page(reader);
    let times = LENGTH / documents.iter().map(|(_, body)| body.len()).sum::<usize>().max(1);
    for (_, body) in &mut documents {
        if let Ok(mut document) = serde_json::from_slice::<Value>(body) {
            repeat_lists(&mut document, times);
            *body = document.to_string().into_bytes();
        } else if let Some(longer) = repeat_elements(body, times) {
            *body = longer;
        }
    }
    documents
}

/// Repeats the outermost lists.
fn repeat_lists(value: &mut Value, times: usize) {
    match value {
        Value::Array(list) => multiplied::repeat(list, times),
        Value::Object(entries) => entries.values_mut().for_each(|value| repeat_lists(value, times)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Repeats the entries of a feed.
fn repeat_elements(body: &[u8], times: usize) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    let (name, begin) = ["item", "entry"]
        .into_iter()
        .find_map(|name| Some((name, text.find(&format!("<{name}>"))?)))?;
    let closing = format!("</{name}>");
    let end = text.rfind(&closing)? + closing.len();
    let entries = text.get(begin..end)?;
    let mut longer = text.get(..end)?.to_owned();
    for number in 1..=times {
        let mut copy = entries.to_owned();
        for end in ["</guid>", "</id>", "</title>"] {
            copy = copy.replace(end, &format!(" {number}{end}"));
        }
        longer.push_str(&copy);
    }
    longer.push_str(text.get(end..)?);
    Some(longer.into_bytes())
}

/// What the parser alone does: JSON into values, the JSON within a web page too; XML event by event.
fn parse(body: &[u8]) {
    if black_box(serde_json::from_slice::<Value>(body)).is_ok() {
        return;
    }
    let text = String::from_utf8_lossy(body);
    let script = text
        .split("<script")
        .filter_map(|element| element.split_once('>')?.1.split("</script").next())
        .find_map(|script| serde_json::from_str::<Value>(script).ok());
    if black_box(script).is_some() {
        return;
    }
    let mut parser = quick_xml::Reader::from_reader(body);
    while let Ok(event) = parser.read_event() {
        if matches!(black_box(event), quick_xml::events::Event::Eof) {
            return;
        }
    }
}

/// What the front page of a vendor has.
#[derive(Clone, Copy)]
enum Has {
    /// No mark of a platform: the page is found by asking, or by its address alone.
    Nothing,
    /// A mark of its platform.
    Mark(&'static str),
    /// A mark of its platform in a header.
    Header(&'static str, &'static str),
    /// The page's documents: it is the one that is read.
    All,
}

const VENDOR: &str = "https://status.northwind.example/";

/// An address of each platform's pages as a person pastes it, and what its front page has. A platform with customers of its
/// own is given at a customer's own host.
const PAGES: &[(&str, &str, Has)] = &[
    (
        "adobe",
        "https://status.adobe.com/cloud/experience_cloud",
        Has::Nothing,
    ),
    (
        "apple",
        "https://www.apple.com/support/systemstatus/",
        Has::Nothing,
    ),
    ("aws", "https://health.aws.amazon.com/health/status", Has::Nothing),
    (
        "azure",
        "https://azure.status.microsoft/en-us/status",
        Has::Nothing,
    ),
    (
        "azuredevops",
        "https://status.dev.azure.com/_history",
        Has::Nothing,
    ),
    (
        "betterstack",
        VENDOR,
        Has::Mark("https://betterstack.com/assets/status_pages/v2/app.js"),
    ),
    ("cachet2", VENDOR, Has::Mark("https://cachethq.io")),
    ("cachet3", VENDOR, Has::Mark("/vendor/cachethq/cachet/app.js")),
    (
        "checkly",
        VENDOR,
        Has::Mark("\"/api/status-page/northwind/uptime\""),
    ),
    ("concur", "https://open.concur.com/", Has::Nothing),
    (
        "cstate",
        VENDOR,
        Has::Mark("<meta name=\"generator\" content=\"cState 6\">"),
    ),
    (
        "feed",
        VENDOR,
        Has::Mark("<link rel=\"alternate\" type=\"application/rss+xml\" href=\"/news.rss\">"),
    ),
    ("firehydrant", VENDOR, Has::Mark("/data/payload.json")),
    (
        "gatus",
        VENDOR,
        Has::Mark("<meta name=\"title\" content=\"Gatus\">"),
    ),
    (
        "google",
        "https://status.cloud.google.com/incidents/abc",
        Has::Nothing,
    ),
    ("heroku", "https://status.heroku.com/incidents/1918", Has::Nothing),
    ("hyperping", VENDOR, Has::Mark("https://northwind.hyperping.app/")),
    ("incidentio", VENDOR, Has::Mark("incident-io-status-page-logos")),
    ("infomaniak", "https://infomaniakstatus.com/en", Has::Nothing),
    (
        "instatus",
        VENDOR,
        Has::Mark("https://instatus.com/user-content/logo.png"),
    ),
    (
        "openstatus",
        VENDOR,
        Has::Mark("https://www.openstatus.dev/api/og/page"),
    ),
    ("oracle", "https://ocistatus.oraclecloud.com/", Has::Nothing),
    ("pagerduty", VENDOR, Has::All),
    (
        "salesforce",
        "https://status.salesforce.com/incidents/20003501",
        Has::Nothing,
    ),
    ("slack", "https://slack-status.com/2026-11/abc", Has::Nothing),
    ("sorry", VENDOR, Has::Mark("Powered by Sorry")),
    ("statuscast", VENDOR, Has::Mark("statuscast")),
    (
        "statusio",
        VENDOR,
        Has::Header("x-status-page-id", "5b36dc6502d06804c08349f7"),
    ),
    (
        "statusiq",
        VENDOR,
        Has::Mark("\"enc_statuspage_id\":\"6pAtEZh4vuwcSbQ1kRfNqg2ydYTXCmuK\""),
    ),
    ("statuspage", VENDOR, Has::Nothing),
    ("statuspal", VENDOR, Has::Mark("https://northwind.statuspal.io/")),
    (
        "upptime",
        VENDOR,
        Has::Mark("https://upptime.js.org https://github.com/northwind/upptime"),
    ),
    ("uptimekuma", VENDOR, Has::Mark("window.preloadData")),
    (
        "uptimerobot",
        VENDOR,
        Has::Mark("var pspApiPath = '/api/getMonitorList/k3Qx7Zt2Lw';"),
    ),
    ("xai", "https://status.x.ai/", Has::Nothing),
    (
        "xbox",
        "https://support.xbox.com/en-US/xbox-live-status",
        Has::Nothing,
    ),
    ("yandex", "https://status.yandex.cloud/en/dashboard", Has::Nothing),
    ("zendesk", "https://status.zendesk.com/", Has::Nothing),
];

/// How many questions are asked until a page of this platform is recognised at an address.
fn questions(key: &str, address: &str, has: Has) -> usize {
    let address = Url::parse(address).expect("it is an address");
    let reader = readers::by_key(key).expect("it is a platform");
    let documents = page(reader);
    let front: (Vec<(String, String)>, String) = match has {
        Has::Nothing => (Vec::new(), String::new()),
        Has::Mark(mark) => (Vec::new(), mark.to_owned()),
        Has::Header(name, value) => (vec![(name.to_owned(), value.to_owned())], String::new()),
        Has::All => (
            Vec::new(),
            String::from_utf8_lossy(&documents.first().expect("it has a document").1).into_owned(),
        ),
    };
    let (headers, mark) = front;
    let body =
        format!("<!doctype html><html><head><title>Northwind</title></head><body>{mark}</body></html>");
    let site = reader
        .site_at(&address)
        .or_else(|| {
            reader.site_behind(&Front {
                url: &address,
                headers: &headers,
                body: &body,
            })
        })
        .or_else(|| reader.guess(&address))
        .unwrap_or_else(|| Site::at(&address));
    let answers: BTreeMap<String, &[u8]> = reader
        .documents(&site)
        .iter()
        .filter_map(|document| {
            let (_, body) = documents.iter().find(|(name, _)| name == document.name)?;
            Some((document.url.to_string(), body.as_slice()))
        })
        .collect();
    let mut recognition = Recognition::of(&address, &[], 0x5eed);
    let mut asked = 0;
    loop {
        let url = match recognition.next_step() {
            Next::Ask(url) => url,
            Next::End(Outcome::Found(found)) => {
                assert_eq!(found.platform, key, "another platform was recognised");
                return asked;
            }
            Next::End(Outcome::Nothing(nothing)) => panic!("{key} was not recognised: {nothing}"),
        };
        asked += 1;
        let is_front = url == address || url.path() == "/";
        recognition.answer(match answers.get(url.as_str()) {
            Some(bytes) => Answer::Body {
                url: &url,
                permanent: true,
                headers: &headers,
                bytes,
            },
            None if is_front => Answer::Body {
                url: &url,
                permanent: true,
                headers: &headers,
                bytes: body.as_bytes(),
            },
            None => Answer::Status {
                url: &url,
                status: 404,
            },
        });
    }
}
