//! What is answered: in the vendor's own envelope, which the client reads, and in words that say nothing of the account.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::client::error::{ApiError, ErrorKind, Outcome};
use crate::issue::{Code, Issue};
use crate::json::{Json, Object, integer_text};

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers; none twice.
    #[serde(serialize_with = "by_name")]
    pub headers: Vec<(&'static str, String)>,
    /// The body; none with 204.
    pub body: Option<String>,
    /// What is wrong with what was sent; the body says it too.
    #[serde(skip)]
    pub issues: Vec<Issue>,
    /// What a page that JavaScript draws shows, in place of a body. See [`super::form`].
    #[serde(serialize_with = "as_text")]
    pub view: Option<Object>,
    /// Why the request was refused, for the operator's log, where the status alone does not tell.
    #[serde(skip)]
    pub refused: Option<Refused>,
}

/// Headers as an object by their names.
fn by_name<S: Serializer>(
    headers: &[(&'static str, String)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(headers.iter().map(|(name, value)| (name, value)))
}

/// A view as JSON text: the numbers of the Setup in it are the vendor's, and may be too long for a number of JavaScript's.
fn as_text<S: Serializer>(view: &Option<Object>, serializer: S) -> Result<S::Ok, S::Error> {
    view.as_ref().map(|view| view.clone().to_text()).serialize(serializer)
}

/// Why a request was refused, where it was not for what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It comes from a page that may not use the gateway.
    Origin,
    /// It is for staff.
    Role,
    /// Its authorization is not accepted.
    Authorization,
    /// Its capability, or the link that holds one, is void or for something else.
    Capability,
    /// It writes what is not the guest's.
    Field,
    /// Its address, or the customer of its link, has used up what it may do in a minute.
    Allowance,
    /// The account's requests for this minute are used up, as far as they are for such a request.
    Budget,
}

impl Refused {
    /// The name in events.
    pub fn name(self) -> &'static str {
        match self {
            Refused::Origin => "origin",
            Refused::Role => "role",
            Refused::Authorization => "authorization",
            Refused::Capability => "capability",
            Refused::Field => "field",
            Refused::Allowance => "allowance",
            Refused::Budget => "budget",
        }
    }
}

/// The header that says when to come back, in seconds.
pub const RETRY_AFTER: &str = "Retry-After";
/// The headers that a page of another origin may read.
pub const EXPOSED_HEADERS: &str = "Retry-After, Dinerkit-Version";
/// The value of the header `Dinerkit-Version`: this package's.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The account's own window: after this there is room, if nobody else comes.
const WINDOW_SECONDS: u64 = 60;
/// When to ask again for what could not be read.
const READ_AGAIN_SECONDS: u64 = 2;

impl Reply {
    pub(super) fn empty() -> Self {
        Self {
            status: 204,
            headers: Vec::new(),
            body: None,
            issues: Vec::new(),
            view: None,
            refused: None,
        }
    }

    pub(super) fn json(status: u16, body: &Object) -> Self {
        Self { status, body: Some(body.to_text()), ..Self::empty() }
            .with("Content-Type", "application/json")
    }

    /// A page, but for what it shows: no script, nothing from elsewhere, no frame around it, and no style but this one.
    pub(super) fn page(status: u16, style: &str) -> Self {
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            BASE64.encode(Sha256::digest(style)),
        );
        Self { status, ..Self::empty() }
            .with("Content-Type", "text/html; charset=utf-8")
            .with("Content-Security-Policy", policy)
    }

    pub(super) fn refusal(status: u16, message: &str) -> Self {
        Self::json(status, &Object::new().with("Message", message))
    }

    pub(super) fn denied() -> Self {
        Self::refusal(401, "Authorization has been denied for this request.")
            .with("WWW-Authenticate", "Bearer")
            .because(Refused::Authorization)
    }

    pub(super) fn too_many(wait_ms: u64) -> Self {
        let seconds = wait_ms.div_ceil(1000).max(1);
        Self::refusal(429, "Too many requests: try again later.").retry_after(seconds)
    }

    pub(super) fn unconfirmed() -> Self {
        Self::refusal(502, "The booking system did not confirm: nobody knows whether it was done.")
    }

    pub(super) fn unmade() -> Self {
        // RFC 4918 §11.4: the request failed because another one, ours, did.
        Self::refusal(424, "The booking system cannot be reached: nothing was changed.")
    }

    /// What is wrong with the request: as the remote API says it, and by our own code and parameters, from which the
    /// client makes the same issues again. Advice stops nothing and is left out.
    pub(super) fn issues(issues: &[Issue]) -> Self {
        let entry = |issue: &Issue| {
            Json::from(
                Object::new()
                    .with("PropertyName", issue.field)
                    .with("ErrorMessage", issue.message())
                    .with("Code", issue.code.as_str())
                    .with("Params", issue.params_json()),
            )
        };
        let errors: Vec<Json> = issues.iter().filter(|issue| issue.blocks()).map(entry).collect();
        let envelope = Object::new()
            .with("Message", "The request has failed validation.")
            .with("ValidationErrors", Json::Array(errors));
        let refused = issues.iter().any(|issue| issue.code == Code::NotWritable);
        Self {
            issues: issues.to_vec(),
            refused: refused.then_some(Refused::Field),
            ..Self::json(400, &envelope)
        }
    }

    /// The same answer with a header.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    /// The same answer with why it is none.
    #[must_use]
    pub(super) fn because(self, refused: Refused) -> Self {
        Self { refused: Some(refused), ..self }
    }

    pub(super) fn retry_after(self, seconds: u64) -> Self {
        let text = integer_text(i64::try_from(seconds).unwrap_or(i64::MAX));
        self.with(RETRY_AFTER, text)
    }
}

/// Upstream failures. The status says what became of a write: 4xx that it was not made, 5xx that nobody knows; a
/// read changes nothing, and may be tried again.
pub fn failure(error: &ApiError, is_read: bool) -> Reply {
    match (&error.kind, error.outcome) {
        // First: a repeated write may be refused the second time because the first one was done.
        (_, Outcome::Unknown) => Reply::unconfirmed(),
        (ErrorKind::Validation { issues, unmapped }, _) => {
            if issues.is_empty() && !unmapped.is_empty() {
                Reply::refusal(400, "The booking system refused these details.")
            } else {
                Reply::issues(issues)
            }
        }
        (ErrorKind::Http { status: 404 }, _) => Reply::refusal(404, "There is no such record."),
        (ErrorKind::Http { status: 429 }, _) => Reply::too_many(WINDOW_SECONDS * 1000),
        _ if is_read => Reply::refusal(503, "The booking system cannot be reached now.")
            .retry_after(READ_AGAIN_SECONDS),
        _ => Reply::unmade(),
    }
}
