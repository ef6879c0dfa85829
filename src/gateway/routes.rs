//! The vendor's own paths, by name: no path reaches the remote API that does not stand here.

use super::Reply;
use super::policy::{Config, Kind};
use crate::api::names::Name;
use crate::api::operations::{CUSTOMER_PATH, Operation, RESTAURANTS, SETUP_PATH};
use crate::issue::Issue;
use crate::json::{Json, Object};

/// What a request asks for.
pub struct Route<'a> {
    /// The microsite's configured name.
    pub microsite: &'a str,
    /// The operation.
    pub kind: Kind,
    /// The customer's Id, in the paths that have one.
    id: Option<i32>,
}

/// Finds the route of a path. The path is compared as it was sent: an encoded slash or dot is just another name.
pub fn find<'a>(method: &str, path: &str, config: &'a Config) -> Result<Route<'a>, Reply> {
    let unknown = || Reply::refusal(404, "There is nothing at this address.");
    let rest = path.strip_prefix(RESTAURANTS).ok_or_else(unknown)?;
    let (segment, rest) = rest.split_once('/').ok_or_else(unknown)?;
    let microsite = config.microsite(segment).ok_or_else(unknown)?;
    let name = |name| config.names.get(name);
    let merge_method = name(Name::MergeMethod);
    let (kinds, id): (&[(&str, Kind)], _) = if rest == SETUP_PATH {
        (&[("GET", Kind::Setup)], None)
    } else if rest == CUSTOMER_PATH {
        (&[("POST", Kind::Create)], None)
    } else if rest == name(Name::MergePath) {
        (&[(merge_method, Kind::Merge)], None)
    } else if rest == name(Name::UnsubscribePath) {
        (&[("POST", Kind::Unsubscribe)], None)
    } else if rest == name(Name::MarkForDeletionPath) {
        (&[("POST", Kind::ScheduleDeletion)], None)
    } else {
        let id = rest.strip_prefix(CUSTOMER_PATH).and_then(|rest| rest.strip_prefix('/'));
        let id = id.and_then(customer_id).ok_or_else(unknown)?;
        (&[("GET", Kind::Get), ("PUT", Kind::Update)], Some(id))
    };
    let found = kinds.iter().find(|(allowed, _)| *allowed == method);
    match found {
        Some((_, kind)) => Ok(Route { microsite, kind: *kind, id }),
        None => Err(Reply::refusal(405, "This address does not take that method.")),
    }
}

/// An Id above 0 in plain digits, without a sign or a leading zero.
fn customer_id(text: &str) -> Option<i32> {
    let plain = text.starts_with(|first: char| matches!(first, '1'..='9'))
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

impl Route<'_> {
    /// The operation, with its arguments from the body by their wire names.
    pub fn operation(&self, body: &Object, config: &Config) -> Result<Operation, Vec<Issue>> {
        let member = |name| body.get(config.names.get(name)).cloned().unwrap_or(Json::Null);
        let with_id = || Object::new().with("id", self.id);
        let (name, arguments) = match self.kind {
            Kind::Setup => ("setup", Object::new()),
            Kind::Get => ("get", with_id()),
            Kind::Create => ("create", Object::new().with("request", body.clone())),
            Kind::Update => ("update", with_id().with("request", body.clone())),
            Kind::Merge => (
                "merge",
                Object::new()
                    .with("into", member(Name::MasterCustomerId))
                    .with("from", member(Name::CustomerIdsToMerge)),
            ),
            Kind::Unsubscribe => (
                "unsubscribe",
                Object::new()
                    .with("ids", member(Name::CustomerIds))
                    .with("mode", member(Name::MarketingCommunicationMode))
                    .with("ipAddress", member(Name::IpAddress)),
            ),
            Kind::ScheduleDeletion => {
                ("scheduleDeletion", Object::new().with("ids", member(Name::CustomerIds)))
            }
        };
        Operation::from_json(name, &arguments)
    }
}
