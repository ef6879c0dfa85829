//! Addresses of the guest's device, which are part of the consent record.

use std::net::IpAddr;

/// True for an IPv4 or IPv6 address in its text form, without a zone or a port.
pub fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for text in ["192.0.2.1", "2001:db8::1", "::1", "::ffff:192.0.2.1"] {
            assert!(is_address(text), "{text}");
        }
        for text in
            ["", "192.0.2", "192.0.2.256", "192.0.2.01", "fe80::1%eth0", "[::1]", "::1:80x", "host"]
        {
            assert!(!is_address(text), "{text}");
        }
    }
}
