//! What a request says: its body, held to what its sender may write.

use super::{Exchange, Next, for_something_else};
use crate::client::Operation;
use crate::gateway::Gateway;
use crate::gateway::policy::{Kind, Scope};
use crate::gateway::reply::Reply;
use crate::issue::{Code, Issue};
use crate::json::{Json, Object};
use crate::names::{APPEND_COMMENTS, CUSTOMER_OPTIONS, Name};
use crate::platform::Platform;

/// What is unsubscribed from where nobody says what. A guess, as all values of this enumeration are.
const ALL_MODES: &str = "All";
/// The longest such value that a guest may send.
const MODE_MAX: usize = 32;

impl Exchange {
    pub(super) fn read(
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

    pub(super) fn read_operation(&self, gateway: &Gateway, kind: Kind) -> Result<Operation, Reply> {
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

    pub(super) fn unsubscription(&self, ids: Vec<i32>, mode: Option<String>) -> Operation {
        let ip_address = self.address().map(|address| address.to_string());
        Operation::Unsubscribe {
            ids,
            mode: mode.or_else(|| Some(ALL_MODES.to_owned())),
            ip_address,
        }
    }
}

fn not_writable() -> Reply {
    Reply::issues(&[Issue::error(Code::NotWritable, "request")])
}
