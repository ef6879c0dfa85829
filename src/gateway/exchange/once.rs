//! A create that has an `Idempotency-Key` happens once.

use super::admission::{cost, over_limit};
use super::state::{Content, Creation, Permit, State, UpstreamCall};
use super::upstream::over_quota;
use super::{Context, Exchange, Output, Transition, answer};
use crate::client::Operation;
use crate::gateway::guest;
use crate::gateway::idempotency::{self, Claim, Earlier};
use crate::gateway::limits::rate::RateKey;
use crate::gateway::reply::Reply;
use crate::gateway::shared::Done;
use crate::json::{Json, Object};
use crate::platform::Platform;

/// When to ask again for a create that another request makes, in seconds.
const PENDING_SECONDS: u64 = 2;

impl Exchange {
    /// Takes the claim of a create that has an `Idempotency-Key`, and goes on. This comes before
    /// the rules: a repeated request is not refused because the restaurant has changed a wording
    /// since the customer was created.
    pub(super) fn claim(
        &mut self,
        permit: Permit,
        content: Content,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        let Some(claim) = self.own_claim(&permit, &content, context)? else {
            return self.create(permit, Creation { content, claim: None }, context);
        };
        let limit = self.due_limit(&permit, context);
        let purse = permit.purse();
        if let Some((operation, text)) = context.gateway.claim(&claim, purse, limit, context.now_ms)
        {
            self.operation = Some(operation);
            let output = Output::Share { key: Some(claim.store_key.clone()), text: Some(text) };
            return Ok((State::Claiming(permit, content, claim), output));
        }
        let output = Output::Claim { key: claim.store_key.clone(), text: claim.pending() };
        Ok((State::Claiming(permit, content, claim), output))
    }

    /// Refuses a create that was not admitted, unless it was admitted before: a token of a
    /// challenge works once, so that a request which is sent again, because its answer was lost,
    /// has a token that is used up. What became of the first one is the answer then.
    pub(super) fn recall(
        &mut self,
        permit: Permit,
        content: Content,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        // The address is counted for it all the same, though there is no claim to count it with.
        if let Some((guest, cost)) = self.due_limit(&permit, context) {
            context.gateway.count_later(guest, cost, context.now_ms);
        }
        let claim = self.own_claim(&permit, &content, context)?.ok_or_else(Reply::not_admitted)?;
        if let Some(operation) = context.gateway.recall(&claim, context.now_ms) {
            self.operation = Some(operation);
            let output = Output::Share { key: None, text: None };
            return Ok((State::Recalling(permit, content, claim), output));
        }
        let output = Output::Claim { key: claim.store_key.clone(), text: claim.pending() };
        Ok((State::Recalling(permit, content, claim), output))
    }

    /// Goes on after the store has been asked for an earlier create: without one, the claim is
    /// given back.
    pub(super) fn recalled(
        &mut self,
        permit: Permit,
        content: Content,
        claim: Claim,
        found: Option<String>,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        match found {
            Some(found) => self.repeated(permit, &content, &claim, &found, context),
            None => release(Some(claim), Reply::not_admitted()),
        }
    }

    /// The claim that a create with an `Idempotency-Key` takes; `None` for one without.
    fn own_claim(
        &self,
        permit: &Permit,
        content: &Content,
        context: &Context<'_, impl Platform>,
    ) -> Result<Option<Claim>, Reply> {
        let claim = self.key(content)?.map(|key| {
            let request = normalised(permit, content, context);
            let at_ms = context.gateway.shared_time(self.at_ms);
            Claim::new(key, &permit.request.microsite, &permit.role, &request, at_ms)
        });
        Ok(claim)
    }

    /// The `Idempotency-Key` of a create.
    pub(super) fn key<'a>(&'a self, content: &'a Content) -> Result<Option<&'a str>, Reply> {
        idempotency_key(match content {
            Content::Record(_) => self.head.idempotency_key.as_deref(),
            Content::Form(posted) => posted.key.as_deref(),
        })
    }

    /// Goes on after the shared state was asked for the claim of a create that was not admitted.
    pub(super) fn shared_recalled(
        &mut self,
        permit: Permit,
        content: Content,
        claim: Claim,
        done: Done,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        match done {
            Done::Found { text } => self.repeated(permit, &content, &claim, &text, context),
            Done::NotFound { .. } => Err(Reply::not_admitted()),
            _ => Err(Reply::nothing_changed()),
        }
    }

    /// The limit that the shared state has still to count for a request.
    pub(super) fn due_limit(
        &self,
        permit: &Permit,
        context: &Context<'_, impl Platform>,
    ) -> Option<(RateKey<'static>, u32)> {
        let guest = RateKey::Guest(self.address());
        let is_due = permit.is_limit_due && self.has_limit(guest, context);
        is_due.then(|| (guest, cost(permit.request.endpoint)))
    }

