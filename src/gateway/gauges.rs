//! What a gateway is at a moment, in numbers for the operator's metrics. They hold nothing of a
//! person, and as many entries as the configuration has microsites.

use serde::Serialize;

use super::Gateway;
use crate::client::limit::WINDOW_MS;

/// What a gateway is at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Gauges {
    /// The account's budget, and what is used of it.
    pub budget: BudgetGauge,
    /// The Setups that there is a copy of.
    pub setups: Vec<SetupGauge>,
}

/// The account's budget, in requests to the remote API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BudgetGauge {
    /// How many are allowed in a minute.
    pub per_minute: u32,
    /// How many this process has made in the last minute.
    pub used: usize,
    /// How many this process may still make in this minute, staff's included.
    pub left: usize,
}

/// The copy of a Setup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SetupGauge {
    /// The microsite's configured name.
    pub microsite: String,
    /// How long ago it was fetched, in milliseconds.
    pub age_ms: u64,
}

impl Gateway {
    /// What the gateway is at this moment.
    pub fn gauges(&self, now_ms: u64) -> Gauges {
        let is_counted = |at_ms: u64| at_ms.saturating_add(WINDOW_MS) > now_ms;
        let used = self.quota.counted().filter(|(at_ms, _)| is_counted(*at_ms)).count();
        let per_minute = self.config.requests_per_minute;
        let left = (per_minute as usize).saturating_sub(used);
        let ages = self.setups.ages(now_ms);
        Gauges {
            budget: BudgetGauge { per_minute, used, left },
            setups: ages
                .map(|(microsite, age_ms)| SetupGauge { microsite: microsite.to_owned(), age_ms })
                .collect(),
        }
    }
}
