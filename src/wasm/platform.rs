//! The platform's Unicode services, by JavaScript's own functions.

use js_sys::JsString;

use crate::platform::Platform;

/// The JavaScript engine.
pub(super) struct Engine;

impl Platform for Engine {
    fn nfc(&self, text: &str) -> String {
        JsString::from(text).normalize("NFC").into()
    }

    fn domain_to_ascii(&self, domain: &str) -> Option<String> {
        let mut address = String::from("https://");
        address.push_str(domain);
        let host = web_sys::Url::new(&address).ok()?.hostname();
        (!host.is_empty()).then_some(host)
    }
}
