//! E-mail addresses: valid by the HTML standard ("valid e-mail address") and within RFC 5321's
//! lengths, with advice about likely slips.

mod around;
mod meant;
mod slips;

use std::borrow::Cow;

use crate::fields::EMAIL_MAX_LENGTH;
use crate::issue::{Code, Issue, Refusal, SUGGESTION};
use crate::platform::Platform;
use crate::scan;

/// Longest part before the `@` (RFC 5321 §4.5.3.1.1).
pub(crate) const MAX_LOCAL: usize = 64;
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

/// Returns the address as it is sent, its domain in ASCII, and advice about it, if any. What stands
/// around the address is taken off, such as `mailto:` or a name. An empty text is returned as it is:
/// it means not given.
pub fn normalise<'a>(
    typed: &'a str,
    platform: &impl Platform,
) -> Result<(Cow<'a, str>, Option<Advice>), Refusal> {
    let typed = typed.trim_ascii();
    if typed.is_empty() {
        return Ok((Cow::Borrowed(typed), None));
    }
    // Nearly every address is valid as it was typed.
    if let Some(domain) = domain_of(typed.as_bytes()) {
        return Ok((Cow::Borrowed(typed), advice(domain)));
    }
    let address = around::address(typed, platform)?;
    let advice = domain_of(address.as_bytes()).and_then(advice);
    Ok((Cow::Owned(address), advice))
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

/// The address as it is sent, its domain in ASCII. `None` if the text is no valid address.
fn sent(address: &str, platform: &impl Platform) -> Option<String> {
    let (local, domain) = scan::split_once(address, b'@')?;
    let mut sent = String::from(local);
    sent.push('@');
    if domain.is_ascii() {
        sent.push_str(domain);
    } else {
        sent.push_str(&to_ascii(domain, platform)?);
    }
    domain_of(sent.as_bytes()).is_some().then_some(sent)
}

/// A Unicode domain in ASCII. Hyphens where UTS 46 (§4.1, CheckHyphens) allows none are refused
/// first, because a URL allows them and the ASCII form hides them. So are signs and words that touch
/// the address: with them, UTS 46 would name another domain.
fn to_ascii(domain: &str, platform: &impl Platform) -> Option<String> {
    let is_hyphened = |label: &str| {
        let third = label.char_indices().nth(2).and_then(|(index, _)| label.get(index..));
        let is_encoded = label.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("xn"));
        label.starts_with('-')
            || label.ends_with('-')
            || !is_encoded && third.is_some_and(|rest| rest.starts_with("--"))
    };
    if scan::split(domain, b'.').any(is_hyphened) {
        return None;
    }
    // No top-level domain has ASCII letters among those of another script.
    let (mut has_ascii, mut has_others) = (false, false);
    let mut before = '.';
    for character in domain.chars() {
        match character {
            '.' => (has_ascii, has_others) = (false, false),
            'A'..='Z' | 'a'..='z' => has_ascii = true,
            // Ligatures are letters of ASCII to UTS 46.
            '\u{370}'..='\u{faff}' | '\u{fb07}'.. => has_others = true,
            _ => {}
        }
        // RFC 5892 (A.3): the dot of Catalan, as in `col·legi`.
        let is_part = |beside, dot| dot != '·' || matches!(beside, 'l' | 'L');
        if is_sign(character) || !is_part(before, character) || !is_part(character, before) {
            return None;
        }
        before = character;
    }
    if has_ascii && has_others { None } else { platform.domain_to_ascii(domain) }
}

/// True for numbers and letters that are signs, such as `²`, `ⓐ` or `㈱`. UTS 46 makes ASCII of many.
/// The platform refuses all other signs.
fn is_sign(character: char) -> bool {
    matches!(character,
        'ª' | '²' | '³' | '¹'..='¾'
        | '\u{2b0}'..='\u{2b8}'
        | '\u{2e0}'..='\u{2e4}'
        | '\u{2010}'..='\u{2bff}'
        | '\u{3200}'..='\u{33ff}'
        | '\u{1f000}'..='\u{1faff}')
}

/// The most bytes of a text that is read: a longer one is refused unread.
const MOST_BYTES: usize = 4 * EMAIL_MAX_LENGTH as usize;

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

/// The characters that may stand before the `@`, for JavaScript.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn in_local() -> String {
    (0..=u8::MAX).filter(|byte| allows(*byte, IN_LOCAL)).map(char::from).collect()
}

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
mod tests;
