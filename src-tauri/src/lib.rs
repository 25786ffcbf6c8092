//! What of the desktop program needs a window toolkit: the window, what it may call, and, where the system has no bus for
//! trays, the tray. On Linux it is a program of its own, `signalbox-window`, which is started when a window is asked for;
//! elsewhere it is the desktop program itself, with the shell of `signalbox-shell` in it.

pub mod ipc;
mod os;
#[cfg(not(target_os = "linux"))]
mod system;
#[cfg(not(target_os = "linux"))]
mod tray_icon;
mod window;
#[cfg(target_os = "linux")]
mod window_program;

#[cfg(not(target_os = "linux"))]
pub use system::run;
#[cfg(target_os = "linux")]
pub use window_program::run;
