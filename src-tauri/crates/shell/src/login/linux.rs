//! A desktop entry in the person's autostart directory, as the Desktop Application Autostart Specification has it.

use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use super::{HIDDEN, program};
use crate::APP_ID;

/// Whether Signalbox starts at login, as the entry says.
pub(super) struct Entry {
    file: PathBuf,
    entry: String,
}

impl Entry {
    /// The entry for this program, started with `arguments` beside `--hidden`. One that exists is brought up to date: the
    /// program may have moved.
    ///
    /// # Errors
    /// Where this person has no home, or this program no file.
    pub(super) fn new(arguments: &[String]) -> io::Result<Self> {
        let base = directories::BaseDirs::new()
            .ok_or_else(|| io::Error::new(ErrorKind::NotFound, "the home directory is not known"))?;
        let entry = Self::within(base.config_dir(), &program()?, arguments);
        if entry.is_on() {
            entry.write()?;
        }
        Ok(entry)
    }

    fn within(config: &Path, program: &Path, arguments: &[String]) -> Self {
        let words: Vec<String> = [program.to_string_lossy().as_ref(), HIDDEN]
            .into_iter()
            .chain(arguments.iter().map(String::as_str))
            .map(quoted)
            .collect();
        Self {
            file: config.join("autostart").join(format!("{APP_ID}.desktop")),
            entry: format!(
                "[Desktop Entry]\nType=Application\nVersion=1.0\nName=Signalbox\nComment=Watches the status pages of your \
                 vendors, from the tray\nIcon={APP_ID}\nExec={}\nTerminal=false\nStartupNotify=false\n",
                words.join(" ")
            ),
        }
    }

    /// Whether it does. An entry that a desktop's settings have switched off counts as none.
    pub(super) fn is_on(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|entry| {
            !entry.lines().any(|line| {
                let line: String = line.split_whitespace().collect();
                line == "Hidden=true" || line == "X-GNOME-Autostart-enabled=false"
            })
        })
    }

    /// Makes it so, or not.
    ///
    /// # Errors
    /// Where the entry cannot be written or removed.
    pub(super) fn set(&self, on: bool) -> io::Result<()> {
        if on {
            return self.write();
        }
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn write(&self) -> io::Result<()> {
        if let Some(dir) = self.file.parent() {
            fs::create_dir_all(dir)?;
        }
        fs::write(&self.file, &self.entry)
    }
}

/// One argument as the Desktop Entry Specification quotes it, and as its string values are escaped once more.
fn quoted(argument: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@+,".contains(letter);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    let mut quoted = String::from("\"");
    for letter in argument.chars() {
        match letter {
            '"' | '`' | '$' => {
                quoted.push_str("\\\\");
                quoted.push(letter);
            }
            '\\' => quoted.push_str("\\\\\\\\"),
            '%' => quoted.push_str("%%"),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(config: &Path, arguments: &[&str]) -> Entry {
        let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
        Entry::within(config, Path::new("/opt/Signal Box/signalbox-desktop"), &arguments)
    }

    #[test]
    fn it_is_off_until_it_is_switched_on_and_off_again_afterwards() {
        let dir = tempfile::tempdir().unwrap();
        let login = entry(dir.path(), &[]);
        assert!(!login.is_on());
        login.set(false).unwrap();
        login.set(true).unwrap();
        assert!(login.is_on());
        login.set(false).unwrap();
        assert!(!login.is_on());
    }

    #[test]
    fn the_program_is_started_hidden_whatever_its_path_looks_like() {
        let dir = tempfile::tempdir().unwrap();
        let login = entry(dir.path(), &["--data-dir", "/home of/50% \"me\"\\$x"]);
        login.set(true).unwrap();
        let entry = fs::read_to_string(dir.path().join("autostart/dev.signalbox.Signalbox.desktop")).unwrap();
        let line = entry.lines().find(|line| line.starts_with("Exec=")).unwrap();
        assert_eq!(
            line,
            r#"Exec="/opt/Signal Box/signalbox-desktop" --hidden --data-dir "/home of/50%% \\"me\\"\\\\\\$x""#
        );
    }

    #[test]
    fn an_entry_that_the_desktops_settings_switched_off_counts_as_off() {
        let dir = tempfile::tempdir().unwrap();
        let login = entry(dir.path(), &[]);
        for line in ["Hidden=true", "X-GNOME-Autostart-enabled=false"] {
            login.set(true).unwrap();
            let entry = fs::read_to_string(&login.file).unwrap();
            fs::write(&login.file, format!("{entry}{line}\n")).unwrap();
            assert!(!login.is_on(), "{line}");
        }
    }
}
