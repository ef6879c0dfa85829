//! A draft and what came of it as short texts, for JavaScript's side of the rules (`pkg/lib/rules.js`): of forty fields
//! most are sent as they were typed, so that a whole record as JSON, each way, would cost more than all the rules.
//!
//! A draft is its fields, each ended by [`END`]: a character for its place in the table, then `=` and its text, or JSON.
//! Before them stands their number, in the same way; so an [`END`] that was typed is found out. The answer is the fields
//! that are not sent as typed, likewise, nothing after the place where it is left out, and then the issues in JSON,
//! unless there is none.

use crate::fields::FIELDS;
use crate::form::{Draft, Judged, Options, Sent, judge};
use crate::issue;
use crate::json::Json;
use crate::platform::Platform;
use crate::scan;

/// Ends a field. No text that is sent holds it.
const END: u8 = 0;
/// The character for 0; the others follow.
const ZERO: u8 = b'0';
/// Before a text.
const TEXT: char = '=';

/// Checks a packed draft; nothing comes of one that can't be packed.
pub(crate) fn check(packed: &str, options: &Options, platform: &impl Platform) -> Option<String> {
    let draft = read(packed)?;
    Some(write(&draft, &judge(&draft, options, platform)))
}

fn read(packed: &str) -> Option<Draft> {
    let (count, fields) = split_number(packed)?;
    let mut draft = Draft::new();
    let mut rest = fields;
    for _ in 0..count {
        let (field, more) = scan::split_once(rest, END)?;
        let (place, value) = split_number(field)?;
        let value = match value.strip_prefix(TEXT) {
            Some(text) => Json::from(text),
            None => Json::parse(value).ok()?,
        };
        if !draft.put(place, value) {
            return None;
        }
        rest = more;
    }
    rest.is_empty().then_some(draft)
}

fn split_number(text: &str) -> Option<(usize, &str)> {
    let number = text.as_bytes().first()?.checked_sub(ZERO)?;
    Some((number.into(), text.get(1..)?))
}

fn write(draft: &Draft, judged: &Judged) -> String {
    let mut out = String::new();
    for (place, sent) in judged.sent.iter().enumerate() {
        match sent {
            Sent::AsTyped => continue,
            Sent::Nothing if !draft.was_set(place) => continue,
            _ => out.push(char::from(ZERO + place as u8)),
        }
        if let Sent::Instead(Json::String(text)) = sent {
            out.push(TEXT);
            out.push_str(text);
        } else if let Sent::Instead(json) = sent {
            json.write(&mut out);
        }
        out.push(char::from(END));
    }
    if !judged.issues.is_empty() {
        issue::list(&judged.issues).write(&mut out);
    }
    out
}

/// Every place is one ASCII character.
const _: () = assert!(FIELDS.len() <= (0x7f - ZERO) as usize);
