//! The seven operations as values, those built on them, and the HTTP request of each: for [`crate::client::call`], and
//! for whoever sends the requests by other means.
//!
//! Paths and members are the vendor's; those that are guesses come from [`crate::names`].

use crate::issue::{Code, Issue};
use crate::json::{Json, Object, integer_text};
use crate::names::{Name, Names, is_plain_path};
use crate::rules::codes;
use crate::scan;

/// Where the API's restaurants are, below the base URL.
pub const RESTAURANTS: &str = "/api/ConsumerApi/v1/Restaurant/";
/// Path of the Setup, below the restaurant's own.
pub const SETUP_PATH: &str = "Customers/Setup";
/// Path of the customers, below the restaurant's own.
pub const CUSTOMER_PATH: &str = "Customer";
/// The most customers that one merge takes (documented).
pub const MERGE_MAX: usize = 10;

/// The header under which a create happens once, however often it arrives, where the server heeds it: a gateway does.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// Lengths of its value. Sixteen characters are the least that cannot be tried out.
const KEY_LENGTHS: core::ops::RangeInclusive<usize> = 16..=128;

/// The value of an `Idempotency-Key`: 16 to 128 letters, digits and `-._~:+/=`, such as a random UUID.
#[derive(Clone)]
pub struct Key(pub(crate) String);

impl Key {
    /// Takes a key; none where the text is not one.
    pub fn new(text: &str) -> Option<Self> {
        is_key(text).then(|| Self(text.to_owned()))
    }
}

/// True for what may be the value of an `Idempotency-Key`.
pub(crate) fn is_key(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || scan::is_in(byte, b"-._~:+/=");
    KEY_LENGTHS.contains(&text.len()) && text.bytes().all(is_plain)
}

pub(crate) use crate::names::{APPEND_COMMENTS, COMMENTS, CUSTOMER_OPTIONS};

/// What is asked of the API.
#[derive(Clone, PartialEq, Eq)]
pub enum Operation {
    /// What the restaurant asks of its customers.
    Setup,
    /// One customer.
    Get {
        /// The customer's Id.
        id: i32,
    },
    /// A new customer. Not idempotent.
    Create {
        /// A CustomerRequest.
        request: Object,
    },
    /// Replaces a customer's whole record: what is left out is cleared.
    Update {
        /// The customer's Id.
        id: i32,
        /// A CustomerRequest.
        request: Object,
    },
    /// Changes members of a customer and keeps all others: reads the record, lays the patch over it, updates.
    Edit {
        /// The customer's Id.
        id: i32,
        /// Members to set; null clears. Objects are laid over objects, member by member.
        patch: Object,
        /// A note to append to the comments, on a line of its own.
        append_comment: Option<String>,
    },
    /// Merges customers into one, for good.
    Merge {
        /// The customer that stays.
        into: i32,
        /// The customers that go, 1 to [`MERGE_MAX`].
        from: Vec<i32>,
    },
    /// Takes customers off the marketing lists.
    Unsubscribe {
        /// The customers' Ids.
        ids: Vec<i32>,
        /// From what: `Email`, `Sms`, `All`; open to values unknown to us.
        mode: Option<String>,
        /// Address of the device that asked for it.
        ip_address: Option<String>,
    },
    /// Schedules customers for deletion.
    ScheduleDeletion {
        /// The customers' Ids.
        ids: Vec<i32>,
    },
    /// Any other request below the restaurant's own path, for what is not wrapped here.
    Raw {
        /// One of [`METHODS`].
        method: &'static str,
        /// Words of letters, digits, `-` and `_`, parted by single slashes; percent-encoded query, if need be.
        path: String,
        /// Sent as JSON; none with `GET` and `HEAD`.
        body: Option<Json>,
    },
}

/// What [`Operation::Raw`] may be sent with. The first two read.
pub const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// How create and update send the record. The other operations are JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// `application/json`.
    #[default]
    Json,
    /// `application/x-www-form-urlencoded` with brackets (`Address[Town]=…`), which was seen working.
    Form,
}

/// A request, its path below the base URL.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// One of [`METHODS`].
    pub method: &'static str,
    /// From the first slash, percent-encoded.
    pub path: String,
    /// Media type of the body.
    pub content_type: Option<&'static str>,
    /// The body. Holds personal data, or a password when it authenticates.
    pub body: Option<String>,
}

