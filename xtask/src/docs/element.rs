//! The tables of `<diner-form>` in `docs/widget.md`, made from the manifest that editors read. A
//! test of the packed package holds the manifest against the element.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::read;
use crate::workspace::Workspace;

const PAGE: &str = "docs/widget.md";
const MANIFEST: &str = "pkg/custom-elements.json";
const BEGIN: &str = "<!-- Made from pkg/custom-elements.json by `cargo xtask docs`: -->\n";
const END: &str = "<!-- Until here. -->";

#[derive(Deserialize)]
struct Manifest {
    modules: Vec<Module>,
}

#[derive(Deserialize)]
struct Module {
    declarations: Vec<Element>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Element {
    attributes: Vec<Named>,
    members: Vec<Member>,
    events: Vec<Named>,
    slots: Vec<Named>,
    css_parts: Vec<Named>,
    css_properties: Vec<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    name: String,
    field_name: Option<String>,
    description: String,
    #[serde(rename = "type")]
    of: Option<Type>,
    default: Option<String>,
}

/// A property or a method.
#[derive(Deserialize)]
struct Member {
    name: String,
    description: String,
    /// The attribute whose property it is.
    attribute: Option<String>,
    /// What a property has.
    #[serde(rename = "type")]
    of: Option<Type>,
    /// What a method returns.
    #[serde(rename = "return")]
    returns: Option<Returned>,
}

#[derive(Deserialize)]
struct Returned {
    #[serde(rename = "type")]
    of: Type,
}

#[derive(Deserialize)]
struct Type {
    text: String,
}

/// `docs/widget.md`, with its tables as the manifest is now.
pub(super) fn page(workspace: &Workspace) -> Result<String> {
    let page = read(workspace, PAGE)?;
    let manifest: Manifest = serde_json::from_str(&read(workspace, MANIFEST)?)
        .with_context(|| format!("{MANIFEST} is not understood"))?;
    let elements = manifest.modules.iter().flat_map(|module| &module.declarations);
    let made: String = elements.map(tables).collect();
    let (before, rest) = page.split_once(BEGIN).context("docs/widget.md has lost its mark")?;
    let (_, after) = rest.split_once(END).context("docs/widget.md has lost its second mark")?;
    Ok([before, BEGIN, &made, END, after].concat())
}

fn tables(element: &Element) -> String {
    let mut text = String::from("\n| attribute | property | |\n| --- | --- | --- |\n");
    for Named { name, field_name, description, .. } in &element.attributes {
        let property = field_name.as_ref().unwrap_or(name);
        text.push_str(&format!("| `{name}` | `{property}` | {description} |\n"));
    }
    text.push_str("\n| property, method | | |\n| --- | --- | --- |\n");
    text.extend(element.members.iter().filter_map(member));
    text.push_str("\n| event | `detail` | |\n| --- | --- | --- |\n");
    for event in &element.events {
        let of = event.of.as_ref().map_or("", |of| of.text.as_str());
        let detail = of.trim_start_matches("CustomEvent<").trim_end_matches('>');
        let link = format!("[`{detail}`](api.md#{})", detail.to_lowercase());
        text.push_str(&format!("| `{}` | {link} | {} |\n", event.name, event.description));
    }
    text.push_str("\n| slot | |\n| --- | --- |\n");
    text.extend(element.slots.iter().map(row));
    text.push_str("\n| `::part()`, custom property | |\n| --- | --- |\n");
    text.extend(element.css_parts.iter().chain(&element.css_properties).map(row));
    text.push('\n');
    text
}

/// The row of a method, or of a property that is no attribute's.
fn member(member: &Member) -> Option<String> {
    let Member { name, description, attribute, of, returns } = member;
    if attribute.is_some() {
        return None;
    }
    let (call, of) = match returns {
        Some(returned) => ("()", &returned.of),
        None => ("", of.as_ref()?),
    };
    // In a table of Markdown, a bar within code ends the cell too.
    let of = of.text.replace('|', "\\|");
    Some(format!("| `{name}{call}` | `{of}` | {description} |\n"))
}

fn row(named: &Named) -> String {
    let name = match named.name.as_str() {
        "" => "none".to_owned(),
        name => format!("`{name}`"),
    };
    let default =
        named.default.as_ref().map(|default| format!(" Default `{default}`.")).unwrap_or_default();
    format!("| {name} | {}{default} |\n", named.description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_have_a_row_for_each_name() {
        let element: Element = serde_json::from_str(
            r#"{
                "attributes": [
                    { "name": "country", "fieldName": "country", "description": "The region." },
                    { "name": "readonly", "fieldName": "readOnly", "description": "To be read." }
                ],
                "members": [
                    {
                        "name": "readOnly",
                        "attribute": "readonly",
                        "type": { "text": "boolean" },
                        "description": "The attribute."
                    },
                    {
                        "name": "form",
                        "type": { "text": "HTMLFormElement | null" },
                        "description": "The form of the page."
                    },
                    {
                        "name": "reset",
                        "return": { "type": { "text": "void" } },
                        "description": "Begins anew."
                    }
                ],
                "events": [
                    {
                        "name": "diner-ready",
                        "description": "It can be filled in.",
                        "type": { "text": "CustomEvent<ReadyDetail>" }
                    }
                ],
                "slots": [{ "name": "", "description": "Before." }],
                "cssParts": [],
                "cssProperties": [
                    { "name": "--diner-gap", "description": "The space.", "default": "1rem" }
                ]
            }"#,
        )
        .unwrap();
        assert_eq!(
            tables(&element),
            "\n| attribute | property | |\n| --- | --- | --- |\n\
             | `country` | `country` | The region. |\n\
             | `readonly` | `readOnly` | To be read. |\n\
             \n| property, method | | |\n| --- | --- | --- |\n\
             | `form` | `HTMLFormElement \\| null` | The form of the page. |\n\
             | `reset()` | `void` | Begins anew. |\n\
             \n| event | `detail` | |\n| --- | --- | --- |\n\
             | `diner-ready` | [`ReadyDetail`](api.md#readydetail) | It can be filled in. |\n\
             \n| slot | |\n| --- | --- |\n| none | Before. |\n\
             \n| `::part()`, custom property | |\n| --- | --- |\n\
             | `--diner-gap` | The space. Default `1rem`. |\n\n"
        );
    }
}
