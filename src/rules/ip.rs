//! IP addresses: that of the guest's device is part of the proof of consent.

use std::net::IpAddr;

/// True for an IPv4 or IPv6 address in its text form (RFC 4291 §2.2), without a zone or a port.
pub fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ip_check_ok() {
        for text in ["192.0.2.1", "2001:db8::1", "::1", "::ffff:192.0.2.1"] {
            assert!(is_address(text), "{text}");
        }
    }

    #[test]
    fn ip_check_fail() {
        for text in
            ["", "192.0.2", "192.0.2.256", "192.0.2.01", "fe80::1%eth0", "[::1]", "::1:80x", "host"]
        {
            assert!(!is_address(text), "{text}");
        }
    }
}
