//! The account's token in the shared state: one gateway signs in for all.

use serde::{Deserialize, Serialize};

use super::swap::{Entry, Swap, Swapped, Trouble};
use super::{Done, Shared, Step, VERSION, is_ours};

/// How long one gateway may take to sign in before another does.
const SIGNING_IN_MS: u64 = 15_000;
/// The first pause of those who wait; each that follows is half as long again.
const PAUSE_MS: u32 = 50;
const PAUSE_MAX_MS: u32 = 1000;
const TRIES: u32 = 5;
/// How long a text is kept that has no end of its own, in seconds.
const SECONDS_MAX: u64 = 86_400;

/// The text of the token.
#[derive(Serialize, Deserialize)]
struct Text {
    v: u32,
    /// The token, sealed, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Sealed>,
    /// Who signs in, and until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(default)]
    until: u64,
}

/// A token as the shared state has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Sealed {
    /// Differs for each token that was published, also where the remote API gives the same again.
    id: String,
    /// The sealed token: see `pkg/lib/gateway/shared.js`.
    sealed: String,
    /// When another token is due, by the shared state's clock.
    renew: u64,
}

/// Finds a token that all may use, or the right to sign in.
pub(super) struct Asking {
    /// The token that this gateway has used last, which is refused or too old.
    old: Option<String>,
    pause_ms: u32,
    tries: u32,
    /// When it was found first that another gateway signs in, by this process' clock.
    waits_since_ms: Option<u64>,
    /// True if the swap under way takes the right to sign in; false if it only reads.
    is_taking: bool,
}

impl Asking {
    pub(super) fn new(old: Option<String>) -> Self {
        Self { old, pause_ms: PAUSE_MS, tries: 0, waits_since_ms: None, is_taking: false }
    }

    pub(super) fn begin(&mut self, shared: &mut Shared, now_ms: u64) -> Step {
        if !shared.health.may_ask(now_ms) {
            return Step::Done(Done::SignIn);
        }
        self.is_taking = false;
        let entries = vec![Entry::read(shared.names.token())];
        Step::Swap(Swap { entries, durable: false })
    }

    pub(super) fn swapped(&mut self, shared: &mut Shared, reply: Swapped, now_ms: u64) -> Step {
        let time_ms = shared.clock.now(now_ms);
        if self.is_taking && reply.is_done {
            return Step::Done(Done::SignIn);
        }
        let found = reply.texts.into_iter().next().flatten();
        let read = match found.as_deref() {
            Some(text) if !is_ours(text) => {
                shared.note_trouble(Trouble::Version, now_ms);
                return Step::Done(Done::SignIn);
            }
            // A damaged text counts as none.
            Some(text) => serde_json::from_str::<Text>(text).ok(),
            None => None,
        };
        let (token, by, until) =
            read.map_or((None, None, 0), |text| (text.token, text.by, text.until));
        if let Some(token) = token.filter(|token| Some(&token.id) != self.old.as_ref())
            && token.renew > time_ms
        {
            let renew_at_ms = shared.clock.local(token.renew);
            return Step::Done(Done::Token { id: token.id, sealed: token.sealed, renew_at_ms });
        }
        let is_others = by.is_some_and(|by| by != shared.process);
        let since_ms = *self.waits_since_ms.get_or_insert(now_ms);
        // Where sign-ins hang, the gateways would otherwise wait for one another in a row.
        let is_patient = now_ms.saturating_sub(since_ms) < SIGNING_IN_MS;
        // Gateways' estimates of the time differ a little. Far later is the time of another clock.
        let is_right = until > time_ms && until <= time_ms + 2 * SIGNING_IN_MS;
        if is_others && is_patient && is_right {
            let ms = self.pause_ms;
            self.pause_ms = (ms + ms / 2).min(PAUSE_MAX_MS);
            return Step::Wait { ms };
        }
        self.tries += 1;
        if self.tries > TRIES {
            return Step::Done(Done::SignIn);
        }
        self.is_taking = true;
        let seconds = SIGNING_IN_MS.div_ceil(1000) as u32;
        let (by, until) = (Some(shared.process.clone()), time_ms + SIGNING_IN_MS);
        let text = Text { v: VERSION, token: None, by, until };
        let text = serde_json::to_string(&text).unwrap_or_default();
        let entry = Entry::replace(shared.names.token(), found, Some(text), seconds);
        Step::Swap(Swap { entries: vec![entry], durable: false })
    }

    pub(super) fn failed(&mut self) -> Step {
        Step::Done(Done::SignIn)
    }
}

/// Gives a token to all, or gives the right to sign in back.
pub(super) struct Telling {
    token: Option<Sealed>,
}

impl Telling {
    /// `renew_at_ms` is by this process' clock.
    pub(super) fn token(shared: &Shared, id: String, sealed: String, renew_at_ms: u64) -> Self {
        let renew = shared.clock.shared(renew_at_ms);
        Self { token: Some(Sealed { id, sealed, renew }) }
    }

    pub(super) fn nothing() -> Self {
        Self { token: None }
    }

    pub(super) fn begin(&mut self, shared: &mut Shared, now_ms: u64) -> Step {
        if !shared.health.may_ask(now_ms) {
            return Step::Done(Done::Settled);
        }
        let time_ms = shared.clock.now(now_ms);
        let renew = self.token.as_ref().map_or(time_ms, |token| token.renew);
        let seconds = (renew.saturating_sub(time_ms) / 1000).clamp(1, SECONDS_MAX);
        let text = Text { v: VERSION, token: self.token.take(), by: None, until: 0 };
        let text = serde_json::to_string(&text).unwrap_or_default();
        let entry = Entry::put(shared.names.token(), text, u32::try_from(seconds).unwrap_or(1));
        Step::Swap(Swap { entries: vec![entry], durable: false })
    }
}
