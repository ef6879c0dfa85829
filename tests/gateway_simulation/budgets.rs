//! The budget alone: several of them swap one text in an engine, and their requests arrive at the
//! remote API.

use std::collections::BTreeMap;

use dinerkit::gateway::limits::quota::Share;
use dinerkit::gateway::shared::budget::{Budget, Lack, Limits, Outcome as Settled, Proposal};

use crate::dice::Dice;
use crate::engine::{Defect, Engine, Entry, Outcome, Promise, Reply, State};
use crate::measure::{highest_window, used_per_mille};
use crate::schedule::{END, HEALS_MS, Schedule, TROUBLE_FROM, TROUBLE_TO, Trouble};
use crate::seeds;
use crate::time::{Agenda, MINUTE, NOON};
use crate::wire::Wire;

/// How long a process waits for a swap.
const PATIENCE_MS: u64 = 5000;
/// How often a process looks whether it has something to say.
const TICK_MS: u64 = 5000;
/// How often a request asks for a lease before it is refused.
const TRIES: u32 = 4;
/// How long the text is kept.
const TEXT_SECONDS: u32 = 300;

/// A request that somebody makes.
#[derive(Clone, Copy)]
struct Ask {
    share: Share,
    tries: u32,
    /// Whether there must be room for it: its share asks for less than is kept for it.
    is_due: bool,
}

/// A swap that is on its way.
struct Swap {
    number: u64,
    sent_local_ms: u64,
    proposal: Proposal,
}

/// One gateway's process, as far as its budget goes.
struct Process {
    budget: Budget,
    /// The engine's clock minus this process', as well as that is known.
    ahead_ms: Option<(i64, u64)>,
    is_alive: bool,
    swap: Option<Swap>,
    parked: Vec<Ask>,
    /// When it has swapped last, by its own clock.
    said_ms: u64,
    /// True if it has sent something since.
    has_news: bool,
}

enum Event {
    Guest,
    Staff,
    Send { gateway: usize, life: u64, ask: Ask },
    Arrival,
    SwapArrives { gateway: usize, life: u64, number: u64, entries: Vec<Entry>, is_durable: bool },
    SwapEnds { gateway: usize, life: u64, number: u64, reply: Option<Reply> },
    Tick { gateway: usize, life: u64 },
    Trouble(Trouble),
    TroubleBegins,
    TroubleEnds,
}

/// A fault in the simulation itself, to show that a property can fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// None.
    #[default]
    None,
    /// The engine has this defect.
    Engine(Defect),
    /// Each gateway believes that it is the only one.
    ProcessesOfOne,
    /// All guests are counted for the first restaurant.
    OneMicrosite,
    /// Nothing is kept for staff, though they count on it.
    NoReserve,
    /// Of the requests that were let through, one in five is neither sent nor given back.
    Leaks,
    /// What has failed stays so.
    StaysBroken,
}

/// What happened in one run.
#[derive(Default)]
pub struct Run {
    /// When requests arrived at the remote API, in true time.
    pub arrivals: Vec<u64>,
    /// Requests that were asked for.
    pub asked: u64,
    /// Swaps that reached the engine.
    pub swaps: u64,
    /// Failures that happened.
    pub failures: u64,
    /// Requests that were sent by gateways that had lost the engine.
    pub alone: u64,
    /// Staff's requests that must be let through, and those that were not.
    pub staff: (u64, u64),
    /// The same of guests of restaurants that few ask for.
    pub quiet: (u64, u64),
    /// Whether every gateway reached the engine at the end.
    pub is_well: bool,
    /// Requests that could not be sent any more after they had been let through.
    pub too_late: u64,
    /// Whether the engine lost what it had confirmed.
    pub has_forgotten: bool,
}

/// The state of a run.
pub struct World {
    schedule: Schedule,
    fault: Fault,
    dice: Dice,
    agenda: Agenda<Event>,
    engine: Engine,
    wire: Wire,
    processes: Vec<Process>,
    /// How often a process was started in each gateway's place.
    lives: Vec<u64>,
    numbers: u64,
    /// When requests of each share were asked for: staff first, then each restaurant.
    asked: BTreeMap<usize, Vec<u64>>,
    run: Run,
}

