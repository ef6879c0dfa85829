//! Properties that must hold for every input, tried on random inputs: the rules are idempotent,
//! hostile text is checked in bounded time and never repeated, no consent is sent that nobody gave.
//! The fuzz targets check the same laws (`fuzz/src/laws.rs`).

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects"
)]

use std::cell::Cell;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{Datelike, NaiveDate};
use dinerkit::bulk::read::{Bounds, Format, ReadOptions};
use dinerkit::client::{MERGE_MAX, Operation};
use dinerkit::fields::{FIELDS, Kind};
use dinerkit::form::{Checked, Draft, Options, check, check_patch};
use dinerkit::issue::{Code, Issue};
use dinerkit::json::{Json, Object};
use dinerkit::platform::Native;
use dinerkit::rules::phone::calling_codes;
use dinerkit::rules::{consent, date};
use dinerkit_fuzz::laws;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;

/// Proptest writes no file of regressions: it prints a failing case at its smallest, and that case
/// belongs in the table of its rule.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// A file that is nearly one of the formats, and the format that it is read as; `None` to find it
/// out.
fn odd_file() -> impl Strategy<Value = (Option<Format>, Vec<u8>)> {
    let cells = vec(
        select(vec![
            "Surname", "Email", "a", "é", "\"", "\"\"", ",", ";", "\t", "\n", "\r\n", "\r", " ",
            "=\"0\"", "'=", "\"a\"", "\"a\nb\"", ",\"", "\",", "\"\n", "sep=;\n",
        ]),
        0..40,
    );
    let values = vec(
        select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"a\"",
            "\"",
            "\\",
            "\n",
            " ",
            "1",
            "null",
            "{\"a\":1}",
            "[{",
            "},{",
            "},\n{",
            "{\"list\":[{",
            "}]}",
            "\"\\\"\"",
        ]),
        0..40,
    );
    let texts = prop_oneof![cells, values].prop_map(|parts| parts.concat().into_bytes());
    let bytes = prop_oneof![
        6 => texts.clone(),
        1 => vec(any::<u8>(), 0..80),
        1 => (texts.clone(), any::<u8>(), any::<prop::sample::Index>()).prop_map(|(mut text, byte, place)| {
            text.insert(place.index(text.len() + 1), byte);
            text
        }),
        1 => texts.prop_map(|text| {
            let text = String::from_utf8_lossy(&text);
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        }),
    ];
    let format =
        select(vec![None, None, Some(Format::Csv), Some(Format::Json), Some(Format::Ndjson)]);
    (format, bytes)
}

/// Facts of [`options`]: whether the table of phone numbers is loaded, whether the rules are
/// strict, the drinking age.
type Facts = (bool, bool, Option<i32>);

fn facts() -> impl Strategy<Value = Facts> {
    (any::<bool>(), any::<bool>(), prop::option::of(16..22))
}

fn options((has_phones, strict, drinking_age): Facts) -> Options {
    let mut options = Options {
        today: Some(day(2026, 11, 22)),
        phones: has_phones.then_some(&*laws::PHONES),
        strict,
        ..Options::default()
    };
    options.setup.drinking_age = drinking_age;
    options
}

fn parse(text: &str) -> Json {
    Json::parse(text).unwrap_or_else(|error| panic!("{error:?}: {text}"))
}

/// Any Unicode text, and texts that are most likely to break something.
fn hostile() -> impl Strategy<Value = String> {
    let flood = (
        select(vec!["\u{301}", "\u{fdfa}", "\u{1112}", "\u{202e}", "<b>", "&", "٠", "@"]),
        0..300usize,
    )
        .prop_map(|(piece, count)| piece.repeat(count));
    prop_oneof![
        any::<String>(),
        "\\PC{0,40}",
        "[\\x00-\\x20\\x7f-\\u{a0}]{0,20}",
        "[\\u{200b}-\\u{200f}\\u{2028}-\\u{202e}\\u{2060}-\\u{2069}\\u{feff}\\u{fffd}]{1,10}",
        flood
    ]
}

