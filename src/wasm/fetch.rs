//! Requests and answers of the platform's `fetch`, by gloo-net's types.
//!
//! gloo-net's own `send` is not used: it traps when a page's mock or polyfill answers with another realm's
//! Response, loses the reason of an abort, and cannot take the caller's `fetch`. JavaScript awaits; here is only
//! what has to be said and understood.

use gloo_net::http::{Method, RequestBuilder, Response};
use wasm_bindgen::JsValue;
use web_sys::RequestRedirect;

use super::type_error;
use crate::api::call::Send;
use crate::api::response::HttpResponse;

/// The platform's request. No redirect is followed, so that the token stays with its origin.
pub(super) fn request(send: &Send) -> Result<web_sys::Request, JsValue> {
    let method = match send.request.method {
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        _ => Method::GET,
    };
    let mut builder =
        RequestBuilder::new(&send.url).method(method).redirect(RequestRedirect::Manual);
    for (name, value) in &send.headers {
        builder = builder.header(name, value);
    }
    let request = match &send.request.body {
        Some(body) => builder.body(body.as_str()),
        None => builder.build(),
    };
    request.map(Into::into).map_err(|_| type_error("the platform refuses to make the request"))
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
