//! What an answer means: a value, or an error that says what became of the write. For
//! `crate::client::call`.
//!
//! The status alone proves nothing: a 200 with a web page, with `Status: "Fail"`, with a broken
//! text, or with an empty body in place of a record is an error, never a wrong record.

use crate::client::Operation;
use crate::client::echo::is_echo;
use crate::client::error::{Complaint, ErrorKind};
use crate::fields;
use crate::issue::{self, Code, Issue};
use crate::json::{Json, JsonErrorKind, Object};
use crate::names::{Name, Names};
use crate::rules::phone::Reason;
use crate::scan;

/// The longest body that is read, in bytes. A driver stops there and reports
/// [`Failure::TooLarge`](crate::client::Failure::TooLarge). A customer takes about 2 kB.
pub const BODY_MAX: usize = 1 << 20;

/// The header by which a gateway tells the client that it is one, with its version. The remote API
/// has no such header.
pub const VERSION_HEADER: &str = "Dinerkit-Version";

/// An answer that a driver hands in.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status; 0 for an opaque redirect of a browser.
    pub status: u16,
    /// The header `Content-Type`.
    pub content_type: Option<String>,
    /// The header `Retry-After`.
    pub retry_after: Option<String>,
    /// The header `Date`.
    pub date: Option<String>,
    /// True if the answer has the header [`VERSION_HEADER`]: a gateway names its issues by our own
    /// codes.
    pub is_gateway: bool,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Shows the status and not the body.
impl core::fmt::Debug for HttpResponse {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "HttpResponse({})", self.status)
    }
}

/// Reads the answer to `operation`: a Setup or a customer as an object, a deletion's `{deleted,
/// skipped}`, null for an unsubscription, whatever JSON came for a raw request, null where none
/// did. What an error means for a write is [`ErrorKind::after_sending`].
pub fn read(
    operation: &Operation,
    names: &Names,
    response: &HttpResponse,
) -> Result<Json, ErrorKind> {
    let value = read_wire(operation, None, names, response)?;
    Ok(to_model(operation, value, names))
}

/// The same with every member under the vendor's name, as it came: an edit lays its patch over
/// that. `patch` is what an edit has written; the record that answers has to show all of it.
pub(super) fn read_wire(
    operation: &Operation,
    patch: Option<&Object>,
    names: &Names,
    response: &HttpResponse,
) -> Result<Json, ErrorKind> {
    let body = accepted(response).map_err(|kind| without_echoes(kind, operation))?;
    let status = response.status;
    value(operation, patch, names, body).map_err(|reason| ErrorKind::Protocol { status, reason })
}

/// Reads the body of an answer that was accepted.
fn value(
    operation: &Operation,
    patch: Option<&Object>,
    names: &Names,
    body: &[u8],
) -> Result<Json, &'static str> {
    if let Operation::Raw { .. } = operation {
        let value = if body.trim_ascii().is_empty() { Json::Null } else { parse(body)? };
        return if value.as_object().is_some_and(says_fail) { Err(SAYS_FAIL) } else { Ok(value) };
    }
    if let Operation::Unsubscribe { .. } = operation {
        // No body is documented for this answer: any is accepted, unless it says that it failed.
        let failed = parse(body).is_ok_and(|value| value.as_object().is_some_and(says_fail));
        return if failed { Err(SAYS_FAIL) } else { Ok(Json::Null) };
    }
    let object = object(body)?;
    if says_fail(&object) {
        return Err(SAYS_FAIL);
    }
    let (asked, sent) = match operation {
        Operation::ScheduleDeletion { .. } => return deletion(&object, names),
        Operation::Setup | Operation::Unsubscribe { .. } | Operation::Raw { .. } => {
            return Ok(object.into());
        }
        Operation::Create { request } => (None, Some(request)),
        Operation::Update { id, request } => (Some(*id), Some(request)),
        Operation::Get { id } | Operation::Edit { id, .. } | Operation::Merge { into: id, .. } => {
            (Some(*id), None)
        }
    };
    check_id(&object, asked)?;
    if sent.is_some_and(|sent| !is_echo(sent, &object, patch)) {
        return Err(NO_ECHO);
    }
    Ok(object.into())
}

