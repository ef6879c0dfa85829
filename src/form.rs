//! A customer's details as typed, turned into issues or into the request the remote API wants to hear.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::client::{APPEND_COMMENTS, CUSTOMER_OPTIONS};
use crate::fields::{self, ADDRESS, Field, Kind, Required, position, rows};
use crate::issue::{Code, Issue, Severity};
use crate::json::{Json, Object};
use crate::names::HAS_DECLINED_EMAIL;
use crate::platform::Platform;
use crate::rules::phone::Reason;
use crate::rules::text::{Lines, TextError};
use crate::rules::{codes, consent, date, email, ip, phone, text};
use crate::scan;
use crate::setup::Setup;

/// What the rules need to know besides the draft.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The restaurant's Setup. Without one, custom fields are neither required nor refused.
    pub setup: Setup,
    /// The guest's calendar date. Without one, no date is in the future and no age is known.
    pub today: Option<NaiveDate>,
    /// Longest texts by field name, in code points, in place of the table's.
    pub limits: Vec<(String, u32)>,
    /// Advice about phone numbers becomes an error.
    pub strict: bool,
    /// Which phone numbers exist. Without it, only impossible ones are known.
    pub phones: Option<&'static phone::Table>,
}

impl Options {
    /// Reads `{setup?, today?, limits?, strict?}`; an error says which member is wrong and what it takes.
    pub fn read(options: &Object) -> Result<Self, &'static str> {
        let mut read = Self::default();
        if let Some(setup) = options.given("setup") {
            let setup = setup.as_object();
            read.setup = Setup::read(
                setup.ok_or("options.setup takes the object that client.setup() returned")?,
            );
        }
        if let Some(today) = options.given("today") {
            let day = today.as_str().and_then(date::parse);
            read.today = Some(day.ok_or("options.today takes a date as YYYY-MM-DD")?);
        }
        if let Some(limits) = options.given("limits") {
            let limits = limits.as_object();
            let limits =
                limits.ok_or("options.limits takes an object of field names and numbers")?;
            for (name, limit) in limits.iter() {
                let max = limit.as_i32().and_then(|limit| u32::try_from(limit).ok());
                let max = max.filter(|_| position(name).is_some());
                let max = max.ok_or("options.limits takes field names and whole numbers")?;
                read.limits.push((name.to_owned(), max));
            }
        }
        if let Some(strict) = options.given("strict") {
            read.strict = strict.as_bool().ok_or("options.strict takes true or false")?;
        }
        Ok(read)
    }

    fn limit(&self, field: &Field) -> u32 {
        let own = self.limits.iter().find(|(name, _)| name == field.name).map(|(_, max)| *max);
        own.or(field.max_length()).unwrap_or(u32::MAX)
    }
}

/// The fields as typed: text, numbers and flags as a form or a program gives them.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// One place per row of the table.
    values: Vec<Option<Json>>,
    /// Members that are no field: kept, and sent as they are.
    unknown: Object,
    /// True when `Address` was given but is no object.
    address_is_wrong: bool,
}

impl Draft {
    /// An empty form.
    pub fn new() -> Self {
        Self { values: vec![None; rows().len()], ..Self::default() }
    }

    /// A form filled from a record: the members of a request, `Address` nested.
    pub fn from_object(record: &Object) -> Self {
        let mut draft = Self::new();
        for (name, value) in record.iter() {
            if name == ADDRESS {
                draft.set_address(value);
            } else if scan::split_once(name, b'.').is_some() || !draft.set(name, value.clone()) {
                draft.unknown.set(name, value.clone());
            }
        }
        draft
    }

    fn set_address(&mut self, value: &Json) {
        match value {
            Json::Object(parts) => {
                let mut unknown = Object::new();
                for (part, value) in parts.iter() {
                    let name = nested(part);
                    if scan::split_once(part, b'.').is_some() || !self.set(&name, value.clone()) {
                        unknown.set(part, value.clone());
                    }
                }
                if !unknown.is_empty() {
                    self.unknown.set(ADDRESS, unknown);
                }
            }
            Json::Null => {}
            _ => self.address_is_wrong = true,
        }
    }

    /// Sets a field by its table name; false where the table has no such field.
    pub fn set(&mut self, name: &str, value: Json) -> bool {
        position(name).is_some_and(|place| self.put(place, value))
    }

    /// Sets a field by its place in the table; false where the table ends before.
    pub(crate) fn put(&mut self, place: usize, value: Json) -> bool {
        let (Some(slot), Some(field)) = (self.values.get_mut(place), rows().get(place)) else {
            return false;
        };
        *slot = Some(value);
        // A part takes the place of whatever stood there instead of an address.
        self.address_is_wrong &= field.address_part().is_none();
        true
    }

    /// What a field was set to; nothing for `null`, which means the same as absent.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.values.get(position(name)?)?.as_ref().filter(|value| !value.is_null())
    }

    /// Whether a field was set, be it to `null`.
    fn was_set(&self, place: usize) -> bool {
        self.values.get(place).is_some_and(Option::is_some)
    }

    /// The draft as the rules read it.
    fn typed(&self) -> Typed<'_> {
        Typed {
            values: self.values.iter().map(|value| Value::of(value.as_ref()?)).collect(),
            unknown: Some(&self.unknown).filter(|unknown| !unknown.is_empty()),
            address_is_wrong: self.address_is_wrong,
        }
    }
}

/// A value that was typed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Text(&'a str),
    /// Neither text nor `null`.
    Other(&'a Json),
}

impl<'a> Value<'a> {
    /// Nothing for `null`, which means the same as absent.
    pub(crate) fn of(json: &'a Json) -> Option<Self> {
        match json {
            Json::Null => None,
            Json::String(text) => Some(Self::Text(text)),
            other => Some(Self::Other(other)),
        }
    }

