//! Allowances: how much one guest's connection may ask for, how often it may guess at an authorization, and how often
//! one link from an e-mail may be used.
//!
//! A generic cell rate algorithm (ITU-T I.371): what stands in a place is when the allowance will be full again. The
//! places are a fixed table, which everybody finds by a keyed hash, twice: who shares one place with somebody has
//! the other. So the memory is the same for one address and for a million, and nobody can choose whom to meet there.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Places in each of the two rows: half a megabyte in all.
const PLACES: usize = 1 << 15;
const ROWS: usize = 2;
/// An allowance that was used up is full again after this.
const MINUTE_MS: u64 = 60_000;
/// What an IPv6 site, a /48, may do, in allowances of one network: it has 65,536 of those to choose from.
const SITE_ALLOWANCES: u64 = 16;

/// Whose allowance it is. All whose address is not known share one.
#[derive(Clone, Copy)]
pub enum Whose<'a> {
    /// A guest's requests.
    Guest(Option<IpAddr>),
    /// Requests with an authorization of which nobody knows yet whether it is accepted, or that was not.
    Attempts(Option<IpAddr>),
    /// Forms that are given back to a guest who must wait.
    GivenBack(Option<IpAddr>),
    /// A link from an e-mail, by the customer that it is about. Not by address: mail programs' own servers use many.
    Link(&'a str, i32),
}

/// The allowances.
pub struct Allowances {
    hash: Option<Hmac<Sha256>>,
    per_minute: u64,
    /// When the allowance of a place is full again, in milliseconds since 1970.
    full_at_ms: [Vec<u64>; ROWS],
}

impl Allowances {
    /// `per_minute` for each, 0 for no limit; `seed` is random.
    pub fn new(per_minute: u32, seed: &[u8]) -> Self {
        let row = || vec![0; if per_minute == 0 { 0 } else { PLACES }];
        let hash = Hmac::new_from_slice(seed).ok();
        Self { hash, per_minute: per_minute.into(), full_at_ms: [row(), row()] }
    }

    /// Takes `cost`; or says how many milliseconds to wait for as much, and takes nothing.
    pub fn charge(&mut self, whose: Whose<'_>, cost: u32, now_ms: u64) -> Result<(), u64> {
        let room = self.room(whose, cost, now_ms);
        for (places, then) in self.taking(whose, cost, now_ms) {
            let least = if room.is_ok() { then } else { now_ms };
            self.set(places, |at| recent(at, now_ms).max(least));
        }
        room
    }

    /// The same, without taking anything.
    pub fn room(&self, whose: Whose<'_>, cost: u32, now_ms: u64) -> Result<(), u64> {
        let waits = self
            .taking(whose, cost, now_ms)
            .into_iter()
            .map(|(_, then)| then.saturating_sub(now_ms.saturating_add(MINUTE_MS)));
        match waits.max() {
            Some(wait_ms) if wait_ms > 0 => Err(wait_ms),
            _ => Ok(()),
        }
    }

    /// The places that `cost` is taken from, and when each is full again after that; none where there is no limit.
    fn taking(&self, whose: Whose<'_>, cost: u32, now_ms: u64) -> Vec<([usize; ROWS], u64)> {
        let names = names(whose).into_iter();
        let taking = names.filter_map(|(name, allowances)| {
            let places = self.places(&name);
            let then = self.full_at(places, now_ms).saturating_add(self.ms(cost, allowances)?);
            Some((places, then))
        });
        taking.collect()
    }

    /// How long it takes to come by `cost`; none where there is no limit.
    fn ms(&self, cost: u32, allowances: u64) -> Option<u64> {
        (u64::from(cost) * MINUTE_MS).checked_div(self.per_minute.saturating_mul(allowances))
    }

    fn full_at(&self, places: [usize; ROWS], now_ms: u64) -> u64 {
        let seen = self.full_at_ms.iter().zip(places).filter_map(|(row, place)| row.get(place));
        seen.map(|at| recent(*at, now_ms)).min().unwrap_or(now_ms)
    }

    fn set(&mut self, places: [usize; ROWS], full_at: impl Fn(u64) -> u64) {
        for (row, place) in self.full_at_ms.iter_mut().zip(places) {
            if let Some(at) = row.get_mut(place) {
                *at = full_at(*at);
            }
        }
    }

    fn places(&self, name: &[u8]) -> [usize; ROWS] {
        let Some(hash) = &self.hash else { return [0; ROWS] };
        let digest = hash.clone().chain_update(name).finalize().into_bytes();
        let mut words = digest
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |word, byte| word << 8 | usize::from(*byte)) % PLACES);
        core::array::from_fn(|_| words.next().unwrap_or_default())
    }
}

/// A clock that is set back costs nobody more than a minute.
fn recent(at: u64, now_ms: u64) -> u64 {
    at.clamp(now_ms, now_ms.saturating_add(MINUTE_MS))
}

/// What an allowance goes by, and of how many it is: an IPv4 address, or the network that one IPv6 subscriber has (a
/// /64, RFC 6177) and its site.
fn names(whose: Whose<'_>) -> Vec<(Vec<u8>, u64)> {
    let (kind, address) = match whose {
        Whose::Guest(address) => (b'g', address),
        Whose::Attempts(address) => (b'a', address),
        Whose::GivenBack(address) => (b'b', address),
        Whose::Link(microsite, id) => {
            return vec![([b"l", microsite.as_bytes(), &id.to_be_bytes()].concat(), 1)];
        }
    };
    let name = |network: &[u8]| [&[kind], network].concat();
    match address {
        Some(IpAddr::V4(address)) => vec![(name(&address.octets()), 1)],
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, e, f, g, h, ..] = address.octets();
            vec![(name(&[a, b, c, d, e, f, g, h]), 1), (name(&[a, b, c, d, e, f]), SITE_ALLOWANCES)]
        }
        None => vec![(name(&[]), 1)],
    }
}

