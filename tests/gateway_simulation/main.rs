//! Thousands of runs of several gateways that share an engine, before a model of the remote API:
//! with delays, losses before and after the engine has done a swap, an engine that is down, slow,
//! full, killed or taken over by a replica that lags, networks that fail, and gateways that are
//! killed and started anew. Every process has a clock of its own, which is wrong. Time is a number
//! and a seed makes the random choices, so that a failing run can be repeated.
//!
//! What must hold in every run, of the budget alone (`budgets`):
//! - never more requests a minute reach the remote API than the limit, also while gateways that have
//!   lost the engine go on with their part (`processes`); except where the engine has forgotten what
//!   it had confirmed, which is counted apart;
//! - while guests and staff ask for more than there is, 95 % of the limit is used;
//! - staff and the guests of a restaurant that few ask for get what is kept for them;
//! - some time after the last failure all of this holds again: also what dead processes held comes
//!   back.
//!
//! And of whole gateways, whose guests send a create again under the same key at any of them
//! (`gateways`):
//! - the limit, as above;
//! - at most one customer is created under one key, except where the engine has forgotten a claim
//!   that it had confirmed;
//! - an answer is true: 200 names the customer that was created under the key, and after 4xx
//!   nothing was written for the request;
//! - whoever comes some time after the last failure is served, and every gateway reaches the engine.
//!
//! Not simulated are the sign-in (`tests/consumers/shared.test.mjs` has it) and clocks that jump.
//!
//! For each property there is a fault in the model by which it does not hold.
//!
//! The clocks of the engine's servers agree to within half a second: a replica whose clock is a
//! second ahead of the primary's would let requests of the last minute be forgotten too early.

// Native only: the gateway decides the same on every platform.
#![cfg(not(target_arch = "wasm32"))]
// clippy.toml allows these in test functions, but not in the functions that help them. The
// simulation prints its tally, and its items are read in this folder alone.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub
)]

mod budgets;
mod dice;
mod engine;
mod gateways;
mod measure;
mod schedule;
mod time;
mod wire;

/// The seeds to run: `default` of them, or as many as `DINERKIT_SCHEDULES` says, from the first or
/// from the one that `DINERKIT_SEED` names. To run more: `DINERKIT_SCHEDULES=3000 cargo test
/// --profile load --test gateway_simulation`.
fn seeds(default: u64) -> std::ops::Range<u64> {
    let number = |name| {
        let text: Option<String> = std::env::var(name).ok();
        text.map(|text| text.parse::<u64>().expect("a number"))
    };
    let from = number("DINERKIT_SEED").unwrap_or(0);
    from..from + number("DINERKIT_SCHEDULES").unwrap_or(default)
}
