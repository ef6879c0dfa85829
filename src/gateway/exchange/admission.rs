//! Whether a request may be made at all: from whose page, by whom, how often, and by which row of
//! the table.

use core::net::IpAddr;

use super::pages::{Presentation, is_of_another_page};
use super::state::{Content, Need, Permit, Sender, State, UpstreamCall, Write};
use super::{
    Context, Exchange, Output, Transition, answer, for_something_else, is_readable, other_origin,
    other_page, readable_by,
};
use crate::client::Operation;
use crate::gateway::capability::{Capability, PREFIX, Purpose};
use crate::gateway::limits::quota::Share;
use crate::gateway::limits::rate::{RateKey, read_address};
use crate::gateway::policy::{self, Endpoint, Role, Scope};
use crate::gateway::reply::{RefusalReason, Reply};
use crate::gateway::routes::{self, Request, Route};
use crate::json::Object;
use crate::platform::Platform;

/// Headers that a page may send. The last two are those of tracing libraries: a page that has one
/// adds them to every request, which the browser would refuse without them here.
const ALLOWED_HEADERS: &str =
    "Authorization, Content-Type, Idempotency-Key, Dinerkit-Challenge, traceparent, tracestate";
/// The longest text of a challenge, in bytes. What the known services give has 2,048 at most, or a
/// few hundred more.
const CHALLENGE_MAX: usize = 4096;
const PREFLIGHT_SECONDS: &str = "600";
const JSON: &str = "application/json";

impl Exchange {
    /// Finds the route of a request and lets its page, its sender and its method through, or not.
    pub(super) fn start(&mut self, context: &mut Context<'_, impl Platform>) -> Transition {
        let config = &context.gateway.config;
        let route = routes::find(&self.head.path, config);
        let is_page =
            route.as_ref().map_or_else(|| routes::leads_to_page(&self.head.path), Route::is_page);
        let is_preflight = self.head.method == "OPTIONS" && !is_page;
        // Browsers name the page's origin with every request that writes or that crosses origins.
        // The request's own host proves nothing: an attacker could point a name of theirs here,
        // which would then vouch for itself. A link from an e-mail is opened from anywhere, and its
        // token is proof enough.
        let origin = self.head.origin.as_deref().filter(|_| !is_page);
        if let Some(origin) = origin.filter(|origin| !config.allows_origin(origin)) {
            // A preflight tells a page nothing, and lets the request through that is then refused
            // in words that the page can read.
            return match route {
                Some(route) if is_preflight && is_readable(origin) => {
                    answer(readable_by(origin, preflight(&route)))
                }
                _ => Err(other_origin(origin)),
            };
        }
        if is_of_another_page(&self.head, is_page) {
            return Err(other_page());
        }
        let Some(route) = route else {
            if is_page {
                // A page costs more to draw than a refusal, so that a sender over the limit gets
                // the refusal alone.
                self.limit(RateKey::Guest(self.address()), 1, context)?;
                self.presentation = Presentation::Missing;
            }
            return Err(Reply::refusal(404, "There is nothing at this address."));
        };
        self.log.microsite = Some(route.microsite.clone());
        if is_preflight {
            return answer(preflight(&route));
        }
        let Some(request) = route.request(&self.head.method) else {
            let reply = Reply::refusal(405, "This address does not take that method.");
            return Err(reply.with("Allow", route.methods()));
        };
        self.log.operation = Some(request.endpoint.name());
        match request.endpoint {
            Endpoint::UnsubscribePage | Endpoint::UnsubscribeByLink => {
                self.open_link(request, context)
            }
            Endpoint::Form => self.open_form(request, context),
            Endpoint::CreateByForm => self.post_form(request, context),
            _ => self.authorise(request, context),
        }
    }

    /// Finds out what a request asks for, without letting it through: for its answer and the log.
    pub(super) fn recognise(&mut self, context: &Context<'_, impl Platform>) {
        let Some(route) = routes::find(&self.head.path, &context.gateway.config) else { return };
        self.log.microsite = Some(route.microsite.clone());
        let Some(request) = route.request(&self.head.method) else { return };
        self.log.operation = Some(request.endpoint.name());
        let microsite = request.microsite;
        self.presentation = match request.endpoint {
            Endpoint::UnsubscribePage => Presentation::Link(microsite),
            Endpoint::UnsubscribeByLink => Presentation::Unsubscription(microsite),
            Endpoint::Form => Presentation::Form(microsite),
            Endpoint::CreateByForm => Presentation::PostedForm(microsite, None),
            _ => Presentation::Api,
        };
    }

