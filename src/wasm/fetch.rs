//! Writes a request for the platform's `fetch`, and reads its answer. For [`super::client`]; JavaScript awaits.
//!
//! gloo-net reads the answers. Its own `send` is not used: it traps when a page's mock or polyfill answers with
//! another realm's Response, loses the reason of an abort, and cannot take the caller's `fetch`. Nor is its request
//! builder: its errors bring 5 kB of text formatting, and a `RequestInit` as JSON costs a third of the platform's own
//! types.

use gloo_net::http::Headers;

use crate::client::SendRequest;
use crate::client::response::{HttpResponse, VERSION_HEADER};
use crate::json::Object;

/// The `RequestInit`. No redirect is followed, so that the token stays with its origin.
pub(super) fn init(send: SendRequest) -> Object {
    let init = Object::new()
        .with("method", send.request.method)
        .with("headers", send.headers)
        .with("redirect", "manual");
    match send.request.body {
        Some(body) => init.with("body", body),
        None => init,
    }
}

/// What an answer says, with its body as JavaScript has read it.
pub(super) fn response(status: u16, headers: web_sys::Headers, body: Vec<u8>) -> HttpResponse {
    let headers = Headers::from_raw(headers);
    HttpResponse {
        status,
        content_type: headers.get("content-type"),
        retry_after: headers.get("retry-after"),
        date: headers.get("date"),
        is_gateway: headers.get(VERSION_HEADER).is_some(),
        body,
    }
}