/// A value that a guest could mean, for a field of this kind.
fn plausible(kind: Kind) -> BoxedStrategy<Json> {
    let texts = |pattern: &'static str| pattern.prop_map(Json::from).boxed();
    match kind {
        Kind::Email => {
            texts("[a-zA-Z0-9.+'_-]{1,9}@[a-z0-9-]{1,9}([.](com|例え|bü[a-z]{0,3}|[a-z]{2,9}))?")
        }
        Kind::CallingCode => {
            let codes: Vec<u16> = calling_codes().map(|(code, _)| code).collect();
            (select(codes), select(vec!["", "+", "00"]), any::<bool>())
                .prop_map(|(code, sign, number)| match number {
                    true => Json::from(i32::from(code)),
                    false => Json::from([sign, &code.to_string()].concat()),
                })
                .boxed()
        }
        Kind::Phone { .. } => texts(
            "[+]?[0-9]{5,13}|0[0-9]{2,4} [0-9]{3,4}[ -][0-9]{3,4}|[+](44|1|39|54|52)[0-9]{8,11}",
        ),
        Kind::Flag | Kind::Consent { .. } | Kind::OfAge { .. } => select(vec![
            Json::Bool(true),
            Json::Bool(false),
            "on".into(),
            "true".into(),
            "false".into(),
            "".into(),
        ])
        .boxed(),
        Kind::Date => texts(
            "(19[0-9]{2}|200[0-9])-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|30)(T00:00:00([.]0{7})?Z?)?",
        ),
        Kind::Codes => vec(1..30, 0..5).prop_map(Json::from).boxed(),
        Kind::Ip => texts("[0-9]{1,3}([.][0-9]{1,2}){3}|([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|::1"),
        Kind::Verbatim { .. } => texts("(<b>)?[A-Z][a-z ]{0,12}(</b>|<br>|&amp;)?"),
        Kind::CustomerType => Just(parse(r#"{"Id":1,"Name":"Regular"}"#)).boxed(),
        Kind::Line { .. } | Kind::Text { .. } | Kind::Choice => {
            texts("[ ]{0,2}[A-ZÀ-Ýé가́. '-]{1,12}[ ]?")
        }
    }
}

/// A field and a value for it: plausible, hostile, or of any type.
fn entry() -> impl Strategy<Value = (&'static str, Json)> {
    select(FIELDS.iter().collect::<Vec<_>>()).prop_flat_map(|row| {
        let value = prop_oneof![
            4 => plausible(row.kind),
            1 => hostile().prop_map(Json::from),
            1 => any_json(),
        ];
        (Just(row.name), value)
    })
}

/// Any JSON value.
fn any_json() -> impl Strategy<Value = Json> {
    let name = prop_oneof![
        select(FIELDS.iter().map(|row| row.name.to_owned()).collect::<Vec<_>>()),
        "[A-Za-z.]{0,6}",
        any::<String>()
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number().prop_map(Json::Number),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Json::Array),
            vec((name.clone(), inner), 0..5).prop_map(|members| object(members).into()),
        ]
    })
}

fn object<N: AsRef<str>>(members: Vec<(N, Json)>) -> Object {
    members
        .into_iter()
        .fold(Object::new(), |object, (name, value)| object.with(name.as_ref(), value))
}

/// A number as JSON writes it, of any size.
fn number() -> impl Strategy<Value = String> {
    "-?(0|[1-9][0-9]{0,25})([.][0-9]{1,12})?([eE][+-]?[0-9]{1,2})?"
}

