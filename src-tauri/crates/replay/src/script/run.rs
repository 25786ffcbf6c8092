//! A script on the stage.

use std::time::Duration;

use jiff::Timestamp;
use tokio::{
    task::AbortHandle,
    time::{Instant, sleep_until},
};

use super::{Script, ScriptPage};
use crate::{
    page::Page,
    town::{ReplayError, Town},
};

/// A script that is running on pages of a town. It stops where it is when dropped; the pages stay.
#[derive(Debug)]
pub struct Run {
    pages: Vec<Page>,
    task: AbortHandle,
}

impl Run {
    /// The pages, in the script's order.
    #[must_use]
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Script {
    /// Opens the script's pages in a town, in their first states, and begins. Time is tokio's; the town's clock is
    /// read once, for the stamps in documents.
    ///
    /// # Errors
    /// A page cannot be opened.
    pub fn run(&self, town: &Town) -> Result<Run, ReplayError> {
        let started = (Instant::now(), town.now());
        let mut stage = Vec::new();
        for script in self.pages() {
            let page = town.open(script.name())?;
            page.set_http(script.http.clone());
            enact(script, &page, Duration::ZERO, started.1);
            stage.push((script.clone(), page));
        }
        let pages = stage.iter().map(|(_, page)| page.clone()).collect();
        let task = tokio::spawn(play(stage, started)).abort_handle();
        Ok(Run { pages, task })
    }
}

async fn play(stage: Vec<(ScriptPage, Page)>, (origin, started): (Instant, Timestamp)) {
    let mut elapsed = Duration::ZERO;
    // Compared with the last change, not with the clock: a change that comes late is not left out.
    while let Some(next) = stage
        .iter()
        .filter_map(|(script, _)| script.next_change(elapsed))
        .min()
    {
        sleep_until(origin + next).await;
        for (script, page) in &stage {
            if script.next_change(elapsed) == Some(next) {
                enact(script, page, next, started);
            }
        }
        elapsed = next;
    }
}

fn enact(script: &ScriptPage, page: &Page, elapsed: Duration, started: Timestamp) {
    // Every state was tried when the script was read: what is left is a clock near the end of time.
    if let Ok(scene) = script.state_at(elapsed, started, &page.url()) {
        scene.enact(page);
    }
}
