//! What the remote API is asked, and what its answers come to.

use super::once::bad_key;
use super::{Exchange, Next, State, Step, latest_day};
use crate::client::Operation;
use crate::client::error::{ApiError, ErrorKind, Outcome};
use crate::gateway::Gateway;
use crate::gateway::budget::Who;
use crate::gateway::capability::{Capability, Purpose};
use crate::gateway::form;
use crate::gateway::guest::{self, Judge};
use crate::gateway::idempotency::Claim;
use crate::gateway::pages::Page;
use crate::gateway::policy::{self, Kind, Role, Scope};
use crate::gateway::reply::{Refused, Reply, failure};
use crate::gateway::routes::Place;
use crate::gateway::setups::Look;
use crate::issue::Issue;
use crate::json::{Json, Object};
use crate::names::Name;
use crate::platform::Platform;

impl Exchange {
    /// Goes on with the Setup, once there is one.
    pub(super) fn need_setup(
        &mut self,
        gateway: &mut Gateway,
        now_ms: u64,
        platform: &impl Platform,
    ) -> Next {
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

    pub(super) fn with_setup(
        &mut self,
        gateway: &mut Gateway,
        now_ms: u64,
        platform: &impl Platform,
    ) -> Next {
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

    /// Goes on with what was read: a guest's record by the restaurant's Setup, all else as it is.
    pub(super) fn proceed(
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

    /// Makes a call, if there is room for it in the budget. Once for a request, with all its calls.
    pub(super) fn call(
        &mut self,
        gateway: &mut Gateway,
        operation: Operation,
        now_ms: u64,
    ) -> Next {
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

    pub(super) fn called(
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
    pub(super) fn created(
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

    /// What a guest writes, with where from: the record of the consents in it.
    fn with_address(&self, written: Object) -> Object {
        match self.address() {
            Some(address) => written.with("IpAddress", address.to_string()),
            None => written,
        }
    }
}

fn over_budget(wait_ms: u64) -> Reply {
    Reply::too_many(wait_ms).because(Refused::Budget)
}
