//! dinerkit takes a guest's details on a restaurant's website: the rules that a form must keep, a
//! client of ResDiary's Customer API, and the gateway that stands between a browser and that API.
//!
//! Most people use it from JavaScript, through the npm package that is this crate compiled to
//! WebAssembly. In Rust it is plain code that does no I/O: time, random bits and HTTP messages are
//! arguments and results.
//!
//! # What to read first
//!
//! | to | read |
//! | --- | --- |
//! | check a form | [`form`], then [`fields`] for the table of fields and [`issue`] for the codes |
//! | call the API | [`client`], whose page teaches the loop that every driver runs |
//! | add a rule | [`rules`]: one file a rule |
//! | know what is guessed about the API | [`names`] |
#![cfg_attr(feature = "gateway", doc = "| put a gateway before the API | [`gateway`] |")]
//!
//! # Floors
//!
//! Each module imports from those before it only, and a lint says so:
//!
//! ```text
//! json, names → issue → fields → rules → form → bulk → client → gateway → wasm
//! ```
//!
//! `wasm`, which only a build for WebAssembly has, is the one with a clock, randomness and I/O.
//! Below it every decision is a function from values to values, and its tests are tables.
//!
//! # Features
//!
//! All are on by default. `gateway` adds the gateway, `bulk` files of many rows, and `programs` the
//! client, the checks of single values and of edits, and the messages in English; both others imply
//! `programs`. `plain-tables` also takes the table of phone numbers as it is in memory, which needs no
//! decoding. `wasm` adds the bindings for JavaScript to a build for WebAssembly; alone it makes the
//! module of a guest's page.
//!
//! # Check a draft
//!
//! The draft is what a guest typed. The result is the request that the API takes, and issues that
//! never hold what was typed, but for two codes that say what was probably meant.
//!
//! ```
//! # // In WebAssembly the platform is the JavaScript engine, which this example has no access to.
//! # #[cfg(target_arch = "wasm32")]
//! # fn main() {}
//! # #[cfg(not(target_arch = "wasm32"))]
//! # fn main() -> Result<(), &'static str> {
//! use dinerkit::form::{Draft, Options, check};
//! use dinerkit::issue::Code;
//! use dinerkit::json::{Json, Object};
//! use dinerkit::platform::Native;
//!
//! let typed = Object::new()
//!     .with("Surname", "  Lee ")
//!     .with("Email", "lee@example")
//!     .with("Mobile", "+61 491 570 006");
//! let checked = check(&Draft::from_object(&typed), &Options::default(), &Native);
//!
//! assert_eq!(checked.value.get("Surname"), Some(&Json::from("Lee")));
//! assert_eq!(checked.value.get("MobileCountryCode"), Some(&Json::from(61)));
//! assert_eq!(checked.value.get("Mobile"), Some(&Json::from("491570006")));
//! assert!(checked.is_sendable());
//!
//! let typed = Object::new().with("Surname", "Lee").with("Email", "lee@example,com");
//! let checked = check(&Draft::from_object(&typed), &Options::default(), &Native);
//!
//! assert!(!checked.is_sendable());
//! let issue = checked.issues.iter().find(|issue| issue.field == "Email").ok_or("no issue")?;
//! assert_eq!(issue.code, Code::EmailMistyped);
//! assert_eq!(issue.message(), "check the e-mail address: a sign is wrong");
//! # Ok(())
//! # }
//! ```
//!
//! # Make a call
//!
//! The client is *sans-I/O*: [`client::Call::handle`] takes what happened as an [`client::Input`]
//! and returns what to do next as an [`client::Output`]. The page of [`client`] has the whole loop;
//! a call begins and ends like this:
//!
//! ```
//! use dinerkit::client::response::HttpResponse;
//! use dinerkit::client::{Call, Config, Input, Operation, Output, Session};
//!
//! let mut session = Session::new(Config::new("https://gateway.example", "the-oak"))?;
//! let mut call = Call::new(Operation::Get { id: 7 });
//! let (now_ms, random) = (1_785_931_200_000, 0x8000_0000);
//!
//! let Output::Send(send) = call.handle(&mut session, Input::Start, now_ms, random) else {
//!     return Err("a first call has nothing to wait for");
//! };
//! assert_eq!(send.url, "https://gateway.example/api/ConsumerApi/v1/Restaurant/the-oak/Customer/7");
//!
//! let answer = HttpResponse {
//!     status: 200,
//!     content_type: Some("application/json".to_owned()),
//!     body: br#"{"Id":7,"Surname":"Lee"}"#.to_vec(),
//!     ..HttpResponse::default()
//! };
//! let output = call.handle(&mut session, Input::Response(answer), now_ms + 80, random);
//! assert!(matches!(output, Output::Done(Ok(_))));
//! # Ok::<(), &str>(())
//! ```
//!
//! `examples/check.rs` and `examples/call.rs` of the repository are both as whole programs, the
//! second with a blocking HTTP client against the sandbox.

#![cfg_attr(
    not(feature = "programs"),
    allow(dead_code, reason = "programs call it; the linker leaves it out of a guest's module")
)]

#[cfg(feature = "bulk")]
pub mod bulk;
#[cfg(feature = "programs")]
pub mod client;
#[cfg(feature = "programs")]
pub mod customer;
pub mod fields;
pub mod form;
#[cfg(feature = "gateway")]
pub mod gateway;
pub mod issue;
#[cfg(any(feature = "gateway", not(target_arch = "wasm32")))]
mod jsdoc;
pub mod json;
#[cfg(feature = "programs")]
mod json_serde;
pub mod names;
#[cfg(all(feature = "programs", any(test, all(target_arch = "wasm32", feature = "wasm"))))]
mod packed;
pub mod platform;
#[cfg(all(feature = "programs", not(target_arch = "wasm32")))]
pub mod reference;
pub mod rules;
mod scan;
#[cfg(all(feature = "programs", not(target_arch = "wasm32")))]
pub mod script;
pub mod setup;
#[cfg(feature = "programs")]
pub mod slots;

#[cfg(all(target_arch = "wasm32", feature = "wasm"))]
pub mod wasm;
