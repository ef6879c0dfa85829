//! Whole gateways: guests who repeat their creates under the same key at any gateway, and staff.
//! This is the loop of `pkg/lib/gateway.js` and `pkg/lib/gateway/shared.js`, but for the sign-in.

use std::collections::BTreeMap;

use dinerkit::client::Operation;
use dinerkit::client::error::{ApiError, ErrorKind, Outcome};
use dinerkit::gateway::Gateway;
use dinerkit::gateway::config::Config;
use dinerkit::gateway::exchange::{Context, Exchange, Head, Input, Output};
use dinerkit::gateway::reply::Reply;
use dinerkit::gateway::shared::budget::Lack;
use dinerkit::gateway::shared::{
    Done, Event as Happened, Operation as Asked, Purse, State as Standing, Step, Swap, Swapped,
    Trouble as Failure,
};
use dinerkit::json::{Json, Object};
use dinerkit::platform::Native;

use crate::dice::Dice;
use crate::engine::{Defect, Engine, Entry, Outcome as Answered, Promise, State};
use crate::measure::highest_window;
use crate::schedule::{HEALS_MS, Schedule, TROUBLE_FROM, TROUBLE_TO, Trouble};
use crate::seeds;
use crate::time::{Agenda, MINUTE, NOON};
use crate::wire::Wire;

/// How long a gateway waits for a swap.
const SWAP_MS: u64 = 5000;
/// After a swap that nobody has heard of for so long, its claim is given back.
const LATE_MS: u64 = 60_000;
/// How long after a failure the engine is asked again.
const AGAIN_MS: u64 = 1000;
/// How long a request waits for a Setup that another fetches.
const PATIENCE_MS: u64 = 5000;
/// How long a request to the remote API may take.
const TIMEOUT_MS: u64 = 10_000;
/// How long a guest waits for an answer.
const GUEST_WAITS_MS: u64 = 30_000;
/// How often a guest sends a create.
const SENDS: u32 = 8;
/// When the last guests come, who must all be served.
const LATE_FROM: u64 = TROUBLE_TO + HEALS_MS;
const LATE_TO: u64 = LATE_FROM + 3 * MINUTE;
/// When everything has ended.
const OVER: u64 = LATE_TO + 8 * MINUTE;

const SETUP: &str = r#"{"CustomerCodes":[],"LegalDrinkingAge":18,"CustomFields":[]}"#;

/// A fault in the model, to show that a property can fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Fault {
    /// None.
    #[default]
    None,
    /// The engine has this defect.
    Engine(Defect),
    /// Every gateway has a shared state of its own.
    Apart,
    /// A request to the remote API that was lost counts as not sent.
    Hopes,
    /// What has failed stays so.
    StaysBroken,
}

/// What a run can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Property {
    /// No minute has more requests than the limit.
    Limit,
    /// At most one customer is created under a key.
    Once,
    /// What an answer says is so.
    Truth,
    /// All is well again some time after the last failure.
    Healing,
}

/// Somebody who wants to be a customer, once.
struct Guest {
    key: String,
    surname: String,
    microsite: usize,
    is_staff: bool,
    sends: u32,
    /// The Id that an answer has named.
    id: Option<i32>,
    last_status: Option<u16>,
    is_late: bool,
}

/// What an operation of the shared state is for.
#[derive(Clone, PartialEq)]
enum Purpose {
    /// The exchange has asked for it.
    Exchange,
    /// A request to the remote API needs one more of the budget.
    Pay,
    /// The Setup of a microsite is looked for, and fetched if need be.
    Setup(String),
    /// The Setup was fetched, and is told.
    TellSetup(String),
    /// Nobody waits for it.
    Background,
}

/// Something that a process has under way.
struct Job {
    gateway: usize,
    purpose: Purpose,
    exchange: Option<Exchange>,
    guest: usize,
    body: String,
    /// The claim that the operation would take, and the one that was taken.
    claim: Option<(String, String)>,
    held: Option<(String, String)>,
    operation: Option<Asked>,
    purse: Option<Purse>,
    /// When the request under way was paid, by the engine's clock.
    sent_ms: Option<u64>,
    call: Option<(String, Operation)>,
    tries: u32,
    turns: u64,
    /// Counts what the job waits for, so that a late event is none of its business.
    waits: u64,
    has_created: bool,
}

/// One gateway's process.
struct Process {
    gateway: Gateway,
    is_alive: bool,
    state: Standing,
    is_asked_again: bool,
    /// The jobs that wait for the Setup of a microsite that is fetched.
    fetching: BTreeMap<String, Vec<u64>>,
    /// The jobs that wait for the swap of another that changes the budget.
    busy: Vec<u64>,
}