fn draft(entries: Vec<(&'static str, Json)>) -> Draft {
    let mut draft = Draft::new();
    for (name, value) in entries {
        assert!(draft.set(name, value));
    }
    draft
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn value_is_normalised_once((name, value) in entry(), facts in facts()) {
        laws::value(name, value, &options(facts));
    }

    #[test]
    fn phone_is_read_again_as_itself(index in 0..calling_codes().count(), typed in "[+]?[0-9 ()-]{4,16}") {
        let (code, _) = calling_codes().nth(index).unwrap();
        laws::phone(Some(code), &typed);
        laws::calling_code(&typed);
    }

    #[test]
    fn form_of_any_draft_keeps_the_laws(entries in vec(entry(), 0..12), facts in facts()) {
        laws::form(&draft(entries), &options(facts));
    }

    #[test]
    fn form_of_any_record_and_patch_keeps_the_laws(record in any_json(), facts in facts()) {
        if let Json::Object(record) = record {
            let options = options(facts);
            laws::form(&Draft::from_object(&record), &options);
            laws::patch(&record, &options);
        }
    }

    #[test]
    fn file_has_the_same_rows_however_it_arrives(
        (format, text) in odd_file(),
        bounds in prop::array::uniform3(1_usize..80),
        sizes in vec(1_usize..40, 1..4),
    ) {
        let [head, block, record] = bounds;
        let bounds = Bounds { head, block, record };
        laws::file(&text, &ReadOptions { format, bounds, ..ReadOptions::default() }, &sizes);
        laws::file(&text, &ReadOptions { format, ..ReadOptions::default() }, &sizes);
    }

    #[test]
    fn json_survives_being_written(value in any_json()) {
        let text = laws::written(&value);
        prop_assert_eq!(laws::json(&text), Some(value));
    }

    #[test]
    fn json_is_accepted_where_serde_accepts_it(
        text in "[\\[\\]{},:\" 0-9eE.+\\-\\\\utrfalsn]{0,24}|[\\[{ ]{0,3}\"(\\\\[u\"\\\\/bfnrtx][0-9a-fD]{0,5}){0,4}\"[\\]} ]{0,3}|[ \\[]{0,2}-?[0-9.eE+-]{1,8}[ \\]]{0,2}"
    ) {
        laws::json(&text);
    }

    #[test]
    fn json_numbers_keep_their_text(numbers in vec(number(), 0..6)) {
        let text = format!("[{}]", numbers.join(","));
        prop_assert_eq!(laws::written(&parse(&text)), text);
    }

    #[test]
    fn operation_merge_takes_one_to_ten_others(into in -1..14, from in vec(-1..14, 0..13)) {
        let arguments = Object::new().with("into", into).with("from", from.clone());
        let is_distinct = (1..from.len()).all(|index| !from[..index].contains(&from[index]));
        let fits = into > 0
            && from.iter().all(|id| *id > 0 && *id != into)
            && is_distinct
            && (1..=MERGE_MAX).contains(&from.len());
        prop_assert_eq!(Operation::from_json("merge", &arguments).is_ok(), fits);
        let ids = Object::new().with("ids", from.clone());
        let fits = is_distinct && !from.is_empty() && from.iter().all(|id| *id > 0);
        for operation in ["scheduleDeletion", "unsubscribe"] {
            prop_assert_eq!(Operation::from_json(operation, &ids).is_ok(), fits);
        }
    }
}

/// The members that make a form complete.
fn complete() -> Vec<(&'static str, Json)> {
    vec![
        ("Surname", "Lee".into()),
        ("Email", "a@b.example".into()),
        ("Mobile", "+447400123456".into()),
    ]
}

#[test]
fn form_that_may_be_sent_is_normalised_once() {
    let mut optional: Vec<_> =
        FIELDS.iter().filter(|row| !matches!(row.kind, Kind::Consent { .. })).collect();
    optional.retain(|row| !matches!(row.kind, Kind::OfAge { .. } | Kind::CallingCode));
    let entry = select(optional).prop_flat_map(|row| (Just(row.name), plausible(row.kind)));
    let (tried, sent) = (Cell::new(0), Cell::new(0));
    let run = |(entries, facts): (Vec<_>, Facts)| {
        let entries = complete().into_iter().chain(entries).collect();
        tried.set(tried.get() + 1);
        sent.set(
            sent.get() + u32::from(laws::form(&draft(entries), &options(facts)).is_sendable()),
        );
        Ok(())
    };
    TestRunner::new(cases(512)).run(&(vec(entry, 0..5), facts()), run).unwrap();
    assert!(sent.get() * 4 > tried.get(), "only {} of {} may be sent", sent.get(), tried.get());
}

/// Planted in every text: what a guest typed must not come back in an issue.
const MARKER: &str = "planted7marker";

/// Pieces of a JSON text between quotes, escapes of lone surrogates and controls among them.
fn hostile_json() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z@.0-9 +-]{0,8}",
        select(vec![
            "\\ud800",
            "\\udfff\\ud800",
            "\\u0000",
            "\\u202e",
            "\\ufeff",
            "\\u0301\\u0301\\u0301",
            "\\ufdfa",
            "\\ud83c\\udf77",
            "\\n",
            "\\\"",
            "<script>",
            "&#x0;",
            "@gmial.com",
            "+44",
            "\u{10ffff}",
        ])
        .prop_map(str::to_owned),
    ];
    (vec(piece, 0..6), 0..7usize).prop_map(|(mut pieces, place)| {
        pieces.insert(place.min(pieces.len()), MARKER.to_owned());
        format!("\"{}\"", pieces.concat())
    })
}

