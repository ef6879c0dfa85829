//! One row as the rules read it, without a copy of its texts where nothing in them is escaped.
//!
//! Most rows name the members of the rule table and have texts and flags. Those are found by one
//! pass over the row's text. What is unusual, such as a member that is named twice or JSON that
//! ends early, is left to [`Json::parse`], so that a row means the same either way.

use crate::bulk::bytes::{begin_with, until_special};
use crate::bulk::read::Column;
use crate::fields::{ADDRESS, FIELDS, rows};
use crate::form::Draft;
use crate::json::{Json, MAX_MEMBERS, Object, escaped, write_string};
use crate::rules::RawValue;

/// What a row has in place of a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// Nothing, or `null`, which means the same.
    #[default]
    Nothing,
    /// A text without escapes, as it stands between its quotes.
    Plain(&'a str),
    /// A text that may have to be escaped in JSON: a cell.
    Cell(&'a str),
    /// A text with escapes, as it stands between its quotes. Its value has this index in
    /// [`Parsed::values`].
    Escaped(&'a str, usize),
    /// The value with this index in [`Parsed::values`].
    Parsed(usize),
    /// Yes or no.
    Flag(bool),
}

/// What a row has in place of each field, by the field's index in the rule table.
pub(super) type Fields<'a> = [Found<'a>; FIELDS.len()];

static YES: Json = Json::Bool(true);
static NO: Json = Json::Bool(false);

/// The parts of a row that can't be borrowed from it.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// Numbers, lists, objects, and texts with escapes.
    pub(super) values: Vec<Json>,
    /// Members that are no field, with those of the address nested.
    pub(super) unknown: Object,
    /// True when `Address` was given but is no object.
    pub(super) address_is_wrong: bool,
}

impl Parsed {
    pub(super) fn clear(&mut self) {
        self.values.clear();
        if !self.unknown.is_empty() {
            self.unknown = Object::new();
        }
        self.address_is_wrong = false;
    }

    /// Keeps a value that can't be borrowed.
    pub(super) fn keep<'a>(&mut self, value: Json) -> Found<'a> {
        self.values.push(value);
        Found::Parsed(self.values.len() - 1)
    }

    /// A value as the rules read it.
    pub(super) fn raw<'v>(&'v self, found: Found<'v>) -> Option<RawValue<'v>> {
        match found {
            Found::Nothing => None,
            Found::Plain(text) | Found::Cell(text) => Some(RawValue::Text(text)),
            Found::Flag(flag) => Some(RawValue::Other(if flag { &YES } else { &NO })),
            Found::Escaped(_, index) | Found::Parsed(index) => {
                self.values.get(index).and_then(RawValue::of)
            }
        }
    }
}

/// A name as the beginning of a member in JSON.
pub(super) fn beginning(name: &str) -> String {
    let mut written = String::new();
    write_text(name, &mut written);
    written + ":"
}

/// Writes a text as JSON, as [`write_string`] does, but faster.
pub(super) fn write_text(text: &str, out: &mut String) {
    if until_special(text.as_bytes()) < text.len() {
        return write_string(text, out);
    }
    out.push('"');
    out.push_str(text);
    out.push('"');
}

/// What a member of a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    /// The field with this index in the rule table.
    Field(usize),
    /// No field: it is kept.
    Unknown,
    /// What the caller has mapped to no field: it is left out.
    LeftOut,
}

/// The names of the fields as a row has them, and in which order the last row had them: most files
/// have all rows in one order.
#[derive(Debug)]
pub(super) struct Names {
    /// The members that the caller has mapped, each with its field.
    mapped: Vec<(String, Option<usize>)>,
    /// The name of each field, of a part of the address that of the part, and whether it is one.
    names: Vec<(&'static str, bool)>,
    /// The name of each field as the beginning of a member in JSON.
    written: Vec<String>,
    /// The fields in the order of the rule table: those besides the address, and its parts.
    order: [Vec<usize>; 2],
    /// The field that followed each field in the last row that had it; at the end, the first.
    next: Vec<usize>,
}

impl Names {
    pub(super) fn new(mapped: &[Column]) -> Self {
        let mapped = mapped.iter().map(|column| (column.header.clone(), column.field)).collect();
        let name = |field: &crate::fields::Field| {
            field.address_part().map_or((field.name, false), |part| (part, true))
        };
        let names: Vec<_> = rows().iter().map(name).collect();
        let written = names.iter().map(|(name, _)| beginning(name)).collect();
        let order = [false, true].map(|are_parts| {
            let fields = names.iter().enumerate().filter(|(_, (_, is_part))| *is_part == are_parts);
            fields.map(|(index, _)| index).collect()
        });
        Self { mapped, written, order, next: (1..=names.len()).chain([0]).collect(), names }
    }

