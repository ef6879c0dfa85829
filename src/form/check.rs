//! The checker: applies each field's rule to a draft, in form order, and collects what is sent and
//! what is wrong.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::fields::{ADDRESS, FIELDS, Field, Kind, Required, position_near, rows};
use crate::form::near;
use crate::form::{DraftView, Options, staff};
use crate::issue::{Code, Issue, REASON, Refusal, Severity};
use crate::json::Json;
use crate::platform::Platform;
use crate::rules::phone::pair::{self, Pair, PairError};
use crate::rules::text::{Lines, TextError};
use crate::rules::{RawValue, consent, date, email, flag, invisible, text};

/// What is sent of a field whose value passed its rule.
#[derive(Debug)]
pub(crate) enum Normalised<'a> {
    /// The field is left out.
    Absent,
    /// The value goes as it was typed.
    Unchanged,
    /// A text in place of what was typed.
    Text(Cow<'a, str>),
    /// Another value in place of what was typed.
    Other(Json),
}

impl<'a> Normalised<'a> {
    fn text(typed: &str, normalised: Cow<'a, str>) -> Self {
        match normalised {
            text if text.is_empty() => Self::Absent,
            // A borrowed text is a part of the typed one: with the same length, it is the whole.
            Cow::Borrowed(part) if part.len() == typed.len() => Self::Unchanged,
            text if *text == *typed => Self::Unchanged,
            text => Self::Text(text),
        }
    }

    fn flag(typed: Option<RawValue<'_>>, flag: Option<bool>) -> Self {
        match (flag, typed) {
            (None, _) => Self::Absent,
            (Some(flag), Some(RawValue::Other(Json::Bool(typed)))) if *typed == flag => {
                Self::Unchanged
            }
            (Some(flag), _) => Self::Other(Json::Bool(flag)),
        }
    }
}

/// The result of a check, field by field.
pub(crate) struct CheckedFields<'a> {
    /// What is sent of each field, by the field's index in the rule table.
    pub(crate) values: Vec<Normalised<'a>>,
    /// In form order.
    pub(crate) issues: Vec<Issue>,
}

/// The compiler checks that every field has a bit.
const _: () = assert!(FIELDS.len() <= u64::BITS as usize);

/// Checks those fields of a draft whose bit is set, by their index in the rule table, or with `None`
/// every field.
pub(crate) fn check_fields<'a>(
    only: Option<u64>,
    draft: &DraftView<'a>,
    options: &Options,
    platform: &impl Platform,
) -> CheckedFields<'a> {
    let values = Vec::with_capacity(rows().len());
    let custom_fields = options.setup.custom_fields.as_deref().unwrap_or_default();
    let requires_custom_fields = custom_fields.iter().any(|custom| custom.required);
    let checked = CheckedFields { values, issues: Vec::new() };
    let mut checker = Checker { draft, options, requires_custom_fields, platform, checked };
    for (index, field) in rows().iter().enumerate() {
        let is_asked = only.is_none_or(|only| only >> index & 1 == 1);
        let value = if is_asked { checker.check(index, field) } else { Normalised::Absent };
        checker.checked.values.push(value);
    }
    checker.finish()
}

struct Checker<'c, 'a, P> {
    draft: &'c DraftView<'a>,
    options: &'c Options,
    /// Whether the Setup insists on any custom field.
    requires_custom_fields: bool,
    platform: &'c P,
    checked: CheckedFields<'a>,
}

