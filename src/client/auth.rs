//! Authentication: the two calls that give a token, and what their answers mean. For
//! `crate::client::call`.

use crate::client::error::ErrorKind;
use crate::client::response::{HttpResponse, accepted, object, parse, says_fail};
use crate::client::time::utc_ms;
use crate::client::{Encoding, HttpRequest};
use crate::json::{Json, Object};

/// How long a token lives (observed).
pub const LIFETIME_MS: u64 = 24 * 60 * 60 * 1000;
/// How long before the end of a token the next one is due. If it is asked for earlier, the API only
/// repeats the old one (observed).
pub const MARGIN_MS: u64 = 5 * 60 * 1000;

/// Which call authenticates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Authentication {
    /// `/api/Jwt/v2/Authenticate`.
    #[default]
    V2,
    /// `/api/Jwt/Token`, the older one.
    Token,
}

/// The account's credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
}

/// Shows neither user name nor password.
impl core::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("Credentials(…)")
    }
}

/// A bearer token.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// What the header carries: visible ASCII.
    pub text: String,
    /// When another token is due, in milliseconds since 1970. `u64::MAX` for a token that the
    /// caller gave.
    pub renew_at_ms: u64,
}

/// Does not show the token.
impl core::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("Token(…)")
    }
}

impl Token {
    /// A token from the caller, which is used until the API refuses it. Returns `None` if a header
    /// cannot carry it.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim_ascii();
        let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self { text: text.to_owned(), renew_at_ms: u64::MAX })
    }
}

impl Authentication {
    /// The request for a token. Its body holds the password.
    pub fn request(self, credentials: &Credentials) -> HttpRequest {
        let path = match self {
            Authentication::V2 => "/api/Jwt/v2/Authenticate",
            Authentication::Token => "/api/Jwt/Token",
        };
        let body = Object::new()
            .with("Username", credentials.username.as_str())
            .with("Password", credentials.password.as_str());
        HttpRequest::new("POST", path.to_owned(), Some(&body.into()), Encoding::Json)
    }

    /// Reads the answer. Wrong credentials are always status 401 here, though v2 answers them with
    /// 200 and `Status: "Fail"`.
    pub fn read(self, response: &HttpResponse, now_ms: u64) -> Result<Token, ErrorKind> {
        let status = response.status;
        let protocol = |reason| ErrorKind::Protocol { status, reason };
        // A complaint about the credentials is no issue with a field of a customer.
        let body = accepted(response).map_err(|kind| match kind {
            ErrorKind::Validation { .. } => ErrorKind::Http { status },
            kind => kind,
        })?;
        let (text, expiry_ms) = match self {
            Authentication::Token => match parse(body).map_err(protocol)? {
                Json::String(text) => (Some(text), None),
                _ => (None, None),
            },
            Authentication::V2 => {
                let answer = object(body).map_err(protocol)?;
                if says_fail(&answer) {
                    return Err(ErrorKind::Http { status: 401 });
                }
                let member = |name| answer.get(name).and_then(Json::as_str);
                (member("Token").map(str::to_owned), member("TokenExpiryUtc").and_then(utc_ms))
            }
        };
        let token = text.as_deref().and_then(Token::new);
        let token = token.ok_or_else(|| {
            protocol("check the option authentication: the answer to it holds no token")
        })?;
        // If a new token is about to end, the two clocks disagree. Then a 401 shows when the token
        // has ended.
        let renew_at_ms = expiry_ms
            .map(|end| end.saturating_sub(MARGIN_MS))
            .filter(|end| *end > now_ms)
            .unwrap_or(now_ms.saturating_add(LIFETIME_MS - MARGIN_MS));
        Ok(Token { renew_at_ms, ..token })
    }
}