    fn text(self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

/// A draft as the rules read it, which need no copy of its texts.
pub(crate) struct Typed<'a> {
    /// One place per row of the table; nothing for what is absent or `null`.
    values: Vec<Option<Value<'a>>>,
    /// Members that are no field, where there are some.
    unknown: Option<&'a Object>,
    address_is_wrong: bool,
}

impl<'a> Typed<'a> {
    /// A draft of the table's own fields alone.
    #[cfg(any(test, target_arch = "wasm32"))]
    pub(crate) fn of(values: Vec<Option<Value<'a>>>) -> Self {
        Self { values, unknown: None, address_is_wrong: false }
    }

    fn at(&self, place: usize) -> Option<Value<'a>> {
        self.values.get(place).copied().flatten()
    }

    fn get(&self, name: &str) -> Option<Value<'a>> {
        self.at(position(name)?)
    }

    /// True where a member differs from the field in case alone, or by what a dot or a bracket adds. No rule would judge it,
    /// but the remote API reads names in any case, and in the form encoding `Surname[]` for `Surname`: `receiveSmsMarketing`
    /// would be a consent without its wording.
    fn has_in_other_case(&self, field: &Field) -> bool {
        let Some(unknown) = self.unknown else { return false };
        match field.address_part() {
            Some(part) => {
                let parts = unknown.get(ADDRESS).and_then(Json::as_object);
                has_near(unknown, ADDRESS) || parts.is_some_and(|parts| has_near(parts, part))
            }
            None => has_near(unknown, field.name),
        }
    }
}

/// A member's name up to where the form encoding may see a part of something.
fn head(name: &str) -> &str {
    scan::until(name, b".[]").0
}

/// True where a member differs from `name` in case alone, or by what follows a dot or a bracket.
pub(crate) fn has_near(members: &Object, name: &str) -> bool {
    let is_near = |member: &str| member != name && head(member).eq_ignore_ascii_case(name);
    members.iter().any(|(member, _)| is_near(member))
}

fn nested(part: &str) -> String {
    let mut name = String::from(ADDRESS);
    name.push('.');
    name.push_str(part);
    name
}

/// What came of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// The normalised request; complete only when no issue blocks.
    pub value: Object,
    /// In form order.
    pub issues: Vec<Issue>,
}

impl Checked {
    /// True when the request may be sent.
    pub fn is_sendable(&self) -> bool {
        !self.issues.iter().any(Issue::blocks)
    }
}

/// Checks a whole draft. Checking the normalised request again changes nothing.
pub fn check(draft: &Draft, options: &Options, platform: &impl Platform) -> Checked {
    let typed = draft.typed();
    let Judged { sent, issues } = judge(&typed, options, platform);
    let mut value = Object::new();
    let mut address = Object::new();
    for ((field, sent), typed) in rows().iter().zip(sent).zip(&draft.values) {
        let sent = match (sent, typed) {
            (Sent::Text(text), _) => Json::String(text.into_owned()),
            (Sent::Other(json), _) => json,
            (Sent::AsTyped, Some(typed)) => typed.clone(),
            _ => continue,
        };
        match field.address_part() {
            Some(part) => address.set(part, sent),
            None => value.set(field.name, sent),
        }
    }
    for (name, unknown) in draft.unknown.iter() {
        match unknown {
            Json::Object(parts) if name == ADDRESS => {
                for (part, unknown) in parts.iter() {
                    address.set(part, unknown.clone());
                }
            }
            _ => value.set(name, unknown.clone()),
        }
    }
    if !address.is_empty() {
        value.set(ADDRESS, address);
    }
    Checked { value, issues }
}

/// What is sent of a field.
#[derive(Debug)]
pub(crate) enum Sent<'a> {
    /// It is left out.
    Nothing,
    /// What was typed.
    AsTyped,
    /// Another text.
    Text(Cow<'a, str>),
    /// Another value.
    Other(Json),
}

/// What came of a check, field by field.
pub(crate) struct Judged<'a> {
    /// By the field's place in the table.
    pub(crate) sent: Vec<Sent<'a>>,
    /// In form order.
    pub(crate) issues: Vec<Issue>,
}

/// [`check`], without putting a record together.
pub(crate) fn judge<'a>(
    typed: &Typed<'a>,
    options: &Options,
    platform: &impl Platform,
) -> Judged<'a> {
    judge_some(Asked::All, typed, options, platform)
}

/// Which fields are judged.
#[derive(Clone, Copy)]
enum Asked<'a> {
    All,
    /// One, by itself.
    One(&'a Field),
    /// One, and those whose verdict depends on it or it on theirs.
    Around(&'a Field),
}

impl Asked<'_> {
    fn has(self, other: &Field) -> bool {
        match self {
            Self::All => true,
            Self::One(field) => other.name == field.name,
            Self::Around(field) => field.affects(other),
        }
    }

    /// The issues of these fields alone: a phone number also speaks of its calling code.
    fn issues(self, draft: &Draft, options: &Options, platform: &impl Platform) -> Vec<Issue> {
        let mut issues = judge_some(self, &draft.typed(), options, platform).issues;
        issues.retain(|issue| fields::field(issue.field).is_some_and(|field| self.has(field)));
        issues
    }
}

fn judge_some<'a>(
    asked: Asked<'_>,
    draft: &Typed<'a>,
    options: &Options,
    platform: &impl Platform,
) -> Judged<'a> {
    let sent = rows().iter().map(|_| Sent::Nothing).collect();
    let judged = Judged { sent, issues: Vec::new() };
    let mut checker = Checker { draft, options, platform, judged };
    for (place, field) in rows().iter().enumerate() {
        if asked.has(field) {
            checker.check(place, field);
        }
    }
    checker.finish()
}

/// The issues of a field and of those whose verdict depends on it.
pub fn check_around(
    field: &Field,
    draft: &Draft,
    options: &Options,
    platform: &impl Platform,
) -> Vec<Issue> {
    Asked::Around(field).issues(draft, options, platform)
}

