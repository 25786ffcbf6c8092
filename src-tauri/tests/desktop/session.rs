//! A desktop session of its own: display, bus, window manager, panel, notification server. Everything ends with it.

use std::{
    cell::RefCell,
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use crate::SOON;

/// Bubbles that stay until the test has looked at them, legible in a picture.
const BUBBLES: &str = "\
[global]
width = 360
offset = 12x44
font = Sans 10
frame_width = 1
frame_color = \"#A9B0BC\"
corner_radius = 8
padding = 12
horizontal_padding = 14
format = \"<b>%s</b>\\n%b\"
markup = full
show_indicators = no
background = \"#26292F\"
foreground = \"#FFFFFF\"
[urgency_low]
timeout = 300
[urgency_normal]
timeout = 300
[urgency_critical]
timeout = 0
";

/// One session at a time: two would only wait for each other's processor time.
static TURN: Mutex<()> = Mutex::new(());

/// What panel there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    Dark,
    Light,
    /// Nobody shows a tray until one is started.
    None,
}

impl Panel {
    fn name(self) -> &'static str {
        match self {
            Self::Dark | Self::None => "dark",
            Self::Light => "light",
        }
    }
}

pub(crate) struct Session {
    children: RefCell<Vec<Child>>,
    panel: RefCell<Option<Child>>,
    kind: Panel,
    display: String,
    bus: String,
    dir: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Session {
    pub(crate) fn start(kind: Panel) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
        write_panel_configuration(dir.path(), kind);
        let (server, display) = start_and_read_line(
            Command::new("Xvfb")
                .args([
                    "-displayfd",
                    "1",
                    "-screen",
                    "0",
                    "1280x800x24",
                    "-nolisten",
                    "tcp",
                ])
                .stderr(Stdio::null()),
        );
        let display = format!(":{display}");
        // What the bus starts by itself lives in the same surroundings.
        let mut daemon = Command::new("dbus-daemon");
        surround(&mut daemon, dir.path(), &display);
        let (bus, address) = start_and_read_line(
            daemon
                .args(["--session", "--nofork", "--nosyslog", "--print-address"])
                .stderr(Stdio::null()),
        );
        let session = Self {
            children: RefCell::new(vec![server, bus]),
            panel: RefCell::new(None),
            kind,
            display,
            bus: address,
            dir,
            _turn: turn,
        };
        session.keep(session.command("xfwm4").args(["--compositor=off"]));
        until("the window manager has begun", || {
            session.run("wmctrl", &["-m"]).status.success()
        });
        if kind != Panel::None {
            session.start_panel();
        }
        session
    }

    /// A command inside this session.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        surround(&mut command, self.dir.path(), &self.display);
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    pub(crate) fn bus_address(&self) -> &str {
        &self.bus
    }

    fn keep(&self, command: &mut Command) {
        self.children.borrow_mut().push(started(command));
    }

    pub(crate) fn start_panel(&self) {
        let panel = started(self.command("xfce4-panel").arg("--disable-wm-check"));
        *self.panel.borrow_mut() = Some(panel);
    }

    /// Ends the panel and the process that holds its tray.
    pub(crate) fn stop_panel(&self) {
        if let Some(mut panel) = self.panel.borrow_mut().take() {
            let _asked = self.command("xfce4-panel").arg("--quit").status();
            until("the panel has ended", || panel.try_wait().unwrap().is_some());
        }
    }

