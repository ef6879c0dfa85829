//! What of a gateway outlives its module: the quota, and until when nobody signs in. JavaScript
//! keeps it in numbers after each step that changes it. The slots of the rate limits are half a
//! megabyte, so that JavaScript copies them out of the old instance's memory when a new one begins.

use super::Gateway;
use super::limits::quota::Share;

/// A share of staff in the numbers; those of guests are the microsite's index.
const STAFF: f64 = -1.0;
const LINK: f64 = -2.0;
const REST: f64 = -3.0;

impl Gateway {
    /// What to keep after a step: until when nobody signs in, then each counted request's time and
    /// share.
    pub fn keep(&self) -> Vec<f64> {
        let sent = self.quota.counted().flat_map(|(at_ms, share)| {
            let share = match share {
                Share::Staff => STAFF,
                Share::Link => LINK,
                Share::Rest => REST,
                Share::Guest(microsite) => microsite as f64,
            };
            [at_ms as f64, share]
        });
        core::iter::once(self.locked_until_ms as f64).chain(sent).collect()
    }

    /// Takes what an earlier gateway of the same configuration has kept.
    pub fn take(&mut self, kept: &[f64]) {
        let Some((locked_until_ms, sent)) = kept.split_first() else { return };
        self.locked_until_ms = *locked_until_ms as u64;
        let shares = sent.as_chunks().0.iter().map(|[at_ms, share]| {
            let share = match *share {
                STAFF => Share::Staff,
                LINK => Share::Link,
                REST => Share::Rest,
                microsite => Share::Guest(microsite as usize),
            };
            (*at_ms as u64, share)
        });
        self.quota.count(shares);
    }

    /// The addresses in the module's memory of the rows of the rate limits' slots, and the bytes in
    /// each row.
    pub fn rate_slots(&self) -> Vec<usize> {
        self.rate_limits.slots_in_memory()
    }
}