/// The issues of one value by its field's own rule, without its neighbours.
pub fn check_field(
    field: &Field,
    value: &Json,
    options: &Options,
    platform: &impl Platform,
) -> Vec<Issue> {
    let mut draft = Draft::new();
    draft.set(field.name, value.clone());
    let mut issues = Asked::One(field).issues(&draft, options, platform);
    issues.retain(|issue| !OF_NEIGHBOURS.contains(&issue.code));
    issues
}

/// What is said of a field because of another one, which may be fine where it is not at hand.
const OF_NEIGHBOURS: [Code; 3] = [Code::PhoneRequired, Code::CallingCodeMissing, Code::ConsentText];

/// Checks what is to change in a record that is not at hand. Only what the patch names is judged and normalised; a
/// value that is empty becomes null, which clears it, and one that only its neighbours could judge stays as it is.
pub fn check_patch(patch: &Object, options: &Options, platform: &impl Platform) -> Checked {
    let draft = Draft::from_object(patch);
    let mut checked = check(&draft, options, platform);
    let named = |issue: &Issue| {
        issue.code == Code::NotWritable
            || position(issue.field).is_none_or(|place| draft.was_set(place))
    };
    checked.issues.retain(|issue| named(issue) && !OF_NEIGHBOURS.contains(&issue.code));
    let mut address = match checked.value.remove(ADDRESS) {
        Some(Json::Object(address)) => address,
        _ => Object::new(),
    };
    for (place, (field, typed)) in rows().iter().zip(&draft.values).enumerate() {
        let (name, record) = match field.address_part() {
            Some(part) => (part, &mut address),
            None => (field.name, &mut checked.value),
        };
        if let Some(typed) = typed
            && record.get(name).is_none()
        {
            let is_empty = typed.as_str().is_some_and(|text| text.trim().is_empty());
            // Its number, which would have had it judged, is not here.
            if field.kind == Kind::CallingCode
                && let Some(Err(code)) = Value::of(typed).map(calling_code)
            {
                let is_later =
                    |issue: &Issue| position(issue.field).is_none_or(|other| other > place);
                let issues = &mut checked.issues;
                let here = issues.iter().position(is_later).unwrap_or(issues.len());
                issues.insert(here, Issue::error(code, field.name));
            }
            record.set(name, if is_empty { Json::Null } else { typed.clone() });
        }
    }
    match patch.get(ADDRESS) {
        Some(Json::Object(_)) => checked.value.set(ADDRESS, address),
        Some(other) => checked.value.set(ADDRESS, other.clone()),
        None => {}
    }
    checked
}

struct Checker<'c, 'a, P> {
    draft: &'c Typed<'a>,
    options: &'c Options,
    platform: &'c P,
    judged: Judged<'a>,
}

