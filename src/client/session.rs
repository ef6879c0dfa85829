//! What the calls of one account share: the options, the token, the rate limit, and the leases that
//! make calls wait for each other. For drivers, which keep one [`Session`], and for
//! [`Call`](crate::client::Call).

use crate::client::auth::Token;
use crate::client::config::{Access, Config, KEYS_ERROR};
use crate::client::error::ErrorKind;
use crate::client::key::{IDEMPOTENCY_KEY, Key};
use crate::client::lease::Leases;
use crate::client::limit::Limiter;
use crate::client::protocol::SendRequest;
use crate::client::request::{HttpRequest, microsite_segment};
use crate::json::Object;
use crate::scan;

/// What the calls of one account share. Calls for several microsites of the account can share one
/// session, see [`Call::at`](crate::client::Call::at).
pub struct Session {
    pub(super) config: Config,
    /// Without a slash at its end.
    base_url: String,
    /// Percent-encoded.
    pub(super) microsite: String,
    pub(super) token: Option<Token>,
    /// Counts the tokens. A call that was answered with 401 sees by it whether its token has been
    /// replaced since: the text alone does not show it, because the API may issue the same text
    /// again.
    pub(super) token_generation: u32,
    /// Which call gets the next token, and which call writes to which customer. An edit that read
    /// the record before another call changed it would undo that change.
    ///
    /// A lease on customers lasts for the total time-out, so that a call that comes back after its
    /// lease ended has no time left to write.
    pub(super) leases: Leases,
    /// The lease and the failure of the last refresh that failed. The calls that waited for it fail
    /// with it, instead of trying the same credentials again one by one.
    pub(super) failed_refresh: Option<(u32, ErrorKind)>,
    pub(super) limiter: Limiter,
    wake: bool,
}

impl Session {
    /// Makes a session. The error says what to do about an option.
    pub fn new(config: Config) -> Result<Self, &'static str> {
        let base_url = base_url(&config.base_url)?;
        let microsite = microsite_segment(&config.microsite)
            .map_err(|_| "give microsite: the restaurant's name in the API")?;
        let token = match &config.access {
            Access::Token(token) => Some(token.clone()),
            Access::Credentials(_) if config.idempotency_keys == Some(true) => {
                return Err(KEYS_ERROR);
            }
            _ => None,
        };
        let total_timeout_ms = config.total_timeout_ms.into();
        let limiter = Limiter::new(config.requests_per_minute, total_timeout_ms);
        Ok(Self {
            config,
            base_url,
            microsite,
            token,
            token_generation: 0,
            leases: Leases::new(total_timeout_ms),
            failed_refresh: None,
            limiter,
            wake: false,
        })
    }

    /// True if the server honours an `Idempotency-Key`: see [`Config::idempotency_keys`].
    pub fn takes_keys(&self) -> bool {
        self.config.idempotency_keys.unwrap_or(matches!(self.config.access, Access::Open))
    }

    /// Returns true once after each change that another call may be waiting for: see the loop in
    /// [`crate::client`].
    pub fn take_wake(&mut self) -> bool {
        core::mem::take(&mut self.wake)
    }

    /// Ends a lease and wakes the calls that wait. Returns false if the lease had ended before.
    pub(super) fn release(&mut self, lease: u32) -> bool {
        let was_held = self.leases.release(lease);
        self.wake |= was_held;
        was_held
    }

    pub(super) fn needs_token(&self, now_ms: u64) -> bool {
        match &self.token {
            Some(token) => now_ms >= token.renew_at_ms,
            None => !matches!(self.config.access, Access::Open),
        }
    }

    pub(super) fn can_refresh(&self) -> bool {
        matches!(self.config.access, Access::Provider | Access::Credentials(_))
    }

    /// Completes a request with its URL and headers. The token can go nowhere else than to the
    /// session's own base URL, because every URL is made here from that and a path of the
    /// session's.
    pub(super) fn complete(
        &self,
        request: HttpRequest,
        token: Option<&Token>,
        key: Option<&Key>,
        timeout_ms: u32,
    ) -> SendRequest {
        let mut url = self.base_url.clone();
        url.push_str(&request.path);
        let mut headers = Object::new().with("Accept", "application/json");
        if let Some(content_type) = request.content_type {
            headers.set("Content-Type", content_type);
        }
        if let Some(token) = token {
            let mut bearer = String::from("Bearer ");
            bearer.push_str(&token.text);
            headers.set("Authorization", bearer);
        }
        if let Some(Key(key)) = key {
            headers.set(IDEMPOTENCY_KEY, key.as_str());
        }
        SendRequest { request, url, headers, timeout_ms }
    }
}

/// Checks a base URL and takes the slashes off its end. The check looks at the text, because only
/// the driver has a URL parser: a text that passes has no user, query, fragment or dot segment,
/// however a parser resolves it.
pub(crate) fn base_url(text: &str) -> Result<String, &'static str> {
    const ERROR: &str =
        "give baseUrl as http(s)://host, with a port and a path if need be, and nothing more";
    let text = text.trim_end_matches('/');
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let rest = scheme.and_then(|scheme| text.get(scheme.len()..)).ok_or(ERROR)?;
    let is_plain = rest.bytes().all(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':' | b'/' | b'[' | b']')
    });
    let mut segments = scan::split(rest, b'/');
    let has_host = segments.next().is_some_and(|host| !matches!(host.as_bytes(), [] | [b':', ..]));
    if is_plain && has_host && segments.all(|segment| !matches!(segment, "." | "..")) {
        Ok(text.to_owned())
    } else {
        Err(ERROR)
    }
}
