//! One request as a state machine, for drivers: the WebAssembly binding and tests. All decisions are here; a driver
//! does what a [`Step`] says and reports what came of it as the next [`Event`], until there is an answer.

use core::net::IpAddr;

use chrono::NaiveDate;

use super::Gateway;
use super::allowances::{Whose, read_address};
use super::budget::Who;
use super::capability::{Capability, PREFIX, Purpose};
use super::form::{self, Outcome as Became, Shows, View};
use super::guest::{self, Judge};
use super::idempotency::{self, Claim, Known};
use super::pages::Page;
use super::policy::{self, Kind, Role, Scope};
use super::reply::{RETRY_AFTER, Refused, Reply, failure};
use super::routes::{self, Place};
use super::setups::Look;
use crate::api::error::{ApiError, ErrorKind, Outcome};
use crate::api::names::Name;
use crate::api::operations::{APPEND_COMMENTS, CUSTOMER_OPTIONS, Operation};
use crate::issue::{Code, Issue};
use crate::json::{Json, Object};
use crate::platform::Platform;
use crate::rules::date;

/// What is known of a request before its body.
#[derive(Clone, Default)]
pub struct Head {
    /// `GET`, `POST` …
    pub method: String,
    /// The path as sent, percent-encoded, without the query.
    pub path: String,
    /// The query's parameter `token`.
    pub token: Option<String>,
    /// The header `Origin`.
    pub origin: Option<String>,
    /// The header `Referer`, which text browsers send in place of an origin.
    pub referer: Option<String>,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The header `Content-Type`.
    pub content_type: Option<String>,
    /// The header `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// The header `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// The header `Sec-Fetch-Site` (Fetch Metadata), by which browsers say whose page asks.
    pub fetch_site: Option<String>,
    /// The header `Sec-Fetch-Dest`, by which they say what for.
    pub fetch_dest: Option<String>,
    /// The guest's address, as the runtime knows it, with a port or without.
    pub address: Option<String>,
}

/// What happened.
pub enum Event {
    /// The request has come. Once, first.
    Start,
    /// Whether the operator's own check says that it is staff.
    Staff(bool),
    /// The body, of at most `max_body_bytes`.
    Body(Vec<u8>),
    /// There is no body that could be read, with the status that says why: 413, 408 or 400.
    NoBody(u16),
    /// The Setup has been fetched, or could not be.
    Setup,
    /// What the store has under the place that was asked for; none where it took the claim.
    Recalled(Option<String>),
    /// What came of the call.
    Called(Result<Json, ApiError>),
    /// The store has done what it was asked, or could not.
    Stored,
    /// What was asked for before the call could not be done: the operator's own function or the store has failed.
    Failed,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask the operator's check.
    AskStaff,
    /// Read the body.
    ReadBody,
    /// Have this microsite's Setup fetched, once for all who ask; wait for it or not.
    FetchSetup {
        /// The configured name.
        microsite: String,
        /// False where there is one that will do meanwhile.
        wait: bool,
    },
    /// Put `text` there for so long, unless something is there: then read that.
    Recall {
        /// Where.
        place: String,
        /// What.
        text: String,
    },
    /// Ask the remote API.
    Call {
        /// The microsite's configured name.
        microsite: String,
        /// What.
        operation: Operation,
        /// True where it must not be tried again here: who asked does that.
        once: bool,
    },
    /// Put `text` there, in any case; nothing: take away what is there.
    Store {
        /// Where.
        place: String,
        /// What.
        text: Option<String>,
    },
    /// Answer.
    Answer(Reply),
}

enum State {
    New,
    Staff,
    Body,
    Setup,
    Recall(Claim),
    Calling,
    Storing(Reply),
    Done,
}

