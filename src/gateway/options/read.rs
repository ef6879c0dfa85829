//! Reads an operator's options by the table: finds all that is wrong at once, fills in the defaults, hides the secrets.

use std::borrow::Cow;

use super::{DefaultValue, MOST, OptionKind, Row, TextForm, option, rows};
use crate::gateway::policy::TABLE;
use crate::json::{Json, Object};
use crate::names::Names;

/// Who reads the options, which decides what there is to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// `createGateway`.
    JavaScript,
    /// The command, from its file and its environment.
    Command,
}

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
                // Quoted, so that no name can look like the rest of the sentence or bring a line of its own.
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

/// `message`, with the known name that `name` most likely stands for: the one with the fewest letters to change. A name
/// that is like none is left without.
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

/// All that is wrong with the options: each value by itself, and then those that do not fit together.
pub fn problems(options: &Object, reader: Reader) -> Vec<Problem> {
    let mut found = Check { reader, problems: Vec::new() };
    found.members("", options, &[]);
    found.conflicts(options);
    found.problems
}

/// The options with their defaults, in the order of the table. What is not given and has no default is left out.
pub fn completed(options: &Object, reader: Reader) -> Object {
    rebuilt("", options, reader, &|row, given| given.cloned().or_else(|| default_of(row, options)))
}

/// The options with `***` in the place of each secret.
pub fn masked(options: &Object, reader: Reader) -> Object {
    const MASK: &str = "***";
    rebuilt("", options, reader, &|row, given| {
        given.map(|value| if row.secret { MASK.into() } else { value.clone() })
    })
}

fn default_of(row: &Row, options: &Object) -> Option<Json> {
    Some(match row.default {
        DefaultValue::Required | DefaultValue::None => return None,
        DefaultValue::Empty => match row.kind {
            OptionKind::List(_) | OptionKind::Items(_) => Json::Array(Vec::new()),
            _ => Object::new().into(),
        },
        DefaultValue::Flag(flag) => flag.into(),
        DefaultValue::Whole(number) => Json::Number(number.to_string()),
        DefaultValue::Text(text) => text.into(),
        DefaultValue::QuarterOf(name) => {
            let whole = options.given(name).cloned();
            let whole = whole.or_else(|| default_of(option(name)?, options))?;
            (whole.as_i32()? / 4).into()
        }
    })
}

/// The rows of the members of what begins with `prefix`, each with its member's name.
pub(super) fn members_of(
    prefix: &str,
    reader: Reader,
) -> impl Iterator<Item = (&'static str, &'static Row)> {
    let is_read = move |row: &Row| match reader {
        Reader::JavaScript => row.is_for_javascript(),
        Reader::Command => row.is_for_the_command(),
    };
    rows().iter().filter(move |row| is_read(row)).filter_map(move |row| {
        let member = row.name.strip_prefix(prefix)?;
        (!member.contains(['.', '['])).then_some((member, row))
    })
}

/// What the names of the members of a row's value begin with.
pub(super) fn prefix_of(row: &Row) -> String {
    match row.kind {
        OptionKind::Items(_) => [row.name, "[]."].concat(),
        OptionKind::ByName(_) => {
            let begin = [row.name, ".{"].concat();
            let member = rows().iter().find_map(|member| {
                let (_, end) = member.name.strip_prefix(&begin)?.split_once('}')?;
                member.name.strip_suffix(end)
            });
            [member.unwrap_or(&begin), "."].concat()
        }
        _ => [row.name, "."].concat(),
    }
}

/// The object with each value as `leaf` gives it.
fn rebuilt(
    prefix: &str,
    given: &Object,
    reader: Reader,
    leaf: &dyn Fn(&Row, Option<&Json>) -> Option<Json>,
) -> Object {
    let object = |prefix: &str, value: &Json| match value.as_object() {
        Some(members) => rebuilt(prefix, members, reader, leaf).into(),
        None => value.clone(),
    };
    let mut built = Object::new();
    for (member, row) in members_of(prefix, reader) {
        let value = given.given(member);
        let below = prefix_of(row);
        let value = match (row.kind, value) {
            (OptionKind::Members(_), value) => {
                let members = value.and_then(Json::as_object).cloned().unwrap_or_default();
                let members = rebuilt(&below, &members, reader, leaf);
                (!members.is_empty() || value.is_some()).then(|| members.into())
            }
            (OptionKind::Items(_), Some(Json::Array(items))) => {
                Some(Json::Array(items.iter().map(|item| object(&below, item)).collect()))
            }
            (OptionKind::ByName(_), Some(Json::Object(named))) => {
                let named = named.iter().map(|(name, value)| (name, object(&below, value)));
                Some(named.fold(Object::new(), |all, (name, value)| all.with(name, value)).into())
            }
            (_, value) => leaf(row, value),
        };
        if let Some(value) = value {
            built.set(member, value);
        }
    }
    built
}

struct Check {
    reader: Reader,
    problems: Vec<Problem>,
}

/// The path with one more member.
fn below(path: &[Step], member: &str) -> Vec<Step> {
    [path, &[Step::Member(member.to_owned())]].concat()
}

impl Check {
    fn refuse(&mut self, path: &[Step], message: impl Into<String>) {
        self.problems.push(Problem { path: path.to_vec(), message: message.into() });
    }