    /// The fields without or with parts of the address alone, in the order of the rule table.
    pub(super) fn order(&self, are_parts: bool) -> &[usize] {
        let [own, parts] = &self.order;
        if are_parts { parts } else { own }
    }

    /// What the caller has said of the member with this name.
    pub(super) fn mapped(&self, name: &str) -> Option<Member> {
        let (_, field) = self.mapped.iter().find(|(mapped, _)| mapped == name)?;
        Some(field.map_or(Member::LeftOut, Member::Field))
    }

    /// The field that most likely follows the field `last`, and how long its name is, if it stands
    /// where the bytes begin.
    fn expected(&self, last: usize, is_part: bool, bytes: &[u8]) -> Option<(usize, usize)> {
        let guess = *self.next.get(last)?;
        let written = self.written.get(guess)?;
        let is_one = self.names.get(guess)?.1 == is_part && self.mapped.is_empty();
        (is_one && begin_with(bytes, written.as_bytes())).then_some((guess, written.len()))
    }

    /// What the member with this name is that follows the field `last`.
    fn member(&mut self, last: usize, name: &str) -> Member {
        let mapped = self.mapped(name);
        mapped
            .unwrap_or_else(|| self.find(last, name, false).map_or(Member::Unknown, Member::Field))
    }

    /// The index of the field with this name that follows the field `last`.
    fn find(&mut self, last: usize, name: &str, is_part: bool) -> Option<usize> {
        let guess = self.next.get_mut(last)?;
        if self.names.get(*guess) == Some(&(name, is_part)) {
            return Some(*guess);
        }
        let index = self.names.iter().position(|known| *known == (name, is_part))?;
        *guess = index;
        Some(index)
    }
}

/// Reads the members of a JSON object. Returns `None` for what is unusual: then nothing that was
/// found counts.
#[inline(never)]
pub(super) fn read<'a>(
    text: &'a str,
    names: &mut Names,
    fields: &mut Fields<'a>,
    parsed: &mut Parsed,
) -> Option<()> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0 };
    let mut taker = Taker { names, fields, parsed, seen: 0, last: FIELDS.len() };
    reader.space();
    let mut has_address = false;
    let mut left_out = Object::new();
    reader.members(|reader| {
        if let Some(taken) = taker.expected(false, reader) {
            return taken;
        }
        let name = reader.name()?;
        match taker.names.member(taker.last, name) {
            Member::Field(index) => taker.field(index, reader),
            Member::Unknown if name == ADDRESS => {
                let is_first = !std::mem::replace(&mut has_address, true);
                is_first.then(|| taker.address(reader))?
            }
            Member::Unknown => add(&mut taker.parsed.unknown, name, reader.value()?),
            Member::LeftOut => add(&mut left_out, name, reader.value()?),
        }
    })?;
    reader.space();
    (reader.at == text.len()).then_some(())
}

/// The draft of a row that [`read`] leaves to [`Json::parse`]. Returns `None` if two members are the
/// same field.
pub(super) fn draft(record: &Object, names: &Names) -> Option<Draft> {
    let mut rest = Object::new();
    let mut mapped = Vec::new();
    for (name, value) in record.iter() {
        match names.mapped(name) {
            None => rest.set(name, value.clone()),
            Some(Member::Field(index)) => mapped.push((index, value)),
            Some(_) => {}
        }
    }
    let mut draft = Draft::from_object(&rest);
    for (index, value) in mapped {
        if draft.was_set(index) {
            return None;
        }
        draft.put(index, value.clone());
    }
    Some(draft)
}

/// Adds a member; `None` if the object has it.
fn add(object: &mut Object, name: &str, value: Json) -> Option<()> {
    object.get(name).is_none().then(|| object.set(name, value))
}

struct Taker<'t, 'a> {
    names: &'t mut Names,
    fields: &'t mut Fields<'a>,
    parsed: &'t mut Parsed,
    /// A bit for each field that was named.
    seen: u64,
    last: usize,
}

/// The compiler checks that every row of the table has a bit.
const _: () = assert!(FIELDS.len() <= u64::BITS as usize);

