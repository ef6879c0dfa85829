//! Calls the remote API and turns its answers into replies.

use std::rc::Rc;

use super::admission::over_limit;
use super::log::UpstreamFailure;
use super::once::{bad_key, settle, settle_as_unknown};
use super::state::{Content, Creation, Need, Permit, State, UpstreamCall};
use super::{Context, Exchange, Output, Transition, answer};
use crate::client::Operation;
use crate::client::error::{ApiError, ErrorKind, Outcome};
use crate::gateway::capability::{Capability, Purpose};
use crate::gateway::form;
use crate::gateway::guest::{self, GuestRules};
use crate::gateway::guest_setup::widget_setup;
use crate::gateway::idempotency::Claim;
use crate::gateway::policy::Role;
use crate::gateway::reply::{RefusalReason, Reply, failure};
use crate::gateway::setups::Cached;
use crate::gateway::shared::budget::Lack;
use crate::gateway::shared::{Done, Purse};
use crate::issue::Issue;
use crate::json::{Json, Object};
use crate::names::Name;
use crate::platform::Platform;
use crate::rules::date::Order;

impl Permit {
    pub(super) fn is_staff(&self) -> bool {
        self.role == Role::Staff
    }

    /// What this request takes of the account's quota, and from which share.
    pub(super) fn purse(&self) -> Purse {
        Purse { share: self.share, requests: self.requests() }
    }

    /// Requests of the account's quota that this request takes at most.
    fn requests(&self) -> u32 {
        match self.request.endpoint.rule() {
            Some(rule) if !self.is_staff() => rule.requests,
            _ => 1,
        }
    }

    /// The answer to a guest whose customer was created. If the record is new, it holds a
    /// capability for it.
    pub(super) fn created(
        &self,
        request: &Object,
        id: &Json,
        is_new: bool,
        at_ms: u64,
        context: &Context<'_, impl Platform>,
    ) -> Reply {
        let config = &context.gateway.config;
        let mut body = config.guest_fields.created(request, id);
        if let Some(id) = id.as_positive() {
            let expires = at_ms / 1000 + u64::from(config.capability_seconds);
            let microsite = self.request.microsite.clone();
            let capability = Capability { microsite, id, purpose: Purpose::Record, expires };
            // A repeated request is answered with the same capability as the first, while that is
            // valid.
            if is_new
                && context.now_ms / 1000 < expires
                && let Some(token) = config.keys.sign(&capability)
            {
                body.set("Capability", token);
            }
        }
        Reply::json(200, &body)
    }

    /// A record as the sender may see it.
    fn seen(&self, record: Object, context: &Context<'_, impl Platform>) -> Object {
        match self.role {
            Role::Staff => record,
            Role::Guest | Role::Own => context.gateway.config.guest_fields.view(&record),
        }
    }
}

impl Exchange {
    /// Goes on with the Setup, and has it fetched before if the cache has no fresh one.
    pub(super) fn need_setup(
        &mut self,
        permit: Permit,
        need: Need,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        let microsite = permit.request.microsite.clone();
        let wait = match context.gateway.setups.get(&microsite, context.now_ms) {
            Cached::Fresh(_) | Cached::Failed(_) => return self.use_setup(permit, need, context),
            Cached::Stale(_) => false,
            Cached::Missing => true,
        };
        Ok((State::FetchingSetup(permit, need), Output::FetchSetup { microsite, wait }))
    }

    /// Goes on with the Setup that the cache has, or refuses without one.
    pub(super) fn use_setup(
        &mut self,
        permit: Permit,
        need: Need,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        let setup = match self.setup(&permit, need.is_read(), context) {
            Ok(setup) => setup,
            Err(refusal) => return need.refuse(refusal),
        };
        match need {
            Need::Show => {
                let page = context.gateway.config.page(&permit.request.microsite);
                let zone = context.zone_and_day(&setup).map(|(zone, _)| zone);
                answer(Reply::json(200, &widget_setup(&setup, page.privacy.as_deref(), zone)))
            }
            Need::Create(creation) => match self.checked(&creation, &setup, context) {
                Ok(request) => {
                    self.call(permit, UpstreamCall::Create(request, creation.claim), context)
                }
                Err(refusal) => creation.refuse(refusal),
            },
            Need::Edit(id, changes) => {
                self.call(permit, UpstreamCall::ReadToEdit { id, changes, setup }, context)
            }
        }
    }