enum Event {
    Send {
        guest: usize,
        send: u32,
    },
    GivesUp {
        guest: usize,
        send: u32,
    },
    Resume {
        job: u64,
        waits: u64,
        input: Box<Input>,
    },
    SwapArrives {
        gateway: usize,
        job: u64,
        waits: u64,
        swap: Swap,
    },
    SwapEnds {
        job: u64,
        waits: u64,
        happened: Happened,
        is_budget: bool,
    },
    Woken {
        job: u64,
        waits: u64,
    },
    Arrival {
        job: u64,
        waits: u64,
        surname: Option<String>,
        microsite: String,
        operation: Box<Operation>,
    },
    Called {
        job: u64,
        waits: u64,
        result: Box<Result<Json, ApiError>>,
    },
    GiveBack {
        gateway: usize,
        life: u64,
        key: String,
        text: String,
    },
    Heartbeat {
        gateway: usize,
        life: u64,
    },
    Again {
        gateway: usize,
        life: u64,
    },
    Trouble(Trouble),
    TroubleBegins,
    TroubleEnds,
}

/// Counts of all runs.
#[derive(Debug, Default)]
struct Tally {
    schedules: u64,
    guests: u64,
    requests: u64,
    swaps: u64,
    failures: u64,
    killed_requests: u64,
    created: u64,
    /// Answers by status.
    answers: BTreeMap<u16, u64>,
    /// Guests who were created and never told so.
    untold: u64,
    /// The highest window, in per mille of the limit, where the engine has kept its promise.
    highest: u64,
    /// Guests who came after the trouble, and those of them who were served at once.
    late: (u64, u64),
    /// Where the engine has forgotten: the seeds with two customers under a key.
    forgetful: Vec<u64>,
    /// For each promise: runs, writes that were lost, keys under which two customers were created.
    promises: BTreeMap<String, (u64, u64, u64)>,
}

struct World {
    schedule: Schedule,
    fault: Fault,
    dice: Dice,
    agenda: Agenda<Event>,
    engines: Vec<Engine>,
    wire: Wire,
    processes: Vec<Process>,
    lives: Vec<u64>,
    jobs: BTreeMap<u64, Job>,
    last_job: u64,
    guests: Vec<Guest>,
    /// The customers that were created, by surname, and the requests that did it.
    created: BTreeMap<String, Vec<i32>>,
    next_id: i32,
    arrivals: Vec<u64>,
    is_troubled: bool,
    has_forgotten: bool,
    /// How many of a hundred requests to the remote API, or answers from it, are lost or late.
    upstream_fails: u64,
    broken: BTreeMap<Property, String>,
    counts: Tally,
}

impl World {
    fn new(seed: u64, fault: Fault) -> Self {
        let mut dice = Dice::new(seed ^ 0x6761_7465);
        let mut schedule = Schedule::new(&mut dice);
        schedule.microsites = 1 + dice.below(3) as usize;
        schedule.per_minute = dice.one_of(&[12, 20, 20, 40]);
        schedule.reserve = schedule.per_minute / 4;
        schedule.upstream_delay_ms = dice.one_of(&[1, 50, 300, 4000]);
        let engine = |schedule: &Schedule| {
            let mut engine = Engine::new(schedule.promise, schedule.engine_clocks, schedule.lag_ms);
            if let Fault::Engine(defect) = fault {
                engine.defect = defect;
            }
            engine
        };
        let engines = if fault == Fault::Apart { schedule.gateways } else { 1 };
        let mut world = Self {
            engines: (0..engines).map(|_| engine(&schedule)).collect(),
            wire: Wire::new(&schedule),
            lives: vec![0; schedule.gateways],
            upstream_fails: dice.one_of(&[0, 5, 20]),
            schedule,
            fault,
            dice,
            agenda: Agenda::new(),
            processes: Vec::new(),
            jobs: BTreeMap::new(),
            last_job: 0,
            guests: Vec::new(),
            created: BTreeMap::new(),
            next_id: 1000,
            arrivals: Vec::new(),
            is_troubled: false,
            has_forgotten: false,
            broken: BTreeMap::new(),
            counts: Tally::default(),
        };
        for gateway in 0..world.schedule.gateways {
            let process = world.process(gateway);
            world.processes.push(process);
            world.begin_heartbeat(gateway);
        }
        let load = world.dice.one_of(&[5, 15, 40]);
        for _ in 0..load {
            let at_ms = world.dice.between(TROUBLE_FROM - MINUTE, TROUBLE_TO + MINUTE);
            world.add_guest(at_ms, false);
        }
        for step in 0..6 {
            world.add_guest(LATE_FROM + step * (LATE_TO - LATE_FROM) / 6, true);
        }
        if !world.schedule.is_calm {
            world.agenda.later(TROUBLE_FROM, Event::TroubleBegins);
            world.agenda.later(TROUBLE_TO, Event::TroubleEnds);
        }
        for (at_ms, trouble) in world.schedule.troubles.clone() {
            world.agenda.later(at_ms, Event::Trouble(trouble));
        }
        world
    }

    fn add_guest(&mut self, at_ms: u64, is_late: bool) {
        let guest = self.guests.len();
        self.guests.push(Guest {
            key: format!("key-of-a-guest-{guest:06}"),
            surname: format!("Guest{guest}"),
            microsite: self.dice.below(self.schedule.microsites as u64) as usize,
            is_staff: self.dice.percent(15),
            sends: 0,
            id: None,
            last_status: None,
            is_late,
        });
        self.agenda.later(at_ms, Event::Send { guest, send: 0 });
        // Some tap twice.
        if self.dice.percent(20) {
            let again_ms = at_ms + self.dice.below(1500);
            self.agenda.later(again_ms, Event::Send { guest, send: 0 });
        }
    }

