//! Once, and once only: a create that has an `Idempotency-Key`.

use super::{Exchange, Next, State, Step, latest_day};
use crate::client::Operation;
use crate::gateway::Gateway;
use crate::gateway::guest;
use crate::gateway::idempotency::{self, Claim, Known};
use crate::gateway::policy::{Kind, Role};
use crate::gateway::reply::Reply;
use crate::json::{Json, Object};
use crate::platform::Platform;

/// How soon to ask again for what another request is at.
const PENDING_SECONDS: u64 = 2;

impl Exchange {
    /// Takes the claim of a create that has an `Idempotency-Key`, and goes on. Before the rules: what was created once
    /// is not refused when it is repeated, because a wording has changed since.
    pub(super) fn claim(
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

    pub(super) fn idempotency_key(&self) -> Result<Option<&str>, Reply> {
        let header = self.head.idempotency_key.as_deref();
        header.map(|header| idempotency::key(header).ok_or_else(bad_key)).transpose()
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

    pub(super) fn recalled(
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
    pub(super) fn settle(
        &mut self,
        reply: Reply,
        text: impl FnOnce(&Claim) -> Option<String>,
    ) -> Next {
        let Some(claim) = self.claim.take() else { return Err(reply) };
        let text = text(&claim);
        self.state = State::Storing(reply);
        Ok(Step::Store { place: claim.place, text })
    }
}

pub(super) fn bad_key() -> Reply {
    Reply::refusal(
        400,
        "Send an Idempotency-Key of 16 to 128 letters, digits and -._~:+/=, such as a random UUID.",
    )
}
