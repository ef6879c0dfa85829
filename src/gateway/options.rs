//! For whoever sets up a gateway: what an operator may say of the pages that the gateway draws.

use crate::json::{Json, Object};

/// How the pages of one microsite look, and where they lead. What is not given is left to the pages' own defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageOptions {
    /// The restaurant's own site, for the way back; an https URL.
    pub site: Option<String>,
    /// Its privacy notice; an https URL.
    pub privacy: Option<String>,
    /// The colour of buttons and links, as `#rgb` or `#rrggbb`, like those below.
    pub accent: Option<String>,
    /// The colour of the text on a button.
    pub on_accent: Option<String>,
    /// The colour of the text.
    pub text: Option<String>,
    /// The colour of the page.
    pub surface: Option<String>,
}

impl PageOptions {
    /// Reads the option `pages`: an object by microsite name. The error says what to do.
    pub fn read(
        option: &Json,
        is_microsite: impl Fn(&str) -> bool,
    ) -> Result<Vec<(String, Self)>, &'static str> {
        const SHAPE: &str = "give pages as an object by microsite: { \"oak-and-salt\": { site, privacy, accent, onAccent, text, surface } }";
        let mut pages = Vec::new();
        for (microsite, page) in option.as_object().ok_or(SHAPE)?.iter() {
            if !is_microsite(microsite) {
                return Err("give pages by the names that stand in microsites: one does not");
            }
            pages.push((microsite.to_owned(), Self::read_one(page.as_object().ok_or(SHAPE)?)?));
        }
        Ok(pages)
    }

    fn read_one(page: &Object) -> Result<Self, &'static str> {
        let mut read = Self::default();
        for (name, value) in page.iter() {
            let (slot, fits): (_, fn(&str) -> bool) = match name {
                "site" => (&mut read.site, is_https_url),
                "privacy" => (&mut read.privacy, is_https_url),
                "accent" => (&mut read.accent, is_colour),
                "onAccent" => (&mut read.on_accent, is_colour),
                "text" => (&mut read.text, is_colour),
                "surface" => (&mut read.surface, is_colour),
                _ => {
                    return Err(
                        "use only site, privacy, accent, onAccent, text and surface in pages",
                    );
                }
            };
            let text = value.as_str().filter(|text| fits(text)).ok_or(
                "give site and privacy of pages as https://…, and its colours as #rgb or #rrggbb",
            )?;
            *slot = Some(text.to_owned());
        }
        Ok(read)
    }
}

/// A URL that can stand in an attribute: `https`, a host, and no byte that would have to be escaped.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, PageOptions)>, &'static str> {
        PageOptions::read(&Json::parse(text).unwrap(), |name| name == "oak-and-salt")
    }

    #[test]
    fn page_options_are_read_by_microsite() {
        let pages = read(
            r##"{"oak-and-salt":{"site":"https://oak.example/?a=b#c","accent":"#0a6","surface":"#FFFFFF"}}"##,
        );
        let page = PageOptions {
            site: Some("https://oak.example/?a=b#c".into()),
            accent: Some("#0a6".into()),
            surface: Some("#FFFFFF".into()),
            ..PageOptions::default()
        };
        assert_eq!(pages, Ok(vec![("oak-and-salt".into(), page)]));
    }

    #[test]
    fn page_options_that_could_leave_their_place_are_refused() {
        for wrong in [
            r#"{"harbour-room":{}}"#,
            r#"{"oak-and-salt":1}"#,
            r#"{"oak-and-salt":{"Site":"https://oak.example"}}"#,
            r#"{"oak-and-salt":{"site":"http://oak.example"}}"#,
            r#"{"oak-and-salt":{"site":"javascript:alert(1)"}}"#,
            r#"{"oak-and-salt":{"site":"https://"}}"#,
            r#"{"oak-and-salt":{"site":"https:///oak.example"}}"#,
            r#"{"oak-and-salt":{"site":"https://oak.example/\"onclick="}}"#,
            r#"{"oak-and-salt":{"privacy":"https://oak.example/ x"}}"#,
            r#"{"oak-and-salt":{"privacy":7}}"#,
            r#"{"oak-and-salt":{"accent":"red"}}"#,
            r##"{"oak-and-salt":{"accent":"#0a"}}"##,
            r##"{"oak-and-salt":{"text":"#00aa66;}"}}"##,
            r##"{"oak-and-salt":{"onAccent":"#ggg"}}"##,
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
