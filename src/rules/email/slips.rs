//! Mistyped domains: one slip away from a domain that most guests have their mail at.

/// Domains with so many users that a domain one slip away is more likely a slip than meant, in the
/// order of their first letters. None is one slip away from another domain in common use: `cargo
/// xtask test e2e` tries 16,000 of them.
const DOMAINS: &[&str] = &[
    "btinternet.com",
    "bellsouth.net",
    "bigpond.com",
    "comcast.net",
    "freenet.de",
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.fr",
    "hotmail.it",
    "hotmail.es",
    "hotmail.de",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "outlook.com",
    "orange.fr",
    "protonmail.com",
    "sbcglobal.net",
    "talktalk.net",
    "t-online.de",
    "telenet.be",
    "virginmedia.com",
    "verizon.net",
    "virgilio.it",
    "wanadoo.fr",
    "yahoo.com",
    "yahoo.co.uk",
    "yahoo.fr",
    "yahoo.it",
    "yahoo.es",
    "yahoo.de",
    "yahoo.co.jp",
    "yahoo.com.br",
];

/// For each letter, the index in [`DOMAINS`] of its first domain; after `z`, the number of domains.
#[allow(clippy::indexing_slicing, reason = "checked when it compiles")]
static STARTS: [u8; 27] = {
    let mut starts = [0; 27];
    let mut place = 0;
    while place < DOMAINS.len() {
        let mut later = (DOMAINS[place].as_bytes()[0] - b'a') as usize;
        place += 1;
        while later < 26 {
            later += 1;
            starts[later] = place as u8;
        }
    }
    starts
};

/// The domains with this first letter. The first letter is nearly always typed right, and
/// `email.com` and `ymail.com` are no slips of `gmail.com`.
fn known(first: u8) -> &'static [&'static str] {
    let letter = usize::from(first.to_ascii_lowercase().wrapping_sub(b'a'));
    let place = |letter| STARTS.get(letter).map(|start| usize::from(*start));
    let known =
        place(letter).zip(place(letter + 1)).and_then(|(start, end)| DOMAINS.get(start..end));
    known.unwrap_or_default()
}

/// What is typed in place of `com`. The last three are top-level domains of countries, where the
/// domains above have no counterpart.
const SLIPS_OF_COM: &[&str] =
    &["con", "cmo", "ocm", "vom", "xom", "comm", "coom", "cpm", "cim", "co", "cm", "om"];

/// The domain that was probably meant; `None` for a domain that is right or unknown.
pub(super) fn correction(typed: &[u8]) -> Option<&'static str> {
    for domain in known(*typed.first()?) {
        let meant = domain.as_bytes();
        // Nearly every domain that comes this far is right.
        if is_word(typed, meant) {
            return None;
        }
        // One letter more or less before the dot, and one after it.
        if typed.len().abs_diff(meant.len()) > 2 {
            continue;
        }
        let ((label, rest), (known_label, known_rest)) = at_dot(typed).zip(at_dot(meant))?;
        let is_slip = |slip: &&str| is_word(rest, slip.as_bytes());
        let ends_alike =
            is_word(rest, known_rest) || known_rest == b"com" && SLIPS_OF_COM.iter().any(is_slip);
        if ends_alike && is_within_a_slip(label, known_label) {
            return Some(domain);
        }
    }
    None
}

/// A domain's first label, and the rest after its dot.
fn at_dot(domain: &[u8]) -> Option<(&[u8], &[u8])> {
    let (label, rest) = domain.split_at_checked(domain.iter().position(|byte| *byte == b'.')?)?;
    Some((label, rest.get(1..)?))
}

/// True for a word of the tables, in any case.
fn is_word(typed: &[u8], word: &[u8]) -> bool {
    typed.len() == word.len()
        && typed.iter().zip(word).all(|(typed, letter)| is_letter(*typed, *letter))
}

/// True for a letter of the tables, which are in lower case, in any case. The standard library's
/// `eq_ignore_ascii_case` stays a call for each letter where code is compiled to be small.
fn is_letter(typed: u8, letter: u8) -> bool {
    typed.to_ascii_lowercase() == letter
}

/// True for the same word, and for one with a letter more, a letter less, another letter, or two
/// letters exchanged.
fn is_within_a_slip(typed: &[u8], meant: &[u8]) -> bool {
    let (mut typed, mut meant) = (typed, meant);
    while let ([a, typed_rest @ ..], [b, meant_rest @ ..]) = (typed, meant)
        && is_letter(*a, *b)
    {
        (typed, meant) = (typed_rest, meant_rest);
    }
    while let ([typed_rest @ .., a], [meant_rest @ .., b]) = (typed, meant)
        && is_letter(*a, *b)
    {
        (typed, meant) = (typed_rest, meant_rest);
    }
    match (typed, meant) {
        ([a, b], [c, d]) => is_letter(*a, *d) && is_letter(*b, *c),
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
            assert_eq!(correction(typed.as_bytes()), Some(meant), "{typed}");
        }
    }

    #[test]
    fn slips_are_not_seen_in_other_domains() {
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
            assert_eq!(correction(typed.as_bytes()), None, "{typed}");
        }
    }

    #[test]
    fn slips_of_one_domain_are_no_other_domain() {
        for domain in DOMAINS {
            assert_eq!(correction(domain.as_bytes()), None, "{domain}");
            assert!(known(domain.as_bytes()[0]).contains(domain), "{domain} is out of order");
        }
    }
}
