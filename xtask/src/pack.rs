//! Makes the tarball that npm would publish.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::build;
use crate::process::{command, output, print, step};
use crate::workspace::Workspace;

/// What npm reports of the tarball.
#[derive(Deserialize)]
struct Packed {
    filename: String,
    size: u64,
    files: Vec<PackedFile>,
}

#[derive(Deserialize)]
struct PackedFile {
    path: String,
    size: u64,
}

/// Builds the package, packs it and lists its files. Puts in the widget's hashed files of the
/// `previous` release, if there is one.
pub(crate) fn run(workspace: &Workspace, previous: Option<&Path>) -> Result<()> {
    let (tarball, packed) = pack(workspace, previous)?;
    for file in &packed.files {
        print(&format!("{:>9}  {}", file.size, file.path));
    }
    print(&format!("{:>9}  {}", packed.size, tarball.display()));
    Ok(())
}

/// Builds the package and packs it; returns the tarball.
pub(crate) fn tarball(workspace: &Workspace) -> Result<PathBuf> {
    pack(workspace, None).map(|(tarball, _)| tarball)
}

fn pack(workspace: &Workspace, previous: Option<&Path>) -> Result<(PathBuf, Packed)> {
    build::package(workspace)?;
    if let Some(tarball) = previous {
        build::web::keep(workspace, tarball)?;
        build::inline::bundles(workspace)?;
    }
    let folder = workspace.target.join("npm");
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    step("Packing", "the npm package");
    let account = output(
        command("npm", &workspace.root)
            .args(["pack", "./pkg", "--json", "--loglevel=error", "--pack-destination"])
            .arg(&folder),
        "npm could not pack pkg/: see its message above",
    )?;
    let mut packed: Vec<Packed> =
        serde_json::from_str(&account).context("npm's account of the tarball is not understood")?;
    let Some(packed) = packed.pop() else { bail!("npm packed nothing: check pkg/package.json") };
    Ok((folder.join(&packed.filename), packed))
}
