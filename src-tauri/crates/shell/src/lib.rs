//! The desktop program without a window toolkit: tray, bubbles and the loop between them and the engine.
//!
//! The engine runs by itself on threads of its own; the shell's loop ([`shell`]) hears of what happens, asks by the one
//! API, and shows what it knows by way of a port ([`desktop`]). On Linux this is the whole of `signalbox-desktop`, and the
//! window is a program of its own that is started when it is asked for ([`window`]): whoever only watches pays for no web
//! view. Elsewhere Tauri stands behind the port, in one process.

pub mod arguments;
pub mod bubble;
pub mod contract;
pub mod desktop;
pub mod engine;
mod hand_over;
#[cfg(target_os = "linux")]
pub mod linux;
pub mod login;
pub mod look;
mod os;
pub mod program;
pub mod remembered;
pub mod route;
pub mod seen;
pub mod shell;
#[cfg(test)]
mod test_words;
pub mod tray;
#[cfg(target_os = "linux")]
pub mod window;

/// The program's name among desktop entries, icons and notifications; the same as in `tauri.conf.json`.
pub const APP_ID: &str = "dev.signalbox.Signalbox";
