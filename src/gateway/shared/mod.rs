//! What all gateways of an account share, as texts that an engine keeps: see `docs/engines.md`.

pub mod budget;
