//! Opt-in texts: the restaurant's HTML, read through an allow-list, so that a page can show the
//! wording of a consent without giving markup to a parser that would run it.

use crate::json::{Json, Object};
use crate::rules::invisible::is_invisible;
use crate::scan;

/// A part of an opt-in text that is safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text, with its entities decoded.
    Text(String),
    /// An element of the allow-list.
    Element {
        /// `strong`, `em`, `b`, `i`, `br` or `a`.
        name: &'static str,
        /// Where an `a` leads: always an absolute `https:` address. `None` for other elements.
        href: Option<String>,
        /// The nodes inside.
        children: Vec<Node>,
    },
}

/// Elements that are shown. Other elements are dropped; their content stays.
const ALLOWED: &[&str] = &["strong", "em", "b", "i", "br", "a"];
/// Elements whose content is not shown to a reader. They are dropped with their content.
const UNSEEN: &[&str] =
    &["script", "style", "template", "noscript", "iframe", "title", "textarea", "select"];
/// Elements that say that their text does not hold. Without the element, the wording would say the
/// opposite: a text with one is refused.
const STRUCK: &[&str] = &["s", "strike", "del"];
/// Elements that begin a new line.
const BLOCKS: &[&str] =
    &["p", "div", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "section"];
/// Elements nested deeper than this are dropped; their content stays. No honest sentence needs
/// more.
const MAX_DEPTH: usize = 8;

/// Reads the HTML of an opt-in text. Returns no nodes for a text that cannot be shown whole, such
/// as one with a tag that does not end: a guest can consent only to what the guest has seen. The
/// syntax is the HTML standard's ("Tokenization"), as far as the elements shown need it.
pub fn nodes(html: &str) -> Vec<Node> {
    let mut tree = Tree { keeps_nodes: true, ..Tree::default() };
    if tree.read(html).is_none() {
        return Vec::new();
    }
    while tree.close_last() {}
    tree.root
}

/// The nodes that a form shows: none for a wording that shows no text, which is not a wording.
pub fn shown(html: &str) -> Vec<Node> {
    let nodes = nodes(html);
    if has_words(&nodes) { nodes } else { Vec::new() }
}

/// True where [`nodes`] gives something to read, at a tenth of the cost.
pub fn is_readable(html: &str) -> bool {
    let mut tree = Tree::default();
    tree.read(html).is_some() && tree.has_words
}

/// True where the nodes hold a visible character.
pub fn has_words(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Text(text) => is_visible(text),
        Node::Element { children, .. } => has_words(children),
    })
}

fn is_visible(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(c))
}

/// The nodes as JavaScript sees them: `{text}` or `{element, href?, children}`.
pub fn to_json(nodes: &[Node]) -> Json {
    let mut list = Vec::new();
    for node in nodes {
        let mut object = Object::new();
        match node {
            Node::Text(text) => object.set("text", text.as_str()),
            Node::Element { name, href, children } => {
                object.set("element", *name);
                if let Some(href) = href {
                    object.set("href", href.as_str());
                }
                object.set("children", to_json(children));
            }
        }
        list.push(object.into());
    }
    Json::Array(list)
}

#[derive(Default)]
struct Tree {
    /// Whether nodes are made. If not, only `has_words` is found out.
    keeps_nodes: bool,
    has_words: bool,
    open: Vec<(&'static str, Option<String>, Vec<Node>)>,
    root: Vec<Node>,
}

impl Tree {
    /// Reads the whole text. Returns `None` where a tag, a comment or an element whose content is
    /// not shown does not end.
    fn read(&mut self, html: &str) -> Option<()> {
        let mut rest = html;
        while let Some((text, markup)) = scan::split_once(rest, b'<') {
            self.text(text);
            rest = match markup.as_bytes().first() {
                Some(b'!' | b'?') => after_comment(markup)?,
                Some(b'/' | b'a'..=b'z' | b'A'..=b'Z') => self.tag(markup)?,
                // HTML standard, "tag open state": anything else is text.
                _ => {
                    self.text("<");
                    markup
                }
            };
        }
        self.text(rest);
        Some(())
    }

    /// Whether nodes are made: not in a guest's module, which then has no code for it.
    fn keeps(&self) -> bool {
        cfg!(feature = "programs") && self.keeps_nodes
    }

    fn line_break(&mut self) {
        self.siblings().push(Node::Element { name: "br", href: None, children: Vec::new() });
    }

    fn siblings(&mut self) -> &mut Vec<Node> {
        match self.open.last_mut() {
            Some((_, _, children)) => children,
            None => &mut self.root,
        }
    }

    fn text(&mut self, html: &str) {
        if html.is_empty() || !self.keeps() && self.has_words {
            return;
        }
        if !self.keeps() {
            // Before the first entity, nothing has to be decoded.
            self.has_words =
                is_visible(scan::before(html, b'&').0) || is_visible(&decode_entities(html));
            return;
        }
        let text = decode_entities(html);
        if let Some(Node::Text(before)) = self.siblings().last_mut() {
            before.push_str(&text);
        } else {
            self.siblings().push(Node::Text(text));
        }
    }

