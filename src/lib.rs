//! Customer details for restaurant microsites.
pub mod rules;
