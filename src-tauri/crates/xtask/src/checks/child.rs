//! A child process whose output streams through while it is read.

use std::{
    io::{self, BufRead, BufReader},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

/// How often the child is looked at while it prints nothing.
const LOOK: Duration = Duration::from_millis(100);
/// How long output may stay open after the child has ended, held by something that it started.
const LEFTOVER: Duration = Duration::from_secs(5);

/// How a child ended.
#[derive(Debug)]
pub(super) struct Ended {
    status: ExitStatus,
    stopped_at: Option<Duration>,
    output_held: bool,
}

impl Ended {
    /// What is wrong with this end: the rest of a sentence that begins with the command.
    pub(super) fn problem(&self) -> Option<String> {
        if let Some(limit) = self.stopped_at {
            return Some(format!(
                "did not end within {} s and was stopped",
                limit.as_secs()
            ));
        }
        if !self.status.success() {
            return Some(match self.status.code() {
                Some(code) => format!("ended with exit code {code}"),
                None => format!("was ended: {}", self.status),
            });
        }
        self.output_held
            .then(|| "left a process behind that keeps its output open".to_owned())
    }
}

/// Runs `command` to its end. Each line of its standard output and standard error goes to `each_line`, with its end, in
/// the order in which they were written. After `limit` the child is stopped.
///
/// # Errors
///
/// Fails when the command cannot be started or its end cannot be learnt.
pub(super) fn stream(
    mut command: Command,
    limit: Duration,
    mut each_line: impl FnMut(&[u8]),
) -> Result<Ended> {
    let (reader, writer) = io::pipe().context("making a pipe")?;
    command
        .stdin(Stdio::null())
        .stdout(writer.try_clone().context("copying a pipe")?)
        .stderr(writer);
    let own_group = set_own_group(&mut command);
    let mut child = command
        .spawn()
        .with_context(|| format!("starting {}", command.get_program().display()))?;
    let start = Instant::now();
    // The command holds the pipe's writing end: as long as it lives, the reading end sees no end.
    drop(command);

    let (lines, received) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            if lines.send(std::mem::take(&mut line)).is_err() {
                break;
            }
        }
    });

    let mut stopped_at = None;
    let mut ended: Option<(ExitStatus, Instant)> = None;
    let mut next_look = start + LOOK;
    let output_held = loop {
        match received.recv_timeout(next_look.saturating_duration_since(Instant::now())) {
            Ok(line) => each_line(&line),
            Err(RecvTimeoutError::Disconnected) => break false,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let now = Instant::now();
        if now < next_look {
            continue;
        }
        next_look = now + LOOK;
        if ended.is_none() {
            ended = child
                .try_wait()
                .context("waiting for a child")?
                .map(|status| (status, now));
        }
        match ended {
            Some((_, at)) if now.duration_since(at) > LEFTOVER => break true,
            None if stopped_at.is_none() && now.duration_since(start) > limit => {
                stopped_at = Some(limit);
                stop(&mut child, own_group);
            }
            Some(_) | None => {}
        }
    };
    let status = match ended {
        Some((status, _)) => status,
        None => child.wait().context("waiting for a child")?,
    };
    Ok(Ended {
        status,
        stopped_at,
        output_held,
    })
}

/// Gives the child a process group of its own, so that all it starts can be stopped with it. Not on a terminal, where
/// Ctrl-C has to reach it.
#[cfg(unix)]
fn set_own_group(command: &mut Command) -> bool {
    use std::{io::IsTerminal, os::unix::process::CommandExt};
    let alone = !io::stdin().is_terminal();
    if alone {
        command.process_group(0);
    }
    alone
}

#[cfg(not(unix))]
fn set_own_group(_: &mut Command) -> bool {
    false
}

#[cfg(unix)]
fn stop(child: &mut Child, own_group: bool) {
    use nix::{sys::signal, unistd::Pid};
    if own_group && let Ok(group) = i32::try_from(child.id()) {
        let _ = signal::killpg(Pid::from_raw(group), signal::Signal::SIGKILL);
    } else {
        let _ = child.kill();
    }
}

#[cfg(not(unix))]
fn stop(child: &mut Child, _: bool) {
    let _ = child.kill();
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn streamed(script: &str, limit: Duration) -> (Vec<String>, Ended) {
        let mut lines = Vec::new();
        let ended = stream(shell(script), limit, |line| {
            lines.push(String::from_utf8_lossy(line).into_owned());
        })
        .expect("sh can be started");
        (lines, ended)
    }

    #[test]
    fn both_outputs_arrive_in_the_order_in_which_they_were_written() {
        let (lines, ended) = streamed("echo one; echo two >&2; echo three; printf four >&2", PATIENCE);
        assert_eq!(lines, ["one\n", "two\n", "three\n", "four"]);
        assert_eq!(ended.problem(), None);
    }

    #[test]
    fn a_failure_is_told_with_its_exit_code() {
        let (_, ended) = streamed("exit 3", PATIENCE);
        assert_eq!(ended.problem().as_deref(), Some("ended with exit code 3"));
    }

    #[test]
    fn a_signal_is_told_too() {
        let (_, ended) = streamed("kill -9 $$", PATIENCE);
        assert!(
            ended
                .problem()
                .is_some_and(|problem| problem.contains("signal: 9"))
        );
    }

    #[test]
    fn a_child_that_hangs_is_stopped() {
        // `exec`, because on a terminal only the child itself is stopped, not what it started.
        let (lines, ended) = streamed("echo before; exec sleep 600", Duration::from_millis(50));
        assert_eq!(lines, ["before\n"]);
        assert!(
            ended
                .problem()
                .is_some_and(|problem| problem.contains("did not end"))
        );
    }

    #[test]
    fn output_that_is_no_text_is_no_obstacle() {
        let (lines, ended) = streamed(r"printf '\377\376\nnext\r\n'", PATIENCE);
        assert_eq!(lines, ["\u{fffd}\u{fffd}\n", "next\r\n"]);
        assert_eq!(ended.problem(), None);
    }
}
