//! Whether a request may be made at all: from whose page, by whom, how often, and by which row of the table.

use core::net::IpAddr;

use super::{Exchange, Next, State, Step, for_something_else, other_page};
use crate::gateway::Gateway;
use crate::gateway::allowances::{Whose, read_address};
use crate::gateway::capability::{PREFIX, Purpose};
use crate::gateway::policy::{self, Kind, Role, Scope};
use crate::gateway::reply::{Refused, Reply};
use crate::gateway::routes;
use crate::platform::Platform;

/// Headers that a page of an allowed origin may send.
const ALLOWED_HEADERS: &str = "Authorization, Content-Type, Idempotency-Key";
const PREFLIGHT_SECONDS: &str = "600";

impl Exchange {
    pub(super) fn start(
        &mut self,
        gateway: &mut Gateway,
        now_ms: u64,
        platform: &impl Platform,
    ) -> Next {
        let not_found = || Reply::refusal(404, "There is nothing at this address.");
        let place = routes::find(&self.head.path, &gateway.config);
        let is_page =
            place.as_ref().is_some_and(|place| place.kinds.iter().any(|(_, kind)| kind.is_page()));
        // Browsers name the page's origin with every request that writes or that crosses origins. The request's own
        // host is no proof of anything: a name that an attacker points here would vouch for itself. A link from an
        // e-mail comes from anywhere, and its token is proof enough.
        if !is_page && !self.is_origin_allowed(gateway) || self.is_of_anothers_page(is_page) {
            return Err(other_page());
        }
        let place = self.place.insert(place.ok_or_else(not_found)?);
        if self.head.method == "OPTIONS" && !is_page {
            return Err(Reply::empty()
                .with("Access-Control-Allow-Methods", place.methods())
                .with("Access-Control-Allow-Headers", ALLOWED_HEADERS)
                .with("Access-Control-Max-Age", PREFLIGHT_SECONDS));
        }
        let Some(kind) = place.kind(&self.head.method) else {
            let reply = Reply::refusal(405, "This address does not take that method.");
            return Err(reply.with("Allow", place.methods()));
        };
        self.kind = Some(kind);
        if kind.is_link() {
            return self.open_page(gateway, kind, now_ms);
        }
        if kind.is_form() {
            return self.open_form(gateway, kind, now_ms, platform);
        }
        if self.head.authorization.is_some() {
            // Before it is looked at: who has guessed often is not even told whether the next guess is right.
            self.may_attempt(gateway, now_ms)?;
        }
        if let Some(token) = self.head.authorization.as_deref().and_then(bearer)
            && token.starts_with(PREFIX)
        {
            self.capability = gateway.config.keys.verify(token, now_ms);
            if self.capability.is_none() {
                return self.deny(gateway, now_ms);
            }
            self.role = Role::Own;
            return self.permit(gateway, kind, now_ms, platform);
        }
        self.state = State::Staff;
        Ok(Step::AskStaff)
    }

    pub(super) fn identify(
        &mut self,
        gateway: &mut Gateway,
        is_staff: bool,
        now_ms: u64,
        platform: &impl Platform,
    ) -> Next {
        let Some(kind) = self.kind else { return Err(Reply::unmade()) };
        // Who brings an authorization that is not accepted is told, not served as a guest.
        if self.head.authorization.is_some() {
            if !is_staff {
                return self.deny(gateway, now_ms);
            }
            // Once more: others of this address may have been found wrong meanwhile.
            self.may_attempt(gateway, now_ms)?;
        }
        self.role = if is_staff { Role::Staff } else { Role::Guest };
        self.permit(gateway, kind, now_ms, platform)
    }

    fn deny(&mut self, gateway: &mut Gateway, now_ms: u64) -> Next {
        self.charge(gateway, self.attempts(), policy::WRITE_COST, now_ms)?;
        Err(Reply::denied())
    }

    /// Ok while this address has a wrong attempt left.
    fn may_attempt(&self, gateway: &Gateway, now_ms: u64) -> Result<(), Reply> {
        self.room(gateway, self.attempts(), policy::WRITE_COST, now_ms)
    }

    /// Ok while there is room for a charge, which is not made.
    pub(super) fn room(
        &self,
        gateway: &Gateway,
        whose: Whose<'_>,
        cost: u32,
        now_ms: u64,
    ) -> Result<(), Reply> {
        if !gateway.config.has_addresses {
            return Ok(());
        }
        gateway.allowances.room(whose, cost, now_ms).map_err(over_allowance)
    }