    fn close_last(&mut self) -> bool {
        let Some((name, href, children)) = self.open.pop() else { return false };
        self.siblings().push(Node::Element { name, href, children });
        true
    }

    /// Reads a tag after its `<`, and returns the text after the tag.
    fn tag<'a>(&mut self, markup: &'a str) -> Option<&'a str> {
        let (closing, markup) = match markup.strip_prefix('/') {
            Some(markup) => (true, markup),
            None => (false, markup),
        };
        let (name, after_name) = scan::until(markup, b" \t\n\x0c\r>/");
        let (attributes, rest) = split_tag(after_name)?;
        let is_one_of = |names: &[&'static str]| -> Option<&'static str> {
            names.iter().find(|known| name.eq_ignore_ascii_case(known)).copied()
        };
        if is_one_of(STRUCK).is_some() {
            return None;
        }
        if let Some(unseen) = is_one_of(UNSEEN) {
            return if closing { Some(rest) } else { after_end_tag(rest, unseen) };
        }
        if !self.keeps() {
            return Some(rest);
        }
        if is_one_of(BLOCKS).is_some() {
            let ends_line = |node: &Node| matches!(node, Node::Element { name: "br", .. });
            if self.siblings().last().is_some_and(|last| !ends_line(last)) {
                self.line_break();
            }
            return Some(rest);
        }
        let Some(name) = is_one_of(ALLOWED) else { return Some(rest) };
        if closing {
            if self.open.iter().any(|(open, ..)| *open == name) {
                while self.open.last().is_some_and(|(open, ..)| *open != name) {
                    self.close_last();
                }
                self.close_last();
            }
        } else if name == "br" {
            self.line_break();
        } else if self.open.len() < MAX_DEPTH {
            let href = if name == "a" { https(attributes) } else { None };
            // A link without a safe address is dropped; its text stays.
            if name != "a" || href.is_some() {
                self.open.push((name, href, Vec::new()));
            }
        }
        Some(rest)
    }
}

/// Splits the text after a tag's name at the `>` that ends the tag. As in HTML, a quote opens only
/// where the value of an attribute begins.
fn split_tag(text: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    let mut before = b' ';
    for (index, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) if before == b'=' => quote = Some(byte),
            (_, Some(open)) if open == byte => quote = None,
            (b'>', None) => return Some((text.get(..index)?, text.get(index + 1..)?)),
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    None
}

fn after_comment(markup: &str) -> Option<&str> {
    scan::after(markup, if markup.starts_with("!--") { "-->" } else { ">" })
}

fn after_end_tag<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    while let Some(after) = scan::after(rest, "</") {
        if after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return split_tag(after.get(name.len()..)?).map(|(_, rest)| rest);
        }
        rest = after;
    }
    None
}

/// The value of `href`; `None` unless it is an absolute `https:` address without spaces and
/// controls.
fn https(attributes: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        rest = scan::skip(rest, b" \t\n\x0c\r/");
        let (name, after) = scan::until(rest, b" \t\n\x0c\r=");
        if name.is_empty() && after.is_empty() {
            return None;
        }
        let after = after.trim_ascii_start();
        let Some(after) = after.strip_prefix('=') else {
            rest = after;
            continue;
        };
        let after = after.trim_ascii_start();
        let (value, after) = match after.as_bytes().first() {
            Some(quote @ (b'"' | b'\'')) => scan::split_once(after.get(1..)?, *quote)?,
            _ => scan::until(after, scan::SPACE),
        };
        if name.eq_ignore_ascii_case("href") {
            let address = decode_entities(value);
            let host = address.get(8..)?;
            let safe = address.get(..8)?.eq_ignore_ascii_case("https://")
                && host.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
                && !address.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
            return safe.then_some(address);
        }
        rest = after;
    }
}

/// Bytes of the longest entity that is decoded: `#x10FFFF` with its semicolon.
const LONGEST_ENTITY: usize = 9;

/// Decodes the entities that an editor writes: the five of XML, `&nbsp;`, and numeric ones. Others
/// stay as they are.
fn decode_entities(html: &str) -> String {
    const NAMED: &[(&str, char)] = &[
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", '\u{a0}'),
    ];
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = scan::split_once(rest, b'&') {
        text.push_str(before);
        let end = after.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';');
        let decoded = end.and_then(|end| {
            let name = after.get(..end)?;
            let character = match name.as_bytes() {
                [b'#', b'x' | b'X', ..] => {
                    code_point(u32::from_str_radix(name.get(2..)?, 16).ok()?)?
                }
                [b'#', ..] => code_point(scan::number(name.get(1..)?)?)?,
                _ => NAMED.iter().find(|(known, _)| *known == name)?.1,
            };
            Some((character, after.get(end + 1..)?))
        });
        rest = match decoded {
            Some((character, after)) => {
                text.push(character);
                after
            }
            None => {
                text.push('&');
                after
            }
        };
    }
    text.push_str(rest);
    text
}

