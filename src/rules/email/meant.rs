//! What is wrong with a text that holds no valid address, and which address was probably meant.

use super::around::{self, first_part};
use super::{Advice, IN_LOCAL, advice, allows, domain_of, sent};
use crate::issue::{Code, Param, Refusal, SUGGESTION};
use crate::platform::Platform;
use crate::scan;

/// Why a text is no address. Nothing stands around it any more that can be taken off.
pub(super) fn refusal(text: &str, platform: &impl Platform) -> Refusal {
    let mended = mended(text);
    let meant = if is_likely(&mended, platform) { &mended } else { set_off(text, platform) };
    let meant = if meant.is_empty() { unglued(&mended, platform) } else { meant };
    if !meant.is_empty() {
        let params = vec![(SUGGESTION, Param::Text(meant.to_owned()))];
        return Refusal { code: Code::EmailMistyped, params };
    }
    let code = if text.chars().any(|character| character == char::REPLACEMENT_CHARACTER) {
        Code::DamagedText
    } else if !around::has_at(text) {
        Code::EmailAtMissing
    } else if is_valid_but_for_letters(&mended, platform) {
        Code::EmailLetters
    } else {
        Code::Email
    };
    code.into()
}

/// True for a valid address whose domain has a dot. Another one is hardly meant.
fn is_likely(address: &str, platform: &impl Platform) -> bool {
    let sent = sent(address, platform).unwrap_or_default();
    domain_of(sent.as_bytes()).is_some_and(|domain| advice(domain) != Some(Advice::Dotless))
}

/// True for an address that is refused only because of characters beyond ASCII before its `@`.
fn is_valid_but_for_letters(address: &str, platform: &impl Platform) -> bool {
    let local = scan::until(address, b"@").0;
    let mut other = String::from("a");
    other.push_str(address.get(local.len()..).unwrap_or_default());
    !local.is_ascii()
        && local.bytes().all(|byte| !byte.is_ascii() || allows(byte, IN_LOCAL))
        && sent(&other, platform).is_some()
}

/// The text with each sign that is in the place of another one as that other, as far as one address
/// only can be meant: a comma in the domain as a dot, `(at)` as `@`, `@@` as `@`. Spaces beside `@`
/// and dots are left out. It may be no address.
fn mended(text: &str) -> String {
    let mut rest = text;
    while let Some(shorter) = rest.strip_suffix('@') {
        rest = shorter;
    }
    let has_at = around::has_at(rest);
    let mut out = String::with_capacity(text.len());
    let (mut in_domain, mut has_dot) = (false, false);
    let (mut is_spaced, mut spaces, mut gaps) = (false, 0, 0);
    while let Some((sign, after)) = next_sign(rest) {
        rest = after;
        let last = out.bytes().next_back().unwrap_or(b'@');
        match sign {
            ' ' => {
                spaces += u32::from(!is_spaced);
                is_spaced = true;
                continue;
            }
            // In the layouts of some keyboards, `"` has the place of `@`.
            '@' | '"' if sign == '@' || !has_at => {
                if last != b'@' {
                    out.push('@');
                    in_domain = true;
                }
            }
            '.' | ',' | ';' if in_domain || sign != ';' => {
                let is_spaced = is_spaced || rest.starts_with(' ');
                let is_sure = match sign {
                    '.' if !is_spaced => true,
                    _ if has_dot => is_end(rest) && (sign == '.' || !is_spaced),
                    _ => sign == '.' || in_domain || !is_spaced && !rest.starts_with('@'),
                };
                if !is_sure {
                    return text.to_owned();
                }
                if !in_domain || !matches!(last, b'.' | b'@') {
                    out.push('.');
                    has_dot = in_domain;
                }
            }
            _ => {
                if is_spaced && !matches!(last, b'.' | b'@') {
                    gaps += 1;
                    out.push(' ');
                }
                out.push(match sign {
                    '\u{2018}' | '\u{2019}' | '´' | 'ʼ' => '\'',
                    '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' => '-',
                    _ => sign,
                });
            }
        }
        is_spaced = false;
    }
    // A space in the place of the sign that is missing.
    if gaps == 1
        && let Some((before, after)) = scan::split_once(&out, b' ')
    {
        const LONGEST_END: usize = 4;
        let missing = match (in_domain, around::has_at(before)) {
            (false, _) if spaces == 1 => "@",
            (true, true) if !has_dot && after.len() <= LONGEST_END => ".",
            _ => " ",
        };
        let mut whole = String::from(before);
        whole.push_str(missing);
        whole.push_str(after);
        return whole;
    }
    out
}

/// The first character of the text, or the sign that it spells out, and the text after that.
fn next_sign(text: &str) -> Option<(char, &str)> {
    const SPELT: [(&str, char); 2] = [("at", '@'), ("dot", '.')];
    let word = scan::skip(text, b" ([{<");
    if word.len() < text.len() {
        for (name, sign) in SPELT {
            if let Some((start, after)) = word.split_at_checked(name.len()) {
                let rest = scan::skip(after, b" )]}>");
                if rest.len() < after.len() && start.eq_ignore_ascii_case(name) {
                    return Some((sign, rest));
                }
            }
        }
    }
    let mut rest = text.chars();
    rest.next().map(|first| (first, rest.as_str()))
}

/// True for what may follow the last dot of a domain that has another dot: `uk` of `co.uk`, `com`.
fn is_end(text: &str) -> bool {
    let end = text.trim_ascii();
    end.len() == 2 && end.bytes().all(|byte| byte.is_ascii_alphabetic())
        || end.eq_ignore_ascii_case("com")
}

/// The address that signs set off from the words around it, as in `Email: ann@example.com (work)`;
/// empty if there is none. A word beside it without such a sign may be a part of the address.
fn set_off<'a>(text: &'a str, platform: &impl Platform) -> &'a str {
    let mut rest = text;
    while !rest.is_empty() {
        let (part, after) = first_part(rest);
        let before = text.get(..text.len() - rest.len()).unwrap_or_default();
        if ends_apart(before) && begins_apart(after) && is_likely(part, platform) {
            return part;
        }
        rest = after;
    }
    ""
}

/// The address before the signs and the words of another script that touch its end, as in
/// `ann@example.com谢谢`; empty if there is none. A letter of Latin, Greek or Cyrillic script may stand
/// in the place of another one.
fn unglued<'a>(text: &'a str, platform: &impl Platform) -> &'a str {
    let is_glued = |end: char| match end {
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{58f}' | char::REPLACEMENT_CHARACTER => false,
        _ => !end.is_ascii_alphanumeric() && !end.is_ascii_control(),
    };
    let mut rest = text.chars();
    while rest.clone().next_back().is_some_and(is_glued) {
        rest.next_back();
    }
    let address = rest.as_str();
    if is_likely(address, platform) { address } else { "" }
}

fn ends_apart(text: &str) -> bool {
    let words = text.trim_ascii_end();
    match words.as_bytes() {
        [] | [.., b'(' | b'[' | b'<'] => true,
        // `E-mail:` and its like in other scripts. In `ann:lee@example.com`, the sign may be wrong.
        [.., b'i' | b'I', b'l' | b'L', b':'] | [.., 0x80..=0xff, b':'] => true,
        [.., b':' | b',' | b';'] => words.len() < text.len(),
        _ => false,
    }
}

fn begins_apart(text: &str) -> bool {
    match text.trim_ascii_start().as_bytes() {
        [] | [b':' | b',' | b';', b' ', ..] => true,
        [sign, ..] => scan::is_in(*sign, b")]>([<"),
    }
}
