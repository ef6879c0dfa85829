//! The HTTP request of each operation. For [`crate::client::call`], and for whoever sends the
//! requests by other means.
//!
//! Paths and members are the vendor's; those that are guesses of ours come from [`crate::names`].

use crate::client::encoding::{Encoding, percent_encode};
use crate::client::operation::Operation;
use crate::issue::{Code, Issue};
use crate::json::{Json, Object, integer_text};
use crate::names::{APPEND_COMMENTS, CUSTOMER_OPTIONS, Name, Names};

/// Where the API's restaurants are, below the base URL.
pub const RESTAURANTS: &str = "/api/ConsumerApi/v1/Restaurant/";
/// Path of the Setup, below the restaurant's own.
pub const SETUP_PATH: &str = "Customers/Setup";
/// Path of the customers, below the restaurant's own.
pub const CUSTOMER_PATH: &str = "Customer";

/// A request with its path below the base URL.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// One of [`METHODS`](crate::client::METHODS).
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

impl HttpRequest {
    pub(super) fn new(
        method: &'static str,
        path: String,
        body: Option<&Json>,
        encoding: Encoding,
    ) -> Self {
        let content_type = body.map(|_| encoding.content_type());
        Self { method, path, content_type, body: body.map(|body| encoding.encode(body)) }
    }
}

impl Operation {
    /// The request. An edit's is its first, which reads. `microsite` is a path segment that
    /// [`microsite_segment`] returned.
    pub fn to_http(&self, microsite: &str, names: &Names, encoding: Encoding) -> HttpRequest {
        let of_ids = |ids: &[i32]| Object::new().with(names.get(Name::CustomerIds), ids.to_vec());
        let (method, below, id, body) = match self {
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
        for part in [microsite, "/", below] {
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

/// The microsite's name as one segment of a path. Refuses an empty name, `.` and `..`, which a URL
/// parser would resolve.
pub fn microsite_segment(name: &str) -> Result<String, Issue> {
    if matches!(name, "" | "." | "..") {
        return Err(Issue::error(Code::Required, "microsite"));
    }
    let mut segment = String::with_capacity(name.len());
    percent_encode(name, b"-._~", &mut segment);
    Ok(segment)
}

/// The request with `AppendComments: false`, unless it has the option already. Without it the
/// vendor's API appends the comments once more at every update.
fn replacing_comments(request: &Object) -> Object {
    let options = request.get(CUSTOMER_OPTIONS).and_then(Json::as_object);
    let said = options.and_then(|options| options.get(APPEND_COMMENTS));
    if said.is_some_and(|append| !append.is_null()) {
        return request.clone();
    }
    let options = options.cloned().unwrap_or_default().with(APPEND_COMMENTS, false);
    request.clone().with(CUSTOMER_OPTIONS, options)
}