    pub(super) fn charge(
        &self,
        gateway: &mut Gateway,
        whose: Whose<'_>,
        cost: u32,
        now_ms: u64,
    ) -> Result<(), Reply> {
        // Where the runtime tells no addresses there is nobody to tell apart.
        if !gateway.config.has_addresses && !matches!(whose, Whose::Link(..)) {
            return Ok(());
        }
        gateway.allowances.charge(whose, cost, now_ms).map_err(over_allowance)
    }

    pub(super) fn guest(&self) -> Whose<'static> {
        Whose::Guest(self.address())
    }

    fn attempts(&self) -> Whose<'static> {
        Whose::Attempts(self.address())
    }

    pub(super) fn address(&self) -> Option<IpAddr> {
        read_address(self.head.address.as_deref()?)
    }

    /// Holds the request to the table.
    fn permit(
        &mut self,
        gateway: &mut Gateway,
        kind: Kind,
        now_ms: u64,
        platform: &impl Platform,
    ) -> Next {
        self.scope = policy::scope(&self.role, kind);
        if self.scope == Scope::No {
            self.charge(gateway, self.guest(), 1, now_ms)?;
            return Err(Reply::refusal(403, "Only staff may do this.").because(Refused::Role));
        }
        if self.role != Role::Staff {
            self.charge(gateway, self.guest(), kind.row().map_or(0, |row| row.cost), now_ms)?;
        }
        if !self.is_within_capability(kind) {
            return Err(for_something_else());
        }
        if kind.has_body() {
            self.check_media_type()?;
            self.state = State::Body;
            return Ok(Step::ReadBody);
        }
        match self.scope {
            Scope::FormSetup => self.need_setup(gateway, now_ms, platform),
            _ => {
                let operation = self.read_operation(gateway, kind)?;
                self.call(gateway, operation, now_ms)
            }
        }
    }

    pub(super) fn is_within_capability(&self, kind: Kind) -> bool {
        let (Some(capability), Some(place)) = (&self.capability, &self.place) else { return true };
        let is_for_kind =
            capability.purpose == Purpose::Record || !matches!(kind, Kind::Get | Kind::Update);
        capability.microsite == place.microsite
            && place.id.is_none_or(|id| id == capability.id)
            && is_for_kind
    }

    pub(super) fn check_media_type(&self) -> Result<(), Reply> {
        let is_form = self.kind.is_some_and(Kind::is_form);
        let taken = if is_form { "application/x-www-form-urlencoded" } else { "application/json" };
        let wrong = || Reply::refusal(415, &["Send ", taken, ", in UTF-8."].concat());
        let text = self.head.content_type.as_deref().unwrap_or_default();
        let mut parts = text.split(';').map(str::trim);
        let is_taken = parts.next().is_some_and(|media| media.eq_ignore_ascii_case(taken));
        let is_utf8 = parts.all(|parameter| {
            parameter.split_once('=').is_some_and(|(name, value)| {
                name.eq_ignore_ascii_case("charset")
                    && value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
        });
        let is_plain = self
            .head
            .content_encoding
            .as_deref()
            .is_none_or(|coding| coding.eq_ignore_ascii_case("identity"));
        if is_taken && is_utf8 && is_plain { Ok(()) } else { Err(wrong()) }
    }

    /// True where a browser says that another page has it ask, at its visitor's cost: by a picture, which carries no
    /// Origin, or a page by anything but a link or a form, which are followed from anywhere, as a document.
    fn is_of_anothers_page(&self, is_page: bool) -> bool {
        let is_foreign =
            matches!(self.head.fetch_site.as_deref(), Some("cross-site" | "same-site"));
        let is_document = self.head.fetch_dest.as_deref().is_none_or(|dest| dest == "document");
        is_foreign && if is_page { !is_document } else { self.head.origin.is_none() }
    }

    fn is_origin_allowed(&self, gateway: &Gateway) -> bool {
        self.head.origin.as_deref().is_none_or(|origin| gateway.config.allows_origin(origin))
    }
}

/// The token of `Bearer TOKEN`.
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim_start_matches(' '))
}

fn over_allowance(wait_ms: u64) -> Reply {
    Reply::too_many(wait_ms).because(Refused::Allowance)
}