    fn process(&self, gateway: usize) -> Process {
        let schedule = &self.schedule;
        let microsites: Vec<String> =
            (0..schedule.microsites).map(|index| format!("\"site-{index}\"")).collect();
        let processes =
            schedule.processes.map_or_else(String::new, |count| format!(r#","processes":{count}"#));
        let options = format!(
            r#"{{"upstream":"https://api.example","credentials":{{"username":"user","password":"password"}},
                "microsites":[{}],"origins":["https://oak.example"],"clientAddress":"function","shared":"object",
                "capabilityKeys":[{{"id":"k","secret":"0123456789abcdef0123456789abcdef"}}],
                "requestsPerMinute":{},"staffReserve":{}{processes}}}"#,
            microsites.join(","),
            schedule.per_minute,
            schedule.reserve,
        );
        let options = Json::parse(&options).unwrap();
        let config = Config::read(options.as_object().unwrap());
        let mut own = Gateway::new(config.unwrap_or_else(|_| panic!("bad options")));
        let seed = format!("{gateway}-{}", self.lives[gateway]);
        own.seed(seed.as_bytes(), schedule.clocks[gateway].at(self.agenda.now_ms));
        Process {
            gateway: own,
            is_alive: true,
            state: Standing::Well,
            is_asked_again: false,
            fetching: BTreeMap::new(),
            busy: Vec::new(),
        }
    }

    fn begin_heartbeat(&mut self, gateway: usize) {
        if let Some(ms) = self.processes[gateway].gateway.heartbeat_ms() {
            let life = self.lives[gateway];
            let first_ms = self.dice.below(ms);
            self.agenda.later(first_ms, Event::Heartbeat { gateway, life });
        }
    }

    fn local_ms(&self, gateway: usize) -> u64 {
        self.schedule.clocks[gateway].at(self.agenda.now_ms)
    }

    fn is_current(&self, gateway: usize, life: u64) -> bool {
        self.lives[gateway] == life && self.processes[gateway].is_alive
    }

    fn run(mut self) -> Self {
        while let Some(event) = self.agenda.next() {
            if self.agenda.now_ms - NOON > OVER {
                break;
            }
            self.handle(event);
        }
        self
    }

    fn handle(&mut self, event: Event) {
        let now_ms = self.agenda.now_ms;
        match event {
            Event::Send { guest, send } => self.send(guest, send),
            Event::GivesUp { guest, send } => {
                // Nobody sends again what may have been done, or what is refused for good.
                let has_ended = matches!(self.guests[guest].last_status, Some(200 | 422 | 502));
                if self.guests[guest].sends == send && !has_ended {
                    self.send(guest, send);
                }
            }
            Event::Resume { job, waits, input } => {
                if self.waits_for(job, waits) {
                    self.input(job, *input);
                }
            }
            Event::SwapArrives { gateway, job, waits, swap } => {
                self.swap_arrives(gateway, job, waits, &swap);
            }
            Event::SwapEnds { job, waits, happened, is_budget } => {
                if self.waits_for(job, waits) {
                    self.swap_ends(job, happened, is_budget);
                }
            }
            Event::Woken { job, waits } => {
                if self.waits_for(job, waits) {
                    let gateway = self.jobs[&job].gateway;
                    self.processes[gateway].busy.retain(|busy| *busy != job);
                    self.operate(job, Happened::Woken);
                }
            }
            Event::Arrival { job, waits, surname, microsite, operation } => {
                self.arrive(job, waits, surname, &microsite, &operation);
            }
            Event::Called { job, waits, result } => {
                if self.waits_for(job, waits) {
                    self.called(job, *result);
                }
            }
            Event::GiveBack { gateway, life, key, text } => {
                if self.is_current(gateway, life) {
                    self.settle(gateway, &key, &text, None);
                }
            }
            Event::Heartbeat { gateway, life } => {
                if self.is_current(gateway, life) {
                    let ms = self.processes[gateway].gateway.heartbeat_ms().unwrap_or(OVER);
                    self.agenda.later(ms, Event::Heartbeat { gateway, life });
                    self.report(gateway);
                }
            }
            Event::Again { gateway, life } => {
                if self.is_current(gateway, life) {
                    self.processes[gateway].is_asked_again = false;
                    self.report(gateway);
                    // The report may have asked nothing.
                    self.note_state(gateway);
                }
            }
            Event::TroubleBegins => (self.is_troubled, self.wire.is_lossy) = (true, true),
            Event::TroubleEnds if self.fault == Fault::StaysBroken => {}
            Event::TroubleEnds => {
                (self.is_troubled, self.wire.is_lossy) = (false, false);
                for engine in &mut self.engines {
                    self.wire.happen(Trouble::Rejoin, engine, now_ms, &mut self.dice);
                    self.wire.happen(Trouble::Link(true), engine, now_ms, &mut self.dice);
                    for server in [0, 1] {
                        engine.set(server, State::Well);
                    }
                }
                for gateway in 0..self.schedule.gateways {
                    let up = Trouble::Network { gateway, is_up: true };
                    self.wire.happen(up, &mut self.engines[0], now_ms, &mut self.dice);
                    self.start(gateway);
                }
            }
            Event::Trouble(Trouble::Kill(gateway)) => {
                self.counts.failures += u64::from(self.processes[gateway].is_alive);
                self.processes[gateway].is_alive = false;
                let before = self.jobs.len();
                self.jobs.retain(|_, job| job.gateway != gateway);
                self.counts.killed_requests += (before - self.jobs.len()) as u64;
            }
            Event::Trouble(Trouble::Start(gateway)) => self.start(gateway),
            Event::Trouble(trouble) => {
                let engine = &mut self.engines[0];
                if self.wire.happen(trouble, engine, now_ms, &mut self.dice) {
                    self.counts.failures += 1;
                    let forgets = self.schedule.promise == Promise::Forgets;
                    self.has_forgotten |= forgets && trouble == Trouble::Restart;
                }
            }
        }
    }