/// Shows no body.
impl core::fmt::Debug for HttpRequest {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "HttpRequest({} {})", self.method, self.path)
    }
}

/// Shows no argument.
impl core::fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "Operation({})", self.name())
    }
}

impl HttpRequest {
    pub(crate) fn new(
        method: &'static str,
        path: String,
        body: Option<&Json>,
        encoding: Encoding,
    ) -> Self {
        let content_type = match encoding {
            Encoding::Json => "application/json",
            Encoding::Form => "application/x-www-form-urlencoded",
        };
        let body = body.map(|body| {
            let mut text = String::new();
            match (encoding, body) {
                (Encoding::Form, Json::Object(record)) => form(record, &mut text),
                _ => body.write(&mut text),
            }
            text
        });
        Self { method, path, content_type: body.as_ref().map(|_| content_type), body }
    }
}

impl Operation {
    /// Reads an operation from its JavaScript name and its arguments: `setup {}`, `get {id}`, `create {request}`,
    /// `update {id, request}`, `edit {id, patch, appendComment?}`, `merge {into, from}`,
    /// `unsubscribe {ids, mode?, ipAddress?}`, `scheduleDeletion {ids}`, `raw {method, path, body?}`. The request itself
    /// is not checked here: that is the rules' part.
    pub fn from_json(name: &str, arguments: &Object) -> Result<Self, Vec<Issue>> {
        let mut arguments = Arguments { of: arguments, issues: Vec::new() };
        let operation = match name {
            "setup" => Operation::Setup,
            "get" => Operation::Get { id: arguments.id("id") },
            "create" => Operation::Create { request: arguments.object("request") },
            "update" => {
                Operation::Update { id: arguments.id("id"), request: arguments.object("request") }
            }
            "edit" => Operation::Edit {
                id: arguments.id("id"),
                patch: arguments.object("patch"),
                append_comment: arguments.text("appendComment"),
            },
            "merge" => arguments.merge(),
            "unsubscribe" => Operation::Unsubscribe {
                ids: arguments.ids("ids"),
                mode: arguments.text("mode"),
                ip_address: arguments.text("ipAddress"),
            },
            "scheduleDeletion" => Operation::ScheduleDeletion { ids: arguments.ids("ids") },
            "raw" => arguments.raw(),
            _ => return Err(vec![Issue::error(Code::NotListed, "operation")]),
        };
        if arguments.issues.is_empty() { Ok(operation) } else { Err(arguments.issues) }
    }

