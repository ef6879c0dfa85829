//! The restaurants' Setups in the shared state: one gateway fetches for all.

use serde::{Deserialize, Serialize};

use super::swap::{Entry, Swap, Swapped, Trouble};
use super::{Done, Shared, Step, VERSION, is_ours};

/// How long one gateway may take to fetch a Setup before another does.
const FETCHING_MS: u64 = 15_000;
/// The first pause of those who wait; each that follows is half as long again.
const PAUSE_MS: u32 = 50;
const PAUSE_MAX_MS: u32 = 500;
const TRIES: u32 = 5;
/// A longer Setup is not shared: engines take texts up to 60,000 bytes.
const TEXT_MAX: usize = 59_000;

/// The text of a Setup.
#[derive(Serialize, Deserialize)]
struct Text {
    v: u32,
    /// When it was fetched.
    #[serde(default)]
    at: u64,
    /// The Setup, as the text of an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    setup: Option<String>,
    /// Who fetches a new one, and until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(default)]
    until: u64,
}

/// Finds a newer Setup than the process' own copy, or the right to fetch one.
pub(super) struct Looking {
    microsite: String,
    /// When the own copy was fetched, by this process' clock.
    own_at_ms: Option<u64>,
    fresh_ms: u64,
    /// How long the texts are kept, in seconds.
    seconds: u32,
    pause_ms: u32,
    tries: u32,
    /// True if the swap under way takes the right to fetch; false if it only reads.
    is_taking: bool,
}

impl Looking {
    pub(super) fn new(
        microsite: String,
        own_at_ms: Option<u64>,
        fresh_ms: u64,
        seconds: u32,
    ) -> Self {
        let (pause_ms, tries, is_taking) = (PAUSE_MS, 0, false);
        Self { microsite, own_at_ms, fresh_ms, seconds, pause_ms, tries, is_taking }
    }

    pub(super) fn begin(&mut self, shared: &mut Shared, now_ms: u64) -> Step {
        if !shared.health.may_ask(now_ms) {
            return Step::Done(Done::Fetch);
        }
        self.is_taking = false;
        let entries = vec![Entry::read(shared.names.setup(&self.microsite))];
        Step::Swap(Swap { entries, durable: false })
    }

    pub(super) fn swapped(&mut self, shared: &mut Shared, reply: Swapped, now_ms: u64) -> Step {
        if self.is_taking && reply.is_done {
            return Step::Done(Done::Fetch);
        }
        let time_ms = shared.clock.now(now_ms);
        let found = reply.texts.into_iter().next().flatten();
        let read = match found.as_deref() {
            Some(text) if !is_ours(text) => {
                shared.note_trouble(Trouble::Version, now_ms);
                return Step::Done(Done::Fetch);
            }
            Some(text) => serde_json::from_str::<Text>(text).ok(),
            None => None,
        };
        let read = read.unwrap_or(Text { v: VERSION, at: 0, setup: None, by: None, until: 0 });
        let age_ms = time_ms.saturating_sub(read.at);
        if let Some(setup) = &read.setup
            && age_ms < self.fresh_ms
        {
            let (microsite, at_ms) = (self.microsite.clone(), now_ms.saturating_sub(age_ms));
            return Step::Done(Done::Setup { microsite, setup: setup.clone(), at_ms });
        }
        let is_others = read.by.as_ref().is_some_and(|by| *by != shared.process);
        // Gateways' estimates of the time differ a little. Far later is the time of another clock.
        if is_others && read.until > time_ms && read.until <= time_ms + 2 * FETCHING_MS {
            if self.own_at_ms.is_some() {
                shared.looked.insert(self.microsite.clone(), now_ms);
                return Step::Done(Done::OthersFetch);
            }
            if let Some(setup) = read.setup {
                let (microsite, at_ms) = (self.microsite.clone(), now_ms.saturating_sub(age_ms));
                return Step::Done(Done::Setup { microsite, setup, at_ms });
            }
            let ms = self.pause_ms;
            self.pause_ms = (ms + ms / 2).min(PAUSE_MAX_MS);
            return Step::Wait { ms };
        }
        self.tries += 1;
        if self.tries > TRIES {
            return Step::Done(Done::Fetch);
        }
        self.is_taking = true;
        let by = Some(shared.process.clone());
        let text = Text { by, until: time_ms + FETCHING_MS, ..read };
        let text = serde_json::to_string(&text).unwrap_or_default();
        let key = shared.names.setup(&self.microsite);
        let entry = Entry::replace(key, found, Some(text), self.seconds);
        Step::Swap(Swap { entries: vec![entry], durable: false })
    }

    pub(super) fn failed(&mut self) -> Step {
        Step::Done(Done::Fetch)
    }
}

/// Gives a Setup to all, or gives the right to fetch it back.
pub(super) struct Telling {
    microsite: String,
    /// The Setup, and when it was fetched, by this process' clock.
    setup: Option<(String, u64)>,
    seconds: u32,
}

impl Telling {
    pub(super) fn new(microsite: String, setup: Option<(String, u64)>, seconds: u32) -> Self {
        Self { microsite, setup, seconds }
    }

    pub(super) fn begin(&mut self, shared: &mut Shared, now_ms: u64) -> Step {
        if !shared.health.may_ask(now_ms) {
            return Step::Done(Done::Settled);
        }
        let setup = self.setup.take();
        let at = setup.as_ref().map_or(0, |(_, at_ms)| shared.clock.shared(*at_ms));
        let text = |setup| {
            let text = Text { v: VERSION, at, setup, by: None, until: 0 };
            serde_json::to_string(&text).unwrap_or_default()
        };
        // Where the fetch has failed, the old copy is not put back: each gateway has its own.
        let whole = text(setup.map(|(setup, _)| setup));
        let text = if whole.len() > TEXT_MAX { text(None) } else { whole };
        let entry = Entry::put(shared.names.setup(&self.microsite), text, self.seconds);
        Step::Swap(Swap { entries: vec![entry], durable: false })
    }
}
