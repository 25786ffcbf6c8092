//! A program that is started with all that it will start itself, and ended with it.

use std::{
    process::{Child, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

/// How often it is looked whether a program has ended.
pub(crate) const LOOK: Duration = Duration::from_millis(100);

/// How long a program may take to end once it was asked to.
const GRACE: Duration = Duration::from_secs(10);

/// A running program and what it has started. Dropping it ends them all.
#[derive(Debug)]
pub(crate) struct Group {
    name: String,
    child: Child,
}

impl Group {
    /// Starts a command in a process group of its own: a terminal's Ctrl-C does not reach it, so that whoever started it
    /// decides in which order things end.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let name = command.get_program().display().to_string();
        let child = command.spawn().with_context(|| format!("starting {name}"))?;
        Ok(Self { name, child })
    }

    /// The id of the program and of its group.
    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The process itself, for its pipes.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.child
            .try_wait()
            .with_context(|| format!("waiting for {}", self.name))
    }

    /// Asks it to end, and makes it end where it does not.
    pub(crate) fn end(&mut self) -> Result<ExitStatus> {
        if let Some(status) = self.ended()? {
            return Ok(status);
        }
        self.signal(Severity::Ask);
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            thread::sleep(LOOK);
        }
        self.signal(Severity::Kill);
        self.child
            .wait()
            .with_context(|| format!("waiting for {}", self.name))
    }

    #[cfg(unix)]
    fn signal(&mut self, severity: Severity) {
        use nix::{
            sys::signal::{Signal, killpg},
            unistd::Pid,
        };
        let signal = match severity {
            Severity::Ask => Signal::SIGTERM,
            Severity::Kill => Signal::SIGKILL,
        };
        if let Ok(group) = i32::try_from(self.child.id()) {
            // A group that has just ended is what is wanted.
            let _ = killpg(Pid::from_raw(group), signal);
        }
    }

    #[cfg(not(unix))]
    fn signal(&mut self, _: Severity) {
        let _ = self.child.kill();
    }
}

#[derive(Debug, Clone, Copy)]
enum Severity {
    Ask,
    Kill,
}

impl Drop for Group {
    fn drop(&mut self) {
        // What a program has left running goes with it, also where the program itself has ended.
        let _ = self.end();
        self.signal(Severity::Kill);
    }
}
