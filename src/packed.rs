//! How JavaScript (`pkg/lib/rules.js`) hands a draft to the rules and reads their answer without
//! JSON. Most of the forty fields of a draft are sent as they were typed, and writing and reading
//! the whole record as JSON, in both directions, would take longer than all the rules.
//!
//! A draft arrives in *slots* (laid out in `crate::slots`), one of [`SLOT`] bytes for each row of
//! the rule table. The *heads* of all slots come before the first slot. A head has sixteen bits,
//! the lower byte first: the upper two bits say what the slot holds, the others how many of its
//! bytes are used.
//!
//! The answer is a text. It lists the fields that are not sent as typed: for each, the character of
//! its row, then `=` and a text, or JSON, or nothing if the field is left out, then [`END`]. The
//! issues follow as JSON, if there are any.

use crate::fields::FIELDS;
use crate::form::{CheckedFields, DraftView, Normalised, Options, check_fields};
use crate::issue;
use crate::json::Json;
use crate::platform::Platform;
use crate::rules::RawValue;
use crate::slots::{END, FIRST, FLAG, HEAD, HEADS, IS, JSON, LENGTH_BITS, SLOT, TEXT};

/// Checks a draft in slots. Returns `None` if the slots hold no draft.
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
    Some(write(slots, &check_fields(None, &DraftView::of(values), options, platform)))
}

static YES: Json = Json::Bool(true);
static NO: Json = Json::Bool(false);

/// The kind of each slot's content, and the bytes of the slot that are used.
fn fields(slots: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let (heads, slots) = slots.split_at_checked(HEADS).unwrap_or_default();
    heads.chunks_exact(HEAD).zip(slots.chunks_exact(SLOT)).map(|(head, slot)| {
        let head = head.iter().rfold(0, |head, byte| head << 8 | usize::from(*byte));
        let length = head & ((1 << LENGTH_BITS) - 1);
        ((head >> LENGTH_BITS) as u8, slot.get(..length).unwrap_or(slot))
    })
}

pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    core::str::from_utf8(bytes).ok()
}

/// The first `length` bytes of the first slot. Returns `None` if the slots are shorter.
pub(crate) fn first(slots: &[u8], length: usize) -> Option<&[u8]> {
    slots.get(HEADS..)?.get(..length)
}

fn write(slots: &[u8], checked: &CheckedFields<'_>) -> String {
    let mut out = String::with_capacity(USUAL_ANSWER);
    for ((row, value), (kind, _)) in (FIRST..).zip(&checked.values).zip(fields(slots)) {
        match value {
            Normalised::Unchanged => continue,
            Normalised::Absent if kind == 0 => continue,
            _ => out.push(row.into()),
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

/// The size of the buffer for an answer, in bytes: most answers fit into it.
const USUAL_ANSWER: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Native;
    use crate::slots::SIZE;

    #[test]
    fn slots_hold_as_many_bytes_as_the_head_says_and_never_more_than_a_slot() {
        let mut slots = vec![b'x'; SIZE];
        assert_eq!(first(&slots, 2), Some(&b"xx"[..]));
        assert_eq!(first(&slots, SIZE), None);
        assert_eq!(first(&[], 1), None);
        slots[..HEADS].copy_from_slice(&[0xff, 0x7f].repeat(FIELDS.len()));
        assert!(fields(&slots).all(|(kind, bytes)| kind == TEXT && bytes.len() == SLOT));
    }

    #[test]
    fn slots_with_damaged_text_or_json_hold_no_draft() {
        let options = Options::default();
        for (kind, byte) in [(TEXT, 0xff), (JSON, 0xff), (JSON, b'{')] {
            let mut slots = vec![0; SIZE];
            slots[..2].copy_from_slice(&[1, kind << 6]);
            slots[HEADS] = byte;
            assert_eq!(check(&slots, &options, &Native), None);
        }
    }
}
