//! The account's quota of requests, shared out: staff come before guests, and the guests of one
//! microsite cannot use up the requests of another's.
//!
//! The client's own limiter keeps the account's bound by making requests wait. The quota decides
//! which requests may join that queue: a guest who would have to wait long is told so at once, with
//! the time when to come back.

use std::collections::VecDeque;

use crate::client::limit::WINDOW_MS;

/// One in so many of staff's requests is kept for links from e-mails, though never more than half.
/// Guests who book must not keep somebody on the mailing lists who wants to leave them, and links
/// must not keep staff from their work.
const LINKS_ARE_ONE_IN: u32 = 5;

/// The share of the quota that a request is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Staff's.
    Staff,
    /// The guests' of the microsite with this index in the configuration.
    Guest(usize),
    /// The share of guests who follow a link from an e-mail.
    Link,
    /// What guests and staff leave: the share of programs that work through a list and have time.
    Rest,
}

/// How many requests of a window are left alone by [`Share::Rest`]: half of them. A rush of that
/// many finds room at once. So do staff and guests who begin to come at any even rate, as long as
/// the rest is sent evenly too: it goes out of the window as they come in.
pub(in crate::gateway) fn kept_free(per_window: u32) -> u32 {
    per_window.div_ceil(2)
}

/// One request that was let through.
#[derive(Clone, Copy)]
struct Sent {
    at_ms: u64,
    share: Share,
}

/// How much of each share is used in the current window.
pub struct Quota {
    per_window: usize,
    /// What guests may use of it.
    guests: usize,
    /// What links may use of the rest. Beyond that, links take from the guests' part.
    links: usize,
    /// What is left alone by the rest.
    kept_free: usize,
    microsites: usize,
    /// The oldest first.
    sent: VecDeque<Sent>,
}

impl Quota {
    /// A quota of `per_minute` requests, of which `reserve` is kept for staff. The guests of so
    /// many microsites share the rest.
    pub fn new(per_minute: u32, reserve: u32, microsites: usize) -> Self {
        Self {
            per_window: per_minute as usize,
            guests: per_minute.saturating_sub(reserve) as usize,
            links: reserve.div_ceil(LINKS_ARE_ONE_IN).min(reserve / 2) as usize,
            kept_free: kept_free(per_minute) as usize,
            microsites,
            sent: VecDeque::new(),
        }
    }

    /// Counts so many requests; or says how many milliseconds to wait until there is room for them,
    /// if no other request comes first.
    pub fn acquire(&mut self, share: Share, requests: u32, now_ms: u64) -> Result<(), u64> {
        self.check(share, requests, now_ms)?;
        self.sent.extend((0..requests).map(|_| Sent { at_ms: now_ms, share }));
        Ok(())
    }

    /// The same, without counting them.
    pub fn check(&mut self, share: Share, requests: u32, now_ms: u64) -> Result<(), u64> {
        self.forget(now_ms);
        let requests = requests as usize;
        let mut usage = self.usage();
        if usage.has_room(self, share, requests) {
            return Ok(());
        }
        for sent in &self.sent {
            usage.remove(sent);
            if usage.has_room(self, share, requests) {
                return Err((sent.at_ms + WINDOW_MS).saturating_sub(now_ms).max(1));
            }
        }
        Err(WINDOW_MS)
    }

    /// How many requests are counted now.
    pub(in crate::gateway) fn used(&mut self, now_ms: u64) -> u32 {
        self.forget(now_ms);
        u32::try_from(self.sent.len()).unwrap_or(u32::MAX)
    }

    /// The requests that were counted, the oldest first.
    pub(in crate::gateway) fn counted(&self) -> impl Iterator<Item = (u64, Share)> {
        self.sent.iter().map(|sent| (sent.at_ms, sent.share))
    }

    /// Counts requests that were let through before, the oldest first.
    pub(in crate::gateway) fn count(&mut self, sent: impl Iterator<Item = (u64, Share)>) {
        self.sent.extend(sent.map(|(at_ms, share)| Sent { at_ms, share }));
    }

