//! Shows that a module of the package depends on its sources alone: a second, clean build in other
//! folders gives the same bytes. Without that nobody could compare a published module with its
//! commit, as `dinerkit verify --source` does.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::build::{self, GUEST, Module};
use crate::process::{command, output, run, step};
use crate::stamp::{Inputs, Stamp};
use crate::test::summary::Counts;
use crate::workspace::Workspace;

/// The smallest of the modules stands for all: they have the same flags and the same standard
/// library, whose compilation takes most of the time.
const MODULE: Module = GUEST;

/// Builds the module a second time, unless that was done for the same sources, and compares.
pub(super) fn check(workspace: &Workspace) -> Result<Counts> {
    build::module(workspace, MODULE)?;
    let name = format!("{}_bg.wasm", MODULE.name);
    let first = workspace.dist().join(&name);
    let inputs =
        ["Cargo.lock", "Cargo.toml", "rust-toolchain.toml", "src", "data", "xtask/src/build.rs"]
            .iter()
            .try_fold(Inputs::default(), |inputs, path| inputs.path(&workspace.root.join(path)))?;
    let folder = workspace.target.join("rebuild");
    let stamp =
        Stamp::new(workspace.target.join("wasm").join("rebuild.stamp"), inputs.path(&first)?);
    if stamp.is_fresh(&[]) {
        return Ok(Counts::ONE_PASSED);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("{} can't be removed", folder.display()))?;
    }
    let other = Workspace { root: folder.join("sources"), target: folder.join("output") };
    copy_sources(workspace, &other)?;
    step("Building", &format!("{} a second time, in {}", MODULE.name, folder.display()));
    let program = env::current_exe().context("xtask's own program can't be found")?;
    run(
        command(program, &other.root)
            .args(["module", MODULE.name])
            .env("CARGO_MANIFEST_DIR", other.root.join("xtask"))
            .env("CARGO_TARGET_DIR", &other.target)
            .env("CARGO_HOME", cargo_home(&folder)?),
        "the second build failed: see its messages above",
    )?;
    let second = other.dist().join(&name);
    let read =
        |file: &Path| fs::read(file).with_context(|| format!("{} can't be read", file.display()));
    if let Some(place) = difference(&read(&first)?, &read(&second)?) {
        bail!(
            "{} and {} differ from byte {place} on: something that is not in the sources is in a module",
            first.display(),
            second.display()
        );
    }
    fs::remove_dir_all(&folder)
        .with_context(|| format!("{} can't be removed", folder.display()))?;
    stamp.write()?;
    Ok(Counts::ONE_PASSED)
}

/// The first byte that is not the same; `None` if all are.
fn difference(one: &[u8], other: &[u8]) -> Option<usize> {
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    (same < one.len().max(other.len())).then_some(same)
}

/// Copies what git lists, and what is about to be committed. npm's tools stay where they are.
fn copy_sources(workspace: &Workspace, other: &Workspace) -> Result<()> {
    let files = output(
        command("git", &workspace.root).args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ]),
        "git could not list the sources: run xtask in a clone",
    )?;
    for file in files.split('\0').map(str::trim).filter(|file| !file.is_empty()) {
        let from = workspace.root.join(file);
        // A file that was deleted but not committed can't be copied.
        if from.is_file() {
            build::copy(&from, &other.root.join(file))?;
        }
    }
    link(&workspace.root.join("node_modules"), &other.root.join("node_modules"))
}

/// Another home of cargo in `folder`, with the crates and the settings of the machine's.
fn cargo_home(folder: &Path) -> Result<PathBuf> {
    let home = match env::var_os("CARGO_HOME") {
        Some(home) => PathBuf::from(home),
        None => env::home_dir().context("the home folder is not known")?.join(".cargo"),
    };
    ensure!(home.is_dir(), "{} is no home of cargo", home.display());
    let other = folder.join("cargo");
    fs::create_dir_all(&other).with_context(|| format!("{} can't be made", other.display()))?;
    for name in ["registry", "config.toml", "config"] {
        if home.join(name).exists() {
            link(&home.join(name), &other.join(name))?;
        }
    }
    Ok(other)
}

fn link(from: &Path, to: &Path) -> Result<()> {
    #[cfg(unix)]
    let linked = std::os::unix::fs::symlink(from, to);
    #[cfg(windows)]
    let linked = if from.is_dir() {
        std::os::windows::fs::symlink_dir(from, to)
    } else {
        std::os::windows::fs::symlink_file(from, to)
    };
    linked.with_context(|| format!("{} can't be linked to {}", to.display(), from.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn difference_is_the_first_byte_that_is_not_the_same() {
        for (one, other, expected) in [
            ("", "", None),
            ("abc", "abc", None),
            ("abc", "abd", Some(2)),
            ("abc", "ab", Some(2)),
            ("", "a", Some(0)),
        ] {
            assert_eq!(difference(one.as_bytes(), other.as_bytes()), expected, "{one} {other}");
        }
    }
}
