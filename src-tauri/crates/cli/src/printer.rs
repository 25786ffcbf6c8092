//! Writes what a watch has to say, on a thread of its own: a terminal that was stopped or a pipe that nobody empties
//! holds up neither the engine nor its listener.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::mpsc::{self, Receiver, Sender},
    thread,
    time::Duration,
};

use jiff::Timestamp;
use signalbox_channels::{Announcement, Channel, Outcome};
use signalbox_engine::{clock::SharedClock, watch::Event};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::backend::WatchOutput;

/// The channel's name: what is owed is kept under it.
const NAME: &str = "standard-output";

/// So long the last words may take.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The hand that writes. Clones write in turn.
#[derive(Clone)]
pub(crate) struct Printer {
    jobs: Sender<Job>,
    clock: SharedClock,
}

enum Job {
    Tell(Event),
    Announce(Box<Announcement>, Timestamp, oneshot::Sender<io::Result<()>>),
    Over(Sender<()>),
}

impl Printer {
    /// Begins to write to `output`. Where nothing can be written any more, `stop` is cancelled.
    pub(crate) fn start(
        output: WatchOutput,
        clock: SharedClock,
        stop: CancellationToken,
    ) -> io::Result<Self> {
        let (jobs, todo) = mpsc::channel();
        thread::Builder::new()
            .name("signalbox-print".to_owned())
            .spawn(move || write(output, &todo, &stop))?;
        Ok(Self { jobs, clock })
    }

    /// Says what happens to watching itself.
    pub(crate) fn tell(&self, event: Event) {
        let _over = self.jobs.send(Job::Tell(event));
    }

    /// Returns once everything has been written, or a moment later.
    pub(crate) fn finish(&self) {
        let (done, wait) = mpsc::channel();
        if self.jobs.send(Job::Over(done)).is_ok() {
            let _late = wait.recv_timeout(LAST_WORDS);
        }
    }
}

fn write(mut output: WatchOutput, todo: &Receiver<Job>, stop: &CancellationToken) {
    let mut last_key: Option<String> = None;
    while let Ok(job) = todo.recv() {
        let written = match job {
            Job::Tell(event) => output.tell(&event),
            // An engine that took another's place delivers again what the other one could not record any more.
            Job::Announce(announcement, _, answer) if last_key.as_ref() == Some(&announcement.key) => {
                let _gone = answer.send(Ok(()));
                Ok(())
            }
            Job::Announce(announcement, now, answer) => {
                let written = output.announce(&announcement, now);
                if written.is_ok() {
                    last_key = Some(announcement.key);
                }
                let copy = written
                    .as_ref()
                    .copied()
                    .map_err(|error| io::Error::new(error.kind(), error.to_string()));
                let _gone = answer.send(copy);
                written
            }
            Job::Over(done) => {
                let _gone = done.send(());
                Ok(())
            }
        };
        if written.is_err() {
            stop.cancel();
        }
    }
}

impl Channel for Printer {
    fn name(&self) -> &str {
        NAME
    }

    fn deliver<'a>(
        &'a self,
        announcement: &'a Announcement,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>> {
        let (answer, written) = oneshot::channel();
        let job = Job::Announce(Box::new(announcement.clone()), self.clock.now(), answer);
        let asked = self.jobs.send(job).is_ok();
        Box::pin(async move {
            match written.await {
                Ok(Ok(())) if asked => Outcome::Delivered,
                // Nobody reads any more: it stays owed, and is delivered when somebody watches again.
                Ok(Err(error)) => Outcome::Retry {
                    after: None,
                    reason: format!("standard output: {error}"),
                },
                Ok(Ok(())) | Err(_) => Outcome::Retry {
                    after: None,
                    reason: "standard output is not written any more".to_owned(),
                },
            }
        })
    }
}
