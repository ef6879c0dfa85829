//! What can go wrong with a call, and what became of the write. For programs that show, log or
//! retry a failed call.
//!
//! No error holds a token, a password, a URL or what was typed.

use crate::issue::{self, Issue};
use crate::json::{Json, Object};
use crate::scan;

/// A failed call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// What went wrong.
    pub kind: ErrorKind,
    /// What became of the write.
    pub outcome: Outcome,
}

/// What can go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request breaks a rule of ours or of the API's.
    Validation {
        /// What is wrong, by field.
        issues: Vec<Issue>,
        /// The API's complaints that name no field of ours.
        unmapped: Vec<Complaint>,
    },
    /// The API refused with a status.
    Http {
        /// The HTTP status.
        status: u16,
    },
    /// A web page instead of JSON: usually an address that the vendor has not allow-listed.
    Blocked {
        /// The HTTP status.
        status: u16,
    },
    /// No answer: the connection failed.
    Network,
    /// No answer in time.
    Timeout,
    /// The caller gave up.
    Abort,
    /// An answer that is not what the contract says.
    Protocol {
        /// The HTTP status.
        status: u16,
        /// The message: what to do, a colon, and what is wrong.
        reason: &'static str,
    },
}

/// One of the API's `ValidationErrors`.
#[derive(Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The property it names.
    pub property_name: String,
    /// Its text. Empty if it repeated what was sent.
    pub error_message: String,
}

/// Shows the property and not the text.
impl core::fmt::Debug for Complaint {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "Complaint({})", self.property_name)
    }
}

/// The server gave up waiting for the request. Whether it had acted on it is not known.
const REQUEST_TIMEOUT: u16 = 408;

/// What to do about any write that may have been carried out.
const LOOK_FIRST: &str = "look whether it was carried out before sending it again";

/// What became of a write.
///
/// | the failure | a write | a read |
/// | --- | --- | --- |
/// | before the request was sent (rules, authentication, waiting) | not sent | not sent |
/// | status 4xx but 408, with or without a readable body | refused | refused |
/// | status 408, 5xx, 3xx; a 2xx that is not what the contract says | unknown | not sent |
/// | network, time-out, abort, an answer over the bound, after sending | unknown | not sent |
///
/// A read changes nothing, so its outcome is never unknown: `notSent` says that no write was sent.
/// If a request was sent more than once, one unknown attempt makes the whole unknown, whatever the
/// later attempts said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// No write was sent.
    #[default]
    NotSent,
    /// The API refused it.
    Refused,
    /// It may have been carried out.
    Unknown,
}

impl Outcome {
    /// The name in JavaScript.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::NotSent => "notSent",
            Outcome::Refused => "refused",
            Outcome::Unknown => "unknown",
        }
    }
}

impl ErrorKind {
    /// What this failure means for a request that was sent: see the table at [`Outcome`].
    pub fn after_sending(&self, is_read: bool) -> Outcome {
        match self {
            ErrorKind::Validation { .. } => Outcome::Refused,
            ErrorKind::Http { status } | ErrorKind::Blocked { status }
                if (400..500).contains(status) && *status != REQUEST_TIMEOUT =>
            {
                Outcome::Refused
            }
            _ if is_read => Outcome::NotSent,
            _ => Outcome::Unknown,
        }
    }

    /// The same failure, for calls that did not send the request: without its fields. A clone with
    /// all fields would add 800 bytes of code to the browser's module.
    pub(crate) fn for_others(&self) -> Self {
        match *self {
            ErrorKind::Validation { .. } => {
                ErrorKind::Validation { issues: Vec::new(), unmapped: Vec::new() }
            }
            ErrorKind::Http { status } => ErrorKind::Http { status },
            ErrorKind::Blocked { status } => ErrorKind::Blocked { status },
            ErrorKind::Network => ErrorKind::Network,
            ErrorKind::Timeout => ErrorKind::Timeout,
            ErrorKind::Abort => ErrorKind::Abort,
            ErrorKind::Protocol { status, reason } => ErrorKind::Protocol { status, reason },
        }
    }

    /// The error with this cause and this outcome.
    pub fn with(self, outcome: Outcome) -> ApiError {
        ApiError { kind: self, outcome }
    }
}

impl ApiError {
    /// A request that was not sent because it breaks our own rules.
    pub fn validation(issues: Vec<Issue>) -> Self {
        ErrorKind::Validation { issues, unmapped: Vec::new() }.with(Outcome::NotSent)
    }

    /// The stable code: `validation`, `http`, `blocked`, `network`, `timeout`, `abort` or
    /// `protocol`.
    pub fn code(&self) -> &'static str {
        self.facts().0
    }

    /// The HTTP status, or `None` if no answer came.
    pub fn status(&self) -> Option<u16> {
        self.facts().1
    }

    /// Code, status, and what to do.
    fn facts(&self) -> (&'static str, Option<u16>, &'static str) {
        match self.kind {
            ErrorKind::Validation { .. } => {
                ("validation", None, "correct the fields that the issues name")
            }
            ErrorKind::Http { status } => {
                let advice = match status {
                    401 => "check the token or the credentials: the API did not accept them",
                    403 => "ask the vendor for access: this account may not do that",
                    404 => "check the Id and the microsite: the API does not have them",
                    405 => "check names: the API does not take this method there",
                    429 => "wait a minute: the API takes no more requests now",
                    500.. => "try again later: the API failed",
                    _ => "check the request: the API refused it",
                };
                ("http", Some(status), advice)
            }
            ErrorKind::Blocked { status } => (
                "blocked",
                Some(status),
                "have this machine's address allow-listed by the vendor: a web page came instead of JSON",
            ),
            ErrorKind::Network => {
                ("network", None, "check the connection: the API could not be reached")
            }
            ErrorKind::Timeout => {
                ("timeout", None, "try again later: the API did not answer in time")
            }
            ErrorKind::Abort => {
                ("abort", None, "call again if it is still wanted: the call was aborted")
            }
            ErrorKind::Protocol { status, reason } => ("protocol", Some(status), reason),
        }
    }

    /// One line in English that says what to do.
    pub fn message(&self) -> String {
        let (.., advice) = self.facts();
        match scan::split_once(advice, b':') {
            Some((_, cause)) if self.outcome == Outcome::Unknown => {
                let mut message = String::from(LOOK_FIRST);
                message.push(':');
                message.push_str(cause);
                message
            }
            _ => advice.to_owned(),
        }
    }

    /// The error as JavaScript sees it: `{code, status?, outcome, message, issues?, unmapped?}`.
    pub fn to_json(&self) -> Object {
        let mut json = Object::new().with("code", self.code());
        if let Some(status) = self.status() {
            json.set("status", i32::from(status));
        }
        json.set("outcome", self.outcome.as_str());
        json.set("message", self.message());
        if let ErrorKind::Validation { issues, unmapped } = &self.kind {
            json.set("issues", issue::list(issues));
            let mut complaints = Vec::new();
            for complaint in unmapped {
                let facts = Object::new()
                    .with("PropertyName", complaint.property_name.as_str())
                    .with("ErrorMessage", complaint.error_message.as_str());
                complaints.push(facts.into());
            }
            json.set("unmapped", Json::Array(complaints));
        }
        json
    }
}

impl core::fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(&self.message())
    }
}

impl core::error::Error for ApiError {}
