//! The seven operations of the vendor's API as values, and those built on them. For drivers, which
//! give one to each call, and for whoever sends the requests by other means.

use crate::client::request::CUSTOMER_PATH;
use crate::json::{Json, Object};
use crate::scan;

/// The most customers that one merge takes (documented).
pub const MERGE_MAX: usize = 10;

/// One request of the API, or several that belong together.
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
    /// Changes members of a customer and keeps all others: reads the record, lays the patch over
    /// it, and updates.
    Edit {
        /// The customer's Id.
        id: i32,
        /// Members to set; null clears. An object in it is laid over the record's object, member by
        /// member.
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
        /// What to unsubscribe from: `Email`, `Sms`, `All`, or a value unknown to us.
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
        /// Words of letters, digits, `-` and `_`, parted by single slashes; then, if needed, a
        /// percent-encoded query.
        path: String,
        /// Sent as JSON. `GET` and `HEAD` have none.
        body: Option<Json>,
    },
}

/// The methods of [`Operation::Raw`]. The first two read.
pub const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// Shows no argument, since arguments hold personal data.
impl core::fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "Operation({})", self.name())
    }
}

impl Operation {
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

    /// True if the operation changes nothing.
    pub fn is_read(&self) -> bool {
        matches!(
            self,
            Operation::Setup
                | Operation::Get { .. }
                | Operation::Raw { method: "GET" | "HEAD", .. }
        )
    }

    /// True if the request may be sent again although it may have arrived: it reads, or a second
    /// arrival changes nothing.
    pub fn is_repeatable(&self) -> bool {
        let is_idempotent =
            matches!(self, Operation::Unsubscribe { .. } | Operation::ScheduleDeletion { .. });
        self.is_read() || is_idempotent
    }

    /// True if the answer is a customer.
    pub(crate) fn answers_record(&self) -> bool {
        !matches!(
            self,
            Operation::Setup
                | Operation::Unsubscribe { .. }
                | Operation::ScheduleDeletion { .. }
                | Operation::Raw { .. }
        )
    }

    /// The customers that it writes to; for a raw operation, the Id in its path.
    pub(crate) fn written_ids(&self) -> Vec<i32> {
        match self {
            Operation::Raw { path, .. } if !self.is_read() => {
                let (collection, rest) = scan::split_once(path, b'/').unwrap_or_default();
                // The API reads paths in upper or lower case.
                let is_customer = collection.eq_ignore_ascii_case(CUSTOMER_PATH);
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
}
