//! How a gateway is set up: the options of the table, as the rest of the gateway uses them.

use super::capability::Keys;
use super::guest_fields::GuestFields;
use super::options::text_form::is_origin;
use super::options::{PageOptions, Problem, Reader, completed, problems};
use crate::client::auth::{Authentication, Credentials};
use crate::client::{Access, Config as Account, Encoding, microsite_segment};
use crate::json::{Json, Object};
use crate::names::Names;

/// How a gateway is set up. What an option means, and its default, stands in the table:
/// `options.rs`.
pub struct Config {
    /// The client that asks the remote API, with the account's credentials.
    pub account: Account,
    /// The microsites that may be asked for: configured name, and as a path segment.
    microsites: Vec<(String, String)>,
    origins: Vec<String>,
    /// Longest request body, in bytes.
    pub max_body_bytes: u32,
    /// The guessed names, on both sides.
    pub names: Names,
    /// What signs capabilities. Without any there are no capabilities.
    pub keys: Keys,
    /// How long the capability in the answer to a create is valid, in seconds.
    pub capability_seconds: u32,
    /// Which fields are the guests'.
    pub guest_fields: GuestFields,
    /// Whether the runtime tells the addresses of guests.
    pub has_addresses: bool,
    /// True if a function of the operator's decides which guests' creates are made.
    pub has_admission: bool,
    /// What an address may do in a minute, in the units of the policy's `cost`; 0 for no limit.
    pub per_address: u32,
    /// The account's quota: requests to the remote API in a minute.
    pub requests_per_minute: u32,
    /// The part of it that guests leave to staff.
    pub staff_reserve: u32,
    /// What the gateways of a shared state have in common. None: the state is not shared.
    pub shared_secret: Option<String>,
    /// How many gateways share it at most, if that is known.
    pub processes: Option<u32>,
    /// True if staff's requests take only what guests and staff of other gateways leave.
    pub is_background: bool,
    /// How long a Setup is used without asking for it again, in seconds.
    pub setup_fresh_seconds: u32,
    /// How much longer it is used while a new one is being fetched or cannot be fetched, in
    /// seconds.
    pub setup_stale_seconds: u32,
    /// Where guests reach the gateway, for links in e-mails; without a slash at its end.
    pub public_url: Option<String>,
    /// The time zone of the restaurants whose Setup names none.
    pub time_zone: Option<String>,
    /// The words of the unsubscribe page that are the operator's own.
    pub words: Object,
    /// How the pages of a microsite look and where they lead, by its configured name.
    pub pages: Vec<(String, PageOptions)>,
    /// The style of the page that JavaScript draws. Not an option: the caller sets it.
    pub form_style: String,
}

/// How long a link in an e-mail is valid, in seconds: it may be followed long after.
pub const LINK_SECONDS: u32 = 60 * 86_400;
/// The longest that any capability is valid, in seconds: a year.
pub const CAPABILITY_MAX_SECONDS: u32 = 366 * 86_400;