    /// Goes on after the shared state was asked for the claim.
    pub(super) fn shared_claimed(
        &mut self,
        permit: Permit,
        content: Content,
        claim: Claim,
        done: Done,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        match done {
            Done::Claimed { wait_ms: None } => {
                self.purse = Some(permit.purse());
                let permit = Permit { is_limit_due: false, is_taken: true, ..permit };
                self.claimed(permit, content, claim, None, context)
            }
            Done::Claimed { wait_ms: Some(wait_ms) } => release(Some(claim), over_quota(wait_ms)),
            Done::Found { text } => {
                let permit = Permit { is_limit_due: false, ..permit };
                self.claimed(permit, content, claim, Some(text), context)
            }
            Done::NotFound { wait_ms } => Err(over_quota(wait_ms)),
            Done::OverLimit { wait_ms } => Err(over_limit(wait_ms)),
            _ => Err(Reply::nothing_changed()),
        }
    }

    /// Goes on after the store has taken the claim, or has found an earlier one.
    pub(super) fn claimed(
        &mut self,
        permit: Permit,
        content: Content,
        claim: Claim,
        found: Option<String>,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        let Some(found) = found else {
            return self.create(permit, Creation { content, claim: Some(claim) }, context);
        };
        self.repeated(permit, &content, &claim, &found, context)
    }

    /// Answers a create whose claim another request holds, with the text that was `found`. This one
    /// stores nothing.
    fn repeated(
        &mut self,
        permit: Permit,
        content: &Content,
        claim: &Claim,
        found: &str,
        context: &mut Context<'_, impl Platform>,
    ) -> Transition {
        let now_ms = context.gateway.shared_time(context.now_ms);
        match claim.compare(found, &context.gateway.config.keys, now_ms) {
            // Staff were answered with the record itself.
            Earlier::Done { id, .. } if permit.is_staff() => {
                self.call(permit, UpstreamCall::Other(Operation::Get { id }), context)
            }
            Earlier::Done { id, at_ms, is_new } => {
                let request = normalised(&permit, content, context);
                answer(permit.created(&request, &Json::from(id), is_new, at_ms, context))
            }
            Earlier::Pending => Err(Reply::refusal(
                409,
                "The first request with this Idempotency-Key is still under way.",
            )
            .retry_after(PENDING_SECONDS)),
            Earlier::Unknown => Err(Reply::not_confirmed()),
            Earlier::OtherRequest => {
                Err(Reply::refusal(422, "This Idempotency-Key was used for another request."))
            }
        }
    }
}

/// The details of a customer in one form, so that the same details have the same fingerprint
/// however they are written. Staff's stay as they are. So do those of a page, which posts the same
/// text when it is sent again.
fn normalised(permit: &Permit, content: &Content, context: &Context<'_, impl Platform>) -> Object {
    match content {
        Content::Form(posted) => posted.fields.clone(),
        Content::Record(record) if permit.is_staff() => record.clone(),
        Content::Record(record) => {
            guest::normalised(record, context.latest_day(), context.platform)
        }
    }
}

/// The `Idempotency-Key` in a header or a hidden field. Returns `None` if there is none.
pub(super) fn idempotency_key(text: Option<&str>) -> Result<Option<&str>, Reply> {
    text.map(|text| idempotency::key(text).ok_or_else(bad_key)).transpose()
}

pub(super) fn bad_key() -> Reply {
    Reply::refusal(
        400,
        "Send an Idempotency-Key of 16 to 128 letters, digits and -._~:+/=, such as a random UUID.",
    )
}

/// Has the store put `text` in the claim's place, or delete the claim without a text; then answers.
pub(super) fn settle(claim: Claim, text: Option<String>, reply: Reply) -> Transition {
    Ok((State::Storing(reply), Output::Store { key: claim.store_key, text }))
}

/// Ends a request whose exchange was lost with its instance of the module. `claim` is the key and
/// the text of the claim that it holds.
pub(super) fn lost(is_sent: bool, is_read: bool, claim: Option<(String, String)>) -> Transition {
    let reply = match (is_sent, is_read) {
        (true, _) => Reply::not_confirmed(),
        (false, true) => Reply::unread(),
        (false, false) => Reply::nothing_changed(),
    };
    match claim {
        Some((key, pending)) => {
            let text = is_sent.then(|| idempotency::unknown(&pending));
            Ok((State::Storing(reply), Output::Store { key, text }))
        }
        None => Err(reply),
    }
}

/// Refuses a create that was not made, and gives its claim back if it has one.
pub(super) fn release(claim: Option<Claim>, reply: Reply) -> Transition {
    match claim {
        Some(claim) => settle(claim, None, reply),
        None => Err(reply),
    }
}

/// Refuses a create that may have been made, and keeps others from trying it again if it has a
/// claim.
pub(super) fn settle_as_unknown(claim: Option<Claim>, reply: Reply) -> Transition {
    match claim {
        Some(claim) => {
            let text = claim.unknown();
            settle(claim, Some(text), reply)
        }
        None => Err(reply),
    }
}
