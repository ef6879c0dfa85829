//! Calendar dates: a birthday is a day on the calendar, never an instant, so no time zone can move
//! it.

use chrono::{Datelike, NaiveDate};

use crate::issue::{Code, Issue};
use crate::scan;

/// The first year that is accepted: nobody alive was born earlier.
pub const FIRST_YEAR: i32 = 1900;

/// Reads a day in any form that the remote API is known to write or to take: `YYYY-MM-DD`, alone or
/// followed by `T` and a time, with or without a fraction and a zone. The day is taken as it is
/// written, in whatever zone. Returns `None` for another form, and for a day that no calendar has.
pub fn parse(text: &str) -> Option<NaiveDate> {
    let (day, time) = scan::until(text.trim_ascii(), b"T");
    if !time.get(1..).is_none_or(is_time) {
        return None;
    }
    let (year, rest) = scan::split_once(day, b'-')?;
    let (month, day) = scan::split_once(rest, b'-')?;
    NaiveDate::from_ymd_opt(read(year, 4)? as i32, read(month, 2)?, read(day, 2)?)
}

/// The date as JavaScript and HTML write it: `YYYY-MM-DD`.
pub fn to_day(date: NaiveDate) -> String {
    let mut text = String::with_capacity("YYYY-MM-DDT00:00:00".len());
    let number = date.year() as u32 * 10_000 + date.month() * 100 + date.day();
    for scale in [10_000_000, 1_000_000, 100_000, 10_000, 1000, 100, 10, 1] {
        if matches!(scale, 1000 | 10) {
            text.push('-');
        }
        text.push((b'0' + (number / scale % 10) as u8).into());
    }
    text
}

/// The date as it is sent: `YYYY-MM-DDT00:00:00`. Midnight without a zone is the one form that no
/// server reads as another day.
pub fn to_wire(date: NaiveDate) -> String {
    to_day(date) + "T00:00:00"
}