impl World {
    /// The run of a seed.
    pub fn new(seed: u64, fault: Fault) -> Self {
        let mut dice = Dice::new(seed);
        let schedule = Schedule::new(&mut dice);
        Self::of(schedule, dice, fault)
    }

    /// A run of these choices.
    pub fn of(schedule: Schedule, dice: Dice, fault: Fault) -> Self {
        let mut engine = Engine::new(schedule.promise, schedule.engine_clocks, schedule.lag_ms);
        if let Fault::Engine(defect) = fault {
            engine.defect = defect;
        }
        let mut world = Self {
            wire: Wire::new(&schedule),
            lives: vec![0; schedule.gateways],
            schedule,
            fault,
            dice,
            agenda: Agenda::new(),
            engine,
            processes: Vec::new(),
            numbers: 0,
            asked: BTreeMap::new(),
            run: Run::default(),
        };
        for gateway in 0..world.schedule.gateways {
            let process = world.process(gateway);
            world.processes.push(process);
            let first = world.dice.below(TICK_MS);
            world.agenda.later(first, Event::Tick { gateway, life: 0 });
        }
        world.next_ask(world.schedule.guests, Event::Guest);
        world.next_ask(world.schedule.staff, Event::Staff);
        if !world.schedule.is_calm {
            world.agenda.later(TROUBLE_FROM, Event::TroubleBegins);
            world.agenda.later(TROUBLE_TO, Event::TroubleEnds);
        }
        for (at_ms, trouble) in world.schedule.troubles.clone() {
            world.agenda.later(at_ms, Event::Trouble(trouble));
        }
        world
    }

    /// A process that begins now.
    fn process(&self, gateway: usize) -> Process {
        let schedule = &self.schedule;
        let processes = match self.fault {
            Fault::ProcessesOfOne => schedule.processes.map(|_| 1),
            _ => schedule.processes,
        };
        let limits = Limits {
            per_minute: schedule.per_minute,
            reserve: if self.fault == Fault::NoReserve { 0 } else { schedule.reserve },
            microsites: (0..schedule.microsites).map(|index| format!("site-{index}")).collect(),
            processes,
            is_background: false,
        };
        let name = format!("gateway-{gateway}-{}", self.lives[gateway]);
        let now_ms = self.schedule.clocks[gateway].at(self.agenda.now_ms);
        Process {
            budget: Budget::new(limits, name, now_ms),
            ahead_ms: None,
            is_alive: true,
            swap: None,
            parked: Vec::new(),
            said_ms: now_ms,
            has_news: false,
        }
    }

    fn next_ask(&mut self, per_minute: u32, event: Event) {
        let is_over = self.agenda.now_ms - NOON > END;
        if per_minute > 0 && !is_over {
            let gap_ms = self.dice.gap_ms(MINUTE / u64::from(per_minute));
            self.agenda.later(gap_ms.max(1), event);
        }
    }

    fn local_ms(&self, gateway: usize) -> u64 {
        self.schedule.clocks[gateway].at(self.agenda.now_ms)
    }

    /// The engine's time, as well as a gateway knows it.
    fn engine_ms(&self, gateway: usize) -> u64 {
        let ahead_ms = self.processes[gateway].ahead_ms.map_or(0, |(ahead_ms, _)| ahead_ms);
        self.local_ms(gateway).saturating_add_signed(ahead_ms)
    }

    /// Runs to the end.
    pub fn run(mut self) -> Run {
        while let Some(event) = self.agenda.next() {
            self.handle(event);
        }
        self.run.swaps = self.engine.swaps;
        self.run.is_well = self.processes.iter().all(|process| !process.budget.is_failing());
        self.run
    }

