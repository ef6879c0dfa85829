//! Makes the tarball that npm would publish.

mod names;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::build;
use crate::process::{command, output, print, step};
use crate::workspace::Workspace;

/// What npm reports of the tarball.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Packed {
    filename: String,
    /// Bytes of the tarball.
    pub(crate) size: u64,
    /// Bytes of its files.
    pub(crate) unpacked_size: u64,
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
    let beside = [sums_beside(&tarball), names::file(workspace)];
    for file in &packed.files {
        print(&format!("{:>9}  {}", file.size, file.path));
    }
    print(&format!("{:>9}  {}", packed.size, tarball.display()));
    print(&format!(
        "beside it, for a release: {}",
        beside.map(|file| file.display().to_string()).join(" and ")
    ));
    Ok(())
}

/// Builds the package and packs it; returns the tarball.
pub(crate) fn tarball(workspace: &Workspace) -> Result<PathBuf> {
    pack(workspace, None).map(|(tarball, _)| tarball)
}

/// Builds the package and packs it; returns what npm reports of the tarball.
pub(crate) fn packed(workspace: &Workspace) -> Result<Packed> {
    pack(workspace, None).map(|(_, packed)| packed)
}

fn pack(workspace: &Workspace, previous: Option<&Path>) -> Result<(PathBuf, Packed)> {
    build::package(workspace)?;
    if let Some(tarball) = previous {
        build::web::keep(workspace, tarball)?;
        build::bundles(workspace)?;
    }
    sums(workspace)?;
    let folder = workspace.target.join("npm");
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    step("Packing", "the npm package");
    let packed = npm_pack(workspace, &[OsStr::new("--pack-destination"), folder.as_os_str()])?;
    let tarball = folder.join(&packed.filename);
    build::copy(&workspace.package().join(SUMS), &sums_beside(&tarball))?;
    names::archive(workspace)?;
    Ok((tarball, packed))
}

/// The copy of the sums that a release has beside the tarball.
fn sums_beside(tarball: &Path) -> PathBuf {
    tarball.with_extension("SHA256SUMS")
}

/// Runs `npm pack`; returns its account of the tarball.
fn npm_pack(workspace: &Workspace, more: &[&OsStr]) -> Result<Packed> {
    let account = output(
        command("npm", &workspace.root)
            .args(["pack", "./pkg", "--json", "--loglevel=error"])
            .args(more),
        "npm could not pack pkg/: see its message above",
    )?;
    let mut packed: Vec<Packed> =
        serde_json::from_str(&account).context("npm's account of the tarball is not understood")?;
    let Some(packed) = packed.pop() else { bail!("npm packed nothing: check pkg/package.json") };
    Ok(packed)
}

/// The package's file of sums, and its name in the package.
const SUMS: &str = "dist/SHA256SUMS";

/// Writes the SHA-256 sums of all files that npm will pack, as `sha256sum --check` and
/// `dinerkit verify` read them. The file has no sum itself.
fn sums(workspace: &Workspace) -> Result<()> {
    let package = workspace.package();
    let packed = npm_pack(workspace, &[OsStr::new("--dry-run")])?;
    let mut lines = String::new();
    for PackedFile { path, .. } in packed.files.iter().filter(|file| file.path != SUMS) {
        let file = package.join(path);
        let bytes = fs::read(&file).with_context(|| format!("{} can't be read", file.display()))?;
        for byte in Sha256::digest(bytes) {
            write!(lines, "{byte:02x}")?;
        }
        writeln!(lines, "  {path}")?;
    }
    let file = package.join(SUMS);
    fs::write(&file, lines).with_context(|| format!("{} can't be written", file.display()))
}
