//! The forms that an option's text can have: what is accepted, and what is said of everything else.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::IpAddr;

use super::problem::with_nearest;
use crate::client::{base_url, microsite_segment};
use crate::fields::{field, rows};
use crate::gateway::capability::{DISTINCT_MIN, KEY_ID_MAX, SECRET_MIN};
use crate::gateway::guest_fields::GuestFields;

/// The form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextForm {
    /// Any text.
    Any,
    /// Any text but the empty one.
    Filled,
    /// The path of a file. The command takes it from the folder of its configuration.
    Path,
    /// The base URL of the remote API.
    Upstream,
    /// The URL of an engine that keeps a shared state.
    EngineUrl,
    /// The base URL of the gateway.
    PublicUrl,
    /// An https URL that can stand in an attribute.
    HttpsUrl,
    /// `#rgb` or `#rrggbb`.
    Colour,
    /// An origin, as browsers serialise it.
    Origin,
    /// A restaurant's name in the remote API.
    Microsite,
    /// A field that an operator may add to the guests' own.
    AddedField,
    /// A field that an operator may take from the guests' own.
    RemovedField,
    /// An IP address or a network.
    Network,
    /// The name of a time zone. Whether there is such a zone, the JavaScript engine says.
    TimeZone,
    /// The id of a capability key.
    KeyId,
    /// The secret of a capability key.
    KeySecret,
}

impl TextForm {
    /// Says what is expected where the text does not have this form. Never repeats the text, which
    /// may be a secret.
    pub fn check(self, text: &str) -> Result<(), Cow<'static, str>> {
        match self {
            TextForm::AddedField => guest_field(text, GuestFields::check_added),
            TextForm::RemovedField => guest_field(text, GuestFields::check_removed),
            _ if self.fits(text) => Ok(()),
            _ => Err(self.expects().into()),
        }
    }

    fn fits(self, text: &str) -> bool {
        match self {
            TextForm::Any | TextForm::AddedField | TextForm::RemovedField => true,
            TextForm::Filled | TextForm::Path => !text.is_empty(),
            TextForm::Upstream => base_url(text).is_ok(),
            TextForm::EngineUrl => is_engine_url(text),
            TextForm::PublicUrl => is_public_url(text),
            TextForm::HttpsUrl => is_https_url(text),
            TextForm::Colour => is_colour(text),
            TextForm::Origin => is_origin(text),
            TextForm::Microsite => microsite_segment(text).is_ok(),
            TextForm::Network => is_network(text),
            TextForm::TimeZone => is_time_zone(text),
            TextForm::KeyId => {
                (1..=KEY_ID_MAX).contains(&text.len())
                    && text
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            }
            TextForm::KeySecret => {
                let distinct: BTreeSet<u8> = text.bytes().collect();
                text.len() >= SECRET_MIN && distinct.len() >= DISTINCT_MIN
            }
        }
    }

    /// What is expected, to follow "takes".
    pub fn expects(self) -> &'static str {
        match self {
            TextForm::Any => "a text",
            TextForm::Filled => "a text that is not empty",
            TextForm::Path => "the path of a file",
            TextForm::Upstream => {
                "https://host, with a port and a path if need be (http is for this machine, or with allowHttpUpstream)"
            }
            TextForm::EngineUrl => {
                "the URL of an engine: redis://, rediss:// or postgres:// with user, password, host and port"
            }
            TextForm::PublicUrl => "https://host, in lower case, with a path if need be",
            TextForm::HttpsUrl => "an https URL",
            TextForm::Colour => "a colour as #rgb or #rrggbb",
            TextForm::Origin => {
                "an origin as browsers send it: https://host, in lower case, without a path"
            }
            TextForm::Microsite => "the name of a restaurant in the remote API",
            TextForm::AddedField | TextForm::RemovedField => "a name of docs/fields.md",
            TextForm::Network => "an address or a network, such as 10.0.0.0/8",
            TextForm::TimeZone => "the name of a time zone, such as Europe/London",
            TextForm::KeyId => "an id of its own, of letters, digits, - and _, 32 at most",
            TextForm::KeySecret => "a random secret of at least 32 bytes: openssl rand -base64 32",
        }
    }
}

/// Letters, digits and signs of the names in the IANA database, and of offsets.
fn is_time_zone(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-:".contains(&byte);
    !text.is_empty() && text.bytes().all(fits)
}

fn guest_field(
    name: &str,
    check: fn(&'static crate::fields::Field) -> Result<(), &'static str>,
) -> Result<(), Cow<'static, str>> {
    match field(name) {
        Some(field) => check(field).map_err(Cow::Borrowed),
        None => {
            let names = rows().iter().map(|row| row.name);
            Err(with_nearest("a name of docs/fields.md", name, names).into())
        }
    }
}

/// `scheme://host[:port]`, as a browser serialises it (HTML standard, "ASCII serialisation of an
/// origin").
pub(in crate::gateway) fn is_origin(text: &str) -> bool {
    let host = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    host.is_some_and(|host| !host.is_empty() && !host.contains('/') && is_plain(host))
        && !text.ends_with(":443")
        && !text.ends_with(":80")
}

