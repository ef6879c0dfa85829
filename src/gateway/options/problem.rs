//! What is wrong with an operator's options, and the path to it, as text and as JSON.

use super::TextForm;
use crate::json::{Json, Object};

/// One part of the path to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A member of an object.
    Member(String),
    /// An item of a list.
    Item(usize),
}

/// What is wrong with one option. Holds names, never a value: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The way to the value.
    pub path: Vec<Step>,
    /// What to say of it, to follow its name: `takes whole milliseconds above 0`.
    pub message: String,
}

impl Problem {
    /// What is wrong with the option `timeZone` if the JavaScript engine knows no such zone.
    pub fn no_time_zone() -> Self {
        let path = vec![Step::Member("timeZone".to_owned())];
        Self { path, message: format!("takes {}", TextForm::TimeZone.expects()) }
    }

    /// The path as text: `guestFields.add[1]`.
    pub fn name(&self) -> String {
        let mut name = String::new();
        for step in &self.path {
            match step {
                Step::Item(index) => name.push_str(&format!("[{index}]")),
                Step::Member(member) if is_word(member) => {
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.push_str(member);
                }
                // Quoted, so that no name can look like the rest of the sentence or bring a line of
                // its own.
                Step::Member(member) => {
                    let mut quoted = String::new();
                    Json::from(member.as_str()).write(&mut quoted);
                    name.push_str(&format!("[{quoted}]"));
                }
            }
        }
        name
    }

    /// Path and message for JavaScript: `{path: ["guestFields", "add", 1], message}`.
    pub fn to_json(&self) -> Object {
        let steps = self.path.iter().map(|step| match step {
            Step::Member(member) => Json::from(member.as_str()),
            Step::Item(index) => Json::Number(index.to_string()),
        });
        Object::new()
            .with("path", Json::Array(steps.collect()))
            .with("message", self.message.as_str())
    }
}

/// `options.perAddress takes …`, one after the other, for an error's message.
pub fn sentence(problems: &[Problem]) -> String {
    let sentences = problems.iter().map(|problem| {
        format!("options{}{} {}", dot(&problem.path), problem.name(), problem.message)
    });
    sentences.collect::<Vec<_>>().join("; ")
}

fn dot(path: &[Step]) -> &'static str {
    if matches!(path.first(), Some(Step::Member(member)) if is_word(member)) { "." } else { "" }
}

fn is_word(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// `message`, with the known name that `name` most likely stands for: the one with the fewest
/// letters to change. A name that is like none is left without.
pub(in crate::gateway) fn with_nearest<'a>(
    message: &str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> String {
    let is_like = |known: &&str| {
        let longest = name.chars().count().max(known.chars().count());
        strsim::osa_distance(name, known) <= longest / 2
            || !name.is_empty() && (known.starts_with(name) || name.starts_with(*known))
    };
    match known.filter(is_like).min_by_key(|known| strsim::osa_distance(name, known)) {
        Some(nearest) => format!("{message}: did you mean {nearest}?"),
        None => message.to_owned(),
    }
}

/// The problems that were found so far.
#[derive(Default)]
pub(super) struct Problems(pub(super) Vec<Problem>);

impl Problems {
    /// Notes a problem.
    pub(super) fn refuse(&mut self, path: &[Step], message: impl Into<String>) {
        self.0.push(Problem { path: path.to_vec(), message: message.into() });
    }

    /// Notes that the value at this path should be something else.
    pub(super) fn takes(&mut self, path: &[Step], expects: &str) {
        self.refuse(path, ["takes ", expects].concat());
    }

    /// True where nothing is wrong with the options of that name.
    pub(super) fn is_right(&self, name: &str) -> bool {
        !self.0.iter().any(
            |problem| matches!(problem.path.first(), Some(Step::Member(member)) if member == name),
        )
    }
}
