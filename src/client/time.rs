//! The times that the API and HTTP write, as milliseconds since 1970. Plain arithmetic: no clock, no time zones.

use crate::scan;

/// Reads `2026-08-05T17:23:06.2470000`, which the API means as UTC, with or without a `Z`.
pub(crate) fn utc_ms(text: &str) -> Option<u64> {
    let (date, time) = scan::split_once(text.strip_suffix('Z').unwrap_or(text), b'T')?;
    let (time, fraction) = scan::split_once(time, b'.').unwrap_or((time, ""));
    let [year, month, day] = numbers(date, b'-')?;
    let is_number = fraction.is_empty() || scan::is_digits(fraction);
    if is_number { ms(year, month, day, time) } else { None }
}

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), the one form of it that is still written.
pub(crate) fn http_date_ms(text: &str) -> Option<u64> {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let (_, text) = scan::split_once(text.strip_suffix(" GMT")?, b',')?;
    let mut words = scan::split(text.trim_ascii_start(), b' ');
    let (day, month, year) = (number(words.next()?)?, words.next()?, number(words.next()?)?);
    let place = MONTHS.chunks(3).position(|name| name == month.as_bytes())?;
    let time = words.next().filter(|_| words.next().is_none())?;
    ms(year, place as u64 + 1, day, time)
}

/// Reads `a-b-c`.
fn numbers(text: &str, parted_by: u8) -> Option<[u64; 3]> {
    let mut numbers = scan::split(text, parted_by).map(number);
    let three = [numbers.next()??, numbers.next()??, numbers.next()??];
    if numbers.next().is_none() { Some(three) } else { None }
}

/// Digits only, few enough that nothing below overflows.
fn number(text: &str) -> Option<u64> {
    if text.len() <= 4 { scan::number(text).map(u64::from) } else { None }
}

fn ms(year: u64, month: u64, day: u64, time: &str) -> Option<u64> {
    let [hour, minute, second] = numbers(time, b':')?;
    let is_date = year >= 1970 && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_date || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some((((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000)
}

/// Days from 1970-01-01, by counting in years that begin in March (their leap day is the last one).
fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    /// Days from 0000-03-01 to 1970-01-01.
    const BEFORE_1970: u64 = 719_468;
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - BEFORE_1970
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apis_times_are_utc() {
        for (text, expected) in [
            ("1970-01-01T00:00:00", Some(0)),
            ("2000-02-29T12:00:00.0000000", Some(951_825_600_000)),
            ("2000-03-01T00:00:00Z", Some(951_868_800_000)),
            ("2026-08-05T17:23:06.2470000", Some(1_785_950_586_000)),
            ("2026-08-05T17:23:06.2470000Z", Some(1_785_950_586_000)),
            ("2100-12-31T23:59:59", Some(4_133_980_799_000)),
            ("2026-08-05", None),
            ("2026-08-05T17:23", None),
            ("2026-08-05T17:23:06+01:00", None),
            ("2026-08-05T25:23:06", None),
            ("1969-12-31T23:59:59", None),
            ("99999-01-01T00:00:00", None),
            ("", None),
        ] {
            assert_eq!(utc_ms(text), expected, "{text}");
        }
    }
    #[test]
    fn dates_of_http() {
        for (text, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777_000)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Sun, 06 anF 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49:37", None),
            ("Sunday, 06-Nov-94 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49:37 x GMT", None),
            ("", None),
        ] {
            assert_eq!(http_date_ms(text), expected, "{text}");
        }
    }
}
