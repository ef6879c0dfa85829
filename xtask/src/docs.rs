//! The reference pages that are made from tables.

use std::fs;

use anyhow::{Context, Result};
use dinerkit::reference::{fields_page, gateway_page, issues_page};

use crate::process::{command, run as run_program, step};
use crate::workspace::Workspace;

/// Writes the pages.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    const GATEWAY: &str = "docs/gateway.md";
    let gateway = fs::read_to_string(workspace.root.join(GATEWAY))
        .with_context(|| format!("{GATEWAY} can't be read"))?;
    for (name, page) in [
        ("docs/fields.md", fields_page()),
        ("docs/issues.md", issues_page()),
        (GATEWAY, gateway_page(&gateway)),
    ] {
        fs::write(workspace.root.join(name), page)
            .with_context(|| format!("{name} can't be written"))?;
        step("Wrote", name);
    }
    run_program(
        command("node", &workspace.root).arg("server/reference.mjs"),
        "the table of the command's keys could not be written: see above",
    )
}
