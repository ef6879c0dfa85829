//! docs/bundlers.md tells of the version that is published next.

use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::workspace::Workspace;

/// Where the results of all fixtures are.
const PAGE: &str = "docs/bundlers.md";

/// Compares the page's version with that of pkg/package.json.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    #[derive(Deserialize)]
    struct Package {
        version: String,
    }
    let read = |path: &str| {
        fs::read_to_string(workspace.root.join(path))
            .with_context(|| format!("{path} can't be read: run xtask in a complete checkout"))
    };
    let package: Package = serde_json::from_str(&read("pkg/package.json")?)
        .context("pkg/package.json is not understood")?;
    let page = read(PAGE)?;
    match version(&page) {
        Some(version) if version == package.version => Ok(()),
        version => bail!(
            "{PAGE} tells of {}, and pkg/package.json is {}: run `cargo xtask test consumers --all`",
            version.unwrap_or("no version"),
            package.version
        ),
    }
}

/// The version in the line `dinerkit VERSION, commit COMMIT, DATE`.
fn version(page: &str) -> Option<&str> {
    page.lines()
        .find_map(|line| line.strip_prefix("dinerkit ")?.split_once(", commit "))
        .map(|it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_version_of_a_page() {
        let page =
            "# Title\n\nFor dinerkit 9.9.9, commit x.\n\ndinerkit 0.1.0, commit abc, 2026-11-29\n";
        assert_eq!(version(page), Some("0.1.0"));
        assert_eq!(version("dinerkit 0.1.0\n"), None);
    }
}