/// All that an issue says. Two codes also say what was probably meant, for the guest who typed it:
/// of these, what errors and logs say.
fn said(issue: &Issue) -> String {
    match issue.code {
        Code::EmailMistyped | Code::DateAmbiguous => format!("{issue:?} {}", issue.message()),
        _ => laws::written(&issue.to_json()),
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn issue_never_repeats_what_was_typed(texts in vec(hostile_json(), FIELDS.len()), facts in facts()) {
        let options = options(facts);
        let mut draft = Draft::new();
        for (row, text) in FIELDS.iter().zip(&texts) {
            draft.set(row.name, parse(text));
        }
        let checked = laws::form(&draft, &options);
        prop_assert!(checked.issues.len() > FIELDS.len() / 3, "little was refused: {:?}", checked.issues);
        for issue in &checked.issues {
            let said = said(issue);
            prop_assert!(!said.contains(MARKER), "{}", said);
        }
        // Each field alone, too: the error of another field may hide its own.
        for (row, text) in FIELDS.iter().zip(&texts) {
            for issue in dinerkit::form::check_field(row, &parse(text), &options, &Native) {
                prop_assert!(!said(&issue).contains(MARKER));
            }
        }
    }
}

/// A step of a guest or a program with a form.
#[derive(Debug, Clone)]
enum Step {
    Set(&'static str, Json),
    Fill(Object),
    Check,
    Patch(Object),
    Refeed,
}

fn consents() -> impl Iterator<Item = (&'static str, &'static str)> {
    FIELDS.iter().filter_map(|row| match row.kind {
        Kind::Consent { text } => Some((row.name, text)),
        _ => None,
    })
}

fn is_consent(name: &str) -> bool {
    consents().any(|(flag, _)| flag == name)
}

fn without_consents(value: Json) -> Object {
    let Json::Object(mut record) = value else { return Object::new() };
    for (flag, _) in consents() {
        record.remove(flag);
    }
    record
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => entry().prop_filter("no consent", |(name, _)| !is_consent(name)).prop_map(|(name, value)| Step::Set(name, value)),
        1 => (any_json(), vec(entry(), 0..6)).prop_map(|(record, entries)| {
            let record = record.as_object().cloned().unwrap_or_default();
            let filled = entries.into_iter().fold(record, |record, (name, value)| record.with(name, value));
            Step::Fill(without_consents(filled.into()))
        }),
        2 => Just(Step::Check),
        1 => any_json().prop_map(|patch| Step::Patch(without_consents(patch))),
        1 => Just(Step::Refeed),
    ]
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn consent_is_never_sent_unless_it_was_given(steps in vec(step(), 1..14), facts in facts()) {
        let options = options(facts);
        let mut draft = draft(complete());
        let is_silent = |checked: &Checked| {
            consents().all(|(flag, _)| checked.value.get(flag) != Some(&Json::Bool(true)))
        };
        for step in steps {
            match step {
                Step::Set(name, value) => {
                    prop_assert!(draft.set(name, value));
                }
                Step::Fill(record) => draft = Draft::from_object(&record),
                Step::Check => prop_assert!(is_silent(&check(&draft, &options, &Native))),
                Step::Patch(patch) => prop_assert!(is_silent(&check_patch(&patch, &options, &Native))),
                Step::Refeed => draft = Draft::from_object(&check(&draft, &options, &Native).value),
            }
        }
        prop_assert!(is_silent(&check(&draft, &options, &Native)));
    }

    #[test]
    fn consent_without_words_is_never_sent(
        index in 0usize..4,
        yes in select(vec![Json::Bool(true), "true".into(), "on".into()]),
        wording in prop_oneof![
            Just(Json::Null),
            Just(Json::from(7)),
            "([ \\n]|&nbsp;|&#32;|<b>|</b>|<br>|<p>|<!-- x -->|<script>x</script>|<img alt=x>){0,6}".prop_map(Json::from),
            "([\\u{200b}-\\u{200f}\\u{2060}\\u{feff}\\u{ad}\\u{3164}]|&#8203;|&#xad;){1,4}".prop_map(Json::from),
            "[a-z]{1,9}<(s|del|!--)[a-z]{0,3}".prop_map(Json::from),
            Just(Json::from("x".repeat(4001))),
        ],
        facts in facts(),
    ) {
        let options = options(facts);
        let (flag, text) = consents().nth(index).unwrap();
        let mut draft = draft(complete());
        draft.set(flag, yes);
        draft.set(text, wording);
        prop_assert!(!laws::form(&draft, &options).is_sendable());
        draft.set(text, "Yes, <b>news</b>".into());
        let checked = laws::form(&draft, &options);
        prop_assert!(checked.is_sendable());
        prop_assert_eq!(checked.value.get(flag), Some(&Json::Bool(true)));
    }
}

#[test]
fn date_age_is_the_number_of_anniversaries_that_have_come() {
    let days =
        |from: NaiveDate, until: NaiveDate| from.iter_days().take_while(move |day| *day < until);
    let calendar = |date: NaiveDate| (date.month(), date.day());
    for today in days(day(2007, 12, 1), day(2009, 4, 1)) {
        for born in days(day(1999, 12, 1), day(2001, 4, 1)) {
            // Count the birthdays one by one. Where there is no 29 February, that birthday is on 1
            // March.
            let come = (born.year() + 1..=today.year())
                .filter(|year| (*year, calendar(born)) <= (today.year(), calendar(today)));
            assert_eq!(date::age(born, today), u32::try_from(come.count()).ok(), "{born} {today}");
        }
    }
    assert_eq!(date::age(day(2025, 1, 2), day(2025, 1, 1)), None);
}

#[test]
fn work_grows_no_faster_than_the_length_of_the_input() {
    const SHORT: usize = 10_000;
    const TIMES: usize = 10;
    // If work grew with the square of the length, one long text would take as long as TIMES * TIMES
    // short ones.
    const FACTOR: u32 = 5;
    // A shorter time says more about the machine than about the input.
    const LEAST: Duration = Duration::from_millis(10);
    const ROUNDS: usize = 10;
    let time = |work: &dyn Fn()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    let mut slow = String::new();
    let mut compare = |name: &str, piece: &str, work: &dyn Fn(&str)| {
        let short = piece.repeat(SHORT / piece.len());
        let long = short.repeat(TIMES);
        let (mut many, mut one) = (Duration::MAX, Duration::MAX);
        // Measured in turn, the best time of each, so that a busy machine does not decide.
        for _ in 0..ROUNDS {
            many = many.min(time(&|| (0..TIMES).for_each(|_| work(&short))));
            one = one.min(time(&|| work(&long)));
            if one <= FACTOR * many.max(LEAST) {
                return;
            }
        }
        writeln!(slow, "{name} of {piece:?}: {TIMES} short {many:?}, one long {one:?}").unwrap();
    };
    let unlimited = Options {
        limits: FIELDS.iter().map(|row| (row.name.to_owned(), i32::MAX as u32)).collect(),
        phones: Some(&laws::PHONES),
        ..Options::default()
    };
    for piece in [
        "a",
        "e\u{301}",
        "\u{fdfa}",
        "\u{1112}\u{1161}",
        "@",
        "a@b.",
        "0",
        "+",
        " ",
        "٠",
        "<",
        "&",
        "&#",
        "<b>",
        "<a ",
        "<p>",
        "<i></b>",
        "<script></script>",
        "</",
        "<!---->",
        "<a href=\"",
        "<a x='>'>",
        "2026-",
        "1:",
    ] {
        for name in
            ["Surname", "Email", "Mobile", "Birthday", "IpAddress", "GroupSmsMarketingOptInText"]
        {
            compare(name, piece, &|text| {
                let mut draft = Draft::new();
                draft.set(name, text.into());
                draft.set("ReceiveSmsMarketing", true.into());
                for options in [&unlimited, &Options::default()] {
                    black_box(check(&draft, options, &Native));
                }
            });
        }
        compare("nodes", piece, &|text| {
            black_box(consent::nodes(text));
        });
    }
    for piece in ["[", "[],", "{\"a\":", "\"", "\\u0000", "1", "1,", "{},", "\\"] {
        for start in ["", "[", "\""] {
            compare("JSON", piece, &|text| {
                black_box(Json::parse(&[start, text].concat()).is_ok());
            });
        }
    }
    assert!(slow.is_empty(), "{slow}");
}

#[test]
fn phone_that_begins_with_a_prefix_is_normalised_once() {
    // Found by fuzzing: each time these numbers are read, they lose digits that look like a prefix.
    for typed in ["0007 9703", "+44 00000000000"] {
        let mut draft = draft(complete());
        draft.set("PhoneCountryCode", 44.into());
        draft.set("Phone", typed.into());
        laws::form(&draft, &Options::default());
    }
}