    fn start(&mut self, gateway: usize) {
        if !self.processes[gateway].is_alive {
            self.lives[gateway] += 1;
            self.processes[gateway] = self.process(gateway);
            self.begin_heartbeat(gateway);
        }
    }

    /// True if a job is there and waits for this.
    fn waits_for(&self, job: u64, waits: u64) -> bool {
        self.jobs.get(&job).is_some_and(|job| job.waits == waits)
    }

    fn job(&mut self, gateway: usize, purpose: Purpose) -> u64 {
        self.last_job += 1;
        self.jobs.insert(
            self.last_job,
            Job {
                gateway,
                purpose,
                exchange: None,
                guest: 0,
                body: String::new(),
                claim: None,
                held: None,
                operation: None,
                purse: None,
                sent_ms: None,
                call: None,
                tries: 0,
                turns: 0,
                waits: 0,
                has_created: false,
            },
        );
        self.last_job
    }

    /// A guest sends the create, for the first time or again, to any gateway that is there.
    fn send(&mut self, guest: usize, send: u32) {
        let any = self.dice.below(self.schedule.gateways as u64) as usize;
        let mut gateways = (0..self.schedule.gateways)
            .map(|step| (any + step) % self.schedule.gateways)
            .filter(|gateway| self.processes[*gateway].is_alive);
        let gateway = gateways.next();
        let own = &mut self.guests[guest];
        if own.id.is_some() || send >= SENDS {
            return;
        }
        own.sends = send + 1;
        self.agenda.later(GUEST_WAITS_MS, Event::GivesUp { guest, send: send + 1 });
        let Some(gateway) = gateway else { return };
        self.counts.requests += 1;
        let head = Head {
            method: "POST".to_owned(),
            path: format!("/api/ConsumerApi/v1/Restaurant/site-{}/Customer", own.microsite),
            content_type: Some("application/json".to_owned()),
            address: Some(format!("192.0.{}.{}", guest / 250, guest % 250)),
            idempotency_key: Some(own.key.clone()),
            authorization: own.is_staff.then(|| "Bearer staff".to_owned()),
            ..Head::default()
        };
        let body = format!(
            r#"{{"Surname":"{}","Email":"a@b.example","MobileCountryCode":44,"Mobile":"07700 900123"}}"#,
            own.surname
        );
        let local_ms = self.local_ms(gateway);
        let job = self.job(gateway, Purpose::Exchange);
        let own = self.jobs.get_mut(&job).unwrap();
        (own.exchange, own.guest, own.body) = (Some(Exchange::new(head, local_ms)), guest, body);
        self.input(job, Input::Start);
    }

    /// Hands an input to a request's exchange, and does what it says.
    fn input(&mut self, job: u64, input: Input) {
        let gateway = self.jobs[&job].gateway;
        let now_ms = self.local_ms(gateway);
        let own = self.jobs.get_mut(&job).unwrap();
        own.waits += 1;
        let waits = own.waits;
        let mut context =
            Context { gateway: &mut self.processes[gateway].gateway, now_ms, platform: &Native };
        let exchange = own.exchange.as_mut().unwrap();
        let output = exchange.handle(input, &mut context);
        // Whatever a step does takes a moment, in which the process can be killed.
        let moment_ms = self.dice.below(3);
        let later = |world: &mut Self, input: Input| {
            let input = Box::new(input);
            world.agenda.later(moment_ms, Event::Resume { job, waits, input });
        };
        match output {
            Output::CheckStaff => {
                let is_staff = exchange.authorization() == Some("Bearer staff");
                later(self, Input::StaffChecked { is_staff });
            }
            Output::ReadBody => {
                let body = own.body.clone().into_bytes();
                later(self, Input::Body(body));
            }
            Output::FetchSetup { microsite, wait } => {
                if self.processes[gateway].fetching.contains_key(&microsite) {
                    if wait {
                        self.wait_for_setup(job, &microsite);
                        return;
                    }
                } else if self.fetch_setup(gateway, &microsite) && wait {
                    self.wait_for_setup(job, &microsite);
                    return;
                }
                later(self, Input::SetupFetched);
            }
            Output::Share { key, text } => {
                own.claim = key.zip(text);
                own.operation = exchange.take_operation();
                own.purpose = Purpose::Exchange;
                self.operate(job, Happened::Begin);
            }
            Output::Store { key, text } => {
                let (_, claim) = own.held.take().unwrap();
                self.settle(gateway, &key, &claim, text.as_deref());
                later(self, Input::Stored);
            }
            Output::Call { microsite, operation, .. } => {
                own.purse = exchange.take_purse();
                own.call = Some((microsite, operation));
                own.tries = 0;
                self.pay(job);
            }
            Output::Answer(reply) => self.answer(job, &reply),
            Output::Admit { .. } | Output::Claim { .. } => panic!("not with a shared state"),
        }
    }

