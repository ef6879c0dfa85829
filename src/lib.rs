//! Customer details for restaurant microsites.