    fn handle(&mut self, event: Event) {
        let is_current = |world: &Self, gateway: usize, life: u64| {
            world.lives[gateway] == life && world.processes[gateway].is_alive
        };
        match event {
            Event::Guest => {
                self.next_ask(self.schedule.guests, Event::Guest);
                let is_first = self.dice.percent(self.schedule.crowded);
                let any = self.dice.below(self.schedule.microsites as u64) as usize;
                self.begin(Share::Guest(if is_first { 0 } else { any }));
            }
            Event::Staff => {
                self.next_ask(self.schedule.staff, Event::Staff);
                self.begin(Share::Staff);
            }
            Event::Send { gateway, life, ask } => {
                if is_current(self, gateway, life) {
                    self.send(gateway, ask);
                }
            }
            Event::Arrival => self.run.arrivals.push(self.agenda.now_ms),
            Event::SwapArrives { gateway, life, number, entries, is_durable } => {
                self.swap_arrives(gateway, life, number, &entries, is_durable);
            }
            Event::SwapEnds { gateway, life, number, reply } => {
                if is_current(self, gateway, life) {
                    self.swap_ends(gateway, number, reply);
                }
            }
            Event::Tick { gateway, life } => {
                let is_over = self.agenda.now_ms - NOON > END + MINUTE;
                if is_current(self, gateway, life) && !is_over {
                    self.agenda.later(TICK_MS, Event::Tick { gateway, life });
                    self.tick(gateway);
                }
            }
            Event::TroubleBegins => self.wire.is_lossy = true,
            Event::TroubleEnds if self.fault == Fault::StaysBroken => {}
            Event::TroubleEnds => {
                self.wire.is_lossy = false;
                let now_ms = self.agenda.now_ms;
                self.wire.happen(Trouble::Rejoin, &mut self.engine, now_ms, &mut self.dice);
                self.wire.happen(Trouble::Link(true), &mut self.engine, now_ms, &mut self.dice);
                for server in [0, 1] {
                    self.engine.set(server, State::Well);
                }
                for gateway in 0..self.schedule.gateways {
                    let network = Trouble::Network { gateway, is_up: true };
                    self.wire.happen(network, &mut self.engine, now_ms, &mut self.dice);
                    self.start(gateway);
                }
            }
            Event::Trouble(Trouble::Kill(gateway)) => {
                self.run.failures += u64::from(self.processes[gateway].is_alive);
                self.processes[gateway].is_alive = false;
            }
            Event::Trouble(Trouble::Start(gateway)) => self.start(gateway),
            Event::Trouble(trouble) => {
                let now_ms = self.agenda.now_ms;
                if self.wire.happen(trouble, &mut self.engine, now_ms, &mut self.dice) {
                    self.run.failures += 1;
                    let forgets = self.schedule.promise == Promise::Forgets;
                    self.run.has_forgotten |= forgets && trouble == Trouble::Restart;
                }
            }
        }
    }

    /// Begins a process in a gateway's place, if none is there.
    fn start(&mut self, gateway: usize) {
        if !self.processes[gateway].is_alive {
            self.lives[gateway] += 1;
            self.processes[gateway] = self.process(gateway);
            let life = self.lives[gateway];
            self.agenda.later(0, Event::Tick { gateway, life });
        }
    }

    /// Somebody makes a request at one of the gateways that are there.
    fn begin(&mut self, share: Share) {
        let any = self.dice.below(self.schedule.gateways as u64) as usize;
        let is_first = self.dice.percent(self.schedule.lopsided);
        let first = if is_first { 0 } else { any };
        let alive = (0..self.schedule.gateways)
            .map(|step| (first + step) % self.schedule.gateways)
            .find(|gateway| self.processes[*gateway].is_alive);
        self.run.asked += 1;
        let now_ms = self.agenda.now_ms;
        let Schedule { per_minute, reserve, microsites, .. } = self.schedule;
        // Half of what is kept for a share must be had whenever it is asked for. Staff may use up
        // everything.
        let (index, kept) = match share {
            Share::Guest(index) if self.schedule.staff > reserve / 2 => (index + 1, 0),
            Share::Guest(index) => (index + 1, (per_minute - reserve) / (2 * microsites as u32)),
            _ => (0, reserve),
        };
        let times = self.asked.entry(index).or_default();
        times.retain(|at_ms| at_ms + 2 * MINUTE > now_ms);
        times.push(now_ms);
        let is_few = times.len() as u32 <= kept / 2;
        let is_due = is_few && self.must_be_well();
        let Some(gateway) = alive else { return };
        self.ask(gateway, Ask { share, tries: 0, is_due });
    }

    /// True if nothing has gone wrong yet, or all has ended for long.
    fn must_be_well(&self) -> bool {
        let passed_ms = self.agenda.now_ms - NOON;
        let begins = MINUTE / 2..TROUBLE_FROM;
        begins.contains(&passed_ms)
            || passed_ms > TROUBLE_TO + HEALS_MS
            || self.schedule.is_calm && passed_ms > MINUTE / 2
    }

