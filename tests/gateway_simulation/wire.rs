//! The network between gateways and the engine: which server a gateway is connected to, and what is
//! lost.

use crate::dice::Dice;
use crate::engine::{Engine, Promise, State};
use crate::schedule::{Schedule, Trouble};

/// A gateway's connection to the engine.
#[derive(Clone, Copy)]
struct Connection {
    is_up: bool,
    server: usize,
}

/// The network between the gateways and the engine.
pub struct Wire {
    connections: Vec<Connection>,
    /// The longest time that a message takes.
    delay_ms: u64,
    /// How many of a hundred messages are lost while something is wrong.
    lost: u64,
    /// True while messages are lost by chance.
    pub is_lossy: bool,
    /// False while a replica that could take over is missing.
    has_replica: bool,
    /// True while the old primary goes on after the replica has taken over.
    is_split: bool,
}

impl Wire {
    /// A network on which nothing is wrong yet.
    pub fn new(schedule: &Schedule) -> Self {
        Self {
            connections: vec![Connection { is_up: true, server: 0 }; schedule.gateways],
            delay_ms: schedule.engine_delay_ms,
            lost: schedule.lost,
            is_lossy: false,
            has_replica: schedule.promise == Promise::Replicates,
            is_split: false,
        }
    }

    /// How long the next message of a gateway takes; `None` if it is lost.
    pub fn message(&self, gateway: usize, dice: &mut Dice) -> Option<u64> {
        let is_lost = self.is_lossy && dice.percent(self.lost);
        // Some messages are on their way for longer than their sender waits.
        let is_late = self.is_lossy && dice.percent(self.lost / 4);
        let delay_ms = dice.below(self.delay_ms + 1) + if is_late { dice.below(12_000) } else { 0 };
        (self.connections[gateway].is_up && !is_lost).then_some(delay_ms)
    }

    /// The server that a gateway is connected to.
    pub fn server(&self, gateway: usize) -> usize {
        self.connections[gateway].server
    }

    /// Carries out what goes wrong with network or engine. False if it could not happen.
    pub fn happen(
        &mut self,
        trouble: Trouble,
        engine: &mut Engine,
        now_ms: u64,
        dice: &mut Dice,
    ) -> bool {
        match trouble {
            Trouble::Network { gateway, is_up } => self.connections[gateway].is_up = is_up,
            Trouble::Engine(state) => engine.set(engine.primary, state),
            Trouble::Restart => engine.restart(),
            Trouble::Link(is_up) if !self.has_replica => return is_up,
            Trouble::Link(true) => engine.link(now_ms),
            Trouble::Link(false) => engine.is_linked = false,
            Trouble::FailOver(_) if !self.has_replica => return false,
            Trouble::FailOver(is_split) => {
                let old = engine.primary;
                engine.fail_over(now_ms);
                self.has_replica = false;
                self.is_split = is_split;
                if !is_split {
                    engine.set(old, State::Refuses);
                }
                for connection in &mut self.connections {
                    // Where the old primary goes on, some stay with it.
                    if !is_split || dice.percent(50) {
                        connection.server = engine.primary;
                    }
                }
            }
            Trouble::Rejoin if self.has_replica => return false,
            Trouble::Rejoin => {
                engine.rejoin();
                self.has_replica = engine.promise == Promise::Replicates;
                self.is_split = false;
                for connection in &mut self.connections {
                    connection.server = engine.primary;
                }
            }
            Trouble::Kill(_) | Trouble::Start(_) => return false,
        }
        true
    }
}
