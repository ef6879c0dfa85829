//! Whether a request is sent again, and after how long. For `crate::client::call`, which asks only
//! about requests that may be repeated: reads, authentication, writes that can be carried out twice
//! without harm, and creates under an `Idempotency-Key` that the server honours.

use crate::client::error::ErrorKind;
use crate::client::response::HttpResponse;
use crate::client::time::http_date_ms;
use crate::scan;

/// The most attempts at one request.
pub const ATTEMPTS: u32 = 4;
/// The longest first wait. Each further one may be three times as long, as in known clients of the
/// API.
const FIRST_WAIT_MS: u64 = 1000;
const GROWTH: u64 = 3;
/// The longest `Retry-After` that is waited for. If the server asks for more, the call fails at
/// once.
pub(crate) const RETRY_AFTER_MAX_MS: u64 = 60_000;

/// True for a failure that the next attempt may not meet again.
pub fn is_transient(kind: &ErrorKind) -> bool {
    match kind {
        ErrorKind::Network | ErrorKind::Timeout => true,
        ErrorKind::Http { status } => matches!(status, 408 | 429 | 500..),
        _ => false,
    }
}

/// Under an `Idempotency-Key`: another request with the same key is under way.
pub(crate) const CONFLICT: u16 = 409;

/// True for a failure after which a create under an `Idempotency-Key` may be sent again: no answer
/// came, or the server says that the same create is under way. Any other answer of a gateway is its
/// last word for that key, even a 502.
pub fn leaves_create_open(kind: &ErrorKind, retry_after_ms: Option<u64>) -> bool {
    match kind {
        ErrorKind::Network | ErrorKind::Timeout => true,
        ErrorKind::Http { status: CONFLICT } => retry_after_ms.is_some(),
        _ => false,
    }
}

/// Milliseconds to wait after the attempt numbered `attempt`, from 1. Returns `None` if the server
/// asks for more than a minute.
///
/// The wait has full jitter: it is anything up to the bound, so that clients which failed together
/// do not come back together. A `Retry-After` is added to it.
pub fn delay_ms(attempt: u32, retry_after_ms: Option<u64>, random: u32) -> Option<u64> {
    let (least, bound) = match retry_after_ms {
        Some(ms) if ms > RETRY_AFTER_MAX_MS => return None,
        Some(ms) => (ms, FIRST_WAIT_MS),
        None => (0, FIRST_WAIT_MS * GROWTH.pow(attempt.saturating_sub(1).min(ATTEMPTS))),
    };
    Some(least + ((bound * u64::from(random)) >> 32))
}

/// The header `Retry-After` in milliseconds: seconds, or a date (RFC 9110 §10.2.3). A date is
/// compared with the server's own clock if the answer has a `Date`, and with `now_ms` otherwise.
pub fn retry_after_ms(response: &HttpResponse, now_ms: u64) -> Option<u64> {
    let text = response.retry_after.as_deref()?.trim_ascii();
    if scan::is_digits(text) {
        // A number that does not fit is too long to wait for in any case.
        return Some(text.parse::<u32>().map_or(u64::MAX, |seconds| u64::from(seconds) * 1000));
    }
    let server_now_ms = response.date.as_deref().and_then(http_date_ms).unwrap_or(now_ms);
    Some(http_date_ms(text)?.saturating_sub(server_now_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_transient_looks_at_kind_and_status() {
        for status in [408, 429, 500, 502, 503, 504, 520, 599] {
            assert!(is_transient(&ErrorKind::Http { status }), "{status}");
        }
        for status in [400, 401, 403, 404, 405, 409, 422, 428] {
            assert!(!is_transient(&ErrorKind::Http { status }), "{status}");
        }
        assert!(is_transient(&ErrorKind::Network));
        assert!(is_transient(&ErrorKind::Timeout));
        assert!(!is_transient(&ErrorKind::Abort));
        assert!(!is_transient(&ErrorKind::Blocked { status: 503 }));
        assert!(!is_transient(&ErrorKind::Protocol { status: 200, reason: "" }));
    }

    #[test]
    fn leaves_create_open_only_without_a_last_word() {
        let conflict = ErrorKind::Http { status: 409 };
        assert!(leaves_create_open(&ErrorKind::Network, None));
        assert!(leaves_create_open(&ErrorKind::Timeout, None));
        assert!(leaves_create_open(&conflict, Some(2000)));
        assert!(!leaves_create_open(&conflict, None));
        for status in [400, 401, 408, 422, 424, 429, 500, 502, 503, 504] {
            assert!(!leaves_create_open(&ErrorKind::Http { status }, Some(2000)), "{status}");
        }
        assert!(!leaves_create_open(&ErrorKind::Abort, None));
        assert!(!leaves_create_open(&ErrorKind::Protocol { status: 200, reason: "" }, None));
    }

    #[test]
    fn delay_ms_grows_and_is_jittered() {
        for (attempt, bound) in [(1, 1000), (2, 3000), (3, 9000)] {
            assert_eq!(delay_ms(attempt, None, 0), Some(0));
            assert_eq!(delay_ms(attempt, None, 1 << 31), Some(bound / 2));
            assert_eq!(delay_ms(attempt, None, u32::MAX), Some(bound - 1));
        }
        assert_eq!(delay_ms(3, Some(7000), 0), Some(7000));
        assert_eq!(delay_ms(3, Some(7000), u32::MAX), Some(7999));
        assert_eq!(delay_ms(1, Some(60_000), 0), Some(60_000));
        assert_eq!(delay_ms(1, Some(60_001), 0), None);
    }

    #[test]
    fn retry_after_ms_reads_seconds_or_a_date() {
        const NOW: u64 = 784_111_777_000; // Sun, 06 Nov 1994 08:49:37 GMT
        let read = |retry_after: &str, date: Option<&str>| {
            let (retry_after, date) = (Some(retry_after.to_owned()), date.map(str::to_owned));
            retry_after_ms(&HttpResponse { retry_after, date, ..HttpResponse::default() }, NOW)
        };
        assert_eq!(read("0", None), Some(0));
        assert_eq!(read(" 120 ", None), Some(120_000));
        assert_eq!(read("99999999999999999999", None), Some(u64::MAX));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:47 GMT", None), Some(10_000));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:27 GMT", None), Some(0));
        // The server's clock is an hour behind ours.
        let date = Some("Sun, 06 Nov 1994 07:49:37 GMT");
        assert_eq!(read("Sun, 06 Nov 1994 07:49:40 GMT", date), Some(3000));
        for text in ["", "soon", "-1", "1.5", "Sun, 06 Nov 1994"] {
            assert_eq!(read(text, None), None, "{text}");
        }
        assert_eq!(retry_after_ms(&HttpResponse::default(), NOW), None);
    }
}
