//! Properties of the check of rows, for any row: its answer is that of [`form::check`] about the
//! parsed row.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::bulk::Checker;
use crate::bulk::read::{Format, Layout, ReadOptions, blocks};
use crate::bulk::results::{HEAD, ROW, SENDABLE};
use crate::fields::FIELDS;
use crate::form::{self, Draft, Options};
use crate::issue;
use crate::json::{Json, Object};
use crate::platform::Native;

/// What an answer says of one row.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    line: u32,
    value: String,
    issues: String,
    is_sendable: bool,
}

/// Reads an answer as JavaScript does.
fn unpacked(answer: &[u8]) -> Vec<Said> {
    let number =
        |index: usize| u32::from_le_bytes(answer[index * 4..][..4].try_into().unwrap()) as usize;
    let (count, keys) = (number(0), number(3));
    let text = &answer[4 * (HEAD + ROW * count) + 8 * keys * count..];
    let text: Vec<u16> = std::str::from_utf8(text).unwrap().encode_utf16().collect();
    let part = |start: usize, length: usize| String::from_utf16(&text[start..][..length]).unwrap();
    // An escape that was not needed stays: what counts is what the JSON means.
    let meant = |text: String| {
        Json::parse(&text).map_or(text, |json| {
            let mut text = String::new();
            json.write(&mut text);
            text
        })
    };
    let said = (0..count).map(|row| {
        let [line, start, value, issues, _, flags] =
            std::array::from_fn(|place| number(HEAD + ROW * row + place));
        Said {
            line: line as u32,
            value: meant(part(start, value)),
            issues: part(start + value, issues),
            is_sendable: flags as u32 & SENDABLE != 0,
        }
    });
    said.collect()
}

fn checker() -> Checker {
    let options = Json::parse(
        r#"{"today":"2026-11-22","setup":{"LegalDrinkingAge":18,"CustomFields":[{"Name":"Field1","Label":"Table","IsRequired":false}]}}"#,
    );
    let options = Options::read(options.unwrap().as_object().unwrap()).unwrap();
    Checker::new(Layout::of_json(Format::Ndjson), options, None)
}

/// The rows as the reader gives them.
fn block(rows: &str) -> Vec<u8> {
    let options = ReadOptions { format: Some(Format::Ndjson), ..ReadOptions::default() };
    blocks(rows.as_bytes(), options).1.pop().unwrap_or_default()
}

/// What the form says of a row.
fn expected(line: u32, text: &str, options: &Options) -> Said {
    let refused = |code: super::RowCode| {
        let mut issues = String::new();
        Json::Array(vec![code.to_json(Object::new())]).write(&mut issues);
        Said { line, value: String::new(), issues, is_sendable: false }
    };
    match Json::parse(text) {
        Ok(Json::Object(record)) => {
            let checked = form::check(&Draft::from_object(&record), options, &Native);
            let mut issues = String::new();
            if !checked.issues.is_empty() {
                issue::list(&checked.issues).write(&mut issues);
            }
            let is_sendable = checked.is_sendable();
            Said { line, value: checked.value.to_text(), issues, is_sendable }
        }
        Ok(_) => refused(super::RowCode::NotAnObject),
        Err(_) => refused(super::RowCode::NotJson),
    }
}

/// Texts as JSON, right and wrong.
fn value() -> impl Strategy<Value = String> {
    let written = [
        "null",
        "true",
        "false",
        "0",
        "44",
        "1.50",
        "1e3",
        "01",
        "-",
        "+1",
        "NaN",
        "tru",
        "12345678901234567890",
        "[]",
        "[1,2]",
        "[1,1]",
        "[1,]",
        "[",
        "{}",
        r#"{"Id":1,"Name":"x"}"#,
        r#"{"Town":" Bath ","Town":"Oslo"}"#,
        r#"{"Town":" Bath ","Country":null,"Floor":[3],"town":"x"}"#,
        r#"{"Town":"Ba\u0074h","Stre\u0065t":"x"}"#,
        r#"{"a":"}\"]"}"#,
        r#""""#,
        r#"" ""#,
        r#""Zoë""#,
        r#""Zoe\u0308""#,
        r#""Zoë""#,
        r#""\ud83c""#,
        r#""\ud83c\udf77 佐藤""#,
        r#""a\"b\\""#,
        r#""\x""#,
        r#""open"#,
        "\"tab\there\"",
        r#""ann@example.com""#,
        r#""ann@exämple.com""#,
        r#""07400 123456""#,
        r#""+33 6 12 34 56 78""#,
        r#""44""#,
        r#""1990-02-28""#,
        r#""on""#,
        r#""<b>yes</b>""#,
        "\"\u{fffd}\"",
    ];
    prop_oneof![
        4 => select(written.to_vec()).prop_map(str::to_owned),
        1 => any::<String>().prop_map(|text| {
            let mut written = String::new();
            Json::from(text.replace(['\n', '\r'], " ")).write(&mut written);
            written
        }),
        1 => (0_usize..200).prop_map(|depth| "[".repeat(depth) + &"]".repeat(depth)),
    ]
}

fn name() -> impl Strategy<Value = String> {
    let odd = [
        "Address",
        "Address",
        "address",
        "Address.Town",
        "Town",
        "Newer",
        "surname",
        "Surname[]",
        "Su\\u0072name",
        "CustomerOptions",
        "hasDeclinedEmail",
        "__proto__",
        "",
        "🍷",
        "\\q",
    ];
    prop_oneof![
        4 => (0..FIELDS.len()).prop_map(|index| FIELDS[index].name.to_owned()),
        1 => select(odd.to_vec()).prop_map(str::to_owned),
    ]
}

fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![9 => Just(""), 1 => Just(" "), 1 => Just("\t\r")]
}

/// A row that is nearly always nearly JSON.
fn row() -> impl Strategy<Value = String> {
    let member = (name(), value(), space(), space());
    let object = (vec(member, 0..12), space(), any::<u8>()).prop_map(|(members, around, odd)| {
        let members: Vec<_> = members
            .into_iter()
            .map(|(name, value, before, after)| {
                format!("{before}\"{name}\"{after}:{before}{value}{after}")
            })
            .collect();
        let text = format!("{around}{{{}}}{around}", members.join(","));
        match odd {
            0 => text + "x",
            1 => text.replacen(',', ",,", 1),
            2 => text.replacen(':', "", 1),
            3 => format!("\u{feff}{text}"),
            4 => text.trim_end_matches('}').to_owned(),
            _ => text,
        }
    });
    prop_oneof![9 => object, 1 => value()]
}

#[test]
fn rows_of_many_members_are_checked_as_the_form_does() {
    let options = Options::default();
    let members = |count: usize| {
        let members: Vec<_> = (0..count).map(|index| format!("\"{index}\":{index}")).collect();
        format!("{{{}}}", members.join(","))
    };
    for text in [members(999), members(1000), members(1001)] {
        let mut checker = Checker::new(Layout::of_json(Format::Ndjson), Options::default(), None);
        let answer = checker.check_block(&block(&text), &Native);
        assert_eq!(unpacked(&answer), [expected(0, &text, &options)]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn rows_are_checked_as_the_form_checks_a_draft(texts in vec(row(), 1..4)) {
        let mut checker = checker();
        let answer = checker.check_block(&block(&texts.join("\n")), &Native);
        let rows = texts.iter().enumerate().filter(|(_, text)| !text.trim_ascii().is_empty());
        let expected: Vec<_> =
            rows.map(|(line, text)| expected(line as u32, text, checker.options())).collect();
        prop_assert_eq!(unpacked(&answer), expected);
    }
}
