//! The laws: each function takes one input and panics if the input breaks the law.

use std::sync::LazyLock;

use dinerkit::bulk::read::{Bounds, Encoding, Fault, Format, Layout, ReadOptions, Reader, Records};
use dinerkit::fields::{ADDRESS, FIELDS, Kind, field, position};
use dinerkit::form::{Checked, Draft, Options, check, check_patch};
use dinerkit::gateway::Gateway;
use dinerkit::gateway::config::Config;
use dinerkit::gateway::exchange::{Context, Exchange, Head, Input, Output};
use dinerkit::issue::{Code, Issue, Param, Severity};
use dinerkit::json::{Json, JsonErrorKind, Object};
use dinerkit::platform::Native;
use dinerkit::rules::consent::{Node, has_words, nodes};
use dinerkit::rules::date::Order;
use dinerkit::rules::phone::{self, Phone, Table, Verdict};
use dinerkit::rules::{codes, date, email, ip};
use serde::de::IgnoredAny;

/// The table of phone types that the package publishes.
pub static PHONES: LazyLock<Table> = LazyLock::new(|| {
    let table = include_bytes!("../../data/phone/types.bin");
    Table::decode(table).expect("data/phone/types.bin fits the compiled-in plans")
});

/// One line of JSON.
pub fn written(value: &Json) -> String {
    let mut text = String::new();
    value.write(&mut text);
    text
}

/// Our reader accepts the JSON that serde_json accepts, within our limits, and reads its own
/// writing as the same value.
pub fn json(text: &str) -> Option<Json> {
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    // `IgnoredAny` compares the grammar only: serde_json's values refuse lone surrogates and
    // numbers beyond a double.
    let is_json = serde_json::from_str::<IgnoredAny>(bare).is_ok();
    match Json::parse(text) {
        Ok(value) => {
            assert!(is_json, "serde_json refuses this text");
            let once = written(&value);
            assert_eq!(
                Json::parse(&once).as_ref(),
                Ok(&value),
                "writing and reading gave another value"
            );
            if let Ok(theirs) = serde_json::from_str::<serde_json::Value>(bare) {
                let again = serde_json::from_str::<serde_json::Value>(&once);
                assert_eq!(again.ok(), Some(theirs), "serde_json reads another value");
            }
            Some(value)
        }
        Err(error) => {
            assert!(error.offset <= text.len());
            assert!(
                !is_json || error.kind != JsonErrorKind::Syntax,
                "serde_json accepts this text"
            );
            None
        }
    }
}

/// The reasons why a phone number is impossible for which there is no code of their own.
const REASONS: [&str; 2] = ["invalidLength", "notANumber"];

/// Issues are in form order, have the severity that belongs to their code, and hold nothing that
/// was typed.
pub fn issues(issues: &[Issue], strict: bool) {
    let positions: Vec<_> = issues.iter().filter_map(|issue| position(issue.field)).collect();
    assert!(positions.is_sorted(), "not in form order: {issues:?}");
    for issue in issues {
        let severity = match issue.code {
            Code::EmailDotless | Code::EmailTypo => Severity::Advice,
            Code::PhoneUnknown | Code::PhoneNotMobile if !strict => Severity::Advice,
            // Advice about a number that is possible all the same, else an error.
            Code::PhoneTooShort if !strict => issue.severity,
            _ => Severity::Error,
        };
        assert_eq!(issue.severity, severity, "{issue:?}");
        for (name, param) in &issue.params {
            // Only what was probably meant is made from the input, and it differs from the input.
            let is_ours = match param {
                // Taking it mends the field.
                Param::Text(text) if issue.code == Code::EmailMistyped => {
                    *name == "suggestion" && email::normalise(text, &Native).is_ok()
                }
                // Two days, of which the guest chooses one.
                Param::Text(text) if issue.code == Code::DateAmbiguous => {
                    matches!(*name, "first" | "second") && date::parse(text).is_some()
                }
                Param::Number(_) => {
                    matches!(*name, "max" | "min" | "age" | "callingCode" | "character")
                }
                Param::Text(text) if *name == "reason" => REASONS.contains(&text.as_str()),
                Param::Text(text) => *name == "suggestion" && text.len() < 64,
            };
            assert!(is_ours, "{issue:?}");
        }
        let line = issue.message();
        assert!(!line.contains(['\n', '{', '}']), "{line}");
    }
}

