//! E-mail addresses: valid by the HTML standard ("valid e-mail address") and within RFC 5321's
//! lengths, with advice about likely slips.

mod slips;

use std::borrow::Cow;

use crate::fields::EMAIL_MAX_LENGTH;
use crate::issue::{Code, Issue, SUGGESTION};
use crate::platform::Platform;
use crate::scan;

/// Longest part before the `@` (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// Longest label of a domain (RFC 1034 §3.1), also the HTML standard's.
const MAX_LABEL: usize = 63;

/// What the guest should look at again in a valid address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// The domain has no dot: mail rarely reaches such a domain.
    Dotless,
    /// The domain is probably mistyped.
    Slip {
        /// The domain that was probably meant.
        suggestion: &'static str,
    },
}

impl Advice {
    /// The advice as an issue of `field`.
    pub fn issue(self, field: &'static str) -> Issue {
        match self {
            Advice::Dotless => Issue::advice(Code::EmailDotless, field),
            Advice::Slip { suggestion } => {
                Issue::advice(Code::EmailTypo, field).text(SUGGESTION, suggestion)
            }
        }
    }
}

/// Returns the address as it is sent, its domain in ASCII, and advice about it, if any. An empty
/// address is returned as it is: it means not given. The error is always [`Code::Email`].
pub fn normalise<'a>(
    typed: &'a str,
    platform: &impl Platform,
) -> Result<(Cow<'a, str>, Option<Advice>), Code> {
    // The HTML standard's value sanitization algorithm for type=email: strip newlines, then white
    // space around the address. An address with a newline is never valid, so that most texts need
    // no stripping.
    let checked = check(typed.trim_ascii(), platform);
    if checked.is_ok() || !typed.bytes().any(is_line_break) {
        return checked;
    }
    let kept = typed.chars().filter(|c| !matches!(c, '\n' | '\r'));
    let stripped: String = kept.collect();
    let (address, advice) = check(stripped.trim_ascii(), platform)?;
    Ok((Cow::Owned(address.into_owned()), advice))
}

fn is_line_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Checks an address without white space around it.
fn check<'a>(
    address: &'a str,
    platform: &impl Platform,
) -> Result<(Cow<'a, str>, Option<Advice>), Code> {
    if address.is_empty() {
        return Ok((Cow::Borrowed(address), None));
    }
    if address.len() > MOST_BYTES {
        return Err(Code::Email);
    }
    let (local, domain) = scan::split_once(address, b'@').ok_or(Code::Email)?;
    let mut sent = Cow::Borrowed(address);
    if !domain.is_ascii() {
        let mut address = String::from(local);
        address.push('@');
        address.push_str(&to_ascii(domain, platform)?);
        sent = Cow::Owned(address);
    }
    let advice = domain_of(sent.as_bytes()).map(advice).ok_or(Code::Email)?;
    Ok((sent, advice))
}

/// True for an address that is sent as it was typed, without advice. For any other address, ask
/// [`normalise`].
pub fn is_plain(typed: &[u8]) -> bool {
    domain_of(typed).map(advice) == Some(None)
}

/// The domain of an address that is valid as it is; `None` for any other, a domain outside ASCII
/// included.
fn domain_of(address: &[u8]) -> Option<&[u8]> {
    let mut rest = address;
    while let [byte, more @ ..] = rest
        && allows(*byte, IN_LOCAL)
    {
        rest = more;
    }
    let local = address.len() - rest.len();
    let domain = rest.strip_prefix(b"@")?;
    let fits = (1..=MAX_LOCAL).contains(&local) && address.len() <= EMAIL_MAX_LENGTH as usize;
    (fits && is_domain(domain)).then_some(domain)
}

/// The advice about a valid domain.
fn advice(domain: &[u8]) -> Option<Advice> {
    if !scan::is_in(b'.', domain) {
        return Some(Advice::Dotless);
    }
    slips::correction(domain).map(|suggestion| Advice::Slip { suggestion })
}

/// The most bytes of an address: a longer text is invalid in any script, and is refused unread.
const MOST_BYTES: usize = 4 * EMAIL_MAX_LENGTH as usize;

/// A Unicode domain in ASCII. The delimiters of a URL are refused first, because the platform would
/// parse them. So are hyphens where UTS 46 (§4.1, CheckHyphens) allows none, because a URL allows
/// them and the ASCII form hides them.
fn to_ascii(domain: &str, platform: &impl Platform) -> Result<String, Code> {
    // UTS 46 §2.3: these full stops part labels, too.
    let dotted = |c: char| if matches!(c, '。' | '．' | '｡') { '.' } else { c };
    let domain: String = domain.chars().map(dotted).collect();
    let is_plain = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let is_hyphened = |label: &str| {
        let third = label.char_indices().nth(2).and_then(|(index, _)| label.get(index..));
        let is_encoded = label.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("xn"));
        label.starts_with('-')
            || label.ends_with('-')
            || !is_encoded && third.is_some_and(|rest| rest.starts_with("--"))
    };
    if !domain.chars().all(is_plain) || scan::split(&domain, b'.').any(is_hyphened) {
        return Err(Code::Email);
    }
    platform.domain_to_ascii(&domain).ok_or(Code::Email)
}

/// Where a character may stand: before the `@` (HTML standard: `1*( atext / "." )`, atext as in RFC
/// 5322 §3.2.3).
const IN_LOCAL: u8 = 1;
/// Where a character may stand: anywhere in a label of the domain.
const IN_LABEL: u8 = 2;

