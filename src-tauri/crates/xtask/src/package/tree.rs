//! The files of a package, laid out as they will lie on the machine.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result, ensure};

use super::output;
use crate::{icons, project::empty_directory};

/// A program that another one starts.
pub(super) const WINDOW: &str = "usr/lib/signalbox/signalbox-window";

/// The directory of what the package says of itself, which is not installed.
const CONTROL: &str = "DEBIAN";

/// A tree of files.
pub(super) struct Tree {
    root: PathBuf,
    changed_at: SystemTime,
}

impl Tree {
    /// An empty tree, whose files all bear the same time, in seconds since 1970.
    pub(super) fn empty(root: &Path, changed_at: u64) -> Result<Self> {
        empty_directory(root)?;
        Ok(Self {
            root: root.to_owned(),
            changed_at: SystemTime::UNIX_EPOCH + Duration::from_secs(changed_at),
        })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// A file's place, in a directory that exists.
    fn place(&self, path: &str) -> Result<PathBuf> {
        let place = self.root.join(path);
        if let Some(directory) = place.parent() {
            fs::create_dir_all(directory).with_context(|| format!("making {}", directory.display()))?;
        }
        Ok(place)
    }

    /// Puts a copy of a file at a path.
    pub(super) fn file(&self, from: &Path, path: &str) -> Result<()> {
        fs::copy(from, self.place(path)?).with_context(|| format!("copying {}", from.display()))?;
        Ok(())
    }

    /// Puts a text at a path.
    pub(super) fn text(&self, text: &str, path: &str) -> Result<()> {
        fs::write(self.place(path)?, text).with_context(|| format!("writing {path}"))
    }

    /// Puts something at a path with `.gz` behind it, compressed without its name and time.
    pub(super) fn compressed(&self, content: &[u8], path: &str) -> Result<()> {
        let place = self.place(&format!("{path}.gz"))?;
        let file = fs::File::create(&place).with_context(|| format!("writing {}", place.display()))?;
        let mut child = Command::new("gzip")
            .args(["-n", "-9"])
            .stdin(Stdio::piped())
            .stdout(file)
            .spawn()
            .context("starting gzip")?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(content).context("handing something to gzip")?;
        }
        let status = child.wait().context("waiting for gzip")?;
        ensure!(status.success(), "gzip: {status}");
        Ok(())
    }

    /// Puts a program at a path, without what only a debugger wants.
    pub(super) fn program(&self, from: &Path, path: &str) -> Result<()> {
        self.file(from, path)?;
        output(
            Command::new("strip")
                .arg("--strip-unneeded")
                .arg(self.root.join(path)),
        )?;
        Ok(())
    }

    /// The programs in it.
    pub(super) fn programs(&self) -> Result<Vec<PathBuf>> {
        self.paths().map(|paths| {
            let programs = paths.into_iter().filter(|path| is_program(path));
            programs.map(|path| self.root.join(path)).collect()
        })
    }

    /// Puts the icons where desktops look for them.
    pub(super) fn icons(&self, from: &Path, name: &str) -> Result<()> {
        for size in icons::SIZES {
            let file = from.join(icons::Form::Png(size).file_name());
            self.file(
                &file,
                &format!("usr/share/icons/hicolor/{size}x{size}/apps/{name}.png"),
            )?;
        }
        self.file(
            &from.join(icons::SOURCE),
            &format!("usr/share/icons/hicolor/scalable/apps/{name}.svg"),
        )
    }

    /// Puts the completion scripts, which the command prints itself, where shells look for them.
    pub(super) fn completions(&self, command: &Path) -> Result<()> {
        for (shell, path) in [
            ("bash", "usr/share/bash-completion/completions/signalbox"),
            ("zsh", "usr/share/zsh/vendor-completions/_signalbox"),
            ("fish", "usr/share/fish/vendor_completions.d/signalbox.fish"),
        ] {
            let script = output(Command::new(command).args(["completions", shell]))?;
            ensure!(!script.is_empty(), "there is no completion script for {shell}");
            self.text(&script, path)?;
        }
        Ok(())
    }

    /// Puts the manual pages, those of the command line as it writes them itself, where `man` looks for them.
    pub(super) fn manual(&self, command: &Path, desktop: &Path) -> Result<()> {
        let directory = self.root.with_extension("manual");
        empty_directory(&directory)?;
        output(Command::new(command).args(["man", "--dir"]).arg(&directory))?;
        let mut pages = vec![desktop.to_owned()];
        for entry in fs::read_dir(&directory).with_context(|| format!("reading {}", directory.display()))? {
            pages.push(entry?.path());
        }
        ensure!(pages.len() > 1, "the command wrote no manual page");
        for page in pages {
            let name = page
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let content = fs::read(&page).with_context(|| format!("reading {}", page.display()))?;
            self.compressed(&content, &format!("usr/share/man/man1/{name}"))?;
        }
        Ok(())
    }