/// A whole draft: its issues keep their law, checking what may be sent changes nothing, and every
/// consent was given.
pub fn form(draft: &Draft, options: &Options) -> Checked {
    let checked = check(draft, options, &Native);
    issues(&checked.issues, options.strict);
    consents(draft, &checked);
    if checked.is_sendable() {
        let again = check(&Draft::from_object(&checked.value), options, &Native);
        assert_eq!(again.value, checked.value, "a second check changes the value");
        assert!(again.is_sendable(), "a second check refuses the value: {:?}", again.issues);
    }
    checked
}

/// A patch: its issues keep their law, and every consent was given.
pub fn patch(patch: &Object, options: &Options) -> Checked {
    let checked = check_patch(patch, options, &Native);
    issues(&checked.issues, options.strict);
    consents(&Draft::from_object(patch), &checked);
    checked
}

/// A consent in what may be sent was given in the draft, to the wording that is sent with it.
fn consents(draft: &Draft, checked: &Checked) {
    for row in FIELDS {
        let Kind::Consent { text } = row.kind else { continue };
        if checked.value.get(row.name) != Some(&Json::Bool(true)) {
            continue;
        }
        let given = draft.get(row.name);
        let yes = [Json::Bool(true), "true".into(), "on".into()];
        assert!(given.is_some_and(|given| yes.contains(given)), "{} was not given", row.name);
        // A patch may leave out the wording if the record holds it.
        if checked.is_sendable()
            && let Some(wording) = checked.value.get(text).and_then(Json::as_str)
        {
            assert!(has_words(&nodes(wording)), "{} without a wording", row.name);
        }
    }
}

/// The value of one field: normalising the normalised value changes nothing.
pub fn value(name: &str, typed: Json, options: &Options) -> Option<Json> {
    let row = field(name).expect("a field of the table");
    let at = |checked: &Checked| match row.address_part() {
        Some(part) => checked.value.get(ADDRESS)?.as_object()?.get(part).cloned(),
        None => checked.value.get(name).cloned(),
    };
    // The option `strict` turns this advice into errors, although the rules have read the number.
    let refused = |checked: &Checked| {
        let is_strict = |issue: &Issue| {
            matches!(issue.code, Code::PhoneTooShort | Code::PhoneUnknown | Code::PhoneNotMobile)
        };
        let about = |issue: &&Issue| issue.field == name && issue.blocks() && !is_strict(issue);
        checked.issues.iter().filter(about).count()
    };
    let mut draft = Draft::new();
    assert!(draft.set(name, typed));
    let once = form(&draft, options);
    let value = at(&once)?;
    assert_eq!(refused(&once), 0, "the field has both a value and an error: {:?}", once.issues);
    let mut again = Draft::from_object(&once.value);
    if matches!(row.kind, Kind::Consent { .. }) {
        // The wording of a consent is the value of another field, so the consent is set again by
        // itself.
        again.set(name, value.clone());
    }
    let twice = form(&again, options);
    assert_eq!(at(&twice).as_ref(), Some(&value), "a second check changes the value");
    assert_eq!(refused(&twice), 0, "a second check refuses the value: {:?}", twice.issues);
    Some(value)
}

/// A phone number: the answers with and without the table agree, and reading a valid number again
/// gives the same number. Reading a number that is only possible may give another one, because
/// libphonenumber removes prefixes at every reading.
pub fn phone(chosen: Option<u16>, typed: &str) -> Phone {
    let number = phone::inspect(chosen, typed, Some(&PHONES));
    assert_eq!(number.reason.is_some(), number.verdict == Verdict::Impossible);
    assert_eq!(number.types.is_empty(), number.verdict != Verdict::Valid);
    assert!(number.national.bytes().all(|byte| byte.is_ascii_digit()));
    let bare = phone::inspect(chosen, typed, None);
    assert_eq!(bare.e164(), number.e164());
    assert!(bare.verdict != Verdict::Valid && bare.types.is_empty());
    if number.verdict == Verdict::Valid {
        let code = Some(number.calling_code);
        for (code, text) in [(code, number.national.as_str()), (None, &number.e164())] {
            let again = phone::inspect(code, text, Some(&PHONES));
            assert_eq!(again.e164(), number.e164(), "{text} read again");
            assert_eq!(again.verdict, number.verdict, "{text} read again");
        }
    }
    number
}

/// A calling code that is read belongs to a region, and is read again from each of its spellings.
pub fn calling_code(text: &str) {
    if let Some(code) = phone::calling_code(text) {
        assert!(phone::calling_codes().any(|(known, _)| known == code));
        for spelt in [code.to_string(), format!("+{code}"), format!("00{code}")] {
            assert_eq!(phone::calling_code(&spelt), Some(code));
        }
    }
}