impl<'a, P: Platform> Checker<'_, 'a, P> {
    fn check(&mut self, index: usize, field: &'static Field) -> Normalised<'a> {
        if self.draft.has_near(field) {
            return self.error(Code::NotWritable, field);
        }
        let raw = self.draft.at(index);
        let result = match (field.kind, raw) {
            (Kind::Phone { calling_code, mobile }, _) => {
                return self.phone(index, field, calling_code, mobile);
            }
            // A calling code is checked with its number: without one it means nothing.
            (Kind::CallingCode, _) => return Normalised::Absent,
            (Kind::OfAge { birthday }, _) => {
                self.of_age(raw, position_near(index, birthday)).map_err(Refusal::from)
            }
            (_, None) => Ok(Normalised::Absent),
            (Kind::Consent { text }, Some(raw)) => {
                self.consent(raw, position_near(index, text)).map_err(Refusal::from)
            }
            (_, Some(raw)) => self.value(field, raw),
        };
        match result {
            Ok(Normalised::Absent) if self.is_required(field) => self.error(Code::Required, field),
            Ok(Normalised::Absent) => Normalised::Absent,
            Ok(_) if field.is_custom() && self.is_unconfigured(field) => {
                self.error(Code::NotConfigured, field)
            }
            Ok(value) => value,
            Err(refusal) => self.error(refusal, field),
        }
    }

    fn is_required(&self, field: &Field) -> bool {
        let custom = || self.options.setup.custom_field(field.name);
        field.required == Required::Always
            || self.requires_custom_fields && custom().is_some_and(|custom| custom.required)
    }

    /// True for a custom field that the Setup does not list; false where the Setup lists none at
    /// all.
    fn is_unconfigured(&self, field: &Field) -> bool {
        let setup = &self.options.setup;
        setup.custom_fields.is_some() && setup.custom_field(field.name).is_none()
    }

    fn issue(&mut self, issue: Issue) {
        self.checked.issues.push(issue);
    }

    /// Adds an error of a field, with the parameters that its message needs. Returns what is sent of the field: nothing.
    fn error(&mut self, refusal: impl Into<Refusal>, field: &Field) -> Normalised<'a> {
        let issue = Issue::refused(refusal.into(), field.name);
        self.issue(match issue.code {
            Code::TooLong => {
                issue.number("max", i32::try_from(self.options.limit(field)).unwrap_or(i32::MAX))
            }
            Code::DrinkingAge => {
                issue.number("age", self.options.setup.drinking_age.unwrap_or_default())
            }
            _ => issue,
        });
        Normalised::Absent
    }

    /// Applies the rule of the field's kind: what is sent, or what is wrong.
    fn value(
        &mut self,
        field: &'static Field,
        raw: RawValue<'a>,
    ) -> Result<Normalised<'a>, Refusal> {
        if cfg!(feature = "programs")
            && let Some(result) = staff::value(field.kind, raw)
        {
            return Ok(result?);
        }
        let typed = match (field.kind, raw) {
            (Kind::Flag, _) => return Ok(Normalised::flag(Some(raw), flag::read(raw)?)),
            (_, RawValue::Other(_)) => return Err(Code::WrongType.into()),
            (_, RawValue::Text(typed)) => typed,
        };
        let text = match field.kind {
            Kind::Text { .. } => self.text(field, typed, Lines::Many)?,
            Kind::Verbatim { .. } => text::verbatim(typed, self.options.limit(field))?.into(),
            Kind::Email => {
                let (address, advice) = email::normalise(typed, self.platform)?;
                if let Some(advice) = advice {
                    self.issue(advice.issue(field.name));
                }
                address
            }
            Kind::Date if invisible::is_blank(typed) => "".into(),
            Kind::Date => {
                let Options { today, date_order, .. } = *self.options;
                date::to_wire(date::passed(typed, today, date_order)?).into()
            }
            _ => self.text(field, typed, Lines::One)?,
        };
        Ok(Normalised::text(typed, text))
    }

    fn text(&self, field: &Field, typed: &'a str, lines: Lines) -> Result<Cow<'a, str>, TextError> {
        text::normalise(typed, lines, self.options.limit(field), self.platform)
    }

    /// A consent is a yes only together with the wording that was shown, in the field at `wording`.
    fn consent(&self, raw: RawValue<'a>, wording: usize) -> Result<Normalised<'a>, Code> {
        let given = flag::read(raw)?;
        if given == Some(true) {
            let shown = self.draft.text_at(wording).unwrap_or("");
            let max = rows().get(wording).map_or(0, |field| self.options.limit(field));
            // A wording over its limit is refused at its own field.
            if !consent::is_readable(shown) && text::verbatim(shown, max).is_ok() {
                return Err(Code::ConsentText);
            }
        }
        Ok(Normalised::flag(Some(raw), given))
    }

    /// The drinking age follows from the birthday; an answer that contradicts the birthday is an
    /// error. A restaurant's day that is not known can be the guest's or the day before or after,
    /// and an answer that is right on any of them stands.
    fn of_age(&self, raw: Option<RawValue<'a>>, birthday: usize) -> Result<Normalised<'a>, Code> {
        let said = raw.map_or(Ok(None), flag::read)?;
        let Options { today, date_order, restaurant_day, .. } = *self.options;
        let typed = self.draft.text_at(birthday);
        let born = typed.and_then(|typed| date::read(typed, today, date_order).ok());
        let born = born.zip(self.options.setup.drinking_age);
        let is_of_age = |day: NaiveDate| {
            let (born, limit) = born?;
            Some(i64::from(date::age(born, day)?) >= i64::from(limit))
        };
        let said_else = |day: Option<NaiveDate>| Some(day.and_then(is_of_age)? != said?);
        let (earliest, latest) = match restaurant_day {
            None => (
                today.as_ref().and_then(NaiveDate::pred_opt),
                today.as_ref().and_then(NaiveDate::succ_opt),
            ),
            known => (known, known),
        };
        if said_else(latest) == Some(true) && said_else(earliest) != Some(false) {
            return Err(Code::DrinkingAge);
        }
        let derived = restaurant_day.or(today).and_then(is_of_age);
        Ok(Normalised::flag(raw, said.or(derived)))
    }

    /// Checks a phone number with its calling code. Both are sent, or neither.
    fn phone(
        &mut self,
        index: usize,
        field: &'static Field,
        code_field: &'static str,
        wants_mobile: bool,
    ) -> Normalised<'a> {
        let raw = match self.draft.at(index) {
            None => "",
            Some(RawValue::Text(typed)) => typed,
            Some(RawValue::Other(_)) => return self.error(Code::WrongType, field),
        };
        if invisible::is_blank(raw) {
            if self.lacks_every_phone(field) {
                return self.error(Code::PhoneRequired, field);
            }
            return Normalised::Absent;
        }
        let code_index = position_near(index, code_field);
        let chosen = self.draft.at(code_index);
        let about = |issue: Issue, code: u16| issue.number("callingCode", i32::from(code));
        match pair::check(chosen, raw.trim(), wants_mobile, self.options.phones) {
            Ok(Pair { calling_code, national, advice }) => {
                if let Some(advice) = advice {
                    self.issue(about(Issue::advice(advice, field.name), calling_code));
                }
                let code = i32::from(calling_code);
                let is_chosen =
                    matches!(chosen, Some(RawValue::Other(chosen)) if chosen.is_number(code));
                let code =
                    if is_chosen { Normalised::Unchanged } else { Normalised::Other(code.into()) };
                // The row of the calling code is before that of its number.
                if let Some(slot) = self.checked.values.get_mut(code_index) {
                    *slot = code;
                }
                return Normalised::text(raw, national.into());
            }
            Err(PairError::CallingCode(code)) => self.issue(Issue::error(code, code_field)),
            Err(PairError::Impossible { calling_code, reason }) => {
                let issue = Issue::error(reason.code(), field.name);
                self.issue(match issue.code {
                    Code::PhoneTooShort | Code::PhoneTooLong => about(issue, calling_code),
                    Code::PhoneImpossible => about(issue, calling_code).text(REASON, reason.name()),
                    _ => issue,
                });
            }
        }
        Normalised::Absent
    }

    /// True where `field` is the first of the fields of which one must be given, and none of them
    /// is given.
    fn lacks_every_phone(&self, field: &Field) -> bool {
        let mut needed =
            rows().iter().enumerate().filter(|(_, row)| row.required == Required::OneOf);
        let given = |(index, _)| {
            self.draft.at(index).is_some_and(|value| match value {
                RawValue::Text(typed) => !invisible::is_blank(typed),
                RawValue::Other(_) => true,
            })
        };
        needed.clone().next().is_some_and(|(_, first)| first.name == field.name)
            && !needed.any(given)
    }

    fn finish(mut self) -> CheckedFields<'a> {
        if self.draft.address_is_wrong {
            self.issue(Issue::error(Code::WrongType, ADDRESS));
        }
        if let Some(member) = self.draft.unknown.and_then(near::ambiguous) {
            self.issue(Issue::error(Code::NotWritable, member));
        }
        if self.options.strict {
            for issue in &mut self.checked.issues {
                if matches!(
                    issue.code,
                    Code::PhoneTooShort | Code::PhoneUnknown | Code::PhoneNotMobile
                ) {
                    issue.severity = Severity::Error;
                }
            }
        }
        self.checked
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::testing::{ann, checked, issues, object, options};
    use crate::form::{Draft, check, check_field};
    use crate::platform::Native;
    use crate::rules::phone;

    #[test]
    fn check_normalises_a_full_form() {
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
    fn check_of_an_empty_form_lists_what_is_missing_in_form_order() {
        for draft in ["{}", r#"{"Surname":" ","Email":null,"Mobile":"\u2800","Phone":" "}"#] {
            assert_eq!(
                issues(draft, "{}"),
                [("Surname", "required"), ("Email", "required"), ("Mobile", "phone_required")]
            );
        }
    }

    #[test]
    fn check_finds_each_issue_at_its_own_field() {
        for (more, expected) in [
            ("", &[][..]),
            (r#""Title":"Most Honourable Lady""#, &[]),
            (r#""Title":"The Most Honourable Lady""#, &[("Title", "too_long")]),
            (r#""FirstName":"a\u0000""#, &[("FirstName", "control_character")]),
            (r#""FirstName":"\ud800""#, &[("FirstName", "damaged_text")]),
            (r#""FirstName":7"#, &[("FirstName", "wrong_type")]),
            (r#""FirstName":{"a":[]}"#, &[("FirstName", "wrong_type")]),
            (r#""PhoneCountryCode":44,"Phone":"123""#, &[("Phone", "phone_too_short")]),
            (r#""PhoneCountryCode":65,"Phone":"8123 4567 8""#, &[("Phone", "phone_impossible")]),
            (r#""PhoneCountryCode":44,"Phone":"07400 12345O""#, &[("Phone", "phone_letters")]),
            (
                r#""PhoneCountryCode":44,"Phone":"020 7946 0018 x5""#,
                &[("Phone", "phone_extension")],
            ),
            (r#""Phone":"+999 20 7946 0123""#, &[("Phone", "calling_code_unknown")]),
            (
                r#""PhoneCountryCode":44,"Phone":"020 7946 0018 / 07400 123456""#,
                &[("Phone", "phone_two_numbers")],
            ),
            (r#""Phone":"\u3164\ufe0f \u2800""#, &[]),
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
    fn check_with_the_phone_table_gives_advice_which_strict_mode_makes_errors() {
        let table = phone::Table::decode(include_bytes!("../../data/phone/types.bin")).unwrap();
        let phones = Some(&*Box::leak(Box::new(table)));
        for (more, expected) in [
            (r#""Mobile":"07400 123456""#, None),
            (r#""Mobile":"07700 900123""#, Some(("Mobile", "phone_unknown"))),
            (
                r#""Mobile":"020 7946 0958","Phone":"+1 201 555 0123""#,
                Some(("Mobile", "phone_not_mobile")),
            ),
            (r#""Mobile":"+1 201 555 0123""#, None),
            (r#""Mobile":"07400 1234567""#, Some(("Mobile", "phone_too_long"))),
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
    fn check_of_custom_fields_follows_the_setup() {
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
    fn check_derives_the_drinking_age_from_the_birthday() {
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
    }

    #[test]
    fn check_of_the_drinking_age_lets_the_restaurants_day_decide_where_it_is_known() {
        let with = |day: &str| {
            format!(r#"{{"today":"2026-11-22",{day}"setup":{{"LegalDrinkingAge":18}}}}"#)
        };
        let (before, same, after) = (
            r#""restaurantDay":"2026-11-21","#,
            r#""restaurantDay":"2026-11-22","#,
            r#""restaurantDay":"2026-11-23","#,
        );
        for (born, said, day, is_right) in [
            // The restaurant's day can be that before or after the guest's.
            ("2008-11-21", false, "", false),
            ("2008-11-22", false, "", true),
            ("2008-11-22", true, "", true),
            ("2008-11-23", true, "", true),
            ("2008-11-24", true, "", false),
            ("2026-11-22", true, "", false),
            // It is known.
            ("2008-11-22", true, before, false),
            ("2008-11-22", false, before, true),
            ("2008-11-22", true, same, true),
            ("2008-11-22", false, same, false),
            ("2008-11-23", true, same, false),
            ("2008-11-23", true, after, true),
            ("2008-11-23", false, after, false),
        ] {
            let draft = ann(&format!(r#""Birthday":"{born}","IsDrinkingAge":{said}"#));
            let contradiction = [("IsDrinkingAge", "drinking_age_contradiction")];
            let expected = if is_right { &[][..] } else { &contradiction[..] };
            assert_eq!(issues(&draft, &with(day)), expected, "{born} {said} {day}");
        }
        for (day, derived) in [("", true), (before, false), (same, true)] {
            let done = checked(&ann(r#""Birthday":"2008-11-22""#), &with(day));
            assert_eq!(done.value.get("IsDrinkingAge"), Some(&Json::from(derived)), "{day}");
        }
    }

    #[test]
    fn check_reads_a_date_as_its_language_writes_it_and_sends_it_in_one_form() {
        for (typed, order, expected) in [
            ("31/12/1990", "", Some("1990-12-31T00:00:00")),
            ("3/4/1990", "", None),
            ("3/4/1990", r#""dateOrder":"day""#, Some("1990-04-03T00:00:00")),
            ("3/4/1990", r#""dateOrder":"month""#, Some("1990-03-04T00:00:00")),
            ("1990-05-31T22:00:00.000Z", r#""dateOrder":"day""#, None),
        ] {
            let with = format!("{{{order}}}");
            let done = checked(&ann(&format!(r#""Birthday":"{typed}""#)), &with);
            assert_eq!(done.value.get("Birthday").and_then(Json::as_str), expected, "{typed}");
            let codes: Vec<_> = done.issues.iter().map(|issue| issue.code).collect();
            let refused = [Code::DateAmbiguous];
            assert_eq!(codes, if expected.is_some() { &[][..] } else { &refused[..] }, "{typed}");
            if expected.is_some() {
                assert_eq!(check(&Draft::from_object(&done.value), &options(&with), &Native), done);
            }
        }
    }

    #[test]
    fn check_field_applies_the_fields_own_rule() {
        let codes = |name: &str, value: Json| {
            let field = crate::fields::field(name).unwrap();
            let issues = check_field(field, &value, &Options::default(), &Native);
            issues.iter().map(|issue| issue.code.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(codes("Email", "ann".into()), ["email_at_missing"]);
        assert_eq!(codes("Email", "".into()), ["required"]);
        assert_eq!(codes("Mobile", "07700 900123".into()), [""; 0]);
        let in_spaces = [&" ".repeat(300), "+44 7400 123456", &" ".repeat(300)].concat();
        assert_eq!(codes("Mobile", in_spaces.into()), [""; 0]);
        assert_eq!(codes("Mobile", "+44 1".into()), ["phone_too_short"]);
        assert_eq!(codes("Mobile", "+999 7700 900123".into()), ["calling_code_unknown"]);
        assert_eq!(codes("ReceiveSmsMarketing", true.into()), [""; 0]);
    }
}
