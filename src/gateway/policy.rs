//! Who may do what: deny by default, one table.

use crate::api::names::Names;
use crate::api::operations::microsite_segment;
use crate::fields::{ADDRESS, Writer, field, rows};
use crate::issue::{Code, Issue};
use crate::json::{Json, Object};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A guest: anybody.
    Guest,
    /// Staff, by the operator's own check.
    Staff,
    /// Somebody whose authorization that check does not accept.
    Denied,
}

/// What a path and a method ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The restaurant's Setup.
    Setup,
    /// One customer.
    Get,
    /// A new customer.
    Create,
    /// A whole-record replace.
    Update,
    /// A merge.
    Merge,
    /// An unsubscription.
    Unsubscribe,
    /// A deletion.
    ScheduleDeletion,
}

impl Kind {
    /// True where the request carries a body.
    pub fn has_body(self) -> bool {
        !matches!(self, Kind::Setup | Kind::Get)
    }
}

/// The table: which operations a role may use.
pub fn may(role: Role, kind: Kind) -> bool {
    match role {
        Role::Staff => true,
        Role::Guest => matches!(kind, Kind::Setup | Kind::Create),
        Role::Denied => false,
    }
}

/// How a gateway is set up.
pub struct Config {
    /// The microsites that may be asked for: configured name, and as a path segment.
    microsites: Vec<(String, String)>,
    origins: Vec<String>,
    /// Longest request body, in bytes.
    pub max_body_bytes: u32,
    /// The guessed names, on both sides.
    pub names: Names,
}

/// Longest request body unless the operator says otherwise; a full form takes about 4 kB, four opt-in texts 64.
const MAX_BODY_BYTES: u32 = 65_536;

impl Config {
    /// Reads `{microsites, origins?, maxBodyBytes?, names?}`. The error says what to do.
    pub fn read(options: &Object) -> Result<Self, &'static str> {
        const MICROSITES: &str =
            "give microsites: the names of the restaurants that may be asked for";
        let texts = |name: &str| -> Option<Vec<String>> {
            options
                .get(name)?
                .as_array()?
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect()
        };
        let given = |name: &str| options.get(name).filter(|value| !value.is_null());
        let microsites = texts("microsites").filter(|names| !names.is_empty()).ok_or(MICROSITES)?;
        let encoded = |name: String| {
            let segment = microsite_segment(&name).map_err(|_| MICROSITES)?;
            Ok((name, segment))
        };
        let mut config = Self {
            microsites: microsites.into_iter().map(encoded).collect::<Result<_, &str>>()?,
            origins: Vec::new(),
            max_body_bytes: MAX_BODY_BYTES,
            names: Names::default(),
        };
        if given("origins").is_some() {
            config.origins = texts("origins").ok_or("give origins as a list of texts")?;
        }
        if let Some(max) = given("maxBodyBytes") {
            let max = max.as_i32().and_then(|max| u32::try_from(max).ok()).filter(|max| *max > 0);
            config.max_body_bytes = max.ok_or("give maxBodyBytes as a whole number above 0")?;
        }
        if let Some(names) = given("names") {
            config.names.override_with(names.as_object().ok_or("give names as an object")?)?;
        }
        Ok(config)
    }

    /// The configured name of a path segment, compared as encoded: nothing is decoded.
    pub fn microsite(&self, segment: &str) -> Option<&str> {
        self.microsites
            .iter()
            .find(|(_, encoded)| encoded == segment)
            .map(|(name, _)| name.as_str())
    }

    /// True for an origin that the operator has named.
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed == origin)
    }
}

/// The members of a record that a guest may not write, unknown ones included.
pub fn not_writable(request: &Object) -> Vec<Issue> {
    let is_guests = |name: &str| field(name).is_some_and(|field| field.writer == Writer::Guest);
    let mut refused: Vec<Issue> = Vec::new();
    let mut refuse = |name| {
        // Once is enough, however many members there are that nobody knows.
        if !refused.iter().any(|issue| issue.field == name) {
            refused.push(Issue::error(Code::NotWritable, name));
        }
    };
    for (name, value) in request.iter() {
        match value {
            Json::Object(parts) if name == ADDRESS => {
                for (part, _) in parts.iter() {
                    if !rows().iter().any(|field| field.address_part() == Some(part)) {
                        refuse(ADDRESS);
                    }
                }
            }
            _ if name == ADDRESS || !name.contains('.') && is_guests(name) => {}
            _ => refuse(field(name).map_or("request", |field| field.name)),
        }
    }
    refused
}

/// What of a Setup a form needs; the rest is the restaurant's own affair.
const GUEST_SETUP: &[&str] = &[
    "MicrositeName",
    "Name",
    "Titles",
    "CustomFields",
    "GroupEmailMarketingOptInText",
    "GroupSmsMarketingOptInText",
    "RestaurantEmailMarketingOptInText",
    "RestaurantSmsMarketingOptInText",
    "LegalDrinkingAge",
];

/// A Setup as guests see it.
pub fn guest_setup(setup: &Object) -> Object {
    GUEST_SETUP.iter().fold(Object::new(), |seen, name| match setup.get(name) {
        Some(value) => seen.with(name, value.clone()),
        None => seen,
    })
}

/// A created customer as the guest sees it: the new Id, and what the guest sent.
pub fn guest_customer(request: &Object, customer: &Object) -> Object {
    let mut seen = Object::new();
    if let Some(id) = customer.get("Id") {
        seen.set("Id", id.clone());
    }
    for (name, value) in request.iter() {
        if name == ADDRESS || field(name).is_some_and(|field| field.writer == Writer::Guest) {
            seen.set(name, value.clone());
        }
    }
    seen
}
