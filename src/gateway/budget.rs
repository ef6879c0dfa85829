//! The account's budget, shared: staff before guests, and no microsite's guests at the cost of another's.
//!
//! The client's own limiter is what keeps the account's bound, by making requests wait. Here is decided who may join
//! that queue: guests who would wait long are told so at once, with the time when there will be room.

use std::collections::VecDeque;

use crate::client::limit::WINDOW_MS;

/// Of staff's part, so much is for links from e-mails, a fifth but never most of it. Who follows one must not be kept on the lists by
/// those who book, nor keep staff from their work.
const LINKS_ARE_ONE_IN: u32 = 5;

/// Whose request it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Staff's.
    Staff,
    /// That of a guest of the microsite with this number.
    Guest(usize),
    /// That of a guest who follows a link from an e-mail.
    Link,
}

/// One request that was let go.
#[derive(Clone, Copy)]
struct Sent {
    at_ms: u64,
    who: Who,
}

/// Who has used how much in the window.
pub struct Budget {
    per_window: usize,
    /// What guests may have of it.
    guests: usize,
    /// What links may have of the rest. More than that they take of what is the guests'.
    links: usize,
    microsites: usize,
    /// The oldest first.
    sent: VecDeque<Sent>,
}

impl Budget {
    /// `reserve` of `per_minute` is left to staff; the rest is for the guests of so many microsites.
    pub fn new(per_minute: u32, reserve: u32, microsites: usize) -> Self {
        Self {
            per_window: per_minute as usize,
            guests: per_minute.saturating_sub(reserve) as usize,
            links: reserve.div_ceil(LINKS_ARE_ONE_IN).min(reserve / 2) as usize,
            microsites,
            sent: VecDeque::new(),
        }
    }

    /// Lets so many requests go, which are then counted; or says how many milliseconds to wait until there is room, if
    /// nobody else comes.
    pub fn admit(&mut self, who: Who, requests: u32, now_ms: u64) -> Result<(), u64> {
        self.room(who, requests, now_ms)?;
        self.sent.extend((0..requests).map(|_| Sent { at_ms: now_ms, who }));
        Ok(())
    }

    /// The same, without counting them.
    pub fn room(&mut self, who: Who, requests: u32, now_ms: u64) -> Result<(), u64> {
        self.forget(now_ms);
        let requests = requests as usize;
        let mut use_ = self.usage();
        if use_.has_room(self, who, requests) {
            return Ok(());
        }
        for sent in &self.sent {
            use_.leaves(sent);
            if use_.has_room(self, who, requests) {
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
        let mut usage =
            Usage { all: 0, guests: 0, links: 0, by_microsite: vec![0; self.microsites] };
        for sent in &self.sent {
            usage.all += 1;
            if let Some(count) = usage.count(sent.who) {
                *count += 1;
            }
            usage.guests += usize::from(matches!(sent.who, Who::Guest(_)));
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
    /// What counts the requests of one of those who share a part. Staff's are in the sum alone.
    fn count(&mut self, who: Who) -> Option<&mut usize> {
        match who {
            Who::Staff => None,
            Who::Guest(microsite) => self.by_microsite.get_mut(microsite),
            Who::Link => Some(&mut self.links),
        }
    }

    fn leaves(&mut self, sent: &Sent) {
        self.all -= 1;
        if let Some(count) = self.count(sent.who) {
            *count -= 1;
        }
        self.guests -= usize::from(matches!(sent.who, Who::Guest(_)));
    }

    /// Half of the guests' part is shared out evenly among the microsites, and what one does not use of its share is
    /// kept for it; the other half is for whoever comes first.
    fn has_room(&self, budget: &Budget, who: Who, requests: usize) -> bool {
        if self.all + requests > budget.per_window {
            return false;
        }
        let links = self.links + if who == Who::Link { requests } else { 0 };
        let guests = self.guests + if who == Who::Link { 0 } else { requests };
        let used = guests + links.saturating_sub(budget.links);
        let (share, parts) = (budget.guests, 2 * budget.microsites.max(1));
        match who {
            Who::Staff => return true,
            Who::Link if links <= budget.links => return true,
            _ if used > budget.guests => return false,
            Who::Guest(microsite) => {
                let own = self.by_microsite.get(microsite).copied().unwrap_or_default();
                if own + requests <= (share / parts).max(1) {
                    return true;
                }
            }
            Who::Link => {}
        }
        let others = (0..).zip(&self.by_microsite).filter(|(other, _)| who != Who::Guest(*other));
        let kept: usize = others.map(|(_, used)| (share / parts).saturating_sub(*used)).sum();
        used + kept <= budget.guests
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OAK: Who = Who::Guest(0);
    const PIER: Who = Who::Guest(1);
    const STAFF: Who = Who::Staff;
    const LINK: Who = Who::Link;

    /// How many of a hundred thousand go.
    fn admitted(budget: &mut Budget, who: Who, now_ms: u64) -> usize {
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
    fn links_have_a_part_of_their_own_and_starve_nobody() {
        let mut budget = Budget::new(200, 50, 2);
        assert_eq!(admitted(&mut budget, OAK, 0), 113);
        assert_eq!(admitted(&mut budget, LINK, 0), 10, "their own, the guests' being used up");
        assert_eq!(admitted(&mut budget, PIER, 0), 37);
        assert_eq!(admitted(&mut budget, STAFF, 0), 40);
        let mut budget = Budget::new(200, 50, 2);
        assert_eq!(admitted(&mut budget, LINK, 0), 10 + 76, "what comes first of the guests', too");
        for (who, left) in [(PIER, 37), (OAK, 37), (STAFF, 40)] {
            assert_eq!(admitted(&mut budget, who, 0), left, "{who:?}");
        }
        assert_eq!(admitted(&mut Budget::new(200, 0, 1), LINK, 0), 100, "where staff have no part");
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
        let others = (1..75).filter(|other| budget.admit(Who::Guest(*other), 1, 0).is_ok()).count();
        assert_eq!(others, 74);
    }

    #[test]
    fn who_is_refused_is_told_when_there_is_room() {
        for (who, requests) in
            [(OAK, 1), (OAK, 3), (PIER, 1), (PIER, 3), (STAFF, 1), (LINK, 1), (LINK, 3)]
        {
            let mut budget = Budget::new(20, 5, 2);
            let mut now_ms = 1000;
            while [STAFF, OAK, LINK].iter().any(|who| budget.admit(*who, 1, now_ms).is_ok()) {
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
            let who = [OAK, PIER, Who::Guest(2), STAFF, LINK][(number % 5) as usize];
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
