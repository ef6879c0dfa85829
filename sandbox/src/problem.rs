//! For the handlers: refusals, in the API's error envelope.

use serde_json::{Value, json};

use crate::guesses::message;

/// A request that is not carried out. None of these texts may hold anything the caller sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    message: &'static str,
    errors: Vec<(String, String)>,
    /// What only the log says, for the operator of the sandbox.
    pub(crate) cause: Option<String>,
}

impl Problem {
    fn new(status: u16, message: &'static str) -> Self {
        Self { status, message, errors: Vec::new(), cause: None }
    }

    pub(crate) fn unreadable() -> Self {
        Self::new(400, message::UNREADABLE)
    }

    pub(crate) fn empty_body() -> Self {
        Self::new(400, message::EMPTY_BODY)
    }

    /// The request was understood, and these properties are not acceptable.
    pub(crate) fn invalid(errors: Vec<(String, String)>) -> Self {
        Self { errors, ..Self::new(400, message::FAILED_VALIDATION) }
    }

    pub(crate) fn invalid_property(property: &str, error: &str) -> Self {
        Self::invalid(vec![(property.to_owned(), error.to_owned())])
    }

    /// The request is not authorised.
    pub(crate) fn unauthorised(status: u16) -> Self {
        Self::new(status, message::DENIED)
    }

    pub(crate) fn no_route() -> Self {
        Self::new(404, message::NO_ROUTE)
    }

    pub(crate) fn no_microsite() -> Self {
        Self::new(404, message::NO_MICROSITE)
    }

    pub(crate) fn no_customer() -> Self {
        Self::new(404, message::NO_CUSTOMER)
    }

    pub(crate) fn no_method() -> Self {
        Self::new(405, message::NO_METHOD)
    }

    pub(crate) fn too_large() -> Self {
        Self::new(413, message::TOO_LARGE)
    }

    pub(crate) fn media_type() -> Self {
        Self::new(415, message::MEDIA_TYPE)
    }

    pub(crate) fn too_many() -> Self {
        Self::new(429, message::TOO_MANY)
    }

    /// A failure that a script asked for.
    pub(crate) fn failing(status: u16) -> Self {
        Self::new(status, message::INTERNAL)
    }

    /// A fault of the sandbox itself. `cause` is logged and must not hold personal data.
    pub(crate) fn internal(cause: impl ToString) -> Self {
        Self { cause: Some(cause.to_string()), ..Self::new(500, message::INTERNAL) }
    }

    /// The same refusal, with other names of the properties that it is about.
    pub(crate) fn renamed(mut self, name: impl Fn(&str) -> String) -> Self {
        for (property, _) in &mut self.errors {
            *property = name(property);
        }
        self
    }

    /// The error envelope. Without validation errors it has no `ValidationErrors`, which callers
    /// must accept.
    pub(crate) fn envelope(&self) -> Value {
        if self.errors.is_empty() {
            return json!({ "Message": self.message });
        }
        let errors: Vec<Value> = self
            .errors
            .iter()
            .map(|(property, error)| json!({ "PropertyName": property, "ErrorMessage": error }))
            .collect();
        json!({ "Message": self.message, "ValidationErrors": errors })
    }
}

impl From<rusqlite::Error> for Problem {
    /// SQLite's messages name tables and columns, never values bound to them.
    fn from(error: rusqlite::Error) -> Self {
        Self::internal(format!("database: {error}"))
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(format!("stored record: {:?} error", error.classify()))
    }
}