    /// Finds out who has sent a request of a program.
    fn authorise(
        &mut self,
        request: Request,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        let Some(authorization) = self.head.authorization.as_deref() else {
            return Ok((State::CheckingStaff(request), Output::CheckStaff));
        };
        // Before the authorization is checked: a sender with too many wrong ones does not even
        // learn that the next is right.
        self.check_attempts(context)?;
        let Some(token) = bearer(authorization).filter(|token| token.starts_with(PREFIX)) else {
            return Ok((State::CheckingStaff(request), Output::CheckStaff));
        };
        match context.gateway.config.keys.verify(token, context.now_ms) {
            Some(capability) => self.permit(request, Sender::Owner(capability), context),
            None => self.deny(context),
        }
    }

    /// Goes on after the operator's check.
    pub(super) fn identify(
        &mut self,
        request: Request,
        is_staff: bool,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        // A sender whose authorization is not accepted is told so, and not served as a guest.
        if self.head.authorization.is_some() {
            if !is_staff {
                return self.deny(context);
            }
            // Again: other requests of this address may have been denied during the operator's
            // check.
            self.check_attempts(context)?;
        }
        self.permit(request, if is_staff { Sender::Staff } else { Sender::Guest }, context)
    }

    /// Refuses an authorization, which uses up one of the address's attempts.
    fn deny(&self, context: &mut Context<'_, impl Platform>) -> Transition {
        self.limit(RateKey::Attempts(self.address()), policy::WRITE_COST, context)?;
        Err(Reply::unauthorized())
    }

    /// Refuses a request whose address has no attempt left at sending an authorization.
    fn check_attempts(&self, context: &Context<'_, impl Platform>) -> Result<(), Reply> {
        self.check_limit(RateKey::Attempts(self.address()), policy::WRITE_COST, context)
    }

    /// Takes `cost` of a rate limit, or refuses. A shared state counts it a moment later.
    pub(super) fn limit(
        &self,
        key: RateKey<'_>,
        cost: u32,
        context: &mut Context<'_, impl Platform>,
    ) -> Result<(), Reply> {
        self.limit_here(key, cost, context)?;
        if self.has_limit(key, context) {
            context.gateway.count_later(key, cost, context.now_ms);
        }
        Ok(())
    }

    /// True if the limit counts: if the runtime tells no addresses, the senders cannot be told
    /// apart.
    pub(super) fn has_limit(&self, key: RateKey<'_>, context: &Context<'_, impl Platform>) -> bool {
        context.gateway.config.has_addresses || matches!(key, RateKey::Link(..))
    }

    /// Takes `cost` of a rate limit of this gateway alone, or refuses: a shared state is not told.
    pub(super) fn limit_here(
        &self,
        key: RateKey<'_>,
        cost: u32,
        context: &mut Context<'_, impl Platform>,
    ) -> Result<(), Reply> {
        if !self.has_limit(key, context) {
            return Ok(());
        }
        context.gateway.rate_limits.acquire(key, cost, context.now_ms).map_err(over_limit)
    }

    /// The same, without taking anything.
    pub(super) fn check_limit(
        &self,
        key: RateKey<'_>,
        cost: u32,
        context: &Context<'_, impl Platform>,
    ) -> Result<(), Reply> {
        if !context.gateway.config.has_addresses {
            return Ok(());
        }
        context.gateway.rate_limits.check(key, cost, context.now_ms).map_err(over_limit)
    }

    /// The sender's address, as far as the runtime knows it.
    pub(super) fn address(&self) -> Option<IpAddr> {
        read_address(self.head.address.as_deref()?)
    }

