//! Who may hold a socket: caps for the process and for each address.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts sockets. Every socket holds a [`Place`] as long as it is open.
#[derive(Debug)]
pub(super) struct Gate {
    sockets_max: usize,
    sockets_per_ip_max: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    by_ip: BTreeMap<IpAddr, usize>,
}

/// The right to one socket; given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    gate: Arc<Gate>,
    ip: IpAddr,
}

impl Gate {
    pub(super) fn new(sockets_max: usize, sockets_per_ip_max: usize) -> Self {
        Self {
            sockets_max,
            sockets_per_ip_max,
            held: Mutex::default(),
        }
    }

    /// A place for a socket from `ip`, if both caps leave one.
    pub(super) fn enter(self: &Arc<Self>, ip: IpAddr) -> Option<Place> {
        let ip = neighbourhood(ip);
        let mut held = self.held();
        let of_ip = held.by_ip.get(&ip).copied().unwrap_or(0);
        if held.all >= self.sockets_max || of_ip >= self.sockets_per_ip_max {
            return None;
        }
        held.all += 1;
        held.by_ip.insert(ip, of_ip + 1);
        Some(Place {
            gate: Arc::clone(self),
            ip,
        })
    }

    pub(super) fn open_sockets(&self) -> usize {
        self.held().all
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Two counters stay right whatever panicked elsewhere.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.gate.held();
        held.all = held.all.saturating_sub(1);
        let left = held
            .by_ip
            .get(&self.ip)
            .map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            held.by_ip.remove(&self.ip);
        } else {
            held.by_ip.insert(self.ip, left);
        }
    }
}

/// One customer's addresses count as one: an IPv6 host has a whole /64 to choose from.
fn neighbourhood(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn caps_hold_for_one_address_and_for_all_and_places_come_back() {
        let gate = Arc::new(Gate::new(3, 2));
        let first = gate.enter(ip("10.0.0.1")).unwrap();
        // The same host by its other spelling.
        let second = gate.enter(ip("::ffff:10.0.0.1")).unwrap();
        assert!(gate.enter(ip("10.0.0.1")).is_none());
        let third = gate.enter(ip("2001:db8::1")).unwrap();
        assert!(gate.enter(ip("10.0.0.2")).is_none());
        assert_eq!(gate.open_sockets(), 3);
        drop(third);
        drop(first);
        let again = gate.enter(ip("10.0.0.1")).unwrap();
        drop((second, again));
        assert_eq!(gate.open_sockets(), 0);
        assert!(gate.held().by_ip.is_empty());
    }

    #[test]
    fn one_ipv6_network_is_one_neighbour() {
        let gate = Arc::new(Gate::new(10, 1));
        let _held = gate.enter(ip("2001:db8:1:2::1")).unwrap();
        assert!(gate.enter(ip("2001:db8:1:2:ffff::9")).is_none());
        assert!(gate.enter(ip("2001:db8:1:3::1")).is_some());
    }
}