/// The API has kept something other than was sent, or answered with another record.
const NO_ECHO: &str =
    "look at the record before going on: the API answered with something else than was sent";

const SAYS_FAIL: &str =
    "report this to the vendor: the status said success and the body said failure";

/// The body of a 2xx answer that is not a web page. Any other answer is returned as an error.
pub(crate) fn accepted(response: &HttpResponse) -> Result<&[u8], ErrorKind> {
    let status = response.status;
    let body = response.body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&response.body);
    if is_block(response, body) {
        return Err(ErrorKind::Blocked { status });
    }
    match status {
        200..300 => Ok(body),
        400.. => Err(refusal(response, body)),
        _ => Err(ErrorKind::Protocol {
            status,
            reason: "check the base URL: the API answered with a redirect, which is not followed",
        }),
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A web page, or the line of text by which the vendor's edge turns clients away, in place of an
/// answer.
///
/// A page is no block if its status already says what is wrong, because proxies and servers write
/// pages of their own for most refusals: a token that has ended (401), a limit (429), a server that
/// fails. Such an answer means the same as with JSON, and is tried again as with JSON. With 503 the
/// edge turns clients away too, but it does not say when to come back.
fn is_block(response: &HttpResponse, body: &[u8]) -> bool {
    const FORBIDDEN: u16 = 403;
    let leaves_open = match response.status {
        200..300 | FORBIDDEN | 406 | 451 => true,
        503 => response.retry_after.is_none(),
        _ => false,
    };
    let text = body.trim_ascii_start();
    let starts_with =
        |start: &[u8]| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    let is_html = response.content_type.as_deref().is_some_and(|content_type| {
        let media_type = scan::until(content_type, b";").0.trim();
        media_type.eq_ignore_ascii_case("text/html")
            || media_type.eq_ignore_ascii_case("application/xhtml+xml")
    });
    // Servers call an empty body a page if nobody has given it a type. With 2xx it is taken for a
    // page all the same, because firewalls ask a browser to prove itself so, and an unsubscription
    // would count as done.
    let has_page = !text.is_empty() || matches!(response.status, 200..300 | FORBIDDEN);
    leaves_open
        && (is_html && has_page && !starts_with(b"{")
            || starts_with(b"<")
            || starts_with(b"error code:"))
}

/// Reads a JSON text; the error says what is wrong with it.
pub(crate) fn parse(body: &[u8]) -> Result<Json, &'static str> {
    let text = core::str::from_utf8(body)
        .map_err(|_| "report this to the vendor: the answer is not UTF-8")?;
    if text.trim_ascii().is_empty() {
        return Err("report this to the vendor: the answer is empty");
    }
    Json::parse(text).map_err(|error| match error.kind {
        JsonErrorKind::Syntax => "report this to the vendor: the answer is not JSON, or is cut off",
        JsonErrorKind::TooDeep => "report this to the vendor: the answer is nested too deep",
        JsonErrorKind::TooManyMembers => {
            "report this to the vendor: the answer has too many members"
        }
        JsonErrorKind::DuplicateName => {
            "report this to the vendor: the answer names a member twice"
        }
    })
}

/// Reads a JSON object.
pub(crate) fn object(body: &[u8]) -> Result<Object, &'static str> {
    match parse(body)? {
        Json::Object(object) => Ok(object),
        _ => Err("report this to the vendor: the answer is not an object"),
    }
}

/// True if a body says that it is a failure. The API sends such bodies with status 200.
pub(crate) fn says_fail(object: &Object) -> bool {
    let status = object.get("Status").and_then(Json::as_str);
    status.is_some_and(|status| status.eq_ignore_ascii_case("fail"))
}

