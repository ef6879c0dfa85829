//! How JavaScript (`pkg/lib/packed.js`) hands a draft to the rules and reads their answer without
//! JSON. Most of the forty fields of a draft are sent as they were typed, and writing and reading
//! the whole record as JSON, in both directions, would take longer than all the rules.
//!
//! A draft arrives as a list of *heads*, one for each member in the draft's order, and as one text:
//! the texts of all members, one after the other (laid out in `crate::slots`). A head has the
//! member's row of the rule table, and then sixteen bits, the lower byte first: the upper two bits
//! say what the member is, the others how long its text is, in UTF-16 code units, as JavaScript
//! counts. After a key press some rows have the bit [`JUDGED`]: only these are judged, and the draft
//! holds only what their rules read.
//!
//! The answer has the issues first: for each, its field's row, the number of its code, whether it
//! blocks, the number of its parameters, and these. A parameter begins with
//! a byte: its lowest bit is 1 for a text and 0 for a number, and the other bits are the place of its
//! name in [`TEXT_PARAMS`] or [`NUMBER_PARAMS`]. A number follows in four bytes, the lowest first; a
//! text follows as a byte with its length, and its bytes. Names and messages are in [`issue_texts`],
//! which JavaScript asks for once.
//!
//! A text follows. It lists the members that are not sent as typed: for each, the character of its
//! place in the draft or, for a row that the draft does not have, of the row after the last place;
//! then `=` and a text, or JSON, or nothing if the member is left out; then [`END`].

use crate::fields::{FIELDS, position};
use crate::form::{CheckedFields, DraftView, Normalised, Options, check_fields};
use crate::issue::{Code, Issue, NUMBER_PARAMS, Param, TEXT_PARAMS};
use crate::json::Json;
use crate::platform::Platform;
use crate::rules::RawValue;
use crate::scan;
use crate::slots::{END, FIRST, HEAD, HEADS, IS, JSON, JUDGED, LENGTH_BITS, NO, TEXT};

/// What the rules say of a draft.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) issues: Vec<u8>,
    pub(crate) text: String,
}

/// Checks a draft of `count` members whose texts have `length` bytes. Returns `None` if the slots
/// hold no draft, or if the answer can't be written.
pub(crate) fn check(
    slots: &[u8],
    count: usize,
    length: usize,
    options: &Options,
    platform: &impl Platform,
) -> Option<Answer> {
    let (heads, texts) = slots.split_at_checked(HEADS)?;
    let mut texts = text(texts.get(..length)?)?;
    let heads = heads.chunks_exact(HEAD).take(count).filter_map(|head| {
        let &[row, low, high] = head else { return None };
        let head = usize::from(u16::from_le_bytes([low, high]));
        Some((row, (head >> LENGTH_BITS) as u8, head & ((1 << LENGTH_BITS) - 1)))
    });
    let is_ascii = heads.clone().map(|(_, _, units)| units).sum::<usize>() == length;
    let mut members = Vec::with_capacity(count);
    let mut parsed = Vec::new();
    let mut judged = 0_u64;
    for (row, kind, units) in heads {
        let end = if is_ascii { units } else { end_of(texts, units)? };
        let (text, rest) = texts.split_at_checked(end)?;
        if kind == JSON && !text.is_empty() {
            parsed.push(Json::parse(text).ok()?);
        }
        let index = row & !JUDGED;
        if row != index {
            judged |= 1_u64.checked_shl(index.into())?;
        }
        members.push((usize::from(index), kind, text));
        texts = rest;
    }
    let mut parsed = parsed.iter();
    let mut values = vec![None; FIELDS.len()];
    for (row, kind, text) in &members {
        *values.get_mut(*row)? = match *kind {
            TEXT => Some(RawValue::Text(text)),
            JSON if text.is_empty() => None,
            JSON => parsed.next().and_then(RawValue::of),
            NO => Some(RawValue::Other(&Json::Bool(false))),
            _ => Some(RawValue::Other(&Json::Bool(true))),
        };
    }
    let only = Some(judged).filter(|judged| *judged != 0);
    let checked = check_fields(only, &DraftView::of(values), options, platform);
    let mut answer = Answer::default();
    for issue in &checked.issues {
        write_issue(issue, &mut answer.issues)?;
    }
    if only.is_none() {
        answer.text = write(members.iter().map(|(row, ..)| *row), &checked);
    }
    Some(answer)
}

/// Returns `None` if the issue names something that has no number.
fn write_issue(issue: &Issue, out: &mut Vec<u8>) -> Option<()> {
    let Issue { code, field, params, .. } = issue;
    let row = u8::try_from(position(field)?).ok()?;
    out.extend([row, *code as u8, issue.blocks().into(), u8::try_from(params.len()).ok()?]);
    for (name, param) in params {
        match param {
            Param::Number(number) => {
                out.push(2 * number_of(name, NUMBER_PARAMS)?);
                out.extend(number.to_le_bytes());
            }
            Param::Text(text) => {
                out.extend([2 * number_of(name, TEXT_PARAMS)? + 1, u8::try_from(text.len()).ok()?]);
                out.extend(text.bytes());
            }
        }
    }
    Some(())
}