impl Config {
    /// Reads the options of `createGateway`. What is no data (functions, the store, the languages)
    /// stands there as the name of its type. The error lists all that is wrong, and holds no value.
    pub fn read(options: &Object) -> Result<Self, Vec<Problem>> {
        let problems = problems(options, Reader::JavaScript);
        if !problems.is_empty() {
            return Err(problems);
        }
        // Every value below is of its kind, and every one that has a default is there.
        let options = completed(options, Reader::JavaScript);
        let text = |name: &str| options.get(name).and_then(Json::as_str);
        let texts = |name: &str| -> Vec<String> {
            let items = options.get(name).and_then(Json::as_array).unwrap_or_default();
            items.iter().filter_map(Json::as_str).map(str::to_owned).collect()
        };
        let whole = |name: &str| {
            let number = options.get(name).and_then(Json::as_i32);
            number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
        };
        let object =
            |name: &str| options.get(name).and_then(Json::as_object).cloned().unwrap_or_default();
        // The table has accepted each of them.
        let names = Names::from_json(&object("names")).unwrap_or_default();
        let microsites = texts("microsites");
        let credentials = object("credentials");
        let credential = |name: &str| {
            credentials.get(name).and_then(Json::as_str).unwrap_or_default().to_owned()
        };
        let account = Account {
            access: Access::Credentials(Credentials {
                username: credential("username"),
                password: credential("password"),
            }),
            authentication: match text("authentication") {
                Some("token") => Authentication::Token,
                _ => Authentication::V2,
            },
            encoding: match text("encoding") {
                Some("form") => Encoding::Form,
                _ => Encoding::Json,
            },
            timeout_ms: whole("timeoutMs"),
            total_timeout_ms: whole("totalTimeoutMs"),
            requests_per_minute: whole("requestsPerMinute"),
            names: names.clone(),
            // A session needs one microsite; each call names its own.
            ..Account::new(
                text("upstream").unwrap_or_default(),
                microsites.first().map(String::as_str).unwrap_or_default(),
            )
        };
        let segments = microsites.into_iter().filter_map(|name| {
            let segment = microsite_segment(&name).ok()?;
            Some((name, segment))
        });
        let pages = object("pages");
        let pages = pages.iter().filter_map(|(microsite, page)| {
            Some((microsite.to_owned(), PageOptions::read(page.as_object()?)))
        });
        let keys = options.get("capabilityKeys").and_then(Json::as_array).unwrap_or_default();
        let first_secret = || keys.first()?.as_object()?.get("secret")?.as_str();
        let shared_secret = text("sharedSecret").or_else(first_secret);
        let is_shared = options.given("shared").is_some();
        Ok(Self {
            account,
            microsites: segments.collect(),
            origins: texts("origins"),
            max_body_bytes: whole("maxBodyBytes"),
            names,
            keys: Keys::read(keys),
            capability_seconds: whole("capabilitySeconds"),
            guest_fields: GuestFields::read(&object("guestFields")),
            has_addresses: text("clientAddress").is_some(),
            has_admission: text("admit").is_some(),
            per_address: whole("perAddress"),
            requests_per_minute: whole("requestsPerMinute"),
            staff_reserve: whole("staffReserve"),
            shared_secret: shared_secret.filter(|_| is_shared).map(str::to_owned),
            processes: Some(whole("processes")).filter(|processes| *processes > 0),
            is_background: options.get("background").and_then(Json::as_bool).unwrap_or_default(),
            setup_fresh_seconds: whole("setupFreshSeconds"),
            setup_stale_seconds: whole("setupStaleSeconds"),
            public_url: text("publicUrl").map(|url| url.trim_end_matches('/').to_owned()),
            time_zone: text("timeZone").map(str::to_owned),
            words: object("words"),
            pages: pages.collect(),
            form_style: String::new(),
        })
    }

    /// The account's user name.
    pub fn username(&self) -> &str {
        match &self.account.access {
            Access::Credentials(credentials) => &credentials.username,
            _ => "",
        }
    }

    /// What the operator says of the pages of a microsite; the defaults where that is nothing.
    pub fn page(&self, microsite: &str) -> PageOptions {
        let page = self.pages.iter().find(|(name, _)| name == microsite);
        page.map_or_else(PageOptions::default, |(_, page)| page.clone())
    }

    /// The configured names.
    pub fn microsites(&self) -> impl Iterator<Item = &str> {
        self.microsites.iter().map(|(name, _)| name.as_str())
    }

    /// The configured name of a path segment, compared as encoded: nothing is decoded.
    pub fn microsite(&self, segment: &str) -> Option<&str> {
        self.microsites
            .iter()
            .find(|(_, encoded)| encoded == segment)
            .map(|(name, _)| name.as_str())
    }

    /// The path segment of a configured name.
    pub fn segment(&self, microsite: &str) -> Option<&str> {
        self.microsites
            .iter()
            .find(|(name, _)| name == microsite)
            .map(|(_, encoded)| encoded.as_str())
    }

    /// True for an origin that the operator has named.
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed == origin)
    }

    /// True for an origin whose pages may post the form: one that the operator has named, or the
    /// gateway's own, by `publicUrl`.
    pub fn takes_forms_of(&self, origin: &str) -> bool {
        let path = self.public_url.as_deref().and_then(|own| own.strip_prefix(origin));
        self.allows_origin(origin)
            || is_origin(origin)
                && path.is_some_and(|path| path.is_empty() || path.starts_with('/'))
    }
}
