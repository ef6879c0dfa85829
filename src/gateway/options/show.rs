//! The faces of the table that are text: TypeScript's types, the page's table of keys, and what the
//! command reads.

use super::members::{Reader, members_of, prefix_of};
use super::{DefaultValue, OptionKind, Row, Taker, TextForm, rows};
use super::{completed, masked, problems};
use crate::jsdoc::comment;
use crate::json::{Json, Object};

/// `GatewayOptions` and the interfaces of its members, for `pkg/types/gateway.d.ts`.
pub fn types() -> String {
    let mut out = interface(
        "GatewayOptions",
        "What `createGateway` takes. An unknown option is refused by its name, at every level.",
        "",
    );
    for row in rows().iter().filter(|row| row.is_for_javascript()) {
        if let OptionKind::Members(name) | OptionKind::Items(name) | OptionKind::ByName(name) =
            row.kind
            && !name.is_empty()
        {
            out.push('\n');
            out.push_str(&interface(name, row.words, &prefix_of(row)));
        }
    }
    out
}

fn interface(name: &str, words: &str, prefix: &str) -> String {
    let mut out = String::new();
    if !words.is_empty() {
        out.push_str(&comment("", words));
    }
    out.push_str(&format!("export interface {name} {}\n", body(prefix, "")));
    out
}

fn body(prefix: &str, indent: &str) -> String {
    let inner = [indent, "  "].concat();
    let mut out = String::from("{\n");
    for (member, row) in members_of(prefix, Reader::JavaScript) {
        out.push_str(&comment(&inner, &documented(row)));
        let optional = if row.default == DefaultValue::Required { "" } else { "?" };
        out.push_str(&format!("{inner}{member}{optional}: {};\n", type_of(row, &inner)));
    }
    [&out, indent, "}"].concat()
}

fn type_of(row: &Row, indent: &str) -> String {
    match row.kind {
        OptionKind::Flag => "boolean".to_owned(),
        OptionKind::Whole { .. } => "number".to_owned(),
        OptionKind::Text(TextForm::Upstream) => "string | URL".to_owned(),
        OptionKind::Text(_) => "string".to_owned(),
        OptionKind::List(_) => "string[]".to_owned(),
        OptionKind::Choice(words) => {
            words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" | ")
        }
        OptionKind::Members("") => body(&prefix_of(row), indent),
        OptionKind::Members(name) => name.to_owned(),
        OptionKind::Items(name) => [name, "[]"].concat(),
        OptionKind::ByName(name) => format!("Record<string, {name}>"),
        OptionKind::Names => "Names".to_owned(),
        OptionKind::Table => "object".to_owned(),
        OptionKind::Code(_, ts) => ts.to_owned(),
    }
}

/// What a row means, with its default.
fn documented(row: &Row) -> String {
    let default = match row.default {
        DefaultValue::Required | DefaultValue::None => return row.words.to_owned(),
        DefaultValue::Empty => "Default: none".to_owned(),
        DefaultValue::Flag(flag) => format!("Default {flag}"),
        DefaultValue::Whole(number) => format!("Default {number}"),
        DefaultValue::Text(text) => format!("Default `\"{text}\"`"),
        DefaultValue::QuarterOf(name) => format!("Default: a quarter of `{name}`"),
    };
    format!("{} {default}.", row.words)
}

/// The table of the command's keys, in Markdown.
pub fn keys() -> String {
    let mut page =
        String::from("| key | default | environment | means |\n| --- | --- | --- | --- |\n");
    let keys = rows().iter().filter(|row| row.is_for_the_command());
    for row in keys.filter(|row| row.kind != OptionKind::Members("")) {
        let environment = environment_name(row).map(|name| format!("`{name}`"));
        page.push_str(&format!(
            "| `{}` | {} | {} | {} |\n",
            row.name,
            shown_default(row),
            environment.as_deref().unwrap_or("–"),
            meaning(row),
        ));
    }
    page
}