    /// Checks a program's request against the policy, then starts it.
    fn permit(
        &mut self,
        request: Request,
        sender: Sender,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        let only_staff =
            || Reply::refusal(403, "Only staff may do this.").because(RefusalReason::Role);
        let role = sender.role();
        self.log.role = role.name();
        let scope = policy::scope(&role, request.endpoint);
        let guest = RateKey::Guest(self.address());
        if scope == Scope::No {
            self.limit(guest, 1, context)?;
            return Err(only_staff());
        }
        // The shared state counts a create with its claim, and all else a moment later.
        let is_limit_due = role != Role::Staff && request.endpoint == Endpoint::Create;
        if is_limit_due {
            self.limit_here(guest, cost(request.endpoint), context)?;
        } else if role != Role::Staff {
            self.limit(guest, cost(request.endpoint), context)?;
        }
        if let Sender::Owner(capability) = &sender
            && !is_for(capability, &request)
        {
            return Err(for_something_else());
        }
        let share = match role {
            Role::Staff if context.gateway.config.is_background => Share::Rest,
            Role::Staff => Share::Staff,
            Role::Guest | Role::Own => Share::Guest(request.microsite_index),
        };
        let permit = Permit { is_limit_due, ..Permit::new(request, role, share) };
        match (scope, permit.request.endpoint, sender) {
            (Scope::FormSetup, ..) => self.need_setup(permit, Need::Show, context),
            (Scope::GuestFields, Endpoint::Create, _) => self.read_json(permit, Write::Create),
            (Scope::GuestFields, Endpoint::Get, Sender::Owner(own)) => {
                self.call(permit, UpstreamCall::Other(Operation::Get { id: own.id }), context)
            }
            (Scope::GuestFields, Endpoint::Update, Sender::Owner(own)) => {
                self.read_json(permit, Write::OwnRecord(own.id))
            }
            (Scope::OwnId, Endpoint::Unsubscribe, Sender::Owner(own)) => {
                self.read_json(permit, Write::OwnUnsubscription(own.id))
            }
            (Scope::Whole, endpoint, _) if endpoint.has_body() => {
                self.read_json(permit, Write::Anything)
            }
            (Scope::Whole, ..) => {
                let operation = permit.operation(&Object::new(), &context.gateway.config)?;
                self.call(permit, UpstreamCall::Other(operation), context)
            }
            _ => Err(only_staff()),
        }
    }

    /// Has the operator's function decide whether a guest's create may be made, and goes on. This
    /// comes after all that costs less, and before the claim.
    pub(super) fn admit(
        &mut self,
        permit: Permit,
        content: Content,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        if !context.gateway.config.has_admission || permit.role != Role::Guest {
            return self.claim(permit, content, context);
        }
        let token = match &content {
            Content::Record(_) => self.head.challenge.clone(),
            Content::Form(posted) => posted.challenge.clone(),
        };
        let token = token.filter(|token| !token.is_empty());
        if token.as_deref().is_some_and(|token| !is_challenge(token)) {
            return Err(Reply::refusal(
                400,
                "Send a Dinerkit-Challenge of at most 4096 letters, digits and signs of ASCII.",
            ));
        }
        self.key(&content)?;
        Ok((State::Admitting(permit, content), Output::Admit { token }))
    }

    fn read_json(&self, permit: Permit, write: Write) -> Transition {
        self.check_media_type(JSON)?;
        Ok((State::ReadingBody(permit, write), Output::ReadBody))
    }

    /// Refuses a body that is not of this media type, in UTF-8 and without a content coding.
    pub(super) fn check_media_type(&self, taken: &str) -> Result<(), Reply> {
        let text = self.head.content_type.as_deref().unwrap_or_default();
        let mut parts = text.split(';').map(str::trim);
        let is_taken = parts.next().is_some_and(|media| media.eq_ignore_ascii_case(taken));
        let is_utf8 = parts.all(|parameter| {
            parameter.split_once('=').is_some_and(|(name, value)| {
                name.eq_ignore_ascii_case("charset")
                    && value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            })
        });
        let coding = self.head.content_encoding.as_deref();
        let is_plain = coding.is_none_or(|coding| coding.eq_ignore_ascii_case("identity"));
        if is_taken && is_utf8 && is_plain {
            Ok(())
        } else {
            Err(Reply::refusal(415, &["Send ", taken, ", in UTF-8."].concat()))
        }
    }
}

/// True for a text that a challenge may have given.
fn is_challenge(token: &str) -> bool {
    token.len() <= CHALLENGE_MAX && token.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The answer to a preflight, which asks what a page may send to this route.
fn preflight(route: &Route) -> Reply {
    Reply::empty()
        .with("Access-Control-Allow-Methods", route.methods())
        .with("Access-Control-Allow-Headers", ALLOWED_HEADERS)
        .with("Access-Control-Max-Age", PREFLIGHT_SECONDS)
}

/// What a guest's request takes of the rate limit of its address.
pub(super) fn cost(endpoint: Endpoint) -> u32 {
    endpoint.rule().map_or(0, |rule| rule.cost)
}

/// True if a capability is for this request: for its microsite, its record, and what it asks for.
pub(super) fn is_for(capability: &Capability, request: &Request) -> bool {
    let is_for_endpoint = capability.purpose == Purpose::Record
        || !matches!(request.endpoint, Endpoint::Get | Endpoint::Update);
    capability.microsite == request.microsite
        && request.id.is_none_or(|id| id == capability.id)
        && is_for_endpoint
}

/// The token of `Bearer TOKEN`.
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim_start_matches(' '))
}

pub(super) fn over_limit(wait_ms: u64) -> Reply {
    Reply::too_many_requests(wait_ms).because(RefusalReason::RateLimit)
}
