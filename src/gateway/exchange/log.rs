//! The event that a request writes to the operator's log.

use serde::Serialize;

use crate::gateway::policy::{Endpoint, Role};
use crate::gateway::reply::RefusalReason;
use crate::jsdoc::comment;

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

/// The types of the event's members that have names of ours, for `pkg/types/gateway.d.ts`.
pub fn event_types() -> String {
    [
        union(
            "GatewayOperation",
            "What a request to the gateway asks for.",
            Endpoint::ALL.iter().map(|endpoint| endpoint.name()),
        ),
        union(
            "GatewayRole",
            "Who asks: a guest, a guest with a capability for the own record, or staff.",
            Role::ALL.iter().map(|role| role.name()),
        ),
        union(
            "GatewayRefusal",
            "Why the gateway refused a request.",
            RefusalReason::ALL.iter().map(|reason| reason.name()),
        ),
    ]
    .concat()
}

/// A type that is one of these texts, laid out as Prettier does.
fn union(name: &str, about: &str, texts: impl Iterator<Item = &'static str>) -> String {
    const WIDTH: usize = 120;
    let texts: Vec<_> = texts.map(|text| format!("\"{text}\"")).collect();
    let comment = comment("", about);
    let joined = texts.join(" | ");
    for line in
        [format!("export type {name} = {joined};"), format!("export type {name} =\n  {joined};")]
    {
        if line.lines().all(|line| line.len() <= WIDTH) {
            return comment + &line + "\n";
        }
    }
    format!("{comment}export type {name} =\n  | {};\n", texts.join("\n  | "))
}
