//! What browsers go to: the page of a link from an e-mail, and the form without JavaScript.

use super::{Exchange, Next, REFERRER_POLICY, State, Step, latest_day, other_page};
use crate::gateway::Gateway;
use crate::gateway::allowances::Whose;
use crate::gateway::capability::Purpose;
use crate::gateway::form::{self, Form, Outcome as Became};
use crate::gateway::page::{Page, Site};
use crate::gateway::policy::{self, Kind, Role, Scope};
use crate::gateway::reply::{RETRY_AFTER, Refused, Reply};
use crate::gateway::setups::Look;
use crate::json::Object;
use crate::platform::Platform;
use crate::rules::date;

impl Exchange {
    pub(super) fn open_page(&mut self, gateway: &mut Gateway, kind: Kind, now_ms: u64) -> Next {
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

    /// The answer with a page of an unsubscribe link.
    pub(super) fn show(&self, gateway: &Gateway, page: Page, now_ms: u64) -> Reply {
        let status = match page {
            Page::Void => 403,
            Page::Busy => 429,
            Page::Failed => 502,
            _ => 200,
        };
        let site = self.site(gateway, self.setup(gateway, now_ms));
        // Without a Setup there is no name to say but that of the microsite.
        let microsite = self.place.as_ref().map(|place| place.microsite.as_str());
        let restaurant = site.restaurant.or(microsite);
        Site { restaurant, ..site }.reply(status, page, Object::new())
    }

    /// The Setup of the request's microsite, where the gateway has a copy.
    fn setup<'a>(&self, gateway: &'a Gateway, now_ms: u64) -> Option<&'a Object> {
        match gateway.setups.look(&self.place.as_ref()?.microsite, now_ms) {
            Look::Fresh(setup) | Look::Stale(setup) => Some(setup),
            _ => None,
        }
    }

    /// What the pages of the request's microsite have in common.
    fn site<'a>(&self, gateway: &'a Gateway, setup: Option<&'a Object>) -> Site<'a> {
        let name = setup.and_then(|setup| setup.get("Name")?.as_str());
        let microsite = self.place.as_ref().map_or("", |place| &place.microsite);
        Site {
            restaurant: name.filter(|name| !name.is_empty()),
            options: gateway.config.page(microsite),
            words: &gateway.config.words,
            style: &gateway.config.form_style,
        }
    }

    /// An answer for programs, as a page.
    pub(super) fn page(&self, gateway: &Gateway, reply: &Reply, now_ms: u64) -> Reply {
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

    pub(super) fn open_form(
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

    pub(super) fn read_form(
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
    pub(super) fn form_page(&self, gateway: &Gateway, reply: Reply, now_ms: u64) -> Reply {
        let setup = self.setup(gateway, now_ms);
        let key = self.idempotency_key().ok().flatten();
        let (page, outcome) = match (self.kind, &self.posted, reply.status) {
            (Some(Kind::Form), _, 200) => (Page::Form, None),
            (Some(Kind::Form), ..) => (Page::NotLoaded, None),
            (_, None, _) => (Page::NotTaken, None),
            (_, Some(_), 200) => (Page::Thanks, None),
            (_, Some(_), 400) if !reply.issues.is_empty() => (Page::Form, None),
            (_, Some(_), 400) if key.is_none() => (Page::Form, Some(Became::NotSent)),
            (_, Some(_), 422) => (Page::Form, Some(Became::Changed)),
            (_, Some(_), 409 | 500..) => (Page::Form, Some(Became::Unknown)),
            _ => (Page::Form, Some(Became::Refused)),
        };
        let none = Object::new();
        let form = || Form {
            outcome,
            setup: setup.unwrap_or(&none),
            fields: &gateway.config.guest_fields,
            values: self.posted.as_ref().unwrap_or(&none),
            key: key.filter(|_| outcome != Some(Became::Changed)),
            issues: &reply.issues,
            today: date::to_day(latest_day(now_ms)),
        };
        let facts = if page == Page::Form { form().to_json() } else { Object::new() };
        let page = self.site(gateway, setup).reply(reply.status, page, facts);
        // Without the page's own origin in its posts, they could not be told from another page's.
        let page = page.with(REFERRER_POLICY, "same-origin");
        reply
            .headers
            .into_iter()
            .filter(|(name, _)| *name == RETRY_AFTER)
            .fold(page, |page, (name, value)| page.with(name, value))
    }
}

/// The origin of a page's address.
fn origin_of(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    address.get(..scheme.len() + "://".len() + host.len())
}
