//! The reference pages that are made from tables.

use std::fs;

use anyhow::{Context, Result};
use dinerkit::reference::{fields_page, issues_page};

use crate::process::step;
use crate::workspace::Workspace;

/// Writes the pages.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    for (name, page) in [("docs/fields.md", fields_page()), ("docs/issues.md", issues_page())] {
        fs::write(workspace.root.join(name), page)
            .with_context(|| format!("{name} can't be written"))?;
        step("Wrote", name);
    }
    Ok(())
}