impl<'a> Taker<'_, 'a> {
    /// Takes the next member if it is the field that most likely follows the last one. Returns `None`
    /// for any other member, and `Some(None)` for a value that [`read`] calls unusual.
    #[expect(clippy::option_option, reason = "another member is not unusual")]
    fn expected(&mut self, is_part: bool, reader: &mut Reader<'a>) -> Option<Option<()>> {
        let rest = reader.bytes.get(reader.at..)?;
        let (index, length) = self.names.expected(self.last, is_part, rest)?;
        reader.at += length;
        reader.space();
        Some(self.field(index, reader))
    }

    fn field(&mut self, index: usize, reader: &mut Reader<'a>) -> Option<()> {
        let bit = 1_u64.checked_shl(index as u32)?;
        if self.seen & bit != 0 {
            return None;
        }
        self.seen |= bit;
        self.last = index;
        let found = match reader.peek()? {
            b'"' => match reader.text()? {
                (text, None) => Found::Plain(text),
                (raw, Some(text)) => {
                    self.parsed.values.push(Json::String(text));
                    Found::Escaped(raw, self.parsed.values.len() - 1)
                }
            },
            b't' => reader.word("true", Found::Flag(true))?,
            b'f' => reader.word("false", Found::Flag(false))?,
            b'n' => reader.word("null", Found::Nothing)?,
            b'1'..=b'9' => {
                let number = reader.whole_number();
                self.parsed.keep(number.or_else(|| reader.value())?)
            }
            _ => self.parsed.keep(reader.value()?),
        };
        *self.fields.get_mut(index)? = found;
        Some(())
    }

    #[inline(never)]
    fn address(&mut self, reader: &mut Reader<'a>) -> Option<()> {
        if reader.peek()? != b'{' {
            self.parsed.address_is_wrong = !reader.value()?.is_null();
            return Some(());
        }
        let mut unknown = Object::new();
        reader.members(|reader| {
            if let Some(taken) = self.expected(true, reader) {
                return taken;
            }
            let name = reader.name()?;
            match self.names.find(self.last, name, true) {
                Some(index) => self.field(index, reader),
                None => add(&mut unknown, name, reader.value()?),
            }
        })?;
        if !unknown.is_empty() {
            self.parsed.unknown.set(ADDRESS, unknown);
        }
        Some(())
    }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

/// How deep a value of a row may be nested before [`Json::parse`] reads the row as a whole.
const USUAL_DEPTH: u32 = 64;

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn word<T>(&mut self, word: &str, value: T) -> Option<T> {
        self.bytes.get(self.at..)?.starts_with(word.as_bytes()).then(|| {
            self.at += word.len();
            value
        })
    }

    /// Reads an object. `take` reads each of its members.
    fn members(&mut self, mut take: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        self.space();
        if self.take(b'}').is_some() {
            return Some(());
        }
        for _ in 0..MAX_MEMBERS {
            take(self)?;
            self.space();
            if self.take(b',').is_none() {
                return self.take(b'}');
            }
            self.space();
        }
        None
    }

    /// The name of a member, up to where its value begins. A name with escapes is unusual.
    fn name(&mut self) -> Option<&'a str> {
        let (name, None) = self.text()? else { return None };
        self.space();
        self.take(b':')?;
        self.space();
        Some(name)
    }

    /// A whole number, such as a calling code, whose first digit is not 0.
    fn whole_number(&mut self) -> Option<Json> {
        let rest = self.text.get(self.at..)?;
        let length = rest.bytes().position(|byte| !byte.is_ascii_digit())?;
        let ends = matches!(rest.as_bytes().get(length)?, b',' | b'}');
        let digits = rest.get(..length).filter(|_| ends)?;
        self.at += length;
        Some(Json::Number(digits.to_owned()))
    }

    /// A text, from its opening quote: as it stands between its quotes, and what it stands for if
    /// it has escapes.
    fn text(&mut self) -> Option<(&'a str, Option<String>)> {
        self.take(b'"')?;
        let start = self.at;
        let mut run = start;
        let mut text = None;
        loop {
            self.at += until_special(self.bytes.get(self.at..)?);
            match self.peek()? {
                b'"' => {
                    let end = self.at;
                    self.at += 1;
                    let raw = self.text.get(start..end)?;
                    if let Some(text) = &mut text {
                        let text: &mut String = text;
                        text.push_str(self.text.get(run..end)?);
                    }
                    return Some((raw, text));
                }
                b'\\' => {
                    let (character, next) = escaped(self.text, self.at)?;
                    let text = text.get_or_insert_default();
                    text.push_str(self.text.get(run..self.at)?);
                    text.push(character);
                    (self.at, run) = (next, next);
                }
                _ => return None,
            }
        }
    }

    /// Any value.
    fn value(&mut self) -> Option<Json> {
        let start = self.at;
        let mut depth = 0;
        loop {
            match self.peek()? {
                b'"' => self.pass_text()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                b' ' | b'\t' | b'\n' | b'\r' if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                _ => self.pass_scalar()?,
            }
            if depth == 0 {
                return Json::parse(self.text.get(start..self.at)?).ok();
            }
            if depth > USUAL_DEPTH {
                return None;
            }
        }
    }

    /// Passes over a text, from its opening quote.
    fn pass_text(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }

    /// Passes over a number or a word.
    fn pass_scalar(&mut self) -> Option<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.' | b'E')) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}
