//! The SQLite store: what is known, on two time axes.
//!
//! Every fact carries the vendor's time and *recorded at*. Vendors' words are append-only: a change of an event or of
//! an update is a new row of `event_revision` or `update_revision`, never a changed one. Health is kept as spans that
//! change only on change, and coverage rows say when a page was really being observed.
//!
//! One thread writes ([`Store::write`]); reads go beside it on connections of their own ([`Store::read`]). Only this
//! module knows SQL. Writes are methods of [`Tx`], reads methods of [`View`], each in the file of its concern.

mod component;
mod copies;
mod coverage;
mod document;
mod error;
mod event;
mod left;
mod load;
mod meta;
mod migrate;
mod mute;
mod open;
mod outbox;
mod page;
mod pause;
mod pool;
mod queries;
mod record;
mod schedule;
mod update;
mod value;
mod view;
mod words;
mod writer;

#[cfg(test)]
mod tests;

pub use component::ComponentRow;
pub use coverage::Part;
pub use document::DocumentRow;
pub use error::StoreError;
pub use event::{EventFacts, EventId, EventKind, EventRow};
pub use mute::{Mute, UNTIL_LIFTED};
pub use open::{Integrity, OpenNotice};
pub use outbox::{Batch, Owed, OwedState};
pub use page::{PageId, PageRow, PollRow};
pub use pause::Pause;
pub use queries::{
    AboutThen, ComponentUptime, EventDetail, EventRevisionRow, Find, HistoryCursor, HistoryFilter,
    HistoryPage, KnownThen, PageWord, StatusRow, UpdateRevisionRow, UpdateRow,
};
pub use record::Wording;
pub use schedule::{SyncedWatches, WatchRow};
pub use view::{Tx, View};

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, TryLockError, mpsc},
    thread,
};

use jiff::Timestamp;
use tokio::sync::oneshot;

use self::{
    pool::Pool,
    writer::{Message, Standing},
};

/// The store of one data directory. Clones are the same store.
///
/// Dropping it without [`Store::close`] loses nothing that was answered, but counts as an unclean exit.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    dir: PathBuf,
    id: String,
    pool: Arc<Pool>,
    /// `None` where the store was opened to be read only.
    queue: Option<mpsc::Sender<Message>>,
    integrity: Arc<Mutex<Integrity>>,
    standing: Arc<Standing>,
    /// Held while the daily copy is being made, which may take longer than it takes until it is asked for again.
    copying: Mutex<()>,
}