/// A date keeps its day in every format that we write. A date that guests type is read as one day,
/// and so is what is sent of it.
pub fn date(text: &str) {
    let today = date::parse("2026-11-22");
    for order in [None, Some(Order::DayFirst), Some(Order::MonthFirst), Some(Order::YearFirst)] {
        match date::read(text, today, order) {
            Ok(day) => {
                for other in [None, order] {
                    assert_eq!(date::read(&date::to_wire(day), today, other), Ok(day));
                }
            }
            Err(refusal) if refusal.code == Code::DateAmbiguous => {
                let [(_, first), (_, second)] = &*refusal.params else {
                    panic!("two days can be meant")
                };
                assert_ne!(first, second);
            }
            Err(refusal) => assert_eq!(refusal, Code::Date.into()),
        }
    }
    if let Some(day) = date::parse(text) {
        assert_eq!(date::parse(&date::to_wire(day)), Some(day));
        assert_eq!(date::parse(&date::to_day(day)), Some(day));
        assert!(text.contains(&date::to_day(day)), "the text holds another day");
    }
}

/// An opt-in text: its nodes are on the allow-list, hold no more text than the HTML, and are at
/// most eight deep.
pub fn opt_in(html: &str) {
    fn size(list: &[Node], depth: usize) -> usize {
        assert!(depth <= 8 || list.is_empty());
        let sizes = list.iter().map(|node| match node {
            Node::Text(text) => text.len(),
            Node::Element { name, href, children } => {
                assert!(["strong", "em", "b", "i", "br", "a"].contains(name));
                assert_eq!(href.is_some(), *name == "a");
                if let Some(href) = href {
                    assert!(href.to_ascii_lowercase().starts_with("https://"));
                    assert!(!href.contains(|c: char| c.is_control() || c.is_whitespace()));
                }
                size(children, depth + 1)
            }
        });
        sizes.sum()
    }
    assert!(size(&nodes(html), 0) <= html.len());
}

/// An IP address that is accepted is short and consists of hexadecimal digits, dots and colons.
pub fn ip_address(text: &str) {
    if ip::is_address(text) {
        assert!(text.is_ascii() && text.len() <= 45);
        assert!(text.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:".contains(&byte)));
    }
}

/// A list of Ids that is read: the Ids are distinct, above 0, at most 1000, and the same when they
/// are read again.
pub fn ids(list: &Json) {
    if let Ok(ids) = codes::read(list) {
        assert!(ids.len() <= 1000 && ids.iter().all(|id| *id > 0));
        let mut distinct = ids.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), ids.len());
        assert_eq!(codes::read(&ids.clone().into()), Ok(ids));
    }
}

/// A request at the gateway: it gets an answer, and a guest's request reaches the remote API only
/// as a create whose members a guest may write.
pub fn gateway(head: Head, body: &[u8], is_staff: bool, config: Config) {
    use dinerkit::client::Operation;
    use dinerkit::fields::Writer;

    const STEPS_MAX: usize = 12;
    const NOW_MS: u64 = 1_795_348_800_000;
    let (address, method) = (head.address.clone(), head.method.clone());
    let is_allowed = head.origin.as_deref().is_none_or(|origin| config.allows_origin(origin));
    let (mut gateway, mut exchange) = (Gateway::new(config), Exchange::new(head, NOW_MS));
    gateway.seed(&[7], NOW_MS);
    let mut input = Input::Start;
    for _ in 0..STEPS_MAX {
        let mut context = Context { gateway: &mut gateway, now_ms: NOW_MS, platform: &Native };
        input = match exchange.handle(input, &mut context) {
            Output::CheckStaff => Input::StaffChecked { is_staff },
            Output::ReadBody => Input::Body(body.to_vec()),
            Output::Admit { .. } => Input::Admitted { is_admitted: true },
            Output::FetchSetup { microsite, .. } => {
                gateway.take_setup(&microsite, Ok(Object::new().into()), NOW_MS);
                Input::SetupFetched
            }
            Output::Claim { .. } => Input::Claimed { found: None },
            Output::Store { .. } => Input::Stored,
            Output::Share { .. } => panic!("the state is not shared"),
            Output::Call { operation, .. } => {
                assert!(is_allowed && method != "OPTIONS");
                match operation {
                    _ if is_staff => {}
                    Operation::Create { request } => {
                        for (name, value) in request.iter() {
                            let is_guest_field =
                                field(name).is_some_and(|row| row.writer == Writer::Guest);
                            let is_own_address =
                                name == "IpAddress" && value.as_str() == address.as_deref();
                            assert!(name == ADDRESS || is_guest_field || is_own_address, "{name}");
                        }
                    }
                    other => panic!("a guest's request became {}", other.name()),
                }
                Input::Called(Ok(Object::new().with("Id", 7).into()))
            }
            Output::Answer(reply) => return assert!(matches!(reply.status, 200 | 204 | 400..=429)),
        };
    }
    panic!("no answer after {STEPS_MAX} steps");
}

