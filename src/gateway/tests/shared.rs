//! Several gateways with one shared state.

use super::*;
use crate::gateway::shared::{
    Done, Event, Operation as Asked, Purse, Step, Swap, Swapped, Trouble,
};

/// What an engine does with the next swaps.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Well,
    /// It fails before it has done anything.
    Before,
    /// It does what it is asked, and the reply is lost.
    After,
    /// The next swap comes twice, and only the second reply goes back.
    Twice,
}

/// An engine in memory.
struct Engine {
    texts: BTreeMap<String, (String, u64)>,
    /// How far its clock is ahead.
    ahead_ms: u64,
    mood: Mood,
    swaps: Vec<Swap>,
}

impl Engine {
    fn swap(&mut self, swap: Swap, now_ms: u64) -> Event {
        if self.mood == Mood::Twice {
            self.mood = Mood::Well;
            self.swap(swap.clone(), now_ms);
        }
        self.swaps.push(swap.clone());
        if self.mood == Mood::Before {
            return Event::Failed(Trouble::Thrown);
        }
        let now_ms = now_ms + self.ahead_ms;
        self.texts.retain(|_, (_, until)| *until > now_ms);
        let found = |key: &str| self.texts.get(key).map(|(text, _)| text.clone());
        let texts: Vec<_> = swap.entries.iter().map(|entry| found(&entry.key)).collect();
        let is_done = swap
            .entries
            .iter()
            .zip(&texts)
            .all(|(entry, found)| entry.expected.as_ref().is_none_or(|text| text == found));
        assert!(swap.entries.len() <= 8);
        if is_done {
            for entry in swap.entries {
                assert!(entry.key.starts_with("dinerkit:{") && !entry.key.contains("192.0.2"));
                match entry.text {
                    Some(Some(text)) => {
                        assert!(text.starts_with(r#"{"v":1,"#) && text.len() < 60_000, "{text}");
                        let until = now_ms + u64::from(entry.seconds.unwrap()) * 1000;
                        self.texts.insert(entry.key, (text, until));
                    }
                    Some(None) => {
                        self.texts.remove(&entry.key);
                    }
                    None => {}
                }
            }
        }
        match self.mood {
            Mood::After => Event::Failed(Trouble::Timeout),
            _ => Event::Swapped(Swapped { is_done, texts, now_ms: now_ms as f64 }),
        }
    }

    fn text(&self, part: &str) -> Option<&str> {
        let mut found = self.texts.iter().filter(|(key, _)| key.contains(part));
        found.next().map(|(_, (text, _))| text.as_str())
    }
}

/// What comes next for a request.
enum Next {
    Input(Input),
    Output(Output),
    Step(Asked, Step),
    /// Waits until another operation of its gateway has its reply.
    Busy(Asked),
    Answered,
}

/// A request on its way.
struct Task {
    gateway: usize,
    exchange: Exchange,
    body: String,
    next: Next,
    claim: Option<(String, String)>,
    reply: Option<Reply>,
}

/// What goes on after an answer.
struct Background {
    gateway: usize,
    operation: Asked,
    step: Step,
}

struct Cluster {
    gateways: Vec<Gateway>,
    engine: Engine,
    now_ms: u64,
    calls: Vec<String>,
    background: Vec<Background>,
}

const SHARED: &str = r#","shared":"object""#;

impl Cluster {
    fn new(count: usize, more: &str) -> Self {
        let gateways = (0..count).map(|number| {
            let mut gateway = Gateway::new(config(&[SHARED, more].concat()));
            gateway.seed(&[number as u8], NOW_MS);
            gateway
        });
        Self {
            gateways: gateways.collect(),
            engine: Engine {
                texts: BTreeMap::new(),
                ahead_ms: 0,
                mood: Mood::Well,
                swaps: Vec::new(),
            },
            now_ms: NOW_MS,
            calls: Vec::new(),
            background: Vec::new(),
        }
    }

    fn task(&self, gateway: usize, head: Head, body: &str) -> Task {
        Task {
            gateway,
            exchange: Exchange::new(head, self.now_ms),
            body: body.to_owned(),
            next: Next::Input(Input::Start),
            claim: None,
            reply: None,
        }
    }

    fn operate(&mut self, gateway: usize, operation: &mut Asked, event: Event) -> Step {
        self.gateways[gateway].operate(operation, event, self.now_ms)
    }

    /// Does one thing for a request: a step of its exchange, a swap, a call. Returns false if it has
    /// ended.
    fn step(&mut self, task: &mut Task) -> bool {
        let gateway = task.gateway;
        task.next = match core::mem::replace(&mut task.next, Next::Answered) {
            Next::Input(input) => {
                let own = &mut self.gateways[gateway];
                let mut context = Context { gateway: own, now_ms: self.now_ms, platform: &Native };
                Next::Output(task.exchange.handle(input, &mut context))
            }
            Next::Output(Output::Share { key, text }) => {
                let mut operation = task.exchange.take_operation().unwrap();
                task.claim = key.zip(text);
                let step = self.operate(gateway, &mut operation, Event::Begin);
                Next::Step(operation, step)
            }
            Next::Step(mut operation, Step::Swap(swap)) => {
                let event = self.engine.swap(swap, self.now_ms);
                let step = self.operate(gateway, &mut operation, event);
                Next::Step(operation, step)
            }
            Next::Step(mut operation, Step::Wait { ms }) => {
                self.now_ms += u64::from(ms);
                let step = self.operate(gateway, &mut operation, Event::Woken);
                Next::Step(operation, step)
            }
            Next::Step(operation, Step::Busy) => Next::Busy(operation),
            Next::Busy(mut operation) => {
                let step = self.operate(gateway, &mut operation, Event::Woken);
                Next::Step(operation, step)
            }
            Next::Step(_, Step::Done(done)) => {
                if matches!(done, Done::Failed { .. })
                    && let Some((key, text)) = task.claim.take()
                {
                    self.settle(gateway, &key, &text, None);
                }
                Next::Input(Input::Shared(done))
            }
            Next::Output(Output::Answer(reply)) => {
                task.reply = Some(reply);
                return false;
            }
            Next::Output(output) => Next::Input(self.act(task, output)),
            Next::Answered => return false,
        };
        true
    }

    fn act(&mut self, task: &mut Task, output: Output) -> Input {
        let gateway = task.gateway;
        match output {
            Output::CheckStaff => {
                let is_staff = task.exchange.authorization() == Some("Bearer staff");
                Input::StaffChecked { is_staff }
            }
            Output::ReadBody => Input::Body(task.body.clone().into_bytes()),
            Output::Admit { token } => {
                Input::Admitted { is_admitted: token.as_deref() == Some("good") }
            }
            Output::FetchSetup { microsite, .. } => {
                if let Some(operation) =
                    self.gateways[gateway].look_for_setup(&microsite, self.now_ms)
                    && self.run(gateway, operation) == Done::Fetch
                {
                    let fetch =
                        self.gateways[gateway].fetch_setup(&microsite, self.now_ms).unwrap();
                    self.calls.push(shown(&fetch));
                    let result = vendor(&microsite, &fetch);
                    self.gateways[gateway].take_setup(&microsite, result, self.now_ms);
                    let told = self.gateways[gateway].tell_setup(&microsite, self.now_ms).unwrap();
                    self.run(gateway, told);
                }
                Input::SetupFetched
            }
            Output::Store { key, text } => {
                let (_, claim) = task.claim.take().unwrap();
                self.settle(gateway, &key, &claim, text.as_deref());
                Input::Stored
            }
            Output::Call { microsite, operation, .. } => {
                let mut purse = task.exchange.take_purse().unwrap();
                let sent_ms = self.gateways[gateway].send_of(&mut purse, self.now_ms).unwrap();
                self.gateways[gateway].answered(purse.share, sent_ms, self.now_ms);
                task.exchange.put_purse(purse);
                self.calls.push(shown(&operation));
                Input::Called(vendor(&microsite, &operation))
            }
            other => panic!("{other:?}"),
        }
    }

    fn settle(&mut self, gateway: usize, key: &str, claim: &str, text: Option<&str>) {
        let mut operation = self.gateways[gateway].settle(key, claim, text, self.now_ms).unwrap();
        let step = self.operate(gateway, &mut operation, Event::Begin);
        self.background.push(Background { gateway, operation, step });
    }

    /// Runs an operation to its end.
    fn run(&mut self, gateway: usize, mut operation: Asked) -> Done {
        let mut step = self.operate(gateway, &mut operation, Event::Begin);
        loop {
            let event = match step {
                Step::Swap(swap) => self.engine.swap(swap, self.now_ms),
                Step::Wait { ms } => {
                    self.now_ms += u64::from(ms);
                    Event::Woken
                }
                Step::Busy => panic!("nothing else is under way"),
                Step::Done(done) => return done,
            };
            step = self.operate(gateway, &mut operation, event);
        }
    }

    /// Ends what goes on in the background, or tries it once if it waits.
    fn settle_all(&mut self) {
        for mut own in core::mem::take(&mut self.background) {
            loop {
                let event = match own.step {
                    Step::Swap(swap) => self.engine.swap(swap, self.now_ms),
                    Step::Done(_) => break,
                    step => {
                        own.step = step;
                        self.background.push(own);
                        break;
                    }
                };
                own.step = self.operate(own.gateway, &mut own.operation, event);
            }
        }
    }

    /// Wakes what waits in the background.
    fn wake_all(&mut self) {
        for own in &mut self.background {
            own.step =
                self.gateways[own.gateway].operate(&mut own.operation, Event::Woken, self.now_ms);
        }
        self.settle_all();
    }

    fn finish(&mut self, task: &mut Task) -> u16 {
        while self.step(task) {}
        task.reply.as_ref().unwrap().status
    }

    fn ask(&mut self, gateway: usize, head: Head, body: &str) -> Reply {
        let mut task = self.task(gateway, head, body);
        self.finish(&mut task);
        self.settle_all();
        task.reply.unwrap()
    }

    fn creates(&self) -> usize {
        self.calls.iter().filter(|call| call.starts_with("create")).count()
    }

    /// Has every gateway know the Setup, so that a create makes no other swap than its own.
    fn warm_up(&mut self) {
        for gateway in 0..self.gateways.len() {
            assert_eq!(self.ask(gateway, head("GET", "Customers/Setup"), "").status, 200);
        }
        self.calls.clear();
        self.engine.swaps.clear();
    }
}

fn keyed() -> Head {
    Head { idempotency_key: Some(KEY.into()), ..head("POST", "Customer") }
}

#[test]
fn create_takes_claim_limit_and_budget_in_one_swap_and_tells_the_end_in_another() {
    let mut cluster = Cluster::new(2, "");
    cluster.warm_up();
    assert_eq!(cluster.ask(0, keyed(), ANN).status, 200);
    let kinds: Vec<Vec<&str>> = cluster
        .engine
        .swaps
        .iter()
        .map(|swap| {
            let keys = swap.entries.iter();
            keys.map(|entry| entry.key.split(':').nth(2).unwrap()).collect()
        })
        .collect();
    assert_eq!(kinds[0], ["claim", "budget", "limit"]);
    assert_eq!(kinds.len(), 2, "{kinds:?}");
    assert!(cluster.engine.swaps[0].durable && cluster.engine.swaps[1].durable);
    let again = cluster.ask(1, keyed(), ANN);
    assert_eq!(again.status, 200);
    assert_eq!(cluster.creates(), 1, "the other gateway knows of it");
    assert_eq!(cluster.ask(1, keyed(), &ANN.replace("Lee", "Li")).status, 422);
    let texts: String = cluster.engine.texts.values().map(|(text, _)| text.as_str()).collect();
    assert!(!texts.contains("Lee") && !texts.contains("192.0.2"), "{texts}");
}

#[test]
fn creates_with_one_key_are_one_however_they_are_interleaved() {
    // The first goes so many steps, then the second to its end, then the first to its end.
    for lead in 0..30 {
        for mood in [Mood::Well, Mood::Before, Mood::After] {
            let mut cluster = Cluster::new(2, "");
            cluster.warm_up();
            let (mut one, mut two) = (cluster.task(0, keyed(), ANN), cluster.task(1, keyed(), ANN));
            for _ in 0..lead {
                cluster.step(&mut one);
            }
            cluster.engine.mood = mood;
            let second = cluster.finish(&mut two);
            cluster.engine.mood = Mood::Well;
            let first = cluster.finish(&mut one);
            for _ in 0..10 {
                cluster.now_ms += 5000;
                cluster.wake_all();
            }
            assert!(cluster.background.is_empty());
            let last = cluster.ask(0, keyed(), ANN).status;
            assert_eq!(cluster.creates(), 1, "{lead}: {first} {second} {last}");
            assert_eq!(last, 200, "{lead}: {first} {second}");
            assert!([first, second].iter().all(|status| [200, 409, 424].contains(status)));
            assert!(mood != Mood::Well || [first, second].contains(&200));
        }
    }
}

#[test]
fn create_is_refused_before_anything_is_sent_if_the_shared_state_fails() {
    for mood in [Mood::Before, Mood::After] {
        let mut cluster = Cluster::new(2, "");
        cluster.warm_up();
        cluster.engine.mood = mood;
        assert_eq!(cluster.ask(0, keyed(), ANN).status, 424);
        assert_eq!(cluster.creates(), 0);
        cluster.engine.mood = Mood::Well;
        for _ in 0..3 {
            cluster.now_ms += 5000;
            cluster.wake_all();
        }
        assert_eq!(cluster.ask(1, keyed(), ANN).status, 200, "the late claim was given back");
    }
}

#[test]
fn outcome_is_remembered_while_the_shared_state_fails() {
    for mood in [Mood::Before, Mood::After] {
        let mut cluster = Cluster::new(2, "");
        cluster.warm_up();
        let mut task = cluster.task(0, keyed(), ANN);
        while cluster.creates() == 0 {
            cluster.step(&mut task);
        }
        cluster.engine.mood = mood;
        assert_eq!(cluster.finish(&mut task), 200);
        cluster.settle_all();
        assert_eq!(cluster.ask(0, keyed(), ANN).status, 200, "this process knows");
        assert_eq!(cluster.ask(1, keyed(), ANN).status, 424);
        cluster.engine.mood = Mood::Well;
        cluster.now_ms += 10_000;
        assert_eq!(
            cluster.ask(1, keyed(), ANN).status,
            if mood == Mood::After { 200 } else { 409 }
        );
        cluster.wake_all();
        assert_eq!(cluster.ask(1, keyed(), ANN).status, 200);
        assert_eq!(cluster.creates(), 1);
    }
}

#[test]
fn claim_that_the_shared_state_has_lost_is_put_back_and_anothers_is_left_alone() {
    let mut cluster = Cluster::new(2, "");
    cluster.warm_up();
    let mut task = cluster.task(0, keyed(), ANN);
    while cluster.creates() == 0 {
        cluster.step(&mut task);
    }
    cluster.engine.texts.clear();
    assert_eq!(cluster.finish(&mut task), 200);
    cluster.settle_all();
    assert!(cluster.engine.text("claim").unwrap().contains("done"));

    let mut task =
        cluster.task(0, Head { idempotency_key: Some(KEY.replace('8', "9")), ..keyed() }, ANN);
    while cluster.creates() == 1 {
        cluster.step(&mut task);
    }
    let pending = r#"{"v":1,"by":"other-0","state":"pending","fingerprint":"x","at":1}"#;
    let key = task.claim.as_ref().unwrap().0.clone();
    for (name, text) in &mut cluster.engine.texts {
        if name.ends_with(&key) {
            text.0 = pending.to_owned();
        }
    }
    assert_eq!(cluster.finish(&mut task), 200);
    cluster.settle_all();
    assert!(cluster.engine.texts.values().any(|(text, _)| text == pending));
}

#[test]
fn texts_of_another_version_are_refused() {
    let mut cluster = Cluster::new(1, "");
    cluster.warm_up();
    let mut task = cluster.task(0, keyed(), ANN);
    while task.claim.is_none() {
        cluster.step(&mut task);
    }
    let names: Vec<String> = match &task.next {
        Next::Step(_, Step::Swap(swap)) => {
            swap.entries.iter().map(|entry| entry.key.clone()).collect()
        }
        _ => panic!("no swap"),
    };
    for name in names {
        let mut cluster = Cluster::new(1, "");
        cluster.warm_up();
        cluster.engine.texts.insert(name.clone(), (r#"{"v":2}"#.to_owned(), u64::MAX));
        assert_eq!(cluster.ask(0, keyed(), ANN).status, 424, "{name}");
        assert_eq!(cluster.creates(), 0);
        let change = cluster.gateways[0].shared_change(cluster.now_ms).unwrap();
        assert_eq!(change.reason, Some(Trouble::Version));
    }
}

#[test]
fn address_has_one_limit_at_all_gateways() {
    let mut cluster = Cluster::new(4, r#","perAddress":60"#);
    cluster.warm_up();
    let statuses: Vec<u16> = (0..24)
        .map(|number| {
            let key = format!("{KEY}-{number}");
            let head = Head { idempotency_key: Some(key), ..head("POST", "Customer") };
            cluster.ask(number % 4, head, ANN).status
        })
        .collect();
    let created = statuses.iter().filter(|status| **status == 200).count();
    assert!((5..=6).contains(&created), "a create costs 10 of 60: {statuses:?}");
    assert!(statuses.ends_with(&[429, 429]), "{statuses:?}");
}

#[test]
fn address_is_counted_later_for_what_only_reads() {
    let mut cluster = Cluster::new(2, r#","perAddress":60"#);
    cluster.warm_up();
    for _ in 0..59 {
        assert_eq!(cluster.ask(0, head("GET", "Customers/Setup"), "").status, 200);
    }
    assert!(cluster.engine.swaps.is_empty(), "a Setup costs no swap");
    cluster.now_ms += 2000;
    assert!(cluster.gateways[0].is_report_due(cluster.now_ms));
    let report = cluster.gateways[0].report(false, cluster.now_ms);
    assert_eq!(cluster.run(0, report), Done::Settled);
    assert_eq!(cluster.ask(1, keyed(), ANN).status, 429, "the other gateway knows");
    assert_eq!(cluster.creates(), 0);
}

#[test]
fn budget_is_one_for_all_gateways() {
    let mut cluster = Cluster::new(3, r#","perAddress":0,"requestsPerMinute":20,"staffReserve":5"#);
    cluster.warm_up();
    let staff = || with(head("GET", "Customer/7"), "Bearer staff");
    let served =
        (0..90).filter(|number| cluster.ask(number % 3, staff(), "").status == 200).count();
    assert!((15..=20).contains(&served), "{served}");
    cluster.now_ms += 80_000;
    assert_eq!(cluster.ask(0, staff(), "").status, 200);
}

#[test]
fn reads_go_on_from_the_slice_while_the_shared_state_fails() {
    let mut cluster = Cluster::new(1, r#","perAddress":0"#);
    cluster.warm_up();
    let staff = || with(head("GET", "Customer/7"), "Bearer staff");
    assert_eq!(cluster.ask(0, staff(), "").status, 200);
    cluster.engine.mood = Mood::Before;
    let served = (0..20).take_while(|_| cluster.ask(0, staff(), "").status == 200).count();
    assert!((1..20).contains(&served), "the slice has some to spare: {served}");
    assert_eq!(cluster.ask(0, staff(), "").status, 429);
    assert_eq!(cluster.ask(0, head("GET", "Customers/Setup"), "").status, 200);
    cluster.engine.mood = Mood::Well;
    cluster.now_ms += 10_000;
    assert_eq!(cluster.ask(0, staff(), "").status, 200, "it comes back by itself");
}

#[test]
fn setup_is_fetched_once_for_all() {
    let mut cluster = Cluster::new(3, "");
    for gateway in 0..3 {
        assert_eq!(cluster.ask(gateway, head("GET", "Customers/Setup"), "").status, 200);
    }
    assert_eq!(cluster.calls, ["setup"]);
    cluster.now_ms += 300_001;
    cluster.engine.ahead_ms = 3_600_000;
    for gateway in 0..3 {
        assert_eq!(cluster.ask(gateway, head("GET", "Customers/Setup"), "").status, 200);
    }
    assert_eq!(cluster.calls, ["setup", "setup"]);
}

#[test]
fn token_is_got_once_and_refused_once() {
    let mut cluster = Cluster::new(2, "");
    let asking = |cluster: &Cluster, old: Option<&str>| {
        cluster.gateways[0].ask_token(old.map(str::to_owned))
    };
    let operation = asking(&cluster, None);
    // The estimates of the time differ by the way of a message.
    let apart_ms = 40;
    cluster.engine.ahead_ms = apart_ms;
    assert_eq!(cluster.run(0, operation), Done::SignIn);
    cluster.engine.ahead_ms = 0;
    // The other one waits while the first signs in.
    let mut waiting = asking(&cluster, None);
    let step = cluster.operate(1, &mut waiting, Event::Begin);
    let Step::Swap(swap) = step else { panic!("{step:?}") };
    let event = cluster.engine.swap(swap, cluster.now_ms);
    assert!(matches!(cluster.operate(1, &mut waiting, event), Step::Wait { ms: 50 }));
    let until = cluster.now_ms + 1_000_000;
    let token = Some(("a".to_owned(), "sealed".to_owned(), until));
    let telling = cluster.gateways[0].tell_token(token).unwrap();
    cluster.run(0, telling);
    let step = cluster.operate(1, &mut waiting, Event::Woken);
    let Step::Swap(swap) = step else { panic!("{step:?}") };
    let event = cluster.engine.swap(swap, cluster.now_ms);
    let found =
        Done::Token { id: "a".into(), sealed: "sealed".into(), renew_at_ms: until + apart_ms };
    assert_eq!(cluster.operate(1, &mut waiting, event), Step::Done(found));
    // A token that was refused is no token.
    let operation = asking(&cluster, Some("a"));
    assert_eq!(cluster.run(0, operation), Done::SignIn);
    // Who signs in and dies keeps nobody waiting for ever.
    let operation = asking(&cluster, None);
    assert_eq!(cluster.run(1, operation), Done::SignIn);
    assert!(cluster.now_ms < NOW_MS + 20_000);
    cluster.engine.mood = Mood::Before;
    let operation = asking(&cluster, None);
    assert_eq!(cluster.run(0, operation), Done::SignIn, "each by itself");
}

#[test]
fn gateway_keeps_the_shared_state_over_a_new_instance() {
    let mut cluster = Cluster::new(1, "");
    cluster.warm_up();
    let mut task = cluster.task(0, keyed(), ANN);
    while cluster.creates() == 0 {
        cluster.step(&mut task);
    }
    cluster.engine.mood = Mood::Before;
    assert_eq!(cluster.finish(&mut task), 200);
    cluster.settle_all();
    let kept = cluster.gateways[0].keep_shared().unwrap();
    let mut other = Cluster::new(1, "");
    other.gateways[0].take_shared(&kept);
    other.engine = cluster.engine;
    other.now_ms = cluster.now_ms + 100;
    assert_eq!(other.ask(0, keyed(), ANN).status, 200, "the outcome is remembered");
    assert_eq!(other.creates(), 0);
    let used = other.gateways[0].budget_status(other.now_ms);
    assert!(used.used > 0, "{used:?}");
}

#[test]
fn purse_sends_what_it_has_and_one_more_at_a_time() {
    let mut cluster = Cluster::new(1, "");
    let gateway = &mut cluster.gateways[0];
    let share = gateway.guests_of("oak-and-salt").unwrap();
    let mut purse = Purse { share, requests: 0 };
    assert_eq!(gateway.send_of(&mut purse, NOW_MS), None);
    let operation = gateway.lease_one(share, NOW_MS);
    assert_eq!(cluster.run(0, operation), Done::Leased { wait_ms: None });
    purse.requests += 1;
    assert_eq!(cluster.gateways[0].send_of(&mut purse, NOW_MS), Some(NOW_MS));
    assert_eq!(cluster.gateways[0].send_of(&mut purse, NOW_MS), None, "it is empty");
    assert!(cluster.gateways[0].refill(&mut purse, NOW_MS).is_ok(), "of the spare ones");
    cluster.gateways[0].give_back(purse);
}

#[test]
fn gateway_alone_goes_on_with_its_share_and_says_so_once() {
    let mut cluster = Cluster::new(1, r#","perAddress":0,"processes":4"#);
    cluster.warm_up();
    assert_eq!(cluster.gateways[0].heartbeat_ms(), Some(5000));
    assert!(cluster.gateways[0].shared_change(cluster.now_ms).is_none(), "it is well");
    cluster.engine.mood = Mood::Before;
    let staff = || with(head("GET", "Customer/7"), "Bearer staff");
    let mut told = Vec::new();
    let mut served = Vec::new();
    for _ in 0..2000 {
        cluster.now_ms += 100;
        if cluster.ask(0, staff(), "").status == 200 {
            served.push(cluster.now_ms);
        }
        told.extend(cluster.gateways[0].shared_change(cluster.now_ms).map(|change| change.state));
    }
    use crate::gateway::shared::State;
    assert_eq!(told, [State::Failing, State::Alone]);
    let most = served
        .iter()
        .map(|from| served.iter().filter(|at| (*from..from + 60_000).contains(*at)).count());
    assert_eq!(most.max(), Some(50), "a quarter of 200");
    cluster.engine.mood = Mood::Well;
    cluster.now_ms += 10_000;
    let report = cluster.gateways[0].report(false, cluster.now_ms);
    cluster.run(0, report);
    let change = cluster.gateways[0].shared_change(cluster.now_ms).unwrap();
    assert_eq!((change.state, change.reason), (State::Well, None));
    assert!(change.ms > 0);
}

#[test]
fn gateway_that_leaves_gives_its_slice_back() {
    let mut cluster = Cluster::new(2, r#","perAddress":0,"requestsPerMinute":20,"staffReserve":5"#);
    cluster.warm_up();
    let staff = || with(head("GET", "Customer/7"), "Bearer staff");
    assert_eq!(cluster.ask(0, staff(), "").status, 200);
    let report = cluster.gateways[0].report(true, cluster.now_ms);
    cluster.run(0, report);
    assert_eq!(cluster.gateways[0].budget_status(cluster.now_ms).left, 0);
    let served = (0..40).filter(|_| cluster.ask(1, staff(), "").status == 200).count();
    assert!(served + cluster.calls.len() >= 20 && cluster.calls.len() <= 20, "{served}");
}

#[test]
fn create_that_is_not_admitted_is_looked_for_at_all_gateways_and_counted_for_its_address() {
    let mut cluster = Cluster::new(2, r#","perAddress":60,"admit":"function""#);
    cluster.warm_up();
    let with = |token: &str| Head { challenge: Some(token.into()), ..keyed() };
    assert_eq!(cluster.ask(0, with("bad"), ANN).status, 424);
    let swaps = core::mem::take(&mut cluster.engine.swaps);
    let writes = swaps.iter().flat_map(|swap| &swap.entries).filter(|entry| entry.text.is_some());
    assert_eq!((swaps.len(), writes.count()), (1, 0), "one look, which writes nothing");
    let first = cluster.ask(0, with("good"), ANN);
    assert_eq!(first.status, 200);
    assert_eq!(cluster.ask(1, with("used"), ANN), first, "the other gateway knows the create");
    assert_eq!(cluster.creates(), 1);
    // Refusals at one gateway are the limit of the address at the other.
    cluster.now_ms += 120_000;
    while cluster.ask(0, Head { idempotency_key: None, ..with("bad") }, ANN).status != 429 {}
    cluster.now_ms += 2000;
    let report = cluster.gateways[0].report(false, cluster.now_ms);
    assert_eq!(cluster.run(0, report), Done::Settled);
    let other = Head { idempotency_key: Some(KEY.replace('8', "9")), ..with("good") };
    assert_eq!(cluster.ask(1, other, ANN).status, 429);
    assert_eq!(cluster.creates(), 1);
}

#[test]
fn claim_that_was_taken_without_a_word_is_taken_again_by_the_same_gateway() {
    let mut cluster = Cluster::new(2, "");
    cluster.warm_up();
    cluster.engine.mood = Mood::After;
    assert_eq!(cluster.ask(0, keyed(), ANN).status, 424);
    cluster.engine.mood = Mood::Well;
    cluster.now_ms += 1000;
    // Nothing in the background has come to its turn yet.
    assert_eq!(cluster.ask(1, keyed(), ANN).status, 409, "the other one knows of nothing");
    let mut task = cluster.task(0, keyed(), ANN);
    assert_eq!(cluster.finish(&mut task), 200);
    for _ in 0..3 {
        cluster.now_ms += 5000;
        cluster.wake_all();
    }
    assert_eq!(cluster.ask(1, keyed(), ANN).status, 200);
    assert_eq!(cluster.creates(), 1);
}

#[test]
fn claim_that_was_put_by_a_swap_that_came_twice_is_given_back() {
    let mut cluster = Cluster::new(1, "");
    cluster.warm_up();
    cluster.engine.mood = Mood::Twice;
    assert_eq!(cluster.ask(0, keyed(), ANN).status, 424, "nothing was sent");
    assert_eq!((cluster.creates(), cluster.engine.text("claim:")), (0, None));
    assert_eq!(cluster.ask(0, keyed(), ANN).status, 200);
    assert_eq!(cluster.creates(), 1);
}

#[test]
fn request_that_waits_for_a_slow_swap_is_granted_what_it_wants_once() {
    let mut cluster = Cluster::new(1, "");
    cluster.warm_up();
    let staff = || with(head("GET", "Customer/7"), "Bearer staff");
    let mut first = cluster.task(0, staff(), "");
    let mut second = cluster.task(0, staff(), "");
    while !matches!(first.next, Next::Step(_, Step::Swap(_))) {
        assert!(cluster.step(&mut first));
    }
    for _ in 0..60 {
        assert!(cluster.step(&mut second), "it looks again and again");
    }
    assert_eq!([cluster.finish(&mut first), cluster.finish(&mut second)], [200, 200]);
    let report = cluster.gateways[0].report(false, cluster.now_ms);
    assert_eq!(cluster.run(0, report), Done::Settled);
    let left = cluster.gateways[0].budget_status(cluster.now_ms).left;
    assert!(left <= 4, "no more than what is spare: {left}");
}