/// One request on its way.
pub struct Exchange {
    head: Head,
    state: State,
    place: Option<Place>,
    kind: Option<Kind>,
    role: Role,
    scope: Scope,
    capability: Option<Capability>,
    body: Object,
    /// The fields of a form's post; none before they have been read.
    posted: Option<Object>,
    /// What is asked of the remote API.
    operation: Option<Operation>,
    claim: Option<Claim>,
    is_budgeted: bool,
    /// When it came, in milliseconds since 1970.
    at_ms: u64,
    /// What went wrong upstream, for the operator.
    error: Option<(&'static str, Option<u16>)>,
    /// Why it was refused, likewise.
    refused: Option<Refused>,
}

/// Either the next step, or the answer at once.
type Next = Result<Step, Reply>;

/// Headers that a page of an allowed origin may send.
const ALLOWED_HEADERS: &str = "Authorization, Content-Type, Idempotency-Key";
const REFERRER_POLICY: &str = "Referrer-Policy";
const PREFLIGHT_SECONDS: &str = "600";
/// What is unsubscribed from where nobody says what. A guess, as all values of this enumeration are.
const ALL_MODES: &str = "All";
/// The longest such value that a guest may send.
const MODE_MAX: usize = 32;
/// How soon to ask again for what another request is at.
const PENDING_SECONDS: u64 = 2;

/// The latest calendar date it is anywhere on Earth (UTC+14): no guest's own today lies after it.
fn latest_day(now_ms: u64) -> NaiveDate {
    const LATEST_ZONE_MS: u64 = 14 * 3_600_000;
    const DAY_MS: u64 = 86_400_000;
    /// Days from 0001-01-01 to 1970-01-01, the first of them counted.
    const BEFORE_1970: i32 = 719_163;
    let days = i32::try_from(now_ms.saturating_add(LATEST_ZONE_MS) / DAY_MS).unwrap_or(i32::MAX);
    NaiveDate::from_num_days_from_ce_opt(days.saturating_add(BEFORE_1970)).unwrap_or_default()
}

/// The token of `Bearer TOKEN`.
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim_start_matches(' '))
}

impl Exchange {
    /// A request that has come at `now_ms`.
    pub fn new(head: Head, now_ms: u64) -> Self {
        Self {
            head,
            state: State::New,
            place: None,
            kind: None,
            role: Role::Guest,
            scope: Scope::No,
            capability: None,
            body: Object::new(),
            posted: None,
            operation: None,
            claim: None,
            is_budgeted: false,
            at_ms: now_ms,
            error: None,
            refused: None,
        }
    }

    /// Takes what happened and says what to do.
    pub fn step(
        &mut self,
        gateway: &mut Gateway,
        event: Event,
        now_ms: u64,
        platform: &impl Platform,
    ) -> Step {
        let state = core::mem::replace(&mut self.state, State::Done);
        let next = match (state, event) {
            (State::New, Event::Start) => self.start(gateway, now_ms, platform),
            (State::Staff, Event::Staff(is_staff)) => {
                self.identify(gateway, is_staff, now_ms, platform)
            }
            (State::Body, Event::Body(bytes)) => self.read(gateway, &bytes, now_ms, platform),
            (State::Body, Event::NoBody(status)) => Err(Reply::refusal(
                status,
                match status {
                    413 => "The request is too long.",
                    408 => "The request took too long.",
                    _ => "The request could not be read.",
                },
            )),
            (State::Setup, Event::Setup) => self.with_setup(gateway, now_ms, platform),
            (State::Recall(claim), Event::Recalled(found)) => {
                self.recalled(gateway, claim, found, now_ms, platform)
            }
            (State::Calling, Event::Called(result)) => {
                self.called(gateway, result, now_ms, platform)
            }
            (State::Storing(reply), _) => Err(reply),
            (State::Calling, _) => self.settle(Reply::unconfirmed(), Claim::unknown),
            // Nothing has been sent: whatever failed did so before.
            _ => Err(Reply::unmade()),
        };
        // Whatever refuses a request after its claim was taken gives that back.
        next.or_else(|reply| self.settle(reply, |_| None)).unwrap_or_else(|reply| {
            self.state = State::Done;
            self.refused = reply.refused;
            let is_form = self.kind.is_some_and(Kind::is_form);
            let reply = if is_form { self.form_page(gateway, reply, now_ms) } else { reply };
            Step::Answer(self.dressed(gateway, reply))
        })
    }

    /// The header `Authorization`, for the operator's check.
    pub fn authorization(&self) -> Option<&str> {
        self.head.authorization.as_deref()
    }

    /// What happened, for the operator's log: nothing of a person, no token, no address.
    pub fn event(&self, status: u16) -> Object {
        let mut event = Object::new()
            .with("operation", self.kind.map(Kind::name))
            .with("microsite", self.place.as_ref().map(|place| place.microsite.as_str()))
            .with("role", self.role.name())
            .with("status", i32::from(status));
        if let Some(refused) = self.refused {
            event.set("refused", refused.name());
        }
        if let Some((code, status)) = self.error {
            event.set(
                "upstream",
                Object::new().with("code", code).with("status", status.map(i32::from)),
            );
        }
        event
    }

