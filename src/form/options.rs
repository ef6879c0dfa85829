//! What the rules need to know besides the draft.

use chrono::NaiveDate;

use crate::fields::{Field, position};
use crate::json::{Json, Object};
use crate::rules::{date, phone};
use crate::setup::Setup;

/// What the rules need to know besides the draft. The default knows nothing: see each member.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The restaurant's Setup. By default it is empty: custom fields are neither required nor
    /// refused, and no drinking age is known.
    pub setup: Setup,
    /// The guest's calendar date. With the default `None`, no date is in the future and no age is
    /// known.
    pub today: Option<NaiveDate>,
    /// The calendar date where the restaurant is, by which the drinking age counts. With the default
    /// `None`, it is a day before or after `today`, or the same.
    pub restaurant_day: Option<NaiveDate>,
    /// The order in which the guest's language writes dates. With the default `None`, a date is read
    /// only if it means the same in every order.
    pub date_order: Option<date::Order>,
    /// The longest text of a field, by its name, in Unicode code points. A field without an entry
    /// keeps the limit of the rule table ([`Field::max_length`]).
    pub limits: Vec<(String, u32)>,
    /// Whether advice about phone numbers blocks as an error does. False by default.
    pub strict: bool,
    /// The phone numbers that exist. With the default `None`, only impossible numbers are found.
    pub phones: Option<&'static phone::Table>,
}

impl Options {
    /// Reads `{setup?, today?, limits?, strict?}`, as JavaScript's functions take it, and what they
    /// make of the options `timeZone` and `locale`: `restaurantDay`, and `dateOrder`, the part of a
    /// date that comes first (`day`, `month` or `year`). A member that is absent or `null` keeps its
    /// default. The error names the wrong member and says what it takes.
    pub fn read(options: &Object) -> Result<Self, &'static str> {
        let mut read = Self::default();
        if let Some(setup) = options.given("setup") {
            let setup = setup.as_object();
            read.setup = Setup::read(
                setup.ok_or("options.setup takes the object that client.setup() returned")?,
            );
        }
        read.today = day(options, "today")?;
        read.restaurant_day = day(options, "restaurantDay")?;
        let first = options.given("dateOrder").and_then(Json::as_str);
        read.date_order = first.and_then(date::Order::of_first);
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

    /// The longest text of a field, in code points; `u32::MAX` for a field without a limit.
    pub(super) fn limit(&self, field: &Field) -> u32 {
        let own = self.limits.iter().find(|(name, _)| name == field.name).map(|(_, max)| *max);
        own.or(field.max_length()).unwrap_or(u32::MAX)
    }
}

/// The day of a member. The message names `today` for both days, because our own scripts make the
/// other one.
fn day(options: &Object, name: &str) -> Result<Option<NaiveDate>, &'static str> {
    let Some(day) = options.given(name) else { return Ok(None) };
    let day = day.as_str().and_then(date::parse);
    if day.is_none() { Err("options.today takes a date as YYYY-MM-DD") } else { Ok(day) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::testing::{ann, issues, object};

    #[test]
    fn options_take_the_place_of_the_tables_limits() {
        assert_eq!(
            issues(&ann(r#""FirstName":"Anna""#), r#"{"limits":{"FirstName":3}}"#),
            [("FirstName", "too_long")]
        );
    }

    #[test]
    fn options_that_are_wrong_are_refused_by_name() {
        for (with, expected) in [
            (r#"{"limits":3}"#, "options.limits takes an object of field names and numbers"),
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
}