/// The place of a name in a list of names with spaces between them.
fn number_of(name: &str, names: &str) -> Option<u8> {
    u8::try_from(scan::split(names, b' ').position(|other| other == name)?).ok()
}

/// What the numbers in an answer stand for, in lines: the names of the parameters that are numbers,
/// the names of those that are texts, then each code with its message.
pub(crate) fn issue_texts() -> String {
    let mut texts = String::from(NUMBER_PARAMS);
    let mut add = |text: &str, before: char| {
        texts.push(before);
        texts.push_str(text);
    };
    add(TEXT_PARAMS, '\n');
    for code in Code::ALL {
        add(code.as_str(), '\n');
        add(code.message(), ' ');
    }
    texts
}

/// The bytes of the first UTF-16 code units of a text. Returns `None` if it has fewer, or where they
/// would end within a character.
fn end_of(text: &str, mut units: usize) -> Option<usize> {
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let mut rest = text.as_bytes();
    while units > 0 {
        // Eight characters of ASCII at a time.
        if units >= 8
            && let Some((eight, more)) = rest.split_first_chunk()
            && u64::from_ne_bytes(*eight) & HIGH == 0
        {
            units -= 8;
            rest = more;
            continue;
        }
        let first = *rest.first()?;
        // Characters of four bytes have two code units.
        let is_longest = usize::from(first >= 0xf0);
        let bytes = 1 + usize::from(first >= 0xc0) + usize::from(first >= 0xe0) + is_longest;
        units = units.checked_sub(1 + is_longest)?;
        rest = rest.get(bytes..)?;
    }
    Some(text.len() - rest.len())
}

pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    core::str::from_utf8(bytes).ok()
}

/// The first `length` bytes of the texts. Returns `None` if there are fewer.
pub(crate) fn first(slots: &[u8], length: usize) -> Option<&[u8]> {
    slots.get(HEADS..)?.get(..length)
}

/// `rows` are those of the draft's members.
fn write(
    rows: impl ExactSizeIterator<Item = usize> + Clone,
    checked: &CheckedFields<'_>,
) -> String {
    let mut out = String::with_capacity(USUAL_ANSWER);
    for (row, value) in checked.values.iter().enumerate() {
        if matches!(value, Normalised::Unchanged) {
            continue;
        }
        let place = rows.clone().position(|other| other == row);
        if place.is_none() && matches!(value, Normalised::Absent) {
            continue;
        }
        let place = place.unwrap_or(rows.len() + row);
        out.push(char::from(FIRST + place as u8));
        if let Normalised::Text(text) = value {
            out.push(IS);
            out.push_str(text);
        } else if let Normalised::Other(json) = value {
            json.write(&mut out);
        }
        out.push(END);
    }
    out
}

/// The size of the buffer for an answer's text, in bytes: most texts fit into it.
const USUAL_ANSWER: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Native;
    use crate::slots::DRAFT;

    fn checked(slots: &[u8], count: usize, length: usize) -> Option<Answer> {
        check(slots, count, length, &Options::default(), &Native)
    }

    #[test]
    fn slots_hold_as_many_bytes_as_javascript_says_and_never_more() {
        let slots = vec![b'x'; DRAFT];
        assert_eq!(first(&slots, 2), Some(&b"xx"[..]));
        assert_eq!(first(&slots, DRAFT), None);
        assert_eq!(first(&[], 1), None);
        assert_eq!(checked(&[], 0, 0), None);
        assert_eq!(checked(&slots, 0, DRAFT), None);
    }

    #[test]
    fn slots_with_damaged_text_or_json_hold_no_draft() {
        for (kind, byte, units) in
            [(TEXT, 0xff, 1), (JSON, 0xff, 1), (JSON, b'{', 1), (TEXT, b'x', 2)]
        {
            let mut slots = vec![0; DRAFT];
            slots[..HEAD].copy_from_slice(&[0, units, kind << 6]);
            slots[HEADS] = byte;
            assert_eq!(checked(&slots, 1, 1), None);
        }
        let mut slots = vec![0; DRAFT];
        slots[0] = 0xff;
        assert_eq!(checked(&slots, 1, 0), None, "a row that the table does not have");
    }

    #[test]
    fn issue_texts_have_a_line_for_each_code_and_words_without_spaces() {
        let texts = issue_texts();
        let mut lines = texts.split('\n');
        assert_eq!((lines.next(), lines.next()), (Some(NUMBER_PARAMS), Some(TEXT_PARAMS)));
        for code in Code::ALL {
            assert_eq!(
                lines.next().unwrap().split_once(' '),
                Some((code.as_str(), code.message()))
            );
        }
        assert_eq!(lines.next(), None);
    }

    #[test]
    fn texts_are_parted_by_utf_16_code_units() {
        for (text, units, end) in [
            ("", 0, Some(0)),
            ("a", 2, None),
            ("Zo\u{eb}-佐藤", 6, Some(11)),
            ("\u{1f377}a", 2, Some(4)),
            ("\u{1f377}a", 1, None),
            ("Ann Lee, \u{eb}", 9, Some(9)),
            ("Ann Lee, \u{eb}x", 10, Some(11)),
        ] {
            assert_eq!(end_of(text, units), end, "{text} {units}");
        }
    }
}
