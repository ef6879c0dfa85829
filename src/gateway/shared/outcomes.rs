//! Texts of claims that a process remembers itself: ends that the shared state has not been told yet,
//! and claims whose taking was never confirmed.

use std::collections::BTreeMap;

/// The most that are remembered.
const KEPT_MAX: usize = 10_000;

/// The texts of claims by their keys.
#[derive(Default)]
pub(super) struct Outcomes(BTreeMap<String, String>);

impl Outcomes {
    pub(super) fn get(&self, store_key: &str) -> Option<&str> {
        self.0.get(store_key).map(String::as_str)
    }

    pub(super) fn put(&mut self, store_key: &str, text: &str) {
        if self.0.len() >= KEPT_MAX {
            self.0.pop_first();
        }
        self.0.insert(store_key.to_owned(), text.to_owned());
    }

    pub(super) fn remove(&mut self, store_key: &str) {
        self.0.remove(store_key);
    }

    pub(super) fn kept(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    pub(super) fn take(&mut self, kept: BTreeMap<String, String>) {
        self.0 = kept;
    }
}
