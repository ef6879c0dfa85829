//! Checks the rows of a block, and packs what it finds.

use std::borrow::Cow;

use crate::bulk::cells::{self, Besides};
use crate::bulk::duplicates::{Secret, key};
use crate::bulk::issue::RowCode;
use crate::bulk::read::{Column, Fault, Format, Layout, Record, Records};
use crate::bulk::results::{ADDRESS_MEMBERS, Answer, Keys, MEMBERS, RECORD, SENDABLE};
use crate::bulk::row::{self, Fields, Found, Names, Parsed};
use crate::fields::{ADDRESS, FIELDS, Kind, position, rows};
use crate::form::{self, CheckedFields, Draft, DraftView, Normalised, Options, check_fields};
use crate::issue::{self, Issue};
use crate::json::{Json, Object, write_string};
use crate::platform::Platform;

/// Checks the rows of one file. It keeps memory between rows and blocks, so that most rows need
/// none of their own.
#[derive(Debug)]
pub struct Checker {
    layout: Layout,
    /// The names of the columns of CSV.
    columns: Vec<String>,
    work: Work,
}

/// What all rows are checked with, and the memory that is kept between them.
#[derive(Debug)]
struct Work {
    options: Options,
    secret: Option<Secret>,
    keyed: [Keyed; 3],
    names: Names,
    parsed: Parsed,
    besides: Besides,
    answer: Answer,
}

/// The fields of which a key is made.
#[derive(Clone, Copy, Debug)]
struct Keyed {
    /// Texts of different kinds are never the same.
    kind: u8,
    field: usize,
    /// Of a phone number, the field of its calling code.
    code: Option<usize>,
}

impl Checker {
    /// A checker of the rows of a file with this layout. With a `secret` its answers have keys, by
    /// which [`crate::bulk::Duplicates`] finds who is in the file twice.
    pub fn new(layout: Layout, options: Options, secret: Option<Secret>) -> Self {
        let at = |name| position(name).unwrap_or(FIELDS.len());
        let is_csv = layout.format == Format::Csv;
        let work = Work {
            options,
            secret,
            keyed: [
                Keyed { kind: 0, field: at("Email"), code: None },
                Keyed { kind: 1, field: at("Mobile"), code: Some(at("MobileCountryCode")) },
                Keyed { kind: 1, field: at("Phone"), code: Some(at("PhoneCountryCode")) },
            ],
            names: Names::new(if is_csv { &[] } else { &layout.columns }),
            parsed: Parsed::default(),
            besides: Besides::default(),
            answer: Answer::default(),
        };
        Self { columns: cells::names(&layout.columns), layout, work }
    }

    /// What the rules know besides the rows.
    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(super) fn options(&self) -> &Options {
        &self.work.options
    }

    /// Checks the rows of a block: the packed answer, which [`crate::bulk::results`] lays out.
    pub fn check_block(&mut self, block: &[u8], platform: &impl Platform) -> Vec<u8> {
        let Self { layout, columns, work } = self;
        work.answer.clear();
        let mut cells: Vec<Cow<'_, str>> = Vec::new();
        let mut records = Records::new(block, layout);
        while let Some(Record { line, text, fault }) = records.next(&mut cells) {
            match fault {
                Some(fault) => work.refuse(line, of_fault(fault)),
                None if layout.format == Format::Csv => {
                    work.check_cells(line, &cells, &layout.columns, columns, platform);
                }
                None => work.check_json(line, text, platform),
            }
        }
        work.answer.pack(records.lines())
    }
}

fn of_fault(fault: Fault) -> RowCode {
    match fault {
        Fault::TooLong => RowCode::TooLong,
        Fault::QuoteOpen => RowCode::QuoteOpen,
        Fault::Cells => RowCode::Cells,
        Fault::Damaged => RowCode::DamagedText,
    }
}

