//! The reference pages, and the parts of other files, that are made from tables.

use std::fs;

use anyhow::{Context, Result};
use dinerkit::reference::{
    client_page, fields_page, gateway_page, gateway_types, issues_page, reference_json, types_page,
};

use crate::process::step;
use crate::workspace::Workspace;

/// Writes the pages.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    const CLIENT: &str = "docs/client.md";
    const GATEWAY: &str = "docs/gateway.md";
    const TYPES: &str = "pkg/types/index.d.ts";
    const GATEWAY_TYPES: &str = "pkg/types/gateway.d.ts";
    let read = |name: &str| {
        fs::read_to_string(workspace.root.join(name))
            .with_context(|| format!("{name} can't be read"))
    };
    for (name, page) in [
        ("docs/fields.md", fields_page()),
        ("docs/issues.md", issues_page()),
        ("docs/reference.json", reference_json()),
        (CLIENT, client_page(&read(CLIENT)?)),
        (GATEWAY, gateway_page(&read(GATEWAY)?)),
        (TYPES, types_page(&read(TYPES)?)),
        (GATEWAY_TYPES, gateway_types(&read(GATEWAY_TYPES)?)),
    ] {
        fs::write(workspace.root.join(name), page)
            .with_context(|| format!("{name} can't be written"))?;
        step("Wrote", name);
    }
    Ok(())
}
