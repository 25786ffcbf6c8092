//! Shell completions and manual pages, made from the command's own words.

use std::{fs, io, path::Path};

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::args::Arguments;

/// What stands in every manual page below what clap knows.
const TAIL: &str = r#".SH "EXIT STATUS"
.TP
0
All is well, or what was asked was done. Maintenance is well.
.TP
1
\fBstatus\fR and \fBcheck\fR: a counted vendor has a problem that is not acknowledged. \fBdoctor\fR: something does not work.
.TP
2
\fBstatus\fR and \fBcheck\fR: no problem is known, but a counted vendor is unknown or stale.
.TP
64
The command was called wrongly.
.TP
65
What was given cannot be used: no page, no such incident.
.TP
69
There is no engine and no store to answer.
.TP
70
A fault of Signalbox.
.TP
74
The answer could not be written out.
.TP
78
The configuration is wrong or cannot be written.
.SH ENVIRONMENT
.TP
NO_COLOR
If set and not empty, text is not coloured unless \fB\-\-color always\fR is given.
.TP
SIGNALBOX_LOG
What to say on standard error, such as \fIinfo\fR or \fIsignalbox_engine=debug\fR.
"#;

/// The completion script for a shell.
#[must_use]
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "signalbox", &mut script);
    script
}

/// The manual page of `signalbox`, or of one of its commands; `None` if there is no such command.
///
/// # Errors
/// Where it cannot be rendered, which is a fault of ours.
pub fn page(command: Option<&str>) -> io::Result<Option<Vec<u8>>> {
    let mut whole = Arguments::command();
    whole.build();
    let named = match command {
        None => whole,
        Some(name) => match whole.find_subcommand(name) {
            Some(found) => {
                let title = format!("signalbox-{name}");
                found.clone().display_name(title)
            }
            None => return Ok(None),
        },
    };
    render(named).map(Some)
}

/// Writes the manual pages of `signalbox` and of every command that is not hidden into `directory`.
///
/// # Errors
/// Where the directory or a file cannot be written.
pub fn write(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let mut whole = Arguments::command();
    whole.build();
    let names: Vec<String> = whole
        .get_subcommands()
        .filter(|command| !command.is_hide_set() && command.get_name() != "help")
        .map(|command| command.get_name().to_owned())
        .collect();
    if let Some(text) = page(None)? {
        fs::write(directory.join("signalbox.1"), text)?;
    }
    for name in names {
        if let Some(text) = page(Some(&name))? {
            fs::write(directory.join(format!("signalbox-{name}.1")), text)?;
        }
    }
    Ok(())
}

fn render(command: clap::Command) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    Man::new(command).render(&mut text)?;
    text.extend_from_slice(TAIL.as_bytes());
    Ok(text)
}
