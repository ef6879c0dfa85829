//! The account's budget, which all gateways of the account share: who may send how many requests.
//!
//! The shared state holds one text, in which each process has a part: its *slice*, which are the
//! requests that it may still send until a time, and what it has sent in the window. A process
//! changes its own part alone, by swapping the text that it has seen for the new one. So each
//! process decides by what all have said, and the shared state decides nothing.
//!
//! Two rules keep the sum within the limit whatever fails. A slice counts for a whole window after
//! its end, because its process may have used it up and died. And a part that is missing in the
//! text, for example because a replica took over too early, is put back by every process that has
//! seen it.
//!
//! All times are the shared state's, in milliseconds since 1970.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::client::limit::WINDOW_MS;
use crate::gateway::limits::quota::{Share, kept_free};

/// The version of the text. Processes that write another one do not understand each other.
const VERSION: u32 = 1;
/// How long a process may use a slice without saying so again.
const SLICE_MS: u64 = 10_000;
/// After this time without a word, a process may have lost the shared state. Others then leave its
/// share alone.
pub const SILENT_MS: u64 = 15_000;
/// How long a process says nothing at most, and how old what it knows of the others may be before
/// it refuses a request by that.
const HEARTBEAT_MS: u64 = SILENT_MS / 3;
/// How long a process that has lost the shared state waits before it goes on with its share: until
/// the others leave the share alone, and until what they sent before has left the window.
pub const ALONE_AFTER_MS: u64 = SILENT_MS + WINDOW_MS;
/// The most requests of a kind that a process keeps for those that have not come yet.
const SPARE_MAX: u32 = 4;
/// One in so many of the free requests of each process is spare.
const SPARE_IS_ONE_IN: u32 = 8;
/// Sends are counted in steps of this time, so that a text has not more than a few hundred numbers.
const STEP_MS: u64 = 100;
/// A request that was on its way for so long is told to the others soon: a window is a second longer
/// than the minute, which is enough for all others.
const NEWS_MS: u64 = 1000;
/// One in so many of staff's requests is kept for links: see `limits::quota`.
const LINKS_ARE_ONE_IN: u32 = 5;

/// What is shared out.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Requests of the account in a minute.
    pub per_minute: u32,
    /// What guests leave to staff of them.
    pub reserve: u32,
    /// The configured names of the microsites, whose indices are those of [`Share::Guest`].
    pub microsites: Vec<String>,
    /// How many processes there are at most. Where that is not known, a process that has lost the
    /// shared state sends nothing.
    pub processes: Option<u32>,
    /// True for a process that sends only what guests and staff leave, such as an import: it is not
    /// one of the processes that share the budget out, and sends nothing without the shared state.
    pub is_background: bool,
}

/// Why a request may not be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The slice has not enough, but there is room: ask the shared state, by [`Budget::propose`].
    Lease,
    /// There is no room before so many milliseconds have passed.
    Wait(u64),
}

/// The text is not what this version of dinerkit writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherVersion;

/// The kinds of requests in a slice. Which microsite a guest's request is for is decided when it is
/// sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counts {
    staff: u32,
    guests: u32,
    links: u32,
}

impl Counts {
    fn of(&mut self, share: Share) -> &mut u32 {
        match share {
            // The text has no number of its own for the rest: it is in the sum, as staff's are.
            Share::Staff | Share::Rest => &mut self.staff,
            Share::Guest(_) => &mut self.guests,
            Share::Link => &mut self.links,
        }
    }

    fn sum(self) -> u32 {
        self.staff.saturating_add(self.guests).saturating_add(self.links)
    }

    fn plus(self, other: Counts) -> Counts {
        Counts {
            staff: self.staff.saturating_add(other.staff),
            guests: self.guests.saturating_add(other.guests),
            links: self.links.saturating_add(other.links),
        }
    }
}

/// How many requests were sent at which times.
type Sends = Vec<(u64, u32)>;

/// What a process has sent in the window, by share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    staff: Sends,
    links: Sends,
    /// By the name of the microsite, because processes may be configured with other ones.
    guests: BTreeMap<String, Sends>,
}

impl Sent {
    fn forget(&mut self, now_ms: u64) {
        let recent = |sends: &mut Sends| {
            sends.retain(|(at, _)| at.saturating_add(WINDOW_MS) > now_ms);
        };
        recent(&mut self.staff);
        recent(&mut self.links);
        self.guests.values_mut().for_each(recent);
        self.guests.retain(|_, sends| !sends.is_empty());
    }

    fn is_empty(&self) -> bool {
        self.staff.is_empty() && self.links.is_empty() && self.guests.is_empty()
    }

    fn shift(&mut self, by_ms: i64) {
        let all = self.guests.values_mut().chain([&mut self.staff, &mut self.links]);
        all.flatten().for_each(|(at, _)| *at = at.saturating_add_signed(by_ms));
    }

    /// Sets times that are later than now to now.
    fn end_by(&mut self, now_ms: u64) {
        let all = self.guests.values_mut().chain([&mut self.staff, &mut self.links]);
        all.flatten().for_each(|(at, _)| *at = (*at).min(now_ms.saturating_add(STEP_MS)));
    }
}

