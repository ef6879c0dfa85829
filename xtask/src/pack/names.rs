//! Makes the archive by which the stack of a fault in the field gets names: the functions of each
//! module, the source maps of the scripts that are minified, and the script that reads both. It is
//! published beside the package, not in it, because no program needs it to run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::build;
use crate::process::{command, run_aside, step};
use crate::workspace::Workspace;

/// Scripts that a gateway changes when it serves them, and the mark that it replaces.
const SERVED: [(&str, &str); 1] = [("web/dinerkit/diner-form.js", "%DINERKIT_GATEWAY%")];

/// The archive's name, and the folder in it.
const STEM: &str = concat!("dinerkit-", env!("CARGO_PKG_VERSION"), "-names");

/// The folder where the archive is made.
fn parent(workspace: &Workspace) -> PathBuf {
    workspace.target.join("names")
}

/// The archive's path.
pub(super) fn file(workspace: &Workspace) -> PathBuf {
    parent(workspace).join(format!("{STEM}.tgz"))
}

/// Makes the archive of the package that was built last.
pub(super) fn archive(workspace: &Workspace) -> Result<()> {
    step("Packing", "the names of functions and scripts");
    let parent = parent(workspace);
    let folder = parent.join(STEM);
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("{} can't be removed", folder.display()))?;
    }
    let dist = workspace.dist();
    for module in build::PUBLISHED {
        let list = build::functions_file(workspace, module);
        build::copy(&list, &folder.join(format!("{}.functions", module.name)))?;
    }
    build::copy_folder(&build::maps(workspace), &folder.join("maps"))?;
    build::copy(&dist.join("build.json"), &folder.join("build.json"))?;
    let script = workspace.root.join("xtask").join("src").join("pack").join("names.mjs");
    build::copy(&script, &folder.join("names.mjs"))?;
    write_marks(&dist, &folder.join("marks.json"))?;
    let mut tar = command("tar", &workspace.root);
    tar.arg("-czf").arg(file(workspace)).arg("-C").arg(&parent).arg(STEM);
    run_aside(&mut tar, "the archive of names could not be made: see the message above")
}

/// Writes in which column of a script its mark is.
fn write_marks(dist: &Path, file: &Path) -> Result<()> {
    let mut marks = BTreeMap::new();
    for (script, mark) in SERVED {
        let text = fs::read_to_string(dist.join(script))
            .with_context(|| format!("{script} can't be read"))?;
        let (before, _) =
            text.split_once(mark).with_context(|| format!("{script} has no {mark}"))?;
        marks.insert(script, before.encode_utf16().count());
    }
    let text = serde_json::to_string(&marks).context("the marks can't be written as JSON")?;
    fs::write(file, text).with_context(|| format!("{} can't be written", file.display()))
}
