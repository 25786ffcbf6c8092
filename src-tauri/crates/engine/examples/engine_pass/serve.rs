//! Stand-in pages in a process of their own.

use std::{
    fs,
    io::{Read as _, stdin},
    path::Path,
};

use signalbox_replay::{HttpOptions, StatuspageBody, Town, TownOptions};
use tokio::runtime::Builder;

use crate::Failure;

/// Serves `count` pages, each of a summary of so many bytes and at an address of its own, once with validators and once
/// without. Their addresses are written to `validators.txt` and `bare.txt`, the root of their certificates to
/// `root.pem`.
pub(crate) fn serve(directory: &Path, count: usize, bytes: usize, tls: bool) -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let towns = runtime.block_on(async {
        let mut towns = Vec::new();
        for (file, http) in [
            ("validators", HttpOptions::default()),
            ("bare", HttpOptions::without_validators()),
        ] {
            let town = Town::with(TownOptions {
                tls,
                kept_requests: 0,
                ..TownOptions::default()
            });
            let mut addresses = String::new();
            for (index, page) in town.open_many(count)?.into_iter().enumerate() {
                StatuspageBody::sized(index, bytes).serve_on(&page);
                page.set_http(http.clone());
                page.compress_ahead().await;
                addresses.push_str(&page.url());
                addresses.push('\n');
            }
            fs::write(directory.join(format!("{file}.txt")), addresses)?;
            if tls {
                town.write_root(&directory.join(format!("{file}.pem")))?;
            }
            towns.push(town);
        }
        Ok::<_, Failure>(towns)
    })?;
    println!("ready");
    stdin().read_to_end(&mut Vec::new())?;
    drop(towns);
    Ok(())
}
