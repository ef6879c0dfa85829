//! The times that the API and HTTP write, as milliseconds since 1970. For [`crate::client::auth`],
//! which reads when a token ends, and [`crate::client::retry`], which reads `Retry-After`.

use chrono::NaiveDate;

use crate::scan;

/// Reads `2026-08-05T17:23:06.2470000`, with or without a `Z`. The API means UTC either way.
pub(crate) fn utc_ms(text: &str) -> Option<u64> {
    let (date, time) = scan::split_once(text.strip_suffix('Z').unwrap_or(text), b'T')?;
    let (time, fraction) = scan::split_once(time, b'.').unwrap_or((time, ""));
    let [year, month, day] = numbers(date, b'-')?;
    let is_number = fraction.is_empty() || scan::is_digits(fraction);
    if is_number { ms(year, month, day, time) } else { None }
}

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the only one of HTTP's three date forms that is still
/// written (RFC 9110 §5.6.7). The day of the week is not compared.
pub(crate) fn http_date_ms(text: &str) -> Option<u64> {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let (_, text) = scan::split_once(text.strip_suffix(" GMT")?, b',')?;
    let mut words = scan::split(text.trim_ascii_start(), b' ');
    let (day, month, year) = (number(words.next()?)?, words.next()?, number(words.next()?)?);
    let index = MONTHS.chunks(3).position(|name| name == month.as_bytes())?;
    let time = words.next().filter(|_| words.next().is_none())?;
    ms(year, index as u32 + 1, day, time)
}

/// Reads three numbers with a separator between them.
fn numbers(text: &str, separator: u8) -> Option<[u32; 3]> {
    let mut numbers = scan::split(text, separator).map(number);
    let three = [numbers.next()??, numbers.next()??, numbers.next()??];
    if numbers.next().is_none() { Some(three) } else { None }
}

/// Reads up to four digits.
fn number(text: &str) -> Option<u32> {
    if text.len() <= 4 { scan::number(text) } else { None }
}

fn ms(year: u32, month: u32, day: u32, time: &str) -> Option<u64> {
    let date = NaiveDate::from_ymd_opt(year as i32, month, day)?;
    let days = u64::try_from(date.to_epoch_days()).ok()?;
    let [hour, minute, second] = numbers(time, b':')?;
    // The second 60 is a leap second.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = (hour * 60 + minute) * 60 + second;
    Some((days * 86_400 + u64::from(seconds)) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_ms_reads_the_times_of_the_api() {
        for (text, expected) in [
            ("1970-01-01T00:00:00", Some(0)),
            ("2000-02-29T12:00:00.0000000", Some(951_825_600_000)),
            ("2000-03-01T00:00:00Z", Some(951_868_800_000)),
            ("2026-08-05T17:23:06.2470000", Some(1_785_950_586_000)),
            ("2026-08-05T17:23:06.2470000Z", Some(1_785_950_586_000)),
            ("2100-12-31T23:59:59", Some(4_133_980_799_000)),
            ("2016-12-31T23:59:60", Some(1_483_228_800_000)),
            ("2026-08-05", None),
            ("2026-08-05T17:23", None),
            ("2026-08-05T17:23:06+01:00", None),
            ("2026-08-05T25:23:06", None),
            ("2026-02-29T00:00:00", None),
            ("2026-02-30T00:00:00", None),
            ("2026-13-01T00:00:00", None),
            ("2026-00-01T00:00:00", None),
            ("2026-01-00T00:00:00", None),
            ("2026-04-31T00:00:00", None),
            ("1969-12-31T23:59:59", None),
            ("99999-01-01T00:00:00", None),
            ("", None),
        ] {
            assert_eq!(utc_ms(text), expected, "{text}");
        }
    }

    #[test]
    fn http_date_ms_reads_the_dates_of_http() {
        for (text, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777_000)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Sun, 30 Feb 2025 00:00:00 GMT", None),
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
