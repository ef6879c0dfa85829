//! Limits per address: how much one guest's connection may ask for.
//!
//! A generic cell rate algorithm (ITU-T I.371): what stands in a place is when the allowance will be full again. The
//! places are a fixed table, which an address finds by a keyed hash, twice: who shares one place with somebody has
//! the other. So the memory is the same for one address and for a million, and nobody can choose whom to meet there.

use std::net::IpAddr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Places in each of the two rows: half a megabyte in all.
const PLACES: usize = 1 << 15;
const ROWS: usize = 2;
/// An allowance that was used up is full again after this.
const MINUTE_MS: u64 = 60_000;

/// The allowances.
pub struct Addresses {
    hash: Option<Hmac<Sha256>>,
    per_minute: u64,
    /// When the allowance of a place is full again, in milliseconds since 1970.
    full_at_ms: [Vec<u64>; ROWS],
}

impl Addresses {
    /// `per_minute` for each address, 0 for no limit; `seed` is random.
    pub fn new(per_minute: u32, seed: &[u8]) -> Self {
        let row = || vec![0; if per_minute == 0 { 0 } else { PLACES }];
        let hash = Hmac::new_from_slice(seed).ok();
        Self { hash, per_minute: per_minute.into(), full_at_ms: [row(), row()] }
    }

    /// Takes `cost` of an address's allowance; or says how many milliseconds to wait for as much.
    pub fn charge(&mut self, address: Option<IpAddr>, cost: u32, now_ms: u64) -> Result<(), u64> {
        let Some(cost_ms) = (u64::from(cost) * MINUTE_MS).checked_div(self.per_minute) else {
            return Ok(());
        };
        let places = self.places(address);
        // A clock that is set back costs nobody more than a minute.
        let full_at = |at: u64| at.clamp(now_ms, now_ms.saturating_add(MINUTE_MS));
        let seen = self.full_at_ms.iter().zip(places).filter_map(|(row, place)| row.get(place));
        let then = seen.map(|at| full_at(*at)).min().unwrap_or(now_ms).saturating_add(cost_ms);
        let over = then.saturating_sub(now_ms.saturating_add(MINUTE_MS));
        for (row, place) in self.full_at_ms.iter_mut().zip(places) {
            if let Some(at) = row.get_mut(place) {
                *at = if over > 0 { full_at(*at) } else { full_at(*at).max(then) };
            }
        }
        if over > 0 { Err(over) } else { Ok(()) }
    }

    fn places(&self, address: Option<IpAddr>) -> [usize; ROWS] {
        let Some(hash) = &self.hash else { return [0; ROWS] };
        let digest = hash.clone().chain_update(network(address)).finalize().into_bytes();
        let mut words = digest
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |word, byte| word << 8 | usize::from(*byte)) % PLACES);
        core::array::from_fn(|_| words.next().unwrap_or_default())
    }
}

/// Whom an allowance is for: an IPv4 address, or the network that one IPv6 subscriber has (a /64, RFC 6177). All that
/// have none share one.
fn network(address: Option<IpAddr>) -> Vec<u8> {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.octets().to_vec(),
        Some(IpAddr::V6(address)) => address.octets().into_iter().take(8).collect(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn an_allowance_is_used_up_and_comes_back() {
        let mut addresses = Addresses::new(6, b"seed");
        let mut charge = |cost, now_ms| addresses.charge(address("192.0.2.1"), cost, now_ms);
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
            ("2001:db8::1", "2001:db8::ffff:1:2:3", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
        ] {
            let mut addresses = Addresses::new(1, b"seed");
            assert_eq!(addresses.charge(address(one), 1, 0), Ok(()));
            assert_eq!(addresses.charge(address(other), 1, 0).is_err(), same, "{one} {other}");
        }
        let mut addresses = Addresses::new(1, b"seed");
        assert_eq!(addresses.charge(None, 1, 0), Ok(()));
        assert!(addresses.charge(None, 1, 0).is_err(), "those without an address share one");
        assert_eq!(addresses.charge(address("192.0.2.1"), 1, 0), Ok(()));
    }

    #[test]
    fn ten_thousand_addresses_that_use_up_theirs_leave_others_alone() {
        let mut addresses = Addresses::new(2, b"seed");
        for number in 0..10_000_u32 {
            let attacker = Some(IpAddr::from(number.to_be_bytes()));
            let _ = addresses.charge(attacker, 2, 0);
        }
        let guests = (0..1000_u32).map(|number| (number | 0xC000_0000).to_be_bytes());
        let refused = guests
            .filter(|guest| addresses.charge(Some(IpAddr::from(*guest)), 1, 0).is_err())
            .count();
        // Both places of a guest taken: about (10,000 / 32,768)² of them, at worst.
        assert!(refused < 150, "{refused}");
    }

    #[test]
    fn no_limit_takes_no_memory() {
        let mut addresses = Addresses::new(0, b"seed");
        assert!((0..1000).all(|_| addresses.charge(None, 10, 0).is_ok()));
        assert_eq!(addresses.full_at_ms.iter().map(Vec::len).sum::<usize>(), 0);
    }
}
