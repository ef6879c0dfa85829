//! How old the copies of the Setups are, for the operator's metrics. There are as many as the
//! configuration has microsites, whatever is asked for.

use serde::Serialize;

use super::Gateway;

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
    /// The Setups that there is a copy of.
    pub fn setup_gauges(&self, now_ms: u64) -> Vec<SetupGauge> {
        let ages = self.setups.ages(now_ms);
        ages.map(|(microsite, age_ms)| SetupGauge { microsite: microsite.to_owned(), age_ms })
            .collect()
    }
}
