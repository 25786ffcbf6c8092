//! What the files of the project must and must not be.

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// Bytes above which a file does not belong into the history of the source.
const LARGEST_FILE: usize = 1_000_000;

/// Names of files that are source: in them nothing may be left unfinished or switched off.
const SOURCE_ENDINGS: [&str; 6] = ["rs", "ts", "svelte", "js", "css", "sh"];

// Put together, so that this file does not contain what it looks for.
const UNFINISHED: [&str; 4] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!"),
    concat!("unim", "plemented!"),
];
const SWITCHED_OFF: [&str; 4] = [
    concat!("#[ig", "nore"),
    concat!("test.", "skip("),
    concat!("it.", "skip("),
    concat!("describe.", "skip("),
];
const HOMES: [&str; 4] = [
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/ro", "ot/"),
    concat!(r"\Us", r"ers\"),
];

/// Looks through all files that git tracks or would track, and tells what is wrong, a line each.
///
/// # Errors
///
/// Fails when git cannot list the files or one of them cannot be read.
pub(super) fn problems(root: &Path) -> Result<Vec<String>> {
    let mut places: Vec<String> = HOMES.iter().map(|&home| home.to_owned()).collect();
    // This checkout's own place, wherever it is: a short one could be a path within any system.
    if root.components().count() > 2 {
        places.extend(root.to_str().map(str::to_owned));
    }
    if let Some(home) = env::home_dir().filter(|home| home.components().count() > 1) {
        places.extend(home.to_str().map(|home| format!("{home}/")));
    }
    let mut found = Vec::new();
    for path in listed_files(root)? {
        let full = root.join(&path);
        let kind = fs::symlink_metadata(&full).with_context(|| format!("looking at {path}"))?;
        if kind.is_file() {
            let content = fs::read(&full).with_context(|| format!("reading {path}"))?;
            found.extend(problems_of(&path, &content, &places));
        }
    }
    Ok(found)
}

/// Tracked files, and new ones that are not ignored; not those that have been deleted but are still tracked.
fn listed_files(root: &Path) -> Result<Vec<String>> {
    let list = |arguments: &[&str]| -> Result<Vec<String>> {
        let output = Command::new("git")
            .current_dir(root)
            .args(["ls-files", "-z"])
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .context("starting git")?;
        if !output.status.success() {
            bail!(
                "git cannot list the files: {}",
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        let names = String::from_utf8(output.stdout).context("a file's name is not UTF-8")?;
        Ok(names.split_terminator('\0').map(str::to_owned).collect())
    };
    let deleted = list(&["--deleted"])?;
    let mut files = list(&["--cached", "--others", "--exclude-standard"])?;
    files.retain(|file| !deleted.contains(file));
    files.dedup();
    Ok(files)
}

/// What is wrong with one file. `places` are directories of a machine that no file may name.
fn problems_of(path: &str, content: &[u8], places: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    if content.len() > LARGEST_FILE {
        found.push(format!(
            "{path}: {} bytes, more than {LARGEST_FILE}",
            content.len()
        ));
    }
    if content.contains(&0) {
        return found;
    }
    let text = String::from_utf8_lossy(content);
    let (_, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_source = name
        .rsplit_once('.')
        .is_some_and(|(_, ending)| SOURCE_ENDINGS.contains(&ending));
    for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line)) {
        if let Some(place) = places.iter().find(|place| names_place(line, place)) {
            found.push(format!("{path}:{number}: names a place of one machine, {place}"));
        }
        if is_source {
            if let Some(word) = UNFINISHED.iter().find(|word| contains_word(line, word)) {
                found.push(format!("{path}:{number}: left unfinished, {word}"));
            }
            if let Some(word) = SWITCHED_OFF.iter().find(|word| line.contains(**word)) {
                found.push(format!("{path}:{number}: a test switched off, {word}"));
            }
        }
        if name == "package-lock.json" && line.contains(r#""resolved":"#) {
            found.push(format!(
                "{path}:{number}: names the address of a download; set omit-lockfile-registry-resolved"
            ));
        }
    }
    let is_own_manifest = path.starts_with("src-tauri/crates/")
        && path.ends_with("/Cargo.toml")
        && path.matches('/').count() == 3;
    if is_own_manifest && !text.contains("[lints]\nworkspace = true") {
        found.push(format!("{path}: does not take the lints of the workspace"));
    }
    found
}

/// Whether the line names the directory as an absolute path: not as the middle of a relative one or of an address.
fn names_place(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(at, _)| {
        let before = line.get(..at).and_then(|start| start.chars().next_back());
        // A drive's letter stands before a path of Windows.
        before.is_none_or(|letter| !(letter.is_alphanumeric() || "_-.~/}>)".contains(letter)))
    })
}

fn contains_word(line: &str, word: &str) -> bool {
    let is_part =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|start| start.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|end| end.chars().next());
        // A macro's name ends with its exclamation mark.
        !is_part(before) && (word.ends_with('!') || !is_part(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a file of this content, without the file's name.
    fn wrong(path: &str, content: &str) -> Vec<String> {
        let places = HOMES.map(str::to_owned);
        let prefix = format!("{path}:");
        problems_of(path, content.as_bytes(), &places)
            .into_iter()
            .map(|line| line.strip_prefix(&prefix).map_or(line.clone(), str::to_owned))
            .collect()
    }

    #[test]
    fn a_line_of_source_left_unfinished_is_found_with_its_number() {
        let [later, mend, mark, stub] = UNFINISHED;
        for word in [later, mend] {
            assert_eq!(
                wrong("a.rs", &format!("fn f() {{}}\n// {word}: more\n")),
                [format!("2: left unfinished, {word}")]
            );
            assert_eq!(
                wrong("a.rs", &format!("const {word}S: u8 = 1;")),
                [""; 0],
                "part of a longer word"
            );
            assert_eq!(wrong("notes.md", word), [""; 0], "prose may name the rule");
        }
        for word in [mark, stub] {
            assert_eq!(
                wrong("a/b.rs", &format!("fn f() {{ {word}() }}")),
                [format!("1: left unfinished, {word}")]
            );
        }
    }

    #[test]
    fn a_test_switched_off_is_found() {
        let [ignore, skip, ..] = SWITCHED_OFF;
        assert_eq!(wrong("a.rs", &format!("{ignore} = \"slow\"]")).len(), 1);
        assert_eq!(wrong("a.ts", &format!("{skip}'it', () => {{}});")).len(), 1);
        assert_eq!(wrong("a.rs", "#[test]"), [""; 0]);
    }

    #[test]
    fn a_directory_of_a_person_is_found_in_any_text() {
        let [linux, mac, root, windows] = HOMES;
        for line in [
            format!("path = \"{linux}ada/code\""),
            format!("{mac}ada/code"),
            format!("see {root}code"),
            format!("C:{windows}ada\\code"),
        ] {
            for path in ["a.md", "a.rs", "Cargo.toml"] {
                assert_eq!(wrong(path, &line).len(), 1, "{line}");
            }
        }
        for line in [
            format!("assets{linux}page.html"),
            format!("https://a.example{root}x"),
            format!("${{PREFIX}}{root}x"),
        ] {
            assert_eq!(wrong("a.md", &line), [""; 0], "{line}");
        }
    }

    #[test]
    fn a_large_file_is_found_and_a_binary_one_is_not_read_as_text() {
        assert_eq!(wrong("a.png", &"x".repeat(LARGEST_FILE)), [""; 0]);
        assert_eq!(wrong("a.png", &"x".repeat(LARGEST_FILE + 1)).len(), 1);
        assert_eq!(wrong("a.rs", &format!("\0{}", UNFINISHED[0])), [""; 0]);
    }

    #[test]
    fn a_lock_file_names_no_address() {
        let line = r#"      "resolved": "https://registry.example/a.tgz","#;
        assert_eq!(wrong("ui/package-lock.json", line).len(), 1);
        assert_eq!(wrong("ui/other.json", line), [""; 0]);
    }

    #[test]
    fn every_crate_takes_the_lints_of_the_workspace() {
        let path = "src-tauri/crates/pages/Cargo.toml";
        assert_eq!(wrong(path, "[lints]\nworkspace = true\n"), [""; 0]);
        assert_eq!(wrong(path, "[package]\n").len(), 1);
        assert_eq!(
            wrong("src-tauri/crates/pages/fuzz/Cargo.toml", "[package]\n"),
            [""; 0]
        );
    }

    #[test]
    fn files_are_listed_as_git_sees_them() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let root = directory.path();
        let git = |arguments: &[&str]| {
            let status = Command::new("git")
                .current_dir(root)
                .args(arguments)
                .output()
                .expect("git")
                .status;
            assert!(status.success(), "{arguments:?}");
        };
        git(&["init", "--quiet"]);
        for name in ["tracked.rs", "deleted.rs", "new.rs", "ignored.rs"] {
            fs::write(root.join(name), "").expect("written");
        }
        fs::write(root.join(".gitignore"), "ignored.rs\n").expect("written");
        git(&["add", "tracked.rs", "deleted.rs"]);
        fs::remove_file(root.join("deleted.rs")).expect("removed");
        let mut files = listed_files(root).expect("listed");
        files.sort();
        assert_eq!(files, [".gitignore", "new.rs", "tracked.rs"]);
    }

    #[test]
    fn a_directory_that_is_no_checkout_is_an_error_not_a_pass() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        assert!(problems(directory.path()).is_err());
    }
}