    fn forget(&mut self, now_ms: u64) {
        for sent in &mut self.sent {
            // The clock was set back: a request cannot have been sent later than now.
            sent.at_ms = sent.at_ms.min(now_ms);
        }
        while self.sent.front().is_some_and(|sent| sent.at_ms + WINDOW_MS <= now_ms) {
            self.sent.pop_front();
        }
    }

    fn usage(&self) -> Usage {
        let mut usage =
            Usage { all: 0, guests: 0, links: 0, by_microsite: vec![0; self.microsites] };
        for sent in &self.sent {
            usage.all += 1;
            if let Some(count) = usage.count(sent.share) {
                *count += 1;
            }
            usage.guests += usize::from(matches!(sent.share, Share::Guest(_)));
        }
        usage
    }
}

struct Usage {
    all: usize,
    guests: usize,
    links: usize,
    by_microsite: Vec<usize>,
}

impl Usage {
    /// The counter of a share. Staff and the rest have none: their requests are in the sum alone.
    fn count(&mut self, share: Share) -> Option<&mut usize> {
        match share {
            Share::Staff | Share::Rest => None,
            Share::Guest(microsite) => self.by_microsite.get_mut(microsite),
            Share::Link => Some(&mut self.links),
        }
    }

    /// Takes a request out that leaves the window.
    fn remove(&mut self, sent: &Sent) {
        self.all -= 1;
        if let Some(count) = self.count(sent.share) {
            *count -= 1;
        }
        self.guests -= usize::from(matches!(sent.share, Share::Guest(_)));
    }

