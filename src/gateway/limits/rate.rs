//! Rate limits: how much one address may ask for, how often it may send a wrong authorization, and
//! how often one link from an e-mail may be used.
//!
//! The generic cell rate algorithm (ITU-T I.371): each slot holds the time at which its limit is
//! full again. The slots are a fixed table of two rows. A keyed hash of the sender gives one slot
//! in each row, and the emptier of the two counts, so that two senders share a limit only if they
//! share both slots. The memory is the same for one address and for a million, and nobody can
//! choose whose slots to share, because the hash's key is random.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Slots in each of the two rows: half a megabyte in all.
const SLOTS: usize = 1 << 15;
const ROWS: usize = 2;
/// A limit that was used up is full again after this time.
pub(in crate::gateway) const MINUTE_MS: u64 = 60_000;
/// What an IPv6 site (a /48) may do, as a multiple of what one network may: a site has 65,536
/// networks to send from.
const NETWORKS_PER_SITE: u64 = 16;

/// The sender or link that a rate limit is kept for. All senders whose address is not known share
/// one limit.
#[derive(Clone, Copy)]
pub enum RateKey<'a> {
    /// A guest's requests, by address.
    Guest(Option<IpAddr>),
    /// Requests whose authorization is wrong or has not been checked yet, by address.
    Attempts(Option<IpAddr>),
    /// Pages that are shown to a sender who must wait, by address.
    WhileWaiting(Option<IpAddr>),
    /// A link from an e-mail, by microsite and customer. Not by address: the servers of mail
    /// programs use many.
    Link(&'a str, i32),
}

/// The limits of all senders.
pub struct RateLimits {
    /// The keyed hash that finds a sender's slots. None before the seed is there: until then all
    /// share one slot.
    hash: Option<Hmac<Sha256>>,
    per_minute: u64,
    /// When the limit of a slot is full again, in milliseconds since 1970.
    full_at_ms: [Vec<u64>; ROWS],
}

impl RateLimits {
    /// Limits of `per_minute` for each sender; 0 is no limit.
    pub fn new(per_minute: u32) -> Self {
        let row = || vec![0; if per_minute == 0 { 0 } else { SLOTS }];
        Self { hash: None, per_minute: per_minute.into(), full_at_ms: [row(), row()] }
    }

    /// Takes the random key of the hash. A runtime may have no random bits before its first request
    /// (workerd), so it comes later than the limits.
    pub fn seed(&mut self, seed: &[u8]) {
        self.hash = Hmac::new_from_slice(seed).ok();
    }

    /// The address of each row's first slot in the module's memory, then the bytes of a row. A row
    /// stays where it is.
    pub(in crate::gateway) fn slots_in_memory(&self) -> Vec<usize> {
        let rows = self.full_at_ms.iter();
        let bytes = rows.clone().map(|row| size_of_val(row.as_slice())).max().unwrap_or_default();
        rows.map(|row| row.as_ptr().addr()).chain([bytes]).collect()
    }

    /// Takes `cost`; or says how many milliseconds to wait for as much, and takes nothing.
    pub fn acquire(&mut self, key: RateKey<'_>, cost: u32, now_ms: u64) -> Result<(), u64> {
        let checked = self.check(key, cost, now_ms);
        for (slots, then) in self.after(key, cost, now_ms) {
            let least = if checked.is_ok() { then } else { now_ms };
            self.set(slots, |at| recent(at, now_ms).max(least));
        }
        checked
    }

    /// The same, without taking anything.
    pub fn check(&self, key: RateKey<'_>, cost: u32, now_ms: u64) -> Result<(), u64> {
        let waits = self
            .after(key, cost, now_ms)
            .into_iter()
            .map(|(_, then)| then.saturating_sub(now_ms.saturating_add(MINUTE_MS)));
        match waits.max() {
            Some(wait_ms) if wait_ms > 0 => Err(wait_ms),
            _ => Ok(()),
        }
    }

    /// What `cost` takes of the limits of a key: their names, and how long it takes until that has
    /// come back, in milliseconds. Empty if there is no limit.
    pub(in crate::gateway) fn parts(&self, key: RateKey<'_>, cost: u32) -> Vec<(Vec<u8>, u64)> {
        let names = names(key).into_iter();
        names.filter_map(|(name, networks)| Some((name, self.ms(cost, networks)?))).collect()
    }

    /// Takes a limit for as used up as others have seen it.
    pub(in crate::gateway) fn raise(&mut self, name: &[u8], full_at_ms: u64, now_ms: u64) {
        let slots = self.slots(name);
        self.set(slots, |at| recent(at, now_ms).max(recent(full_at_ms, now_ms)));
    }

