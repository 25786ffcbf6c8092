//! One engine per data directory: the lock and the control socket.
