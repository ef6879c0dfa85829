//! How a client is set up: the options and their defaults. For every driver, which reads them from
//! JavaScript or sets them in Rust.

use crate::client::auth::{Authentication, Credentials, Token};
use crate::client::encoding::Encoding;
use crate::client::limit::REQUESTS_PER_MINUTE;
use crate::json::{Json, Object};
use crate::names::Names;

/// The default of [`Config::timeout_ms`].
pub const TIMEOUT_MS: u32 = 30_000;
/// The default of [`Config::total_timeout_ms`].
pub const TOTAL_TIMEOUT_MS: u32 = 90_000;

/// How a client is set up.
#[derive(Clone)]
pub struct Config {
    /// Origin and optional prefix of the remote API or of a gateway: http or https, without query
    /// or fragment.
    pub base_url: String,
    /// The restaurant's name in the API's paths, not encoded.
    pub microsite: String,
    /// What the API authorises the client by.
    pub access: Access,
    /// The call that authenticates. Default: [`Authentication::V2`].
    pub authentication: Authentication,
    /// How create and update send the record. Default: [`Encoding::Json`].
    pub encoding: Encoding,
    /// Milliseconds for one attempt, the reading of the body included. Default: [`TIMEOUT_MS`].
    pub timeout_ms: u32,
    /// Milliseconds for a call with all its attempts and waits. Default: [`TOTAL_TIMEOUT_MS`].
    pub total_timeout_ms: u32,
    /// The most requests a minute that all calls of the session send together, retries included.
    /// Default: [`REQUESTS_PER_MINUTE`].
    pub requests_per_minute: u32,
    /// Whether the server creates a customer only once per `Idempotency-Key`: a gateway does, the
    /// remote API does not. Default (`None`): true if the client has no access, because such a
    /// client asks a gateway.
    pub idempotency_keys: Option<bool>,
    /// The vendor's names that are guesses of ours.
    pub names: Names,
}

/// What the API authorises a client by.
#[derive(Clone, PartialEq, Eq)]
pub enum Access {
    /// Nothing: the client asks a gateway, which has its own access.
    Open,
    /// A token.
    Token(Token),
    /// A function of the caller's, which the driver asks at
    /// [`Output::AskForToken`](crate::client::Output::AskForToken).
    Provider,
    /// The account's user name and password.
    Credentials(Credentials),
}

pub(super) const KEYS_ERROR: &str =
    "give idempotencyKeys as true or false, and not with credentials";

impl Config {
    /// A client of `microsite` at `base_url` without access, and with every other option at its
    /// default.
    pub fn new(base_url: &str, microsite: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            microsite: microsite.to_owned(),
            access: Access::Open,
            authentication: Authentication::default(),
            encoding: Encoding::default(),
            timeout_ms: TIMEOUT_MS,
            total_timeout_ms: TOTAL_TIMEOUT_MS,
            requests_per_minute: REQUESTS_PER_MINUTE,
            idempotency_keys: None,
            names: Names::default(),
        }
    }

    /// Reads JavaScript's `ClientOptions` without its functions: a driver that has a token function
    /// sets [`Access::Provider`] itself. The error says what to do about the first wrong option.
    pub fn from_json(options: &Object) -> Result<Self, &'static str> {
        let text = |name, error| options.get(name).and_then(Json::as_str).ok_or(error);
        let number = |name, default| match options.given(name) {
            None => Ok(default),
            Some(value) => value.as_positive().map(i32::unsigned_abs).ok_or(
                "give timeoutMs, totalTimeoutMs and requestsPerMinute as whole numbers above 0",
            ),
        };
        let mut config = Self::new(
            text("baseUrl", "give baseUrl: the API's address or a gateway's")?,
            text("microsite", "give microsite: the restaurant's name in the API")?,
        );
        config.access = Access::from_json(options)?;
        config.authentication = match choice(options, "authentication") {
            None | Some("v2") => Authentication::V2,
            Some("token") => Authentication::Token,
            _ => return Err("give authentication as \"v2\" or \"token\""),
        };
        config.encoding = match choice(options, "encoding") {
            None | Some("json") => Encoding::Json,
            Some("form") => Encoding::Form,
            _ => return Err("give encoding as \"json\" or \"form\""),
        };
        config.timeout_ms = number("timeoutMs", TIMEOUT_MS)?;
        config.total_timeout_ms = number("totalTimeoutMs", TOTAL_TIMEOUT_MS)?;
        config.requests_per_minute = number("requestsPerMinute", REQUESTS_PER_MINUTE)?;
        config.idempotency_keys = match options.given("idempotencyKeys") {
            None => None,
            Some(Json::Bool(keys)) => Some(*keys),
            Some(_) => return Err(KEYS_ERROR),
        };
        if let Some(names) = options.given("names") {
            config.names = Names::from_json(names.as_object().ok_or("give names as an object")?)?;
        }
        Ok(config)
    }
}

impl Access {
    fn from_json(options: &Object) -> Result<Self, &'static str> {
        match (options.given("token"), options.given("credentials")) {
            (None, None) => Ok(Access::Open),
            (Some(Json::String(token)), None) => {
                let token = Token::new(token);
                token.map(Access::Token).ok_or("give token as the API gave it, in one line")
            }
            (Some(_), None) => Err("give token as text or as a function"),
            (None, Some(credentials)) => {
                let member = |name| credentials.as_object()?.get(name)?.as_str();
                match (member("username"), member("password")) {
                    (Some(username), Some(password)) => Ok(Access::Credentials(Credentials {
                        username: username.to_owned(),
                        password: password.to_owned(),
                    })),
                    _ => Err("give credentials as { username, password }"),
                }
            }
            (Some(_), Some(_)) => Err("give token or credentials, not both"),
        }
    }
}

/// The word that an option was set to. A value of another type is read as the empty word, which no
/// option takes.
fn choice<'a>(options: &'a Object, name: &str) -> Option<&'a str> {
    options.given(name).map(|value| value.as_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn config_has_the_defaults_of_the_types_and_of_the_documentation() {
        let types = include_str!("../../pkg/types/index.d.ts");
        let page = include_str!("../../docs/client.md");
        for (name, default) in [
            ("timeoutMs", TIMEOUT_MS),
            ("totalTimeoutMs", TOTAL_TIMEOUT_MS),
            ("requestsPerMinute", REQUESTS_PER_MINUTE),
        ] {
            let declared = format!(" Default {default}. */\n  {name}?: number;\n");
            assert!(types.contains(&declared), "{name} of ClientOptions");
            assert!(page.contains(&format!("\n| `{name}` | {default} | ")), "{name} of the page");
        }
        for (name, default, other) in
            [("authentication", "v2", "token"), ("encoding", "json", "form")]
        {
            let declared =
                format!(" Default \"{default}\". */\n  {name}?: \"{default}\" | \"{other}\";\n");
            assert!(types.contains(&declared), "{name} of ClientOptions");
            let begin = format!("| `{name}` | `\"{default}\"` | ");
            let row = page.lines().find(|line| line.starts_with(&begin));
            let names_other = row.is_some_and(|row| row.contains(&format!("`\"{other}\"`")));
            assert!(names_other, "{name} of the page");
            let with = |word: &str| {
                let options = Object::new().with("baseUrl", "https://x").with("microsite", "oak");
                let config = Config::from_json(&options.with(name, word)).ok().unwrap();
                (config.authentication, config.encoding)
            };
            let plain = Config::new("https://x", "oak");
            assert_eq!(with(default), (plain.authentication, plain.encoding), "{name}");
            assert_ne!(with(other), (plain.authentication, plain.encoding), "{name}");
        }
    }
}