    fn takes(&mut self, path: &[Step], expects: &str) {
        self.refuse(path, ["takes ", expects].concat());
    }

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
        self.refuse(path, with_nearest("is not known", name, known));
    }

    fn missing(&mut self, row: &Row, path: &[Step]) {
        match row.kind {
            OptionKind::Members(_) => self.members(&prefix_of(row), &Object::new(), path),
            _ => self.refuse(path, format!("is missing: it takes {}", self.expects(row))),
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
                        None => self.takes(&path, &expected_members(&prefix_of(row), reader)),
                    }
                }
            }
            (OptionKind::ByName(_), Json::Object(named)) => {
                for (name, value) in named.iter() {
                    let path = below(path, name);
                    match value.as_object() {
                        Some(object) => self.members(&prefix_of(row), object, &path),
                        None => self.takes(&path, &expected_members(&prefix_of(row), reader)),
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
                self.takes(path, &format!("{}, {MOST} at most", self.expects(row)));
            }
            _ => self.takes(path, &self.expects(row)),
        }
    }

    fn text(&mut self, form: TextForm, value: &Json, path: &[Step]) {
        let checked = match value.as_str() {
            Some(text) => form.check(text),
            None => Err(Cow::Borrowed(form.expects())),
        };
        if let Err(expects) = checked {
            self.takes(path, &expects);
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
                        self.takes(&path, expects);
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
            OptionKind::Code(kind, _) if kind == super::FUNCTION => "a function".to_owned(),
            OptionKind::Code(..) => "an object".to_owned(),
        }
    }

    /// True where nothing is wrong with the options of that name.
    fn is_right(&self, name: &str) -> bool {
        !self.problems.iter().any(
            |problem| matches!(problem.path.first(), Some(Step::Member(member)) if member == name),
        )
    }

    /// What is right by itself, but not beside the other options.
    fn conflicts(&mut self, options: &Object) {
        let completed = completed(options, self.reader);
        let whole = |name: &str| {
            let number = completed.get(name).and_then(Json::as_i32);
            number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
        };
        let of = |name: &str| [Step::Member(name.to_owned())];
        let largest = |of: fn(&crate::gateway::policy::Rule) -> u32| {
            TABLE.iter().map(of).max().unwrap_or_default()
        };
        let (cost, requests) = (largest(|rule| rule.cost), largest(|rule| rule.requests));
        if self.is_right("perAddress") && (1..cost).contains(&whole("perAddress")) {
            self.takes(&of("perAddress"), &format!("0, or {cost} or more: a write takes {cost}"));
        }
        let (limit, reserve) = (whole("requestsPerMinute"), whole("staffReserve"));
        if self.is_right("requestsPerMinute")
            && self.is_right("staffReserve")
            && reserve.saturating_add(requests) > limit
        {
            match limit.checked_sub(requests) {
                Some(most) => self.takes(
                    &of("staffReserve"),
                    &format!("{most} at most: guests need {requests} requests for an edit"),
                ),
                None => self.takes(
                    &of("requestsPerMinute"),
                    &format!("{requests} or more: guests need as many for an edit"),
                ),
            }
        }
        self.upstream(&completed);
        self.keys(&completed);
        self.pages(&completed);
    }

    /// The account's password goes to `upstream`: encrypted, or not over a network.
    fn upstream(&mut self, options: &Object) {
        let upstream = options.get("upstream").and_then(Json::as_str).unwrap_or_default();
        let is_http_allowed =
            options.get("allowHttpUpstream").and_then(Json::as_bool).unwrap_or_default();
        // Schemes and hosts are the same in any case (RFC 3986 §6.2.2.1).
        let upstream = upstream.to_ascii_lowercase();
        let host = upstream.strip_prefix("http://");
        if self.is_right("upstream")
            && self.is_right("allowHttpUpstream")
            && host.is_some_and(|host| !is_this_machine(host) && !is_http_allowed)
        {
            self.takes(
                &[Step::Member("upstream".to_owned())],
                "https: the account's password goes there (http is for this machine, or with allowHttpUpstream)",
            );
        }
    }

    fn keys(&mut self, options: &Object) {
        let keys = options.get("capabilityKeys").and_then(Json::as_array).unwrap_or_default();
        let ids: Vec<_> = keys.iter().map(|key| key.as_object()?.get("id")?.as_str()).collect();
        for (index, id) in ids.iter().enumerate() {
            if id.is_some() && ids.iter().take(index).any(|earlier| earlier == id) {
                let path = [
                    Step::Member("capabilityKeys".to_owned()),
                    Step::Item(index),
                    Step::Member("id".to_owned()),
                ];
                self.takes(&path, TextForm::KeyId.expects());
            }
        }
    }

    fn pages(&mut self, options: &Object) {
        let microsites = options.get("microsites").and_then(Json::as_array).unwrap_or_default();
        let microsites = || microsites.iter().filter_map(Json::as_str);
        let pages = options.get("pages").and_then(Json::as_object);
        if !self.is_right("microsites") {
            return;
        }
        for (name, _) in pages.iter().flat_map(|pages| pages.iter()) {
            if !microsites().any(|microsite| microsite == name) {
                let path = [Step::Member("pages".to_owned()), Step::Member(name.to_owned())];
                self.refuse(&path, with_nearest("is none of microsites", name, microsites()));
            }
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

/// True for `http://` followed by a host of this machine.
fn is_this_machine(host: &str) -> bool {
    let end = host.find('/').unwrap_or(host.len());
    let host = host.get(..end).unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| !port.contains(']'));
    let name = name.map_or(host, |(name, _)| name);
    let is_loopback = name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    is_loopback || name == "localhost" || name == "[::1]"
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
