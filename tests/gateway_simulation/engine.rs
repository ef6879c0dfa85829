//! A model of a shared engine: one verb, and the promises and failures of the engines that there
//! are.

use std::collections::{BTreeMap, VecDeque};

use crate::dice::Dice;
use crate::time::Clock;

/// What an engine promises for a write that it has confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// It is there after every failure: PostgreSQL, Durable Objects, Deno KV, SQLite, one Redis
    /// with `appendfsync always`.
    Keeps,
    /// It is gone if the server is killed: one Redis without a file.
    Forgets,
    /// The newest writes are gone if a replica takes over, but for those that asked to be durable:
    /// Redis with a replica.
    Replicates,
}

/// One entry of a swap, as in `SharedEntry` of the package.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// What must be there; `Some(None)` if nothing may be. Without it, whatever is there.
    pub expected: Option<Option<String>>,
    /// What to put there; `Some(None)` to delete it. Without it, it is only read.
    pub text: Option<Option<String>>,
    /// How long it is kept.
    pub seconds: u32,
}

/// What a swap came to.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Whether everything was as expected, and so was written.
    pub is_done: bool,
    /// What was there before.
    pub texts: Vec<Option<String>>,
    /// The engine's own clock.
    pub now_ms: u64,
}

/// What becomes of a swap that has reached a server, and how many milliseconds later.
pub enum Outcome {
    /// The server answers.
    Answers(Reply, u64),
    /// The server says that it has failed. It may have written.
    Fails(u64),
    /// Nothing is heard of it again.
    Silence,
}

/// What is wrong with a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    #[default]
    Well,
    /// It refuses connections.
    Refuses,
    /// It takes everything and answers nothing.
    Hangs,
    /// It takes up to this many milliseconds for a swap.
    Slow(u64),
    /// It answers what reads, and refuses what writes: its disk or its memory is full.
    Full,
}

/// A server with the entries that it holds.
#[derive(Clone, Default)]
struct Server {
    /// Text, and when it expires by this server's clock.
    entries: BTreeMap<String, (String, u64)>,
    clock: Clock,
    state: State,
}

/// A write on its way from the primary to the replica.
struct Behind {
    /// When it arrives, in true time.
    at_ms: u64,
    key: String,
    entry: Option<(String, u64)>,
}

/// A seeded fault in the model, to show that a property can fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Defect {
    /// None.
    #[default]
    None,
    /// It does not compare: each swap is done.
    ComparesNothing,
    /// It does not wait for the replica, though it was asked to.
    WaitsForNobody,
}

/// How long a durable write waits for the replica.
const WAIT_MS: u64 = 1000;

/// The engine: its primary and, if it replicates, its replica.
pub struct Engine {
    /// What it promises.
    pub promise: Promise,
    /// What is wrong with the model itself.
    pub defect: Defect,
    servers: [Server; 2],
    /// Which server is the primary.
    pub primary: usize,
    /// The writes that the replica has not yet.
    behind: VecDeque<Behind>,
    /// The longest time by which the replica lags.
    lag_ms: u64,
    /// False while the replica gets nothing.
    pub is_linked: bool,
    /// Swaps that were carried out, whether they wrote or not.
    pub swaps: u64,
    /// Writes that were confirmed and are gone.
    pub lost_writes: u64,
}

impl Engine {
    /// An engine whose servers have these clocks.
    pub fn new(promise: Promise, clocks: [Clock; 2], lag_ms: u64) -> Self {
        Self {
            promise,
            defect: Defect::None,
            servers: clocks.map(|clock| Server { clock, ..Server::default() }),
            primary: 0,
            behind: VecDeque::new(),
            lag_ms,
            is_linked: true,
            swaps: 0,
            lost_writes: 0,
        }
    }

    /// Sets what is wrong with a server.
    pub fn set(&mut self, server: usize, state: State) {
        self.servers[server].state = state;
    }

    /// The primary is killed and comes back with what it kept.
    pub fn restart(&mut self) {
        if self.promise == Promise::Forgets {
            let entries = &mut self.servers[self.primary].entries;
            self.lost_writes += entries.len() as u64;
            entries.clear();
        }
    }