impl<'a, P: Platform> Checker<'_, 'a, P> {
    fn check(&mut self, place: usize, field: &'static Field) {
        if self.draft.has_in_other_case(field) {
            return self.error(Code::NotWritable, field);
        }
        let raw = self.draft.at(place);
        let result = match (field.kind, raw) {
            (Kind::Phone { calling_code, mobile }, _) => {
                return self.phone(place, field, calling_code, mobile);
            }
            // Checked with its number: a calling code alone says nothing.
            (Kind::CallingCode, _) => return,
            (Kind::OfAge { birthday }, _) => self.of_age(raw, birthday),
            (_, None) => Ok(Sent::Nothing),
            (_, Some(raw)) => self.value(field, raw),
        };
        match result {
            Ok(Sent::Nothing) if self.is_required(field) => self.error(Code::Required, field),
            Ok(Sent::Nothing) => {}
            Ok(_) if field.is_custom() && self.is_unconfigured(field) => {
                self.error(Code::NotConfigured, field);
            }
            Ok(sent) => self.put(place, sent),
            Err(code) => self.error(code, field),
        }
    }

    fn is_required(&self, field: &Field) -> bool {
        field.required == Required::Always
            || self.options.setup.custom_field(field.name).is_some_and(|custom| custom.required)
    }

    fn is_unconfigured(&self, field: &Field) -> bool {
        let setup = &self.options.setup;
        setup.custom_fields.is_some() && setup.custom_field(field.name).is_none()
    }

    fn issue(&mut self, issue: Issue) {
        self.judged.issues.push(issue);
    }

    /// Says what is wrong with a field, with what its message needs.
    fn error(&mut self, code: Code, field: &Field) {
        let issue = Issue::error(code, field.name);
        self.issue(match code {
            Code::TooLong => {
                issue.number("max", i32::try_from(self.options.limit(field)).unwrap_or(i32::MAX))
            }
            Code::DateTooEarly => issue.number("min", date::FIRST_YEAR),
            Code::DrinkingAge => {
                issue.number("age", self.options.setup.drinking_age.unwrap_or_default())
            }
            _ => issue,
        });
    }

    fn put(&mut self, place: usize, sent: Sent<'a>) {
        if let Some(slot) = self.judged.sent.get_mut(place) {
            *slot = sent;
        }
    }

    /// A value by its kind alone: what is sent, nothing when it is empty, or what is wrong.
    fn value(&mut self, field: &'static Field, raw: Value<'a>) -> Result<Sent<'a>, Code> {
        let typed = match (field.kind, raw) {
            (Kind::Flag, _) => return Ok(Sent::flag(raw, read_flag(raw)?)),
            (Kind::Consent { text }, _) => return self.consent(raw, text),
            (Kind::Codes, Value::Other(raw)) => {
                let codes = Json::from(codes::read(raw)?);
                return Ok(if codes == *raw { Sent::AsTyped } else { Sent::Other(codes) });
            }
            (Kind::CustomerType, Value::Other(raw)) if is_customer_type(raw) => {
                return Ok(Sent::AsTyped);
            }
            (Kind::CallingCode | Kind::Phone { .. } | Kind::OfAge { .. }, _) => {
                return Ok(Sent::Nothing);
            }
            (Kind::Codes, _) | (_, Value::Other(_)) => return Err(Code::WrongType),
            (_, Value::Text(typed)) => typed,
        };
        let text = match field.kind {
            Kind::Text { .. } => self.text(field, typed, Lines::Many)?,
            Kind::Verbatim { .. } => {
                text::verbatim(typed, self.options.limit(field)).map_err(TextError::code)?.into()
            }
            Kind::Email => {
                let (address, advice) = email::normalise(typed, self.platform)?;
                if let Some(advice) = advice {
                    self.issue(advice.issue(field.name));
                }
                address
            }
            Kind::Date if typed.is_empty() => typed.into(),
            Kind::Date => date::to_wire(date::passed(typed, self.options.today)?).into(),
            Kind::Ip if typed.is_empty() || ip::is_address(typed) => typed.into(),
            Kind::Ip => return Err(Code::IpAddress),
            _ => self.text(field, typed, Lines::One)?,
        };
        Ok(Sent::text(typed, text))
    }

    fn text(&self, field: &Field, typed: &'a str, lines: Lines) -> Result<Cow<'a, str>, Code> {
        text::normalise(typed, lines, self.options.limit(field), self.platform)
            .map_err(TextError::code)
    }

    /// A consent is a yes only to a wording.
    fn consent(&self, raw: Value<'a>, wording: &str) -> Result<Sent<'a>, Code> {
        let given = read_flag(raw)?;
        if given == Some(true) {
            let place = position(wording).unwrap_or_default();
            let shown = self.draft.at(place).and_then(Value::text).unwrap_or("");
            // A wording over its limit is refused at its own field, and costs no reading here.
            let max = rows().get(place).map_or(0, |field| self.options.limit(field));
            let fits = text::verbatim(shown, max).is_ok();
            if fits && !consent::is_readable(shown) {
                return Err(Code::ConsentText);
            }
        }
        Ok(Sent::flag(raw, given))
    }

    /// The drinking age follows from the birthday; an answer that contradicts it is an issue.
    fn of_age(&self, raw: Option<Value<'a>>, birthday: &str) -> Result<Sent<'a>, Code> {
        let said = raw.map_or(Ok(None), read_flag)?;
        let limit = self.options.setup.drinking_age;
        let born = self.draft.get(birthday).and_then(Value::text).and_then(date::parse);
        let age = born.zip(self.options.today).and_then(|(born, today)| date::age(born, today));
        let derived = age.zip(limit).map(|(age, limit)| i64::from(age) >= i64::from(limit));
        match (said, derived) {
            (Some(said), Some(derived)) if said != derived => Err(Code::DrinkingAge),
            _ => Ok(Sent::flag(raw.unwrap_or(Value::Text("")), derived.or(said))),
        }
    }

    /// A phone pair: the number decides, and carries its calling code into the request.
    fn phone(
        &mut self,
        place: usize,
        field: &'static Field,
        code_field: &'static str,
        wants_mobile: bool,
    ) {
        let raw = match self.draft.at(place) {
            None => "",
            Some(Value::Text(typed)) => typed,
            Some(Value::Other(_)) => return self.issue(Issue::error(Code::WrongType, field.name)),
        };
        let typed = raw.trim();
        if typed.is_empty() {
            if self.lacks_every_phone(field) {
                self.error(Code::PhoneRequired, field);
            }
            return;
        }
        // A code typed with the number wins over a wrong choice, which therefore counts as none at first.
        let code_place = position(code_field).unwrap_or(place);
        let chosen = self.draft.at(code_place);
        let choice = chosen.map_or(Ok(None), calling_code);
        let number = phone::inspect(choice.unwrap_or(None), typed, self.options.phones);
        let about = |issue: Issue| issue.number("callingCode", i32::from(number.calling_code));
        match (number.reason, choice) {
            (Some(Reason::UnknownCallingCode), Err(code)) => {
                return self.issue(Issue::error(code, code_field));
            }
            (Some(Reason::UnknownCallingCode), Ok(_)) => {
                return self.issue(Issue::error(Code::CallingCodeMissing, code_field));
            }
            (Some(reason), _) => {
                let issue = Issue::error(Code::PhoneImpossible, field.name);
                return self.issue(about(issue).text("reason", reason.name()));
            }
            (None, _) => {}
        }
        if number.verdict != phone::Verdict::Valid && !is_read_as_itself(&number) {
            let issue = Issue::error(Code::PhoneImpossible, field.name);
            return self.issue(about(issue).text("reason", Reason::InvalidLength.name()));
        }
        if self.options.phones.is_some() {
            if number.verdict != phone::Verdict::Valid {
                self.issue(about(Issue::advice(Code::PhoneUnknown, field.name)));
            } else if wants_mobile && !number.types.may_be_mobile() {
                self.issue(about(Issue::advice(Code::PhoneNotMobile, field.name)));
            }
        }
        let code = Json::from(i32::from(number.calling_code));
        let is_chosen = matches!(chosen, Some(Value::Other(chosen)) if *chosen == code);
        self.put(code_place, if is_chosen { Sent::AsTyped } else { Sent::Other(code) });
        self.put(place, Sent::text(raw, number.national.into()));
    }

    /// True at the first of the fields of which one must be given, when none is.
    fn lacks_every_phone(&self, field: &Field) -> bool {
        let mut needed = rows().iter().filter(|row| row.required == Required::OneOf);
        let given = |row: &Field| {
            self.draft.get(row.name).is_some_and(|value| match value {
                Value::Text(typed) => !typed.trim().is_empty(),
                Value::Other(_) => true,
            })
        };
        needed.clone().next().is_some_and(|first| first.name == field.name) && !needed.any(given)
    }

    /// Where something could be read as what it is not called: there, or in the request as a whole.
    fn ambiguous(&self) -> Option<&'static str> {
        let unknown = self.draft.unknown?;
        let parts = |name| unknown.get(name).and_then(Json::as_object);
        let (address, options) = (parts(ADDRESS), parts(CUSTOMER_OPTIONS));
        let near = |members: Option<&Object>, name| members.is_some_and(|of| has_near(of, name));
        // In the form encoding, dots and brackets make parts of things: `Receive[]SmsMarketing`.
        let has_path = |of: &Object| of.iter().any(|(name, _)| head(name) != name);
        if near(Some(unknown), CUSTOMER_OPTIONS) || near(options, APPEND_COMMENTS) {
            Some(CUSTOMER_OPTIONS)
        } else if near(Some(unknown), HAS_DECLINED_EMAIL) {
            Some(HAS_DECLINED_EMAIL)
        } else if [Some(unknown), address, options].into_iter().flatten().any(has_path) {
            Some("request")
        } else {
            None
        }
    }

    fn finish(mut self) -> Judged<'a> {
        if self.draft.address_is_wrong {
            self.issue(Issue::error(Code::WrongType, ADDRESS));
        }
        if let Some(place) = self.ambiguous() {
            self.issue(Issue::error(Code::NotWritable, place));
        }
        if self.options.strict {
            for issue in &mut self.judged.issues {
                if matches!(issue.code, Code::PhoneUnknown | Code::PhoneNotMobile) {
                    issue.severity = Severity::Error;
                }
            }
        }
        self.judged
    }
}

