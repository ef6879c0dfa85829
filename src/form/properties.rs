//! Properties of the form for any draft: a value checked alone has the issues of a draft with that
//! value alone, a draft in slots is checked as any other, and so are those fields of a draft that a
//! change concerns.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::single::OF_NEIGHBOURS;
use super::testing::options;
use super::*;
use crate::fields::{Field, Kind, position};
use crate::issue::{self, Code, Issue, Severity};
use crate::packed;
use crate::platform::Native;
use crate::slots;

/// Values of every type, right and wrong for some field.
fn value() -> impl Strategy<Value = Json> {
    let texts = [
        "",
        " ",
        "Zoe\u{308}",
        "ann@example.com",
        "nobody",
        "07400 123456",
        "+33 6 12 34 56 78",
        "1",
        "44",
        "999",
        "true",
        "on",
        "false",
        "1990-02-28",
        "2999-01-01",
        "1890-01-01",
        "1990-02-30T",
        "1990-05-31T22:00:00Z",
        "3/4/1990",
        "31.12.90",
        "192.0.2.1",
        "<b>yes</b>",
        "a\0b",
        "\u{fffd}",
        "a\nb",
    ];
    let json = [
        "null",
        "true",
        "false",
        "0",
        "44",
        "1.5",
        "[]",
        "[1]",
        "[1,1]",
        "{}",
        r#"{"Id":1,"Name":"x"}"#,
        r#"{"Id":0,"Name":"x"}"#,
        r#"{"Town":" Bath "}"#,
    ];
    prop_oneof![
        select(texts.to_vec()).prop_map(Json::from),
        select(json.to_vec()).prop_map(|text| Json::parse(text).unwrap()),
        (0_usize..300).prop_map(|length| Json::from("x".repeat(length))),
        any::<String>().prop_map(Json::from),
    ]
}

fn draft() -> impl Strategy<Value = Draft> {
    vec((0..rows().len(), value()), 0..rows().len()).prop_map(|values| {
        let mut draft = Draft::new();
        for (index, value) in values {
            draft.put(index, value);
        }
        draft
    })
}

fn some_options() -> impl Strategy<Value = Options> {
    select(vec![
        options("{}"),
        options(r#"{"today":"2026-11-22","strict":true,"limits":{"Title":3}}"#),
        options(
            r#"{"today":"2026-11-22","restaurantDay":"2026-11-21","dateOrder":"day","setup":{"LegalDrinkingAge":18}}"#,
        ),
        options(
            r#"{"today":"2026-11-22","setup":{"LegalDrinkingAge":18,"CustomFields":[{"Name":"Field1","IsRequired":true}]}}"#,
        ),
    ])
}

/// The slots as JavaScript writes them for these rows and values, how many members they hold, and
/// the bytes of their texts.
fn in_slots<'a>(members: impl Iterator<Item = (u8, &'a Json)>) -> (Vec<u8>, usize, usize) {
    let mut memory = vec![0; slots::DRAFT];
    let mut texts = String::new();
    let mut count = 0;
    for (row, value) in members {
        let mut text = String::new();
        let kind = match value {
            Json::Bool(false) => slots::NO,
            Json::Bool(true) => slots::YES,
            Json::String(typed) => {
                text.push_str(typed);
                slots::TEXT
            }
            value => {
                value.write(&mut text);
                slots::JSON
            }
        };
        let units = text.encode_utf16().count();
        let head = (usize::from(kind) << slots::LENGTH_BITS | units) as u16;
        let [low, high] = head.to_le_bytes();
        memory[slots::HEAD * count..][..slots::HEAD].copy_from_slice(&[row, low, high]);
        texts.push_str(&text);
        count += 1;
    }
    memory[slots::HEADS..][..texts.len()].copy_from_slice(texts.as_bytes());
    (memory, count, texts.len())
}

/// The members of a draft that were set, as they stand in the slots.
fn members(draft: &Draft) -> impl Iterator<Item = (u8, &Json)> {
    draft.values.iter().enumerate().filter_map(|(row, value)| Some((row as u8, value.as_ref()?)))
}

/// Reads the issues of an answer, as JavaScript does.
fn issues_in(mut bytes: &[u8]) -> Vec<Issue> {
    let mut take = |count: usize| {
        let (taken, rest) = bytes.split_at_checked(count)?;
        bytes = rest;
        Some(taken)
    };
    let name =
        |names: &'static str, number: u8| names.split(' ').nth(usize::from(number / 2)).unwrap();
    let mut issues = Vec::new();
    while let Some(&[row, code, blocks, count]) = take(4) {
        let field = rows()[usize::from(row)].name;
        let code = Code::ALL[usize::from(code)];
        let mut issue = Issue::error(code, field);
        if blocks == 0 {
            issue.severity = Severity::Advice;
        }
        for _ in 0..count {
            let number = take(1).unwrap()[0];
            issue = if number & 1 == 0 {
                let value = i32::from_le_bytes(take(4).unwrap().try_into().unwrap());
                issue.number(name(issue::NUMBER_PARAMS, number), value)
            } else {
                let length = take(1).unwrap()[0];
                let text = take(length.into()).unwrap();
                issue.text(name(issue::TEXT_PARAMS, number), std::str::from_utf8(text).unwrap())
            };
        }
        issues.push(issue);
    }
    issues
}

