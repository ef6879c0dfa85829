//! The pages that a link in an e-mail opens: plain HTML without scripts and without anything from elsewhere.

use super::reply::Reply;
use crate::json::Object;

/// One page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Asks, with the button that does it.
    Ask,
    /// It is done.
    Done,
    /// The link is not good, or not any more.
    Void,
    /// It could not be done.
    Failed,
    /// It could not be done now.
    Busy,
}

/// The words, by their names in the option `words`; `{restaurant}` stands for the restaurant's name.
const WORDS: &[(&str, &str)] = &[
    ("lang", "en"),
    ("askTitle", "Unsubscribe"),
    ("askText", "Stop marketing messages from {restaurant}, by e-mail and by text message?"),
    ("askButton", "Unsubscribe"),
    ("doneTitle", "You are unsubscribed"),
    ("doneText", "{restaurant} will send you no more marketing messages."),
    ("voidTitle", "This link cannot be used"),
    (
        "voidText",
        "It is damaged or too old. Use the link in a newer message, or ask the restaurant.",
    ),
    ("failedTitle", "This did not work"),
    ("failedText", "You may still be subscribed. Try again later, or ask the restaurant."),
    ("busyTitle", "Please wait a moment"),
    ("busyText", "Nothing was changed. Try again in a minute."),
];

const STYLE: &str = "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;\
color-scheme:light dark}button{font:inherit;padding:.75rem 1.5rem;min-height:3rem}";

/// True words: the known names, each with a text. The error says what to do.
pub fn check_words(words: &Object) -> Result<(), &'static str> {
    let known = |name: &str| WORDS.iter().any(|(known, _)| *known == name);
    if words.iter().all(|(name, text)| known(name) && text.as_str().is_some()) {
        Ok(())
    } else {
        Err("use only the names of UnsubscribeWords in words, each with a text")
    }
}

impl Page {
    fn facts(self) -> (u16, &'static str, &'static str) {
        match self {
            Page::Ask => (200, "askTitle", "askText"),
            Page::Done => (200, "doneTitle", "doneText"),
            Page::Void => (403, "voidTitle", "voidText"),
            Page::Failed => (502, "failedTitle", "failedText"),
            Page::Busy => (429, "busyTitle", "busyText"),
        }
    }

    /// The answer with the page. `restaurant` and the words may hold anything: they are text, never markup.
    pub fn reply(self, restaurant: &str, words: &Object) -> Reply {
        let word = |name: &str| {
            let own = words.get(name).and_then(|text| text.as_str());
            let default = WORDS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
            escaped(&own.or(default).unwrap_or_default().replace("{restaurant}", restaurant))
        };
        let (status, title, text) = self.facts();
        let button = match self {
            // Without an action it posts to this page's own address, the token in it.
            Page::Ask => {
                format!(r#"<form method="post"><button>{}</button></form>"#, word("askButton"))
            }
            _ => String::new(),
        };
        let html = format!(
            r#"<!doctype html><html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>{1}</title><style>{STYLE}</style></head><body><main><h1>{1}</h1><p>{2}</p>{button}</main></body></html>"#,
            word("lang"),
            word(title),
            word(text),
        );
        Reply { body: Some(html), ..Reply::page(status, STYLE) }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text_wherever_they_come_from() {
        let words = Object::new().with("lang", "\"><script>").with("askButton", "<b>");
        for page in [Page::Ask, Page::Done, Page::Void, Page::Failed, Page::Busy] {
            let html = page.reply("</title><script>alert('1')</script>\"", &words).body.unwrap();
            assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
            assert_eq!(html.matches("<h1>").count(), 1, "{html}");
            assert_eq!(html.contains("<form method=\"post\">"), page == Page::Ask);
        }
    }

    #[test]
    fn the_words_of_another_language_take_the_place_of_the_english_ones() {
        let words = Object::new().with("lang", "de").with("doneTitle", "Abgemeldet");
        check_words(&words).unwrap();
        let html = Page::Done.reply("Eiche", &words).body.unwrap();
        assert!(html.contains(r#"<html lang="de">"#) && html.contains("<h1>Abgemeldet</h1>"));
        assert!(check_words(&Object::new().with("done", "x")).is_err());
        assert!(check_words(&Object::new().with("doneText", 1)).is_err());
    }
}
