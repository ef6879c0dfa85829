//! The gateway's two limits, for whoever tunes them: what one sender may do in a minute ([`rate`]),
//! and what everybody together may take of the account's requests ([`quota`]).
//!
//! Both have `acquire`, which takes what a request costs, and `check`, which only says whether
//! there is enough. Where there is not, both answer with the milliseconds to wait.

pub mod quota;
pub mod rate;