/// What the text says of one process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    /// Counts the changes: of two parts of one process, the one with the higher number is newer.
    number: u64,
    /// When the process wrote this.
    seen: u64,
    /// Until when it may use its slice.
    until: u64,
    /// The slice: requests that it may still send, or that are on their way.
    slice: Counts,
    sent: Sent,
}

impl Part {
    fn shift(&mut self, by_ms: i64) {
        self.seen = self.seen.saturating_add_signed(by_ms);
        self.until = self.until.saturating_add_signed(by_ms);
        self.sent.shift(by_ms);
    }

    /// Brings times that are too late for now down: the clock of the shared state was set back.
    fn end_by(&mut self, now_ms: u64) {
        self.seen = self.seen.min(now_ms);
        self.until = self.until.min(now_ms.saturating_add(SLICE_MS));
        self.sent.end_by(now_ms);
    }

    /// True for a part that says nothing any more: its process is not seen, and has nothing in the
    /// window. Such parts go early, because hundreds of them would fill the text.
    fn is_over(&self, now_ms: u64) -> bool {
        let slice_counts = self.slice.sum() > 0 && self.until.saturating_add(WINDOW_MS) > now_ms;
        self.sent.is_empty() && !slice_counts && self.seen.saturating_add(SILENT_MS) <= now_ms
    }
}

/// The text.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    v: u32,
    parts: BTreeMap<String, Part>,
}

/// A change of the text that the shared state is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The text that has to be there; none for none.
    pub expected: Option<String>,
    /// The new text.
    pub text: String,
    /// What the slice has more than before.
    granted: Counts,
    /// What the slice gives up by it: taken out already.
    returned: Counts,
    at_ms: u64,
    until: u64,
}

impl Proposal {
    /// True if the slice grows by it. If such a change were lost, others would be granted the same
    /// requests: it has to outlive the failure of a server.
    pub fn grants(&self) -> bool {
        self.granted.sum() > 0
    }
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// The text was swapped.
    Done,
    /// Another text is there, or none.
    Stale(Option<&'a str>),
    /// Nobody knows.
    Unknown,
}

/// What one process knows of the budget, and what it may send.
pub struct Budget {
    limits: Limits,
    /// The name of this process in the text.
    process: String,
    /// The text as it was seen last.
    known: Option<String>,
    /// The parts of the other processes, as they were seen last.
    others: BTreeMap<String, Part>,
    number: u64,
    until: u64,
    /// What of the slice may be taken.
    free: Counts,
    /// What of the slice was taken and is not sent yet.
    taken: Counts,
    sent: Sent,
    /// When the shared state answered last, or may have taken what this process said; before that,
    /// when this process began.
    contact_ms: u64,
    is_failing: bool,
    /// True if requests were answered so late that the others should know soon.
    has_news: bool,
}

impl Budget {
    /// What a process knows that begins now. `process` is a random name.
    pub fn new(limits: Limits, process: String, now_ms: u64) -> Self {
        Self {
            limits,
            process,
            known: None,
            others: BTreeMap::new(),
            number: 0,
            until: 0,
            free: Counts::default(),
            taken: Counts::default(),
            sent: Sent::default(),
            contact_ms: now_ms,
            is_failing: false,
            has_news: false,
        }
    }

    /// Takes so many requests from the slice, for one that is about to be made.
    pub fn take(&mut self, share: Share, requests: u32, now_ms: u64) -> Result<(), Lack> {
        let has_slice = now_ms < self.until && *self.free.of(share) >= requests;
        if has_slice && self.usage(now_ms, self.alive(now_ms)).is_fair(share, requests, 0) {
            *self.free.of(share) -= requests;
            *self.taken.of(share) += requests;
            return Ok(());
        }
        if self.is_failing {
            return self.take_alone(share, requests, now_ms);
        }
        match self.check(share, requests, now_ms) {
            // What the others have said since may leave more room than is known here.
            Err(wait_ms) if now_ms < self.contact_ms.saturating_add(HEARTBEAT_MS) => {
                Err(Lack::Wait(wait_ms))
            }
            _ => Err(Lack::Lease),
        }
    }

    /// The same, for a process that has lost the shared state.
    fn take_alone(&mut self, share: Share, requests: u32, now_ms: u64) -> Result<(), Lack> {
        if self.limits.processes.is_none() || self.limits.is_background {
            return Err(Lack::Wait(WINDOW_MS));
        }
        if !self.is_alone(now_ms) {
            return Err(Lack::Wait(self.alone_at().saturating_sub(now_ms).max(1)));
        }
        if now_ms >= self.until {
            self.lapse();
        }
        self.check(share, requests, now_ms).map_err(Lack::Wait)?;
        // The share of a process is its slice for as long as it is alone.
        self.until = self.until.max(now_ms.saturating_add(SLICE_MS));
        *self.taken.of(share) += requests;
        Ok(())
    }

    /// Counts one of the requests that were taken: it is sent now. Returns false if it may not be
    /// sent any more, because the time of the slice is over.
    pub fn sending(&mut self, share: Share, now_ms: u64) -> bool {
        let taken = self.taken.of(share);
        if *taken == 0 {
            return false;
        }
        *taken -= 1;
        if now_ms >= self.until {
            return false;
        }
        note_send(self.sends_of(share), step_of(now_ms));
        true
    }

