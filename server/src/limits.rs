//! How often each of many may ask, on this node: access keys, and the addresses of those who are not signed in.

use std::{hash::Hash, net::IpAddr, num::NonZeroU32, sync::Arc};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};

/// Those whose last requests are in memory.
const MOST_REMEMBERED: usize = 4096;

/// What a network address may try in a second without being signed in: ten passwords are a tenth of two processors. A call
/// centre in front of its sign-in page is one address: many at once are taken after a quiet time.
const TRIES_A_SECOND: u32 = 10;
const TRIES_AT_ONCE: u32 = 300;

type Limiter<Who> = RateLimiter<Who, DashMapStateStore<Who>, DefaultClock, StateInformationMiddleware>;

/// What each has left.
pub struct Limits<Who: Hash + Eq + Clone>(Arc<Limiter<Who>>);

impl<Who: Hash + Eq + Clone> Clone for Limits<Who> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Who: Hash + Eq + Clone> Limits<Who> {
    pub fn new(a_second: u32, at_once: u32) -> Self {
        let [rate, burst] =
            [a_second, at_once].map(|number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN));
        Self(Arc::new(RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst)).with_middleware()))
    }

    /// How many requests it has left, or the seconds to wait for one.
    pub fn spend(&self, who: &Who) -> Result<u32, u32> {
        // Whoever has been quiet has all of it again, and need not be remembered.
        if self.0.len() > MOST_REMEMBERED {
            self.0.retain_recent();
        }
        match self.0.check_key(who) {
            Ok(left) => Ok(left.remaining_burst_capacity()),
            Err(wait) => {
                let seconds = wait.wait_time_from(DefaultClock::default().now()).as_secs_f64().ceil();
                // Of a second's quota: never more than one.
                Err(if seconds > 1.0 { 2 } else { 1 })
            }
        }
    }
}

/// Where those come from who are not signed in.
pub type Strangers = Limits<IpAddr>;

impl Default for Strangers {
    fn default() -> Self {
        Self::new(TRIES_A_SECOND, TRIES_AT_ONCE)
    }
}

impl Strangers {
    /// A try from there, or the seconds to wait for one. Nobody counts who comes from this machine: that is a proxy which
    /// nobody has declared, and everybody behind it.
    pub fn try_from(&self, address: IpAddr) -> Result<(), u32> {
        let address = network(address.to_canonical());
        if address.is_loopback() { Ok(()) } else { self.spend(&address).map(|_| ()) }
    }
}

/// All that one line has: an address of IPv4, 64 bits of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let [a, b, c, d, ..] = v6.segments();
            std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_quota_and_waits_when_it_is_spent() {
        let limits = Limits::new(100, 200);
        assert_eq!(limits.spend(&"one"), Ok(199));
        let refused = (0..300).find_map(|_| limits.spend(&"one").err());
        assert_eq!(refused, Some(1));
        assert!(limits.spend(&"other").is_ok());
    }

    #[test]
    fn a_line_is_one_address_and_this_machine_is_nobody() {
        let strangers = Strangers::default();
        let spend = |address: &str| {
            let address: IpAddr = address.parse().unwrap();
            (0..2 * TRIES_AT_ONCE).any(|_| strangers.try_from(address).is_err())
        };
        for (spent, same, other) in [
            ("203.0.113.9", "::ffff:203.0.113.9", "203.0.113.10"),
            ("2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:3::1"),
        ] {
            assert!(spend(spent), "{spent}");
            assert!(strangers.try_from(same.parse().unwrap()).is_err(), "{same}");
            assert!(strangers.try_from(other.parse().unwrap()).is_ok(), "{other}");
        }
        assert!(!spend("127.0.0.1") && !spend("::1"));
    }
}