    /// The replica becomes the primary, with what it has. What is still behind is lost.
    pub fn fail_over(&mut self, now_ms: u64) {
        self.catch_up(now_ms);
        self.lost_writes += self.behind.len() as u64;
        self.behind.clear();
        self.primary = 1 - self.primary;
        // The old primary is gone, or gets nothing from the new one.
        self.is_linked = false;
    }

    /// The other server comes back as a replica, with a copy of everything.
    pub fn rejoin(&mut self) {
        let replica = 1 - self.primary;
        self.servers[replica].entries = self.servers[self.primary].entries.clone();
        self.servers[replica].state = State::Well;
        self.behind.clear();
        self.is_linked = true;
    }

    /// The replica gets again what it missed.
    pub fn link(&mut self, now_ms: u64) {
        self.is_linked = true;
        for write in &mut self.behind {
            write.at_ms = write.at_ms.min(now_ms + self.lag_ms);
        }
    }

    fn catch_up(&mut self, now_ms: u64) {
        let replica = 1 - self.primary;
        while let Some(write) = self.behind.front()
            && write.at_ms <= now_ms
            && let Some(write) = self.behind.pop_front()
        {
            match write.entry {
                Some(entry) => self.servers[replica].entries.insert(write.key, entry),
                None => self.servers[replica].entries.remove(&write.key),
            };
        }
    }

    /// Carries out a swap that has reached `server`.
    pub fn swap(
        &mut self,
        server: usize,
        entries: &[Entry],
        is_durable: bool,
        now_ms: u64,
        dice: &mut Dice,
    ) -> Outcome {
        let writes = entries.iter().any(|entry| entry.text.is_some());
        let takes_ms = match self.servers[server].state {
            State::Well => dice.below(3),
            State::Refuses => return Outcome::Fails(0),
            State::Hangs => return Outcome::Silence,
            State::Slow(most_ms) => dice.below(most_ms),
            State::Full if writes => return Outcome::Fails(1),
            State::Full => 1,
        };
        self.swaps += 1;
        self.catch_up(now_ms);
        let clock_ms = self.servers[server].clock.at(now_ms);
        let held = &mut self.servers[server].entries;
        held.retain(|_, (_, until_ms)| *until_ms > clock_ms);
        let texts: Vec<Option<String>> = entries
            .iter()
            .map(|entry| held.get(&entry.key).map(|(text, _)| text.clone()))
            .collect();
        let is_equal = |(entry, text): (&Entry, &Option<String>)| {
            entry.expected.as_ref().is_none_or(|expected| expected == text)
        };
        let is_done =
            self.defect == Defect::ComparesNothing || entries.iter().zip(&texts).all(is_equal);
        let reply = Reply { is_done, texts, now_ms: clock_ms };
        if !is_done || !writes {
            return Outcome::Answers(reply, takes_ms);
        }
        let replicates = self.promise == Promise::Replicates && server == self.primary;
        let arrives_ms = match self.behind.back() {
            _ if !self.is_linked => u64::MAX,
            Some(last) => last.at_ms.max(now_ms + dice.below(self.lag_ms + 1)),
            None => now_ms + dice.below(self.lag_ms + 1),
        };
        for entry in entries {
            let Some(text) = &entry.text else { continue };
            let until_ms = clock_ms + u64::from(entry.seconds) * 1000;
            let written = text.clone().map(|text| (text, until_ms));
            match &written {
                Some(written) => held.insert(entry.key.clone(), written.clone()),
                None => held.remove(&entry.key),
            };
            if replicates {
                let key = entry.key.clone();
                self.behind.push_back(Behind { at_ms: arrives_ms, key, entry: written });
            }
        }
        if self.promise != Promise::Replicates
            || !is_durable
            || self.defect == Defect::WaitsForNobody
        {
            return Outcome::Answers(reply, takes_ms);
        }
        // An old primary that others have left waits for a replica in vain.
        let waits_ms = if replicates { arrives_ms.saturating_sub(now_ms) } else { u64::MAX };
        if waits_ms > WAIT_MS {
            Outcome::Fails(takes_ms + WAIT_MS)
        } else {
            Outcome::Answers(reply, takes_ms + waits_ms)
        }
    }
}
