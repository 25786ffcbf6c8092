//! The window as a program of its own, on Linux: `signalbox-window`, started when a window is asked for and ended with it.
//! The two speak over one socket, which the window has as its standard input: a line of JSON for each word. When one of
//! them is gone the other sees the end of the socket, so that no window outlives its tray, and no window takes the
//! tray with it.

mod process;
mod surroundings;
mod words;

pub use process::{WindowProcess, window_program};
pub use surroundings::OURS;
pub use words::{FromWindow, OTHER_VERSION, ToWindow, VERSION, read_word, tray_has_this_version, write_word};
