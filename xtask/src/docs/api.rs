//! `docs/api.md`: what the package exports, made from its type declarations, which are written by
//! hand with their documentation. It reads declarations as Prettier formats them, which the lint
//! makes sure of: one begins at the start of a line, and its members are indented by two spaces.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::workspace::Workspace;

/// How the page begins.
const TOP: &str = "# API reference

For developers: everything that the package exports, by the name to import it from. The other pages say what it is good \
for; this one is what an editor shows.

Made from `pkg/types/` by `cargo xtask docs`.
";

/// A declaration, or a member of one.
#[derive(Debug, PartialEq, Eq)]
struct Declaration {
    /// What its comment says, without the comment's marks.
    about: String,
    /// Its code, line by line.
    code: Vec<String>,
}

/// The page.
pub(super) fn page(workspace: &Workspace) -> Result<String> {
    let package = workspace.package();
    let entries = entries(&package)?;
    let mut anchors = Vec::new();
    let mut links = Vec::new();
    for (_, names) in &entries {
        let heading = heading(names);
        let anchor = anchor(&heading);
        // Of equal anchors, the later ones get numbers.
        let suffix = match anchors.iter().filter(|known| **known == anchor).count() {
            0 => String::new(),
            times => format!("-{times}"),
        };
        links.push(format!("[{heading}](#{anchor}{suffix})"));
        anchors.push(anchor);
    }
    let mut page = format!("{TOP}\nImports: {}.\n", links.join(" · "));
    for (file, names) in entries {
        let types = fs::read_to_string(package.join(&file))
            .with_context(|| format!("{file} can't be read"))?;
        page.push_str(&entry(&heading(&names), &types)?);
    }
    Ok(page)
}

/// The heading for the names of one file.
fn heading(names: &[String]) -> String {
    format!("`{}`", names.join("`, `"))
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || "_- ".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// The files of types, each with the names that it is imported by, the package itself first.
fn entries(package: &Path) -> Result<Vec<(String, Vec<String>)>> {
    let text = fs::read_to_string(package.join("package.json"))
        .context("pkg/package.json can't be read: run xtask in a complete checkout")?;
    let value: Value = serde_json::from_str(&text).context("pkg/package.json is not understood")?;
    let Some(exports) = value.get("exports").and_then(Value::as_object) else {
        bail!("pkg/package.json has no exports");
    };
    let mut names: Vec<(String, String)> = exports
        .iter()
        .filter_map(|(name, target)| {
            let types = types_of(target)?;
            Some((name.replacen('.', "dinerkit", 1), types.trim_start_matches("./").to_owned()))
        })
        .collect();
    names.sort();
    let mut entries: Vec<(String, Vec<String>)> = Vec::new();
    for (name, file) in names {
        match entries.iter_mut().find(|(known, _)| *known == file) {
            Some((_, names)) => names.push(name),
            None => entries.push((file, vec![name])),
        }
    }
    Ok(entries)
}

/// The first file of types among an export's conditions that is for `import`.
fn types_of(target: &Value) -> Option<String> {
    match target {
        Value::String(file) => (file.ends_with(".d.ts")).then(|| file.clone()),
        Value::Object(conditions) => {
            ["types", "import", "default"].iter().find_map(|name| types_of(conditions.get(*name)?))
        }
        _ => None,
    }
}

/// The part of the page for one name that can be imported.
fn entry(name: &str, types: &str) -> Result<String> {
    let lines: Vec<&str> = types.lines().collect();
    let (about, rest) = file_comment(&lines);
    let mut part = format!("\n## {name}\n");
    if !about.is_empty() {
        part.push_str(&format!("\n{about}\n"));
    }
    for declaration in declarations(rest).with_context(|| format!("the types of {name}"))? {
        part.push_str(&shown(&declaration)?);
    }
    Ok(part)
}

/// The comment that a file begins with, and the lines after it. A comment right before a
/// declaration is the declaration's.
fn file_comment<'a, 'b>(lines: &'b [&'a str]) -> (String, &'b [&'a str]) {
    if !lines.first().is_some_and(|line| line.starts_with("/**")) {
        return (String::new(), lines);
    }
    let end = lines.iter().position(|line| line.ends_with("*/")).unwrap_or(0) + 1;
    let (comment, rest) = lines.split_at(end);
    match rest.first() {
        Some(next) if next.is_empty() || next.starts_with("import ") => (words(comment), rest),
        _ => (String::new(), lines),
    }
}

