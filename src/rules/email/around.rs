//! Texts that are no valid address as they were typed, but hold one: among invisible characters, in
//! wide letters, with a name or brackets around it.

use super::{IN_LABEL, IN_LOCAL, MOST_BYTES, allows, meant, sent};
use crate::issue::{Code, Refusal};
use crate::platform::Platform;
use crate::rules::invisible::is_invisible;
use crate::scan;

/// The address that is sent; empty if nothing can be seen of the text.
pub(super) fn address(typed: &str, platform: &impl Platform) -> Result<String, Refusal> {
    if typed.len() > MOST_BYTES {
        return Err(Code::Email.into());
    }
    // The HTML standard's value sanitization algorithm for type=email strips line breaks.
    let line = cleaned(typed, false, platform);
    if let Some(address) = sent(&line, platform) {
        return Ok(address);
    }
    let text = cleaned(typed, true, platform);
    if text.is_empty() {
        return Ok(text);
    }
    let text = once(bare(after_scheme(bare(in_angles(&text)))));
    if let Some(address) = sent(text, platform) {
        return Ok(address);
    }
    match listed(text, platform) {
        Listed::Same(address) => Ok(address),
        Listed::Several => Err(Code::EmailTwoAddresses.into()),
        Listed::Other => Err(meant::refusal(text, platform)),
    }
}

/// The text without what can't be seen, with a space for each white space, with signs of ASCII for
/// wide ones, and without spaces and quotes around it. Line breaks are taken out; in a text that
/// `has_words` besides an address, they are spaces, and commas of all scripts are commas.
///
/// No domain becomes another one by this: UTS 46 drops or refuses nearly all that can't be seen, and
/// reads wide letters in the same way. It keeps joiners within words of some scripts, so that those
/// are left to it. Before the `@`, all these characters are refused.
pub(super) fn cleaned(typed: &str, has_words: bool, platform: &impl Platform) -> String {
    let mut text = String::with_capacity(typed.len());
    let mut end = 0;
    for character in typed.chars() {
        let character = match character {
            '!'..='~' => character,
            '\n' | '\r' if !has_words => continue,
            '\u{200c}' | '\u{200d}' if text.as_bytes().last() >= Some(&0x80) => character,
            _ if is_invisible(character) => continue,
            _ if character.is_whitespace() => ' ',
            // UTS 46 §2.3: these full stops part labels, too.
            '。' | '｡' => '.',
            '、' | '､' | '،' if has_words => ',',
            _ if is_drawn_ascii(character) => {
                // One sign for one, so that `℀` is not `a/c`.
                match platform.nfkc(character.encode_utf8(&mut [0; 4])).as_bytes() {
                    [sign] => char::from(*sign),
                    _ => character,
                }
            }
            _ => character,
        };
        if !is_around(character) {
            text.push(character);
            end = text.len();
        } else if end > 0 {
            text.push(character);
        }
    }
    text.truncate(end);
    text
}

/// True in the blocks of characters that are letters and signs of ASCII in another width or font:
/// letters like `ℓ`, small forms, full-width forms, letters of formulas. Others that Unicode maps to
/// ASCII are not the same sign: nobody who means `2` types `²`.
fn is_drawn_ascii(character: char) -> bool {
    matches!(character,
        '\u{2100}'..='\u{214f}'
        | '\u{fe50}'..='\u{fe6f}'
        | '\u{ff01}'..='\u{ff5e}'
        | '\u{1d400}'..='\u{1d7ff}')
}

/// True for spaces and joiners, and for quotes, dashes, dots, commas and brackets beyond ASCII. No
/// address begins or ends with one.
fn is_around(character: char) -> bool {
    matches!(character,
        ' ' | '«' | '»' | '،' | '、'
        | '\u{200c}' | '\u{200d}'
        | '\u{2010}'..='\u{2027}'
        | '\u{2039}' | '\u{203a}'
        | '\u{3008}'..='\u{3011}'
        | '\u{ff62}'..='\u{ff64}')
}

