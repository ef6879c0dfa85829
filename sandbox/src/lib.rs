//! For whoever develops or tests against the remote Customer API without reaching it: a stand-in
//! with its quirks, over real sockets and a real database.
//!
//! It shares no code with the `dinerkit` crate, so that it cannot inherit that crate's mistakes;
//! what holds the two together is `openapi.yaml`, against which every request and every answer is
//! checked here.

mod auth;
mod body;
pub mod clock;
mod contract;
mod customer;
mod faults;
mod guesses;
mod limit;
mod microsites;
mod operations;
mod problem;
mod server;
mod store;

pub use server::{Config, Database, Sandbox, StartError};
