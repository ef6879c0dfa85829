//! The vendor's own paths, by name: no path reaches the remote API that does not stand here.

use super::config::Config;
use super::policy::Kind;
use crate::client::{CUSTOMER_PATH, Operation, RESTAURANTS, SETUP_PATH};
use crate::issue::Issue;
use crate::json::{Json, Object};
use crate::names::Name;

/// Path of the page that a link in an e-mail opens, below the restaurant's own. Ours: the vendor has no such path.
pub const UNSUBSCRIBE_PAGE: &str = "unsubscribe";
/// Path of the form without JavaScript, likewise ours.
pub const FORM_PAGE: &str = "form";

/// What a path leads to.
#[derive(Clone, Debug)]
pub struct Place {
    /// The microsite's configured name.
    pub microsite: String,
    /// What each method asks for.
    pub kinds: Vec<(String, Kind)>,
    /// The customer's Id, in the paths that have one.
    pub id: Option<i32>,
}

/// Finds the place of a path. The path is compared as it was sent: an encoded slash or dot is just another name.
pub fn find(path: &str, config: &Config) -> Option<Place> {
    let rest = path.strip_prefix(RESTAURANTS)?;
    let (segment, rest) = rest.split_once('/')?;
    let microsite = config.microsite(segment)?.to_owned();
    let name = |name| config.names.get(name);
    let (kinds, id): (&[(&str, Kind)], _) = if rest == SETUP_PATH {
        (&[("GET", Kind::Setup)], None)
    } else if rest == CUSTOMER_PATH {
        (&[("POST", Kind::Create)], None)
    } else if rest == name(Name::MergePath) {
        (&[(name(Name::MergeMethod), Kind::Merge)], None)
    } else if rest == name(Name::UnsubscribePath) {
        (&[("POST", Kind::Unsubscribe)], None)
    } else if rest == name(Name::MarkForDeletionPath) {
        (&[("POST", Kind::ScheduleDeletion)], None)
    } else if rest == UNSUBSCRIBE_PAGE {
        (&[("GET", Kind::UnsubscribePage), ("POST", Kind::UnsubscribeByLink)], None)
    } else if rest == FORM_PAGE {
        (&[("GET", Kind::Form), ("POST", Kind::CreateByForm)], None)
    } else {
        let id = rest.strip_prefix(CUSTOMER_PATH).and_then(|rest| rest.strip_prefix('/'));
        (&[("GET", Kind::Get), ("PUT", Kind::Update)], Some(id.and_then(customer_id)?))
    };
    let kinds = kinds.iter().map(|(method, kind)| ((*method).to_owned(), *kind)).collect();
    Some(Place { microsite, kinds, id })
}

/// An Id above 0 in plain digits, without a sign or a leading zero.
fn customer_id(text: &str) -> Option<i32> {
    let plain = text.starts_with(|first: char| matches!(first, '1'..='9'))
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

impl Place {
    /// What a method asks for here; methods are compared exactly.
    pub fn kind(&self, method: &str) -> Option<Kind> {
        self.kinds.iter().find(|(known, _)| known == method).map(|(_, kind)| *kind)
    }

    /// The methods that there are here, as headers list them.
    pub fn methods(&self) -> String {
        let methods: Vec<&str> = self.kinds.iter().map(|(method, _)| method.as_str()).collect();
        methods.join(", ")
    }

    /// The operation, with its arguments from the body by their wire names.
    pub fn operation(
        &self,
        kind: Kind,
        body: &Object,
        config: &Config,
    ) -> Result<Operation, Vec<Issue>> {
        let member = |name| body.get(config.names.get(name)).cloned().unwrap_or(Json::Null);
        let with_id = || Object::new().with("id", self.id);
        let (name, arguments) = match kind {
            Kind::Setup | Kind::Form => ("setup", Object::new()),
            Kind::Get => ("get", with_id()),
            Kind::Create | Kind::CreateByForm => {
                ("create", Object::new().with("request", body.clone()))
            }
            Kind::Update => ("update", with_id().with("request", body.clone())),
            Kind::Merge => (
                "merge",
                Object::new()
                    .with("into", member(Name::MasterCustomerId))
                    .with("from", member(Name::CustomerIdsToMerge)),
            ),
            Kind::Unsubscribe | Kind::UnsubscribePage | Kind::UnsubscribeByLink => (
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
