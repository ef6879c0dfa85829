//! What must hold of every input, for whoever looks for one of which it does not.
//!
//! `cargo xtask fuzz` searches by coverage, `tests/properties.rs` at random; both hold the same [`laws`]. The seeds
//! are run by `cargo test` on any machine.

pub mod laws;
mod targets;

pub use targets::{TARGETS, Target, target};