    pub(crate) fn start_notifications(&self) {
        let configuration = self.dir.path().join("dunstrc");
        fs::write(&configuration, BUBBLES).unwrap();
        self.keep(self.command("dunst").arg("-conf").arg(configuration));
        until("the notification server answers", || {
            self.run("dunstctl", &["count", "displayed"]).status.success()
        });
    }

    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let mut command = self.command(program);
        command
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.output().unwrap_or_else(|error| missing(program, &error))
    }

    fn said(&self, program: &str, arguments: &[&str]) -> String {
        String::from_utf8_lossy(&self.run(program, arguments).stdout)
            .trim()
            .to_owned()
    }

    pub(crate) fn bubbles_shown(&self) -> u32 {
        self.said("dunstctl", &["count", "displayed"])
            .parse()
            .unwrap_or_default()
    }

    /// Does what a click on the bubble does, after which it is gone.
    pub(crate) fn click_bubble(&self) {
        assert!(self.run("dunstctl", &["action", "0"]).status.success());
        self.close_bubbles();
    }

    pub(crate) fn close_bubbles(&self) {
        assert!(self.run("dunstctl", &["close-all"]).status.success());
        until("the bubble is gone", || self.bubbles_shown() == 0);
    }

    /// The titles of the program's windows.
    pub(crate) fn windows(&self) -> Vec<String> {
        self.said("wmctrl", &["-l"])
            .lines()
            .filter(|line| line.contains("Signalbox"))
            .map(str::to_owned)
            .collect()
    }

    /// Closes the window whose title holds `words`, as its close button does.
    pub(crate) fn close_window(&self, words: &str) {
        assert!(self.run("wmctrl", &["-c", words]).status.success());
    }

    /// Keeps a picture of the whole screen.
    pub(crate) fn picture(&self, name: &str) {
        // A window that has just been told something still has to paint it.
        self.said("xdotool", &["sleep", "2"]);
        let file = self.file(name);
        assert!(
            self.run("import", &["-window", "root", &file.to_string_lossy()])
                .status
                .success()
        );
    }

    /// Keeps a picture of the panel's corner with the tray in it, once the panel has painted the icon.
    pub(crate) fn tray_picture(&self, name: &str) {
        let file = self.file(&format!("tray-{name}")).to_string_lossy().into_owned();
        let crop = ["-window", "root", "-crop", "48x32+1232+0", "+repage", &file];
        until("the panel shows an icon", || {
            self.said("xdotool", &["sleep", "0.3"]);
            assert!(self.run("import", &crop).status.success());
            let colours = self.said("identify", &["-format", "%k", &file]);
            colours.parse::<u32>().is_ok_and(|colours| colours > 16)
        });
    }

    /// Puts the pictures of the tray beside each other.
    pub(crate) fn tray_strip(&self, names: &[&str]) {
        let files: Vec<String> = names
            .iter()
            .map(|name| self.file(&format!("tray-{name}")).to_string_lossy().into_owned())
            .collect();
        let strip = self.file("tray").to_string_lossy().into_owned();
        let mut arguments: Vec<&str> = files.iter().map(String::as_str).collect();
        arguments.extend(["+append", &strip]);
        assert!(self.run("convert", &arguments).status.success());
    }

    fn file(&self, name: &str) -> PathBuf {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../desktop");
        fs::create_dir_all(&dir).unwrap();
        dir.join(format!("{name}-{}.png", self.kind.name()))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.stop_panel();
        for child in self.children.borrow_mut().iter_mut().rev() {
            let _ended = child.kill();
            let _reaped = child.wait();
        }
    }
}

/// Nothing of the person's own desktop reaches what is started here, and nothing of it the person's files.
fn surround(command: &mut Command, dir: &Path, display: &str) {
    command
        .env("DISPLAY", display)
        .env("HOME", dir)
        .env("XDG_RUNTIME_DIR", dir)
        .env("XDG_CONFIG_HOME", dir.join("config"))
        .env("XDG_DATA_HOME", dir.join("share"))
        .env("XDG_STATE_HOME", dir.join("state"))
        .env("XDG_CACHE_HOME", dir.join("cache"))
        .env("GDK_BACKEND", "x11")
        .env("GTK_A11Y", "none")
        .env("NO_AT_BRIDGE", "1")
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("SESSION_MANAGER");
}

fn started(command: &mut Command) -> Child {
    let program = command.get_program().to_string_lossy().into_owned();
    command.spawn().unwrap_or_else(|error| missing(&program, &error))
}

fn missing<T>(program: &str, error: &std::io::Error) -> T {
    panic!("{program} cannot be run ({error}): `cargo xtask setup` installs what this test needs")
}

/// Starts a program whose first line of output says where it is to be found.
fn start_and_read_line(command: &mut Command) -> (Child, String) {
    let mut child = started(command.stdin(Stdio::null()).stdout(Stdio::piped()));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(!line.trim().is_empty(), "it did not say where it is");
    (child, line.trim().to_owned())
}

/// Waits until something holds; fails with `what` if it does not come soon.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < SOON, "waited in vain: {what}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// One panel at the top with a tray at its right end.
fn write_panel_configuration(dir: &Path, kind: Panel) {
    let channels = dir.join("config/xfce4/xfconf/xfce-perchannel-xml");
    fs::create_dir_all(&channels).unwrap();
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<channel name=\"xfce4-panel\" version=\"1.0\">\n",
    );
    let dark = kind != Panel::Light;
    write!(
        xml,
        r#"<property name="configver" type="int" value="2"/>
<property name="panels" type="array"><value type="int" value="1"/>
<property name="dark-mode" type="bool" value="{dark}"/>
<property name="panel-1" type="empty">
<property name="position" type="string" value="p=6;x=0;y=0"/>
<property name="position-locked" type="bool" value="true"/>
<property name="length" type="uint" value="100"/>
<property name="size" type="uint" value="32"/>
<property name="plugin-ids" type="array"><value type="int" value="1"/><value type="int" value="2"/></property>
</property></property>
<property name="plugins" type="empty">
<property name="plugin-1" type="string" value="separator"><property name="expand" type="bool" value="true"/><property name="style" type="uint" value="0"/></property>
<property name="plugin-2" type="string" value="systray"><property name="icon-size" type="int" value="22"/><property name="square-icons" type="bool" value="true"/></property>
</property>
</channel>
"#
    )
    .unwrap();
    fs::write(channels.join("xfce4-panel.xml"), xml).unwrap();
}