/// The issues of a draft that are about one field.
fn about<'a>(field: &Field, issues: &'a [Issue]) -> Vec<&'a Issue> {
    issues.iter().filter(|issue| issue.field == field.name).collect()
}

#[test]
fn fields_name_every_other_whose_issues_their_change_can_change() {
    let options = options(r#"{"today":"2026-11-22","setup":{"LegalDrinkingAge":18}}"#);
    let values = [
        "1",
        "44",
        "999",
        "07400 123456",
        "+33 6 12 34 56 78",
        "true",
        "1990-02-28",
        "2020-01-01",
        "Lee",
    ];
    let check = |draft: &Draft| check(draft, &options, &Native).issues;
    for (index, field) in rows().iter().enumerate() {
        for (other_index, other) in rows().iter().enumerate() {
            if field.affects(other) {
                continue;
            }
            for other_value in values {
                let mut draft = Draft::new();
                draft.put(other_index, other_value.into());
                let before = check(&draft);
                for value in values {
                    draft.put(index, value.into());
                    let after = check(&draft);
                    let (is, was) = (about(other, &after), about(other, &before));
                    assert_eq!(is, was, "{} = {value} changes {}", field.name, other.name);
                }
            }
        }
    }
}

proptest! {
    // Few cases, since each one checks all fields.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn form_checks_a_value_alone_as_a_draft_of_it(value in value(), options in some_options()) {
        for field in rows() {
            let mut alone = Draft::new();
            alone.set(field.name, value.clone());
            let mut expected = check(&alone, &options, &Native).issues;
            expected.retain(|issue| issue.field == field.name && !OF_NEIGHBOURS.contains(&issue.code));
            assert_eq!(check_field(field, &value, &options, &Native), expected, "{}", field.name);
        }
    }

    #[test]
    fn form_in_slots_is_checked_as_any_other(draft in draft(), options in some_options()) {
        let expected = check(&draft, &options, &Native);
        let (memory, count, length) = in_slots(members(&draft));
        let answer = packed::check(&memory, count, length, &options, &Native);
        assert!(answer.is_some());
        if let Some(answer) = answer {
            // As JavaScript does: lay the changes over what was typed.
            let mut sent = draft.clone();
            let set: Vec<_> = (0..rows().len()).filter(|row| draft.was_set(*row)).collect();
            for part in answer.text.split_terminator('\0') {
                let place = usize::from(part.as_bytes()[0] - b'0');
                let row = set.get(place).copied().unwrap_or(place.wrapping_sub(count));
                sent.values[row] = match &part[1..] {
                    "" => None,
                    value => Some(match value.strip_prefix('=') {
                        Some(text) => Json::from(text),
                        None => Json::parse(value).unwrap(),
                    }),
                };
            }
            let mut value = Object::new();
            let mut address = Object::new();
            for (field, json) in rows().iter().zip(&sent.values) {
                let Some(json) = json else { continue };
                match field.address_part() {
                    Some(part) => address.set(part, json.clone()),
                    None => value.set(field.name, json.clone()),
                }
            }
            if !address.is_empty() {
                value.set(ADDRESS, address);
            }
            assert_eq!(value, expected.value);
            assert_eq!(issues_in(&answer.issues), expected.issues);
        }
    }

    #[test]
    fn form_judges_the_rows_that_a_change_concerns_as_in_the_whole_draft(
        draft in draft(),
        options in some_options(),
    ) {
        let expected = check(&draft, &options, &Native).issues;
        for field in rows() {
            let judged = |row: usize| field.affects(&rows()[row]);
            let is_read = |other: usize| rows().iter().enumerate().any(|(row, reader)| {
                judged(row) && reader.affects(&rows()[other])
            });
            let members = (0..rows().len()).filter(|row| judged(*row) || is_read(*row)).map(|row| {
                let bit = if judged(row) { slots::JUDGED } else { 0 };
                (row as u8 | bit, draft.values[row].as_ref().unwrap_or(&Json::Null))
            });
            let (memory, count, length) = in_slots(members);
            let answer = packed::check(&memory, count, length, &options, &Native).unwrap();
            assert_eq!(answer.text, "");
            // The rule of a number also says what is wrong with its calling code.
            let is_about = |issue: &&Issue| {
                let row = position(issue.field).unwrap();
                rows().iter().position(|row| matches!(row.kind, Kind::Phone { calling_code, .. } if calling_code == issue.field))
                    .map_or_else(|| judged(row), judged)
            };
            let expected: Vec<_> = expected.iter().filter(is_about).cloned().collect();
            assert_eq!(issues_in(&answer.issues), expected, "{}", field.name);
        }
    }
}