impl Store {
    /// Opens the store in `dir` to be read and written, and starts its writer. Makes directory and file where there
    /// are none, brings an older file to the present format after copying it, and sets a broken one aside. What the
    /// person should know of that is told in the notices.
    ///
    /// After an unclean exit the file is examined in the background, see [`Store::integrity`].
    ///
    /// # Errors
    /// [`StoreError::TooNew`], [`StoreError::Locked`], [`StoreError::ReadOnly`], [`StoreError::Full`] or
    /// [`StoreError::Io`]. A broken file is none: it is set aside.
    pub fn open(dir: &Path, now: Timestamp) -> Result<(Self, Vec<OpenNotice>), StoreError> {
        let opened = open::open(dir, now, migrate::MIGRATIONS)?;
        let pool = Arc::new(Pool::new(opened.readers));
        let integrity = Arc::new(Mutex::new(Integrity::NotExamined));
        let (queue, messages) = mpsc::channel();
        let writer_pool = Arc::clone(&pool);
        let id = opened.store_id.clone();
        let standing = Arc::new(Standing::default());
        let writers_standing = Arc::clone(&standing);
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                writer::run(opened.writer, &id, &messages, &writers_standing, |conn| {
                    writer_pool.close();
                    open::close(conn)
                });
            })
            .map_err(|error| StoreError::io("starting the store's writer", &error))?;
        let store = Self {
            inner: Arc::new(Inner {
                dir: dir.to_owned(),
                id: opened.store_id,
                pool,
                queue: Some(queue),
                integrity,
                standing,
                copying: Mutex::default(),
            }),
        };
        if opened.unclean {
            store.examine()?;
        }
        Ok((store, opened.notices))
    }

    /// Opens the store in `dir` to be read only, whether or not an engine is writing to it. Every write is answered with
    /// [`StoreError::ReadOnly`].
    ///
    /// # Errors
    /// [`StoreError::Missing`] where there is none; [`StoreError::TooNew`], [`StoreError::TooOld`],
    /// [`StoreError::Corrupt`], [`StoreError::Io`].
    pub fn open_read_only(dir: &Path) -> Result<Self, StoreError> {
        let (reader, id) = open::open_read_only(dir, migrate::MIGRATIONS)?;
        Ok(Self {
            inner: Arc::new(Inner {
                dir: dir.to_owned(),
                id,
                pool: Arc::new(Pool::new(vec![reader])),
                queue: None,
                integrity: Arc::new(Mutex::new(Integrity::NotExamined)),
                standing: Arc::default(),
                copying: Mutex::default(),
            }),
        })
    }

    /// The store's own identifier: 64 random bits in hexadecimal, made with the file.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// Does `work` in a transaction; answers after the commit. Writes are done in the order in which they were asked
    /// for. If `work` fails or panics, nothing of it is recorded.
    ///
    /// # Errors
    /// What `work` failed with, or why it could not be committed.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        F: FnOnce(&Tx<'_>) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let answer = self.queue(work)?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// [`Store::write`] for a thread that may block; never call it from async code.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        F: FnOnce(&Tx<'_>) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let answer = self.queue(work)?;
        answer.blocking_recv().unwrap_or(Err(StoreError::Closed))
    }

    fn queue<T, F>(&self, work: F) -> Result<oneshot::Receiver<Result<T, StoreError>>, StoreError>
    where
        F: FnOnce(&Tx<'_>) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let Some(queue) = &self.inner.queue else {
            return Err(StoreError::ReadOnly {
                detail: Some("it was opened to be read only".to_owned()),
            });
        };
        if self.inner.standing.is_retired() {
            return Err(StoreError::Retired);
        }
        let (message, answer) = writer::write(work);
        queue.send(message).map_err(|_| StoreError::Closed)?;
        Ok(answer)
    }

    /// Reads on a blocking thread of the runtime. Everything read is of the same moment, and sees every write that was
    /// answered before.
    ///
    /// # Errors
    /// What `read` failed with.
    pub async fn read<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        F: FnOnce(&View<'_>) -> Result<T, StoreError> + Send + 'static,
        T: Send + 'static,
    {
        let pool = Arc::clone(&self.inner.pool);
        tokio::task::spawn_blocking(move || pool.read(read))
            .await
            .unwrap_or_else(|error| Err(StoreError::fault(format!("a read failed: {error}"))))
    }

    /// [`Store::read`] on this thread; takes some ten microseconds and what the query takes.
    ///
    /// # Errors
    /// What `read` failed with.
    pub fn read_blocking<T>(
        &self,
        read: impl FnOnce(&View<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.inner.pool.read(read)
    }

    /// What the examination after an unclean exit has found so far.
    #[must_use]
    pub fn integrity(&self) -> Integrity {
        self.inner
            .integrity
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Nothing is written through this store, or a clone of it, any more: every write, one that is under way too, is
    /// answered with [`StoreError::Retired`] and undone. For an engine that stopped by itself and whose place another
    /// one takes, so that whatever is still stuck in it cannot come back and write.
    pub fn retire(&self) {
        self.inner.standing.retire();
    }

    /// Why nothing can be recorded at this moment: what the last write met of a full disk, a lock of another program, a
    /// directory that cannot be written. `None` as soon as a write has succeeded.
    #[must_use]
    pub fn trouble(&self) -> Option<StoreError> {
        self.inner.standing.trouble()
    }

    /// Examines the file in the background.
    fn examine(&self) -> Result<(), StoreError> {
        let set = |integrity: &Mutex<Integrity>, found: Integrity| {
            *integrity.lock().unwrap_or_else(PoisonError::into_inner) = found;
        };
        set(&self.inner.integrity, Integrity::Examining);
        // Weak: the examination must not keep a store alive that everybody else has dropped.
        let (path, inner) = (open::file(&self.inner.dir), Arc::downgrade(&self.inner));
        thread::Builder::new()
            .name("store-examination".to_owned())
            .spawn(move || {
                let found = open::examine(&path);
                let Some(inner) = inner.upgrade() else { return };
                let store = Self { inner };
                if let Integrity::Damaged { detail } = &found {
                    // So that the next start sets the file aside. If not even this can be written, the next
                    // start examines it again: this run's exit will hardly be clean.
                    let detail = detail.clone();
                    let _noted = store.write_blocking(move |tx| tx.note_damage(&detail));
                }
                set(&store.inner.integrity, found);
            })
            .map_err(|error| StoreError::io("starting the store's examination", &error))?;
        Ok(())
    }

    /// Makes the daily copy, if today's (in UTC) is missing and is not being made already:
    /// `copies/signalbox-YYYY-MM-DD.db`, two kept. Returns where it is if one was made. Blocks for as long as copying takes, but neither reads nor writes wait for it.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::ReadOnly`], [`StoreError::Io`]; the store itself is unharmed.
    pub fn copy_if_due_blocking(&self, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
        let _turn = match self.inner.copying.try_lock() {
            Ok(turn) => turn,
            Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(None),
        };
        let folder = open::copies_folder(&self.inner.dir);
        let copy = copies::todays(&folder, now);
        if copy.exists() {
            return Ok(None);
        }
        copies::copy(&open::reader(&open::file(&self.inner.dir))?, &copy)?;
        copies::prune(&folder, now)?;
        Ok(Some(copy))
    }

    /// [`Store::copy_if_due_blocking`] on a blocking thread of the runtime.
    ///
    /// # Errors
    /// As [`Store::copy_if_due_blocking`].
    pub async fn copy_if_due(&self, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.copy_if_due_blocking(now))
            .await
            .unwrap_or_else(|error| Err(StoreError::fault(format!("the daily copy failed: {error}"))))
    }

    /// Commits what is queued, then closes the store in order: the next start finds a clean exit and an empty log.
    /// Every later call is answered with [`StoreError::Closed`].
    ///
    /// # Errors
    /// Where closing could not be completed; nothing that was answered is lost by that.
    pub async fn close(&self) -> Result<(), StoreError> {
        match self.ask_to_close()? {
            Some(answer) => answer.await.unwrap_or(Err(StoreError::Closed)),
            None => Ok(()),
        }
    }

    /// [`Store::close`] for a thread that may block; never call it from async code.
    ///
    /// # Errors
    /// As [`Store::close`].
    pub fn close_blocking(&self) -> Result<(), StoreError> {
        match self.ask_to_close()? {
            Some(answer) => answer.blocking_recv().unwrap_or(Err(StoreError::Closed)),
            None => Ok(()),
        }
    }

    fn ask_to_close(&self) -> Result<Option<oneshot::Receiver<Result<(), StoreError>>>, StoreError> {
        let Some(queue) = &self.inner.queue else {
            self.inner.pool.close();
            return Ok(None);
        };
        let (reply, answer) = oneshot::channel();
        queue
            .send(Message::Close(reply))
            .map_err(|_| StoreError::Closed)?;
        Ok(Some(answer))
    }
}