    /// Half of the guests' part is shared out evenly among the microsites, and what a microsite
    /// does not use of its part is kept for it. The other half goes to whoever comes first.
    fn has_room(&self, quota: &Quota, share: Share, requests: usize) -> bool {
        if self.all + requests > quota.per_window {
            return false;
        }
        let links = self.links + if share == Share::Link { requests } else { 0 };
        let guests = self.guests + if share == Share::Link { 0 } else { requests };
        let used = guests + links.saturating_sub(quota.links);
        let own_part = quota.guests / (2 * quota.microsites.max(1));
        match share {
            Share::Staff => return true,
            Share::Rest => return self.all + requests + quota.kept_free <= quota.per_window,
            Share::Link if links <= quota.links => return true,
            _ if used > quota.guests => return false,
            Share::Guest(microsite) => {
                let own = self.by_microsite.get(microsite).copied().unwrap_or_default();
                if own + requests <= own_part.max(1) {
                    return true;
                }
            }
            Share::Link => {}
        }
        let others =
            (0..).zip(&self.by_microsite).filter(|(other, _)| share != Share::Guest(*other));
        let kept: usize = others.map(|(_, used)| own_part.saturating_sub(*used)).sum();
        used + kept <= quota.guests
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OAK: Share = Share::Guest(0);
    const PIER: Share = Share::Guest(1);
    const STAFF: Share = Share::Staff;
    const LINK: Share = Share::Link;

    /// How many of a hundred thousand go.
    fn admitted(quota: &mut Quota, share: Share, now_ms: u64) -> usize {
        (0..100_000).take_while(|_| quota.acquire(share, 1, now_ms).is_ok()).count()
    }

    #[test]
    fn quota_keeps_requests_for_staff_and_for_each_microsite() {
        let mut quota = Quota::new(200, 50, 2);
        // 150 for guests: 37 kept for the other, the rest for whoever comes first.
        assert_eq!(admitted(&mut quota, OAK, 0), 113);
        assert_eq!(admitted(&mut quota, PIER, 1), 37);
        assert_eq!(admitted(&mut quota, OAK, 2), 0);
        assert_eq!(admitted(&mut quota, STAFF, 3), 50);
        assert_eq!(admitted(&mut quota, STAFF, 4), 0);
    }

    #[test]
    fn quota_keeps_requests_for_links_at_nobodys_cost() {
        let mut quota = Quota::new(200, 50, 2);
        assert_eq!(admitted(&mut quota, OAK, 0), 113);
        assert_eq!(admitted(&mut quota, LINK, 0), 10, "their own, the guests' being used up");
        assert_eq!(admitted(&mut quota, PIER, 0), 37);
        assert_eq!(admitted(&mut quota, STAFF, 0), 40);
        let mut quota = Quota::new(200, 50, 2);
        assert_eq!(admitted(&mut quota, LINK, 0), 10 + 76, "what comes first of the guests', too");
        for (share, left) in [(PIER, 37), (OAK, 37), (STAFF, 40)] {
            assert_eq!(admitted(&mut quota, share, 0), left, "{share:?}");
        }
        assert_eq!(admitted(&mut Quota::new(200, 0, 1), LINK, 0), 100, "where staff have no part");
    }

    #[test]
    fn quota_leaves_half_of_all_to_guests_and_staff() {
        let mut quota = Quota::new(200, 50, 2);
        assert_eq!(admitted(&mut quota, Share::Rest, 0), 100);
        assert_eq!(admitted(&mut quota, STAFF, 1), 100);
        let mut quota = Quota::new(201, 50, 2);
        assert_eq!(admitted(&mut quota, OAK, 0), 114);
        assert_eq!(quota.acquire(Share::Rest, 1, 1), Err(WINDOW_MS - 1));
        assert_eq!(admitted(&mut quota, Share::Rest, WINDOW_MS), 100);
    }

    #[test]
    fn quota_may_be_used_up_by_staff_and_the_guests_part_by_one_microsite() {
        assert_eq!(admitted(&mut Quota::new(200, 50, 2), STAFF, 0), 200);
        assert_eq!(admitted(&mut Quota::new(200, 50, 1), OAK, 0), 150);
    }

    #[test]
    fn quota_of_many_microsites_keeps_one_request_for_each() {
        let mut quota = Quota::new(200, 50, 400);
        let first = admitted(&mut quota, OAK, 0);
        assert_eq!(first, 150, "no share is a whole request: nothing can be kept");
        let mut quota = Quota::new(200, 50, 75);
        assert_eq!(admitted(&mut quota, OAK, 0), 76);
        let others =
            (1..75).filter(|other| quota.acquire(Share::Guest(*other), 1, 0).is_ok()).count();
        assert_eq!(others, 74);
    }

    #[test]
    fn quota_tells_when_there_is_room_again() {
        for (share, requests) in
            [(OAK, 1), (OAK, 3), (PIER, 1), (PIER, 3), (STAFF, 1), (LINK, 1), (LINK, 3)]
        {
            let mut quota = Quota::new(20, 5, 2);
            let mut now_ms = 1000;
            while [STAFF, OAK, LINK].iter().any(|share| quota.acquire(*share, 1, now_ms).is_ok()) {
                now_ms += 777;
            }
            let wait_ms = quota.acquire(share, requests, now_ms).unwrap_err();
            assert!(quota.acquire(share, requests, now_ms + wait_ms - 1).is_err(), "{share:?}");
            assert_eq!(
                quota.acquire(share, requests, now_ms + wait_ms),
                Ok(()),
                "{share:?} {requests}"
            );
        }
    }

    #[test]
    fn quota_holds_in_every_window_at_ten_times_as_many_requests() {
        let mut quota = Quota::new(200, 50, 3);
        let mut sent = Vec::new();
        // Two thousand a minute for five minutes.
        for number in 0..10_000_u64 {
            let now_ms = number * 30;
            let share = [OAK, PIER, Share::Guest(2), STAFF, LINK][(number % 5) as usize];
            if quota.acquire(share, 1, now_ms).is_ok() {
                sent.push(now_ms);
            }
        }
        let most = sent
            .iter()
            .map(|from| sent.iter().filter(|at| (*from..*from + 60_000).contains(*at)).count());
        assert_eq!(most.max(), Some(200));
    }

    #[test]
    fn quota_delays_by_one_window_at_most_after_the_clock_was_set_back() {
        let mut quota = Quota::new(4, 0, 1);
        assert_eq!(admitted(&mut quota, OAK, 3_600_000), 4);
        assert_eq!(quota.acquire(OAK, 1, 0), Err(WINDOW_MS));
        assert_eq!(quota.acquire(OAK, 1, WINDOW_MS), Ok(()));
    }
}
