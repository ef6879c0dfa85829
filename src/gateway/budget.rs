//! The account's budget, shared: staff before guests, and no microsite's guests at the cost of another's.
//!
//! The client's own limiter is what keeps the account's bound, by making requests wait. Here is decided who may join
//! that queue: guests who would wait long are told so at once, with the time when there will be room.

use std::collections::VecDeque;

use crate::api::limit::WINDOW_MS;

/// One request that was let go.
#[derive(Clone, Copy)]
struct Sent {
    at_ms: u64,
    /// Whose guest's; none for staff.
    microsite: Option<usize>,
}

/// Who has used how much in the window.
pub struct Budget {
    per_window: usize,
    /// What guests may have of it.
    guests: usize,
    microsites: usize,
    /// The oldest first.
    sent: VecDeque<Sent>,
}

impl Budget {
    /// `reserve` of `per_minute` is left to staff; the rest is for the guests of so many microsites.
    pub fn new(per_minute: u32, reserve: u32, microsites: usize) -> Self {
        let guests = per_minute.saturating_sub(reserve) as usize;
        Self { per_window: per_minute as usize, guests, microsites, sent: VecDeque::new() }
    }

    /// Lets `requests` of a microsite's guest, or of staff, go, which are then counted; or says how many milliseconds
    /// to wait until there is room, if nobody else comes.
    pub fn admit(
        &mut self,
        microsite: Option<usize>,
        requests: u32,
        now_ms: u64,
    ) -> Result<(), u64> {
        self.room(microsite, requests, now_ms)?;
        self.sent.extend((0..requests).map(|_| Sent { at_ms: now_ms, microsite }));
        Ok(())
    }

    /// The same, without counting them.
    pub fn room(
        &mut self,
        microsite: Option<usize>,
        requests: u32,
        now_ms: u64,
    ) -> Result<(), u64> {
        self.forget(now_ms);
        let requests = requests as usize;
        let mut use_ = self.usage();
        if use_.has_room(self, microsite, requests) {
            return Ok(());
        }
        for sent in &self.sent {
            use_.leaves(sent);
            if use_.has_room(self, microsite, requests) {
                return Err((sent.at_ms + WINDOW_MS).saturating_sub(now_ms).max(1));
            }
        }
        Err(WINDOW_MS)
    }

    fn forget(&mut self, now_ms: u64) {
        for sent in &mut self.sent {
            // After a clock was set back, what it calls the future has been.
            sent.at_ms = sent.at_ms.min(now_ms);
        }
        while self.sent.front().is_some_and(|sent| sent.at_ms + WINDOW_MS <= now_ms) {
            self.sent.pop_front();
        }
    }

    fn usage(&self) -> Usage {
        let mut usage = Usage { all: 0, guests: 0, by_microsite: vec![0; self.microsites] };
        for sent in &self.sent {
            usage.all += 1;
            if let Some(microsite) = sent.microsite {
                usage.guests += 1;
                if let Some(count) = usage.by_microsite.get_mut(microsite) {
                    *count += 1;
                }
            }
        }
        usage
    }
}

struct Usage {
    all: usize,
    guests: usize,
    by_microsite: Vec<usize>,
}

impl Usage {
    fn leaves(&mut self, sent: &Sent) {
        self.all -= 1;
        if let Some(microsite) = sent.microsite {
            self.guests -= 1;
            if let Some(count) = self.by_microsite.get_mut(microsite) {
                *count -= 1;
            }
        }
    }

