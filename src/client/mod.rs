//! The Customer API's client as a *sans-I/O* state machine: it decides what to send, what an answer
//! means and what to do next, and does no I/O itself. For its drivers, which bring HTTP, a clock
//! and randomness: the WebAssembly binding (with `pkg/lib/driver.js`), the gateway, and programs in
//! Rust.
//!
//! A driver makes one [`Session`] per account and one [`Call`] per [`Operation`], then runs this
//! loop:
//!
//! 1. Hand [`Input::Start`] to [`Call::handle`], which returns an [`Output`].
//! 2. If [`Session::take_wake`] returns true, hand [`Input::Woken`] to every other call of the
//!    session whose last output was [`Output::WaitForWake`].
//! 3. Do what the output says: send a request, ask for a token, or wait.
//! 4. Hand what happened to [`Call::handle`] as the next [`Input`], and go on with 2, until the
//!    output is [`Output::Done`].
//!
//! [`Input::Failed`] with [`Failure::Abort`] ends a call at any time. A call that is dropped before
//! its end keeps what other calls wait for until its lease ends.
//!
//! This driver answers from a script in place of the network:
//!
//! ```
//! use dinerkit::client::response::HttpResponse;
//! use dinerkit::client::{Call, Config, Input, Operation, Output, Session};
//! use dinerkit::json::Json;
//!
//! let config = Config::new("https://gateway.example", "the-oak");
//! let mut session = Session::new(config).map_err(str::to_owned)?;
//! let mut call = Call::new(Operation::Get { id: 7 });
//!
//! let json = Some("application/json".to_owned());
//! let body = br#"{"Id":7,"Surname":"Lee"}"#.to_vec();
//! let mut script = vec![
//!     HttpResponse { status: 503, ..HttpResponse::default() },
//!     HttpResponse { status: 200, content_type: json, body, ..HttpResponse::default() },
//! ]
//! .into_iter();
//!
//! let mut log = Vec::new();
//! let mut now_ms = 1_785_931_200_000;
//! let mut input = Input::Start;
//! let customer = loop {
//!     // A real driver passes the time, and 32 random bits that are new each time.
//!     match call.handle(&mut session, input, now_ms, 0x8000_0000) {
//!         Output::Send(send) => {
//!             log.push(format!("{} {}", send.request.method, send.url));
//!             input = match script.next() {
//!                 Some(response) => Input::Response(response),
//!                 None => Input::Failed(dinerkit::client::Failure::Network),
//!             };
//!         }
//!         Output::Wait { ms, .. } | Output::WaitForWake { ms } => {
//!             log.push(format!("wait {ms} ms"));
//!             now_ms += u64::from(ms);
//!             input = Input::Woken;
//!         }
//!         Output::AskForToken { .. } => input = Input::Token("token".to_owned()),
//!         Output::Done(result) => break result.map_err(|error| error.to_string())?,
//!     }
//! };
//!
//! let url = "GET https://gateway.example/api/ConsumerApi/v1/Restaurant/the-oak/Customer/7";
//! assert_eq!(log, [url, "wait 500 ms", url]);
//! assert_eq!(customer.as_object().and_then(|c| c.get("Surname")), Some(&Json::from("Lee")));
//! # Ok::<(), String>(())
//! ```

mod arguments;
pub mod auth;
mod call;
mod config;
pub(crate) mod echo;
mod edit;
mod encoding;
pub mod error;
#[cfg(feature = "gateway")]
mod kept;
mod key;
mod lease;
pub(crate) mod limit;
mod operation;
mod protocol;
mod request;
pub mod response;
pub mod retry;
mod same_text;
mod session;
pub(crate) mod time;

pub use call::Call;
pub use config::{Access, Config, TIMEOUT_MS, TOTAL_TIMEOUT_MS};
pub use encoding::Encoding;
pub use key::{IDEMPOTENCY_KEY, Key};
pub use limit::REQUESTS_PER_MINUTE;
pub use operation::{MERGE_MAX, METHODS, Operation};
pub use protocol::{Failure, Input, Output, SendRequest};
pub use request::{CUSTOMER_PATH, HttpRequest, RESTAURANTS, SETUP_PATH, microsite_segment};
pub use session::Session;

#[cfg(feature = "gateway")]
pub use kept::Kept;
#[cfg(feature = "gateway")]
pub(crate) use key::is_key;
#[cfg(feature = "gateway")]
pub(crate) use session::base_url;
