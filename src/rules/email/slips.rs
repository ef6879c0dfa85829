//! Slips of the fingers in the domains that most guests have their mail at.

use crate::scan;

/// Domains with so many users that a domain one slip away is more likely the slip. Each is far enough from every other
/// domain that is in common use: `cargo xtask test e2e` asks about 16,000 of them.
const DOMAINS: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.fr",
    "hotmail.it",
    "hotmail.es",
    "hotmail.de",
    "outlook.com",
    "yahoo.com",
    "yahoo.co.uk",
    "yahoo.fr",
    "yahoo.it",
    "yahoo.es",
    "yahoo.de",
    "yahoo.co.jp",
    "yahoo.com.br",
    "icloud.com",
    "protonmail.com",
    "btinternet.com",
    "virginmedia.com",
    "talktalk.net",
    "comcast.net",
    "verizon.net",
    "sbcglobal.net",
    "bellsouth.net",
    "bigpond.com",
    "orange.fr",
    "wanadoo.fr",
    "laposte.net",
    "freenet.de",
    "t-online.de",
    "libero.it",
    "virgilio.it",
    "telenet.be",
];

/// What is typed for `com`. The last three are countries' own, but not those of the domains above.
const SLIPS_OF_COM: &[&str] =
    &["con", "cmo", "ocm", "vom", "xom", "comm", "coom", "cpm", "cim", "co", "cm", "om"];

/// The domain that was probably meant, where another one was typed.
pub(super) fn correction(domain: &str) -> Option<&'static str> {
    let (label, rest) = scan::split_once(domain, b'.')?;
    let first = domain.as_bytes().first()?.to_ascii_lowercase();
    let ends_alike = |known: &str| {
        let is_slip = |slip: &&str| slip.eq_ignore_ascii_case(rest);
        known.eq_ignore_ascii_case(rest) || known == "com" && SLIPS_OF_COM.iter().any(is_slip)
    };
    let is_meant = |known: &&str| {
        // The first letter is nearly always right; and `email.com` and `ymail.com` are no slips of `gmail.com`.
        known.as_bytes().first() == Some(&first)
            && scan::split_once(known, b'.').is_some_and(|(known_label, known_rest)| {
                is_within_a_slip(label.as_bytes(), known_label.as_bytes()) && ends_alike(known_rest)
            })
    };
    let meant = DOMAINS.iter().copied().find(is_meant)?;
    (!meant.eq_ignore_ascii_case(domain)).then_some(meant)
}

/// True for the same word, and for one with one letter more, one less, another one, or two exchanged.
fn is_within_a_slip(typed: &[u8], meant: &[u8]) -> bool {
    let (mut typed, mut meant) = (typed, meant);
    while let ([a, typed_rest @ ..], [b, meant_rest @ ..]) = (typed, meant)
        && a.eq_ignore_ascii_case(b)
    {
        (typed, meant) = (typed_rest, meant_rest);
    }
    while let ([typed_rest @ .., a], [meant_rest @ .., b]) = (typed, meant)
        && a.eq_ignore_ascii_case(b)
    {
        (typed, meant) = (typed_rest, meant_rest);
    }
    match (typed, meant) {
        ([a, b], [c, d]) => a.eq_ignore_ascii_case(d) && b.eq_ignore_ascii_case(c),
        _ => typed.len() <= 1 && meant.len() <= 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found() {
        for (typed, meant) in [
            ("gmial.com", "gmail.com"),
            ("gamil.com", "gmail.com"),
            ("gmal.com", "gmail.com"),
            ("gmaill.com", "gmail.com"),
            ("gmsil.com", "gmail.com"),
            ("GMIAL.COM", "gmail.com"),
            ("gmail.con", "gmail.com"),
            ("gmail.co", "gmail.com"),
            ("gmial.cmo", "gmail.com"),
            ("hotmial.co.uk", "hotmail.co.uk"),
            ("yaho.fr", "yahoo.fr"),
            ("yahooo.com.br", "yahoo.com.br"),
            ("outlok.com", "outlook.com"),
            ("iclould.com", "icloud.com"),
            ("btinternet.comm", "btinternet.com"),
            ("t-onlin.de", "t-online.de"),
        ] {
            assert_eq!(correction(typed), Some(meant), "{typed}");
        }
    }

    #[test]
    fn other_domains_are_left_alone() {
        for typed in [
            "mail.com",
            "email.com",
            "ymail.com",
            "gmx.com",
            "aver.com",
            "yahoo.se",
            "hotmail.se",
            "hotmail.dk",
            "live.com",
            "me.com",
            "example.con",
            "gmail",
            "gmail.",
            "gmail.com.",
            "gmail.de",
            "mailgmail.com",
            "g.com",
            "gm.com",
            "",
            ".",
            "yahoo.co.in",
        ] {
            assert_eq!(correction(typed), None, "{typed}");
        }
    }

    #[test]
    fn no_domain_of_the_table_is_a_slip_of_another() {
        for domain in DOMAINS {
            assert_eq!(correction(domain), None, "{domain}");
        }
    }
}
