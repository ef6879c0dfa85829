//! `llms.txt`: the pages in the shape of <https://llmstxt.org>, for programs that read. What it says
//! of a page is the page's own heading and first paragraph.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::build::pages;
use crate::workspace::Workspace;

/// The pages in the order in which a reader needs them. What is under `Optional` can be left out.
const SECTIONS: &[(&str, &[&str])] = &[
    (
        "On a page",
        &[
            "docs/widget.md",
            "docs/frameworks.md",
            "docs/your-page.md",
            "docs/consent.md",
            "docs/accessibility.md",
        ],
    ),
    (
        "From npm",
        &[
            "docs/with-your-bundler.md",
            "docs/typescript.md",
            "docs/testing-your-page.md",
            "docs/client.md",
            "docs/phone.md",
            "docs/bulk.md",
            "docs/api.md",
            "docs/fields.md",
            "docs/issues.md",
        ],
    ),
    (
        "At the edge",
        &[
            "docs/gateway.md",
            "docs/many.md",
            "docs/engines.md",
            "docs/probe.md",
            "docs/command-files.md",
            "docs/bulk-files.md",
            "docs/import.md",
            "docs/security.md",
            "docs/verify.md",
        ],
    ),
    (
        "Optional",
        &["docs/bundlers.md", "docs/benchmarks.md", "docs/architecture.md", "docs/testing.md"],
    ),
];

/// The file.
pub(super) fn page(workspace: &Workspace) -> Result<String> {
    let read = |name: &str| {
        fs::read_to_string(workspace.root.join(name))
            .with_context(|| format!("{name} can't be read"))
    };
    let listed: Vec<&str> = SECTIONS.iter().flat_map(|(_, pages)| *pages).copied().collect();
    for page in pages::names(workspace)? {
        if page.starts_with("docs/") && page.ends_with(".md") && !listed.contains(&page.as_str()) {
            bail!(
                "{page} is in no section of xtask/src/docs/llms.rs: put it where its reader looks for it"
            );
        }
    }
    let (title, about) = heading(&read("README.md")?);
    let mut text = format!(
        "# {title}\n\n> {about}\n\nREADME.md has the first steps. The links are relative to this file, in the repository \
         and in the npm package (`node_modules/dinerkit/`) alike.\n"
    );
    for (section, pages) in SECTIONS {
        text.push_str(&format!("\n## {section}\n\n"));
        for page in *pages {
            let (title, about) = heading(&read(page)?);
            text.push_str(&format!("- [{title}]({page}): {about}\n"));
        }
    }
    Ok(text)
}

/// A page's heading and its first paragraph, on one line and without its links, which would be
/// relative to the page.
fn heading(page: &str) -> (String, String) {
    let mut parts = page.split("\n\n");
    let title = parts.next().unwrap_or_default().trim_start_matches("# ").trim().to_owned();
    let mut about = parts.next().unwrap_or_default().trim().replace('\n', " ");
    while let Some((before, text, after)) = link(&about) {
        about = format!("{before}{text}{after}");
    }
    (title, about)
}

/// What stands before the first link of a text, the link's own text, and what stands after it.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("](")?;
    let (before, words) = before.rsplit_once('[')?;
    let (_, after) = rest.split_once(')')?;
    Some((before, words, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_is_named_by_its_heading_and_first_paragraph() {
        let page =
            "# The widget\n\nFor web\ndevelopers. [a.md](a.md#b) has [more](c.md).\n\nMore.\n";
        let (title, about) = heading(page);
        assert_eq!(title, "The widget");
        assert_eq!(about, "For web developers. a.md has more.");
    }
}