    /// The operation's name in JavaScript.
    pub fn name(&self) -> &'static str {
        match self {
            Operation::Setup => "setup",
            Operation::Get { .. } => "get",
            Operation::Create { .. } => "create",
            Operation::Update { .. } => "update",
            Operation::Edit { .. } => "edit",
            Operation::Merge { .. } => "merge",
            Operation::Unsubscribe { .. } => "unsubscribe",
            Operation::ScheduleDeletion { .. } => "scheduleDeletion",
            Operation::Raw { .. } => "raw",
        }
    }

    /// True where the operation changes nothing.
    pub fn is_read(&self) -> bool {
        matches!(
            self,
            Operation::Setup
                | Operation::Get { .. }
                | Operation::Raw { method: "GET" | "HEAD", .. }
        )
    }

    /// True where the request may be sent again though it may have arrived: it reads, or says the same every time.
    pub fn is_repeatable(&self) -> bool {
        let says_the_same =
            matches!(self, Operation::Unsubscribe { .. } | Operation::ScheduleDeletion { .. });
        self.is_read() || says_the_same
    }

    /// True where the answer is a customer.
    pub(crate) fn answers_record(&self) -> bool {
        !matches!(
            self,
            Operation::Setup
                | Operation::Unsubscribe { .. }
                | Operation::ScheduleDeletion { .. }
                | Operation::Raw { .. }
        )
    }

    /// The customers that it writes to, as far as its path says so where it is raw.
    pub(crate) fn written_ids(&self) -> Vec<i32> {
        match self {
            Operation::Raw { path, .. } if !self.is_read() => {
                let (place, rest) = scan::split_once(path, b'/').unwrap_or_default();
                // In any case, as the API reads paths.
                let is_customer = place.eq_ignore_ascii_case(CUSTOMER_PATH);
                let id = scan::number(scan::until(rest, b"/?").0).unwrap_or_default() as i32;
                if is_customer && id > 0 { vec![id] } else { Vec::new() }
            }
            Operation::Setup
            | Operation::Get { .. }
            | Operation::Create { .. }
            | Operation::Raw { .. } => Vec::new(),
            Operation::Update { id, .. } | Operation::Edit { id, .. } => vec![*id],
            Operation::Merge { into, from } => {
                let mut ids = from.clone();
                ids.push(*into);
                ids
            }
            Operation::Unsubscribe { ids, .. } | Operation::ScheduleDeletion { ids } => ids.clone(),
        }
    }

    /// The request; an edit's is its first, which reads. `microsite` is a path segment as [`microsite_segment`] gives it.
    pub fn to_http(&self, microsite: &str, names: &Names, encoding: Encoding) -> HttpRequest {
        let of_ids = |ids: &[i32]| Object::new().with(names.get(Name::CustomerIds), ids.to_vec());
        let (method, place, id, body) = match self {
            Operation::Setup => ("GET", SETUP_PATH, None, None),
            Operation::Get { id } | Operation::Edit { id, .. } => {
                ("GET", CUSTOMER_PATH, Some(*id), None)
            }
            Operation::Create { request } => {
                ("POST", CUSTOMER_PATH, None, Some(request.clone().into()))
            }
            Operation::Update { id, request } => {
                ("PUT", CUSTOMER_PATH, Some(*id), Some(replacing_comments(request).into()))
            }
            Operation::Merge { into, from } => {
                let body = Object::new()
                    .with(names.get(Name::MasterCustomerId), *into)
                    .with(names.get(Name::CustomerIdsToMerge), from.clone());
                let method = if names.get(Name::MergeMethod) == "PUT" { "PUT" } else { "POST" };
                (method, names.get(Name::MergePath), None, Some(body.into()))
            }
            Operation::Unsubscribe { ids, mode, ip_address } => {
                let mut body = of_ids(ids);
                for (name, value) in
                    [(Name::IpAddress, ip_address), (Name::MarketingCommunicationMode, mode)]
                {
                    if let Some(value) = value {
                        body.set(names.get(name), value.as_str());
                    }
                }
                ("POST", names.get(Name::UnsubscribePath), None, Some(body.into()))
            }
            Operation::ScheduleDeletion { ids } => {
                ("POST", names.get(Name::MarkForDeletionPath), None, Some(of_ids(ids).into()))
            }
            Operation::Raw { method, path, body } => (*method, path.as_str(), None, body.clone()),
        };
        let mut path = String::from(RESTAURANTS);
        for part in [microsite, "/", place] {
            path.push_str(part);
        }
        if let Some(id) = id {
            path.push('/');
            path.push_str(&integer_text(i64::from(id)));
        }
        let encoding = match self {
            Operation::Create { .. } | Operation::Update { .. } => encoding,
            _ => Encoding::Json,
        };
        HttpRequest::new(method, path, body.as_ref(), encoding)
    }
}

/// The microsite's name as one segment of a path. A name that a URL parser would take for a step in the path
/// (`.` and `..`), or that is empty, names no restaurant.
pub fn microsite_segment(name: &str) -> Result<String, Issue> {
    if matches!(name, "" | "." | "..") {
        return Err(Issue::error(Code::Required, "microsite"));
    }
    let mut segment = String::with_capacity(name.len());
    percent_encode(name, b"-._~", &mut segment);
    Ok(segment)
}

/// True for a plain path, with a query if need be: wherever it is put behind, it stays below.
fn is_below(path: &str) -> bool {
    let (path, query) = scan::until(path, b"?");
    is_plain_path(path) && query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
}

/// Reads arguments and gathers what is wrong with them; the values of wrong ones are placeholders.
struct Arguments<'a> {
    of: &'a Object,
    issues: Vec<Issue>,
}

