//! What the dice choose for one run: who asks how often, what goes wrong and when.

use crate::dice::Dice;
use crate::engine::{Promise, State};
use crate::time::{Clock, MINUTE};

/// When the failures begin, after a time in which all must be well.
pub const TROUBLE_FROM: u64 = 3 * MINUTE;
/// When the last of them has ended.
pub const TROUBLE_TO: u64 = 5 * MINUTE;
/// How long after that everything must be well again.
pub const HEALS_MS: u64 = 3 * MINUTE;
/// When nobody asks any more.
pub const END: u64 = 11 * MINUTE;

/// Something that goes wrong, or ends to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// This gateway reaches the engine, or not any more.
    Network {
        /// Which gateway.
        gateway: usize,
        /// Whether the engine can be reached.
        is_up: bool,
    },
    /// This gateway is killed.
    Kill(usize),
    /// A new process begins in this one's place.
    Start(usize),
    /// The primary gets into this state.
    Engine(State),
    /// The primary is killed and comes back at once, with what it kept.
    Restart,
    /// The replica takes over. True if the old primary goes on, with the gateways that are still
    /// connected to it.
    FailOver(bool),
    /// The old primary comes back as a replica.
    Rejoin,
    /// The replica gets nothing from the primary, or gets it again.
    Link(bool),
}

/// The choices of a run.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// How many gateways there are.
    pub gateways: usize,
    /// Their option `processes`.
    pub processes: Option<u32>,
    /// The account's budget.
    pub per_minute: u32,
    /// Staff's part of it.
    pub reserve: u32,
    /// How many restaurants there are.
    pub microsites: usize,
    /// What the engine promises.
    pub promise: Promise,
    /// The clock of each gateway.
    pub clocks: Vec<Clock>,
    /// The clocks of the engine's servers.
    pub engine_clocks: [Clock; 2],
    /// The longest time that a message to the engine, or from it, takes.
    pub engine_delay_ms: u64,
    /// The longest time that a request to the remote API takes.
    pub upstream_delay_ms: u64,
    /// How many of a hundred messages from or to the engine are lost, during the trouble.
    pub lost: u64,
    /// By how much the replica lags at most.
    pub lag_ms: u64,
    /// How many requests a minute guests make.
    pub guests: u32,
    /// How many requests a minute staff make.
    pub staff: u32,
    /// How many of a hundred requests go to the first gateway; the others go to any.
    pub lopsided: u64,
    /// How many of a hundred requests of guests are for the first restaurant; the others for any.
    pub crowded: u64,
    /// What goes wrong, and when.
    pub troubles: Vec<(u64, Trouble)>,
    /// True if nothing goes wrong at all.
    pub is_calm: bool,
}

impl Schedule {
    /// The choices of a seed.
    pub fn new(dice: &mut Dice) -> Self {
        let gateways = 1 + dice.below(5) as usize;
        let per_minute = dice.one_of(&[12, 20, 20, 30, 40, 40, 60, 60]);
        let reserve = per_minute * dice.one_of(&[0, 10, 25, 25, 50]) / 100;
        let most = if per_minute > 30 { 5 } else { 10 };
        let load = |dice: &mut Dice| match dice.below(6) {
            0 => 0,
            1 => per_minute / 10,
            2 => per_minute / 2,
            3 => per_minute,
            _ => per_minute * dice.between(2, most) as u32,
        };
        let clock = |dice: &mut Dice, most_ms: u64| Clock {
            offset_ms: dice.either_way(most_ms),
            drift_ppm: dice.either_way(200),
        };
        let mut schedule = Self {
            gateways,
            processes: dice.percent(50).then_some(gateways as u32),
            per_minute,
            reserve,
            microsites: dice.one_of(&[1, 1, 2, 3, 5, 20, 60]),
            promise: dice.one_of(&[
                Promise::Keeps,
                Promise::Keeps,
                Promise::Forgets,
                Promise::Replicates,
                Promise::Replicates,
            ]),
            clocks: (0..gateways).map(|_| clock(dice, 30_000)).collect(),
            engine_clocks: [clock(dice, 250), clock(dice, 250)],
            engine_delay_ms: dice.one_of(&[1, 1, 10, 100]),
            upstream_delay_ms: dice.one_of(&[1, 50, 300]),
            lost: 0,
            lag_ms: dice.one_of(&[1, 20, 300]),
            guests: load(dice),
            staff: load(dice),
            lopsided: dice.one_of(&[0, 0, 50, 100]),
            crowded: dice.one_of(&[0, 50, 90]),
            troubles: Vec::new(),
            is_calm: dice.percent(20),
        };
        if !schedule.is_calm {
            schedule.lost = dice.one_of(&[0, 0, 2, 20]);
            for _ in 0..dice.between(1, 4) {
                schedule.add_trouble(dice);
            }
            schedule.troubles.sort_by_key(|(at_ms, _)| *at_ms);
        }
        schedule
    }

    /// Adds something that goes wrong and ends within the time of trouble.
    fn add_trouble(&mut self, dice: &mut Dice) {
        let from = dice.between(TROUBLE_FROM, TROUBLE_TO - 2000);
        // Most are short, so that several happen and the ends of some are seen by others.
        let longest = (TROUBLE_TO - from).min(dice.one_of(&[3000, 20_000, 90_000, TROUBLE_TO]));
        let to = dice.between(from + 1000, (from + longest).max(from + 1000));
        let gateway = dice.below(self.gateways as u64) as usize;
        let mut add = |at_ms, trouble| self.troubles.push((at_ms, trouble));
        let slow = [300, 2000, 9000];
        match dice.below(6) {
            0 | 1 => {
                add(from, Trouble::Network { gateway, is_up: false });
                add(to, Trouble::Network { gateway, is_up: true });
            }
            2 => {
                add(from, Trouble::Kill(gateway));
                add(to, Trouble::Start(gateway));
            }
            3 => {
                let slow = State::Slow(dice.one_of(&slow));
                add(
                    from,
                    Trouble::Engine(dice.one_of(&[
                        State::Refuses,
                        State::Hangs,
                        State::Full,
                        slow,
                    ])),
                );
                add(to, Trouble::Engine(State::Well));
            }
            _ => match self.promise {
                Promise::Replicates if dice.percent(70) => {
                    add(from, Trouble::FailOver(dice.percent(30)));
                    add(to, Trouble::Rejoin);
                }
                Promise::Replicates => {
                    add(from, Trouble::Link(false));
                    add(to, Trouble::Link(true));
                }
                Promise::Keeps | Promise::Forgets => add(from, Trouble::Restart),
            },
        }
    }
}