/// A URL with one of the schemes of engines and a host.
fn is_engine_url(text: &str) -> bool {
    const SCHEMES: [&str; 4] = ["redis", "rediss", "postgres", "postgresql"];
    text.split_once("://").is_some_and(|(scheme, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        SCHEMES.contains(&scheme)
            && !host.is_empty()
            && !host.starts_with(':')
            && rest.bytes().all(|byte| byte.is_ascii_graphic())
    })
}

fn is_public_url(text: &str) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    rest.is_some_and(|rest| !rest.is_empty() && is_plain(rest))
}

/// Lower case, and nothing that could end an attribute, a header or a URL.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_~:/[]".contains(&byte)
    })
}

/// `https`, a host, and no byte that would have to be escaped.
fn is_https_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://");
    rest.is_some_and(|rest| {
        rest.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'[')
            && rest.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\^`{|}".contains(&byte))
    })
}

/// `#rgb` or `#rrggbb`, in hexadecimal digits.
fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#');
    digits.is_some_and(|digits| {
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// `address` or `address/bits`.
fn is_network(text: &str) -> bool {
    let (address, bits) =
        text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let most = if address.is_ipv4() { 32 } else { 128 };
    bits.is_none_or(|bits| {
        bits.bytes().all(|byte| byte.is_ascii_digit())
            && bits.parse::<u8>().is_ok_and(|bits| bits <= most)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(form: TextForm, right: &[&str], wrong: &[&str]) {
        for text in right {
            assert_eq!(form.check(text), Ok(()), "{text}");
        }
        for text in wrong {
            let expects = form.check(text).unwrap_err();
            assert!(!expects.contains("hunter2"), "{expects} repeats {text}");
        }
    }

    #[test]
    fn forms_of_urls_accept_what_can_stand_in_a_header_or_an_attribute() {
        check(
            TextForm::Upstream,
            &["https://api.example", "http://api.example:80/prefix", "https://[::1]:8443"],
            &[
                "",
                "api.example",
                "https://u:hunter2hunter2@api.example",
                "https://api.example/?a=b",
            ],
        );
        check(
            TextForm::EngineUrl,
            &[
                "redis://10.0.0.7",
                "rediss://user:p%40ss@redis.example:6380/1",
                "postgres://[::1]:5432/dinerkit?sslmode=verify-full",
                "postgresql://%2Fvar%2Frun%2Fpostgresql/dinerkit",
            ],
            &[
                "",
                "redis.example:6379",
                "redis:///0",
                "redis://:6379",
                "redis://user:hunter2@:6379",
                "mysql://hunter2@db.example",
                "redis://redis.example/ hunter2",
            ],
        );
        check(
            TextForm::PublicUrl,
            &["https://book.example", "http://127.0.0.1:8080/dinerkit"],
            &["book.example", "https://book.example/?x", "https://Book.example", "https://"],
        );
        check(
            TextForm::HttpsUrl,
            &["https://oak.example/?a=b#c", "https://[::1]/"],
            &[
                "http://oak.example",
                "javascript:alert(1)",
                "https://",
                "https:///oak.example",
                "https://oak.example/\"onclick=",
                "https://oak.example/ x",
                "https://oak.example/\n",
            ],
        );
        check(
            TextForm::Origin,
            &["https://oak.example", "http://localhost:8080"],
            &[
                "*",
                "null",
                "oak.example",
                "https://oak.example/",
                "https://Oak.example",
                "https://oak.example:443",
            ],
        );
    }

    #[test]
    fn forms_of_single_words_accept_nothing_around_them() {
        check(
            TextForm::Colour,
            &["#0a6", "#FFFFFF"],
            &["red", "#0a", "#00aa66;}", "#ggg", "0a6", ""],
        );
        check(
            TextForm::Network,
            &["10.0.0.0/8", "127.0.0.1", "2001:db8::/32", "::1"],
            &["proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/8/8", "::/129"],
        );
        check(TextForm::KeyId, &["2026-11", "a_B"], &["", "a.b", "a b", &"a".repeat(33)]);
        check(
            TextForm::KeySecret,
            &["0123456789abcdef0123456789abcdef"],
            &["0123456789abcdef0123456789abcde", &"abcdefg".repeat(10)],
        );
        check(TextForm::Microsite, &["oak-and-salt", "Zoë & Co/1"], &["", ".", ".."]);
        check(
            TextForm::TimeZone,
            &["Europe/London", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "UTC", "+02:00"],
            &["", "GMT Standard Time", "Europe/London\n"],
        );
        check(TextForm::Filled, &["x"], &[""]);
    }

    #[test]
    fn forms_of_fields_say_why_a_field_cannot_be_changed() {
        check(
            TextForm::AddedField,
            &["Department", "Company"],
            &["IsVip", "IpAddress", "Comments"],
        );
        check(TextForm::RemovedField, &["Company", "ReceiveSmsMarketing"], &["Surname", "Email"]);
        let wording = TextForm::RemovedField.check("GroupSmsMarketingOptInText").unwrap_err();
        assert_eq!(wording, "the consent, not its wording: the wording goes with it");
        let unknown = TextForm::AddedField.check("CustomerCode").unwrap_err();
        assert_eq!(unknown, "a name of docs/fields.md: did you mean CustomerCodes?");
    }
}