    fn wait_for_setup(&mut self, job: u64, microsite: &str) {
        let own = &self.jobs[&job];
        let (gateway, waits) = (own.gateway, own.waits);
        if let Some(waiting) = self.processes[gateway].fetching.get_mut(microsite) {
            waiting.push(job);
        }
        let input = Box::new(Input::SetupFetched);
        self.agenda.later(PATIENCE_MS, Event::Resume { job, waits, input });
    }

    /// Begins to fetch a Setup. False if that is not needed.
    fn fetch_setup(&mut self, gateway: usize, microsite: &str) -> bool {
        let now_ms = self.local_ms(gateway);
        let own = &mut self.processes[gateway];
        let Some(operation) = own.gateway.look_for_setup(microsite, now_ms) else { return false };
        own.fetching.insert(microsite.to_owned(), Vec::new());
        let job = self.job(gateway, Purpose::Setup(microsite.to_owned()));
        self.jobs.get_mut(&job).unwrap().operation = Some(operation);
        self.operate(job, Happened::Begin);
        true
    }

    /// Ends the fetch of a Setup, for all that wait for it.
    fn end_setup(&mut self, job: u64, microsite: &str) {
        let gateway = self.jobs.remove(&job).unwrap().gateway;
        for waiting in self.processes[gateway].fetching.remove(microsite).unwrap_or_default() {
            // Not those that have waited for too long.
            if let Some(own) = self.jobs.get(&waiting) {
                let waits = own.waits;
                let input = Box::new(Input::SetupFetched);
                self.agenda.later(0, Event::Resume { job: waiting, waits, input });
            }
        }
    }

    /// Hands an event to a job's operation, and does what it says.
    fn operate(&mut self, job: u64, happened: Happened) {
        let gateway = self.jobs[&job].gateway;
        let now_ms = self.local_ms(gateway);
        let own = self.jobs.get_mut(&job).unwrap();
        own.waits += 1;
        let waits = own.waits;
        let mut operation = own.operation.take().unwrap();
        let process = &mut self.processes[gateway];
        let step = process.gateway.operate(&mut operation, happened, now_ms);
        own.operation = Some(operation);
        match step {
            Step::Swap(swap) => {
                let is_budget = changes_budget(&swap);
                let happened = Happened::Failed(Failure::Timeout);
                let ends = Event::SwapEnds { job, waits, happened, is_budget };
                self.agenda.later(SWAP_MS, ends);
                if let Some(delay_ms) = self.wire.message(gateway, &mut self.dice) {
                    let arrives = Event::SwapArrives { gateway, job, waits, swap };
                    self.agenda.later(delay_ms, arrives);
                }
            }
            Step::Wait { ms } => self.agenda.later(ms.into(), Event::Woken { job, waits }),
            Step::Busy => {
                own.turns += 1;
                process.busy.push(job);
                self.agenda.later(SWAP_MS, Event::Woken { job, waits });
            }
            Step::Done(done) => self.done(job, done),
        }
    }

    fn swap_arrives(&mut self, gateway: usize, job: u64, waits: u64, swap: &Swap) {
        let entries: Vec<Entry> = swap
            .entries
            .iter()
            .map(|entry| Entry {
                key: entry.key.clone(),
                expected: entry.expected.clone(),
                text: entry.text.clone(),
                seconds: entry.seconds.unwrap_or_default(),
            })
            .collect();
        let (server, now_ms) = (self.wire.server(gateway), self.agenda.now_ms);
        let number = if self.engines.len() > 1 { gateway } else { 0 };
        let engine = &mut self.engines[number];
        let outcome = engine.swap(server, &entries, swap.durable, now_ms, &mut self.dice);
        let (happened, after_ms) = match outcome {
            Answered::Answers(reply, after_ms) => {
                let reply = Swapped {
                    is_done: reply.is_done,
                    texts: reply.texts,
                    now_ms: reply.now_ms as f64,
                };
                (Happened::Swapped(reply), after_ms)
            }
            Answered::Fails(after_ms) => (Happened::Failed(Failure::Thrown), after_ms),
            Answered::Silence => return,
        };
        if let Some(delay_ms) = self.wire.message(gateway, &mut self.dice) {
            let is_budget = changes_budget(swap);
            let ends = Event::SwapEnds { job, waits, happened, is_budget };
            self.agenda.later(after_ms + delay_ms, ends);
        }
    }

