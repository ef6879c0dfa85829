//! What of a session outlives its module: the token, the leases and the rate limit. After a fault
//! the gateway's driver makes a new instance of the module, which must not send more than the
//! account may, nor write to a customer while a write of the old instance may still be on its way.

use super::Session;
use super::auth::Token;
use super::lease::REFRESH;

/// What a session was at a step's end, as JavaScript keeps it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// The token's text.
    pub token: Option<String>,
    /// Everything else, in numbers, all below 2^53 or meant to be rounded.
    pub numbers: Vec<f64>,
}

/// The numbers before those of leases and requests.
const HEAD: usize = 5;
/// The numbers of one lease.
const LEASE: usize = 3;

impl Session {
    /// What to keep after a step.
    pub fn keep(&self) -> Kept {
        let renew_at_ms = self.token.as_ref().map_or(0, |token| token.renew_at_ms);
        let leases = self.leases.held();
        let head: [f64; HEAD] = [
            self.token_generation.into(),
            renew_at_ms as f64,
            self.limiter.paused_until_ms() as f64,
            self.leases.last().into(),
            leases.len() as f64,
        ];
        let mut numbers = head.to_vec();
        numbers.extend(
            leases.into_iter().flat_map(|(lease, id, until_ms)| {
                [f64::from(lease), f64::from(id), until_ms as f64]
            }),
        );
        numbers.extend(self.limiter.sent().iter().map(|at| *at as f64));
        Kept { token: self.token.as_ref().map(|token| token.text.clone()), numbers }
    }

    /// Counts the tokens that the session has got.
    pub fn token_generation(&self) -> u32 {
        self.token_generation
    }

    /// When another token is due, in milliseconds since 1970; 0 without a token.
    pub fn renew_at_ms(&self) -> u64 {
        self.token.as_ref().map_or(0, |token| token.renew_at_ms)
    }

    /// Takes what an earlier session has kept. The calls of that session have ended: a refresh that
    /// was under way is left out, while a lease on a customer holds until its time is over.
    pub fn take(&mut self, kept: Kept) {
        let Some((head, rest)) = kept.numbers.split_first_chunk::<HEAD>() else { return };
        let [generation, renew_at_ms, paused_until_ms, last, held] = *head;
        let (leases, sent) = rest.split_at(rest.len().min(held as usize * LEASE));
        if let Some(text) = kept.token {
            self.token = Some(Token { text, renew_at_ms: renew_at_ms as u64 });
        }
        self.token_generation = generation as u32;
        let leases = leases.as_chunks::<LEASE>().0.iter();
        let leases =
            leases.map(|[lease, id, until_ms]| (*lease as u32, *id as i32, *until_ms as u64));
        self.leases.hold(last as u32, leases.filter(|(_, id, _)| *id != REFRESH));
        self.limiter.take(paused_until_ms as u64, sent.iter().map(|at| *at as u64));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{Config, lease::Held};

    #[test]
    fn session_keeps_what_outlives_its_module() {
        let open = || Session::new(Config::new("https://api.example", "oak")).ok().unwrap();
        let mut old = open();
        old.token = Some(Token { text: "planted-marker".to_owned(), renew_at_ms: u64::MAX });
        old.token_generation = 7;
        let write = old.leases.acquire(&[4711], 1000).unwrap();
        let _ = old.leases.acquire(&[REFRESH], 1000).unwrap();
        for at in 0..200 {
            assert_eq!(old.limiter.acquire(&mut None, at), Ok(()));
        }
        old.limiter.pause(5000, 1000);
        let mut new = open();
        new.take(old.keep());
        assert_eq!(new.token, old.token);
        assert_eq!(new.token_generation, 7);
        assert!(new.leases.acquire(&[REFRESH], 1000).is_ok(), "nobody refreshes any more");
        assert!(
            matches!(new.leases.acquire(&[4711], 2000), Err(Held { lease, ms: 89_000 }) if lease == write)
        );
        assert!(new.limiter.acquire(&mut None, 1000).is_err(), "the minute's requests are used up");
        assert_eq!(new.limiter.acquire(&mut None, 62_000), Ok(()));
        let mut fresh = open();
        fresh.take(Kept::default());
        assert_eq!(fresh.keep(), open().keep(), "nothing was kept");
    }
}