    /// The slots that `cost` is taken from, and when each is full again after that. Empty if there
    /// is no limit.
    fn after(&self, key: RateKey<'_>, cost: u32, now_ms: u64) -> Vec<([usize; ROWS], u64)> {
        let names = names(key).into_iter();
        let after = names.filter_map(|(name, networks)| {
            let slots = self.slots(&name);
            let then = self.full_at(slots, now_ms).saturating_add(self.ms(cost, networks)?);
            Some((slots, then))
        });
        after.collect()
    }

    /// How long it takes until `cost` has come back, in milliseconds. None if there is no limit.
    fn ms(&self, cost: u32, networks: u64) -> Option<u64> {
        (u64::from(cost) * MINUTE_MS).checked_div(self.per_minute.saturating_mul(networks))
    }

    fn full_at(&self, slots: [usize; ROWS], now_ms: u64) -> u64 {
        let seen = self.full_at_ms.iter().zip(slots).filter_map(|(row, slot)| row.get(slot));
        seen.map(|at| recent(*at, now_ms)).min().unwrap_or(now_ms)
    }

    fn set(&mut self, slots: [usize; ROWS], full_at: impl Fn(u64) -> u64) {
        for (row, slot) in self.full_at_ms.iter_mut().zip(slots) {
            if let Some(at) = row.get_mut(slot) {
                *at = full_at(*at);
            }
        }
    }

    fn slots(&self, name: &[u8]) -> [usize; ROWS] {
        let Some(hash) = &self.hash else { return [0; ROWS] };
        let digest = hash.clone().chain_update(name).finalize().into_bytes();
        let mut words = digest
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |word, byte| word << 8 | usize::from(*byte)) % SLOTS);
        core::array::from_fn(|_| words.next().unwrap_or_default())
    }
}

/// A time as recent as the clock allows: a clock that is set back makes nobody wait longer than a
/// minute.
fn recent(at: u64, now_ms: u64) -> u64 {
    at.clamp(now_ms, now_ms.saturating_add(MINUTE_MS))
}

/// The names that are hashed for a key, each with how many networks share its limit: an IPv4
/// address, or the network of one IPv6 subscriber (a /64, RFC 6177) and the site it belongs to.
fn names(key: RateKey<'_>) -> Vec<(Vec<u8>, u64)> {
    let (kind, address) = match key {
        RateKey::Guest(address) => (b'g', address),
        RateKey::Attempts(address) => (b'a', address),
        RateKey::WhileWaiting(address) => (b'b', address),
        RateKey::Link(microsite, id) => {
            return vec![([b"l", microsite.as_bytes(), &id.to_be_bytes()].concat(), 1)];
        }
    };
    let name = |network: &[u8]| [&[kind], network].concat();
    match address {
        Some(IpAddr::V4(address)) => vec![(name(&address.octets()), 1)],
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, e, f, g, h, ..] = address.octets();
            vec![
                (name(&[a, b, c, d, e, f, g, h]), 1),
                (name(&[a, b, c, d, e, f]), NETWORKS_PER_SITE),
            ]
        }
        None => vec![(name(&[]), 1)],
    }
}