    fn swap_ends(&mut self, job: u64, happened: Happened, is_budget: bool) {
        let gateway = self.jobs[&job].gateway;
        self.operate(job, happened);
        if is_budget {
            for busy in std::mem::take(&mut self.processes[gateway].busy) {
                if let Some(own) = self.jobs.get(&busy) {
                    let (waits, pause_ms) = (own.waits, own.turns - 1);
                    self.agenda.later(pause_ms, Event::Woken { job: busy, waits });
                }
            }
        }
        self.note_state(gateway);
    }

    /// Notes how it stands with the engine, and sees to it that one that fails is asked again.
    fn note_state(&mut self, gateway: usize) {
        let (now_ms, life) = (self.local_ms(gateway), self.lives[gateway]);
        let process = &mut self.processes[gateway];
        if let Some(change) = process.gateway.shared_change(now_ms) {
            process.state = change.state;
        }
        if process.state != Standing::Well && !process.is_asked_again {
            process.is_asked_again = true;
            self.agenda.later(AGAIN_MS, Event::Again { gateway, life });
        }
    }

    /// Goes on after an operation.
    fn done(&mut self, job: u64, done: Done) {
        let own = self.jobs.get_mut(&job).unwrap();
        let (gateway, purpose) = (own.gateway, own.purpose.clone());
        own.turns = 0;
        match purpose {
            Purpose::Exchange => {
                match (&done, own.claim.take()) {
                    (Done::Claimed { .. }, claim) => own.held = claim,
                    (Done::Failed { trouble }, Some((key, text))) => {
                        let after_ms =
                            if *trouble == Failure::Timeout { LATE_MS - SWAP_MS } else { 0 };
                        let life = self.lives[gateway];
                        self.agenda.later(after_ms, Event::GiveBack { gateway, life, key, text });
                    }
                    _ => {}
                }
                self.input(job, Input::Shared(done));
            }
            Purpose::Pay => {
                if done == (Done::Leased { wait_ms: None })
                    && let Some(purse) = &mut own.purse
                {
                    purse.requests += 1;
                }
                self.pay(job);
            }
            Purpose::Setup(microsite) if done == Done::Fetch => {
                let now_ms = self.local_ms(gateway);
                let process = &mut self.processes[gateway];
                let fetch = process.gateway.fetch_setup(&microsite, now_ms);
                let share = process.gateway.guests_of(&microsite).unwrap();
                let own = self.jobs.get_mut(&job).unwrap();
                match fetch {
                    Some(operation) => {
                        own.purse = Some(Purse { share, requests: 0 });
                        own.call = Some((microsite, operation));
                        own.tries = 0;
                        self.pay(job);
                    }
                    None => self.tell_setup(job, &microsite),
                }
            }
            Purpose::Setup(microsite) | Purpose::TellSetup(microsite) => {
                self.end_setup(job, &microsite);
            }
            Purpose::Background => {
                self.jobs.remove(&job);
            }
        }
    }

    fn tell_setup(&mut self, job: u64, microsite: &str) {
        let gateway = self.jobs[&job].gateway;
        let now_ms = self.local_ms(gateway);
        let operation = self.processes[gateway].gateway.tell_setup(microsite, now_ms);
        let own = self.jobs.get_mut(&job).unwrap();
        own.purpose = Purpose::TellSetup(microsite.to_owned());
        own.operation = operation;
        self.operate(job, Happened::Begin);
    }

    /// Takes a request of the budget for the job's call, and sends it.
    fn pay(&mut self, job: u64) {
        const TRIES: u32 = 3;
        let gateway = self.jobs[&job].gateway;
        let now_ms = self.local_ms(gateway);
        let own = self.jobs.get_mut(&job).unwrap();
        let process = &mut self.processes[gateway].gateway;
        let purse = own.purse.as_mut().unwrap();
        let share = purse.share;
        loop {
            own.sent_ms = process.send_of(purse, now_ms);
            if own.sent_ms.is_some() {
                break;
            }
            own.tries += 1;
            match process.refill(purse, now_ms) {
                Ok(()) if own.tries <= TRIES => {}
                Err(Lack::Lease) if own.tries <= TRIES => {
                    own.operation = Some(process.lease_one(share, now_ms));
                    own.purpose = Purpose::Pay;
                    self.operate(job, Happened::Begin);
                    return;
                }
                _ => {
                    let unsent = Err(ErrorKind::Abort.with(Outcome::NotSent));
                    self.called(job, unsent);
                    return;
                }
            }
        }
        own.waits += 1;
        let waits = own.waits;
        let (microsite, operation) = own.call.clone().unwrap();
        let is_write = matches!(operation, Operation::Create { .. });
        let unknown = if is_write { Outcome::Unknown } else { Outcome::NotSent };
        let surname = is_write.then(|| self.guests[own.guest].surname.clone());
        let fails = if self.is_troubled { self.upstream_fails } else { 0 };
        let lost = if self.fault == Fault::Hopes { Outcome::NotSent } else { unknown };
        let timeout = Box::new(Err(ErrorKind::Timeout.with(lost)));
        self.agenda.later(TIMEOUT_MS, Event::Called { job, waits, result: timeout });
        let delay_ms = self.dice.below(self.schedule.upstream_delay_ms + 1);
        if self.dice.percent(fails) {
            let result = Box::new(Err(ErrorKind::Network.with(lost)));
            self.agenda.later(delay_ms, Event::Called { job, waits, result });
        } else {
            let operation = Box::new(operation);
            let arrival = Event::Arrival { job, waits, surname, microsite, operation };
            self.agenda.later(delay_ms, arrival);
        }
    }