/// The declarations of lines that are not indented, except imports and re-exports.
fn declarations(lines: &[&str]) -> Result<Vec<Declaration>> {
    let mut found = Vec::new();
    let mut about = String::new();
    let mut rest = lines;
    while let Some((line, after)) = rest.split_first() {
        if line.starts_with("/**") {
            let end = rest.iter().position(|line| line.trim_end().ends_with("*/"));
            let (comment, after) = rest.split_at(end.context("a comment without an end")? + 1);
            about = words(comment);
            rest = after;
        } else if line.is_empty() || line.starts_with("//") {
            about.clear();
            rest = after;
        } else {
            let (code, after) = statement(rest)?;
            // What is exported again, or under another name, stands where it is declared.
            let others = ["import ", "export {", "export *", "export as ", "export default "];
            let first = code.first().copied().unwrap_or_default();
            let declares = !others.iter().any(|other| first.starts_with(other))
                || first.starts_with("export default function");
            let about = std::mem::take(&mut about);
            if declares {
                found.push(Declaration {
                    about,
                    code: code.iter().map(|line| (*line).to_owned()).collect(),
                });
            }
            rest = after;
        }
    }
    Ok(found)
}

/// Splits the lines after the end of the statement that they begin with: where its brackets are
/// closed, and its last line ends with `;` or, for what has a body, with `}`.
fn statement<'a, 'b>(lines: &'b [&'a str]) -> Result<(&'b [&'a str], &'b [&'a str])> {
    let end = if lines.first().is_some_and(|first| has_body(first)) { '}' } else { ';' };
    let mut depth = 0_usize;
    let mut is_comment = false;
    for (index, line) in lines.iter().enumerate() {
        let text = line.trim();
        is_comment |= text.starts_with("/**");
        if is_comment {
            is_comment = !text.ends_with("*/");
            continue;
        }
        for opens in brackets(text) {
            depth = if opens { depth + 1 } else { depth.saturating_sub(1) };
        }
        if depth == 0 && text.ends_with(end) {
            return Ok(lines.split_at(index + 1));
        }
    }
    bail!("a declaration without an end: {}", lines.first().copied().unwrap_or_default());
}

/// Whether a declaration has a body, by its first line.
fn has_body(first: &str) -> bool {
    let kinds = ["interface ", "class ", "abstract class ", "namespace ", "module ", "global {"];
    let first = first.strip_prefix("export ").unwrap_or(first);
    let first = first.strip_prefix("declare ").unwrap_or(first);
    kinds.iter().any(|kind| first.starts_with(kind))
}

/// The brackets of a line that stand in no string and no comment: whether each opens.
fn brackets(text: &str) -> Vec<bool> {
    let mut quote = None;
    let mut found = Vec::new();
    for (index, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(character),
            (None, '/') if text.get(index..).is_some_and(|rest| rest.starts_with("//")) => break,
            (None, '(' | '[' | '{') => found.push(true),
            (None, ')' | ']' | '}') => found.push(false),
            _ => {}
        }
    }
    found
}

