//! What reading the built-in list takes, and what a search over the whole of it takes: the median of the questions, and the
//! slowest of them. Each question's time is the median of its repetitions.
//!
//! `cargo run --release -p signalbox-catalog --example search_latency`

#![expect(clippy::print_stdout, reason = "it tells what it measured")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use signalbox_catalog::Catalogue;

const LIST: &str = include_str!("../vendors.tsv");
const REPETITIONS: usize = 41;
/// As many as a box of suggestions or a page of a terminal shows.
const LIMIT: usize = 20;

/// Typed letter by letter, each a question of its own.
const TYPED: [&str; 4] = [
    "cloudflare",
    "amazon web services",
    "datadog",
    "status.openai.com",
];

/// Names, slips, addresses, and what nobody is called.
const WHOLE: [&str; 14] = [
    "github",
    "git hub",
    "chatgpt",
    "githb",
    "datadgo",
    "salesfroce",
    "gogle cloud",
    "stripe.com",
    "https://www.githubstatus.com/incidents/abc123",
    "is stripe down",
    "google",
    "zürich",
    "qqqqqqqqwwwwwwww",
    "strange and unknown words of a long question",
];

fn main() {
    let reading = median(|| drop(black_box(Catalogue::parse(black_box(LIST)))));
    let catalogue = Catalogue::built_in();
    let typed = TYPED.iter().flat_map(|name| {
        name.char_indices()
            .map(move |(end, last)| &name[..end + last.len_utf8()])
    });
    let mut searches: Vec<Duration> = typed
        .chain(WHOLE)
        .map(|words| median(|| drop(black_box(catalogue.search(black_box(words), LIMIT)))))
        .collect();
    searches.sort_unstable();
    let middle = searches.get(searches.len() / 2).copied().unwrap_or_default();
    let slowest = searches.last().copied().unwrap_or_default();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    println!("reading: median {:.4} ms", milliseconds(reading));
    println!(
        "search: median {:.4} ms, slowest {:.4} ms",
        milliseconds(middle),
        milliseconds(slowest)
    );
}

/// The median of some repetitions.
fn median(mut what: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..REPETITIONS)
        .map(|_| {
            let begin = Instant::now();
            what();
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(REPETITIONS / 2).copied().unwrap_or_default()
}
