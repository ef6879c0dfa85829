//! For [`super::client`]: writes a request for the platform's `fetch` and reads its answer.
//! JavaScript makes the call to `fetch` and awaits it.
//!
//! gloo-net reads the answers. Its own `send` is not used: it traps if a page's mock or polyfill
//! returns a Response of another realm, loses the reason of an abort, and can't use the caller's
//! `fetch`. Its request builder is not used either: its errors add 5 kB of text formatting, and
//! writing a `RequestInit` as JSON takes a third of the bytes of the platform's own types.

use gloo_net::http::Headers;

use crate::client::SendRequest;
use crate::client::response::{HttpResponse, VERSION_HEADER};
use crate::json::Object;

/// The `RequestInit`. It follows no redirect, so that the token is sent to its own origin only.
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

/// An answer, with the body that JavaScript has read.
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