    fn ask(&mut self, gateway: usize, ask: Ask) {
        let now_ms = self.engine_ms(gateway);
        let share = match (self.fault, ask.share) {
            (Fault::OneMicrosite, Share::Guest(_)) => Share::Guest(0),
            (_, share) => share,
        };
        let process = &mut self.processes[gateway];
        match process.budget.take(share, 1, now_ms) {
            Ok(()) => {
                self.run.alone += u64::from(process.budget.is_alone(now_ms));
                // What a request needs before it is sent: the Setup, the claim.
                let after_ms = self.dice.below(200);
                let life = self.lives[gateway];
                self.count_due(ask, true);
                self.agenda
                    .later(after_ms, Event::Send { gateway, life, ask: Ask { share, ..ask } });
            }
            Err(Lack::Lease) if ask.tries < TRIES => {
                process.parked.push(Ask { tries: ask.tries + 1, ..ask });
                self.propose(gateway);
            }
            Err(_) => self.count_due(ask, false),
        }
    }

    fn count_due(&mut self, ask: Ask, is_let_through: bool) {
        let counts = match ask.share {
            Share::Guest(_) => &mut self.run.quiet,
            _ => &mut self.run.staff,
        };
        counts.0 += u64::from(ask.is_due);
        counts.1 += u64::from(ask.is_due && !is_let_through);
    }

    fn send(&mut self, gateway: usize, ask: Ask) {
        let now_ms = self.engine_ms(gateway);
        let process = &mut self.processes[gateway];
        if self.fault == Fault::Leaks && self.dice.percent(20) {
            return;
        }
        // Some are refused by the rules after they were let through.
        if self.dice.percent(3) {
            process.budget.give_back(ask.share, 1);
        } else if process.budget.sending(ask.share, now_ms) {
            process.has_news = true;
            let delay_ms = self.dice.below(self.schedule.upstream_delay_ms + 1);
            self.agenda.later(delay_ms, Event::Arrival);
        } else {
            self.run.too_late += 1;
        }
    }

    /// Says what is new, or only that the process is there.
    fn tick(&mut self, gateway: usize) {
        let (now_ms, local_ms) = (self.engine_ms(gateway), self.local_ms(gateway));
        let process = &self.processes[gateway];
        let is_heard = self.schedule.processes.is_some()
            && local_ms >= process.said_ms + Budget::heartbeat_ms();
        if process.has_news
            || process.budget.left(now_ms) > 0
            || is_heard
            || process.budget.is_failing()
        {
            self.propose(gateway);
        }
    }

    fn propose(&mut self, gateway: usize) {
        let (now_ms, local_ms) = (self.engine_ms(gateway), self.local_ms(gateway));
        let process = &mut self.processes[gateway];
        if process.swap.is_some() {
            return;
        }
        let mut wanted: Vec<(Share, u32)> = Vec::new();
        for ask in &process.parked {
            match wanted.iter_mut().find(|(share, _)| *share == ask.share) {
                Some((_, count)) => *count += 1,
                None => wanted.push((ask.share, 1)),
            }
        }
        let proposal = process.budget.propose(&wanted, now_ms);
        process.said_ms = local_ms;
        process.has_news = false;
        self.numbers += 1;
        let (number, life) = (self.numbers, self.lives[gateway]);
        let entry = Entry {
            key: "budget".to_owned(),
            expected: Some(proposal.expected.clone()),
            text: Some(Some(proposal.text.clone())),
            seconds: TEXT_SECONDS,
        };
        let is_durable = proposal.grants();
        process.swap = Some(Swap { number, sent_local_ms: local_ms, proposal });
        self.agenda.later(PATIENCE_MS, Event::SwapEnds { gateway, life, number, reply: None });
        if let Some(delay_ms) = self.wire.message(gateway, &mut self.dice) {
            let entries = vec![entry];
            let arrives = Event::SwapArrives { gateway, life, number, entries, is_durable };
            self.agenda.later(delay_ms, arrives);
        }
    }