fn allows(byte: u8, part: u8) -> bool {
    ALLOWED_IN.get(usize::from(byte)).is_some_and(|parts| parts & part != 0)
}

/// The parts of an address that each byte may stand in; none for a byte beyond ASCII.
#[allow(clippy::indexing_slicing, reason = "checked when it compiles")]
static ALLOWED_IN: [u8; 256] = {
    let mut parts = [0; 256];
    let mut signs: &[u8] = b".!#$%&'*+/=?^_`{|}~-";
    while let [sign, rest @ ..] = signs {
        parts[*sign as usize] = IN_LOCAL;
        signs = rest;
    }
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            parts[byte] = IN_LOCAL | IN_LABEL;
        }
        byte += 1;
    }
    parts
};

/// True for a domain by the HTML standard: `label *( "." label )`, a label as in RFC 1034 §3.5 but
/// allowed to start with a digit.
fn is_domain(domain: &[u8]) -> bool {
    let ends = |length, last| length <= MAX_LABEL && !matches!(last, b'.' | b'-');
    let (mut length, mut last) = (0, b'.');
    for &byte in domain {
        length += 1;
        match byte {
            _ if allows(byte, IN_LABEL) => {}
            b'-' if last != b'.' => {}
            b'.' if ends(length - 1, last) => length = 0,
            _ => return false,
        }
        last = byte;
    }
    ends(length, last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Native;

    #[test]
    fn email_check_ok() {
        for (typed, sent) in [
            ("ann@example.com", "ann@example.com"),
            ("  ann@example.com\r\n", "ann@example.com"),
            ("ann@exa\nmple.com", "ann@example.com"),
            ("a.b+c_d-e'f@sub.example.co.uk", "a.b+c_d-e'f@sub.example.co.uk"),
            ("..a..@example.com", "..a..@example.com"),
            ("Ann@EXAMPLE.com", "Ann@EXAMPLE.com"),
            ("ann@bücher.example", "ann@xn--bcher-kva.example"),
            ("ann@例え.テスト", "ann@xn--r8jz45g.xn--zckzah"),
            ("1@2.3", "1@2.3"),
            ("ann@bücher.1", "ann@xn--bcher-kva.1"),
            ("ann@例え。テスト", "ann@xn--r8jz45g.xn--zckzah"),
            ("", ""),
        ] {
            assert_eq!(normalise(typed, &Native), Ok((Cow::Borrowed(sent), None)), "{typed}");
        }
    }

    #[test]
    fn email_check_fail() {
        for typed in [
            "ann",
            "@example.com",
            "ann@",
            "ann@@example.com",
            "a b@example.com",
            "ann@-example.com",
            "ann@example-.com",
            "ann@example..com",
            "ann@.example.com",
            "ann@example.com.",
            "ann@exam_ple.com",
            "\"ann\"@example.com",
            "ann@[127.0.0.1]",
            "zoë@example.com",
            "ann@-bücher.example",
            "ann@bücher-.example",
            "ann@bü--cher.example",
            "ann@bücher/x",
            "ann@bü cher.example",
            "ann@b\u{fffd}",
            "ann;bob@example.com",
        ] {
            assert_eq!(normalise(typed, &Native), Err(Code::Email), "{typed}");
        }
    }

    #[test]
    fn email_lengths_are_rfc_5321s() {
        let address = |local: usize, labels: &[usize]| {
            let labels: Vec<_> = labels.iter().map(|length| "d".repeat(*length)).collect();
            "l".repeat(local) + "@" + &labels.join(".")
        };
        for (typed, fits) in [
            (address(64, &[10, 3]), true),
            (address(65, &[10, 3]), false),
            (address(1, &[63, 3]), true),
            (address(1, &[64, 3]), false),
            (address(62, &[63, 63, 63]), true),
            (address(63, &[63, 63, 63]), false),
            ("a".repeat(1_000_000), false),
        ] {
            assert_eq!(normalise(&typed, &Native).is_ok(), fits);
        }
    }

    #[test]
    fn email_is_plain_if_it_is_sent_as_typed_and_without_advice() {
        for typed in [
            "ann@example.com",
            "ann@sub-domain.example.co.uk",
            " ann@example.com",
            "ann@exa\nmple.com",
            "ann@localhost",
            "ann@gmial.com",
            "ann@bücher.example",
            "zoë@example.com",
            "ann@example-.com",
            "ann@example.com.",
            "ann",
        ] {
            let sent = normalise(typed, &Native);
            let is_sent_so = matches!(sent, Ok((address, None)) if address == typed);
            assert_eq!(is_plain(typed.as_bytes()), is_sent_so, "{typed}");
        }
        assert!(!is_plain(b"ann@\xff.example"));
    }

    #[test]
    fn email_with_a_dotless_domain_gets_advice() {
        let sent = (Cow::Borrowed("ann@localhost"), Some(Advice::Dotless));
        assert_eq!(normalise("ann@localhost", &Native), Ok(sent));
    }

    #[test]
    fn email_with_a_slip_gets_advice_and_is_sent_as_typed() {
        let slip = Advice::Slip { suggestion: "gmail.com" };
        assert_eq!(
            normalise("Ann@Gmial.com", &Native),
            Ok((Cow::Borrowed("Ann@Gmial.com"), Some(slip)))
        );
        assert!(!slip.issue("Email").blocks());
        assert_eq!(
            slip.issue("Email").message(),
            "check the e-mail address: did you mean gmail.com?"
        );
    }
}
