//! Linux: the kernel's own routing tables. Netlink tells that something about them, or about a link, has changed; what it
//! is then is read from `/proc/net`: `route` and `ipv6_route`, in the form that the kernel's `fib_route_seq_show` and
//! `ipv6_route_native_seq_show` give them.

use std::{fs, os::fd::OwnedFd, path::Path, thread, time::Duration};

use rustix::{
    io::Errno,
    net::{
        AddressFamily, Protocol, RecvFlags, SocketFlags, SocketType, bind,
        netlink::SocketAddrNetlink,
        recv, socket_with,
        sockopt::{Timeout, set_socket_timeout},
    },
};
use tokio::sync::watch;

use super::NetworkWord;

/// The multicast groups of rtnetlink(7): links, addresses and routes of IPv4 and IPv6.
const GROUPS: u32 = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

/// The protocol of routing tables, NETLINK_ROUTE, is the one of number zero.
const ROUTE: Option<Protocol> = None;

/// A change counts once it has stood for so long: who moves from one network to the next is not offline in between.
const SETTLED_AFTER: Duration = Duration::from_secs(2);

/// Flags of a route (`RTF_UP`, `RTF_REJECT` in `linux/route.h`).
const UP: u32 = 0x1;
const REJECT: u32 = 0x200;

pub(super) fn listen() -> watch::Receiver<NetworkWord> {
    // Bound before the first look, so that no change falls in between.
    let socket = match bound() {
        Ok(socket) => socket,
        Err(error) => {
            tracing::info!(%error, "the kernel does not tell of its network");
            return super::silent();
        }
    };
    let (tell, word) = watch::channel(look());
    let listening = thread::Builder::new()
        .name("signalbox-network".to_owned())
        .spawn(move || {
            while settled_change(&socket).is_ok() {
                let word = look();
                tell.send_if_modified(|known| std::mem::replace(known, word) != word);
            }
            // Nobody tells any more, so nothing is known.
            tell.send_replace(NetworkWord::Unknown);
        });
    match listening {
        Ok(_) => word,
        Err(error) => {
            tracing::info!(%error, "nobody listens to what the kernel tells of its network");
            super::silent()
        }
    }
}

fn bound() -> Result<OwnedFd, Errno> {
    let socket = socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        ROUTE,
    )?;
    bind(&socket, &SocketAddrNetlink::new(0, GROUPS))?;
    Ok(socket)
}

/// Returns once something has changed and nothing more has since.
fn settled_change(socket: &OwnedFd) -> Result<(), Errno> {
    let mut message = [0_u8; 4096];
    let mut changed = false;
    loop {
        set_socket_timeout(socket, Timeout::Recv, changed.then_some(SETTLED_AFTER))?;
        match recv(socket, &mut message[..], RecvFlags::empty()) {
            // Too many to be kept, which tells as much.
            Ok(_) | Err(Errno::NOBUFS) => changed = true,
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) if changed => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

fn look() -> NetworkWord {
    let read = |name: &str| fs::read_to_string(Path::new("/proc/net").join(name)).ok();
    // A kernel without IPv6 has no such file.
    let ipv6 = read("ipv6_route").unwrap_or_default();
    match read("route") {
        Some(ipv4) => word(&ipv4, &ipv6, is_down),
        None => NetworkWord::Unknown,
    }
}

/// Whether an interface has lost its link: a cable that was pulled leaves its routes behind for a while.
fn is_down(interface: &str) -> bool {
    let state = fs::read_to_string(Path::new("/sys/class/net").join(interface).join("operstate"));
    state.is_ok_and(|state| matches!(state.trim(), "down" | "lowerlayerdown" | "notpresent"))
}

fn word(ipv4: &str, ipv6: &str, is_down: impl Fn(&str) -> bool) -> NetworkWord {
    let ways = ipv4
        .lines()
        .skip(1)
        .filter_map(way_ipv4)
        .chain(ipv6.lines().filter_map(way_ipv6));
    let mut usable = ways.filter(|interface| *interface != "lo" && !is_down(interface));
    if usable.next().is_some() {
        NetworkWord::Connected
    } else {
        NetworkWord::Disconnected
    }
}

/// The interface of a route to at least half of all addresses: tunnels often have two halves instead of a default route.
fn way_ipv4(line: &str) -> Option<&str> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [interface, _, _, flags, _, _, _, mask, ..] = fields.as_slice() else {
        return None;
    };
    // Kept as in memory, in network byte order.
    let prefix = u32::from_str_radix(mask, 16).ok()?.count_ones();
    (prefix <= 1 && leads(flags)).then_some(interface)
}

/// As [`way_ipv4`].
fn way_ipv6(line: &str) -> Option<&str> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [_, prefix, _, _, _, _, _, _, flags, interface] = fields.as_slice() else {
        return None;
    };
    let prefix = u32::from_str_radix(prefix, 16).ok()?;
    // 2000::/3 is everything that is assigned.
    (prefix <= 3 && leads(flags)).then_some(interface)
}

fn leads(flags: &str) -> bool {
    u32::from_str_radix(flags, 16).is_ok_and(|flags| flags & UP != 0 && flags & REJECT == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n";
    const NO_WAY_V6: &str = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 \
         00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n\
         fe800000000000000000000000000000 40 00000000000000000000000000000000 00 \
         00000000000000000000000000000000 00000100 00000002 00000000 00000001     eth0\n";

    fn said(routes: &[&str], ipv6: &str, down: &[&str]) -> NetworkWord {
        let ipv4 = format!("{HEAD}{}", routes.join("\n"));
        word(&ipv4, ipv6, |interface| down.contains(&interface))
    }

    const DEFAULT: &str = "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0";
    const NEAR: &str = "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0";

    #[test]
    fn a_default_route_over_a_link_that_is_up_is_a_way_out() {
        use NetworkWord::{Connected, Disconnected};
        let unreachable = "eth0\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0";
        let half = "wg0\t00000080\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0";
        for (routes, down, expected) in [
            (vec![DEFAULT, NEAR], vec![], Connected),
            (vec![DEFAULT, NEAR], vec!["eth0"], Disconnected),
            (vec![half, NEAR], vec![], Connected),
            (vec![NEAR], vec![], Disconnected),
            (vec![unreachable], vec![], Disconnected),
            (vec![], vec![], Disconnected),
            (vec!["odd", ""], vec![], Disconnected),
        ] {
            assert_eq!(said(&routes, NO_WAY_V6, &down), expected, "{routes:?} {down:?}");
        }
    }

    #[test]
    fn a_default_route_of_ipv6_alone_is_a_way_out() {
        let way = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 \
             fe800000000000000000000000000001 00000400 00000003 00000000 00450003     wlan0\n";
        assert_eq!(said(&[], way, &[]), NetworkWord::Connected);
        assert_eq!(said(&[], way, &["wlan0"]), NetworkWord::Disconnected);
        assert_eq!(said(&[], NO_WAY_V6, &[]), NetworkWord::Disconnected);
        let multicast = "ff000000000000000000000000000000 08 00000000000000000000000000000000 00 \
             00000000000000000000000000000000 00000100 00000003 00000000 00000001     eth0\n";
        assert_eq!(said(&[], multicast, &[]), NetworkWord::Disconnected);
    }
}