/// The character of a numeric entity; `None` for a control, which shows nothing.
fn code_point(code: u32) -> Option<char> {
    char::from_u32(code).filter(|character| !character.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The nodes as markup, as a page would show them. Markup keeps the tables short.
    fn shown(html: &str) -> String {
        fn write(nodes: &[Node], out: &mut String) {
            for node in nodes {
                match node {
                    Node::Text(text) => out.push_str(&text.replace('<', "‹")),
                    Node::Element { name, href, children } => {
                        out.push_str(&format!("<{name}"));
                        if let Some(href) = href {
                            out.push_str(&format!(" href={href}"));
                        }
                        out.push('>');
                        if *name != "br" {
                            write(children, out);
                            out.push_str(&format!("</{name}>"));
                        }
                    }
                }
            }
        }
        let mut out = String::new();
        write(&nodes(html), &mut out);
        out
    }

    #[test]
    fn consent_check_ok() {
        for (html, expected) in [
            ("", ""),
            ("Plain & simple", "Plain & simple"),
            (
                "Hear from <strong>Oak &amp; Salt</strong> by:",
                "Hear from <strong>Oak & Salt</strong> by:",
            ),
            ("a<BR/>b<br>c", "a<br>b<br>c"),
            ("<b>one <i>two</b> three", "<b>one <i>two</i></b> three"),
            ("<em>open", "<em>open</em>"),
            (
                "<a class=x href='https://example.com/p?a=1&amp;b=2' target=_blank>policy</a>",
                "<a href=https://example.com/p?a=1&b=2>policy</a>",
            ),
            ("3 < 4 &lt;b&gt; &#8364;&#x20AC; &unknown; &", "3 ‹ 4 ‹b> €€ &unknown; &"),
            ("<p>one</p><div>two</div>", "one<br>two<br>"),
            ("<ul><li>one<li>two</ul>", "one<br>two<br>"),
            (
                "news. <a href=https://x.example/o'brien>policy</a> We share.",
                "news. <a href=https://x.example/o'brien>policy</a> We share.",
            ),
        ] {
            assert_eq!(shown(html), expected, "{html}");
        }
    }

    #[test]
    fn consent_drops_all_but_the_allow_list() {
        for (html, expected) in [
            ("<script>alert(1)</script>x", "x"),
            ("<SCRIPT>a</b></sCrIpT >x", "x"),
            ("<style>*{}</style>x", "x"),
            ("x <script>never closed", ""),
            ("x <!-- never closed", ""),
            ("x <b class='never closed>y", ""),
            ("We will <s>never</s> sell", ""),
            ("We will <DEL>never</DEL> sell", ""),
            ("<img src=x onerror=alert(1)>x", "x"),
            ("<strong onclick='alert(1)'>x</strong>", "<strong>x</strong>"),
            ("<a href='javascript:alert(1)'>x</a>", "x"),
            ("<a href='JaVaScRiPt&#58;alert(1)'>x</a>", "x"),
            ("<a href='http://example.com'>x</a>", "x"),
            ("<a href='//example.com'>x</a>", "x"),
            ("<a href='https://exa\nmple.com'>x</a>", "x"),
            ("<a href='https:///\\example.com'>x</a>", "x"),
            ("<a href=\"https://example.com>x</a>", ""),
            ("<a title='>' href='https://example.com'>x</a>", "<a href=https://example.com>x</a>"),
            ("a<!-- <b>no</b> -->b<!doctype html>c", "abc"),
            ("a<", "a‹"),
            ("a</", ""),
            ("<&lt;script>", "‹‹script>"),
            ("&#0;&#27;x", "&#0;&#27;x"),
        ] {
            assert_eq!(shown(html), expected, "{html}");
        }
    }

    #[test]
    fn consent_without_visible_characters_has_no_words() {
        for html in [
            "",
            " ",
            "<b> </b><br>",
            "&nbsp;",
            "\u{200b}",
            "&#8203;",
            "<i>\u{ad}\u{2060}</i>",
            "\u{3164}",
            "\u{17b4}\u{1d173}",
        ] {
            assert!(!has_words(&nodes(html)), "{html:?}");
        }
        for html in ["a", "<b>a</b>", "\u{200b}是"] {
            assert!(has_words(&nodes(html)), "{html:?}");
        }
    }

    #[test]
    fn consent_reads_deep_and_long_texts() {
        assert!(nodes(&"<b>".repeat(100_000)).len() <= 1);
        assert!(nodes(&"<".repeat(100_000)).len() <= 1);
        assert!(nodes(&"&".repeat(1_000_000)).len() <= 1);
        nodes(&"<a ".repeat(20_000));
    }
}
