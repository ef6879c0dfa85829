//! How a gateway is set up: JavaScript's `GatewayOptions` without its functions, checked.

use super::capability::Keys;
use super::options::PageOptions;
use super::policy::{GuestFields, TABLE};
use crate::client::microsite_segment;
use crate::json::{Json, Object};
use crate::names::Names;

/// How a gateway is set up.
pub struct Config {
    /// The microsites that may be asked for: configured name, and as a path segment.
    microsites: Vec<(String, String)>,
    origins: Vec<String>,
    /// Longest request body, in bytes.
    pub max_body_bytes: u32,
    /// The guessed names, on both sides.
    pub names: Names,
    /// What signs capabilities; none where there are none.
    pub keys: Keys,
    /// How long the capability that a create answers with can be used, in seconds.
    pub capability_seconds: u32,
    /// Which fields are the guests'.
    pub guest_fields: GuestFields,
    /// Whether the runtime tells the addresses of guests.
    pub has_addresses: bool,
    /// What an address may do in a minute, in the units of the table's `cost`; 0 for no limit.
    pub per_address: u32,
    /// The account's budget.
    pub requests_per_minute: u32,
    /// The part of it that guests leave to staff.
    pub staff_reserve: u32,
    /// For how long a Setup is used without asking again, in seconds.
    pub setup_fresh_seconds: u32,
    /// For how long it is used at most, while asking fails, in seconds.
    pub setup_stale_seconds: u32,
    /// Where guests reach the gateway, for links in e-mails; without a slash at its end.
    pub public_url: Option<String>,
    /// The words of its pages that are not the default ones.
    pub words: Object,
    /// How the pages of a microsite look and where they lead, by its configured name.
    pub pages: Vec<(String, PageOptions)>,
    /// The style of the page that JavaScript draws.
    pub form_style: String,
}

/// Longest request body unless the operator says otherwise; a full form takes about 4 kB, four opt-in texts 64.
const MAX_BODY_BYTES: u32 = 65_536;
/// Twelve writes, or as many looks at a form as anybody takes.
const PER_ADDRESS: u32 = 120;
/// The remote API's own (observed).
const REQUESTS_PER_MINUTE: u32 = crate::client::limit::REQUESTS_PER_MINUTE;
const CAPABILITY_SECONDS: u32 = 900;
/// A link in an e-mail may be followed long after.
pub const LINK_SECONDS: u32 = 60 * 86_400;
/// The longest that any capability is good for: a year.
pub const CAPABILITY_MAX_SECONDS: u32 = 366 * 86_400;
const SETUP_FRESH_SECONDS: u32 = 300;
const SETUP_STALE_SECONDS: u32 = 3600;

/// Every option there is, so that one that is misspelt is not taken for its default.
const OPTIONS: &[&str] = &[
    "microsites",
    "origins",
    "maxBodyBytes",
    "names",
    "capabilityKeys",
    "capabilitySeconds",
    "guestFields",
    "hasAddresses",
    "perAddress",
    "requestsPerMinute",
    "staffReserve",
    "setupFreshSeconds",
    "setupStaleSeconds",
    "publicUrl",
    "words",
    "pages",
    "formStyle",
];