/// Reads an address as a runtime or a proxy tells it: with a port or without, an IPv4 address also as IPv6 writes it
/// (RFC 4291 §2.5.5.2, and behind NAT64 RFC 6052 §2.1).
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

    fn guest(text: &str) -> Whose<'static> {
        Whose::Guest(Some(read_address(text).unwrap()))
    }

    #[test]
    fn an_allowance_is_used_up_and_comes_back() {
        let mut allowances = Allowances::new(6, b"seed");
        let mut charge = |cost, now_ms| allowances.charge(guest("192.0.2.1"), cost, now_ms);
        for _ in 0..6 {
            assert_eq!(charge(1, 1_000_000), Ok(()));
        }
        assert_eq!(charge(1, 1_000_000), Err(10_000));
        assert_eq!(charge(2, 1_000_000), Err(20_000));
        assert_eq!(charge(1, 1_009_999), Err(1));
        assert_eq!(charge(1, 1_010_000), Ok(()), "it is as long as was said");
        assert_eq!(charge(1, 1_010_000), Err(10_000));
        assert_eq!(charge(6, 10_000_000), Ok(()), "full, and no fuller");
        assert_eq!(charge(1, 10_000_000), Err(10_000));
        // The clock is set back by hours.
        assert_eq!(charge(1, 1_000), Err(10_000));
        assert_eq!(charge(1, 11_000), Ok(()));
    }

    #[test]
    fn whose_allowance_it_is() {
        for (one, other, same) in [
            ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("192.0.2.1", "64:ff9b::192.0.2.1", true),
            ("192.0.2.1", "192.0.2.1:4711", true),
            ("2001:db8::1", "[2001:db8::2]:4711", true),
            ("2001:db8::1", "2001:db8::ffff:1:2:3", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
        ] {
            let mut allowances = Allowances::new(1, b"seed");
            assert_eq!(allowances.charge(guest(one), 1, 0), Ok(()));
            assert_eq!(allowances.charge(guest(other), 1, 0).is_err(), same, "{one} {other}");
        }
        let mut allowances = Allowances::new(1, b"seed");
        assert_eq!(allowances.charge(Whose::Guest(None), 1, 0), Ok(()));
        assert!(
            allowances.charge(Whose::Guest(None), 1, 0).is_err(),
            "those without an address share one"
        );
        assert_eq!(allowances.charge(guest("192.0.2.1"), 1, 0), Ok(()));
    }

    #[test]
    fn ten_thousand_addresses_that_use_up_theirs_leave_others_alone() {
        let mut allowances = Allowances::new(2, b"seed");
        for number in 0..10_000_u32 {
            let attacker = Whose::Guest(Some(IpAddr::from(number.to_be_bytes())));
            let _ = allowances.charge(attacker, 2, 0);
        }
        let guests = (0..1000_u32).map(|number| (number | 0xC000_0000).to_be_bytes());
        let refused = guests
            .filter(|guest| {
                allowances.charge(Whose::Guest(Some(IpAddr::from(*guest))), 1, 0).is_err()
            })
            .count();
        // Both places of a guest taken: about (10,000 / 32,768)² of them, at worst.
        assert!(refused < 150, "{refused}");
    }

    #[test]
    fn no_limit_takes_no_memory() {
        let mut allowances = Allowances::new(0, b"seed");
        assert!((0..1000).all(|_| allowances.charge(Whose::Guest(None), 10, 0).is_ok()));
        assert_eq!(allowances.full_at_ms.iter().map(Vec::len).sum::<usize>(), 0);
    }

    #[test]
    fn a_site_may_do_more_than_a_network_and_not_without_end() {
        let mut allowances = Allowances::new(2, b"seed");
        let network = |number: u16| {
            Whose::Guest(Some([0x2001, 0xdb8, 1, number, 0, 0, 0, 1].map(u16::from).into()))
        };
        let let_in = (0..1000).filter(|n| allowances.charge(network(*n), 2, 0).is_ok()).count();
        assert_eq!(let_in, 16);
        assert_eq!(allowances.charge(guest("2001:db8:2::1"), 2, 0), Ok(()), "another site");
    }

    #[test]
    fn looking_takes_nothing_and_each_purpose_has_its_own() {
        let mut allowances = Allowances::new(10, b"seed");
        let address = read_address("192.0.2.1");
        for _ in 0..100 {
            assert_eq!(allowances.room(Whose::Attempts(address), 10, 1000), Ok(()));
        }
        assert_eq!(allowances.charge(Whose::Attempts(address), 10, 1000), Ok(()));
        assert_eq!(allowances.room(Whose::Attempts(address), 1, 1000), Err(6000));
        assert_eq!(allowances.charge(Whose::Attempts(address), 1, 1000), Err(6000));
        assert_eq!(allowances.charge(Whose::Guest(address), 10, 1000), Ok(()));
        for id in [7, 8] {
            assert_eq!(allowances.charge(Whose::Link("oak", id), 10, 1000), Ok(()));
            assert!(allowances.charge(Whose::Link("oak", id), 1, 1000).is_err());
        }
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
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