    fn start(&mut self, gateway: &mut Gateway, now_ms: u64, platform: &impl Platform) -> Next {
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

    fn identify(
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
    fn room(
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

    fn charge(
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

    fn guest(&self) -> Whose<'static> {
        Whose::Guest(self.address())
    }

    fn attempts(&self) -> Whose<'static> {
        Whose::Attempts(self.address())
    }

    fn address(&self) -> Option<IpAddr> {
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

    fn is_within_capability(&self, kind: Kind) -> bool {
        let (Some(capability), Some(place)) = (&self.capability, &self.place) else { return true };
        let is_for_kind =
            capability.purpose == Purpose::Record || !matches!(kind, Kind::Get | Kind::Update);
        capability.microsite == place.microsite
            && place.id.is_none_or(|id| id == capability.id)
            && is_for_kind
    }

    fn check_media_type(&self) -> Result<(), Reply> {
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

    fn read(
        &mut self,
        gateway: &mut Gateway,
        bytes: &[u8],
        now_ms: u64,
        platform: &impl Platform,
    ) -> Next {
        let Some(kind) = self.kind else { return Err(Reply::unmade()) };
        if kind.is_form() {
            return self.read_form(gateway, kind, bytes, now_ms, platform);
        }
        self.body = match core::str::from_utf8(bytes).map(Json::parse) {
            Ok(Ok(Json::Object(body))) => body,
            _ => return Err(Reply::refusal(400, "The body takes one JSON object.")),
        };
        match (self.scope, kind) {
            (Scope::GuestFields, _) => {
                if kind == Kind::Update {
                    self.drop_what_clients_carry()?;
                }
                // What no Setup can make right is refused before anything is asked for.
                let refused = gateway.config.guest_fields.not_writable(&self.body);
                if !refused.is_empty() {
                    return Err(Reply::issues(&refused));
                }
                self.claim(gateway, kind, now_ms, platform)
            }
            (Scope::OwnId, _) => {
                let operation = self.own_unsubscription(gateway, kind)?;
                self.call(gateway, operation, now_ms)
            }
            // Staff write records as they are: an edit carries back what was stored before our rules were.
            _ => self.claim(gateway, kind, now_ms, platform),
        }
    }

    /// A client that has read the record sends its Id along, and that comments are to be kept; both may only say what
    /// is so anyway.
    fn drop_what_clients_carry(&mut self) -> Result<(), Reply> {
        let id = self.place.as_ref().and_then(|place| place.id);
        let keeps_comments = Json::from(Object::new().with(APPEND_COMMENTS, false));
        let is_own = self.body.remove("Id").is_none_or(|sent| sent.as_i32() == id);
        let is_kept =
            self.body.remove(CUSTOMER_OPTIONS).is_none_or(|options| options == keeps_comments);
        if is_own && is_kept { Ok(()) } else { Err(not_writable()) }
    }

    fn idempotency_key(&self) -> Result<Option<&str>, Reply> {
        let header = self.head.idempotency_key.as_deref();
        header.map(|header| idempotency::key(header).ok_or_else(bad_key)).transpose()
    }

    fn read_operation(&self, gateway: &Gateway, kind: Kind) -> Result<Operation, Reply> {
        let place = self.place.as_ref().ok_or_else(Reply::unmade)?;
        place.operation(kind, &self.body, &gateway.config).map_err(|issues| Reply::issues(&issues))
    }

    /// A guest takes the own record off the lists, and no other; where from is the gateway's to say.
    fn own_unsubscription(&self, gateway: &Gateway, kind: Kind) -> Result<Operation, Reply> {
        let name = |name| gateway.config.names.get(name);
        let known = [name(Name::CustomerIds), name(Name::MarketingCommunicationMode)];
        if self.body.iter().any(|(member, _)| !known.contains(&member)) {
            return Err(not_writable());
        }
        let Operation::Unsubscribe { ids, mode, .. } = self.read_operation(gateway, kind)? else {
            return Err(Reply::unmade());
        };
        if self.capability.as_ref().is_none_or(|capability| ids != [capability.id]) {
            return Err(for_something_else());
        }
        let is_word = |mode: &String| {
            (1..=MODE_MAX).contains(&mode.len())
                && mode.bytes().all(|byte| byte.is_ascii_alphabetic())
        };
        if mode.as_ref().is_some_and(|mode| !is_word(mode)) {
            return Err(not_writable());
        }
        Ok(self.unsubscription(ids, mode))
    }

    fn unsubscription(&self, ids: Vec<i32>, mode: Option<String>) -> Operation {
        let ip_address = self.address().map(|address| address.to_string());
        Operation::Unsubscribe {
            ids,
            mode: mode.or_else(|| Some(ALL_MODES.to_owned())),
            ip_address,
        }
    }

    // ---------------------------------------------------------------- pages

    fn open_page(&mut self, gateway: &mut Gateway, kind: Kind, now_ms: u64) -> Next {
        let token = self.head.token.take().unwrap_or_default();
        self.capability = gateway.config.keys.verify(&token, now_ms);
        let is_good = self.capability.is_some() && self.is_within_capability(kind);
        self.scope = if is_good { policy::scope(&Role::Own, kind) } else { Scope::No };
        let cost = kind.row().map_or(0, |row| row.cost);
        // What no key signed is a guest's request like any other: nobody guesses a link, and staff's attempts are not to
        // be used up by a page elsewhere that leads its visitors here.
        let whose = match &self.capability {
            Some(link) if self.scope != Scope::No && link.purpose == Purpose::Unsubscribe => {
                Whose::Link(&link.microsite, link.id)
            }
            _ => self.guest(),
        };
        let charged = self.charge(gateway, whose, cost, now_ms);
        if let Err(reply) = charged {
            return Err(self.page(gateway, &reply, now_ms));
        }
        let ids = match &self.capability {
            Some(capability) if self.scope != Scope::No => vec![capability.id],
            _ => return Err(self.show(gateway, Page::Void, now_ms).because(Refused::Capability)),
        };
        self.role = Role::Own;
        if kind == Kind::UnsubscribePage {
            return Err(self.show(gateway, Page::Ask, now_ms));
        }
        let operation = self.unsubscription(ids, None);
        self.call(gateway, operation, now_ms)
    }

    fn show(&self, gateway: &Gateway, page: Page, now_ms: u64) -> Reply {
        let microsite =
            self.place.as_ref().map(|place| place.microsite.as_str()).unwrap_or_default();
        let name = match gateway.setups.look(microsite, now_ms) {
            Look::Fresh(setup) | Look::Stale(setup) => setup.get("Name").and_then(Json::as_str),
            _ => None,
        };
        page.reply(name.unwrap_or(microsite), &gateway.config.words)
    }

    /// An answer for programs, as a page.
    fn page(&self, gateway: &Gateway, reply: &Reply, now_ms: u64) -> Reply {
        let page = match reply.status {
            200..300 => Page::Done,
            429 => Page::Busy,
            _ => Page::Failed,
        };
        let shown = Reply { refused: reply.refused, ..self.show(gateway, page, now_ms) };
        match reply.headers.iter().find(|(name, _)| *name == RETRY_AFTER) {
            Some((name, value)) => shown.with(name, value.as_str()),
            None => shown,
        }
    }

    // ---------------------------------------------------------------- the form without JavaScript

    fn open_form(
        &mut self,
        gateway: &mut Gateway,
        kind: Kind,
        now_ms: u64,
        platform: &impl Platform,
    ) -> Next {
        self.scope = policy::scope(&self.role, kind);
        let cost = kind.row().map_or(0, |row| row.cost);
        if kind == Kind::Form {
            self.charge(gateway, self.guest(), cost, now_ms)?;
            return self.need_setup(gateway, now_ms, platform);
        }
        // A page elsewhere must not have its visitors create anybody: their address would vouch for a consent. Every
        // browser with scripts names the page's origin with a post, text browsers its address; what names neither is no
        // browser, or hides what it is.
        let origin = self.head.origin.as_deref();
        let origin = origin.or_else(|| origin_of(self.head.referer.as_deref()?));
        if !origin.is_some_and(|origin| gateway.config.takes_forms_of(origin)) {
            return Err(other_page());
        }
        self.check_media_type()?;
        // Whoever has typed a form and must wait gets it back, which costs a hundred times what a refusal does: so a few
        // times a minute only.
        if let Err(reply) = self.room(gateway, self.guest(), cost, now_ms) {
            let given_back = Whose::GivenBack(self.address());
            self.charge(gateway, given_back, policy::WRITE_COST, now_ms).map_err(|_| reply)?;
        }
        self.state = State::Body;
        Ok(Step::ReadBody)
    }

    fn read_form(
        &mut self,
        gateway: &mut Gateway,
        kind: Kind,
        bytes: &[u8],
        now_ms: u64,
        platform: &impl Platform,
    ) -> Next {
        let posted = form::read(bytes);
        let is_read = posted.is_some();
        if let Some(mut posted) = posted {
            let key = posted.remove(form::KEY_FIELD);
            self.head.idempotency_key = key.and_then(|key| key.as_str().map(str::to_owned));
            self.posted = Some(posted);
        }
        self.charge(gateway, self.guest(), kind.row().map_or(0, |row| row.cost), now_ms)?;
        if !is_read {
            return Err(Reply::refusal(400, "The body takes the fields of one form."));
        }
        self.claim(gateway, kind, now_ms, platform)
    }

    /// An answer for programs, as the page that a guest sees.
    fn form_page(&self, gateway: &Gateway, reply: Reply, now_ms: u64) -> Reply {
        let microsite =
            self.place.as_ref().map(|place| place.microsite.as_str()).unwrap_or_default();
        let setup = match gateway.setups.look(microsite, now_ms) {
            Look::Fresh(setup) | Look::Stale(setup) => Some(setup),
            _ => None,
        };
        let key = self.idempotency_key().ok().flatten();
        let shows = match (self.kind, &self.posted, reply.status) {
            (Some(Kind::Form), _, 200) => Shows::Form(None),
            (Some(Kind::Form), ..) => Shows::NotLoaded,
            (_, None, _) => Shows::NotTaken,
            (_, Some(_), 200) => Shows::Thanks,
            (_, Some(_), 400) if !reply.issues.is_empty() => Shows::Form(None),
            (_, Some(_), 400) if key.is_none() => Shows::Form(Some(Became::NotSent)),
            (_, Some(_), 422) => Shows::Form(Some(Became::Changed)),
            (_, Some(_), 409 | 500..) => Shows::Form(Some(Became::Unknown)),
            _ => Shows::Form(Some(Became::Refused)),
        };
        let none = Object::new();
        let view = View {
            shows,
            setup,
            fields: &gateway.config.guest_fields,
            values: self.posted.as_ref().unwrap_or(&none),
            key: key.filter(|_| shows != Shows::Form(Some(Became::Changed))),
            issues: &reply.issues,
            today: date::to_day(latest_day(now_ms)),
        };
        let page = Reply {
            view: Some(view.to_json()),
            ..Reply::page(reply.status, &gateway.config.form_style)
        };
        // Without the page's own origin in its posts, they could not be told from another page's.
        let page = page.with(REFERRER_POLICY, "same-origin");
        reply
            .headers
            .into_iter()
            .filter(|(name, _)| *name == RETRY_AFTER)
            .fold(page, |page, (name, value)| page.with(name, value))
    }

    // ---------------------------------------------------------------- the Setup

    /// Goes on with the Setup, once there is one.
    fn need_setup(&mut self, gateway: &mut Gateway, now_ms: u64, platform: &impl Platform) -> Next {
        let microsite = self.place.as_ref().map(|place| place.microsite.clone());
        let microsite = microsite.ok_or_else(Reply::unmade)?;
        let wait = match gateway.setups.look(&microsite, now_ms) {
            Look::Fresh(_) | Look::Failed(_) => return self.with_setup(gateway, now_ms, platform),
            Look::Stale(_) => false,
            Look::Missing => true,
        };
        self.state = State::Setup;
        Ok(Step::FetchSetup { microsite, wait })
    }

    fn with_setup(&mut self, gateway: &mut Gateway, now_ms: u64, platform: &impl Platform) -> Next {
        let (Some(kind), Some(place)) = (self.kind, self.place.clone()) else {
            return Err(Reply::unmade());
        };
        let is_read = matches!(kind, Kind::Setup | Kind::Form);
        let setup = match gateway.setups.look(&place.microsite, now_ms) {
            Look::Fresh(setup) | Look::Stale(setup) => setup,
            Look::Failed(error) => {
                self.error = Some((error.code(), error.status()));
                let error = error.clone();
                return Err(if is_read { failure(&error, true) } else { Reply::unmade() });
            }
            Look::Missing => {
                // It was not asked for where the budget has no room.
                let room = gateway.budget.room(self.budgeted(gateway), 1, now_ms);
                room.map_err(over_budget)?;
                return Err(failure(&ErrorKind::Timeout.with(Outcome::NotSent), is_read));
            }
        };
        match kind {
            Kind::Setup | Kind::Form => Err(Reply::json(200, &policy::guest_setup(setup))),
            Kind::Create | Kind::CreateByForm => {
                if let Some(posted) = &self.posted {
                    let request = form::request(posted, setup);
                    self.body = request.map_err(|issues| Reply::issues(&issues))?;
                }
                let judge = Judge {
                    fields: &gateway.config.guest_fields,
                    setup,
                    today: latest_day(now_ms),
                    platform,
                };
                let request = judge.create(&self.body).map_err(|issues| Reply::issues(&issues))?;
                // A page that is sent twice must be known by its key.
                if kind == Kind::CreateByForm && self.claim.is_none() {
                    return Err(bad_key());
                }
                // With what the gateway itself knows of it.
                let request = self.with_address(request);
                self.call(gateway, Operation::Create { request }, now_ms)
            }
            _ => {
                let id = place.id.unwrap_or_default();
                self.call(gateway, Operation::Get { id }, now_ms)
            }
        }
    }

    // ---------------------------------------------------------------- once, and once only

    /// Takes the claim of a create that has an `Idempotency-Key`, and goes on. Before the rules: what was created once
    /// is not refused when it is repeated, because a wording has changed since.
    fn claim(
        &mut self,
        gateway: &mut Gateway,
        kind: Kind,
        now_ms: u64,
        platform: &impl Platform,
    ) -> Next {
        let key = self.idempotency_key()?.filter(|_| kind.is_create());
        let microsite = self.place.as_ref().map(|place| place.microsite.as_str());
        let Some((key, microsite)) = key.zip(microsite) else {
            return self.proceed(gateway, kind, now_ms, platform);
        };
        let request = self.normalised(now_ms, platform);
        let claim = Claim::new(key, microsite, &self.role, &request, self.at_ms);
        let step = Step::Recall { place: claim.place.clone(), text: claim.pending() };
        self.state = State::Recall(claim);
        Ok(step)
    }

    /// What was sent, so that the same details are the same however they are written. Staff's are as they are, and so
    /// are a page's, which says the same again when it is sent again.
    fn normalised(&self, now_ms: u64, platform: &impl Platform) -> Object {
        match (&self.posted, &self.role) {
            (Some(posted), _) => posted.clone(),
            (None, Role::Staff) => self.body.clone(),
            _ => guest::normalised(&self.body, latest_day(now_ms), platform),
        }
    }

    /// Goes on with what was read: a guest's record by the restaurant's Setup, all else as it is.
    fn proceed(
        &mut self,
        gateway: &mut Gateway,
        kind: Kind,
        now_ms: u64,
        platform: &impl Platform,
    ) -> Next {
        if self.scope == Scope::GuestFields {
            return self.need_setup(gateway, now_ms, platform);
        }
        let operation = self.read_operation(gateway, kind)?;
        self.call(gateway, operation, now_ms)
    }

    fn recalled(
        &mut self,
        gateway: &mut Gateway,
        claim: Claim,
        found: Option<String>,
        now_ms: u64,
        platform: &impl Platform,
    ) -> Next {
        let Some(kind) = self.kind else { return Err(Reply::unmade()) };
        let Some(found) = found else {
            self.claim = Some(claim);
            return self.proceed(gateway, kind, now_ms, platform);
        };
        // The claim is another request's: nothing is stored from here on.
        match claim.judge(&found, &gateway.config.keys, now_ms) {
            // What staff were answered is the record itself.
            Known::Done { id, .. } if self.role == Role::Staff => {
                self.call(gateway, Operation::Get { id }, now_ms)
            }
            Known::Done { id, at_ms, is_new } => {
                self.at_ms = at_ms;
                let request = self.normalised(now_ms, platform);
                let body = self.created(gateway, &request, &Json::from(id), is_new, now_ms);
                Err(Reply::json(200, &body))
            }
            Known::Pending => Err(Reply::refusal(
                409,
                "The first request with this Idempotency-Key is still under way.",
            )
            .retry_after(PENDING_SECONDS)),
            Known::Unknown => Err(Reply::unconfirmed()),
            Known::Other => {
                Err(Reply::refusal(422, "This Idempotency-Key was used for another request."))
            }
        }
    }

    /// Answers, after the store has been told what became of the claim, if there is one: the text of it, or none where
    /// it is free again.
    fn settle(&mut self, reply: Reply, text: impl FnOnce(&Claim) -> Option<String>) -> Next {
        let Some(claim) = self.claim.take() else { return Err(reply) };
        let text = text(&claim);
        self.state = State::Storing(reply);
        Ok(Step::Store { place: claim.place, text })
    }

    /// What a guest writes, with where from: the record of the consents in it.
    fn with_address(&self, written: Object) -> Object {
        match self.address() {
            Some(address) => written.with("IpAddress", address.to_string()),
            None => written,
        }
    }

    // ---------------------------------------------------------------- the remote API

    /// Makes a call, if there is room for it in the budget. Once for a request, with all its calls.
    fn call(&mut self, gateway: &mut Gateway, operation: Operation, now_ms: u64) -> Next {
        let (Some(kind), Some(place)) = (self.kind, &self.place) else {
            return Err(Reply::unmade());
        };
        let is_staff = self.role == Role::Staff;
        if !self.is_budgeted {
            let requests = if is_staff { 1 } else { kind.row().map_or(1, |row| row.requests) };
            let room = gateway.budget.admit(self.budgeted(gateway), requests, now_ms);
            if let Err(wait_ms) = room {
                let reply = over_budget(wait_ms);
                return Err(if kind.is_link() {
                    self.page(gateway, &reply, now_ms)
                } else {
                    reply
                });
            }
            self.is_budgeted = true;
        }
        if gateway.is_locked_out(now_ms) {
            return Err(if kind.is_link() {
                self.show(gateway, Page::Failed, now_ms)
            } else {
                failure(
                    &ErrorKind::Http { status: 401 }.with(Outcome::NotSent),
                    operation.is_read(),
                )
            });
        }
        let microsite = place.microsite.clone();
        self.operation = Some(operation.clone());
        self.state = State::Calling;
        // The guest's own client tries again; two who do multiply each other.
        Ok(Step::Call { microsite, operation, once: !is_staff })
    }

    /// Whose part of the budget it takes. What a guest was given for the own record works in a link too, but everybody
    /// who books has that.
    fn budgeted(&self, gateway: &Gateway) -> Who {
        let of_email = |capability: &Capability| capability.purpose == Purpose::Unsubscribe;
        if self.kind.is_some_and(Kind::is_link) && self.capability.as_ref().is_some_and(of_email) {
            return Who::Link;
        }
        let place = self.place.as_ref().filter(|_| self.role != Role::Staff);
        let number =
            |place: &Place| gateway.config.microsites().position(|name| name == place.microsite);
        place.and_then(number).map_or(Who::Staff, Who::Guest)
    }

    fn called(
        &mut self,
        gateway: &mut Gateway,
        result: Result<Json, ApiError>,
        now_ms: u64,
        platform: &impl Platform,
    ) -> Next {
        let (Some(kind), Some(operation)) = (self.kind, self.operation.take()) else {
            return Err(Reply::unconfirmed());
        };
        let value = match result {
            Ok(value) => value,
            Err(error) => {
                self.error = Some((error.code(), error.status()));
                gateway.note_failure(&error, now_ms);
                let reply = self.refused(gateway, &error, &operation);
                return match error.outcome {
                    Outcome::Unknown if kind.is_create() => self.settle(reply, Claim::unknown),
                    _ if kind.is_link() => Err(self.page(gateway, &reply, now_ms)),
                    _ => Err(reply),
                };
            }
        };
        match (&operation, value) {
            (Operation::Unsubscribe { .. }, _) if kind.is_link() => {
                Err(self.show(gateway, Page::Done, now_ms))
            }
            (Operation::Get { id }, Json::Object(record))
                if kind == Kind::Update && self.role == Role::Own =>
            {
                let id = *id;
                self.edit(gateway, id, &record, now_ms, platform)
            }
            (Operation::Create { request }, Json::Object(customer)) => {
                let id = customer.get("Id").cloned().unwrap_or(Json::Null);
                let is_new = guest::is_new(request, &customer, self.at_ms, now_ms);
                let body = match self.role {
                    Role::Staff => customer,
                    _ => self.created(gateway, request, &id, is_new, now_ms),
                };
                self.settle(Reply::json(200, &body), |claim| {
                    let done = |id| claim.done(id, is_new, &gateway.config.keys);
                    id.as_i32().map(done).or_else(|| claim.unknown())
                })
            }
            (Operation::Setup, Json::Object(setup)) => {
                if let Some(place) = &self.place {
                    gateway.take_setup(&place.microsite, Ok(setup.clone().into()), now_ms);
                }
                Err(Reply::json(200, &setup))
            }
            (Operation::ScheduleDeletion { .. }, Json::Object(outcome)) => {
                let ids = |member| outcome.get(member).cloned().unwrap_or(Json::Null);
                let name = |name| gateway.config.names.get(name);
                let body = Object::new()
                    .with(name(Name::DeletedCustomerIds), ids("deleted"))
                    .with(name(Name::SkippedCustomerIds), ids("skipped"));
                Err(Reply::json(200, &body))
            }
            (_, Json::Object(record)) => Err(Reply::json(200, &self.seen(gateway, record))),
            _ => Err(Reply::empty()),
        }
    }

    /// What is answered to a failure. What is wrong with the rest of a record is not for its guest to know, nor to mend.
    fn refused(&self, gateway: &Gateway, error: &ApiError, operation: &Operation) -> Reply {
        match (&error.kind, operation) {
            (ErrorKind::Validation { issues, .. }, Operation::Edit { .. })
                if self.role != Role::Staff && error.outcome != Outcome::Unknown =>
            {
                let is_guests = |issue: &Issue| gateway.config.guest_fields.has_member(issue.field);
                if issues.iter().all(is_guests) { failure(error, false) } else { Reply::unmade() }
            }
            _ => failure(error, operation.is_read()),
        }
    }

    fn seen(&self, gateway: &Gateway, record: Object) -> Object {
        match self.role {
            Role::Staff => record,
            _ => gateway.config.guest_fields.view(&record),
        }
    }

    /// Writes what a guest has changed of the own record, and that only: all else is carried back as it was read.
    fn edit(
        &mut self,
        gateway: &mut Gateway,
        id: i32,
        record: &Object,
        now_ms: u64,
        platform: &impl Platform,
    ) -> Next {
        let microsite = self.place.as_ref().map(|place| place.microsite.clone());
        let setup = match gateway.setups.look(&microsite.unwrap_or_default(), now_ms) {
            Look::Fresh(setup) | Look::Stale(setup) => setup,
            _ => return Err(Reply::unmade()),
        };
        let fields = &gateway.config.guest_fields;
        let judge = Judge { fields, setup, today: latest_day(now_ms), platform };
        let patch = judge.changes(&self.body, record).map_err(|issues| Reply::issues(&issues))?;
        if patch.is_empty() {
            return Err(Reply::json(200, &fields.view(record)));
        }
        let patch = self.with_address(patch);
        self.call(gateway, Operation::Edit { id, patch, append_comment: None }, now_ms)
    }

    /// What a guest hears of a created customer; where it is new, with what lets the guest back to it.
    fn created(
        &self,
        gateway: &Gateway,
        request: &Object,
        id: &Json,
        is_new: bool,
        now_ms: u64,
    ) -> Object {
        let mut body = gateway.config.guest_fields.created(request, id);
        let microsite = self.place.as_ref().map(|place| place.microsite.clone());
        if let (Some(microsite), Some(id)) = (microsite, id.as_positive()) {
            let expires = self.at_ms / 1000 + u64::from(gateway.config.capability_seconds);
            let capability = Capability { microsite, id, purpose: Purpose::Record, expires };
            // An answer that is given again later carries what the first did, while that is good.
            if is_new
                && now_ms / 1000 < expires
                && let Some(token) = gateway.config.keys.sign(&capability)
            {
                body.set("Capability", token);
            }
        }
        body
    }

    // ---------------------------------------------------------------- every answer

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

    /// The answer with the headers that all have, and those for pages of the origins that are allowed.
    fn dressed(&self, gateway: &Gateway, reply: Reply) -> Reply {
        let has_policy = reply.headers.iter().any(|(name, _)| *name == "Content-Security-Policy");
        let referrer = reply.headers.iter().find(|(name, _)| *name == REFERRER_POLICY);
        let referrer = referrer.map_or("no-referrer", |(_, own)| own).to_owned();
        let mut reply = reply
            .with("Cache-Control", "no-store")
            .with("Vary", "Origin")
            .with("X-Content-Type-Options", "nosniff")
            .with(REFERRER_POLICY, referrer)
            .with("Cross-Origin-Resource-Policy", "same-origin");
        if !has_policy {
            reply =
                reply.with("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        }
        let is_page = self.kind.is_some_and(Kind::is_page);
        match self.head.origin.as_deref().filter(|origin| gateway.config.allows_origin(origin)) {
            Some(origin) if !is_page => reply
                .with("Access-Control-Allow-Origin", origin)
                .with("Access-Control-Expose-Headers", RETRY_AFTER),
            _ => reply,
        }
    }
}

fn not_writable() -> Reply {
    Reply::issues(&[Issue::error(Code::NotWritable, "request")])
}

/// The origin of a page's address.
fn origin_of(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    address.get(..scheme.len() + "://".len() + host.len())
}

fn other_page() -> Reply {
    Reply::refusal(403, "This page may not use the gateway.").because(Refused::Origin)
}

fn for_something_else() -> Reply {
    Reply::refusal(403, "This authorization is for something else.").because(Refused::Capability)
}

fn over_allowance(wait_ms: u64) -> Reply {
    Reply::too_many(wait_ms).because(Refused::Allowance)
}

fn over_budget(wait_ms: u64) -> Reply {
    Reply::too_many(wait_ms).because(Refused::Budget)
}

fn bad_key() -> Reply {
    Reply::refusal(
        400,
        "Send an Idempotency-Key of 16 to 128 letters, digits and -._~:+/=, such as a random UUID.",
    )
}
