//! The event that a request writes to the operator's log.

use serde::Serialize;

use crate::gateway::policy::Role;

/// The event of one request. It holds nothing of a person, no token and no address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogEvent {
    /// What was asked for; none if the path or the method is not the gateway's.
    pub operation: Option<&'static str>,
    /// The microsite's configured name; none if the path names none.
    pub microsite: Option<String>,
    /// The role of the sender: a guest until more is known.
    pub role: &'static str,
    /// The answer's HTTP status.
    pub status: u16,
    /// Why the request was refused, if the status alone does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<&'static str>,
    /// How the remote API failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<UpstreamFailure>,
}

/// How the remote API failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpstreamFailure {
    /// The error's code, such as `blocked`.
    pub code: &'static str,
    /// The HTTP status of the remote API's answer, if there was one.
    pub status: Option<u16>,
}

impl LogEvent {
    /// The event of a request of which nothing is known.
    pub(super) fn new() -> Self {
        Self {
            operation: None,
            microsite: None,
            role: Role::Guest.name(),
            status: 0,
            refused: None,
            upstream: None,
        }
    }
}