    fn swap_arrives(
        &mut self,
        gateway: usize,
        life: u64,
        number: u64,
        entries: &[Entry],
        is_durable: bool,
    ) {
        let (server, now_ms) = (self.wire.server(gateway), self.agenda.now_ms);
        let outcome = self.engine.swap(server, entries, is_durable, now_ms, &mut self.dice);
        let (reply, after_ms) = match outcome {
            Outcome::Answers(reply, after_ms) => (Some(reply), after_ms),
            Outcome::Fails(after_ms) => (None, after_ms),
            Outcome::Silence => return,
        };
        if let Some(delay_ms) = self.wire.message(gateway, &mut self.dice) {
            let ends = Event::SwapEnds { gateway, life, number, reply };
            self.agenda.later(after_ms + delay_ms, ends);
        }
    }

    fn swap_ends(&mut self, gateway: usize, number: u64, reply: Option<Reply>) {
        let local_ms = self.local_ms(gateway);
        let process = &mut self.processes[gateway];
        if process.swap.as_ref().is_none_or(|swap| swap.number != number) {
            return;
        }
        let Some(swap) = process.swap.take() else { return };
        let parked = std::mem::take(&mut process.parked);
        let Some(reply) = reply else {
            let now_ms = self.engine_ms(gateway);
            let process = &mut self.processes[gateway];
            process.budget.settled(swap.proposal, Settled::Unknown, now_ms).unwrap();
            process.budget.fail();
            for ask in parked {
                self.ask(gateway, Ask { tries: TRIES, ..ask });
            }
            return;
        };
        // The quickest answer tells the engine's clock best.
        let took_ms = local_ms - swap.sent_local_ms;
        let ahead_ms = reply.now_ms as i64 - local_ms as i64 + took_ms as i64 / 2;
        if process.ahead_ms.is_none_or(|(_, best_ms)| took_ms <= best_ms + 5) {
            let before_ms = process.ahead_ms.map_or(0, |(ahead_ms, _)| ahead_ms);
            process.budget.shift(ahead_ms - before_ms);
            process.ahead_ms = Some((ahead_ms, took_ms));
        }
        let now_ms = self.engine_ms(gateway);
        let process = &mut self.processes[gateway];
        let found = reply.texts[0].as_deref();
        let outcome = if reply.is_done { Settled::Done } else { Settled::Stale(found) };
        process.budget.settled(swap.proposal, outcome, now_ms).unwrap();
        if reply.is_done {
            for ask in parked {
                self.ask(gateway, ask);
            }
        } else {
            process.parked = parked;
            self.propose(gateway);
        }
    }
}

/// Counts of all runs.
#[derive(Debug, Default)]
pub struct Tally {
    schedules: u64,
    asked: u64,
    arrived: u64,
    swaps: u64,
    failures: u64,
    /// Requests of gateways that had lost the engine and went on with their part of the budget.
    alone: u64,
    too_late: u64,
    /// The highest window, in per mille of the limit, where the engine has kept its promise.
    highest: u64,
    /// The runs in which the engine forgot what it had confirmed, and those of them that broke the
    /// limit.
    forgotten: (u64, u64),
    /// The lowest use while all ask for more than there is, in per mille, with the number of runs
    /// in which it was measured; before the trouble, and after it.
    lowest: (Option<u64>, u64),
    lowest_after: (Option<u64>, u64),
    /// Requests that had to be let through, and those that were not.
    staff: (u64, u64),
    quiet: (u64, u64),
}

/// What a run can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    /// No minute has more requests than the limit.
    Limit,
    /// Nearly all of the budget is used while all ask for more than there is.
    Use,
    /// All is well again some time after the last failure.
    Healing,
    /// Staff get what is kept for them.
    Staff,
    /// Guests of a restaurant that few ask for get what is kept for them.
    Fairness,
}

