//! What a process costs: time on the processor, memory, wake-ups. From Linux's accounting, without touching the process.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, ExitStatus},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use nix::{
    sys::{
        resource::{Usage, UsageWho, getrusage},
        signal::{Signal, kill},
        time::TimeValLike,
    },
    time::clock_getcpuclockid,
    unistd::Pid,
};

/// What a process that has ended has cost, with all that it started and waited for.
#[derive(Debug, Clone)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// From its start to its end.
    pub wall: Duration,
    /// On the processor, in its own code.
    pub user: Duration,
    /// On the processor, in the kernel for it.
    pub system: Duration,
    /// How often it gave up the processor to wait: each is a wake-up later.
    pub waits: u64,
    /// How often it was made to give up the processor.
    pub preemptions: u64,
}

impl Finished {
    /// Time on the processor, all in all.
    #[must_use]
    pub fn cpu(&self) -> Duration {
        self.user + self.system
    }
}

/// The kernel adds up the children that have been waited for: two ended at once could not be told apart.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Runs a command to its end and tells what it has cost, to the microsecond.
///
/// Children that are already running and go on running do not count.
///
/// # Errors
///
/// Fails when the command cannot be started. Its failing is told by its status.
pub fn run_to_end(mut command: Command) -> Result<Finished> {
    // The lock guards no data that a panic could have left half-written.
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let before = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let start = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("starting {}", command.get_program().display()))?;
    let wall = start.elapsed();
    let after = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let since = |value: fn(&Usage) -> i64| u64::try_from(value(&after) - value(&before)).unwrap_or(0);
    Ok(Finished {
        status,
        wall,
        user: Duration::from_micros(since(|usage| usage.user_time().num_microseconds())),
        system: Duration::from_micros(since(|usage| usage.system_time().num_microseconds())),
        waits: since(Usage::voluntary_context_switches),
        preemptions: since(Usage::involuntary_context_switches),
    })
}

/// A process that is running. Dropping it kills it.
#[derive(Debug)]
pub struct Running {
    child: Child,
}

/// Memory of a process, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Its own pages, and its share of those that it has in common with others (PSS).
    pub proportional: u64,
    /// Pages that only it has: what ending it would free.
    pub private: u64,
    /// All its pages in memory (RSS).
    pub resident: u64,
}

/// How often threads gave up the processor, over all threads that are alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switches {
    /// To wait: each is a wake-up later.
    pub waits: u64,
    /// Because they were made to.
    pub preemptions: u64,
}

impl Running {
    /// Starts a command.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be started.
    pub fn start(mut command: Command) -> Result<Self> {
        let child = command
            .spawn()
            .with_context(|| format!("starting {}", command.get_program().display()))?;
        Ok(Self { child })
    }

    /// The process itself, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Time on the processor so far, of all its threads, ended ones included, to the nanosecond.
    ///
    /// # Errors
    ///
    /// Fails when the process has ended.
    pub fn cpu(&self) -> Result<Duration> {
        let clock = clock_getcpuclockid(self.pid()?).context("the process's clock")?;
        Ok(clock.now().context("reading the process's clock")?.into())
    }

    /// Its memory now.
    ///
    /// # Errors
    ///
    /// Fails when the process has ended.
    pub fn memory(&self) -> Result<Memory> {
        let text = self.read("smaps_rollup")?;
        let bytes = |name: &str| field(&text, name).map(|kibibytes| kibibytes * 1024);
        Ok(Memory {
            proportional: bytes("Pss")?,
            private: bytes("Private_Clean")? + bytes("Private_Dirty")?,
            resident: bytes("Rss")?,
        })
    }

    /// How often its threads gave up the processor so far. Threads that have ended no longer count, so take the
    /// difference of two readings only where no thread has ended between them.
    ///
    /// # Errors
    ///
    /// Fails when the process has ended.
    pub fn switches(&self) -> Result<Switches> {
        let mut switches = Switches {
            waits: 0,
            preemptions: 0,
        };
        let directory = self.directory().join("task");
        for thread in fs::read_dir(&directory).with_context(|| format!("reading {}", directory.display()))? {
            // A thread may end between being listed and being read.
            let Ok(text) = fs::read_to_string(thread?.path().join("status")) else {
                continue;
            };
            switches.waits += field(&text, "voluntary_ctxt_switches")?;
            switches.preemptions += field(&text, "nonvoluntary_ctxt_switches")?;
        }
        Ok(switches)
    }

