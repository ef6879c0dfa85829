//! The reference pages, and the parts of other files, that are made from tables and types.

mod api;
mod element;
mod llms;
mod sizes;

use std::fs;

use anyhow::{Context, Result, bail};
use dinerkit::reference::{
    client_page, fields_page, gateway_page, gateway_types, issues_page, reference_json, types_page,
};

use crate::process::step;
use crate::workspace::Workspace;

/// Writes the pages.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    // The types come first, because `docs/api.md` is made from them.
    for (name, page) in tables(workspace)? {
        write(workspace, name, &page)?;
    }
    for (name, make) in OTHERS {
        write(workspace, name, &make(workspace)?)?;
    }
    Ok(())
}

/// Fails where a page is not what [`run`] would write.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut pages = tables(workspace)?;
    for (name, make) in OTHERS {
        pages.push((name, make(workspace)?));
    }
    let mut old = Vec::new();
    for (name, page) in pages {
        if read(workspace, name)? != page {
            old.push(name);
        }
    }
    if old.is_empty() {
        return Ok(());
    }
    bail!("not as their sources have it: {}; run `cargo xtask docs`", old.join(", "));
}

/// The pages that are made from other pages and files, in this order.
const OTHERS: [(&str, Make); 4] = [
    ("README.md", sizes::page),
    ("docs/widget.md", element::page),
    ("docs/api.md", api::page),
    ("llms.txt", llms::page),
];

type Make = fn(&Workspace) -> Result<String>;

/// The pages that the crate makes from its tables.
fn tables(workspace: &Workspace) -> Result<Vec<(&'static str, String)>> {
    const CLIENT: &str = "docs/client.md";
    const GATEWAY: &str = "docs/gateway.md";
    const TYPES: &str = "pkg/types/index.d.ts";
    const GATEWAY_TYPES: &str = "pkg/types/gateway.d.ts";
    Ok(vec![
        ("docs/fields.md", fields_page()),
        ("docs/issues.md", issues_page()),
        ("docs/reference.json", reference_json()),
        (CLIENT, client_page(&read(workspace, CLIENT)?)),
        (GATEWAY, gateway_page(&read(workspace, GATEWAY)?)),
        (TYPES, types_page(&read(workspace, TYPES)?)),
        (GATEWAY_TYPES, gateway_types(&read(workspace, GATEWAY_TYPES)?)),
    ])
}

fn read(workspace: &Workspace, name: &str) -> Result<String> {
    fs::read_to_string(workspace.root.join(name)).with_context(|| format!("{name} can't be read"))
}

fn write(workspace: &Workspace, name: &str, page: &str) -> Result<()> {
    fs::write(workspace.root.join(name), page)
        .with_context(|| format!("{name} can't be written"))?;
    step("Wrote", name);
    Ok(())
}