/// Checks that a customer has an Id, and the one that was asked for.
fn check_id(record: &Object, asked: Option<i32>) -> Result<(), &'static str> {
    let id = record.get("Id").and_then(Json::as_positive);
    let id = id.ok_or("report this to the vendor: the answer is no customer, for it has no Id")?;
    if asked.is_none_or(|asked| asked == id) {
        Ok(())
    } else {
        Err("report this to the vendor: the answer is another customer")
    }
}

/// A value under our own names, and with a customer's Id as a number.
pub(super) fn to_model(operation: &Operation, value: Json, names: &Names) -> Json {
    match (operation, value) {
        (Operation::Setup, Json::Object(setup)) => names.setup(&setup).into(),
        (operation, Json::Object(record)) if operation.answers_record() => {
            let mut record = names.customer(&record);
            if let Some(id) = record.get("Id").and_then(Json::as_i32) {
                record.set("Id", id);
            }
            record.into()
        }
        (_, value) => value,
    }
}

/// A deletion's answer as `{deleted, skipped}`. One of the lists may be missing or null, not both.
fn deletion(answer: &Object, names: &Names) -> Result<Json, &'static str> {
    let list = |name| match answer.get(names.get(name)) {
        None | Some(Json::Null) => Ok(None),
        Some(ids) => crate::rules::codes::read(ids)
            .map(Some)
            .map_err(|_| "report this to the vendor: the answer does not list Ids"),
    };
    let deleted = list(Name::DeletedCustomerIds)?;
    let skipped = list(Name::SkippedCustomerIds)?;
    if deleted.is_none() && skipped.is_none() {
        return Err("check names: the answer does not say which customers will be deleted");
    }
    Ok(Object::new()
        .with("deleted", deleted.unwrap_or_default())
        .with("skipped", skipped.unwrap_or_default())
        .into())
}

/// What a 4xx or 5xx answer means. Its own message is not passed on: it may repeat what was typed.
fn refusal(response: &HttpResponse, body: &[u8]) -> ErrorKind {
    let status = response.status;
    if !matches!(status, 400 | 422) {
        return ErrorKind::Http { status };
    }
    let Ok(envelope) = object(body) else {
        return ErrorKind::Http { status };
    };
    let mut issues = Vec::new();
    let mut unmapped = Vec::new();
    let listed = envelope.get("ValidationErrors").and_then(Json::as_array).unwrap_or_default();
    for entry in listed.iter().filter_map(Json::as_object) {
        let (property, message) = (text(entry, "PropertyName"), text(entry, "ErrorMessage"));
        let coded = if response.is_gateway { coded(entry) } else { None };
        match coded.or_else(|| issue(property, message)) {
            Some(issue) => add(&mut issues, issue),
            None => unmapped.push(Complaint {
                property_name: property.to_owned(),
                error_message: message.to_owned(),
            }),
        }
    }
    if issues.is_empty() && unmapped.is_empty() {
        // Some refusals were seen with their whole reason in the message.
        match issue("", text(&envelope, "Message")) {
            Some(issue) => issues.push(issue),
            None => return ErrorKind::Http { status },
        }
    }
    ErrorKind::Validation { issues, unmapped }
}

fn text<'a>(object: &'a Object, name: &str) -> &'a str {
    object.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// The issue that a gateway has written as `entry`. Returns `None` if it carries no code, or is
/// about nothing that this version knows.
fn coded(entry: &Object) -> Option<Issue> {
    let code = Code::named(entry.get("Code")?.as_str()?);
    let property = text(entry, "PropertyName");
    let mut others = scan::split(issue::OTHER_SUBJECTS, b' ');
    let subject = others.find(|other| *other == property);
    let subject = subject.or_else(|| fields::field(property).map(|field| field.name));
    let mut issue = Issue::error(code, subject?);
    if let Some(params) = entry.get("Params").and_then(Json::as_object) {
        for name in scan::split(issue::NUMBER_PARAMS, b' ') {
            if let Some(number) = params.get(name).and_then(Json::as_i32) {
                issue = issue.number(name, number);
            }
        }
        // Of the texts, only a reason is taken, because no error holds what a guest typed:
        // `suggestion`, `first` and `second` are made of that, and any other text could be.
        let reason = text(params, issue::REASON);
        if let Some(reason) = Reason::ALL.into_iter().find(|known| known.name() == reason) {
            issue = issue.text(issue::REASON, reason.name());
        }
    }
    Some(issue)
}

