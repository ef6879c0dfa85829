//! Both manifests lead a stranger to the same place, and the crate packs without a warning.

use std::fs::{self, File};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{command, output, run};
use crate::workspace::Workspace;

/// How many files the crate's package may have: its own, and a good many more. Without the list
/// `include` in Cargo.toml it would have those of the whole repository.
const FILES_MAX: usize = 250;

/// Checks the addresses in pkg/package.json, which follow from the one in Cargo.toml.
pub(crate) fn addresses(workspace: &Workspace) -> Result<()> {
    let read = |path: &str| {
        fs::read_to_string(workspace.root.join(path))
            .with_context(|| format!("{path} can't be read: run xtask in a complete checkout"))
    };
    let cargo: toml::Value =
        toml::from_str(&read("Cargo.toml")?).context("Cargo.toml is not understood")?;
    let npm: Value = serde_json::from_str(&read("pkg/package.json")?)
        .context("pkg/package.json is not understood")?;
    let shared = cargo.get("workspace").and_then(|workspace| workspace.get("package"));
    let repository = shared.and_then(|package| package.get("repository")?.as_str());
    let repository = repository.context("Cargo.toml: [workspace.package] takes a repository")?;
    let problems = address_problems(repository, &npm);
    if problems.is_empty() {
        return Ok(());
    }
    bail!(
        "pkg/package.json does not lead to the repository of Cargo.toml:\n{}",
        problems.join("\n")
    )
}

/// The members of package.json that differ from what follows from the repository's address.
fn address_problems(repository: &str, npm: &Value) -> Vec<String> {
    let expected = [
        // npm checks the provenance of a package by this address. It has no `directory`: the README
        // is the repository's own, and its links begin at the repository's root.
        ("/repository/url", format!("git+{repository}.git")),
        ("/homepage", format!("{repository}#readme")),
        ("/bugs/url", format!("{repository}/issues")),
    ];
    expected
        .into_iter()
        .filter(|(path, value)| npm.pointer(path).and_then(Value::as_str) != Some(value))
        .map(|(path, value)| {
            format!("  {} takes {value}", path.trim_start_matches('/').replace('/', "."))
        })
        .collect()
}

/// Packs the crate, and builds it from its package.
pub(crate) fn crate_package(workspace: &Workspace) -> Result<()> {
    // What is not committed is packed too: the lint is for what is about to be committed.
    let mut package = command("cargo", &workspace.root);
    package.args(["package", "--package=dinerkit", "--allow-dirty"]);
    let folder = workspace.logs();
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let log = folder.join("cargo-package.log");
    let file = File::create(&log).with_context(|| format!("{} can't be written", log.display()))?;
    let ended = run(package.stderr(file), "the crate can't be packed");
    let said =
        fs::read_to_string(&log).with_context(|| format!("{} can't be read", log.display()))?;
    ended.with_context(|| said.trim_end().to_owned())?;
    let warnings: Vec<&str> = said.lines().filter(|line| line.starts_with("warning")).collect();
    if !warnings.is_empty() {
        bail!("`cargo package` warns: correct Cargo.toml:\n{}", warnings.join("\n"));
    }
    let files = output(
        command("cargo", &workspace.root).args(["package", "--list", "--allow-dirty"]),
        "cargo could not list the files of the crate: see its message above",
    )?;
    let count = files.lines().count();
    if count > FILES_MAX {
        bail!(
            "the crate would have {count} files: leave out of `include` in Cargo.toml what it does not need"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_follow_from_the_repository() {
        let repository = "https://git.example/a/b";
        let whole = json!({
            "repository": { "url": "git+https://git.example/a/b.git" },
            "homepage": "https://git.example/a/b#readme",
            "bugs": { "url": "https://git.example/a/b/issues" },
        });
        assert_eq!(address_problems(repository, &whole), [""; 0]);
        assert_eq!(address_problems("https://git.example/a/c", &whole).len(), 3);
        assert_eq!(
            address_problems(repository, &json!({ "homepage": "https://git.example/a/b#readme" })),
            [
                "  repository.url takes git+https://git.example/a/b.git",
                "  bugs.url takes https://git.example/a/b/issues",
            ]
        );
    }
}
