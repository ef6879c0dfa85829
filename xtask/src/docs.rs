//! The reference pages that are made from tables.

use std::fs;

use anyhow::{Context, Result};
use dinerkit::reference::{fields_page, gateway_page, gateway_types, issues_page};

use crate::process::step;
use crate::workspace::Workspace;

/// Writes the pages.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    const GATEWAY: &str = "docs/gateway.md";
    const TYPES: &str = "pkg/types/gateway.d.ts";
    let written = |name: &str| {
        fs::read_to_string(workspace.root.join(name))
            .with_context(|| format!("{name} can't be read"))
    };
    for (name, page) in [
        ("docs/fields.md", fields_page()),
        ("docs/issues.md", issues_page()),
        (GATEWAY, gateway_page(&written(GATEWAY)?)),
        (TYPES, gateway_types(&written(TYPES)?)),
    ] {
        fs::write(workspace.root.join(name), page)
            .with_context(|| format!("{name} can't be written"))?;
        step("Wrote", name);
    }
    Ok(())
}