impl Config {
    /// Reads the options. The error says what to do.
    pub fn read(options: &Object) -> Result<Self, &'static str> {
        const MICROSITES: &str =
            "give microsites: the names of the restaurants that may be asked for";
        if options.iter().any(|(name, _)| !OPTIONS.contains(&name)) {
            return Err(
                "use only the options of GatewayOptions: createGateway was given one it does not know",
            );
        }
        let texts = |name: &str| -> Option<Vec<String>> {
            options
                .get(name)?
                .as_array()?
                .iter()
                .map(|item| item.as_str().map(str::to_owned))
                .collect()
        };
        let number =
            |name: &str, default: u32, least: u32, error: &'static str| match options.given(name) {
                None => Ok(default),
                Some(value) => value
                    .as_i32()
                    .and_then(|number| u32::try_from(number).ok())
                    .filter(|number| *number >= least)
                    .ok_or(error),
            };
        let microsites = texts("microsites").filter(|names| !names.is_empty()).ok_or(MICROSITES)?;
        let encoded = |name: String| {
            let segment = microsite_segment(&name).map_err(|_| MICROSITES)?;
            Ok((name, segment))
        };
        let microsites: Vec<_> =
            microsites.into_iter().map(encoded).collect::<Result<_, &str>>()?;
        let requests_per_minute = number(
            "requestsPerMinute",
            REQUESTS_PER_MINUTE,
            1,
            "give requestsPerMinute as a whole number above 0",
        )?;
        let mut config = Self {
            microsites,
            origins: Vec::new(),
            max_body_bytes: number(
                "maxBodyBytes",
                MAX_BODY_BYTES,
                1,
                "give maxBodyBytes as a whole number above 0",
            )?,
            names: Names::default(),
            keys: Keys::default(),
            capability_seconds: number(
                "capabilitySeconds",
                CAPABILITY_SECONDS,
                1,
                "give capabilitySeconds as whole seconds above 0",
            )?
            .min(CAPABILITY_MAX_SECONDS),
            guest_fields: GuestFields::default(),
            has_addresses: options.get("hasAddresses").and_then(Json::as_bool).unwrap_or(false),
            per_address: number(
                "perAddress",
                PER_ADDRESS,
                0,
                "give perAddress as a whole number, 0 for no limit",
            )?,
            requests_per_minute,
            staff_reserve: number(
                "staffReserve",
                requests_per_minute / 4,
                0,
                "give staffReserve as a whole number",
            )?,
            setup_fresh_seconds: number(
                "setupFreshSeconds",
                SETUP_FRESH_SECONDS,
                1,
                "give setupFreshSeconds as whole seconds above 0",
            )?,
            setup_stale_seconds: number(
                "setupStaleSeconds",
                SETUP_STALE_SECONDS,
                0,
                "give setupStaleSeconds as whole seconds",
            )?,
            public_url: None,
            words: Object::new(),
            pages: Vec::new(),
            form_style: options
                .get("formStyle")
                .and_then(Json::as_str)
                .unwrap_or_default()
                .to_owned(),
        };
        let largest = |of: fn(&super::policy::Row) -> u32| TABLE.iter().map(of).max().unwrap_or(0);
        if config.per_address != 0 && config.per_address < largest(|row| row.cost) {
            return Err("give perAddress as 0, or enough for one write: see docs/gateway.md");
        }
        if config.staff_reserve.saturating_add(largest(|row| row.requests)) > requests_per_minute {
            return Err(
                "give staffReserve as less than requestsPerMinute: guests need 3 requests for an edit",
            );
        }
        if options.given("origins").is_some() {
            config.origins = texts("origins").ok_or("give origins as a list of texts")?;
            if !config.origins.iter().all(|origin| is_origin(origin)) {
                return Err(
                    "give origins as browsers send them: https://host, in lower case, without a path",
                );
            }
        }
        if let Some(names) = options.given("names") {
            config.names.override_with(names.as_object().ok_or("give names as an object")?)?;
        }
        if let Some(keys) = options.given("capabilityKeys") {
            config.keys = Keys::read(keys)?;
        }
        if let Some(fields) = options.given("guestFields") {
            config.guest_fields = GuestFields::read(fields)?;
        }
        if let Some(url) = options.given("publicUrl") {
            let url = url.as_str().map(|url| url.trim_end_matches('/')).filter(|url| is_url(url));
            config.public_url = Some(
                url.ok_or("give publicUrl as https://host, with a path if need be")?.to_owned(),
            );
        }
        if let Some(words) = options.given("words") {
            config.words = words.as_object().ok_or("give words as an object of texts")?.clone();
            super::page::check_words(&config.words)?;
        }
        if let Some(pages) = options.given("pages") {
            config.pages = PageOptions::read(pages, |name| config.segment(name).is_some())?;
        }
        Ok(config)
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

    /// True for an origin whose pages may post the form: also the gateway's own, as the operator has named it.
    pub fn takes_forms_of(&self, origin: &str) -> bool {
        let path = self.public_url.as_deref().and_then(|own| own.strip_prefix(origin));
        self.allows_origin(origin)
            || is_origin(origin)
                && path.is_some_and(|path| path.is_empty() || path.starts_with('/'))
    }
}

/// `scheme://host[:port]`, as a browser serialises it (HTML standard, "ASCII serialisation of an origin").
fn is_origin(text: &str) -> bool {
    let host = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    host.is_some_and(|host| !host.is_empty() && !host.contains('/') && is_plain(host))
        && !text.ends_with(":443")
        && !text.ends_with(":80")
}

fn is_url(text: &str) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    rest.is_some_and(|rest| !rest.is_empty() && is_plain(rest))
}

/// Lower case, and nothing that could end an attribute, a header or a URL.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_~:/[]".contains(&byte)
    })
}