/// A row of a file: its line, counted from 0, its text, its cells, its fault.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    line: usize,
    text: String,
    cells: Vec<String>,
    fault: Option<Fault>,
}

/// A file of many rows, cut into chunks of these sizes in turn: its rows are the same as those of
/// the file in one piece, the reader keeps no more than its bounds and a chunk, and each row that is
/// not told as a fault stands in the file at its line.
pub fn file(bytes: &[u8], options: &ReadOptions, sizes: &[usize]) -> Vec<Row> {
    let (layout, rows) = read_file([bytes], options, usize::MAX);
    let mut sizes = sizes.iter().map(|size| (*size).max(1)).cycle();
    let mut rest = bytes;
    let chunks = std::iter::from_fn(|| {
        let size = sizes.next().unwrap_or(bytes.len()).min(rest.len());
        let (chunk, more) = rest.split_at(size);
        rest = more;
        (!chunk.is_empty()).then_some(chunk)
    });
    let Bounds { head, block, record } = options.bounds;
    let kept = 4 * (head + block + record);
    let again = read_file(chunks, options, kept);
    assert_eq!(layout, again.0, "the chunks change how the file is read");
    assert_eq!(rows, again.1, "the chunks change the rows");
    assert!(rows.is_sorted_by_key(|row| row.line), "rows are out of order");
    let bare = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if layout.encoding == Encoding::Utf8
        && let Ok(text) = str::from_utf8(bare)
    {
        assert!(rows.iter().all(|row| row.fault != Some(Fault::Damaged)), "the text is whole");
        // Where a CR ends lines, they are counted otherwise.
        if layout.format != Format::Csv || !text.contains('\r') {
            places(text, &layout, &rows);
        }
    }
    rows
}

fn read_file<'b>(
    chunks: impl IntoIterator<Item = &'b [u8]>,
    options: &ReadOptions,
    kept: usize,
) -> (Layout, Vec<Row>) {
    let mut reader = Reader::new(options.clone());
    let (mut rows, mut before) = (Vec::new(), 0);
    let mut take = |reader: &mut Reader| {
        while let Some(block) = reader.next_block() {
            let layout = reader.layout().expect("known with the first block").clone();
            let mut records = Records::new(&block, &layout);
            let mut cells = Vec::new();
            while let Some(record) = records.next(&mut cells) {
                assert!(record.text.len() <= 3 * options.bounds.record, "the row is too long");
                assert!(cells.len() <= layout.columns.len() || layout.format != Format::Csv);
                rows.push(Row {
                    line: before + record.line as usize,
                    text: record.text.to_owned(),
                    cells: cells.iter().map(|cell| cell.to_string()).collect(),
                    fault: record.fault,
                });
            }
            before += records.lines() as usize;
        }
    };
    for chunk in chunks {
        reader.push(chunk);
        take(&mut reader);
        // A byte of Windows-1252 is three of UTF-8 at most.
        let kept = kept.saturating_add(6 * chunk.len());
        assert!(reader.held() <= kept, "{} bytes are kept", reader.held());
    }
    reader.end();
    take(&mut reader);
    assert!(reader.next_block().is_none(), "a block after the last one");
    (reader.layout().expect("known at the end").clone(), rows)
}

/// Each row stands in the file at its line, after the row before. Where rows have lines of their own,
/// only separators are between them.
fn places(text: &str, layout: &Layout, rows: &[Row]) {
    let lines: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1)).collect();
    let is_separator = |character: char| {
        character.is_ascii_whitespace()
            || layout.format == Format::Csv
                && (character == '"' || character == char::from(layout.delimiter))
    };
    // The end of the row before; `None` where it is not known.
    let mut end = None;
    for row in rows {
        let line = lines[row.line];
        let from = end.unwrap_or(0).max(line);
        if row.fault.is_some() || row.text.is_empty() {
            end = None;
            continue;
        }
        let start = from + text[from..].find(&row.text).expect("the row stands in the file");
        assert!(!text[line..start].contains('\n'), "the row stands on another line");
        if layout.format != Format::Json {
            assert_eq!(start, line, "the row does not begin its line");
            if let Some(end) = end {
                assert!(text[end..start].chars().all(is_separator), "text between rows is lost");
            }
        }
        end = Some(start + row.text.len());
    }
}