    /// Counts a request that was sent at a time as sent now, when its answer has come or does not
    /// come any more: it may have arrived as late as that.
    pub fn answered(&mut self, share: Share, sent_ms: u64, now_ms: u64) {
        let sends = self.sends_of(share);
        if let Some((_, count)) = sends.iter_mut().find(|(at, _)| *at == step_of(sent_ms)) {
            *count -= 1;
            sends.retain(|(_, count)| *count > 0);
            note_send(sends, step_of(now_ms.max(sent_ms)));
            self.has_news |= now_ms >= sent_ms.saturating_add(NEWS_MS);
        }
    }

    /// True if the others count something of this process for too short a time, as they know it.
    pub fn has_news(&self) -> bool {
        self.has_news
    }

    fn sends_of(&mut self, share: Share) -> &mut Sends {
        match share {
            Share::Staff | Share::Rest => &mut self.sent.staff,
            Share::Link => &mut self.sent.links,
            Share::Guest(index) => {
                let name = self.limits.microsites.get(index).cloned().unwrap_or_default();
                self.sent.guests.entry(name).or_default()
            }
        }
    }

    /// Gives back requests that were taken and are not sent after all.
    pub fn give_back(&mut self, share: Share, requests: u32) {
        let requests = requests.min(*self.taken.of(share));
        *self.taken.of(share) -= requests;
        *self.free.of(share) += requests;
    }

    /// Gives up what of the slice is not taken, for a process that ends: the next proposal says so.
    pub fn give_up(&mut self) {
        self.free = Counts::default();
    }

    /// Makes the text that grants the requests that are wanted, as far as there is room for them,
    /// with some to spare; without any wanted, the text that says what was sent and gives back what
    /// is not needed.
    pub fn propose(&mut self, wanted: &[(Share, u32)], now_ms: u64) -> Proposal {
        self.sent.forget(now_ms);
        self.others.retain(|_, part| {
            part.sent.forget(now_ms);
            !part.is_over(now_ms)
        });
        if now_ms >= self.until {
            // What is left of a slice whose time is over counts as sent at its end.
            self.lapse();
        }
        let granted = self.grant(wanted, now_ms);
        let spare = self.spare(now_ms);
        let mut returned = Counts::default();
        for share in KINDS {
            let surplus = self.free.of(share).saturating_sub(spare);
            let mut granted = granted;
            // What was asked for just now is about to be taken.
            if *granted.of(share) == 0 && wanted.iter().all(|(wanted, _)| !is_alike(*wanted, share))
            {
                *self.free.of(share) -= surplus;
                *returned.of(share) = surplus;
            }
        }
        self.number += 1;
        self.has_news = false;
        let until = now_ms.saturating_add(SLICE_MS);
        let own = Part {
            number: self.number,
            // Others count the processes by this: one in the background is none of them.
            seen: if self.limits.is_background { 0 } else { now_ms },
            until,
            slice: self.free.plus(self.taken).plus(granted),
            sent: self.sent.clone(),
        };
        let mut parts = self.others.clone();
        parts.insert(self.process.clone(), own);
        let text = serde_json::to_string(&Text { v: VERSION, parts }).unwrap_or_default();
        Proposal { expected: self.known.clone(), text, granted, returned, at_ms: now_ms, until }
    }

    /// Takes what became of a proposal. After [`Outcome::Stale`], propose again.
    pub fn settled(
        &mut self,
        proposal: Proposal,
        outcome: Outcome<'_>,
        now_ms: u64,
    ) -> Result<(), OtherVersion> {
        match outcome {
            Outcome::Done => {
                self.contact(now_ms);
                self.free = self.free.plus(proposal.granted);
                self.until = proposal.until;
                self.known = Some(proposal.text);
                Ok(())
            }
            Outcome::Stale(found) => {
                self.free = self.free.plus(proposal.returned);
                self.read(found, now_ms)
            }
            // What was granted may be there, and is not used; what was returned may be gone. The
            // others may have seen that this process was there. (Once at most: what it says after
            // that, the shared state refuses, because another text is there.)
            Outcome::Unknown => {
                if !self.is_failing {
                    self.contact_ms = self.contact_ms.max(proposal.at_ms);
                }
                Ok(())
            }
        }
    }

    /// Takes the text that is there.
    pub fn read(&mut self, found: Option<&str>, now_ms: u64) -> Result<(), OtherVersion> {
        let parts = match found {
            Some(text) => parts(text)?,
            None => BTreeMap::new(),
        };
        self.contact(now_ms);
        self.known = found.map(str::to_owned);
        for (process, mut part) in parts {
            let older = self.others.get(&process).is_some_and(|seen| seen.number >= part.number);
            if process != self.process && !older {
                part.end_by(now_ms);
                self.others.insert(process, part);
            }
        }
        Ok(())
    }

    /// Goes on by another clock of the shared state, which is ahead of the former by so many
    /// milliseconds: what was sent was not sent any earlier for that. To be called before anything
    /// is done by the new clock.
    pub fn shift(&mut self, by_ms: i64) {
        self.contact_ms = self.contact_ms.saturating_add_signed(by_ms);
        self.until = self.until.saturating_add_signed(by_ms);
        self.sent.shift(by_ms);
        self.others.values_mut().for_each(|part| part.shift(by_ms));
    }

    /// Notes that the shared state does not answer.
    pub fn fail(&mut self) {
        self.is_failing = true;
    }