/// Reads an address as a runtime or a proxy writes it: with or without a port, and an IPv4 address
/// also in IPv6's form (RFC 4291 §2.5.5.2, and behind NAT64 RFC 6052 §2.1).
pub fn read_address(text: &str) -> Option<IpAddr> {
    const NAT64: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];
    let with_port = || text.parse::<SocketAddr>().map(|address| address.ip());
    let address = text.parse().or_else(|_| with_port()).ok()?;
    match address {
        IpAddr::V6(v6) if v6.segments().starts_with(&NAT64) => {
            let [.., a, b, c, d] = v6.octets();
            Some(Ipv4Addr::new(a, b, c, d).into())
        }
        other => Some(other.to_canonical()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seeded(per_minute: u32) -> RateLimits {
        let mut limits = RateLimits::new(per_minute);
        limits.seed(b"seed");
        limits
    }

    fn guest(text: &str) -> RateKey<'static> {
        RateKey::Guest(Some(read_address(text).unwrap()))
    }

    #[test]
    fn rate_limit_is_used_up_and_comes_back() {
        let mut limits = seeded(6);
        let mut acquire = |cost, now_ms| limits.acquire(guest("192.0.2.1"), cost, now_ms);
        for _ in 0..6 {
            assert_eq!(acquire(1, 1_000_000), Ok(()));
        }
        assert_eq!(acquire(1, 1_000_000), Err(10_000));
        assert_eq!(acquire(2, 1_000_000), Err(20_000));
        assert_eq!(acquire(1, 1_009_999), Err(1));
        assert_eq!(acquire(1, 1_010_000), Ok(()), "exactly after the wait that was told");
        assert_eq!(acquire(1, 1_010_000), Err(10_000));
        assert_eq!(acquire(6, 10_000_000), Ok(()), "full, and not above");
        assert_eq!(acquire(1, 10_000_000), Err(10_000));
        // The clock was set back by hours.
        assert_eq!(acquire(1, 1_000), Err(10_000));
        assert_eq!(acquire(1, 11_000), Ok(()));
    }

    #[test]
    fn rate_key_is_one_ipv4_address_or_one_ipv6_network() {
        for (one, other, same) in [
            ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("192.0.2.1", "64:ff9b::192.0.2.1", true),
            ("192.0.2.1", "192.0.2.1:4711", true),
            ("2001:db8::1", "[2001:db8::2]:4711", true),
            ("2001:db8::1", "2001:db8::ffff:1:2:3", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
        ] {
            let mut limits = seeded(1);
            assert_eq!(limits.acquire(guest(one), 1, 0), Ok(()));
            assert_eq!(limits.acquire(guest(other), 1, 0).is_err(), same, "{one} {other}");
        }
        let mut limits = seeded(1);
        assert_eq!(limits.acquire(RateKey::Guest(None), 1, 0), Ok(()));
        assert!(
            limits.acquire(RateKey::Guest(None), 1, 0).is_err(),
            "those without an address share one"
        );
        assert_eq!(limits.acquire(guest("192.0.2.1"), 1, 0), Ok(()));
    }

    #[test]
    fn rate_limits_of_ten_thousand_addresses_leave_others_alone() {
        let mut limits = seeded(2);
        for number in 0..10_000_u32 {
            let attacker = RateKey::Guest(Some(IpAddr::from(number.to_be_bytes())));
            let _ = limits.acquire(attacker, 2, 0);
        }
        let guests = (0..1000_u32).map(|number| (number | 0xC000_0000).to_be_bytes());
        let refused = guests
            .filter(|guest| {
                limits.acquire(RateKey::Guest(Some(IpAddr::from(*guest))), 1, 0).is_err()
            })
            .count();
        // A guest is refused if both slots are taken: about (10,000 / 32,768)² of them, at worst.
        assert!(refused < 150, "{refused}");
    }

    #[test]
    fn rate_limits_without_a_seed_are_shared_by_all_senders() {
        let mut limits = RateLimits::new(1);
        assert_eq!(limits.acquire(guest("192.0.2.1"), 1, 0), Ok(()));
        assert!(limits.acquire(guest("192.0.2.2"), 1, 0).is_err());
        limits.seed(b"seed");
        assert_eq!(limits.acquire(guest("192.0.2.3"), 1, 0), Ok(()));
    }

    #[test]
    fn rate_limit_of_zero_takes_no_memory() {
        let mut limits = seeded(0);
        assert!((0..1000).all(|_| limits.acquire(RateKey::Guest(None), 10, 0).is_ok()));
        assert_eq!(limits.full_at_ms.iter().map(Vec::len).sum::<usize>(), 0);
    }

    #[test]
    fn rate_limit_of_a_site_is_that_of_sixteen_networks() {
        let mut limits = seeded(2);
        let network = |number: u16| {
            RateKey::Guest(Some([0x2001, 0xdb8, 1, number, 0, 0, 0, 1].map(u16::from).into()))
        };
        let let_in = (0..1000).filter(|n| limits.acquire(network(*n), 2, 0).is_ok()).count();
        assert_eq!(let_in, 16);
        assert_eq!(limits.acquire(guest("2001:db8:2::1"), 2, 0), Ok(()), "another site");
    }

    #[test]
    fn rate_check_takes_nothing_and_each_kind_of_key_has_its_own_limit() {
        let mut limits = seeded(10);
        let address = read_address("192.0.2.1");
        for _ in 0..100 {
            assert_eq!(limits.check(RateKey::Attempts(address), 10, 1000), Ok(()));
        }
        assert_eq!(limits.acquire(RateKey::Attempts(address), 10, 1000), Ok(()));
        assert_eq!(limits.check(RateKey::Attempts(address), 1, 1000), Err(6000));
        assert_eq!(limits.acquire(RateKey::Attempts(address), 1, 1000), Err(6000));
        assert_eq!(limits.acquire(RateKey::Guest(address), 10, 1000), Ok(()));
        for id in [7, 8] {
            assert_eq!(limits.acquire(RateKey::Link("oak", id), 10, 1000), Ok(()));
            assert!(limits.acquire(RateKey::Link("oak", id), 1, 1000).is_err());
        }
    }

    #[test]
    fn address_is_read_as_proxies_write_it() {
        for (text, expected) in [
            ("192.0.2.1", Some("192.0.2.1")),
            ("192.0.2.1:80", Some("192.0.2.1")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("64:ff9b::c000:201", Some("192.0.2.1")),
            ("2001:DB8::1", Some("2001:db8::1")),
            ("[2001:db8::1]:443", Some("2001:db8::1")),
            ("192.0.2.1, 192.0.2.2", None),
            ("192.0.2.256", None),
            ("oak.example", None),
            ("", None),
        ] {
            let read = read_address(text).map(|address| address.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }
}
