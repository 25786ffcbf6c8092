//! `signalbox-replay SCRIPT.toml`: plays a script of stand-in vendors until it is told to stop.

use std::{
    ffi::OsString,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use signalbox_replay::{Placement, Script, Town, TownOptions};

const USAGE: &str = "\
Plays stand-in vendors on loopback, as a script says, until SIGINT or SIGTERM.

Usage: signalbox-replay SCRIPT.toml [OPTIONS]

Each page is put at an address of its own (127.64.0.1, 127.64.0.2, ...), all on one port; where the system has
127.0.0.1 alone, at a port of its own. One line is printed for each page: its address, a tab, its name.

Options:
      --port N          Use this port for all addresses instead of a free one
      --base-port N     Put the pages at ports N, N+1, ... of 127.0.0.1
      --tls             Speak TLS, with certificates of a root that is made for this run
      --write-root FILE Write that root's certificate (PEM) to FILE, before the addresses are printed
      --json            Print a JSON object for each page instead, with the number of all pages in it
  -h, --help            Print this
  -V, --version         Print the version

Exit codes: 0 stopped by a signal, 64 usage, 65 the script is wrong, 69 an address or a file cannot be used.
";

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    script: PathBuf,
    port: Option<u16>,
    base_port: Option<u16>,
    tls: bool,
    write_root: Option<PathBuf>,
    json: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Command {
    Play(Arguments),
    Help,
    Version,
}

fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut parsed = Arguments::default();
    let mut script = None;
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let mut value = |name: &str| arguments.next().ok_or_else(|| format!("{name} needs a value"));
        let port = |name: &str, value: OsString| {
            let port = value
                .to_str()
                .and_then(|text| text.parse::<u16>().ok())
                .filter(|port| *port > 0);
            port.ok_or_else(|| format!("{name} needs a port, 1 to 65535, not {}", value.display()))
        };
        match argument.to_str() {
            Some("-h" | "--help") => return Ok(Command::Help),
            Some("-V" | "--version") => return Ok(Command::Version),
            Some(name @ "--port") => parsed.port = Some(port(name, value(name)?)?),
            Some(name @ "--base-port") => parsed.base_port = Some(port(name, value(name)?)?),
            Some(name @ "--write-root") => parsed.write_root = Some(value(name)?.into()),
            Some("--tls") => parsed.tls = true,
            Some("--json") => parsed.json = true,
            Some(option) if option.starts_with('-') => return Err(format!("unknown option {option}")),
            _ if script.is_none() => script = Some(argument.into()),
            _ => return Err("one script at a time".to_owned()),
        }
    }
    if parsed.port.is_some() && parsed.base_port.is_some() {
        return Err("--port and --base-port exclude each other".to_owned());
    }
    parsed.script = script.ok_or("which script?")?;
    Ok(Command::Play(parsed))
}

fn main() -> ExitCode {
    let arguments = match parse(std::env::args_os().skip(1)) {
        Ok(Command::Play(arguments)) => arguments,
        Ok(Command::Help) => return say(USAGE),
        Ok(Command::Version) => return say(concat!("signalbox-replay ", env!("CARGO_PKG_VERSION"), "\n")),
        Err(message) => return fail(64, &format!("{message}; see --help")),
    };
    let script = match Script::load(&arguments.script) {
        Ok(script) => script,
        Err(error) => return fail(65, &error.to_string()),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let played = match runtime {
        Ok(runtime) => runtime.block_on(play(&arguments, &script)),
        Err(error) => Err(error.into()),
    };
    match played {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(69, &error.to_string()),
    }
}

async fn play(arguments: &Arguments, script: &Script) -> Result<(), Box<dyn std::error::Error>> {
    let mut options = TownOptions {
        tls: arguments.tls,
        port: arguments.port.or(arguments.base_port).unwrap_or(0),
        kept_requests: 0,
        ..TownOptions::default()
    };
    if arguments.base_port.is_some() {
        options.placement = Placement::Port;
    }
    let stop = stop_signal()?;
    let town = Town::with(options);
    let run = script.run(&town)?;
    if let Some(file) = &arguments.write_root {
        town.write_root(file)?;
    }
    let mut out = io::stdout().lock();
    for page in run.pages() {
        if arguments.json {
            let of = run.pages().len();
            let line = serde_json::json!({ "schema": 1, "name": page.name(), "url": page.url(), "of": of });
            writeln!(out, "{line}")?;
        } else {
            writeln!(out, "{}\t{}", page.url(), page.name())?;
        }
    }
    out.flush()?;
    drop(out);
    stop.await;
    Ok(())
}

/// Completes at SIGINT or SIGTERM. Both are caught from the return of this on.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes at Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn say(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn fail(code: u8, message: &str) -> ExitCode {
    // Without a standard error there is only the exit code to say it.
    let _ = writeln!(io::stderr(), "signalbox-replay: {message}");
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn the_command_line_is_understood() {
        let expected = Arguments {
            script: "a.toml".into(),
            base_port: Some(8600),
            tls: true,
            write_root: Some("root.pem".into()),
            json: true,
            port: None,
        };
        let line = "--json a.toml --base-port 8600 --tls --write-root root.pem";
        assert_eq!(read(line), Ok(Command::Play(expected)));
        assert_eq!(read("a.toml --help"), Ok(Command::Help));
    }

    #[test]
    fn a_wrong_command_line_is_told_what_is_wrong() {
        for (line, words) in [
            ("", "which script"),
            ("a b", "one script"),
            ("a --prot 1", "unknown option --prot"),
            ("a --port", "--port needs a value"),
            ("a --port x", "not x"),
            ("a --port 0", "1 to 65535"),
            ("a --port 1 --base-port 2", "exclude each other"),
        ] {
            let error = read(line).unwrap_err();
            assert!(error.contains(words), "{line}: {error}");
        }
    }
}