/// What a run has broken, with figures.
fn broken(run: &Run, schedule: &Schedule, tally: &mut Tally) -> BTreeMap<Property, String> {
    let mut broken = BTreeMap::new();
    let per_minute = schedule.per_minute;
    let highest = highest_window(&run.arrivals);
    let is_over = highest > per_minute as usize;
    if run.has_forgotten {
        tally.forgotten = (tally.forgotten.0 + 1, tally.forgotten.1 + u64::from(is_over));
    } else {
        tally.highest = tally.highest.max(highest as u64 * 1000 / u64::from(per_minute));
        if is_over {
            broken.insert(Property::Limit, format!("{highest} of {per_minute} in a minute"));
        }
    }
    // Fewer requests than this come too far apart to use up at once what comes free.
    let is_dense = schedule.guests + schedule.staff >= 240;
    if is_dense && schedule.guests >= 2 * per_minute && schedule.staff >= 2 * per_minute {
        let mut measure = |from: u64, to: u64, lowest: &mut (Option<u64>, u64), property| {
            let used = used_per_mille(&run.arrivals, NOON + from, NOON + to, per_minute);
            *lowest = (Some(lowest.0.map_or(used, |lowest| lowest.min(used))), lowest.1 + 1);
            if used < 950 {
                broken.insert(property, format!("{used} per mille used"));
            }
        };
        // At first all ask at once, and so for a while less often than requests come free.
        if schedule.is_calm {
            measure(2 * MINUTE, END, &mut tally.lowest, Property::Use);
        } else {
            let from = TROUBLE_TO + HEALS_MS;
            measure(from, END, &mut tally.lowest_after, Property::Healing);
        }
    }
    if !run.is_well {
        broken.insert(Property::Healing, "a gateway does not reach the engine".to_owned());
    }
    for (property, (due, refused)) in
        [(Property::Staff, run.staff), (Property::Fairness, run.quiet)]
    {
        if refused * 50 > due && refused > 1 {
            broken.insert(property, format!("{refused} of {due} refused"));
        }
    }
    tally.schedules += 1;
    tally.asked += run.asked;
    tally.arrived += run.arrivals.len() as u64;
    tally.swaps += run.swaps;
    tally.failures += run.failures;
    tally.alone += run.alone;
    tally.too_late += run.too_late;
    tally.staff = (tally.staff.0 + run.staff.0, tally.staff.1 + run.staff.1);
    tally.quiet = (tally.quiet.0 + run.quiet.0, tally.quiet.1 + run.quiet.1);
    broken
}

/// Runs a seed and says what it has broken.
fn try_seed(seed: u64, fault: Fault, tally: &mut Tally) -> BTreeMap<Property, String> {
    let world = World::new(seed, fault);
    let schedule = world.schedule.clone();
    let run = world.run();
    broken(&run, &schedule, tally)
}

/// How many schedules are run by default.
const SCHEDULES: u64 = 100;

#[test]
fn simulation_of_budgets_keeps_the_limit_and_uses_the_budget() {
    let mut tally = Tally::default();
    let mut all = Vec::new();
    for seed in seeds(SCHEDULES) {
        let broken = try_seed(seed, Fault::None, &mut tally);
        all.extend(broken.into_iter().map(|(property, text)| (seed, property, text)));
    }
    println!("budgets: {tally:?}");
    assert!(all.is_empty(), "{all:#?}");
    // Each kind of event must be common, otherwise the simulation would prove nothing about it.
    for (what, count) in [
        ("failures", tally.failures),
        ("sent alone", tally.alone * 4),
        ("staff's due requests", tally.staff.0),
        ("guests' due requests", tally.quiet.0 * 4),
        ("measured", tally.lowest.1 * 100),
        ("measured after the trouble", tally.lowest_after.1 * 30),
        ("forgotten", tally.forgotten.0 * 20),
    ] {
        assert!(count > tally.schedules / 2, "{what}: {count}");
    }
}

/// With a fault in the model, the property that it is about does not hold. Each row names a seed
/// near which that shows, because not every schedule has what it takes.
#[test]
fn simulation_of_budgets_finds_seeded_faults() {
    for (fault, property, near) in [
        (Fault::Engine(Defect::ComparesNothing), Property::Limit, 0),
        (Fault::Engine(Defect::WaitsForNobody), Property::Limit, 205),
        (Fault::ProcessesOfOne, Property::Limit, 50),
        (Fault::Leaks, Property::Use, 0),
        (Fault::StaysBroken, Property::Healing, 0),
        (Fault::NoReserve, Property::Staff, 15),
        (Fault::OneMicrosite, Property::Fairness, 20),
    ] {
        let finds =
            |seed: &u64| try_seed(*seed, fault, &mut Tally::default()).contains_key(&property);
        let found = (near..near + 300).find(finds);
        println!("{fault:?} breaks {property:?} with seed {found:?}");
        assert!(found.is_some(), "{fault:?} should break {property:?}");
    }
}
