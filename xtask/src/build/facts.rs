//! Says which build this is: of which commit, and made with what.
//!
//! | file in `dist` | for |
//! | --- | --- |
//! | `build.js` | `buildInfo()` and reports of faults |
//! | `build.json` | people and `dinerkit verify`: the same, with the tools that made it |
//!
//! The commit is in no module: the modules of two commits with the same sources are the same, byte
//! for byte.

use std::fs;

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;

use crate::process::{command, output};
use crate::workspace::Workspace;

/// What the package says of its own build.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    #[serde(flatten)]
    checkout: Checkout,
    /// The version of upstream's metadata, from which the phone rules are made.
    phone_metadata: String,
}

/// What git says of the sources.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Checkout {
    /// The commit's full hash. `None` without git, as in an unpacked archive of the sources.
    commit: Option<String>,
    /// Whether a file differs from the commit, or is none of its files and not ignored.
    dirty: Option<bool>,
}

/// The tools whose versions can change the bytes of the package. Those that npm installs have their
/// versions in package-lock.json.
#[derive(Debug, Serialize)]
struct Tools {
    node: String,
    rustc: String,
}

#[derive(Serialize)]
struct Account<'a> {
    version: &'a str,
    #[serde(flatten)]
    facts: &'a Facts,
    tools: Tools,
}

/// Writes both files.
pub(super) fn write(workspace: &Workspace) -> Result<()> {
    let facts =
        Facts { checkout: checkout(workspace)?, phone_metadata: phone_metadata(workspace)? };
    let account =
        Account { version: env!("CARGO_PKG_VERSION"), facts: &facts, tools: tools(workspace)? };
    let unwritable = || "the facts of the build can't be written as JSON";
    let script = serde_json::to_string(&facts).with_context(unwritable)?;
    let text = serde_json::to_string_pretty(&account).with_context(unwritable)?;
    let dist = workspace.dist();
    for (name, content) in
        [("build.js", format!("export default {script};\n")), ("build.json", format!("{text}\n"))]
    {
        let file = dist.join(name);
        fs::write(&file, content)
            .with_context(|| format!("{} can't be written", file.display()))?;
    }
    Ok(())
}

/// What git says of the checkout, if it is one. In an archive of the sources that was unpacked
/// inside another checkout, git would answer for that one.
fn checkout(workspace: &Workspace) -> Result<Checkout> {
    if !workspace.root.join(".git").exists() {
        return Ok(Checkout::default());
    }
    let git = |words: &[&str]| {
        output(
            command("git", &workspace.root).args(words),
            "git could not say which commit this is: see its message above",
        )
    };
    let commit = git(&["rev-parse", "HEAD"])?.trim().to_owned();
    let changes = git(&["status", "--porcelain"])?;
    Ok(Checkout { commit: Some(commit), dirty: Some(!changes.is_empty()) })
}

fn phone_metadata(workspace: &Workspace) -> Result<String> {
    let file = workspace.root.join("data").join("phone").join("metadata.json");
    let text =
        fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))?;
    let metadata: Value =
        serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))?;
    let version = metadata.pointer("/source/version").and_then(Value::as_str);
    version.map(str::to_owned).with_context(|| format!("{} names no version", file.display()))
}

fn tools(workspace: &Workspace) -> Result<Tools> {
    let version = |program: &str| {
        let said = output(
            command(program, &workspace.root).arg("--version"),
            &format!("{program} could not say its version: check its installation"),
        )?;
        Ok::<_, anyhow::Error>(said.trim().to_owned())
    };
    Ok(Tools { node: version("node")?, rustc: version("rustc")? })
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use super::*;

    fn git(folder: &Path, words: &[&str]) {
        let mut git = Command::new("git");
        git.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]);
        assert!(git.args(words).status().unwrap().success());
    }

    #[test]
    fn checkout_has_its_commit_and_says_whether_a_file_differs() {
        let root = std::env::temp_dir().join(format!("xtask-facts-{}", std::process::id()));
        fs::create_dir_all(root.join("inside")).unwrap();
        let look = |root: &Path| {
            checkout(&Workspace { root: root.to_owned(), target: root.join("target") }).unwrap()
        };
        assert_eq!(look(&root), Checkout::default(), "no git");

        git(&root, &["init", "--quiet"]);
        fs::write(root.join("a"), "1").unwrap();
        fs::write(root.join(".gitignore"), "/target/\n").unwrap();
        git(&root, &["add", "."]);
        git(&root, &["commit", "--quiet", "--message=a"]);
        let clean = look(&root);
        assert_eq!(clean.commit.as_deref().map(str::len), Some(40));
        assert_eq!(clean.dirty, Some(false));
        assert_eq!(look(&root.join("inside")), Checkout::default(), "inside another checkout");

        fs::create_dir_all(root.join("target")).unwrap();
        fs::write(root.join("target").join("ignored"), "").unwrap();
        assert_eq!(look(&root), clean, "an ignored file");
        fs::write(root.join("a"), "2").unwrap();
        assert_eq!(look(&root), Checkout { commit: clean.commit.clone(), dirty: Some(true) });
        fs::write(root.join("a"), "1").unwrap();
        fs::write(root.join("b"), "").unwrap();
        assert_eq!(look(&root).dirty, Some(true), "a new file");
        fs::remove_dir_all(root).unwrap();
    }
}