fn shown_default(row: &Row) -> String {
    match row.default {
        DefaultValue::Required => "needed".to_owned(),
        DefaultValue::None | DefaultValue::Empty => "–".to_owned(),
        DefaultValue::Flag(flag) => format!("`{flag}`"),
        DefaultValue::Whole(number) => format!("`{number}`"),
        DefaultValue::Text(text) => format!("`{text}`"),
        DefaultValue::QuarterOf(name) => format!("a quarter of `{name}`"),
    }
}

/// What a row means to somebody who writes a file or an environment.
fn meaning(row: &Row) -> String {
    let mut words = row.words.to_owned();
    if matches!(row.kind, OptionKind::Items(_)) && environment_name(row).is_some() {
        words.push_str(&format!(
            " In the environment: `{}`, with spaces or line ends between.",
            item_members(row).join(":")
        ));
    }
    if let OptionKind::Choice(choices) = row.kind {
        let quoted: Vec<_> = choices.iter().map(|choice| format!("`{choice}`")).collect();
        words.push_str(&format!(" {}.", quoted.join(" or ")));
    }
    if row.file {
        let member = row.name.rsplit('.').next().unwrap_or(row.name);
        words.push_str(&format!(" Or `{member}File`."));
    }
    words
}

/// The names of the members of each item of a list.
fn item_members(row: &Row) -> Vec<&'static str> {
    let prefix = prefix_of(row);
    let members = members_of(&prefix, Reader::Command);
    members.filter(|_| matches!(row.kind, OptionKind::Items(_))).map(|(member, _)| member).collect()
}

/// How the text of an environment variable or of a file becomes a value; `None` for what neither
/// can hold.
fn text_syntax(row: &Row) -> Option<&'static str> {
    Some(match row.kind {
        OptionKind::Flag => "flag",
        OptionKind::Whole { .. } => "number",
        OptionKind::Text(TextForm::Path) => "path",
        OptionKind::Text(_) | OptionKind::Choice(_) => "text",
        OptionKind::List(_) => "list",
        OptionKind::Items(_) => "pairs",
        OptionKind::Members(_)
        | OptionKind::ByName(_)
        | OptionKind::Names
        | OptionKind::Table
        | OptionKind::Code(..) => {
            return None;
        }
    })
}

/// The environment's name for an option of the command: `DINERKIT_PER_ADDRESS`.
pub fn environment_name(row: &Row) -> Option<String> {
    text_syntax(row).filter(|_| row.is_for_the_command() && !row.name.contains(['[', '{']))?;
    let mut name = String::from("DINERKIT_");
    let mut was_lower = false;
    for letter in row.name.chars() {
        if was_lower && letter.is_ascii_uppercase() {
            name.push('_');
        }
        was_lower = letter.is_ascii_lowercase();
        name.push(if letter == '.' { '_' } else { letter.to_ascii_uppercase() });
    }
    Some(name)
}

/// The rows that the command reads: `{name, text, environment, file, default, ofTheCommand}`.
pub fn command_rows() -> Json {
    let rows = rows().iter().filter(|row| row.is_for_the_command()).map(|row| {
        Json::from(
            Object::new()
                .with("name", row.name)
                .with("text", text_syntax(row))
                .with("members", item_members(row))
                .with("environment", environment_name(row))
                .with("file", row.file)
                .with("default", shown_default(row).replace('`', ""))
                .with("ofTheCommand", row.taker == Taker::Command),
        )
    });
    Json::Array(rows.collect())
}

/// What the command reads of its options: `{issues, values, shown}`. An issue also has a `name`,
/// its path as text. `values` hold the defaults of options that were not given. `shown` holds the
/// same with the secrets masked; it means something only if there are no `issues`.
pub fn read_by_command(options: &Object) -> Object {
    let values = completed(options, Reader::Command);
    let shown = masked(&values, Reader::Command);
    let found = problems(options, Reader::Command);
    let named = found.iter().map(|problem| problem.to_json().with("name", problem.name()).into());
    Object::new()
        .with("issues", Json::Array(named.collect()))
        .with("values", values)
        .with("shown", shown)
}