    /// A request arrives at the remote API. Its gateway may be dead by now.
    fn arrive(
        &mut self,
        job: u64,
        waits: u64,
        surname: Option<String>,
        microsite: &str,
        operation: &Operation,
    ) {
        self.arrivals.push(self.agenda.now_ms);
        let answer = match operation {
            Operation::Create { request } => {
                let id = self.next_id;
                self.next_id += 1;
                self.created.entry(surname.unwrap_or_default()).or_default().push(id);
                if let Some(own) = self.jobs.get_mut(&job) {
                    own.has_created = true;
                }
                request.clone().with("Id", id)
            }
            Operation::Get { id } => {
                let created = self.created.iter().find(|(_, ids)| ids.contains(id));
                let surname = created.map(|(surname, _)| surname.as_str());
                Object::new().with("Id", *id).with("Surname", surname.unwrap_or("nobody"))
            }
            _ => {
                let setup = Json::parse(SETUP).unwrap();
                setup.as_object().unwrap().clone().with("Name", microsite)
            }
        };
        let fails = if self.is_troubled { self.upstream_fails } else { 0 };
        let is_late = self.dice.percent(fails);
        let answers_ms = self.dice.between(20, if is_late { 40_000 } else { 400 });
        if self.dice.percent(fails) {
            return; // The answer is lost.
        }
        let result = Box::new(Ok(answer.into()));
        self.agenda.later(answers_ms, Event::Called { job, waits, result });
    }

    /// Goes on after a call.
    fn called(&mut self, job: u64, result: Result<Json, ApiError>) {
        let gateway = self.jobs[&job].gateway;
        let now_ms = self.local_ms(gateway);
        let own = self.jobs.get_mut(&job).unwrap();
        let (microsite, _) = own.call.take().unwrap();
        if let (Some(purse), Some(sent_ms)) = (own.purse, own.sent_ms.take()) {
            self.processes[gateway].gateway.answered(purse.share, sent_ms, now_ms);
        }
        if let Some(exchange) = &mut own.exchange {
            if let Some(purse) = own.purse.take() {
                exchange.put_purse(purse);
            }
            self.input(job, Input::Called(result));
        } else {
            let process = &mut self.processes[gateway].gateway;
            if let Some(purse) = own.purse.take() {
                process.give_back(purse);
            }
            process.take_setup(&microsite, result, now_ms);
            self.tell_setup(job, &microsite);
        }
    }

    fn settle(&mut self, gateway: usize, key: &str, claim: &str, text: Option<&str>) {
        let now_ms = self.local_ms(gateway);
        let operation = self.processes[gateway].gateway.settle(key, claim, text, now_ms);
        self.background(gateway, operation.unwrap());
    }

    fn report(&mut self, gateway: usize) {
        let now_ms = self.local_ms(gateway);
        let operation = self.processes[gateway].gateway.report(false, now_ms);
        self.background(gateway, operation);
    }

    fn background(&mut self, gateway: usize, operation: Asked) {
        let job = self.job(gateway, Purpose::Background);
        self.jobs.get_mut(&job).unwrap().operation = Some(operation);
        self.operate(job, Happened::Begin);
    }

    /// A guest gets an answer.
    fn answer(&mut self, job: u64, reply: &Reply) {
        let own = self.jobs.remove(&job).unwrap();
        let guest = &mut self.guests[own.guest];
        let status = reply.status;
        *self.counts.answers.entry(status).or_default() += 1;
        guest.last_status = Some(status);
        let created = self.created.get(&guest.surname).cloned().unwrap_or_default();
        if status == 200 {
            let body = Json::parse(reply.body.as_deref().unwrap_or("{}")).unwrap();
            let id = body.as_object().and_then(|body| body.get("Id")).and_then(Json::as_i32);
            guest.id = id;
            if !id.is_some_and(|id| created.contains(&id)) {
                let text = format!("{} was told {id:?}, created was {created:?}", guest.surname);
                self.broken.insert(Property::Truth, text);
            }
        } else if status < 500 && own.has_created {
            let text = format!("{} was told {status}, created was {created:?}", guest.surname);
            self.broken.insert(Property::Truth, text);
        }
        let send = guest.sends;
        if ![200, 422, 502].contains(&status) {
            let again_ms = 1000 + self.dice.below(20_000);
            self.agenda.later(again_ms, Event::Send { guest: own.guest, send });
        }
        let now_ms = self.local_ms(own.gateway);
        if self.processes[own.gateway].gateway.is_report_due(now_ms) {
            self.report(own.gateway);
        }
    }