    fn setup(
        &mut self,
        permit: &Permit,
        is_read: bool,
        context: &mut Context<'_, impl Platform>,
    ) -> Result<Rc<Object>, Reply> {
        match context.gateway.setups.get(&permit.request.microsite, context.now_ms) {
            Cached::Fresh(setup) | Cached::Stale(setup) => Ok(setup),
            Cached::Failed(error) => {
                self.log_failure(&error);
                Err(if is_read { failure(&error, true) } else { Reply::nothing_changed() })
            }
            Cached::Missing => {
                // It was not asked for if the quota has no room.
                let checked = context.gateway.check_requests(permit.share, context.now_ms);
                checked.map_err(over_quota)?;
                Err(failure(&ErrorKind::Timeout.with(Outcome::NotSent), is_read))
            }
        }
    }

    /// The rules for what this guest writes at a restaurant.
    fn rules<'a, P: Platform>(
        &self,
        setup: &'a Object,
        context: &'a Context<'_, P>,
    ) -> GuestRules<'a, P> {
        GuestRules {
            fields: &context.gateway.config.guest_fields,
            setup,
            today: context.latest_day(),
            restaurant_day: context.zone_and_day(setup).map(|(_, day)| day),
            date_order: self.head.date_order.as_deref().and_then(Order::of_first),
            platform: context.platform,
        }
    }

    /// The request for a new customer, by the rules and with the guest's address.
    fn checked(
        &self,
        creation: &Creation,
        setup: &Object,
        context: &Context<'_, impl Platform>,
    ) -> Result<Object, Reply> {
        let refusal = |issues: Vec<Issue>| Reply::issues(&issues);
        let rules = self.rules(setup, context);
        let request = match &creation.content {
            Content::Record(record) => rules.create(record).map_err(refusal)?,
            Content::Form(posted) => {
                let record = form::request(&posted.fields, setup).map_err(refusal)?;
                let request = rules.create(&record).map_err(refusal)?;
                // A page may be sent twice: without a key that would create two customers.
                if creation.claim.is_none() {
                    return Err(bad_key());
                }
                request
            }
        };
        Ok(self.with_address(request))
    }

    /// Makes the first call of a request, if there is room for all its calls in the quota.
    pub(super) fn call(
        &mut self,
        permit: Permit,
        call: UpstreamCall,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        if permit.is_taken {
            return self.call_within_quota(permit, call, context);
        }
        let purse = permit.purse();
        let limit = self.due_limit(&permit, context).filter(|_| context.gateway.is_shared());
        let taken = match limit {
            // The shared state takes both at once.
            Some(_) => Err(Lack::Lease),
            None => context.gateway.take_requests(purse, context.now_ms),
        };
        match taken {
            Ok(()) => self.call_with(purse, permit, call, context),
            Err(Lack::Wait(wait_ms)) => call.refuse(over_quota(wait_ms)),
            Err(Lack::Lease) => {
                self.operation = Some(context.gateway.lease(purse, limit, context.now_ms));
                Ok((State::Leasing(permit, call), Output::Share { key: None, text: None }))
            }
        }
    }

    /// Goes on after the shared state was asked for requests.
    pub(super) fn leased(
        &mut self,
        permit: Permit,
        call: UpstreamCall,
        done: Done,
        context: &Context<'_, impl Platform>,
    ) -> Transition {
        match done {
            Done::Leased { wait_ms: None } => self.call_with(permit.purse(), permit, call, context),
            Done::Leased { wait_ms: Some(wait_ms) } => call.refuse(over_quota(wait_ms)),
            Done::OverLimit { wait_ms } => call.refuse(over_limit(wait_ms)),
            _ => call.refuse(Reply::nothing_changed()),
        }
    }

    /// Makes a call with the requests that were taken for it.
    fn call_with(
        &mut self,
        purse: Purse,
        permit: Permit,
        call: UpstreamCall,
        context: &Context<'_, impl Platform>,
    ) -> Transition {
        self.purse = Some(purse);
        let permit = Permit { is_limit_due: false, is_taken: true, ..permit };
        self.call_within_quota(permit, call, context)
    }

    /// Makes a call that the quota has room for.
    fn call_within_quota(
        &mut self,
        permit: Permit,
        call: UpstreamCall,
        context: &Context<'_, impl Platform>,
    ) -> Transition {
        let operation = call.operation();
        if context.gateway.is_locked_out(context.now_ms) {
            let error = ErrorKind::Http { status: 401 }.with(Outcome::NotSent);
            return call.refuse(failure(&error, operation.is_read()));
        }
        let microsite = permit.request.microsite.clone();
        // The guest's own client tries again. If both did, each attempt of the one would become
        // several of the other.
        let retry = permit.is_staff();
        Ok((State::Calling(permit, call), Output::Call { microsite, operation, retry }))
    }

    /// Goes on after a call.
    pub(super) fn called(
        &mut self,
        permit: Permit,
        call: UpstreamCall,
        result: Result<Json, ApiError>,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        let value = match result {
            Ok(value) => value,
            Err(error) => {
                self.log_failure(&error);
                context.gateway.note_failure(&error, context.now_ms);
                let refusal = refusal_of(&error, &permit, &call, context);
                return match call {
                    UpstreamCall::Create(_, claim) if error.outcome == Outcome::Unknown => {
                        settle_as_unknown(claim, refusal)
                    }
                    call => call.refuse(refusal),
                };
            }
        };
        match (call, value) {
            (UpstreamCall::ReadToEdit { id, changes, setup }, Json::Object(record)) => {
                self.edit(permit, id, &changes, &record, &setup, context)
            }
            (UpstreamCall::Create(request, claim), Json::Object(customer)) => {
                self.end_create(&permit, &request, claim, customer, context)
            }
            (UpstreamCall::Other(Operation::Setup), Json::Object(setup)) => {
                let microsite = &permit.request.microsite;
                context.gateway.take_setup(microsite, Ok(setup.clone().into()), context.now_ms);
                answer(Reply::json(200, &setup))
            }
            (UpstreamCall::Other(Operation::ScheduleDeletion { .. }), Json::Object(outcome)) => {
                let ids = |member| outcome.get(member).cloned().unwrap_or(Json::Null);
                let name = |name| context.gateway.config.names.get(name);
                let body = Object::new()
                    .with(name(Name::DeletedCustomerIds), ids("deleted"))
                    .with(name(Name::SkippedCustomerIds), ids("skipped"));
                answer(Reply::json(200, &body))
            }
            (UpstreamCall::Other(_), Json::Object(record)) => {
                answer(Reply::json(200, &permit.seen(record, context)))
            }
            (UpstreamCall::Other(_), _) => answer(Reply::empty()),
            // The client hands no record on that is not an object.
            (call, _) => call.end_as_unknown(),
        }
    }

    /// Answers a create that was made, after the claim has been told.
    fn end_create(
        &self,
        permit: &Permit,
        request: &Object,
        claim: Option<Claim>,
        customer: Object,
        context: &Context<'_, impl Platform>,
    ) -> Transition {
        let id = customer.get("Id").cloned().unwrap_or(Json::Null);
        let at_ms = claim.as_ref().map_or(self.at_ms, |claim| claim.at_ms);
        let is_new = guest::is_new(request, &customer, self.at_ms, context.now_ms);
        let reply = match permit.role {
            Role::Staff => Reply::json(200, &customer),
            Role::Guest | Role::Own => permit.created(request, &id, is_new, at_ms, context),
        };
        let Some(claim) = claim else { return answer(reply) };
        let text = match id.as_i32() {
            Some(id) => claim.done(id, is_new, &context.gateway.config.keys),
            None => claim.unknown(),
        };
        settle(claim, Some(text), reply)
    }

    /// Writes what a guest has changed of the own record and nothing else: the rest is carried back
    /// as it was read.
    fn edit(
        &mut self,
        permit: Permit,
        id: i32,
        changes: &Object,
        record: &Object,
        setup: &Object,
        context: &Context<'_, impl Platform>,
    ) -> Transition {
        let rules = self.rules(setup, context);
        let patch = rules.changes(changes, record).map_err(|issues| Reply::issues(&issues))?;
        if patch.is_empty() {
            return answer(Reply::json(200, &rules.fields.view(record)));
        }
        let patch = self.with_address(patch);
        let edit = Operation::Edit { id, patch, append_comment: None };
        self.call_within_quota(permit, UpstreamCall::Other(edit), context)
    }

    fn log_failure(&mut self, error: &ApiError) {
        self.log.upstream = Some(UpstreamFailure { code: error.code(), status: error.status() });
    }

    /// Adds the guest's address, which is part of the proof of consent.
    fn with_address(&self, written: Object) -> Object {
        match self.address() {
            Some(address) => written.with("IpAddress", address.to_string()),
            None => written,
        }
    }
}

/// The answer to a call that has failed. Hides issues with fields that the guest can neither see
/// nor change.
fn refusal_of(
    error: &ApiError,
    permit: &Permit,
    call: &UpstreamCall,
    context: &Context<'_, impl Platform>,
) -> Reply {
    match (&error.kind, call) {
        (ErrorKind::Validation { issues, .. }, UpstreamCall::Other(Operation::Edit { .. }))
            if !permit.is_staff() && error.outcome != Outcome::Unknown =>
        {
            let fields = &context.gateway.config.guest_fields;
            let are_guests = issues.iter().all(|issue| fields.has_member(issue.field));
            if are_guests { failure(error, false) } else { Reply::nothing_changed() }
        }
        _ => failure(error, call.operation().is_read()),
    }
}

pub(super) fn over_quota(wait_ms: u64) -> Reply {
    Reply::too_many_requests(wait_ms).because(RefusalReason::Quota)
}
