//! The one thread that writes.
//!
//! Writes queue up; the thread takes what is there and commits it in one transaction, each write in a savepoint of its
//! own, so that a failing one undoes nothing but itself. Nobody is answered before the commit.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, TryRecvError},
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{StoreError, Tx};

/// How many writes go into one commit at most.
const BATCH_WRITES: usize = 512;
/// How long a commit is put off for more writes at most: those before wait for it.
const BATCH_TIME: Duration = Duration::from_millis(10);

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
    close: impl FnOnce(Connection) -> Result<(), StoreError>,
) {
    while let Ok(message) = queue.recv() {
        let closing = match message {
            Message::Write(first) => commit_batch(&conn, store_id, first, queue),
            Message::Close(reply) => Some(reply),
        };
        if let Some(reply) = closing {
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

    if let Err(error) = statement("BEGIN IMMEDIATE") {
        // The ones behind would each wait as long for the same lock.
        let mut failed = Some(first);
        while let Some(write) = failed {
            write.answer(Err(error.clone()));
            failed = next_write();
        }
        return closing;
    }

    let tx = Tx::new(conn, store_id);
    let began = Instant::now();
    let mut done: Vec<Box<dyn Write>> = Vec::new();
    let mut next = Some(first);
    let mut outcome = Ok(());
    while let Some(mut write) = next {
        let indexed = tx.unindexed();
        let ran = statement("SAVEPOINT one").and_then(|()| write.run(&tx));
        done.push(write);
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
    if outcome.is_ok() {
        outcome = tx.index_words().and_then(|()| statement("COMMIT"));
    }
    if outcome.is_err() && !conn.is_autocommit() {
        // If even this fails, the next BEGIN does too, and says so to whoever writes.
        let _failed = statement("ROLLBACK");
    }
    for write in done {
        write.answer(outcome.clone());
    }
    closing
}
