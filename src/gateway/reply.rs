//! For the exchange: the answers. A program gets the vendor's own envelope, which the client reads.
//! No answer says anything of the operator's account.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::named::named;
use crate::client::error::{ApiError, ErrorKind, Outcome};
use crate::issue::{Code, Issue};
use crate::json::{Json, Object, integer_text};

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers. No name stands twice.
    #[serde(serialize_with = "by_name")]
    pub headers: Vec<(&'static str, String)>,
    /// The body. A 204 has none, and neither has a page, which JavaScript draws from `view`.
    pub body: Option<String>,
    /// What is wrong with the request. The body says it too.
    #[serde(skip)]
    pub issues: Vec<Issue>,
    /// The facts of a page, from which JavaScript draws it: see [`super::page`].
    #[serde(serialize_with = "as_text")]
    pub view: Option<Object>,
    /// Why the request was refused, for the operator's log, if the status alone does not tell.
    #[serde(skip)]
    pub refused: Option<RefusalReason>,
}

/// Headers as an object by their names.
fn by_name<S: Serializer>(
    headers: &[(&'static str, String)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(headers.iter().map(|(name, value)| (name, value)))
}

/// A view as JSON text: the numbers of the Setup in it are the vendor's, and may be too long for a
/// number of JavaScript's.
fn as_text<S: Serializer>(view: &Option<Object>, serializer: S) -> Result<S::Ok, S::Error> {
    view.as_ref().map(|view| view.clone().to_text()).serialize(serializer)
}

named! {
    /// Why a request was refused, if that was not because a rule is broken.
    pub enum RefusalReason {
        /// The request comes from a page that may not use the gateway.
        Origin = "origin",
        /// The operation is for staff.
        Role = "role",
        /// The authorization is not accepted.
        Authorization = "authorization",
        /// The capability, or the link that holds one, is not valid or is for something else.
        Capability = "capability",
        /// The operator's function has not admitted the create of a guest.
        Admission = "admission",
        /// The request writes a field that is not the guest's.
        Field = "field",
        /// The sender's address, or the customer of the link, has reached its rate limit for this
        /// minute.
        RateLimit = "allowance",
        /// The account's quota for this minute is used up, or the part of it that such a request
        /// may use.
        Quota = "budget",
    }
}

/// The header that says after how many seconds to try again.
pub const RETRY_AFTER: &str = "Retry-After";
/// The headers that a page of another origin may read.
pub const EXPOSED_HEADERS: &str = "Retry-After, Dinerkit-Version";
/// The value of the header `Dinerkit-Version`: this package's.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The code of the refusal of a create that the operator's function has not admitted.
pub const NOT_ADMITTED: &str = "not_admitted";
/// The window of the account's quota: after so many seconds a request is taken again, if no other
/// has come meanwhile.
const WINDOW_SECONDS: u64 = 60;
/// After how many seconds to ask again for what could not be read.
const READ_AGAIN_SECONDS: u64 = 2;

impl Reply {
    /// 204: there is nothing to say.
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

    /// An answer with a JSON object.
    pub(super) fn json(status: u16, body: &Object) -> Self {
        Self { status, body: Some(body.to_text()), ..Self::empty() }
            .with("Content-Type", "application/json")
    }

    /// The answer of a page, without its facts. Its policy allows this one style by its hash, and
    /// nothing else: no script, nothing from elsewhere, no frame around the page.
    pub(super) fn page(status: u16, style: &str) -> Self {
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            BASE64.encode(Sha256::digest(style)),
        );
        Self { status, ..Self::empty() }
            .with("Content-Type", "text/html; charset=utf-8")
            .with("Content-Security-Policy", policy)
    }

    /// A refusal with a message for programs.
    pub(super) fn refusal(status: u16, message: &str) -> Self {
        Self::json(status, &Object::new().with("Message", message))
    }

    /// 401: the authorization is not accepted.
    pub(super) fn unauthorized() -> Self {
        Self::refusal(401, "Authorization has been denied for this request.")
            .with("WWW-Authenticate", "Bearer")
            .because(RefusalReason::Authorization)
    }

    /// 429: the sender has to wait for so many milliseconds.
    pub(super) fn too_many_requests(wait_ms: u64) -> Self {
        let seconds = wait_ms.div_ceil(1000).max(1);
        Self::refusal(429, "Too many requests: try again later.").retry_after(seconds)
    }

    /// 502: it is not known whether the remote API has carried out the write.
    pub(super) fn not_confirmed() -> Self {
        Self::refusal(502, "The booking system did not confirm: nobody knows whether it was done.")
    }

    /// 424: the remote API could not be asked, so that nothing was written. RFC 4918 §11.4: the
    /// request failed because another one, which is the gateway's own here, has failed.
    pub(super) fn nothing_changed() -> Self {
        Self::refusal(424, "The booking system cannot be reached: nothing was changed.")
    }

    /// 424: the operator's function has not admitted the create. The code tells a page that a fresh
    /// token may do.
    pub(super) fn not_admitted() -> Self {
        let body = Object::new()
            .with("Message", "This request was not admitted: nothing was changed.")
            .with("Code", NOT_ADMITTED);
        Self::json(424, &body).because(RefusalReason::Admission)
    }

    /// 503: the remote API could not be read.
    pub(super) fn unread() -> Self {
        Self::refusal(503, "The booking system cannot be reached now.")
            .retry_after(READ_AGAIN_SECONDS)
    }

    /// What is wrong with the request: as the remote API says it, and by our own code and
    /// parameters, from which the client makes the same issues again. Advice stops nothing and is
    /// left out.
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
            refused: refused.then_some(RefusalReason::Field),
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

    /// The same answer with the reason for the operator's log.
    #[must_use]
    pub(super) fn because(self, refused: RefusalReason) -> Self {
        Self { refused: Some(refused), ..self }
    }

    /// The same answer with the header [`RETRY_AFTER`].
    pub(super) fn retry_after(self, seconds: u64) -> Self {
        let text = integer_text(i64::try_from(seconds).unwrap_or(i64::MAX));
        self.with(RETRY_AFTER, text)
    }
}

/// The answer to a failure of the remote API. The status says what became of a write: 4xx that it
/// was not made, 5xx that it may have been. A read changes nothing and may be tried again.
pub fn failure(error: &ApiError, is_read: bool) -> Reply {
    match (&error.kind, error.outcome) {
        // Before all others: a repeated write may be refused because the first one was carried out.
        (_, Outcome::Unknown) => Reply::not_confirmed(),
        (ErrorKind::Validation { issues, unmapped }, _) => {
            if issues.is_empty() && !unmapped.is_empty() {
                Reply::refusal(400, "The booking system refused these details.")
            } else {
                Reply::issues(issues)
            }
        }
        (ErrorKind::Http { status: 404 }, _) => Reply::refusal(404, "There is no such record."),
        (ErrorKind::Http { status: 429 }, _) => Reply::too_many_requests(WINDOW_SECONDS * 1000),
        _ if is_read => Reply::unread(),
        _ => Reply::nothing_changed(),
    }
}
