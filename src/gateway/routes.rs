//! The paths of the gateway, by name. No other path reaches the remote API.

use super::config::Config;
use super::policy::Endpoint;
use crate::client::{CUSTOMER_PATH, Operation, RESTAURANTS, SETUP_PATH};
use crate::issue::Issue;
use crate::json::{Json, Object};
use crate::names::Name;

/// Path of the page that a link in an e-mail opens, below the restaurant's own. It is the
/// gateway's: the vendor has no such path.
pub const UNSUBSCRIBE_PAGE: &str = "unsubscribe";
/// Path of the form for browsers without JavaScript, likewise the gateway's.
pub const FORM_PAGE: &str = "form";

/// Where a path leads: one of the vendor's paths, or of the gateway's own, at one microsite.
#[derive(Clone, Debug)]
pub struct Route {
    /// The microsite's configured name.
    pub microsite: String,
    /// The microsite's index in the configuration.
    pub microsite_index: usize,
    /// What each method asks for.
    endpoints: Vec<(String, Endpoint)>,
    /// The customer's Id, in the paths that have one.
    id: Option<i32>,
}

/// A route with its method: what a request asks for.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is asked for.
    pub endpoint: Endpoint,
    /// The microsite's configured name.
    pub microsite: String,
    /// The microsite's index in the configuration.
    pub microsite_index: usize,
    /// The customer's Id, in the paths that have one.
    pub id: Option<i32>,
}

/// Finds the route of a path. The path is compared as it was sent: an encoded slash or dot is just
/// another name.
pub fn find(path: &str, config: &Config) -> Option<Route> {
    let rest = path.strip_prefix(RESTAURANTS)?;
    let (segment, rest) = rest.split_once('/')?;
    let microsite = config.microsite(segment)?.to_owned();
    let microsite_index = config.microsites().position(|name| name == microsite)?;
    let name = |name| config.names.get(name);
    let (endpoints, id): (&[(&str, Endpoint)], _) = if rest == SETUP_PATH {
        (&[("GET", Endpoint::Setup)], None)
    } else if rest == CUSTOMER_PATH {
        (&[("POST", Endpoint::Create)], None)
    } else if rest == name(Name::MergePath) {
        (&[(name(Name::MergeMethod), Endpoint::Merge)], None)
    } else if rest == name(Name::UnsubscribePath) {
        (&[("POST", Endpoint::Unsubscribe)], None)
    } else if rest == name(Name::MarkForDeletionPath) {
        (&[("POST", Endpoint::ScheduleDeletion)], None)
    } else if rest == UNSUBSCRIBE_PAGE {
        (&[("GET", Endpoint::UnsubscribePage), ("POST", Endpoint::UnsubscribeByLink)], None)
    } else if rest == FORM_PAGE {
        (&[("GET", Endpoint::Form), ("POST", Endpoint::CreateByForm)], None)
    } else {
        let id = rest.strip_prefix(CUSTOMER_PATH).and_then(|rest| rest.strip_prefix('/'));
        (&[("GET", Endpoint::Get), ("PUT", Endpoint::Update)], Some(id.and_then(customer_id)?))
    };
    let endpoints =
        endpoints.iter().map(|(method, endpoint)| ((*method).to_owned(), *endpoint)).collect();
    Some(Route { microsite, microsite_index, endpoints, id })
}

/// An Id above 0 in plain digits, without a sign or a leading zero.
fn customer_id(text: &str) -> Option<i32> {
    let plain = text.starts_with(|first: char| matches!(first, '1'..='9'))
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// True for a path that would lead to a page if its microsite were one of the gateway's.
pub fn leads_to_page(path: &str) -> bool {
    let rest = path.strip_prefix(RESTAURANTS).and_then(|rest| rest.split_once('/'));
    matches!(rest, Some((_, UNSUBSCRIBE_PAGE | FORM_PAGE)))
}

impl Route {
    /// The request that a method makes here; methods are compared exactly. Returns `None` for a
    /// method that the route does not take.
    pub fn request(&self, method: &str) -> Option<Request> {
        let (_, endpoint) = self.endpoints.iter().find(|(known, _)| known == method)?;
        let (microsite, microsite_index) = (self.microsite.clone(), self.microsite_index);
        Some(Request { endpoint: *endpoint, microsite, microsite_index, id: self.id })
    }

    /// True for a page that a browser goes to.
    pub fn is_page(&self) -> bool {
        self.endpoints.iter().any(|(_, endpoint)| endpoint.is_page())
    }

    /// The methods of the route, as headers list them.
    pub fn methods(&self) -> String {
        let methods: Vec<&str> = self.endpoints.iter().map(|(method, _)| method.as_str()).collect();
        methods.join(", ")
    }
}

impl Request {
    /// The operation, with its arguments from the body by their wire names.
    pub fn operation(&self, body: &Object, config: &Config) -> Result<Operation, Vec<Issue>> {
        let member = |name| body.get(config.names.get(name)).cloned().unwrap_or(Json::Null);
        let with_id = || Object::new().with("id", self.id);
        let (name, arguments) = match self.endpoint {
            Endpoint::Setup | Endpoint::Form => ("setup", Object::new()),
            Endpoint::Get => ("get", with_id()),
            Endpoint::Create | Endpoint::CreateByForm => {
                ("create", Object::new().with("request", body.clone()))
            }
            Endpoint::Update => ("update", with_id().with("request", body.clone())),
            Endpoint::Merge => (
                "merge",
                Object::new()
                    .with("into", member(Name::MasterCustomerId))
                    .with("from", member(Name::CustomerIdsToMerge)),
            ),
            Endpoint::Unsubscribe | Endpoint::UnsubscribePage | Endpoint::UnsubscribeByLink => (
                "unsubscribe",
                Object::new()
                    .with("ids", member(Name::CustomerIds))
                    .with("mode", member(Name::MarketingCommunicationMode))
                    .with("ipAddress", member(Name::IpAddress)),
            ),
            Endpoint::ScheduleDeletion => {
                ("scheduleDeletion", Object::new().with("ids", member(Name::CustomerIds)))
            }
        };
        Operation::from_json(name, &arguments)
    }
}
