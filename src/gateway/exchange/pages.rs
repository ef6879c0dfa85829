//! What browsers go to: the page of a link from an e-mail, and the form without JavaScript.

use std::rc::Rc;

use super::admission::{cost, is_for};
use super::state::{Content, Need, Permit, Posted, State, UpstreamCall, Write};
use super::{Context, Exchange, Head, Output, REFERRER_POLICY, Transition, answer, other_page};
use crate::gateway::capability::Purpose;
use crate::gateway::form::{self, FormFacts, PostOutcome};
use crate::gateway::limits::quota::Share;
use crate::gateway::limits::rate::RateKey;
use crate::gateway::page::{Page, Site};
use crate::gateway::policy::{self, Endpoint, Role, Scope};
use crate::gateway::reply::{RETRY_AFTER, RefusalReason, Reply};
use crate::gateway::routes::Request;
use crate::json::Object;
use crate::names::NAME;
use crate::platform::Platform;
use crate::rules::date;

const FORM: &str = "application/x-www-form-urlencoded";

/// How an answer is shown. Those of pages hold the microsite's configured name.
pub(super) enum Presentation {
    /// As it is: JSON, for a program.
    Api,
    /// As the page that a link in an e-mail opens.
    Link(String),
    /// As the page after its button was pressed.
    Unsubscription(String),
    /// As the page with the form.
    Form(String),
    /// As the page after a form was posted. No fields if the body could not be read.
    PostedForm(String, Option<Rc<Posted>>),
    /// As the page that says there is nothing at this address.
    Missing,
}

impl Exchange {
    /// Opens a link from an e-mail, or does what the button of its page asks for.
    pub(super) fn open_link(
        &mut self,
        request: Request,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        let is_button = request.endpoint == Endpoint::UnsubscribeByLink;
        let presentation =
            if is_button { Presentation::Unsubscription } else { Presentation::Link };
        self.presentation = presentation(request.microsite.clone());
        let token = self.head.token.as_deref().unwrap_or_default();
        let capability = context.gateway.config.keys.verify(token, context.now_ms);
        let is_allowed = policy::scope(&Role::Own, request.endpoint) != Scope::No;
        let capability = capability.filter(|capability| is_allowed && is_for(capability, &request));
        let link = capability.as_ref().filter(|link| link.purpose == Purpose::Unsubscribe);
        // A token that no key has signed counts as a request of a guest and not as an attempt at an
        // authorization: nobody guesses a link, and another page that leads its visitors here must
        // not use up staff's attempts.
        let key = link
            .map_or(RateKey::Guest(self.address()), |link| RateKey::Link(&link.microsite, link.id));
        if let Err(refusal) = self.limit(key, cost(request.endpoint), context) {
            if self.limit_pages(context).is_err() {
                self.presentation = Presentation::Api;
            }
            return Err(refusal);
        }
        // The capability of a booking works in a link too. But everybody who books has one, so that
        // only a link from an e-mail may take from the share that is kept for links.
        let share = link.map_or(Share::Guest(request.microsite_index), |_| Share::Link);
        let Some(capability) = capability else {
            return Err(
                Reply::refusal(403, "This link cannot be used.").because(RefusalReason::Capability)
            );
        };
        self.log.role = Role::Own.name();
        if !is_button {
            return answer(Reply::empty());
        }
        let operation = self.unsubscription(capability.id, None);
        self.call(Permit::new(request, Role::Own, share), UpstreamCall::Other(operation), context)
    }

    /// Opens the form without JavaScript.
    pub(super) fn open_form(
        &mut self,
        request: Request,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        self.presentation = Presentation::Form(request.microsite.clone());
        self.limit(RateKey::Guest(self.address()), cost(request.endpoint), context)?;
        self.need_setup(guests(request), Need::Show, context)
    }

    /// Lets the post of a form through, or not, before its body is read.
    pub(super) fn post_form(
        &mut self,
        request: Request,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        self.presentation = Presentation::PostedForm(request.microsite.clone(), None);
        // Another page must not have its visitors create customers: their address would vouch for a
        // consent. With a post, every browser with scripts names the page's origin, and text
        // browsers name its address. A sender without both is no browser, or hides that it is one.
        let origin = self.head.origin.as_deref();
        let origin = origin.or_else(|| origin_of(self.head.referer.as_deref()?));
        if !origin.is_some_and(|origin| context.gateway.config.takes_forms_of(origin)) {
            return Err(other_page());
        }
        self.check_media_type(FORM)?;
        // A guest who must wait gets the form back as it was filled in.
        let guest = RateKey::Guest(self.address());
        if let Err(refusal) = self.check_limit(guest, cost(request.endpoint), context) {
            self.limit_pages(context).map_err(|_| refusal)?;
        }
        Ok((State::ReadingBody(guests(request), Write::CreateByForm), Output::ReadBody))
    }

    /// Lets a sender who must wait have a page all the same, a few times a minute: it costs up to a
    /// hundred times what the refusal alone does.
    fn limit_pages(&self, context: &mut Context<'_, impl Platform>) -> Result<(), Reply> {
        self.limit(RateKey::WhileWaiting(self.address()), policy::WRITE_COST, context)
    }