impl Arguments<'_> {
    fn issue(&mut self, code: Code, name: &'static str) {
        self.issues.push(Issue::error(code, name));
    }

    fn id(&mut self, name: &'static str) -> i32 {
        let id = self.of.get(name).and_then(Json::as_positive);
        if id.is_none() {
            self.issue(Code::Ids, name);
        }
        id.unwrap_or_default()
    }

    fn ids(&mut self, name: &'static str) -> Vec<i32> {
        match codes::read(self.of.get(name).unwrap_or(&Json::Null)) {
            Ok(ids) if ids.is_empty() => self.issue(Code::Required, name),
            Ok(ids) => return ids,
            Err(code) => self.issue(code, name),
        }
        Vec::new()
    }

    fn merge(&mut self) -> Operation {
        let into = self.id("into");
        let from = codes::read(self.of.get("from").unwrap_or(&Json::Null));
        match &from {
            Err(code) => self.issue(*code, "from"),
            Ok(ids) if !(1..=MERGE_MAX).contains(&ids.len()) => {
                let issue = Issue::error(Code::IdCount, "from").number("min", 1);
                self.issues.push(issue.number("max", MERGE_MAX as i32));
            }
            Ok(ids) if ids.contains(&into) => self.issue(Code::MergeSelf, "from"),
            Ok(_) => {}
        }
        Operation::Merge { into, from: from.unwrap_or_default() }
    }

    fn raw(&mut self) -> Operation {
        let text = |name| self.of.get(name).and_then(Json::as_str).unwrap_or_default();
        let (method, path) = (text("method"), text("path"));
        let method = METHODS.into_iter().find(|known| *known == method);
        let body = self.of.given("body").cloned();
        if method.is_none() {
            self.issue(Code::NotListed, "method");
        }
        if !is_below(path) {
            self.issue(Code::WrongType, "path");
        }
        let raw =
            Operation::Raw { method: method.unwrap_or_default(), path: path.to_owned(), body };
        if let Operation::Raw { body: Some(_), .. } = &raw
            && raw.is_read()
        {
            self.issue(Code::WrongType, "body");
        }
        raw
    }

    fn object(&mut self, name: &'static str) -> Object {
        let object = self.of.get(name).and_then(Json::as_object);
        if object.is_none() {
            self.issue(Code::WrongType, name);
        }
        object.cloned().unwrap_or_default()
    }

    fn text(&mut self, name: &'static str) -> Option<String> {
        match self.of.get(name) {
            None | Some(Json::Null) => None,
            Some(Json::String(text)) => Some(text.clone()),
            Some(_) => {
                self.issue(Code::WrongType, name);
                None
            }
        }
    }
}

/// The request with `AppendComments: false`, unless it says which it wants: the vendor's silent default appends
/// the comments once more at every update.
fn replacing_comments(request: &Object) -> Object {
    let options = request.get(CUSTOMER_OPTIONS).and_then(Json::as_object);
    let said = options.and_then(|options| options.get(APPEND_COMMENTS));
    if said.is_some_and(|append| !append.is_null()) {
        return request.clone();
    }
    let options = options.cloned().unwrap_or_default().with(APPEND_COMMENTS, false);
    request.clone().with(CUSTOMER_OPTIONS, options)
}

/// The record in the form encoding: `Address[Town]=…`, `CustomerCodes[0]=…`. It has no word for null, nor for an
/// empty list; both are left out, which an update clears as well.
fn form(record: &Object, out: &mut String) {
    for (name, value) in record.iter() {
        form_value(name, value, out);
    }
}

fn form_value(key: &str, value: &Json, out: &mut String) {
    let nested = |part: &str| {
        let mut nested = String::from(key);
        nested.push('[');
        nested.push_str(part);
        nested.push(']');
        nested
    };
    let text = match value {
        Json::Null => return,
        Json::Bool(true) => "true",
        Json::Bool(false) => "false",
        Json::Number(text) | Json::String(text) => text,
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                form_value(&nested(&integer_text(index as i64)), item, out);
            }
            return;
        }
        Json::Object(object) => {
            for (name, member) in object.iter() {
                form_value(&nested(name), member, out);
            }
            return;
        }
    };
    if !out.is_empty() {
        out.push('&');
    }
    form_encode(key, out);
    out.push('=');
    form_encode(text, out);
}

/// URL Standard, `application/x-www-form-urlencoded` percent-encode set, with a space as `+`.
fn form_encode(text: &str, out: &mut String) {
    for (index, part) in scan::split(text, b' ').enumerate() {
        if index > 0 {
            out.push('+');
        }
        percent_encode(part, b"*-._", out);
    }
}

/// Percent-encodes all but ASCII letters, digits and `plain`.
fn percent_encode(text: &str, plain: &[u8], out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || scan::is_in(byte, plain) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(nibble), 16).unwrap_or('0');
                out.push(digit.to_ascii_uppercase());
            }
        }
    }
}
