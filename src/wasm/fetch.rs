//! Requests and answers of the platform's `fetch`, by gloo-net's types.
//!
//! gloo-net's own `send` is not used: it traps when a page's mock or polyfill answers with another realm's
//! Response, loses the reason of an abort, and cannot take the caller's `fetch`. Nor is its request builder: its
//! errors bring 5 kB of text formatting. JavaScript awaits; here is only what has to be said and understood.

use gloo_net::http::{Headers, Response};
use wasm_bindgen::JsValue;
use web_sys::{RequestInit, RequestRedirect};

use super::type_error;
use crate::api::call::Send;
use crate::api::response::HttpResponse;

/// The platform's request. No redirect is followed, so that the token stays with its origin.
pub(super) fn request(send: &Send) -> Result<web_sys::Request, JsValue> {
    let headers = Headers::new();
    for (name, value) in &send.headers {
        headers.set(name, value);
    }
    let init = RequestInit::new();
    init.set_method(send.request.method);
    init.set_headers(&headers.into_raw());
    init.set_redirect(RequestRedirect::Manual);
    if let Some(body) = &send.request.body {
        init.set_body(&body.as_str().into());
    }
    web_sys::Request::new_with_str_and_init(&send.url, &init)
        .map_err(|_| type_error("the platform refuses to make the request"))
}

/// What the platform's answer says, with its body as JavaScript has read it.
pub(super) fn response(response: web_sys::Response, body: Vec<u8>) -> HttpResponse {
    let response = Response::from(response);
    let headers = response.headers();
    HttpResponse {
        status: response.status(),
        content_type: headers.get("content-type"),
        retry_after: headers.get("retry-after"),
        date: headers.get("date"),
        body,
    }
}
