//! For whoever fuzzes the parsers: the laws, which must hold for every input, and the targets,
//! which run the laws.
//!
//! `cargo xtask fuzz` looks for an input that breaks a law by coverage, `tests/properties.rs` at
//! random; both use the same [`laws`]. `cargo test` runs the seeds on any machine.

pub mod laws;
mod targets;

pub use targets::{TARGETS, Target, target};
