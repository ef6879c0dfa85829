//! What is counted of the times at which requests have arrived.

use crate::time::MINUTE;

/// The most arrivals in any window of a minute. `times` need not be in order.
pub fn highest_window(times: &[u64]) -> usize {
    let mut times = times.to_vec();
    times.sort_unstable();
    let mut first = 0;
    let mut most = 0;
    for (index, at_ms) in times.iter().enumerate() {
        while times[first] + MINUTE <= *at_ms {
            first += 1;
        }
        most = most.max(index + 1 - first);
    }
    most
}

/// How much of a budget of `per_minute` the windows of a minute between two times have used on
/// average, in per mille.
pub fn used_per_mille(times: &[u64], from_ms: u64, to_ms: u64, per_minute: u32) -> u64 {
    let last_ms = to_ms - MINUTE;
    // A request is in every window that begins in the minute before it.
    let windows = times.iter().map(|at_ms| {
        let first = at_ms.saturating_sub(MINUTE - 1).max(from_ms);
        (last_ms.min(*at_ms) + 1).saturating_sub(first)
    });
    windows.sum::<u64>() * 1000 / ((last_ms + 1 - from_ms) * u64::from(per_minute)).max(1)
}

#[test]
fn window_of_a_minute_counts_both_its_first_and_its_last_millisecond() {
    assert_eq!(highest_window(&[]), 0);
    assert_eq!(highest_window(&[70_000, 10_000]), 1);
    assert_eq!(highest_window(&[10_000, 69_999, 69_999, 70_000]), 3);
    assert_eq!(used_per_mille(&[0, 1, 59_999, 60_000], 0, MINUTE, 6), 500);
    let bursts: Vec<u64> = (0..20).flat_map(|burst| [burst * 61_000; 10]).collect();
    for from_ms in [100_000, 130_000, 150_000] {
        let used = used_per_mille(&bursts, from_ms, from_ms + 4 * MINUTE, 10);
        assert!((970..1000).contains(&used), "{used}");
    }
}
