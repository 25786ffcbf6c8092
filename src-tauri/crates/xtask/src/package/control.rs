//! What a package says of itself (deb-control(5)).

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::{NAME, output};

/// The fields of a package.
pub(super) struct Control<'a> {
    pub(super) version: &'a str,
    pub(super) architecture: &'a str,
    /// `name <address>`
    pub(super) maintainer: &'a str,
    pub(super) installed_kibibytes: u64,
    /// What it cannot run without, as the field lists it.
    pub(super) depends: &'a str,
    /// The short description, and the long one in further lines, indented by a space.
    pub(super) description: &'a str,
}

impl fmt::Display for Control<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (field, value) in [
            ("Package", NAME),
            ("Version", self.version),
            ("Architecture", self.architecture),
            ("Maintainer", self.maintainer),
            ("Installed-Size", &self.installed_kibibytes.to_string()),
            ("Depends", self.depends),
            // Something has to show notifications; every desktop brings its own, under the first of these names.
            ("Recommends", "notification-daemon | dunst"),
            ("Section", "net"),
            ("Priority", "optional"),
            ("Description", self.description.trim_end()),
        ] {
            writeln!(f, "{field}: {value}")?;
        }
        Ok(())
    }
}

/// Who signed the newest entry of a changelog: ` -- name <address>  date`.
pub(super) fn maintainer(changelog: &str) -> Option<&str> {
    let line = changelog.lines().find_map(|line| line.strip_prefix(" -- "))?;
    line.split_once("  ").map(|(maintainer, _)| maintainer)
}

/// The packages that bring the libraries which the programs are linked with, as `dpkg-shlibdeps` finds them out.
pub(super) fn dependencies(programs: &[PathBuf], directory: &Path) -> Result<String> {
    // It wants to be called in a source package: a file with two paragraphs makes one.
    let source = directory.join("source");
    let control = source.join("debian/control");
    fs::create_dir_all(source.join("debian"))
        .and_then(|()| {
            fs::write(
                &control,
                format!("Source: {NAME}\n\nPackage: {NAME}\nArchitecture: any\n"),
            )
        })
        .with_context(|| format!("writing {}", control.display()))?;
    let mut command = Command::new("dpkg-shlibdeps");
    command.current_dir(&source).arg("-O").args(programs);
    let said = output(&mut command)?;
    let depends = said.lines().find_map(|line| line.strip_prefix("shlibs:Depends="));
    depends
        .map(str::to_owned)
        .with_context(|| format!("dpkg-shlibdeps says {said:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_maintainer_is_who_signed_the_newest_entry() {
        let changelog = "signalbox (2) unstable; urgency=low\n\n  * Two.\n\n -- Ada L. <ada@signalbox.invalid>  Fri, 27 Nov 2026 12:00:00 +0000\n\n\
                         signalbox (1) unstable; urgency=low\n\n  * One.\n\n -- Bob <bob@signalbox.invalid>  Thu, 26 Nov 2026 12:00:00 +0000\n";
        assert_eq!(maintainer(changelog), Some("Ada L. <ada@signalbox.invalid>"));
        assert_eq!(maintainer("nobody"), None);
    }

    #[test]
    fn each_field_is_a_line_and_the_long_description_follows() {
        let control = Control {
            version: "1.2.3",
            architecture: "amd64",
            maintainer: "Ada <ada@signalbox.invalid>",
            installed_kibibytes: 42,
            depends: "libc6 (>= 2.36)",
            description: "short\n long\n .\n longer\n",
        };
        assert_eq!(
            control.to_string(),
            "Package: signalbox\nVersion: 1.2.3\nArchitecture: amd64\nMaintainer: Ada <ada@signalbox.invalid>\n\
             Installed-Size: 42\nDepends: libc6 (>= 2.36)\nRecommends: notification-daemon | dunst\nSection: net\n\
             Priority: optional\nDescription: short\n long\n .\n longer\n"
        );
    }
}
