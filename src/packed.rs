//! A draft and what came of it in as few bytes and calls as can be, for JavaScript's side of the rules
//! (`pkg/lib/rules.js`): of forty fields most are sent as they were typed, so that a whole record as JSON, each way, would
//! cost more than all the rules.
//!
//! A draft arrives in *slots*, one for each row of the table, of [`SLOT`] bytes each. Before them all stands a *head* for
//! each: sixteen bits, the lower byte first, of which the upper two say what the slot holds and the others how many bytes
//! of it are used. The answer is a text: the fields that are not sent as typed, each a character for its place in the
//! table, then `=` and its text, or JSON, or nothing where it is left out, and [`END`]; and then the issues in JSON, unless
//! there is none.

use crate::fields::FIELDS;
use crate::form::{CheckedFields, DraftView, Normalised, Options, check_fields};
use crate::issue;
use crate::json::Json;
use crate::platform::Platform;
use crate::rules::RawValue;

/// Bytes for one field. A draft with a longer one comes as JSON.
pub(crate) const SLOT: usize = 2048;
/// Bytes of all heads.
pub(crate) const HEADS: usize = 2 * FIELDS.len();
/// Bytes of a draft.
pub(crate) const SIZE: usize = HEADS + SLOT * FIELDS.len();

/// What a slot holds, by the upper bits of its head; 0 is nothing.
pub(crate) const TEXT: u8 = 1;
pub(crate) const JSON: u8 = 2;
/// A flag, which is what the lower bits say.
pub(crate) const FLAG: u8 = 3;

/// Ends a field. No text that is sent holds it.
const END: char = '\0';
/// The character for place 0; the others follow.
const ZERO: u8 = b'0';
/// Before a text.
const IS: char = '=';

/// Checks a draft in slots; nothing comes of what is none.
pub(crate) fn check(slots: &[u8], options: &Options, platform: &impl Platform) -> Option<String> {
    let mut parsed = Vec::new();
    for (kind, bytes) in fields(slots) {
        if kind == JSON {
            parsed.push(Json::parse(text(bytes)?).ok()?);
        }
    }
    let mut parsed = parsed.iter();
    let mut values = Vec::with_capacity(FIELDS.len());
    for (kind, bytes) in fields(slots) {
        values.push(match kind {
            TEXT => Some(RawValue::Text(text(bytes)?)),
            JSON => parsed.next().and_then(RawValue::of),
            FLAG => Some(RawValue::Other(if bytes.is_empty() { &NO } else { &YES })),
            _ => None,
        });
    }
    Some(write(slots, &check_fields(&DraftView::of(values), options, platform)))
}

static YES: Json = Json::Bool(true);
static NO: Json = Json::Bool(false);

/// Kind and used bytes of each slot.
fn fields(slots: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let (heads, slots) = slots.split_at_checked(HEADS).unwrap_or_default();
    heads.chunks_exact(2).zip(slots.chunks_exact(SLOT)).map(|(head, slot)| {
        let head = head.iter().rfold(0, |head, byte| head << 8 | usize::from(*byte));
        ((head >> 14) as u8, slot.get(..head & 0x3fff).unwrap_or(slot))
    })
}

pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    core::str::from_utf8(bytes).ok()
}

/// The first bytes in the slot of place 0.
pub(crate) fn first(slots: &[u8], length: usize) -> Option<&[u8]> {
    slots.get(HEADS..)?.get(..length)
}

fn write(slots: &[u8], checked: &CheckedFields<'_>) -> String {
    let mut out = String::with_capacity(USUAL_ANSWER);
    for ((place, value), (kind, _)) in (ZERO..).zip(&checked.values).zip(fields(slots)) {
        match value {
            Normalised::Unchanged => continue,
            Normalised::Absent if kind == 0 => continue,
            _ => out.push(place.into()),
        }
        if let Normalised::Text(text) = value {
            out.push(IS);
            out.push_str(text);
        } else if let Normalised::Other(json) = value {
            json.write(&mut out);
        }
        out.push(END);
    }
    if !checked.issues.is_empty() {
        issue::list(&checked.issues).write(&mut out);
    }
    out
}

/// Most answers have room in this many bytes.
const USUAL_ANSWER: usize = 256;

/// Every place is one ASCII character, and the count fits a slot's head.
const _: () = assert!(FIELDS.len() <= (0x7f - ZERO) as usize && SLOT < 1 << 14);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Native;

    #[test]
    fn a_text_ends_where_its_head_says_and_never_beyond_its_slot() {
        let mut slots = vec![b'x'; SIZE];
        assert_eq!(first(&slots, 2), Some(&b"xx"[..]));
        assert_eq!(first(&slots, SIZE), None);
        assert_eq!(first(&[], 1), None);
        slots[..HEADS].copy_from_slice(&[0xff, 0x7f].repeat(FIELDS.len()));
        assert!(fields(&slots).all(|(kind, bytes)| kind == TEXT && bytes.len() == SLOT));
    }

    #[test]
    fn what_is_no_text_or_no_json_is_no_draft() {
        let options = Options::default();
        for (kind, byte) in [(TEXT, 0xff), (JSON, 0xff), (JSON, b'{')] {
            let mut slots = vec![0; SIZE];
            slots[..2].copy_from_slice(&[1, kind << 6]);
            slots[HEADS] = byte;
            assert_eq!(check(&slots, &options, &Native), None);
        }
    }
}