/// What a comment says: its lines without their marks, and its tags as words.
fn words(comment: &[&str]) -> String {
    let whole = comment.join("\n");
    let inner = whole.trim().trim_start_matches("/**").trim_end_matches("*/");
    let lines = inner.lines().map(|line| {
        let line = line.trim();
        line.strip_prefix("* ").or_else(|| line.strip_prefix('*')).unwrap_or(line)
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut text =
        text.trim().replace("@default ", "Default: ").replace("@deprecated", "Deprecated:");
    while let Some((before, (link, after))) = text
        .split_once("{@link ")
        .and_then(|(before, rest)| Some((before.to_owned(), rest.split_once('}')?)))
    {
        text = format!("{before}`{}`{after}", link.trim());
    }
    // A tag is a line of its own in an editor, and `@example` stands before its code.
    text.replace("@example\n", "").replace("@example ", "")
}

/// A declaration as a part of the page: its name, its code, what it is, and its members.
fn shown(declaration: &Declaration) -> Result<String> {
    let first = declaration.code.first().map(String::as_str).unwrap_or_default();
    let mut text = format!("\n### {}\n", title(first));
    let members = if has_body(first) { members(&declaration.code)? } else { Vec::new() };
    let code = if members.is_empty() {
        declaration.code.join("\n")
    } else {
        // The members follow as a list, each with its words.
        format!("{} … }}", first.trim_end())
    };
    text.push_str(&format!("\n```ts signature\n{code}\n```\n"));
    if !declaration.about.is_empty() {
        text.push_str(&format!("\n{}\n", declaration.about));
    }
    if !members.is_empty() {
        text.push_str(&format!("\n{}", list(&members, "")?));
    }
    Ok(text)
}

/// Members as a list, with the members of an object below it.
fn list(members: &[Declaration], indent: &str) -> Result<String> {
    let mut text = String::new();
    for member in members {
        let code = bare(&member.code).iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
        let code = code.trim_end_matches([';', ',']);
        // Code with a backtick in it, as a template type has, stands between two.
        let code = if code.contains('`') { format!("`` {code} ``") } else { format!("`{code}`") };
        let about = member.about.replace('\n', &format!("\n{indent}  "));
        let about = about.replace(&format!("\n{indent}  \n"), "\n\n");
        let about = if about.is_empty() { String::new() } else { format!(": {about}") };
        text.push_str(&format!("{indent}- {code}{about}\n"));
        let inner = members_of(&member.code)?;
        if inner.iter().any(|inner| !inner.about.is_empty()) {
            text.push_str(&list(&inner, &format!("{indent}  "))?);
        }
    }
    Ok(text)
}

/// The members of a member that is an object; none of another.
fn members_of(code: &[String]) -> Result<Vec<Declaration>> {
    let is_object = code.len() > 2
        && code.first().is_some_and(|first| first.ends_with('{'))
        && code.last().is_some_and(|last| last.starts_with('}'));
    if is_object { members(code) } else { Ok(Vec::new()) }
}

/// The declarations between the first and the last line of code.
fn members(code: &[String]) -> Result<Vec<Declaration>> {
    let inner = code.get(1..code.len().saturating_sub(1)).unwrap_or_default();
    let inner: Vec<&str> =
        inner.iter().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
    declarations(&inner)
}

/// Code without its comments.
fn bare(code: &[String]) -> Vec<&str> {
    let mut is_comment = false;
    let mut lines = Vec::new();
    for line in code {
        let text = line.trim();
        is_comment |= text.starts_with("/**");
        if !is_comment && !text.starts_with("//") {
            lines.push(line.trim_end());
        }
        is_comment &= !text.ends_with("*/");
    }
    lines
}

/// The heading of a declaration: the name that it declares.
fn title(first: &str) -> String {
    let keywords = [
        "export",
        "declare",
        "default",
        "async",
        "abstract",
        "function",
        "interface",
        "class",
        "type",
        "const",
        "namespace",
        "module",
    ];
    let name = first.split_whitespace().find(|word| !keywords.contains(word)).unwrap_or(first);
    let end =
        name.find(['(', '<', ':', '=', '{', ';']).filter(|end| *end > 0).unwrap_or(name.len());
    format!("`{}`", name.get(..end).unwrap_or(name).trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: &str = r#"/**
 * Types of the package.
 */
import type { Locale } from "./locale.js";

/** What `start` takes. See {@link Locale}. */
export type Input = string | { a: "(" };

/**
 * Starts.
 *
 * It may be called twice.
 */
export default function start(
  input?: Input,
  { now }: { now?: number },
): Promise<void>;

// ------- other

/** Some options. */
export interface Options<T> extends Other {
  /**
   * The name.
   * @default none
   */
  name?: string;
  /** Changes. */
  change?: {
    /** Added. */
    add?: string[];
  };
}
type Role =
  | {
      /** By whom. */
      by: "guest";
    }
  | "staff";
"#;

    #[test]
    fn page_has_each_declaration_with_its_words_and_members() {
        let page = entry("`dinerkit`", TYPES).unwrap_or_default();
        assert_eq!(
            page,
            "\n## `dinerkit`\n\nTypes of the package.\n\
             \n### `Input`\n\n```ts signature\nexport type Input = string | { a: \"(\" };\n```\n\nWhat `start` takes. See `Locale`.\n\
             \n### `start`\n\n```ts signature\nexport default function start(\n  input?: Input,\n  { now }: { now?: number },\n): Promise<void>;\n```\n\nStarts.\n\nIt may be called twice.\n\
             \n### `Options`\n\n```ts signature\nexport interface Options<T> extends Other { … }\n```\n\nSome options.\n\n\
             - `name?: string`: The name.\n  Default: none\n\
             - `change?: { add?: string[]; }`: Changes.\n  - `add?: string[]`: Added.\n\
             \n### `Role`\n\n```ts signature\ntype Role =\n  | {\n      /** By whom. */\n      by: \"guest\";\n    }\n  | \"staff\";\n```\n"
        );
    }

    #[test]
    fn declaration_without_an_end_is_an_error() {
        assert!(entry("dinerkit", "export interface Options {\n").is_err());
    }

    #[test]
    fn name_of_a_declaration_is_its_heading() {
        for (first, expected) in [
            ("export default function init(input?: InitInput): Promise<void>;", "`init`"),
            ("export const DinerForm: {", "`DinerForm`"),
            ("export type A<T> = T;", "`A`"),
            ("declare global {", "`global`"),
            ("declare module \"react\" {", "`react`"),
            ("declare const locales: Record<string, Locale>;", "`locales`"),
        ] {
            assert_eq!(title(first), expected);
        }
    }
}
