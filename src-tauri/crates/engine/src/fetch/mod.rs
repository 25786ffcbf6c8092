//! HTTP, hosts and manners: bytes in, or "not modified", or a classified failure. It knows nothing of status pages.
