//! What a request says: its body, held to what its sender may write.

use super::once::idempotency_key;
use super::state::{Content, Creation, Need, Permit, UpstreamCall, Write};
use super::{Context, Exchange, Transition, for_something_else};
use crate::client::Operation;
use crate::gateway::config::Config;
use crate::gateway::reply::Reply;
use crate::issue::{Code, Issue};
use crate::json::{Json, Object};
use crate::names::{APPEND_COMMENTS, CUSTOMER_OPTIONS, Name};
use crate::platform::Platform;

/// What a guest is unsubscribed from if the request does not say. A guess, as all values of this
/// enumeration are.
const ALL_MODES: &str = "All";
/// The longest such value that a guest may send.
const MODE_MAX: usize = 32;

impl Permit {
    /// The operation of the request, with its arguments from the body.
    pub(super) fn operation(&self, body: &Object, config: &Config) -> Result<Operation, Reply> {
        self.request.operation(body, config).map_err(|issues| Reply::issues(&issues))
    }
}

impl Exchange {
    /// Takes the body.
    pub(super) fn read(
        &mut self,
        permit: Permit,
        write: Write,
        bytes: &[u8],
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        match write {
            Write::CreateByForm => self.read_form(permit, bytes, context),
            Write::Create => {
                let record = json(bytes)?;
                check_writable(&record, context)?;
                self.admit(permit, Content::Record(record), context)
            }
            Write::OwnRecord(id) => {
                let changes = without_what_clients_carry(json(bytes)?, id)?;
                check_writable(&changes, context)?;
                idempotency_key(self.head.idempotency_key.as_deref())?;
                self.need_setup(permit, Need::Edit(id, changes), context)
            }
            Write::OwnUnsubscription(id) => {
                let body = json(bytes)?;
                let operation =
                    self.own_unsubscription(&permit, id, &body, &context.gateway.config)?;
                self.call(permit, UpstreamCall::Other(operation), context)
            }
            // Staff write records as they are: an edit carries back what was stored before there
            // were these rules.
            Write::Anything => {
                let body = json(bytes)?;
                if permit.request.endpoint.is_create() {
                    return self.claim(permit, Content::Record(body), context);
                }
                idempotency_key(self.head.idempotency_key.as_deref())?;
                let operation = permit.operation(&body, &context.gateway.config)?;
                self.call(permit, UpstreamCall::Other(operation), context)
            }
        }
    }

    /// Goes on with a create after its claim: staff's as it is, a guest's by the rules and the
    /// restaurant's Setup.
    pub(super) fn create(
        &mut self,
        permit: Permit,
        creation: Creation,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        match creation {
            Creation { content: Content::Record(request), claim } if permit.is_staff() => {
                self.call(permit, UpstreamCall::Create(request, claim), context)
            }
            creation => self.need_setup(permit, Need::Create(creation), context),
        }
    }

    /// Unsubscribes the guest's own record; any other Id is refused. The gateway fills in the
    /// address.
    fn own_unsubscription(
        &self,
        permit: &Permit,
        id: i32,
        body: &Object,
        config: &Config,
    ) -> Result<Operation, Reply> {
        let name = |name| config.names.get(name);
        let known = [name(Name::CustomerIds), name(Name::MarketingCommunicationMode)];
        if body.iter().any(|(member, _)| !known.contains(&member)) {
            return Err(not_writable());
        }
        let Operation::Unsubscribe { ids, mode, .. } = permit.operation(body, config)? else {
            return Err(Reply::nothing_changed());
        };
        if ids != [id] {
            return Err(for_something_else());
        }
        let is_word = |mode: &String| {
            (1..=MODE_MAX).contains(&mode.len())
                && mode.bytes().all(|byte| byte.is_ascii_alphabetic())
        };
        if mode.as_ref().is_some_and(|mode| !is_word(mode)) {
            return Err(not_writable());
        }
        Ok(self.unsubscription(id, mode))
    }

    /// The unsubscription of one record, with the guest's address.
    pub(super) fn unsubscription(&self, id: i32, mode: Option<String>) -> Operation {
        Operation::Unsubscribe {
            ids: vec![id],
            mode: mode.or_else(|| Some(ALL_MODES.to_owned())),
            ip_address: self.address().map(|address| address.to_string()),
        }
    }
}

fn json(bytes: &[u8]) -> Result<Object, Reply> {
    match core::str::from_utf8(bytes).map(Json::parse) {
        Ok(Ok(Json::Object(body))) => Ok(body),
        _ => Err(Reply::refusal(400, "The body takes one JSON object.")),
    }
}

/// Refuses members that are not the guest's, before anything is asked for: no Setup can make them
/// right.
fn check_writable(record: &Object, context: &Context<'_, impl Platform>) -> Result<(), Reply> {
    let refused = context.gateway.config.guest_fields.not_writable(record);
    if refused.is_empty() { Ok(()) } else { Err(Reply::issues(&refused)) }
}

/// The guest's changes without what a client that has read the record sends along: its Id, and that
/// comments are to be kept. Both may only say what is so anyway.
fn without_what_clients_carry(mut changes: Object, id: i32) -> Result<Object, Reply> {
    let keeps_comments = Json::from(Object::new().with(APPEND_COMMENTS, false));
    let is_own = changes.remove("Id").is_none_or(|sent| sent.as_i32() == Some(id));
    let is_kept = changes.remove(CUSTOMER_OPTIONS).is_none_or(|options| options == keeps_comments);
    if is_own && is_kept { Ok(changes) } else { Err(not_writable()) }
}

fn not_writable() -> Reply {
    Reply::issues(&[Issue::error(Code::NotWritable, "request")])
}
