//! The Customer API's client without its I/O: what to send, what an answer means, what to do next. For the
//! WebAssembly binding, the gateway and Rust users, each of whom brings HTTP, a clock and randomness.
//!
//! [`call::Session`] is what the calls of a client share; [`call::Call`] is one call, driven step by step.

pub mod auth;
pub mod call;
pub(crate) mod edit;
pub mod error;
mod lease;
pub(crate) mod limit;
pub mod operations;
pub mod response;
pub mod retry;
pub(crate) mod time;