    /// What the run has broken.
    fn check(mut self, seed: u64, tally: &mut Tally) -> BTreeMap<Property, String> {
        let per_minute = self.schedule.per_minute as usize;
        let highest = highest_window(&self.arrivals);
        let doubles = self.created.values().filter(|ids| ids.len() > 1).count() as u64;
        if self.has_forgotten && doubles > 0 {
            tally.forgetful.push(seed);
        }
        if !self.has_forgotten {
            tally.highest = tally.highest.max((highest * 1000 / per_minute) as u64);
            if highest > per_minute {
                let text = format!("{highest} of {per_minute} in a minute");
                self.broken.insert(Property::Limit, text);
            }
            if doubles > 0 {
                self.broken.insert(Property::Once, format!("{doubles} keys with two customers"));
            }
        }
        for guest in self.guests.iter().filter(|guest| guest.is_late) {
            tally.late.0 += 1;
            tally.late.1 += u64::from(guest.sends <= 1 && guest.id.is_some());
            if guest.id.is_none() {
                let text = format!("{} got {:?}", guest.surname, guest.last_status);
                self.broken.insert(Property::Healing, text);
            }
        }
        if self.processes.iter().any(|process| process.state != Standing::Well) {
            let text = "a gateway does not reach the engine".to_owned();
            self.broken.insert(Property::Healing, text);
        }
        let is_told = |surname: &String| {
            self.guests.iter().any(|guest| guest.surname == *surname && guest.id.is_some())
        };
        tally.untold += self.created.keys().filter(|surname| !is_told(surname)).count() as u64;
        let promise = format!("{:?}", self.schedule.promise);
        let counts = tally.promises.entry(promise).or_default();
        let lost: u64 = self.engines.iter().map(|engine| engine.lost_writes).sum();
        *counts = (counts.0 + 1, counts.1 + lost, counts.2 + doubles);
        tally.schedules += 1;
        tally.guests += self.guests.len() as u64;
        tally.requests += self.counts.requests;
        tally.swaps += self.engines.iter().map(|engine| engine.swaps).sum::<u64>();
        tally.failures += self.counts.failures;
        tally.killed_requests += self.counts.killed_requests;
        tally.created += self.created.len() as u64;
        for (status, count) in self.counts.answers {
            *tally.answers.entry(status).or_default() += count;
        }
        self.broken
    }
}

/// True for a swap that changes the budget.
fn changes_budget(swap: &Swap) -> bool {
    swap.entries.iter().any(|entry| entry.key.ends_with(":budget") && entry.text.is_some())
}

fn try_seed(seed: u64, fault: Fault, tally: &mut Tally) -> BTreeMap<Property, String> {
    World::new(seed, fault).run().check(seed, tally)
}

/// How many schedules are run by default.
const SCHEDULES: u64 = 100;
/// Seeds whose engine forgets a claim that is needed again.
const FORGETFUL: [u64; 4] = [413, 654, 1058, 1274];

#[test]
fn simulation_of_gateways_creates_once_and_answers_truly() {
    let mut tally = Tally::default();
    let mut all = Vec::new();
    for seed in seeds(SCHEDULES) {
        let broken = try_seed(seed, Fault::None, &mut tally);
        all.extend(broken.into_iter().map(|(property, text)| (seed, property, text)));
    }
    println!("gateways: {tally:?}");
    assert!(all.is_empty(), "{all:#?}");
    // Each kind of event must be common, otherwise the simulation would prove nothing about it.
    let answers = |status: u16| tally.answers.get(&status).copied().unwrap_or_default();
    for (what, count) in [
        ("failures", tally.failures),
        ("created", tally.created / 10),
        ("pending", answers(409)),
        ("refused without the engine", answers(424)),
        ("over the budget", answers(429)),
        ("unknown", answers(502)),
        ("killed", tally.killed_requests * 20),
        ("created and not told", tally.untold * 5),
    ] {
        assert!(count > tally.schedules / 2, "{what}: {count}");
    }
}

/// What each engine promises: a customer is created twice under a key only where the engine has
/// forgotten a claim that it had confirmed.
#[test]
fn simulation_of_gateways_creates_twice_only_where_the_engine_forgets() {
    let mut tally = Tally::default();
    for seed in FORGETFUL {
        try_seed(seed, Fault::None, &mut tally);
    }
    println!("engines that forget: {tally:?}");
    assert!(!tally.forgetful.is_empty());
    let doubles = |promise: &str| tally.promises.get(promise).map_or(0, |counts| counts.2);
    assert_eq!(doubles("Keeps") + doubles("Replicates"), 0);
}

#[test]
fn simulation_of_gateways_finds_seeded_faults() {
    for (fault, property, near) in [
        (Fault::Engine(Defect::ComparesNothing), Property::Once, 190),
        (Fault::Engine(Defect::WaitsForNobody), Property::Once, 1200),
        (Fault::Apart, Property::Once, 0),
        (Fault::Apart, Property::Limit, 15),
        (Fault::Hopes, Property::Truth, 0),
        (Fault::StaysBroken, Property::Healing, 0),
    ] {
        let finds =
            |seed: &u64| try_seed(*seed, fault, &mut Tally::default()).contains_key(&property);
        let found = (near..near + 500).find(finds);
        println!("{fault:?} breaks {property:?} with seed {found:?}");
        assert!(found.is_some(), "{fault:?} should break {property:?}");
    }
}
