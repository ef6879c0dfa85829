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
            "docs/api.md",
            "docs/fields.md",
            "docs/issues.md",
        ],
    ),
    ("At the edge", &["docs/gateway.md", "docs/security.md", "docs/verify.md"]),
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

/// A page's heading and its first paragraph, on one line.
fn heading(page: &str) -> (String, String) {
    let mut parts = page.split("\n\n");
    let title = parts.next().unwrap_or_default().trim_start_matches("# ").trim().to_owned();
    (title, parts.next().unwrap_or_default().trim().replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_is_named_by_its_heading_and_first_paragraph() {
        let (title, about) = heading("# The widget\n\nFor web\ndevelopers.\n\nMore.\n");
        assert_eq!((title.as_str(), about.as_str()), ("The widget", "For web developers."));
    }
}