// None of these functions is inlined into the loop over the rows, nor are those of other files that say
// `inline(never)`: an engine takes megabytes to compile the loop with all of them inside.
impl Work {
    #[inline(never)]
    fn check_cells(
        &mut self,
        line: u32,
        cells: &[Cow<'_, str>],
        columns: &[Column],
        names: &[String],
        platform: &impl Platform,
    ) {
        self.parsed.clear();
        let mut fields = [Found::Nothing; FIELDS.len()];
        cells::read(cells, columns, names, &mut fields, &mut self.parsed, &mut self.besides);
        self.check_fields(line, &fields, platform);
    }

    #[inline(never)]
    fn check_json(&mut self, line: u32, text: &str, platform: &impl Platform) {
        self.parsed.clear();
        let mut fields = [Found::Nothing; FIELDS.len()];
        if row::read(text, &mut self.names, &mut fields, &mut self.parsed).is_some() {
            return self.check_fields(line, &fields, platform);
        }
        match Json::parse(text) {
            Ok(Json::Object(record)) => match row::draft(&record, &self.names) {
                Some(draft) => self.check_draft(line, &draft, platform),
                None => self.refuse(line, RowCode::NotJson),
            },
            Ok(_) => self.refuse(line, RowCode::NotAnObject),
            Err(_) => self.refuse(line, RowCode::NotJson),
        }
    }

    #[inline(never)]
    fn check_fields(&mut self, line: u32, fields: &Fields<'_>, platform: &impl Platform) {
        let Self { options, secret, keyed, names, parsed, besides, answer } = self;
        let mut checked = check_fields(None, &view(fields, parsed), options, platform);
        let mut issues = std::mem::take(&mut checked.issues);
        let shortened = refuse_shortened(&besides.shortened, &mut checked, &mut issues);
        let is_sendable = shortened.is_empty() && !issues.iter().any(Issue::blocks);
        let issues = written(&issues, &shortened);
        answer.begin_row(line, flags_of(is_sendable), &issues, &besides.other);
        Writer { checked: &checked, fields, parsed, names, answer }.record();
        if let Some(secret) = secret {
            let sent = |index| sent(index, &checked, fields, parsed);
            answer.add_keys(keyed.map(|keyed| keyed.key(sent, secret)));
        }
    }

    #[inline(never)]
    fn check_draft(&mut self, line: u32, draft: &Draft, platform: &impl Platform) {
        let Self { options, secret, keyed, answer, .. } = self;
        let checked = form::check(draft, options, platform);
        let issues = written(&checked.issues, &[]);
        answer.begin_row(line, flags_of(checked.is_sendable()), &issues, "");
        write_members(&checked.value, |_| true, MEMBERS, answer);
        if let Some(secret) = secret {
            answer.add_keys(keys_of(&checked.value, keyed, secret));
        }
    }

    /// Adds a row that is no record.
    #[inline(never)]
    fn refuse(&mut self, line: u32, code: RowCode) {
        self.answer.begin_row(line, 0, &written(&[], &[code.to_json(Object::new())]), "");
        if self.secret.is_some() {
            self.answer.add_keys(Keys::default());
        }
    }
}

/// The flags of a record.
fn flags_of(is_sendable: bool) -> u32 {
    if is_sendable { RECORD | SENDABLE } else { RECORD }
}

/// What is wrong with a row, as a list in JSON; empty for nothing.
fn written(issues: &[Issue], of_row: &[Json]) -> String {
    let mut list = String::new();
    let begin = |list: &mut String| list.push(if list.is_empty() { '[' } else { ',' });
    for issue in issues {
        begin(&mut list);
        issue.write(&mut list);
    }
    for issue in of_row {
        begin(&mut list);
        issue.write(&mut list);
    }
    if !list.is_empty() {
        list.push(']');
    }
    list
}

/// Refuses phone numbers that a spreadsheet has shortened, in place of what the rules say of them.
fn refuse_shortened(
    fields: &[usize],
    checked: &mut CheckedFields<'_>,
    issues: &mut Vec<Issue>,
) -> Vec<Json> {
    let mut refused = Vec::new();
    for index in fields {
        let Some(field) = rows().get(*index) else { continue };
        let Kind::Phone { calling_code, .. } = field.kind else { continue };
        issues.retain(|issue| issue.field != field.name && issue.field != calling_code);
        for index in [Some(*index), position(calling_code)].into_iter().flatten() {
            if let Some(value) = checked.values.get_mut(index) {
                *value = Normalised::Absent;
            }
        }
        refused.push(RowCode::Shortened.at(issue::path(field.name), Object::new()));
    }
    refused
}

/// The draft of a row.
fn view<'v>(fields: &Fields<'v>, parsed: &'v Parsed) -> DraftView<'v> {
    DraftView {
        values: fields.iter().map(|found| parsed.raw(*found)).collect(),
        unknown: Some(&parsed.unknown).filter(|unknown| !unknown.is_empty()),
        address_is_wrong: parsed.address_is_wrong,
    }
}

/// Adds the parts of what is sent of a row, in the order in which [`form::check`] has its members.
struct Writer<'w, 'v> {
    checked: &'w CheckedFields<'v>,
    fields: &'w Fields<'v>,
    parsed: &'w Parsed,
    names: &'w Names,
    answer: &'w mut Answer,
}

impl Writer<'_, '_> {
    fn record(mut self) {
        self.fields(false);
        let unknown = &self.parsed.unknown;
        write_members(unknown, |name| name != ADDRESS, MEMBERS, self.answer);
        self.fields(true);
        if let Some(unknown) = unknown.get(ADDRESS).and_then(Json::as_object) {
            write_members(unknown, |_| true, ADDRESS_MEMBERS, self.answer);
        }
    }

