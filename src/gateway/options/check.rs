//! What is wrong with each option by itself, by the row of the table.

use std::borrow::Cow;

use super::conflicts::find_conflicts;
use super::members::{Reader, members_of, prefix_of};
use super::problem::{Problem, Problems, Step, with_nearest};
use super::{DefaultValue, FUNCTION, MOST, OptionKind, Row, SHARED_ENGINE, TextForm};
use crate::json::{Json, Object};
use crate::names::Names;

/// All that is wrong with the options: each value by itself, and then those that do not fit
/// together.
pub fn problems(options: &Object, reader: Reader) -> Vec<Problem> {
    let mut check = Check { reader, problems: Problems::default() };
    check.members("", options, &[]);
    find_conflicts(options, reader, &mut check.problems);
    check.problems.0
}

struct Check {
    reader: Reader,
    problems: Problems,
}

/// The path with one more member.
fn below(path: &[Step], member: &str) -> Vec<Step> {
    [path, &[Step::Member(member.to_owned())]].concat()
}

impl Check {
    /// Checks the members of an object whose rows begin with `prefix`.
    fn members(&mut self, prefix: &str, object: &Object, path: &[Step]) {
        let reader = self.reader;
        for (member, value) in object.iter() {
            let path = below(path, member);
            match members_of(prefix, reader).find(|(known, _)| *known == member) {
                Some((_, row)) if !value.is_null() => self.value(row, value, &path),
                Some(_) => {}
                None => {
                    self.unknown(member, members_of(prefix, reader).map(|(known, _)| known), &path)
                }
            }
        }
        for (member, row) in members_of(prefix, reader) {
            if row.default == DefaultValue::Required && object.given(member).is_none() {
                self.missing(row, &below(path, member));
            }
        }
    }

    fn unknown<'a>(&mut self, name: &str, known: impl Iterator<Item = &'a str>, path: &[Step]) {
        self.problems.refuse(path, with_nearest("is not known", name, known));
    }

    fn missing(&mut self, row: &Row, path: &[Step]) {
        match row.kind {
            OptionKind::Members(_) => self.members(&prefix_of(row), &Object::new(), path),
            _ => self.problems.refuse(path, format!("is missing: it takes {}", self.expects(row))),
        }
    }

    fn value(&mut self, row: &Row, value: &Json, path: &[Step]) {
        let reader = self.reader;
        match (row.kind, value) {
            (OptionKind::Members(_), Json::Object(object)) => {
                self.members(&prefix_of(row), object, path)
            }
            (OptionKind::Items(_), Json::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let path = [path, &[Step::Item(index)]].concat();
                    match item.as_object() {
                        Some(object) => self.members(&prefix_of(row), object, &path),
                        None => {
                            self.problems.takes(&path, &expected_members(&prefix_of(row), reader))
                        }
                    }
                }
            }
            (OptionKind::ByName(_), Json::Object(named)) => {
                for (name, value) in named.iter() {
                    let path = below(path, name);
                    match value.as_object() {
                        Some(object) => self.members(&prefix_of(row), object, &path),
                        None => {
                            self.problems.takes(&path, &expected_members(&prefix_of(row), reader))
                        }
                    }
                }
            }
            (OptionKind::List(form), Json::Array(items))
                if row.default != DefaultValue::Required || !items.is_empty() =>
            {
                for (index, item) in items.iter().enumerate() {
                    let path = [path, &[Step::Item(index)]].concat();
                    self.text(form, item, &path);
                }
            }
            (OptionKind::Text(form), value) => self.text(form, value, path),
            (OptionKind::Names, Json::Object(names)) => self.names(names, path),
            (kind, value) if is_plain(kind, value) => {}
            (OptionKind::Whole { most: MOST, .. }, Json::Number(_)) if is_too_large(value) => {
                self.problems.takes(path, &format!("{}, {MOST} at most", self.expects(row)));
            }
            _ => self.problems.takes(path, &self.expects(row)),
        }
    }

    fn text(&mut self, form: TextForm, value: &Json, path: &[Step]) {
        let checked = match value.as_str() {
            Some(text) => form.check(text),
            None => Err(Cow::Borrowed(form.expects())),
        };
        if let Err(expects) = checked {
            self.problems.takes(path, &expects);
        }
    }

    fn names(&mut self, names: &Object, path: &[Step]) {
        for (key, value) in names.iter() {
            let path = below(path, key);
            match Names::expects(key) {
                None => self.unknown(key, Names::keys(), &path),
                Some(expects) => {
                    let one = Object::new().with(key, value.clone());
                    if Names::from_json(&one).is_err() {
                        self.problems.takes(&path, expects);
                    }
                }
            }
        }
    }

    /// What a row's value is expected to be, to follow "takes".
    fn expects(&self, row: &Row) -> String {
        match row.kind {
            OptionKind::Flag => "true or false".to_owned(),
            OptionKind::Whole { unit, least, most } => expected_number(unit, least, most),
            OptionKind::Text(form) => form.expects().to_owned(),
            OptionKind::List(_) if row.default == DefaultValue::Required => {
                "a list of one text or more".to_owned()
            }
            OptionKind::List(_) => "a list of texts".to_owned(),
            OptionKind::Choice(words) => {
                let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
                quoted.join(" or ")
            }
            OptionKind::Members(_) => expected_members(&prefix_of(row), self.reader),
            OptionKind::Items(_) => {
                format!("a list: {} each", expected_members(&prefix_of(row), self.reader))
            }
            OptionKind::ByName(_) | OptionKind::Names | OptionKind::Table => {
                object_noun(self.reader).to_owned()
            }
            OptionKind::Code(kind, _) if kind == FUNCTION => "a function".to_owned(),
            OptionKind::Code(_, SHARED_ENGINE) => {
                "an engine: an object with a function swap".to_owned()
            }
            OptionKind::Code(..) => "an object".to_owned(),
        }
    }
}

/// True for a value of a kind that has neither parts nor a form.
fn is_plain(kind: OptionKind, value: &Json) -> bool {
    match (kind, value) {
        (OptionKind::Flag, Json::Bool(_)) | (OptionKind::Table, Json::Object(_)) => true,
        (OptionKind::Whole { least, most, .. }, Json::Number(_)) => {
            let number = value.as_i32().and_then(|number| u32::try_from(number).ok());
            number.is_some_and(|number| (least..=most).contains(&number))
        }
        (OptionKind::Choice(words), Json::String(text)) => words.contains(&text.as_str()),
        (OptionKind::Code(kind, _), Json::String(text)) => text == kind,
        _ => false,
    }
}

/// True for a whole number beyond [`MOST`].
fn is_too_large(value: &Json) -> bool {
    let is_whole =
        |text: &str| text.starts_with(|first: char| first.is_ascii_digit()) && !text.contains('.');
    matches!(value, Json::Number(text) if is_whole(text)) && value.as_i32().is_none()
}

fn expected_number(unit: &str, least: u32, most: u32) -> String {
    let noun = if unit.is_empty() { "a whole number".to_owned() } else { format!("whole {unit}") };
    match (least, most) {
        (1, MOST) => format!("{noun} above 0"),
        (_, MOST) => format!("{noun}, {least} or more"),
        _ => format!("{noun} from {least} to {most}"),
    }
}

fn object_noun(reader: Reader) -> &'static str {
    match reader {
        Reader::JavaScript => "an object",
        Reader::Command => "a table",
    }
}

fn expected_members(prefix: &str, reader: Reader) -> String {
    let members: Vec<_> = members_of(prefix, reader).map(|(member, _)| member).collect();
    format!("{} of {}", object_noun(reader), members.join(", "))
}