    /// The paths of all files that are installed, in order.
    pub(super) fn paths(&self) -> Result<Vec<String>> {
        files(&self.root)
    }

    /// The room that it takes on the machine, as the policy has it counted: each file rounded up to whole KiB.
    pub(super) fn kibibytes(&self) -> Result<u64> {
        let mut sum = 0;
        for path in self.paths()? {
            let path = self.root.join(path);
            let size = fs::metadata(&path).with_context(|| format!("looking at {}", path.display()))?;
            sum += size.len().div_ceil(1024);
        }
        Ok(sum)
    }

    /// A line for each installed file, as `md5sum --check` reads it.
    pub(super) fn checksums(&self) -> Result<String> {
        let mut command = Command::new("md5sum");
        command.current_dir(&self.root).arg("--").args(self.paths()?);
        output(&mut command)
    }

    /// Gives everything the permissions and the time that it has in the package.
    pub(super) fn settle(&self) -> Result<()> {
        let mut all = below(&self.root)?;
        all.push(PathBuf::new());
        for relative in all {
            let path = self.root.join(&relative);
            let is_open = path.is_dir() || is_program(&relative.to_string_lossy());
            set_mode(&path, if is_open { 0o755 } else { 0o644 })
                .and_then(|()| fs::File::open(&path)?.set_modified(self.changed_at))
                .with_context(|| format!("settling {}", path.display()))?;
        }
        Ok(())
    }
}

/// The paths of all files of a tree that are installed, in order.
pub(super) fn files(root: &Path) -> Result<Vec<String>> {
    let mut paths: Vec<String> = below(root)?
        .into_iter()
        .filter(|path| !path.starts_with(CONTROL) && root.join(path).is_file())
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    paths.sort();
    Ok(paths)
}

fn is_program(path: &str) -> bool {
    path.starts_with("usr/bin/") || path == WINDOW
}

/// All files and directories below one, relative to it, what is inside a directory before the directory itself.
fn below(root: &Path) -> Result<Vec<PathBuf>> {
    fn look(root: &Path, directory: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
        let full = root.join(directory);
        for entry in fs::read_dir(&full).with_context(|| format!("reading {}", full.display()))? {
            let entry = entry?;
            let path = directory.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                look(root, &path, found)?;
            }
            found.push(path);
        }
        Ok(())
    }
    let mut found = Vec::new();
    look(root, Path::new(""), &mut found)?;
    Ok(found)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn tree(directory: &Path) -> Tree {
        let tree = Tree::empty(&directory.join("tree"), 1_700_000_000).expect("made");
        tree.text("#!/bin/sh\n", "usr/bin/tool").expect("written");
        tree.text(&"x".repeat(1025), "usr/share/doc/tool/words")
            .expect("written");
        tree.text("Package: tool\n", "DEBIAN/control").expect("written");
        tree
    }

    #[test]
    fn what_is_installed_is_counted_and_what_is_said_of_it_is_not() {
        let directory = tempfile::tempdir().expect("a directory");
        let tree = tree(directory.path());
        assert_eq!(
            tree.paths().expect("listed"),
            ["usr/bin/tool", "usr/share/doc/tool/words"]
        );
        assert_eq!(tree.kibibytes().expect("counted"), 1 + 2);
        assert_eq!(
            tree.programs().expect("listed"),
            [tree.root().join("usr/bin/tool")]
        );
    }

    #[test]
    fn everything_gets_the_same_time_and_the_permissions_of_what_it_is() {
        let directory = tempfile::tempdir().expect("a directory");
        let tree = tree(directory.path());
        tree.settle().expect("settled");
        for (path, mode) in [
            ("", 0o755),
            ("usr", 0o755),
            ("usr/bin/tool", 0o755),
            ("usr/share/doc/tool/words", 0o644),
            ("DEBIAN/control", 0o644),
        ] {
            let found = fs::metadata(tree.root().join(path)).expect("there");
            assert_eq!(found.permissions().mode() & 0o777, mode, "{path}");
            assert_eq!(found.modified().expect("dated"), tree.changed_at, "{path}");
        }
    }

    #[test]
    fn a_tree_that_is_made_anew_holds_nothing_of_the_old_one() {
        let directory = tempfile::tempdir().expect("a directory");
        tree(directory.path());
        let anew = Tree::empty(&directory.path().join("tree"), 0).expect("made");
        assert_eq!(anew.paths().expect("listed"), [""; 0]);
    }
}