impl<'a> Sent<'a> {
    fn text(typed: &str, sent: Cow<'a, str>) -> Self {
        match sent {
            sent if sent.is_empty() => Self::Nothing,
            // Of what was typed, a borrowed text is a part.
            Cow::Borrowed(part) if part.len() == typed.len() => Self::AsTyped,
            sent if *sent == *typed => Self::AsTyped,
            sent => Self::Text(sent),
        }
    }

    fn flag(typed: Value<'_>, sent: Option<bool>) -> Self {
        match (sent, typed) {
            (None, _) => Self::Nothing,
            (Some(sent), Value::Other(Json::Bool(typed))) if *typed == sent => Self::AsTyped,
            (Some(sent), _) => Self::Other(Json::Bool(sent)),
        }
    }
}

/// True where the normalised number, read again, is the same: of noughts without a number after them, each reading takes
/// one for a trunk prefix.
fn is_read_as_itself(number: &phone::Phone) -> bool {
    let again = phone::inspect(Some(number.calling_code), &number.national, None);
    again.reason.is_none() && again.national == number.national
}

/// A flag as programs and HTML forms write it; none when it is not given.
pub(crate) fn flag(raw: &Json) -> Result<Option<bool>, Code> {
    Value::of(raw).map_or(Err(Code::WrongType), read_flag)
}

fn read_flag(raw: Value<'_>) -> Result<Option<bool>, Code> {
    match raw {
        Value::Other(Json::Bool(flag)) => Ok(Some(*flag)),
        Value::Text("true" | "on") => Ok(Some(true)),
        Value::Text("false") => Ok(Some(false)),
        Value::Text("") => Ok(None),
        _ => Err(Code::WrongType),
    }
}

/// A calling code as a number or text; 0 and empty mean none.
fn calling_code(raw: Value<'_>) -> Result<Option<u16>, Code> {
    match raw {
        Value::Other(Json::Number(digits)) => read_code(digits),
        Value::Text(digits) => read_code(digits.trim()),
        Value::Other(_) => Err(Code::WrongType),
    }
}

fn read_code(digits: &str) -> Result<Option<u16>, Code> {
    match digits {
        "" | "0" => Ok(None),
        digits => phone::calling_code(digits).map(Some).ok_or(Code::CallingCode),
    }
}

