//! A stand-in for the remote Customer API, with its quirks, real sockets and a real database: for
//! whoever develops or tests without reaching that API.
//!
//! It shares no code with the `dinerkit` crate, so it cannot inherit that crate's mistakes. Both
//! keep to `openapi.yaml`, against which the sandbox checks every request and every answer.

mod auth;
mod body;
pub mod clock;
mod contract;
mod customer;
mod faults;
mod guesses;
mod limit;
mod microsites;
mod names;
mod operations;
mod problem;
mod server;
mod store;

pub use names::{Names, NamesError};
pub use server::{Config, Database, Sandbox, StartError};
