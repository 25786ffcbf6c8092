//! One engine per data directory: the lock and the control socket.
//!
//! Whoever runs an engine holds [`EngineLock`] and answers on a [`ControlListener`] with [`serve`]; everybody else
//! asks it as a [`Client`]. Requests and replies are those of [`crate::api`], one JSON text per line:
//!
//! ```text
//! → {"version":1,"request":{"request":"ping"}}
//! ← {"version":1,"ok":{"reply":"pong",…}}            or {"version":1,"error":{"code":"…","message":"…"}}
//! → {"version":1,"subscribe":true}
//! ← {"version":1,"event":"subscribed"}                then {"version":1,"event":{"changed":{"page":"…"}}} and so on
//! ```

mod client;
mod lines;
mod lock;
mod protocol;
mod server;
mod socket;

pub use client::{Client, ControlError, Subscription};
pub use lock::{EngineLock, Holder, HolderInfo, LockError};
pub use protocol::{Hint, LONGEST_REQUEST, VERSION};
pub use server::{Answering, Handler, ServeLimits, serve, serve_within};
pub use socket::{BindError, ControlListener};