    /// Takes the body of a posted form.
    pub(super) fn read_form(
        &mut self,
        permit: Permit,
        bytes: &[u8],
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        let posted = form::read(bytes).map(|mut fields| {
            let mut taken = |name| fields.remove(name)?.as_str().map(str::to_owned);
            let (key, challenge) = (taken(form::KEY_FIELD), taken(form::CHALLENGE_FIELD));
            Rc::new(Posted { fields, key, challenge })
        });
        self.presentation =
            Presentation::PostedForm(permit.request.microsite.clone(), posted.clone());
        let guest = RateKey::Guest(self.address());
        self.limit_here(guest, cost(permit.request.endpoint), context)?;
        let permit = Permit { is_limit_due: true, ..permit };
        let unreadable = || Reply::refusal(400, "The body takes the fields of one form.");
        self.admit(permit, Content::Form(posted.ok_or_else(unreadable)?), context)
    }

    /// An answer as its reader sees it: as a page in a browser.
    pub(super) fn present(&self, reply: Reply, context: &Context<'_, impl Platform>) -> Reply {
        match &self.presentation {
            Presentation::Api => reply,
            Presentation::Link(microsite) => link_page(Page::Ask, microsite, &reply, context),
            Presentation::Unsubscription(microsite) => {
                link_page(Page::Done, microsite, &reply, context)
            }
            Presentation::Form(microsite) => {
                let page = if reply.status == 200 { Page::Form } else { Page::NotLoaded };
                form_page((page, None), microsite, None, &reply, context)
            }
            Presentation::PostedForm(microsite, posted) => {
                let posted = posted.as_deref();
                form_page(page_after_post(posted, &reply), microsite, posted, &reply, context)
            }
            Presentation::Missing => {
                site(context, "", None).reply(reply.status, Page::Missing, Object::new())
            }
        }
    }
}

/// The permit of a guest, which the form's page has from the start.
fn guests(request: Request) -> Permit {
    let share = Share::Guest(request.microsite_index);
    Permit::new(request, Role::Guest, share)
}

/// An answer as the page of a link; `done` is the page if nothing went wrong.
fn link_page(
    done: Page,
    microsite: &str,
    reply: &Reply,
    context: &Context<'_, impl Platform>,
) -> Reply {
    let page = match reply.status {
        200..300 => done,
        403 => Page::Void,
        429 => Page::Busy,
        _ => Page::Failed,
    };
    let status = match page {
        Page::Void => 403,
        Page::Busy => 429,
        Page::Failed => 502,
        _ => 200,
    };
    let setup = context.gateway.setups.copy(microsite, context.now_ms);
    let site = site(context, microsite, setup.as_deref());
    // Without a Setup there is no name to say but that of the microsite.
    let restaurant = site.restaurant.or(Some(microsite));
    with_retry_after(Site { restaurant, ..site }.reply(status, page, Object::new()), reply)
}

/// What the pages of a microsite have in common.
fn site<'a>(
    context: &'a Context<'_, impl Platform>,
    microsite: &str,
    setup: Option<&'a Object>,
) -> Site<'a> {
    let name = setup.and_then(|setup| setup.get(NAME)?.as_str());
    let config = &context.gateway.config;
    Site {
        restaurant: name.filter(|name| !name.is_empty()),
        options: config.page(microsite),
        words: &config.words,
        style: &config.form_style,
    }
}

/// The page after a post, and what became of the details.
fn page_after_post(posted: Option<&Posted>, reply: &Reply) -> (Page, Option<PostOutcome>) {
    let Some(posted) = posted else { return (Page::NotTaken, None) };
    match reply.status {
        200 => (Page::Thanks, None),
        400 if !reply.issues.is_empty() => (Page::Form, None),
        400 if posted.key().is_none() => (Page::Form, Some(PostOutcome::NotSent)),
        422 => (Page::Form, Some(PostOutcome::Changed)),
        409 | 500.. => (Page::Form, Some(PostOutcome::Unknown)),
        _ => (Page::Form, Some(PostOutcome::Refused)),
    }
}

/// An answer as the form's page.
fn form_page(
    (page, outcome): (Page, Option<PostOutcome>),
    microsite: &str,
    posted: Option<&Posted>,
    reply: &Reply,
    context: &Context<'_, impl Platform>,
) -> Reply {
    let setup = context.gateway.setups.copy(microsite, context.now_ms);
    let none = Object::new();
    let form = || FormFacts {
        outcome,
        setup: setup.as_deref().unwrap_or(&none),
        fields: &context.gateway.config.guest_fields,
        values: posted.map_or(&none, |posted| &posted.fields),
        key: posted.and_then(Posted::key).filter(|_| outcome != Some(PostOutcome::Changed)),
        issues: &reply.issues,
        today: date::to_day(context.latest_day()),
    };
    let facts = if page == Page::Form { form().to_json() } else { Object::new() };
    let page = site(context, microsite, setup.as_deref()).reply(reply.status, page, facts);
    // The page's posts have to name its origin, so that they can be told from another page's.
    with_retry_after(page.with(REFERRER_POLICY, "same-origin"), reply)
}

fn with_retry_after(page: Reply, reply: &Reply) -> Reply {
    match reply.headers.iter().find(|(name, _)| *name == RETRY_AFTER) {
        Some((name, value)) => page.with(name, value.as_str()),
        None => page,
    }
}

/// True if a browser says that another page has it ask, at the cost of that page's visitor: by a
/// picture, which carries no Origin. For a page of the gateway's, true of anything but a document,
/// because links and forms that lead to it may be anywhere.
pub(super) fn is_of_another_page(head: &Head, is_page: bool) -> bool {
    let is_foreign = matches!(head.fetch_site.as_deref(), Some("cross-site" | "same-site"));
    let is_document = head.fetch_dest.as_deref().is_none_or(|dest| dest == "document");
    is_foreign && if is_page { !is_document } else { head.origin.is_none() }
}

/// The origin of a page's address.
fn origin_of(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    address.get(..scheme.len() + "://".len() + host.len())
}