/// `{Id, Name}`: an Id above 0, a name.
fn is_customer_type(raw: &Json) -> bool {
    let Some(object) = raw.as_object() else { return false };
    object.get("Id").and_then(Json::as_positive).is_some()
        && object.get("Name").and_then(Json::as_str).is_some()
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Native;

    fn object(text: &str) -> Object {
        match Json::parse(text).unwrap() {
            Json::Object(object) => object,
            other => panic!("not an object: {other:?}"),
        }
    }

    fn options(text: &str) -> Options {
        Options::read(&object(text)).unwrap()
    }

    fn checked(draft: &str, with: &str) -> Checked {
        check(&Draft::from_object(&object(draft)), &options(with), &Native)
    }

    fn issues(draft: &str, with: &str) -> Vec<(&'static str, &'static str)> {
        let checked = checked(draft, with);
        checked.issues.iter().map(|issue| (issue.field, issue.code.as_str())).collect()
    }

    const ANN: &str = r#"{"Surname":"Lee","Email":"ann@example.com","MobileCountryCode":"+44","Mobile":"07700 900123""#;

    /// Ann's details and more members.
    fn ann(more: &str) -> String {
        format!("{ANN}{}{more}}}", if more.is_empty() { "" } else { "," })
    }

    #[test]
    fn a_full_form_is_normalised() {
        let draft = r#"{
            "Title":" Ms ","FirstName":"Zoe\u0308","Surname":"O’Brien-Łukasz","Company":"","Email":" zoe@bücher.example ",
            "MobileCountryCode":"0044","Mobile":"(0)7700 900-123","PhoneCountryCode":39,"Phone":"06 1234 5678",
            "Birthday":"1990-02-28","Address":{"House":"1","Town":" Bath ","Country":null},
            "Field1":"No nuts","ReceiveEmailMarketing":true,"GroupEmailMarketingOptInText":" By: <b>x</b> ",
            "ReceiveSmsMarketing":false,"IsVip":"on","CustomerCodes":[7,"8"],"Comments":"a\r\nb",
            "CustomerType":{"Id":1,"Name":"Press"},"IpAddress":"192.0.2.1","CustomerOptions":{"AppendComments":true}}"#;
        let with = r#"{"today":"2026-11-22","setup":{"LegalDrinkingAge":18,
            "CustomFields":[{"Name":"Field1","Label":"Diet","IsRequired":true}]}}"#;
        let done = checked(draft, with);
        assert_eq!(done.issues, []);
        assert_eq!(
            done.value.to_text(),
            "{\"Title\":\"Ms\",\"FirstName\":\"Zoë\",\"Surname\":\"O’Brien-Łukasz\",\"Email\":\"zoe@xn--bcher-kva.example\",\
             \"MobileCountryCode\":44,\"Mobile\":\"7700900123\",\"PhoneCountryCode\":39,\"Phone\":\"0612345678\",\
             \"Birthday\":\"1990-02-28T00:00:00\",\"IsDrinkingAge\":true,\"Field1\":\"No nuts\",\
             \"ReceiveEmailMarketing\":true,\"GroupEmailMarketingOptInText\":\" By: <b>x</b> \",\
             \"ReceiveSmsMarketing\":false,\"IsVip\":true,\"Comments\":\"a\\r\\nb\",\"CustomerCodes\":[7,8],\
             \"CustomerType\":{\"Id\":1,\"Name\":\"Press\"},\"IpAddress\":\"192.0.2.1\",\
             \"CustomerOptions\":{\"AppendComments\":true},\"Address\":{\"House\":\"1\",\"Town\":\"Bath\"}}"
        );
        let again = check(&Draft::from_object(&done.value), &options(with), &Native);
        assert_eq!(again, done, "normalising is idempotent");
    }

    #[test]
    fn an_empty_form_lists_what_is_missing_in_form_order() {
        for draft in ["{}", r#"{"Surname":" ","Email":null,"Mobile":"","Phone":" "}"#] {
            assert_eq!(
                issues(draft, "{}"),
                [("Surname", "required"), ("Email", "required"), ("Mobile", "phone_required")]
            );
        }
    }

    #[test]
    fn each_rule_speaks_at_its_own_field() {
        for (more, expected) in [
            ("", &[][..]),
            (r#""Title":"Most Honourable Lady""#, &[]),
            (r#""Title":"The Most Honourable Lady""#, &[("Title", "too_long")]),
            (r#""FirstName":"a\u0000""#, &[("FirstName", "control_character")]),
            (r#""FirstName":"\ud800""#, &[("FirstName", "damaged_text")]),
            (r#""FirstName":7"#, &[("FirstName", "wrong_type")]),
            (r#""FirstName":{"a":[]}"#, &[("FirstName", "wrong_type")]),
            (r#""PhoneCountryCode":44,"Phone":"123""#, &[("Phone", "phone_impossible")]),
            (r#""Phone":"020 7946 0123""#, &[("PhoneCountryCode", "calling_code_missing")]),
            (
                r#""PhoneCountryCode":999,"Phone":"020 7946 0123""#,
                &[("PhoneCountryCode", "calling_code_invalid")],
            ),
            (r#""PhoneCountryCode":999,"Phone":"+44 20 7946 0123""#, &[]),
            (r#""PhoneCountryCode":44,"Phone":2079460123"#, &[("Phone", "wrong_type")]),
            (r#""PhoneCountryCode":44"#, &[]),
            (r#""Birthday":"1990-02-30""#, &[("Birthday", "date_invalid")]),
            (r#""Birthday":"2026-11-23""#, &[("Birthday", "date_in_future")]),
            (r#""Anniversary":"1899-01-01""#, &[("Anniversary", "date_too_early")]),
            (r#""Address":"Bath""#, &[("Address", "wrong_type")]),
            (
                r#""Address":{"Postcode":"123456789012345678901"}"#,
                &[("Address.Postcode", "too_long")],
            ),
            (r#""ReceiveSmsMarketing":true"#, &[("ReceiveSmsMarketing", "consent_text_missing")]),
            (
                r#""ReceiveSmsMarketing":"on","GroupSmsMarketingOptInText":"<script></script>""#,
                &[("ReceiveSmsMarketing", "consent_text_missing")],
            ),
            (
                r#""ReceiveSmsMarketing":"on","GroupSmsMarketingOptInText":"<b> </b>&nbsp;""#,
                &[("ReceiveSmsMarketing", "consent_text_missing")],
            ),
            (r#""ReceiveSmsMarketing":1"#, &[("ReceiveSmsMarketing", "wrong_type")]),
            (r#""CustomerCodes":[1,1]"#, &[("CustomerCodes", "duplicate_id")]),
            (r#""CustomerType":{"Id":0,"Name":"x"}"#, &[("CustomerType", "wrong_type")]),
            (r#""IpAddress":"localhost""#, &[("IpAddress", "ip_invalid")]),
        ] {
            assert_eq!(issues(&ann(more), r#"{"today":"2026-11-22"}"#), expected, "{more}");
        }
    }

    #[test]
    fn with_the_table_numbers_get_advice_which_strict_mode_makes_errors() {
        let table = phone::Table::decode(include_bytes!("../data/phone/types.bin")).unwrap();
        let phones = Some(&*Box::leak(Box::new(table)));
        for (more, expected) in [
            (r#""Mobile":"07400 123456""#, None),
            (r#""Mobile":"07700 900123""#, Some(("Mobile", "phone_unknown"))),
            (
                r#""Mobile":"020 7946 0958","Phone":"+1 201 555 0123""#,
                Some(("Mobile", "phone_not_mobile")),
            ),
            (r#""Mobile":"+1 201 555 0123""#, None),
            (r#""Mobile":"07400 1234567""#, Some(("Mobile", "phone_impossible"))),
        ] {
            let draft = format!(
                r#"{{"Surname":"Lee","Email":"ann@example.com","MobileCountryCode":44,{more}}}"#
            );
            for strict in [false, true] {
                let options = Options { phones, strict, ..Options::default() };
                let done = check(&Draft::from_object(&object(&draft)), &options, &Native);
                let found = done.issues.first().map(|issue| (issue.field, issue.code.as_str()));
                assert_eq!(found, expected, "{more}");
                let blocks = strict && expected.is_some() || more.contains("1234567");
                assert_eq!(!done.is_sendable(), blocks, "{more} {strict}");
            }
        }
    }

    #[test]
    fn custom_fields_follow_the_setup() {
        let setup = r#"{"setup":{"CustomFields":[
            {"Name":"Field1","Label":"Diet","IsRequired":false},{"Name":"Field2","Label":"How","IsRequired":true}]}}"#;
        for (more, with, expected) in [
            (r#""Field3":"x""#, "{}", &[][..]),
            (r#""Field3":"x""#, r#"{"setup":{"CustomFields":null}}"#, &[]),
            (r#""Field2":"x""#, setup, &[]),
            (r#""Field2":"x","Field3":"y""#, setup, &[("Field3", "not_configured")]),
            (r#""Field1":"x""#, setup, &[("Field2", "required")]),
            (
                r#""Field1":"x""#,
                r#"{"setup":{"CustomFields":[]}}"#,
                &[("Field1", "not_configured")],
            ),
        ] {
            assert_eq!(issues(&ann(more), with), expected, "{more}");
        }
    }

    #[test]
    fn the_drinking_age_follows_from_the_birthday() {
        let with = r#"{"today":"2026-11-22","setup":{"LegalDrinkingAge":18}}"#;
        for (more, expected) in [
            (r#""Birthday":"2008-11-22""#, Some(true)),
            (r#""Birthday":"2008-11-23""#, Some(false)),
            (r#""Birthday":"2008-11-23","IsDrinkingAge":false"#, Some(false)),
            (r#""IsDrinkingAge":true"#, Some(true)),
            ("", None),
        ] {
            let done = checked(&ann(more), with);
            assert_eq!(
                done.value.get("IsDrinkingAge"),
                expected.map(Json::from).as_ref(),
                "{more}"
            );
        }
        let contradiction = ann(r#""Birthday":"2008-11-23","IsDrinkingAge":true"#);
        assert_eq!(issues(&contradiction, with), [("IsDrinkingAge", "drinking_age_contradiction")]);
    }

    #[test]
    fn a_patch_is_judged_by_what_it_names() {
        for (patch, expected) in [
            ("{}", Ok("{}")),
            (r#"{"Company":"  ","Title":null}"#, Ok(r#"{"Title":null,"Company":null}"#)),
            (r#"{"FirstName":" Ann "}"#, Ok(r#"{"FirstName":"Ann"}"#)),
            (
                r#"{"MobileCountryCode":44,"Mobile":"07700 900123"}"#,
                Ok(r#"{"MobileCountryCode":44,"Mobile":"7700900123"}"#),
            ),
            (
                r#"{"Mobile":"+44 7700 900123"}"#,
                Ok(r#"{"MobileCountryCode":44,"Mobile":"7700900123"}"#),
            ),
            (r#"{"Mobile":"7700900124"}"#, Ok(r#"{"Mobile":"7700900124"}"#)),
            (
                r#"{"MobileCountryCode":0,"Mobile":""}"#,
                Ok(r#"{"MobileCountryCode":0,"Mobile":null}"#),
            ),
            (r#"{"MobileCountryCode":null}"#, Ok(r#"{"MobileCountryCode":null}"#)),
            (r#"{"MobileCountryCode":"x"}"#, Err(("MobileCountryCode", "calling_code_invalid"))),
            (
                r#"{"MobileCountryCode":"x","Phone":false}"#,
                Err(("MobileCountryCode", "calling_code_invalid")),
            ),
            (r#"{"ReceiveSmsMarketing":true}"#, Ok(r#"{"ReceiveSmsMarketing":true}"#)),
            (r#"{"CustomerCodes":[],"Newer":1.50}"#, Ok(r#"{"CustomerCodes":[],"Newer":1.50}"#)),
            (
                r#"{"Address":{"Town":" Bath ","House":""}}"#,
                Ok(r#"{"Address":{"Town":"Bath","House":null}}"#),
            ),
            (r#"{"Address":null}"#, Ok(r#"{"Address":null}"#)),
            (r#"{"Email":"nobody"}"#, Err(("Email", "email_invalid"))),
            (r#"{"Email":""}"#, Err(("Email", "required"))),
            (r#"{"Birthday":"1990-02-30"}"#, Err(("Birthday", "date_invalid"))),
            (r#"{"Address":"Bath"}"#, Err(("Address", "wrong_type"))),
        ] {
            let checked = check_patch(&object(patch), &Options::default(), &Native);
            match expected {
                Ok(value) => {
                    assert_eq!(checked.issues, [], "{patch}");
                    assert_eq!(checked.value.to_text(), value, "{patch}");
                    let again = check_patch(&checked.value, &Options::default(), &Native);
                    assert!(!again.issues.iter().any(Issue::blocks), "{patch}");
                }
                Err(issue) => {
                    let found = checked.issues.first().unwrap();
                    assert_eq!((found.field, found.code.as_str()), issue, "{patch}");
                }
            }
        }
    }

    #[test]
    fn the_issues_of_a_patch_are_in_form_order() {
        let patch = r#"{"Title":7,"MobileCountryCode":"x","Birthday":"soon","Address":{"Town":1}}"#;
        let issues = check_patch(&object(patch), &Options::default(), &Native).issues;
        let places: Vec<_> = issues.iter().map(|issue| issue.field).collect();
        assert_eq!(places, ["Title", "MobileCountryCode", "Birthday", "Address.Town"]);
        let nothing = object(r#"{"MobileCountryCode":null}"#);
        assert_eq!(check_patch(&nothing, &Options::default(), &Native).issues, []);
    }

    #[test]
    fn members_unknown_to_us_are_kept() {
        let done = checked(
            &ann(r#""Newer":{"x.y":[1.50]},"Address":{"Floor":3},"hasdeclined":"x""#),
            "{}",
        );
        assert_eq!(done.issues, []);
        let mut text = String::new();
        for name in ["Newer", "Address", "hasdeclined"] {
            done.value.get(name).unwrap().write(&mut text);
        }
        assert_eq!(text, r#"{"x.y":[1.50]}{"Floor":3}"x""#);
    }

    #[test]
    fn limits_can_be_overridden() {
        assert_eq!(
            issues(&ann(r#""FirstName":"Anna""#), r#"{"limits":{"FirstName":3}}"#),
            [("FirstName", "too_long")]
        );
        for (with, expected) in [
            (r#"{"limits":{"Nose":3}}"#, "options.limits takes field names and whole numbers"),
            (
                r#"{"limits":{"FirstName":-3}}"#,
                "options.limits takes field names and whole numbers",
            ),
            (r#"{"today":"today"}"#, "options.today takes a date as YYYY-MM-DD"),
            (r#"{"setup":[]}"#, "options.setup takes the object that client.setup() returned"),
            (r#"{"strict":1}"#, "options.strict takes true or false"),
        ] {
            assert_eq!(Options::read(&object(with)).unwrap_err(), expected);
        }
    }

    #[test]
    fn a_change_speaks_of_the_field_and_of_those_that_read_it() {
        let draft = Draft::from_object(&object(r#"{"Phone":"020 7946 0123"}"#));
        let around = |name| {
            let field = crate::fields::field(name).unwrap();
            let issues = check_around(field, &draft, &Options::default(), &Native);
            issues.iter().map(|issue| issue.field).collect::<Vec<_>>()
        };
        assert_eq!(around("PhoneCountryCode"), ["PhoneCountryCode"]);
        assert_eq!(around("Phone"), ["PhoneCountryCode"]);
        assert_eq!(around("Surname"), ["Surname"]);
        assert_eq!(around("FirstName"), [""; 0]);
    }

    #[test]
    fn a_part_takes_the_place_of_what_was_no_address() {
        let mut draft = Draft::from_object(&object(r#"{"Address":"Bath"}"#));
        let is_wrong = |draft: &Draft| {
            let issues = check(draft, &Options::default(), &Native).issues;
            issues.iter().any(|issue| issue.code == Code::WrongType)
        };
        draft.set("Company", "Oak".into());
        assert!(is_wrong(&draft));
        draft.set("Address.Town", "Bath".into());
        assert!(!is_wrong(&draft));
    }

    #[test]
    fn a_member_in_another_case_is_refused_where_the_field_stands() {
        let codes = |draft: &str| -> Vec<_> {
            let draft = Draft::from_object(&object(draft));
            let issues = check(&draft, &Options::default(), &Native).issues;
            let refused = issues.iter().filter(|issue| issue.code == Code::NotWritable);
            refused.map(|issue| issue.field).collect()
        };
        assert_eq!(codes(r#"{"receiveSmsMarketing":true}"#), ["ReceiveSmsMarketing"]);
        assert_eq!(codes(r#"{"Address":{"town":"Bath"}}"#), ["Address.Town"]);
        assert_eq!(codes(r#"{"address":{"Town":"Bath"}}"#).len(), 6);
        assert_eq!(codes(r#"{"ReceiveSmsMarketing":false,"Newer":1}"#), [""; 0]);
        let patch = object(r#"{"RECEIVESMSMARKETING":true}"#);
        let checked = check_patch(&patch, &Options::default(), &Native);
        assert_eq!(checked.issues, [Issue::error(Code::NotWritable, "ReceiveSmsMarketing")]);
    }

    #[test]
    fn a_member_that_could_be_read_as_another_is_refused() {
        for (member, place) in [
            (r#""Address[Street]":"x""#, "Address.Street"),
            (r#""address.street":"x""#, "Address.Street"),
            (r#""ReceiveSmsMarketing[]":true"#, "ReceiveSmsMarketing"),
            (r#""surname.":"x""#, "Surname"),
            (r#""Receive[]SmsMarketing":true"#, "request"),
            (r#""[Surname]":"x""#, "request"),
            (r#""Newer[x]":1"#, "request"),
            (r#""Address":{"Town][":"x"}"#, "Address.Town"),
            (r#""Address":{"[Town":"x"}"#, "request"),
            (r#""customerOptions":{"AppendComments":true}"#, "CustomerOptions"),
            (r#""CustomerOptions":{"appendComments":true}"#, "CustomerOptions"),
            (r#""CustomerOptions":{"AppendComments][":true}"#, "CustomerOptions"),
            (r#""CUSTOMEROPTIONS.AppendComments":true"#, "CustomerOptions"),
            (r#""hasDeclinedEmail":true"#, "HasDeclinedEmail"),
        ] {
            let patch = object(&format!("{{{member}}}"));
            let patched = check_patch(&patch, &Options::default(), &Native);
            for issues in [checked(&ann(member), "{}").issues, patched.issues] {
                let refused = |issue: &&Issue| issue.code == Code::NotWritable;
                let mut places = issues.iter().filter(refused).map(|issue| issue.field);
                assert!(places.any(|refused| refused == place), "{member}: {issues:?}");
            }
        }
        for member in
            [r#""CustomerOptions":{"AppendComments":true,"New":1}"#, r#""HasDeclinedEmail":true"#]
        {
            assert_eq!(checked(&ann(member), "{}").issues, [], "{member}");
        }
    }

    #[test]
    fn one_value_is_checked_by_its_own_rule() {
        let codes = |name: &str, value: Json| {
            let field = crate::fields::field(name).unwrap();
            let issues = check_field(field, &value, &Options::default(), &Native);
            issues.iter().map(|issue| issue.code.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(codes("Email", "ann".into()), ["email_invalid"]);
        assert_eq!(codes("Email", "".into()), ["required"]);
        assert_eq!(codes("Mobile", "07700 900123".into()), [""; 0]);
        assert_eq!(codes("Mobile", "+44 1".into()), ["phone_impossible"]);
        assert_eq!(codes("ReceiveSmsMarketing", true.into()), [""; 0]);
    }
}