    /// True while the shared state does not answer.
    pub fn is_failing(&self) -> bool {
        self.is_failing
    }

    /// True for a process that has lost the shared state for so long that it goes on with its share.
    pub fn is_alone(&self, now_ms: u64) -> bool {
        self.is_failing && !self.limits.is_background && now_ms >= self.alone_at()
    }

    fn alone_at(&self) -> u64 {
        self.contact_ms.saturating_add(ALONE_AFTER_MS)
    }

    /// The requests of the window: sent or in slices, of all processes; then how many may be.
    pub fn used(&self, now_ms: u64) -> (u32, u32) {
        let usage = self.usage(now_ms, self.alive(now_ms));
        (usage.all, usage.per_window)
    }

    /// What this process has sent in the window.
    pub fn sent(&self, now_ms: u64) -> u32 {
        let sends = self.sent.guests.values().chain([&self.sent.staff, &self.sent.links]);
        let recent = sends.flatten().filter(|(at, _)| at.saturating_add(WINDOW_MS) > now_ms);
        recent.map(|(_, count)| *count).fold(0, u32::saturating_add)
    }

    /// What the slice of this process has left.
    pub fn left(&self, now_ms: u64) -> u32 {
        if now_ms < self.until { self.free.sum() } else { 0 }
    }

    /// After how long the process should say again that it is there, even if nothing else is to be
    /// said.
    pub fn heartbeat_ms() -> u64 {
        HEARTBEAT_MS
    }

    /// What outlives an instance of the module.
    pub fn keep(&self) -> String {
        let own = Part {
            number: self.number,
            seen: self.contact_ms,
            until: self.until,
            slice: self.free.plus(self.taken),
            sent: self.sent.clone(),
        };
        let mut parts = self.others.clone();
        parts.insert(self.process.clone(), own);
        serde_json::to_string(&Text { v: VERSION, parts }).unwrap_or_default()
    }

    /// Takes what an earlier instance has kept. Its slice counts as sent, because requests may be
    /// under way.
    pub fn restore(&mut self, kept: &str) {
        let Ok(mut parts) = parts(kept) else { return };
        if let Some(own) = parts.remove(&self.process) {
            (self.number, self.until, self.contact_ms) = (own.number, own.until, own.seen);
            self.sent = own.sent;
            self.taken = own.slice;
            self.lapse();
        }
        self.others = parts;
    }

    fn contact(&mut self, now_ms: u64) {
        self.contact_ms = now_ms;
        self.is_failing = false;
        self.until = self.until.min(now_ms.saturating_add(SLICE_MS));
        self.sent.end_by(now_ms);
    }

    /// Counts what is left of the slice as sent at its end. The microsite of guests' requests is
    /// not known, and counts for none.
    fn lapse(&mut self) {
        let slice = self.free.plus(self.taken);
        let at = self.until;
        let note = |sends: &mut Sends, count: u32| {
            if count > 0 {
                sends.push((at, count));
            }
        };
        note(&mut self.sent.staff, slice.staff);
        note(&mut self.sent.links, slice.links);
        note(self.sent.guests.entry(String::new()).or_default(), slice.guests);
        self.sent.guests.retain(|_, sends| !sends.is_empty());
        (self.free, self.taken) = (Counts::default(), Counts::default());
    }

    /// What of the wanted requests there is room for, with some to spare.
    fn grant(&self, wanted: &[(Share, u32)], now_ms: u64) -> Counts {
        let mut usage = self.usage(now_ms, self.alive(now_ms));
        let mut granted = Counts::default();
        let mut free = self.free;
        for (share, requests) in wanted {
            let lacking = requests.saturating_sub(*free.of(*share));
            *free.of(*share) -= requests - lacking;
            if lacking > 0 && usage.has_room(*share, lacking) {
                usage.hold(*share, lacking);
                *granted.of(*share) += lacking;
            }
        }
        for (share, _) in wanted {
            // What is left now may be wanted by others in a moment.
            let spare = if *share == Share::Rest { 0 } else { self.spare(now_ms) };
            while *free.of(*share) < spare && usage.has_room(spare_of(*share), 1) {
                usage.hold(*share, 1);
                *free.of(*share) += 1;
                *granted.of(*share) += 1;
            }
        }
        granted
    }

    /// How many requests of a kind the slice keeps for those that have not come yet.
    fn spare(&self, now_ms: u64) -> u32 {
        let alive = self.alive(now_ms);
        let usage = self.usage(now_ms, alive);
        let room = usage.per_window.saturating_sub(usage.all);
        (room / (SPARE_IS_ONE_IN * alive.max(1))).min(SPARE_MAX)
    }

    /// How many processes are there that share the budget out, as far as that is known.
    fn alive(&self, now_ms: u64) -> u32 {
        let is_seen = |part: &&Part| part.seen.saturating_add(SILENT_MS) > now_ms;
        let others = self.others.values().filter(is_seen).count();
        let own = u32::from(!self.limits.is_background);
        u32::try_from(others).unwrap_or(u32::MAX).saturating_add(own)
    }