/// What stands in the last angle brackets, as in `Ann Lee <ann@example.com>`, if the text has no
/// other `@`; otherwise the text itself.
fn in_angles(text: &str) -> &str {
    let mut inner = text;
    while let Some((_, more)) = scan::split_once(inner, b'<') {
        inner = more;
    }
    let (name, _) = text.split_at_checked(text.len() - inner.len()).unwrap_or_default();
    match scan::split_once(inner, b'>') {
        Some((inner, after)) if has_at(inner) && !has_at(name) && !has_at(after) => inner,
        _ => text,
    }
}

/// The address of a `mailto:` URL (RFC 6068); otherwise the text itself. A URL with escapes stays,
/// too.
fn after_scheme(text: &str) -> &str {
    const SCHEME: &str = "mailto:";
    match text.split_at_checked(SCHEME.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(SCHEME) => {
            let (address, _) = scan::until(scan::skip(rest, b" /"), b"?");
            if scan::is_in(b'%', address.as_bytes()) { text } else { address }
        }
        _ => text,
    }
}

/// A text that was pasted twice, once; otherwise the text itself.
fn once(text: &str) -> &str {
    match text.split_at_checked(text.len() / 2) {
        Some((first, second)) if first == second => first,
        _ => text,
    }
}

/// The text without the signs around it with which no address begins or ends. A sign with which an
/// address may begin goes only together with its partner at the end.
pub(super) fn bare(text: &str) -> &str {
    const BEFORE: &[u8] = b" ,;:<>()[]\"\\";
    const AFTER: &[u8] = b" .,;:!?<>()[]{}\"\\'`*_~|/";
    const PAIRS: &[u8] = b"''``**__~~||{}";
    let mut bare = text;
    loop {
        let end = bare.len().saturating_sub(1);
        let inner = match bare.as_bytes() {
            [first, .., last] if PAIRS.chunks_exact(2).any(|pair| pair == [*first, *last]) => {
                1..end
            }
            [first, ..] if scan::is_in(*first, BEFORE) => 1..end + 1,
            [.., last] if scan::is_in(*last, AFTER) => 0..end,
            _ => return bare,
        };
        bare = bare.get(inner).unwrap_or_default();
    }
}

pub(super) fn has_at(text: &str) -> bool {
    scan::is_in(b'@', text.as_bytes())
}

/// The addresses of a text that holds several signs `@`.
enum Listed {
    /// Every `@` is that of the same address, as in `ann@example.com <ann@example.com>`.
    Same(String),
    /// At least two addresses.
    Several,
    /// At most one address.
    Other,
}

fn listed(text: &str, platform: &impl Platform) -> Listed {
    let (mut found, mut times, mut rest) = (String::new(), 0, text);
    while !rest.is_empty() {
        let (part, after) = first_part(rest);
        rest = after;
        if let Some(address) = sent(part, platform) {
            if times > 0 && !address.eq_ignore_ascii_case(&found) {
                return Listed::Several;
            }
            times += 1;
            found = address;
        }
    }
    let signs = text.bytes().filter(|byte| *byte == b'@').count();
    if times > 1 && times == signs { Listed::Same(found) } else { Listed::Other }
}

/// The text up to the first sign that can't stand in an address, or can't stand where it stands, and
/// the rest of the text. The part is empty if the text begins with that sign, which is then skipped.
pub(super) fn first_part(text: &str) -> (&str, &str) {
    let (mut length, mut place) = (0, IN_LOCAL);
    for byte in text.bytes() {
        match byte {
            b'@' => place = IN_LABEL,
            b'.' | b'-' | 0x80.. => {}
            _ if allows(byte, place) => {}
            _ => break,
        }
        length += 1;
    }
    let (part, rest) = text.split_at_checked(length.max(1)).unwrap_or((text, ""));
    if length == 0 {
        return ("", rest);
    }
    let is_quoted = part.starts_with('\'') && rest.starts_with('\'');
    (bare(if is_quoted { part.get(1..).unwrap_or_default() } else { part }), rest)
}