/// True for a text that means an instant rather than a day: a time other than midnight, in a zone.
/// Which day it is depends on the zone of the reader.
pub(crate) fn is_instant(text: &str) -> bool {
    let (time, zone) = scan::until(scan::until(text, b"T").1, b"Z+-");
    !zone.is_empty() && time.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// Reads a date that has passed: a real day, not before 1900, and not after `today` where that is
/// given. The issue names `field`; its code is [`Code::Date`], [`Code::DateTooEarly`] or
/// [`Code::DateInFuture`].
pub fn check(
    typed: &str,
    today: Option<NaiveDate>,
    field: &'static str,
) -> Result<NaiveDate, Issue> {
    passed(typed, today).map_err(|code| match code {
        Code::DateTooEarly => Issue::error(code, field).number("min", FIRST_YEAR),
        _ => Issue::error(code, field),
    })
}

/// As [`check`], but the error is the code alone.
pub(crate) fn passed(typed: &str, today: Option<NaiveDate>) -> Result<NaiveDate, Code> {
    let date = parse(typed).ok_or(Code::Date)?;
    if date.year() < FIRST_YEAR {
        return Err(Code::DateTooEarly);
    }
    if today.is_some_and(|today| date > today) {
        return Err(Code::DateInFuture);
    }
    Ok(date)
}

/// Full years from `birthday` to `today`; `None` before the birthday. Someone born on 29 February
/// is a year older on 1 March of a common year.
pub fn age(birthday: NaiveDate, today: NaiveDate) -> Option<u32> {
    today.years_since(birthday)
}

fn read(digits: &str, length: usize) -> Option<u32> {
    if digits.len() == length { scan::number(digits) } else { None }
}

/// True for `HH:MM`, then optional seconds, fraction and zone. Only the form is checked, since the
/// time is not used.
fn is_time(text: &str) -> bool {
    let (time, zone) = scan::until(text, b"Z+-");
    let (whole, fraction) = scan::split_once(time, b'.').unwrap_or((time, "0"));
    let (hours_minutes, seconds) = match whole.split_at_checked(5) {
        Some((start, rest)) if whole.len() == 8 && rest.starts_with(':') => {
            (start, rest.get(1..).unwrap_or_default())
        }
        _ => (whole, "00"),
    };
    let zone_fits =
        matches!(zone, "" | "Z") || !zone.starts_with('Z') && zone.get(1..).is_some_and(is_clock);
    is_clock(hours_minutes)
        && read(seconds, 2).is_some_and(|seconds| seconds <= 60)
        && scan::is_digits(fraction)
        && zone_fits
}

/// True for `HH:MM`.
fn is_clock(text: &str) -> bool {
    scan::split_once(text, b':').is_some_and(|(hours, minutes)| {
        read(hours, 2).is_some_and(|hours| hours < 24)
            && read(minutes, 2).is_some_and(|minutes| minutes < 60)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        parse(text).unwrap()
    }

    #[test]
    fn date_check_ok_in_every_form_and_keeps_its_day() {
        for (text, expected) in [
            ("2026-02-02", "2026-02-02"),
            (" 2026-02-02 ", "2026-02-02"),
            ("2026-02-02T00:00:00", "2026-02-02"),
            ("2026-02-02T00:00:00.0000000", "2026-02-02"),
            ("2026-02-02T14:59:20.9478118Z", "2026-02-02"),
            ("2026-02-02T23:30:00+02:00", "2026-02-02"),
            ("2026-02-02T00:30-05:00", "2026-02-02"),
            ("2024-02-29", "2024-02-29"),
            ("2000-02-29", "2000-02-29"),
            ("0999-01-01", "0999-01-01"),
        ] {
            assert_eq!(to_day(day(text)), expected, "{text}");
            assert_eq!(day(&to_wire(day(text))), day(text));
        }
    }

    #[test]
    fn date_check_fail() {
        for text in [
            "",
            "2026",
            "2026-02",
            "2026-2-2",
            "26-02-02",
            "2026-02-30",
            "2025-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-10",
            "02/03/2026",
            "2026/02/03",
            "2026-02-02-1",
            "2026-02-02T",
            "2026-02-02T24:00",
            "2026-02-02T00:00:00.",
            "2026-02-02T00:00x",
            "2026-02-02T00:00+2",
            "2026-02-02 00:00",
            "+026-02-02",
            "/Date(1190000000000)/",
            "２０２６-02-02",
            "20260202",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn date_tells_an_instant_from_a_day() {
        for text in
            ["1990-06-01T23:00:00Z", " 1990-06-01T01:00+02:00", "1990-06-01T00:00:00.5-05:00"]
        {
            assert!(is_instant(text), "{text}");
        }
        for text in [
            "1990-06-01",
            "1990-06-01T00:00:00",
            "1990-06-01T23:00:00.1234567",
            "1990-06-01T00:00:00Z",
            "1990-06-01T00:00:00.0000000+01:00",
        ] {
            assert!(!is_instant(text), "{text}");
        }
    }

    #[test]
    fn date_is_compared_with_today() {
        let today = Some(day("2026-11-22"));
        let code = |text| check(text, today, "Birthday").map_err(|issue| issue.code);
        assert!(code("2026-11-22").is_ok());
        assert!(code("1900-01-01").is_ok());
        assert_eq!(code("2026-11-23"), Err(Code::DateInFuture));
        assert_eq!(code("1899-12-31"), Err(Code::DateTooEarly));
        assert_eq!(code("1990-02-30"), Err(Code::Date));
        assert!(check("2999-01-01", None, "Birthday").is_ok());
    }

    #[test]
    fn date_gives_the_age_around_the_birthday_and_on_29_february() {
        for (birthday, today, expected) in [
            ("2008-11-22", "2026-11-21", Some(17)),
            ("2008-11-22", "2026-11-22", Some(18)),
            ("2008-02-29", "2026-02-28", Some(17)),
            ("2008-02-29", "2026-03-01", Some(18)),
            ("2008-02-29", "2028-02-29", Some(20)),
            ("2026-11-23", "2026-11-22", None),
        ] {
            assert_eq!(age(day(birthday), day(today)), expected, "{birthday} {today}");
        }
    }
}