    /// Whether there is room; or how long until there is.
    fn check(&self, share: Share, requests: u32, now_ms: u64) -> Result<(), u64> {
        let alive = self.alive(now_ms);
        let has_room = |at: u64| self.usage(at, alive).has_room(share, requests);
        if has_room(now_ms) {
            return Ok(());
        }
        let mut ends: Vec<u64> = self.ends().filter(|at| *at > now_ms).collect();
        ends.sort_unstable();
        let first = ends.partition_point(|at| !has_room(*at));
        Err(ends.get(first).map_or(WINDOW_MS, |at| at - now_ms))
    }

    /// When something that is counted leaves the window.
    fn ends(&self) -> impl Iterator<Item = u64> {
        let own = (self.until, &self.sent);
        let others = self.others.values().map(|part| (part.until, &part.sent));
        core::iter::once(own).chain(others).flat_map(|(until, sent)| {
            let sends = sent.guests.values().chain([&sent.staff, &sent.links]);
            let times = sends.flatten().map(|(at, _)| *at).chain([until]);
            times.map(|at| at.saturating_add(WINDOW_MS))
        })
    }

    /// What is used of the budget at a time, by all that is known, while so many processes are there.
    fn usage(&self, now_ms: u64, alive: u32) -> Usage<'_> {
        let limits = &self.limits;
        let is_alone = self.is_alone(now_ms);
        // A process that is not seen may have lost the shared state: it then goes on with its share.
        let part = |whole: u32| match limits.processes {
            Some(processes) => {
                let present = if is_alone { 1 } else { alive.min(processes) };
                whole.saturating_mul(present) / processes.max(1)
            }
            None => whole,
        };
        let reserve = limits.reserve;
        let mut usage = Usage {
            per_window: part(limits.per_minute),
            guests_max: part(limits.per_minute.saturating_sub(reserve)),
            links_max: part(reserve.div_ceil(LINKS_ARE_ONE_IN).min(reserve / 2)),
            names: &limits.microsites,
            all: 0,
            guests: 0,
            links: 0,
            by_microsite: vec![0; limits.microsites.len()],
        };
        usage.count_slice(self.free.plus(self.taken), self.until, now_ms);
        usage.count_sent(&self.sent, now_ms);
        if !is_alone {
            for part in self.others.values() {
                usage.count_slice(part.slice, part.until, now_ms);
                usage.count_sent(&part.sent, now_ms);
            }
        }
        usage
    }
}

/// The step in which a time is counted: its end.
fn step_of(ms: u64) -> u64 {
    ms.div_ceil(STEP_MS).saturating_mul(STEP_MS)
}

fn note_send(sends: &mut Sends, at: u64) {
    match sends.last_mut() {
        Some((last, count)) if *last == at => *count += 1,
        _ => sends.push((at, 1)),
    }
}

/// One share of each kind in a slice.
const KINDS: [Share; 3] = [Share::Staff, Share::Guest(0), Share::Link];

/// True for shares of one kind in a slice.
fn is_alike(one: Share, other: Share) -> bool {
    let kind = |share| match share {
        Share::Staff | Share::Rest => 0,
        Share::Guest(_) => 1,
        Share::Link => 2,
    };
    kind(one) == kind(other)
}

/// The share that spare requests of a kind must have room in. Those of guests are for any
/// microsite, so that they leave alone what is kept for each.
fn spare_of(share: Share) -> Share {
    match share {
        Share::Guest(_) => Share::Guest(usize::MAX),
        share => share,
    }
}

/// The parts of a text.
fn parts(text: &str) -> Result<BTreeMap<String, Part>, OtherVersion> {
    match serde_json::from_str::<Text>(text) {
        Ok(text) if text.v == VERSION => Ok(text.parts),
        _ => Err(OtherVersion),
    }
}

/// What is used of the budget, and what may be.
struct Usage<'a> {
    per_window: u32,
    /// What guests may use of it.
    guests_max: u32,
    /// What links may use of the rest.
    links_max: u32,
    names: &'a [String],
    all: u32,
    guests: u32,
    links: u32,
    by_microsite: Vec<u32>,
}

