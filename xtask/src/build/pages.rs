//! The pages of the package: the README, all of `docs/`, and what else is written for its readers.
//! They are the repository's own. A link to a file that the package does not have leads to the
//! repository instead, at the tag of the version.

use std::fs;

use anyhow::{Context, Result};

use super::{ALONG, copy};
use crate::workspace::Workspace;

/// The pages beside `docs/`.
const TOP: [&str; 2] = ["README.md", "llms.txt"];
/// Where files are found that the package does not have.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Copies the pages and [`ALONG`] into the package. A picture stays behind: the only one is as large as all pages
/// together.
pub(super) fn copy_along(workspace: &Workspace) -> Result<()> {
    let pages = names(workspace)?;
    let package = workspace.package();
    // A page that was deleted or renamed must not be published.
    let old = package.join("docs");
    if old.is_dir() {
        fs::remove_dir_all(&old).context("pkg/docs can't be emptied")?;
    }
    let packed: Vec<&str> = pages.iter().map(String::as_str).chain(ALONG).collect();
    let has = |path: &str| packed.iter().any(|file| is_in(file, path));
    for file in &packed {
        let (from, to) = (workspace.root.join(file), package.join(file));
        copy(&from, &to)?;
        if file.ends_with(".md") {
            let text =
                fs::read_to_string(&from).with_context(|| format!("{file} can't be read"))?;
            fs::write(&to, linked(file, &text, &has))
                .with_context(|| format!("pkg/{file} can't be written"))?;
        }
    }
    Ok(())
}

/// The pages by their paths in the repository: [`TOP`], and every file of `docs/` but its pictures.
pub(crate) fn names(workspace: &Workspace) -> Result<Vec<String>> {
    let docs = workspace.root.join("docs");
    let mut pages: Vec<String> = TOP.map(str::to_owned).into();
    for entry in fs::read_dir(&docs).context("docs/ can't be read")? {
        let entry = entry.context("docs/ can't be read")?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") || name.ends_with(".json") {
            pages.push(format!("docs/{name}"));
        }
    }
    pages.sort();
    Ok(pages)
}

/// Whether a path is a packed file or a folder that has it.
fn is_in(file: &str, path: &str) -> bool {
    file.strip_prefix(path.trim_end_matches('/'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The page with its links to files that the package does not have led to the repository.
fn linked(page: &str, text: &str, has: &dyn Fn(&str) -> bool) -> String {
    let mut is_code = false;
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        lines.push(if is_code || is_fence {
            line.to_owned()
        } else {
            linked_line(page, line, has)
        });
    }
    lines.join("\n")
}

fn linked_line(page: &str, line: &str, has: &dyn Fn(&str) -> bool) -> String {
    let mut parts = line.split("](");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_picture = whole.rsplit_once('[').is_some_and(|(before, _)| before.ends_with('!'));
        whole.push_str("](");
        let (target, rest) = part.split_once(')').unwrap_or((part, ""));
        let (path, _) = target.split_once('#').unwrap_or((target, ""));
        if !path.is_empty() && !path.contains(':') {
            let place = resolved(page, path);
            if !has(&place) {
                let kind = if is_picture { "raw" } else { "blob" };
                let fragment = target.strip_prefix(path).unwrap_or_default();
                whole.push_str(&format!("{REPOSITORY}/{kind}/v{VERSION}/{place}{fragment}"));
                whole.push_str(part.strip_prefix(target).unwrap_or(rest));
                continue;
            }
        }
        whole.push_str(part);
    }
    whole
}

/// A page's relative link as a path in the repository.
fn resolved(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_of_a_page_leads_to_the_repository_where_the_package_lacks_the_file() {
        let has = |path: &str| ["docs/a.md", "examples/bun"].contains(&path);
        let away = |path: &str| format!("{REPOSITORY}/blob/v{VERSION}/{path}");
        for (page, line, expected) in [
            (
                "docs/b.md",
                "see [a](a.md#x) and [b](#here)",
                "see [a](a.md#x) and [b](#here)".to_owned(),
            ),
            ("docs/b.md", "[bun](../examples/bun/)", "[bun](../examples/bun/)".to_owned()),
            (
                "docs/b.md",
                "[names](../src/names.rs#L1), [x](https://x.example/)",
                format!("[names]({}#L1), [x](https://x.example/)", away("src/names.rs")),
            ),
            ("README.md", "[c](CONTRIBUTING.md)", format!("[c]({})", away("CONTRIBUTING.md"))),
            (
                "README.md",
                "![p](docs/images/p.png)",
                format!("![p]({REPOSITORY}/raw/v{VERSION}/docs/images/p.png)"),
            ),
        ] {
            assert_eq!(linked(page, line, &has), expected);
        }
    }

    #[test]
    fn link_in_a_sample_stays() {
        let text = "```js\na[0](b.md)\n```";
        assert_eq!(linked("README.md", text, &|_| false), text);
    }

    #[test]
    fn folder_is_packed_with_a_file_of_its_own_only() {
        assert!(is_in("examples/bun/README.md", "examples/bun/"));
        assert!(is_in("docs/a.md", "docs/a.md"));
        assert!(!is_in("docs/a.md", "docs/a"));
    }
}
