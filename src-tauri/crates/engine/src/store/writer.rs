//! The one thread that writes.
//!
//! Writes queue up; the thread takes what is there and commits it in one transaction, each write in a savepoint of its
//! own, so that a failing one undoes nothing but itself. Nobody is answered before the commit.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, TryRecvError},
    },
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{StoreError, Tx};

/// How many writes go into one commit at most.
const BATCH_WRITES: usize = 512;
/// How long a commit is put off for more writes at most: those before wait for it.
const BATCH_TIME: Duration = Duration::from_millis(10);

/// How the writer stands, for those who do not write themselves.
#[derive(Debug, Default)]
pub(super) struct Standing {
    retired: AtomicBool,
    trouble: Mutex<Option<StoreError>>,
}

impl Standing {
    pub(super) fn retire(&self) {
        self.retired.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_retired(&self) -> bool {
        self.retired.load(Ordering::SeqCst)
    }

    pub(super) fn trouble(&self) -> Option<StoreError> {
        self.trouble
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Notes how a commit ended: in trouble, well, or in a way that says nothing about the disk.
    fn note(&self, outcome: Option<&StoreError>) {
        let trouble = match outcome {
            None => None,
            Some(error) if error.is_of_the_disk() => Some(error.clone()),
            Some(_) => return,
        };
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

/// What the writer is asked.
pub(super) enum Message {
    Write(Box<dyn Write>),
    /// Everything before it is committed, then the store is closed as orderly as can be.
    Close(oneshot::Sender<Result<(), StoreError>>),
}

/// A queued write.
pub(super) trait Write: Send {
    /// Does the work and keeps its result; returns the failure, if it failed.
    fn run(&mut self, tx: &Tx<'_>) -> Result<(), StoreError>;
    /// Answers: with the kept result if `committed`.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Pending<F, T> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Write for Pending<F, T>
where
    F: FnOnce(&Tx<'_>) -> Result<T, StoreError> + Send,
    T: Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> Result<(), StoreError> {
        let Some(work) = self.work.take() else {
            return Err(StoreError::fault("a write was run twice"));
        };
        // The savepoint is rolled back and `work` is gone, so nothing half-done is seen afterwards.
        let result = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or_else(|panic| {
            Err(StoreError::fault(format!(
                "a write panicked: {}",
                panic_words(&*panic)
            )))
        });
        let outcome = result.as_ref().map(|_| ()).map_err(Clone::clone);
        self.result = Some(result);
        outcome
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let answer = match (self.result, committed) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(error)) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(StoreError::fault("a write was not run")),
        };
        // Whoever asked may have gone; the write stands.
        let _gone = self.reply.send(answer);
    }
}

fn panic_words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no words")
}

/// A write to queue, and where its answer will come.
pub(super) fn write<F, T>(work: F) -> (Message, oneshot::Receiver<Result<T, StoreError>>)
where
    F: FnOnce(&Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    T: Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let pending = Pending {
        work: Some(work),
        result: None,
        reply,
    };
    (Message::Write(Box::new(pending)), answer)
}

/// The writer's life: until it is asked to close, or until nobody is left to ask.
pub(super) fn run(
    conn: Connection,
    store_id: &str,
    queue: &Receiver<Message>,
    standing: &Standing,
    close: impl FnOnce(Connection) -> Result<(), StoreError>,
) {
    while let Ok(message) = queue.recv() {
        let closing = match message {
            Message::Write(first) => commit_batch(&conn, store_id, first, queue, standing),
            Message::Close(reply) => Some(reply),
        };
        if let Some(reply) = closing {
            if standing.is_retired() {
                // The exit was none of order, and the file is another engine's now.
                let _gone = reply.send(Err(StoreError::Retired));
                return;
            }
            let _gone = reply.send(close(conn));
            return;
        }
    }
}

/// Commits `first` and what else is queued. Returns a request to close that was met on the way.
fn commit_batch(
    conn: &Connection,
    store_id: &str,
    first: Box<dyn Write>,
    queue: &Receiver<Message>,
    standing: &Standing,
) -> Option<oneshot::Sender<Result<(), StoreError>>> {
    let mut closing = None;
    let mut next_write = || match queue.try_recv() {
        Ok(Message::Write(write)) => Some(write),
        Ok(Message::Close(reply)) => {
            closing = Some(reply);
            None
        }
        Err(TryRecvError::Empty | TryRecvError::Disconnected) => None,
    };
    let statement = |sql: &str| -> Result<(), StoreError> {
        conn.prepare_cached(sql)?.execute(())?;
        Ok(())
    };

    let begun = if standing.is_retired() {
        Err(StoreError::Retired)
    } else {
        statement("BEGIN IMMEDIATE")
    };
    if let Err(error) = begun {
        standing.note(Some(&error));
        // The ones behind would each wait as long for the same lock. All are taken before any is answered: what is asked
        // for after the first answer is none of them.
        let mut failed = vec![first];
        failed.extend(std::iter::from_fn(next_write));
        for write in failed {
            write.answer(Err(error.clone()));
        }
        return closing;
    }

    let tx = Tx::new(conn, store_id);
    let began = Instant::now();
    let mut done: Vec<Box<dyn Write>> = Vec::new();
    let mut next = Some(first);
    let mut outcome = Ok(());
    let mut trouble = None;
    while let Some(mut write) = next {
        let indexed = tx.unindexed();
        let ran = statement("SAVEPOINT one").and_then(|()| write.run(&tx));
        done.push(write);
        trouble = ran
            .as_ref()
            .err()
            .filter(|error| error.is_of_the_disk())
            .cloned()
            .or(trouble);
        // A full disk, for one, makes SQLite roll back everything by itself.
        if conn.is_autocommit() {
            outcome = Err(ran
                .err()
                .unwrap_or_else(|| StoreError::fault("the transaction was rolled back")));
            break;
        }
        let ended = match &ran {
            Ok(()) => statement("RELEASE one"),
            Err(_) => {
                tx.forget_unindexed(indexed);
                statement("ROLLBACK TO one").and_then(|()| statement("RELEASE one"))
            }
        };
        if let Err(error) = ended {
            outcome = Err(error);
            break;
        }
        next = if done.len() < BATCH_WRITES && began.elapsed() < BATCH_TIME {
            next_write()
        } else {
            None
        };
    }
    if outcome.is_ok() && standing.is_retired() {
        outcome = Err(StoreError::Retired);
    }
    if outcome.is_ok() {
        outcome = tx.index_words().and_then(|()| statement("COMMIT"));
    }
    standing.note(outcome.as_ref().err().or(trouble.as_ref()));
    if outcome.is_err() && !conn.is_autocommit() {
        // If even this fails, the next BEGIN does too, and says so to whoever writes.
        let _failed = statement("ROLLBACK");
    }
    for write in done {
        write.answer(outcome.clone());
    }
    closing
}