    /// Half of the guests' part is shared out evenly among the microsites, and what one does not use of its share is
    /// kept for it; the other half is for whoever comes first.
    fn has_room(&self, budget: &Budget, microsite: Option<usize>, requests: usize) -> bool {
        if self.all + requests > budget.per_window {
            return false;
        }
        let Some(microsite) = microsite else { return true };
        if self.guests + requests > budget.guests {
            return false;
        }
        let own = self.by_microsite.get(microsite).copied().unwrap_or_default();
        let (share, parts) = (budget.guests, 2 * budget.microsites.max(1));
        if own + requests <= share.div_ceil(parts) {
            return true;
        }
        let others = self.by_microsite.iter().enumerate().filter(|(other, _)| *other != microsite);
        let kept: usize = others.map(|(_, used)| (share / parts).saturating_sub(*used)).sum();
        self.guests + requests + kept <= budget.guests
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OAK: Option<usize> = Some(0);
    const PIER: Option<usize> = Some(1);
    const STAFF: Option<usize> = None;

    /// How many of a hundred thousand go.
    fn admitted(budget: &mut Budget, who: Option<usize>, now_ms: u64) -> usize {
        (0..100_000).take_while(|_| budget.admit(who, 1, now_ms).is_ok()).count()
    }

    #[test]
    fn staff_are_not_starved_by_guests_nor_one_microsite_by_another() {
        let mut budget = Budget::new(200, 50, 2);
        // 150 for guests: 37 kept for the other, the rest for whoever comes first.
        assert_eq!(admitted(&mut budget, OAK, 0), 113);
        assert_eq!(admitted(&mut budget, PIER, 1), 37);
        assert_eq!(admitted(&mut budget, OAK, 2), 0);
        assert_eq!(admitted(&mut budget, STAFF, 3), 50);
        assert_eq!(admitted(&mut budget, STAFF, 4), 0);
    }

    #[test]
    fn staff_may_use_all_of_it_and_guests_of_one_microsite_all_of_theirs() {
        assert_eq!(admitted(&mut Budget::new(200, 50, 2), STAFF, 0), 200);
        assert_eq!(admitted(&mut Budget::new(200, 50, 1), OAK, 0), 150);
    }

    #[test]
    fn of_many_microsites_each_gets_one_while_there_is_room() {
        let mut budget = Budget::new(200, 50, 400);
        let first = admitted(&mut budget, OAK, 0);
        assert_eq!(first, 150, "no share is a whole request: nothing can be kept");
        let mut budget = Budget::new(200, 50, 75);
        assert_eq!(admitted(&mut budget, OAK, 0), 76);
        let others = (1..75).filter(|other| budget.admit(Some(*other), 1, 0).is_ok()).count();
        assert_eq!(others, 74);
    }

    #[test]
    fn who_is_refused_is_told_when_there_is_room() {
        for (who, requests) in [(OAK, 1), (OAK, 3), (PIER, 1), (PIER, 3), (STAFF, 1)] {
            let mut budget = Budget::new(20, 5, 2);
            let mut now_ms = 1000;
            while budget.admit(STAFF, 1, now_ms).is_ok() || budget.admit(OAK, 1, now_ms).is_ok() {
                now_ms += 777;
            }
            let wait_ms = budget.admit(who, requests, now_ms).unwrap_err();
            assert!(budget.admit(who, requests, now_ms + wait_ms - 1).is_err(), "{who:?}");
            assert_eq!(budget.admit(who, requests, now_ms + wait_ms), Ok(()), "{who:?} {requests}");
        }
    }

    #[test]
    fn at_ten_times_the_budget_no_window_holds_more() {
        let mut budget = Budget::new(200, 50, 3);
        let mut sent = Vec::new();
        // Two thousand a minute for five minutes.
        for number in 0..10_000_u64 {
            let now_ms = number * 30;
            let who = [OAK, PIER, Some(2), STAFF][(number % 4) as usize];
            if budget.admit(who, 1, now_ms).is_ok() {
                sent.push(now_ms);
            }
        }
        let most = sent
            .iter()
            .map(|from| sent.iter().filter(|at| (*from..*from + 60_000).contains(*at)).count());
        assert_eq!(most.max(), Some(200));
    }

    #[test]
    fn a_clock_set_back_delays_by_a_window_at_most() {
        let mut budget = Budget::new(4, 0, 1);
        assert_eq!(admitted(&mut budget, OAK, 3_600_000), 4);
        assert_eq!(budget.admit(OAK, 1, 0), Err(WINDOW_MS));
        assert_eq!(budget.admit(OAK, 1, WINDOW_MS), Ok(()));
    }
}
