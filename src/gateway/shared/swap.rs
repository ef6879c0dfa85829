//! What a shared state is asked for, and what it answers: for the operations, and for the drivers
//! that hand it to an engine.

use serde::{Deserialize, Serialize};

/// One text of a swap. In JavaScript, a member that is `None` is left out, and an inner `None` is
/// null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Where the text is.
    pub key: String,
    /// What must be there: a text, or nothing. `None`: whatever is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Option<String>>,
    /// What is put there: a text, or nothing. `None`: it stays as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Option<String>>,
    /// How long the text is kept, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
}

impl Entry {
    /// An entry that reads a text.
    pub(super) fn read(key: String) -> Self {
        Self { key, expected: None, text: None, seconds: None }
    }

    /// An entry that puts `text` in the place of `expected`.
    pub(super) fn replace(
        key: String,
        expected: Option<String>,
        text: Option<String>,
        seconds: u32,
    ) -> Self {
        let seconds = text.is_some().then_some(seconds);
        Self { key, expected: Some(expected), text: Some(text), seconds }
    }

    /// An entry that puts `text`, whatever is there.
    pub(super) fn put(key: String, text: String, seconds: u32) -> Self {
        Self { key, expected: None, text: Some(Some(text)), seconds: Some(seconds) }
    }
}

/// Texts that are compared, and replaced if all are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Swap {
    /// The texts, each key once.
    pub entries: Vec<Entry>,
    /// True if the write must outlive the failure of one server.
    pub durable: bool,
}

/// What a swap found and did.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Swapped {
    /// Whether all was equal, and so was written.
    pub is_done: bool,
    /// What was there before, in the order of the entries.
    pub texts: Vec<Option<String>>,
    /// The shared state's time, in milliseconds since 1970.
    pub now_ms: f64,
}

/// Why a swap has no reply. Nobody knows whether it was done, unless it was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Trouble {
    /// The engine has thrown an error.
    Thrown,
    /// It has not answered in time.
    Timeout,
    /// It has answered with something else than a reply.
    Reply,
    /// The texts are of another version of dinerkit.
    Version,
    /// Nothing was asked, because the engine has failed a moment ago.
    Skipped,
    /// Others were faster each time.
    Contended,
}
