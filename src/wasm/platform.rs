//! The Unicode services of the JavaScript engine.

use js_sys::JsString;

use crate::platform::Platform;

/// The JavaScript engine.
pub(super) struct Engine;

impl Platform for Engine {
    fn nfc(&self, text: &str) -> String {
        JsString::from(text).normalize("NFC").into()
    }

    fn domain_to_ascii(&self, domain: &str) -> Option<String> {
        // Without one more label, the URL parser reads a domain that ends in digits as an IPv4
        // address.
        const LABEL: &str = ".a";
        let mut address = String::from("https://");
        address.push_str(domain);
        address.push_str(LABEL);
        let mut host = web_sys::Url::new(&address).ok()?.hostname();
        host.truncate(host.len().checked_sub(LABEL.len())?);
        Some(host)
    }
}