/// Empties the complaints that repeat a text of the request, because no error may hold what was
/// typed.
fn without_echoes(mut kind: ErrorKind, operation: &Operation) -> ErrorKind {
    let was_sent = |message: &str| match operation {
        Operation::Create { request } | Operation::Update { request, .. } => {
            request.iter().any(|(_, value)| is_repeated(value, message))
        }
        Operation::Unsubscribe { mode, ip_address, .. } => {
            [mode, ip_address].into_iter().flatten().any(|text| contains(message, text))
        }
        // Only the caller knows which words of a query are personal.
        Operation::Raw { path, body, .. } => {
            scan::split_once(path, b'?').is_some()
                || body.as_ref().is_some_and(|body| is_repeated(body, message))
        }
        _ => false,
    };
    if let ErrorKind::Validation { unmapped, .. } = &mut kind {
        for complaint in unmapped {
            if was_sent(&complaint.error_message) {
                complaint.error_message.clear();
            }
        }
    }
    kind
}

/// True if `message` holds a text of `value`. A text of one byte does not count, because it reveals
/// nothing.
fn is_repeated(value: &Json, message: &str) -> bool {
    match value {
        Json::String(text) | Json::Number(text) => text.len() > 1 && contains(message, text.trim()),
        Json::Array(items) => items.iter().any(|item| is_repeated(item, message)),
        Json::Object(object) => object.iter().any(|(_, value)| is_repeated(value, message)),
        Json::Null | Json::Bool(_) => false,
    }
}

/// Adds an issue in form order, unless it is there already.
fn add(issues: &mut Vec<Issue>, issue: Issue) {
    let position = |issue: &Issue| crate::fields::position(issue.field);
    let is_same = |other: &Issue| other.code == issue.code && other.field == issue.field;
    if !issues.iter().any(is_same) {
        let before = issues.iter().take_while(|other| position(other) <= position(&issue)).count();
        issues.insert(before, issue);
    }
}

/// One complaint of the API as an issue of ours. Returns `None` if it names no field that we know.
fn issue(property: &str, message: &str) -> Option<Issue> {
    if contains(message, "mobile") && contains(message, "landline") {
        return Some(Issue::error(Code::PhoneRequired, "Mobile"));
    }
    let is_missing = ["must be supplied", "must not be empty", "is required"]
        .iter()
        .any(|words| contains(message, words));
    let field = match field(property) {
        Some(field) => field,
        None if is_missing && contains(message, "email") && property.is_empty() => "Email",
        None => return None,
    };
    Some(Issue::error(if is_missing { Code::Required } else { Code::Refused }, field))
}

/// The field that a `PropertyName` means. Its last part with a name counts (`request.Email`,
/// `Address[Town]`, `CustomerCodes[0]`), in upper or lower case, with or without spaces.
fn field(property: &str) -> Option<&'static str> {
    let is_name = |part: &&str| part.bytes().any(|byte| !byte.is_ascii_digit() && byte != b' ');
    let (mut part, mut rest) = (None, property);
    while !rest.is_empty() {
        let (next, after) = scan::until(rest, b".[]");
        part = Some(next).filter(is_name).or(part);
        rest = after.get(1..).unwrap_or_default();
    }
    let letters: String = scan::split(part?, b' ').collect();
    let known = |name: &'static str| {
        let last = scan::split_once(name, b'.').map_or(name, |(_, last)| last);
        letters.eq_ignore_ascii_case(last)
    };
    fields::rows().iter().map(|field| field.name).find(|name| known(name))
}

/// True if `text` holds `words`, in any ASCII case. False if `words` is empty.
fn contains(text: &str, words: &str) -> bool {
    scan::after(text, words).is_some()
}
