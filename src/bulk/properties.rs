//! Properties of the check of rows, for any row: its answer is that of [`form::check`] about the
//! parsed row.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::bulk::Checker;
use crate::bulk::read::{Format, Layout, ReadOptions, blocks};
use crate::bulk::results::{ADDRESS_MEMBERS, HEAD, MEMBERS, RECORD, ROW, SENDABLE};
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
    let [count, _, _, keys, parts, units] = std::array::from_fn(number);
    let first_part = HEAD + ROW * count + 2 * keys * count;
    let (wide, ascii) = answer[4 * (first_part + parts)..].split_at(2 * units);
    let wide: Vec<_> = wide.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    let said = (0..count).map(|row| {
        let at = HEAD + ROW * row;
        let [line, flags, first, wide_at, ascii_at, issues, other] =
            std::array::from_fn(|place| number(at + place));
        let after = if row + 1 == count { parts } else { number(at + ROW + 2) };
        let mut texts = Texts { wide: &wide[wide_at..], ascii: &ascii[ascii_at..] };
        let issues = texts.wide(issues);
        assert_eq!(texts.wide(other), "");
        let value = record((first..after).map(|part| number(first_part + part)), &mut texts);
        Said {
            line: line as u32,
            value: if flags as u32 & RECORD == 0 { String::new() } else { value },
            issues,
            is_sendable: flags as u32 & SENDABLE != 0,
        }
    });
    said.collect()
}

/// What is left of the texts of an answer.
struct Texts<'a> {
    wide: &'a [u16],
    ascii: &'a [u8],
}

impl Texts<'_> {
    fn wide(&mut self, length: usize) -> String {
        String::from_utf16(self.wide.split_off(..length).unwrap()).unwrap()
    }

    fn ascii(&mut self, length: usize) -> String {
        let text = str::from_utf8(self.ascii.split_off(..length).unwrap()).unwrap();
        assert!(text.is_ascii());
        text.to_owned()
    }
}

/// The JSON of the record of these parts. An escape that was not needed does not stay: what counts
/// is what the JSON means.
fn record(parts: impl Iterator<Item = usize>, texts: &mut Texts<'_>) -> String {
    let [mut own, mut address] = [Vec::new(), Vec::new()];
    for part in parts {
        let (place, kind, rest) = (part & 63, part >> 6 & 7, part >> 9);
        let quoted = |text: String| {
            assert!(!text.contains(['"', '\\']) && !text.contains(|unit| unit < ' '), "{text}");
            format!("\"{text}\"")
        };
        let value = match kind {
            0 => quoted(texts.ascii(rest)),
            1 => quoted(texts.wide(rest)),
            2 => texts.ascii(rest),
            3 => texts.wide(rest),
            4 => rest.to_string(),
            _ => (rest == 1).to_string(),
        };
        let (list, name) = match place {
            MEMBERS => (&mut own, None),
            ADDRESS_MEMBERS => (&mut address, None),
            _ => match FIELDS[place].name.split_once('.') {
                Some((_, part)) => (&mut address, Some(part)),
                None => (&mut own, Some(FIELDS[place].name)),
            },
        };
        list.push(name.map_or(value.clone(), |name| format!("\"{name}\":{value}")));
    }
    if !address.is_empty() {
        own.push(format!("\"Address\":{{{}}}", address.join(",")));
    }
    let json = format!("{{{}}}", own.join(","));
    let mut text = String::new();
    Json::parse(&json).unwrap().write(&mut text);
    text
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
