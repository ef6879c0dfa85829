//! What a driver and a call say to each other: [`Input`] is what happened, [`Output`] is what the
//! driver does next. For drivers; the loop is in the docs of [`crate::client`].

#[cfg(feature = "gateway")]
use crate::client::auth::Token;
use crate::client::error::{ApiError, ErrorKind};
use crate::client::request::HttpRequest;
use crate::client::response::HttpResponse;
use crate::json::{Json, Object};

/// What happened.
pub enum Input {
    /// The call begins. The first input, and given only once.
    Start,
    /// The answer to [`Output::Send`].
    Response(HttpResponse),
    /// There is no answer to [`Output::Send`] or [`Output::AskForToken`]; or the caller gave up, in
    /// any state.
    Failed(Failure),
    /// The token that the caller's function returned for [`Output::AskForToken`].
    Token(String),
    /// A token that another program of the account has got, in place of the answer to an
    /// [`Output::Send`] that authenticates, which was not sent.
    #[cfg(feature = "gateway")]
    Given(Token),
    /// The wait of [`Output::Wait`] or [`Output::WaitForWake`] is over.
    Woken,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The connection failed, at any point; or the caller's token function did.
    Network,
    /// The attempt's time is over, and the driver has aborted the attempt.
    Timeout,
    /// The caller gave up. The driver has aborted the attempt, if there was one.
    Abort,
    /// The caller gave up before the driver had sent the request of [`Output::Send`].
    Unsent,
    /// The body is longer than [`BODY_MAX`](crate::client::response::BODY_MAX).
    TooLarge,
    /// The caller's own `fetch` returned something other than a response.
    NoResponse,
}

/// What the driver does next.
pub enum Output {
    /// Send this request. Follow no redirect, and give up after `timeout_ms`, the reading of the
    /// body included.
    Send(SendRequest),
    /// Ask the caller's token function.
    AskForToken {
        /// The longest wait for the token, in milliseconds.
        timeout_ms: u32,
    },
    /// Wait, then hand in [`Input::Woken`].
    Wait {
        /// How long, in milliseconds.
        ms: u32,
        /// True if another attempt at the failed request follows, false if the call waits for the
        /// rate limit.
        retries: bool,
    },
    /// Wait for another call, which is getting a token or writing to the same customer. Hand in
    /// [`Input::Woken`] when [`Session::take_wake`](crate::client::Session::take_wake) returns
    /// true, and at the latest after `ms`.
    WaitForWake {
        /// The longest wait, in milliseconds.
        ms: u32,
    },
    /// The call has ended.
    Done(Result<Json, ApiError>),
}

/// One request to send.
pub struct SendRequest {
    /// Method, path and body.
    pub request: HttpRequest,
    /// The whole URL.
    pub url: String,
    /// All headers, each with a text as its value. One may hold the token.
    pub headers: Object,
    /// Milliseconds for the attempt.
    pub timeout_ms: u32,
}

/// The failure of a call whose driver handed in an input that does not answer the last output.
pub(super) const OUT_OF_TURN: ErrorKind =
    ErrorKind::Protocol { status: 0, reason: "report this to dinerkit: an input came out of turn" };

impl From<Failure> for ErrorKind {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Network => ErrorKind::Network,
            Failure::Timeout => ErrorKind::Timeout,
            Failure::Abort | Failure::Unsent => ErrorKind::Abort,
            Failure::TooLarge => ErrorKind::Protocol {
                status: 0,
                reason: "report this to the vendor: the answer is longer than any record",
            },
            Failure::NoResponse => ErrorKind::Protocol {
                status: 0,
                reason: "check the option fetch: what it answered with is no Response",
            },
        }
    }
}
