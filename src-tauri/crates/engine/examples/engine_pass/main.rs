//! The engine at work, to be measured from outside: `cargo xtask bench` drives it. Linux only, because every page has an
//! address of its own in 127.64.0.0/10.
//!
//! ```text
//! engine_pass serve DIR PAGES BYTES [tls]            stand-in pages, in a process of their own, until its input ends
//! engine_pass pass PAGES.txt DATA_DIR [ROOT.pem] [light]   an engine; one pass over all pages for each line of input
//! engine_pass latency DATA_DIR PAGES HANGING         how long an announcement takes while some hosts hang
//! engine_pass growth DATA_DIR PAGES                  bytes of database per update
//! ```
//!
//! What is to be measured is the engine as it is: [`Setup`](signalbox_engine::run::Setup) as the product has it, the
//! clock alone is driven, so that a pass need not be waited for.

#![expect(clippy::print_stdout, reason = "it tells what it measured")]

mod engine;
mod growth;
mod latency;
mod pass;
mod serve;

use std::{env, path::Path};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "engine_pass serve DIR PAGES BYTES [tls] | pass PAGES.txt DATA_DIR [ROOT.pem] [light] \
    | latency DATA_DIR PAGES HANGING | growth DATA_DIR PAGES";

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", directory, pages, bytes, options @ ..] => serve::serve(
            Path::new(directory),
            pages.parse()?,
            bytes.parse()?,
            options.contains(&"tls"),
        ),
        ["pass", pages, data, options @ ..] => {
            let root = options.iter().find(|option| **option != "light").map(Path::new);
            pass::passes(
                Path::new(pages),
                Path::new(data),
                root,
                options.contains(&"light"),
            )
        }
        ["latency", data, pages, hanging] => {
            latency::latency(Path::new(data), pages.parse()?, hanging.parse()?)
        }
        ["growth", data, pages] => growth::growth(Path::new(data), pages.parse()?),
        _ => Err(USAGE.into()),
    }
}
