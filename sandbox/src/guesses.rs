//! For whoever learns how the real API behaves: every guess of the sandbox, in one place.
//!
//! Guessed names and paths stand in `openapi.yaml`, marked `assumed`; the names that the code needs
//! are repeated in [`name`]. All other guesses are about behaviour that nothing public shows. Some
//! are code, which stands where it acts:
//!
//! - comments sent on create are stored as they are ([`crate::customer::replace`]);
//! - an update that sends no comments, or null, and does not ask to replace them, leaves the stored
//!   ones alone (same);
//! - a custom field that the restaurant did not configure keeps what it had (same);
//! - a required custom field, a title or a code outside the setup's lists: the API does not insist;
//! - a time with an offset is moved to UTC before its date is taken ([`crate::customer`]);
//! - a merge fills the master's empty members from the others, in the order given, joins comments
//!   with CRLF, unites codes, and never adds consent ([`crate::customer::absorb`]);
//! - merge and unsubscribe fail as a whole, with 404, when one of the ids has no customer, since
//!   their answers have no room to name what was skipped ([`crate::operations`]);
//! - a customer that was merged away is gone: 404, and skipped by deletion;
//! - a customer with a booking that is still to come is skipped by deletion, as the vendor's diary
//!   refuses it ([`crate::store`]);
//! - a customer scheduled for deletion can still be read and changed for [`LISTED_AFTER_DELETION`],
//!   as long as the diary lists it, and is then gone: 404; scheduling it again skips it;
//! - a Setup names no time zone, unless `--names` has a name for it ([`crate::names`]);
//! - a second customer with the same e-mail address is simply created.

use chrono::Duration;

/// Members whose names are guesses.
pub(crate) mod name {
    pub(crate) const MASTER_CUSTOMER_ID: &str = "MasterCustomerId";
    pub(crate) const CUSTOMER_IDS: &str = "CustomerIds";
    pub(crate) const MARKETING_COMMUNICATION_MODE: &str = "MarketingCommunicationMode";
    pub(crate) const DELETED_CUSTOMER_IDS: &str = "DeletedCustomerIds";
    pub(crate) const SKIPPED_CUSTOMER_IDS: &str = "SkippedCustomerIds";
}

/// The values of `MarketingCommunicationMode`, each with the flags that it withdraws.
pub(crate) const MODES: [(&str, &[&str]); 3] =
    [("Email", &EMAIL_FLAGS), ("Sms", &SMS_FLAGS), (MODE_WHEN_LEFT_OUT, &ALL_FLAGS)];

/// The mode of an unsubscription that names none: every channel.
pub(crate) const MODE_WHEN_LEFT_OUT: &str = "All";

const EMAIL_FLAGS: [&str; 2] = ["ReceiveEmailMarketing", "ReceiveRestaurantEmailMarketing"];
const SMS_FLAGS: [&str; 2] = ["ReceiveSmsMarketing", "ReceiveRestaurantSmsMarketing"];
const ALL_FLAGS: [&str; 4] = [EMAIL_FLAGS[0], EMAIL_FLAGS[1], SMS_FLAGS[0], SMS_FLAGS[1]];

/// The status of an unsubscription. It returns nothing, and the vendor's pages give such answers
/// this status.
pub(crate) const UNSUBSCRIBED_STATUS: u16 = 204;

/// The status by which the older token endpoint refuses wrong credentials. It is known only that it
/// is not 200.
pub(crate) const OLD_TOKEN_REFUSED_STATUS: u16 = 401;

/// The only query parameter that does not turn a request into a 404.
pub(crate) const KNOWN_QUERY_PARAMETER: &str = "api-version";

/// The largest body that is read; the real limit is unknown.
pub(crate) const BODY_LIMIT: usize = 1024 * 1024;

/// How long a customer stays after deletion was scheduled. The vendor's help says so of its diary.
pub(crate) const LISTED_AFTER_DELETION: Duration = Duration::days(7);

/// The audience of a token, which is the API's origin. It has no port, so that a seeded run issues
/// the same token on any port.
pub(crate) const TOKEN_AUDIENCE: &str = "http://127.0.0.1";

/// How long before its expiry a token is replaced by a new one (observed from outside only).
pub(crate) const REISSUE_WINDOW: Duration = Duration::minutes(5);

/// The API's messages. Those about e-mail, numbers and an empty body were seen elsewhere word for
/// word. The others are what the framework writes by default.
pub(crate) mod message {
    pub(crate) const DENIED: &str = "Authorization has been denied for this request.";
    pub(crate) const EMPTY_BODY: &str = "The 'request' parameter must be specified";
    pub(crate) const FAILED_VALIDATION: &str = "Parameter 'request' has failed validation.";
    pub(crate) const EMAIL_MISSING: &str = "The email address must be supplied";
    pub(crate) const NUMBER_MISSING: &str = "Either a mobile or a landline number must be supplied";
    pub(crate) const MASTER_AMONG_OTHERS: &str =
        "The master customer must not be among the customers to be merged.";
    pub(crate) const UNKNOWN_MODE: &str = "The marketing communication mode is not known.";
    pub(crate) const UNREADABLE: &str = "The request is invalid.";
    pub(crate) const MEDIA_TYPE: &str =
        "The request entity's media type is not supported for this resource.";
    pub(crate) const TOO_LARGE: &str = "Maximum request length exceeded.";
    pub(crate) const TOO_MANY: &str = "The account's request limit has been exceeded.";
    pub(crate) const NO_ROUTE: &str = "No resource was found that matches the request.";
    pub(crate) const NO_METHOD: &str = "The requested resource does not support this method.";
    pub(crate) const NO_MICROSITE: &str = "The restaurant was not found.";
    pub(crate) const NO_CUSTOMER: &str = "The customer was not found.";
    pub(crate) const INTERNAL: &str = "An unexpected error occurred. Please contact support.";
}