    /// How many threads it has now.
    ///
    /// # Errors
    ///
    /// Fails when the process has ended.
    pub fn threads(&self) -> Result<u64> {
        field(&self.read("status")?, "Threads")
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be signalled or waited for.
    pub fn end(mut self) -> Result<ExitStatus> {
        if self.child.try_wait()?.is_none() {
            kill(self.pid()?, Signal::SIGTERM).context("asking the process to end")?;
        }
        self.child.wait().context("waiting for the process")
    }

    fn pid(&self) -> Result<Pid> {
        Ok(Pid::from_raw(
            i32::try_from(self.child.id()).context("a process id")?,
        ))
    }

    fn directory(&self) -> PathBuf {
        PathBuf::from("/proc").join(self.child.id().to_string())
    }

    fn read(&self, name: &str) -> Result<String> {
        let path = self.directory().join(name);
        fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has already ended is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The memory of all processes of a process group together (PSS), in bytes.
///
/// # Errors
///
/// Fails when there is no process in it.
pub fn proportional_of_group(group: u32) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir("/proc").context("reading /proc")? {
        let directory = entry?.path();
        // Other files lie there too, and a process may end between being listed and being read.
        let is_member =
            fs::read_to_string(directory.join("stat")).is_ok_and(|stat| group_of(&stat) == Some(group));
        if is_member && let Ok(text) = fs::read_to_string(directory.join("smaps_rollup")) {
            sum += field(&text, "Pss")? * 1024;
        }
    }
    if sum == 0 {
        bail!("the process group {group} has ended");
    }
    Ok(sum)
}

/// The process group in a line of `/proc/…/stat`: the third field behind the name, which may hold anything.
fn group_of(stat: &str) -> Option<u32> {
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(2)?.parse().ok()
}

/// The number of a line such as `Pss:      123 kB` or `Threads: 4`, as proc(5) describes them.
fn field(text: &str, name: &str) -> Result<u64> {
    let number = text.lines().find_map(|line| {
        line.strip_prefix(name)?
            .strip_prefix(':')?
            .split_whitespace()
            .next()
    });
    match number.map(str::parse) {
        Some(Ok(number)) => Ok(number),
        Some(Err(_)) | None => bail!("the kernel tells no {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{BufRead, BufReader},
        process::Stdio,
    };

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        command
    }

    /// A process that has done what `script` says and now waits for its standard input to end.
    fn waiting(script: &str) -> Running {
        let mut running =
            Running::start(shell(&format!("{script}; echo done; read line"))).expect("sh can be started");
        let output = running.child().stdout.take().expect("its output is piped");
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .expect("it says when it is done");
        assert_eq!(line, "done\n");
        running
    }

    const WORK: &str = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";

    #[test]
    fn work_costs_something() {
        let busy = run_to_end(shell(WORK)).expect("measured");
        assert!(busy.status.success());
        // The children of other tests may be counted in; how much it is, is for the benchmarks to say.
        assert!(!busy.cpu().is_zero() && !busy.wall.is_zero(), "{busy:?}");
    }

    #[test]
    fn failing_is_told_by_the_status() {
        assert_eq!(
            run_to_end(shell("exit 3")).expect("measured").status.code(),
            Some(3)
        );
        assert!(run_to_end(Command::new("no-such-program-anywhere")).is_err());
    }

    #[test]
    fn a_running_process_is_read_while_it_runs() {
        let before = waiting("true");
        let after = waiting(WORK);
        assert!(after.cpu().expect("read") > before.cpu().expect("read"));
        assert_eq!(after.threads().expect("read"), 1);
        let memory = after.memory().expect("read");
        assert!(
            0 < memory.private && memory.private <= memory.proportional,
            "{memory:?}"
        );
        assert!(memory.proportional <= memory.resident, "{memory:?}");
        after.switches().expect("read");
    }

    #[test]
    fn a_process_ends_when_it_is_asked_to() {
        use std::os::unix::process::ExitStatusExt;
        let status = waiting("true").end().expect("ended");
        assert_eq!(status.signal(), Some(Signal::SIGTERM as i32));
    }

    #[test]
    fn a_group_has_the_memory_of_all_its_members() {
        use std::os::unix::process::CommandExt;
        let mut command = shell("sh -c 'echo done; read line; true'; read line");
        command.process_group(0);
        let mut running = Running::start(command).expect("sh can be started");
        let output = running.child().stdout.take().expect("its output is piped");
        BufReader::new(output)
            .read_line(&mut String::new())
            .expect("both run when the inner one speaks");
        let group = running.child().id();
        let alone = running.memory().expect("read").proportional;
        assert!(proportional_of_group(group).expect("read") > alone);
        running.end().expect("ended");
        assert!(proportional_of_group(u32::MAX).is_err());
    }

    #[test]
    fn a_group_is_read_behind_any_name() {
        assert_eq!(group_of("12 (a) name) S 1 34 56 0"), Some(34));
        assert_eq!(group_of("12 (name"), None);
    }

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let text =
            "Pss_Dirty:   7 kB\nPss:   12 kB\nnonvoluntary_ctxt_switches:\t3\nvoluntary_ctxt_switches:\t5\n";
        assert_eq!(field(text, "Pss").expect("there"), 12);
        assert_eq!(field(text, "voluntary_ctxt_switches").expect("there"), 5);
        assert!(field(text, "Rss").is_err());
        assert!(field("Pss: many", "Pss").is_err());
    }
}