    /// Adds the fields without or with parts of the address alone.
    fn fields(&mut self, are_parts: bool) {
        for index in self.names.order(are_parts) {
            self.field(*index);
        }
    }

    fn field(&mut self, index: usize) {
        let (Some(value), Some(found)) = (self.checked.values.get(index), self.fields.get(index))
        else {
            return;
        };
        match (value, *found) {
            (Normalised::Absent, _) | (Normalised::Unchanged, Found::Nothing) => {}
            (Normalised::Text(text), _) => self.answer.text(index, text),
            (Normalised::Other(json), _) => self.answer.value(index, json),
            (Normalised::Unchanged, Found::Plain(text)) => self.answer.plain_text(index, text),
            // What stood between quotes may stand there again.
            (Normalised::Unchanged, Found::Escaped(raw, _)) => self.answer.json(index, |out| {
                out.push('"');
                out.push_str(raw);
                out.push('"');
            }),
            (Normalised::Unchanged, Found::Cell(text)) => self.answer.text(index, text),
            (Normalised::Unchanged, Found::Flag(flag)) => self.answer.flag(index, flag),
            (Normalised::Unchanged, Found::Parsed(at)) => {
                if let Some(json) = self.parsed.values.get(at) {
                    self.answer.value(index, json);
                }
            }
        }
    }
}

/// Adds those members of an object that are `wanted`, as one part.
fn write_members(object: &Object, wanted: fn(&str) -> bool, place: usize, answer: &mut Answer) {
    let mut members = object.iter().filter(|(name, _)| wanted(name)).peekable();
    if members.peek().is_none() {
        return;
    }
    answer.json(place, |out| {
        for (name, value) in members {
            if !out.is_empty() {
                out.push(',');
            }
            write_string(name, out);
            out.push(':');
            value.write(out);
        }
    });
}

/// The text of what is sent of a field; of a number, its digits.
fn sent<'v>(
    index: usize,
    checked: &'v CheckedFields<'_>,
    fields: &Fields<'v>,
    parsed: &'v Parsed,
) -> Option<&'v str> {
    match (checked.values.get(index)?, fields.get(index)?) {
        (Normalised::Text(text), _) => Some(text),
        (Normalised::Other(json), _) => text_of(json),
        (Normalised::Unchanged, Found::Plain(text) | Found::Cell(text)) => Some(text),
        (Normalised::Unchanged, Found::Escaped(_, index) | Found::Parsed(index)) => {
            text_of(parsed.values.get(*index)?)
        }
        _ => None,
    }
}

fn text_of(json: &Json) -> Option<&str> {
    match json {
        Json::Number(text) | Json::String(text) => Some(text),
        _ => None,
    }
}

impl Keyed {
    /// The key of what is sent of a row; 0 where the field is not sent.
    fn key<'v>(&self, sent: impl Fn(usize) -> Option<&'v str>, secret: &Secret) -> u64 {
        let key = || {
            let text = sent(self.field)?;
            match self.code {
                // Two addresses that differ in case alone are one mailbox nearly everywhere.
                None => Some(key(secret, self.kind, &[&text.to_ascii_lowercase()])),
                Some(code) => Some(key(secret, self.kind, &[sent(code)?, text])),
            }
        };
        key().unwrap_or_default()
    }
}

/// The keys of a record that is sent.
fn keys_of(value: &Object, keyed: &[Keyed; 3], secret: &Secret) -> Keys {
    let sent = |index: usize| text_of(value.get(rows().get(index)?.name)?);
    keyed.map(|keyed| keyed.key(sent, secret))
}
