//! What one call holds while others wait for it: the refresh of the token, and the customers it writes to. For
//! [`crate::client::call`].
//!
//! Whatever is held ends by time. A call can vanish without a word: an edge runtime ends with its request, and a page
//! that is frozen runs no timer.

/// The refresh of the token, among the customers' Ids, which are above 0.
pub(crate) const REFRESH: i32 = 0;

/// Who holds what, and until when.
pub(crate) struct Leases {
    /// The longest that anything is held.
    max_ms: u64,
    held: Vec<Held>,
    /// Counts the leases: each is known by its number.
    leases: u32,
}

struct Held {
    lease: u32,
    what: i32,
    until_ms: u64,
}

/// Another call's lease on something that was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Its number.
    pub(crate) lease: u32,
    /// Milliseconds to its end.
    pub(crate) ms: u64,
}

impl Leases {
    pub(crate) fn new(max_ms: u64) -> Self {
        Self { max_ms, held: Vec::new(), leases: 0 }
    }

    /// Takes all of `whats` until they are released, for `max_ms` at most; or says who has one of them.
    pub(crate) fn take(&mut self, whats: &[i32], now_ms: u64) -> Result<u32, Taken> {
        let until_ms = now_ms.saturating_add(self.max_ms);
        self.held.retain_mut(|held| {
            // After a clock was set back, nothing lasts longer than it could have.
            held.until_ms = held.until_ms.min(until_ms);
            held.until_ms > now_ms
        });
        if let Some(held) = self.held.iter().find(|held| whats.contains(&held.what)) {
            return Err(Taken { lease: held.lease, ms: held.until_ms - now_ms });
        }
        self.leases = self.leases.wrapping_add(1);
        let lease = self.leases;
        self.held.extend(whats.iter().map(|what| Held { lease, what: *what, until_ms }));
        Ok(lease)
    }

    /// Lets a lease end in `ms`, if it has not ended.
    pub(crate) fn renew(&mut self, lease: u32, ms: u64, now_ms: u64) {
        for held in self.held.iter_mut().filter(|held| held.lease == lease) {
            held.until_ms = now_ms.saturating_add(ms);
        }
    }

    /// Ends a lease. False where it had ended, and another may hold what it was for.
    pub(crate) fn release(&mut self, lease: u32) -> bool {
        let before = self.held.len();
        self.held.retain(|held| held.lease != lease);
        self.held.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_held_until_it_is_released() {
        let mut leases = Leases::new(1000);
        let one = leases.take(&[7, 8], 0).unwrap();
        let two = leases.take(&[9, REFRESH], 0).unwrap();
        for (whats, holder) in
            [(&[7][..], one), (&[8], one), (&[9], two), (&[REFRESH], two), (&[1, 9], two)]
        {
            assert_eq!(leases.take(whats, 400), Err(Taken { lease: holder, ms: 600 }), "{whats:?}");
        }
        // What could not be taken whole was not taken at all.
        let three = leases.take(&[1], 400).unwrap();
        assert!(leases.release(one));
        assert!(leases.take(&[7, 8], 400).is_ok());
        assert!(leases.take(&[9], 400).is_err());
        assert!(leases.release(three));
        assert!(!leases.release(three));
        // Nothing is nobody's.
        assert!(leases.take(&[], 400).is_ok());
        assert!(leases.take(&[], 400).is_ok());
    }

    #[test]
    fn who_vanished_holds_nothing_for_ever() {
        let mut leases = Leases::new(1000);
        let gone = leases.take(&[7], 0).unwrap();
        assert_eq!(leases.take(&[7], 999), Err(Taken { lease: gone, ms: 1 }));
        let next = leases.take(&[7], 1000).unwrap();
        // Back after all, it ends nobody else's.
        assert!(!leases.release(gone));
        leases.renew(gone, 5000, 1000);
        assert_eq!(leases.take(&[7], 1000), Err(Taken { lease: next, ms: 1000 }));
    }

    #[test]
    fn a_lease_may_end_sooner_or_be_prolonged() {
        let mut leases = Leases::new(1000);
        let lease = leases.take(&[7], 0).unwrap();
        leases.renew(lease, 100, 0);
        assert_eq!(leases.take(&[7], 50), Err(Taken { lease, ms: 50 }));
        leases.renew(lease, 100, 50);
        assert_eq!(leases.take(&[7], 100), Err(Taken { lease, ms: 50 }));
        assert!(leases.take(&[7], 150).is_ok());
    }

    #[test]
    fn a_clock_set_back_prolongs_nothing() {
        let mut leases = Leases::new(1000);
        let lease = leases.take(&[7], 3_600_000).unwrap();
        assert_eq!(leases.take(&[7], 0), Err(Taken { lease, ms: 1000 }));
        assert!(leases.take(&[7], 1000).is_ok());
    }
}