impl Usage<'_> {
    /// Counts a slice, also for a window after its end.
    fn count_slice(&mut self, slice: Counts, until: u64, now_ms: u64) {
        if until.saturating_add(WINDOW_MS) > now_ms {
            self.all = self.all.saturating_add(slice.sum());
            self.guests = self.guests.saturating_add(slice.guests);
            self.links = self.links.saturating_add(slice.links);
        }
    }

    fn count_sent(&mut self, sent: &Sent, now_ms: u64) {
        let in_window = |sends: &Sends| -> u32 {
            let recent = sends.iter().filter(|(at, _)| at.saturating_add(WINDOW_MS) > now_ms);
            recent.map(|(_, count)| *count).fold(0, u32::saturating_add)
        };
        let (staff, links) = (in_window(&sent.staff), in_window(&sent.links));
        self.all = self.all.saturating_add(staff).saturating_add(links);
        self.links = self.links.saturating_add(links);
        for (name, sends) in &sent.guests {
            let count = in_window(sends);
            self.all = self.all.saturating_add(count);
            self.guests = self.guests.saturating_add(count);
            let index = self.names.iter().position(|own| own == name);
            if let Some(own) = index.and_then(|index| self.by_microsite.get_mut(index)) {
                *own = own.saturating_add(count);
            }
        }
    }

    /// Counts requests that a slice gets.
    fn hold(&mut self, share: Share, requests: u32) {
        self.all = self.all.saturating_add(requests);
        match share {
            Share::Staff | Share::Rest => {}
            Share::Guest(_) => self.guests = self.guests.saturating_add(requests),
            Share::Link => self.links = self.links.saturating_add(requests),
        }
    }

    /// True if so many more requests of a share may be sent.
    fn has_room(&self, share: Share, requests: u32) -> bool {
        self.all.saturating_add(requests) <= self.per_window
            && self.is_fair(share, requests, requests)
    }

    /// True if so many requests of a share leave the others theirs. `more` of them are not counted
    /// yet.
    ///
    /// Half of the guests' part is shared out evenly among the microsites, and what a microsite
    /// does not use of its part is kept for it. The other half goes to whoever comes first.
    fn is_fair(&self, share: Share, requests: u32, more: u32) -> bool {
        let links = self.links.saturating_add(if share == Share::Link { more } else { 0 });
        let guests = self.guests.saturating_add(if share == Share::Link { 0 } else { more });
        let used = guests.saturating_add(links.saturating_sub(self.links_max));
        let microsites = u32::try_from(self.names.len()).unwrap_or(u32::MAX).max(1);
        let own_part = self.guests_max / microsites.saturating_mul(2);
        match share {
            Share::Staff => return true,
            Share::Rest => {
                return self.all.saturating_add(more).saturating_add(kept_free(self.per_window))
                    <= self.per_window;
            }
            Share::Link if links <= self.links_max => return true,
            _ if used > self.guests_max => return false,
            Share::Guest(microsite) => {
                let own = self.by_microsite.get(microsite);
                if own.is_some_and(|own| own.saturating_add(requests) <= own_part.max(1)) {
                    return true;
                }
            }
            Share::Link => {}
        }
        let others =
            (0..).zip(&self.by_microsite).filter(|(other, _)| share != Share::Guest(*other));
        let kept = others.map(|(_, used)| own_part.saturating_sub(*used));
        used.saturating_add(kept.fold(0, u32::saturating_add)) <= self.guests_max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OAK: Share = Share::Guest(0);
    const PIER: Share = Share::Guest(1);
    const STAFF: Share = Share::Staff;
    const START: u64 = 1_000_000_000;

    fn budget(process: &str, processes: Option<u32>) -> Budget {
        let microsites = vec!["oak".to_owned(), "pier".to_owned()];
        let limits =
            Limits { per_minute: 200, reserve: 50, microsites, processes, is_background: false };
        Budget::new(limits, process.to_owned(), START)
    }

    /// Proposes until the text is swapped. Returns how many swaps it took.
    fn lease(
        budget: &mut Budget,
        state: &mut Option<String>,
        wanted: &[(Share, u32)],
        now_ms: u64,
    ) -> u32 {
        for tries in 1.. {
            let proposal = budget.propose(wanted, now_ms);
            if proposal.expected == *state {
                *state = Some(proposal.text.clone());
                budget.settled(proposal, Outcome::Done, now_ms).unwrap();
                return tries;
            }
            budget.settled(proposal, Outcome::Stale(state.as_deref()), now_ms).unwrap();
        }
        0
    }

    /// Sends one request if the budget lets it.
    fn send(
        budget: &mut Budget,
        state: &mut Option<String>,
        share: Share,
        now_ms: u64,
    ) -> Result<(), u64> {
        for _ in 0..2 {
            match budget.take(share, 1, now_ms) {
                Ok(()) => {
                    assert!(budget.sending(share, now_ms));
                    return Ok(());
                }
                Err(Lack::Wait(ms)) => return Err(ms),
                Err(Lack::Lease) => {
                    lease(budget, state, &[(share, 1)], now_ms);
                }
            }
        }
        panic!("a lease says that there is room, and grants nothing");
    }

    fn sent(budget: &mut Budget, state: &mut Option<String>, share: Share, now_ms: u64) -> usize {
        (0..1000).take_while(|_| send(budget, state, share, now_ms).is_ok()).count()
    }

    #[test]
    fn budget_of_one_process_is_the_quota() {
        let (mut one, mut state) = (budget("one", None), None);
        assert_eq!(sent(&mut one, &mut state, OAK, START), 113, "37 are kept for the other");
        assert_eq!(sent(&mut one, &mut state, PIER, START), 37);
        assert_eq!(sent(&mut one, &mut state, STAFF, START), 50);
        assert_eq!(send(&mut one, &mut state, STAFF, START), Err(WINDOW_MS));
        assert_eq!(sent(&mut one, &mut state, OAK, START + WINDOW_MS), 113);
    }

    #[test]
    fn budget_of_two_processes_is_one_and_a_slice_costs_no_swap() {
        let (mut one, mut two, mut state) = (budget("one", None), budget("two", None), None);
        let mut count = 0;
        for turn in 0..400 {
            let process = if turn % 2 == 0 { &mut one } else { &mut two };
            count += usize::from(send(process, &mut state, STAFF, START + turn).is_ok());
        }
        assert!((196..=200).contains(&count), "{count}: a few may be spare elsewhere");
        let mut calm = budget("calm", None);
        let mut state = None;
        assert_eq!(lease(&mut calm, &mut state, &[(OAK, 1)], START), 1, "nobody else has asked");
        for _ in 0..=SPARE_MAX {
            assert_eq!(calm.take(OAK, 1, START), Ok(()), "without a swap");
        }
        assert_eq!(calm.take(OAK, 1, START), Err(Lack::Lease));
    }

    #[test]
    fn budget_counts_the_slice_of_a_dead_process_for_a_window_after_its_end() {
        let (mut dead, mut other, mut state) = (budget("dead", None), budget("other", None), None);
        lease(&mut dead, &mut state, &[(STAFF, 30)], START);
        assert_eq!(sent(&mut other, &mut state, STAFF, START + 1), 166, "30 and 4 spare");
        let end = START + SLICE_MS + WINDOW_MS;
        assert_eq!(sent(&mut other, &mut state, STAFF, end - 1), 166);
        assert_eq!(sent(&mut other, &mut state, STAFF, end), 34);
        assert!(!dead.sending(STAFF, START + SLICE_MS), "and the slice itself is over");
    }

    #[test]
    fn budget_survives_a_state_that_was_lost() {
        let (mut one, mut two, mut state) = (budget("one", None), budget("two", None), None);
        assert_eq!(sent(&mut one, &mut state, STAFF, START), 200);
        lease(&mut one, &mut state, &[], START);
        assert!(send(&mut two, &mut state, STAFF, START).is_err(), "two has seen one's part");
        state = None;
        assert!(send(&mut two, &mut state, STAFF, START + 1).is_err());
        assert_eq!(sent(&mut two, &mut state, STAFF, START + WINDOW_MS - 1), 0);
    }

    #[test]
    fn budget_of_a_process_alone_is_its_share_after_the_others_leave_it() {
        let (mut one, mut two, mut state) = (budget("one", Some(2)), budget("two", Some(2)), None);
        lease(&mut one, &mut state, &[], START);
        lease(&mut two, &mut state, &[], START);
        lease(&mut one, &mut state, &[], START);
        two.fail();
        assert_eq!(send(&mut two, &mut state.clone(), STAFF, START), Err(ALONE_AFTER_MS));
        let mut log = Vec::new();
        for step in 0..3000_u64 {
            let now_ms = START + step * 60;
            if send(&mut one, &mut state, STAFF, now_ms).is_ok() {
                log.push(now_ms);
            }
            if two.take(STAFF, 1, now_ms).is_ok() && two.sending(STAFF, now_ms) {
                log.push(now_ms);
            }
        }
        let in_window =
            |from: &u64| log.iter().filter(|at| (*from..from + 60_000).contains(at)).count();
        assert_eq!(log.iter().map(in_window).max(), Some(200));
        assert!(two.is_alone(START + 180_000));
        let mut isolate = budget("isolate", None);
        isolate.fail();
        assert_eq!(isolate.take(STAFF, 1, START + 10 * WINDOW_MS), Err(Lack::Wait(WINDOW_MS)));
    }

    #[test]
    fn budget_refuses_a_text_of_another_version() {
        let mut one = budget("one", None);
        for text in ["", "{}", r#"{"v":2,"parts":{}}"#, r#"{"v":1,"parts":{},"more":1}"#] {
            assert_eq!(one.read(Some(text), START), Err(OtherVersion), "{text}");
        }
        assert_eq!(one.read(Some(r#"{"v":1,"parts":{}}"#), START), Ok(()));
    }

    #[test]
    fn budget_goes_on_after_the_clock_was_set_back() {
        let (mut one, mut two, mut state) = (budget("one", None), budget("two", None), None);
        assert_eq!(sent(&mut one, &mut state, STAFF, START + 3_600_000), 200);
        lease(&mut one, &mut state, &[], START + 3_600_000);
        assert_eq!(sent(&mut two, &mut state, STAFF, START), 0);
        assert_eq!(sent(&mut two, &mut state, STAFF, START + SLICE_MS + WINDOW_MS), 200);
    }

    #[test]
    fn budget_goes_on_by_another_clock() {
        let (mut one, mut state) = (budget("one", Some(2)), None);
        one.fail();
        let alone = START + ALONE_AFTER_MS;
        let sent_alone = (0..1000).take_while(|_| one.take(STAFF, 1, alone).is_ok()).count();
        assert_eq!(sent_alone, 100);
        assert!((0..100).all(|_| one.sending(STAFF, alone)));
        // The first answer of the shared state shows that its clock is half a minute ahead.
        one.shift(30_000);
        let now_ms = alone + 30_000;
        lease(&mut one, &mut state, &[], now_ms);
        assert_eq!(sent(&mut one, &mut state, STAFF, now_ms + 40_000), 0);
        assert_eq!(sent(&mut one, &mut state, STAFF, now_ms + WINDOW_MS + STEP_MS), 100);
    }

    #[test]
    fn budget_waits_to_be_alone_until_the_others_have_not_heard_of_it_for_long() {
        let mut one = budget("one", Some(2));
        let proposal = one.propose(&[], START + 5000);
        assert!(!proposal.grants());
        one.settled(proposal, Outcome::Unknown, START + 10_000).unwrap();
        one.fail();
        assert!(!one.is_alone(START + 5000 + ALONE_AFTER_MS - 1), "others may have seen it at 5");
        assert!(one.is_alone(START + 5000 + ALONE_AFTER_MS));
        let proposal = one.propose(&[(STAFF, 1)], START + 60_000);
        assert!(proposal.grants());
        one.settled(proposal, Outcome::Unknown, START + 65_000).unwrap();
        assert!(one.is_alone(START + 5000 + ALONE_AFTER_MS), "another text is there");
    }

    #[test]
    fn budget_counts_a_request_from_its_answer_because_it_may_have_arrived_late() {
        let (mut one, mut state) = (budget("one", None), None);
        assert_eq!(sent(&mut one, &mut state, STAFF, START), 200);
        one.answered(STAFF, START, START + 500);
        assert!(!one.has_news(), "the second that a window is longer is enough");
        for _ in 1..200 {
            one.answered(STAFF, START, START + 3000);
        }
        assert!(one.has_news());
        lease(&mut one, &mut state, &[], START + 3000);
        assert!(!one.has_news());
        let mut other = budget("other", None);
        assert_eq!(sent(&mut other, &mut state, STAFF, START + WINDOW_MS), 0);
        assert_eq!(sent(&mut other, &mut state, STAFF, START + 500 + WINDOW_MS), 1);
        assert_eq!(sent(&mut one, &mut state, STAFF, START + 3000 + WINDOW_MS), 199);
    }

    /// A process in the background, such as an import.
    fn background(processes: Option<u32>) -> Budget {
        let mut background = budget("import", processes);
        background.limits.is_background = true;
        background
    }

    /// Whether each of so many requests a minute of others was sent at once, and when an import
    /// sends that tries a hundred times a minute; over ten minutes, of which the first three are the import's
    /// alone.
    fn beside_an_import(share: Share, per_minute: u64) -> (bool, Vec<u64>) {
        let (mut other, mut import, mut state) = (budget("one", None), background(None), None);
        let (mut is_free, mut sent, mut due) = (true, Vec::new(), START + 180_000);
        for now_ms in (START..START + 600_000).step_by(50) {
            while per_minute > 0 && due <= now_ms {
                is_free &= send(&mut other, &mut state, share, now_ms).is_ok();
                due += 60_000 / per_minute;
            }
            // At an even pace, as an import sends.
            if now_ms % 600 == 0 && send(&mut import, &mut state, Share::Rest, now_ms).is_ok() {
                sent.push(now_ms - START);
            }
        }
        (is_free, sent)
    }

    #[test]
    fn budget_of_an_import_is_what_others_leave_and_they_never_wait() {
        for (share, per_minute, least) in [
            (STAFF, 0, 95),
            (STAFF, 10, 60),
            (STAFF, 60, 25),
            (STAFF, 100, 0),
            (STAFF, 180, 0),
            (OAK, 60, 25),
            (OAK, 110, 0),
            (Share::Link, 10, 60),
        ] {
            let (is_free, sent) = beside_an_import(share, per_minute);
            assert!(is_free, "{share:?} {per_minute}");
            let count =
                |from: u64| sent.iter().filter(|at| (from..from + 60_000).contains(*at)).count();
            let late = count(400_000) as u64;
            let most = 100_u64.saturating_sub(per_minute);
            assert!((least..=most).contains(&late), "{share:?} {per_minute}: {late}");
            let windows = sent.iter().map(|at| count(*at)).max().unwrap_or_default();
            assert!(windows <= 100, "{windows}: half of the account's are always free");
        }
    }

    #[test]
    fn budget_of_an_import_leaves_half_of_all_for_a_rush() {
        let (mut one, mut import, mut state) = (budget("one", None), background(None), None);
        assert_eq!(sent(&mut import, &mut state, Share::Rest, START), 100);
        assert_eq!(sent(&mut one, &mut state, STAFF, START + 1), 100, "all that is left");
        let later = START + WINDOW_MS;
        let sent_later = sent(&mut one, &mut state, STAFF, later);
        assert!((99..=100).contains(&sent_later), "the import's have gone; one may be spare");
        assert_eq!(sent(&mut import, &mut state, Share::Rest, later), 0);
    }

    #[test]
    fn budget_of_an_import_is_no_part_of_the_processes() {
        let (mut one, mut import, mut state) = (budget("one", Some(2)), background(Some(2)), None);
        assert_eq!(send(&mut import, &mut state, Share::Rest, START), Err(WINDOW_MS), "nobody");
        lease(&mut one, &mut state, &[], START);
        lease(&mut import, &mut state, &[], START);
        assert_eq!(sent(&mut import, &mut state, Share::Rest, START + 1), 50, "half of one's part");
        lease(&mut one, &mut state, &[], START + 2);
        assert_eq!(one.used(START + 2), (50, 100), "the other gateway may be alone with its part");
        import.fail();
        let late = START + 10 * WINDOW_MS;
        assert_eq!(import.take(Share::Rest, 1, late), Err(Lack::Wait(WINDOW_MS)));
        assert!(!import.is_alone(late));
    }

    #[test]
    fn budget_of_a_replaced_instance_counts_what_was_on_its_way() {
        let (mut one, mut state) = (budget("one", None), None);
        lease(&mut one, &mut state, &[(STAFF, 10)], START);
        assert_eq!(one.take(STAFF, 6, START), Ok(()));
        let mut next = budget("one", None);
        next.restore(&one.keep());
        let used = next.used(START);
        assert!(used.0 >= 10 && used.1 == 200, "{used:?}");
        assert!(!next.sending(STAFF, START));
    }
}
