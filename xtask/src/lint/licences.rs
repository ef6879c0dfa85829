//! What we use and what we ship may be used and shipped under our own licence.

use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use spdx::{Expression, LicenseReq, ParseMode};

use crate::process::{command, output};
use crate::workspace::Workspace;

/// Licences that MIT OR Apache-2.0 code may stand on without a condition that reaches its users'
/// own code.
const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "NCSA",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
}

/// Checks every crate of the lock file, and every npm package that a user of ours would install.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut refused = crates(workspace)?;
    refused.extend(npm_packages(workspace)?);
    if refused.is_empty() {
        return Ok(());
    }
    bail!(
        "licences that are not on the list of xtask/src/lint/licences.rs:\n{}",
        refused.join("\n")
    )
}

fn crates(workspace: &Workspace) -> Result<Vec<String>> {
    let metadata = output(
        command("cargo", &workspace.root).args(["metadata", "--format-version=1", "--locked"]),
        "cargo could not list the crates: check that Cargo.lock is up to date",
    )?;
    let metadata: Metadata =
        serde_json::from_str(&metadata).context("cargo's list of crates is not understood")?;
    Ok(metadata
        .packages
        .iter()
        .filter_map(|package| refuse(&package.name, &package.version, package.license.as_deref()))
        .collect())
}

/// The lock file names a licence for each package; what is not `dev` is installed with ours.
fn npm_packages(workspace: &Workspace) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Lock {
        packages: std::collections::BTreeMap<String, Locked>,
    }
    #[derive(Deserialize)]
    struct Locked {
        #[serde(default)]
        version: String,
        license: Option<String>,
        #[serde(default)]
        dev: bool,
        #[serde(default)]
        link: bool,
    }
    let text = fs::read_to_string(workspace.root.join("package-lock.json"))
        .context("package-lock.json can't be read: run xtask in a complete checkout")?;
    let lock: Lock = serde_json::from_str(&text).context("package-lock.json is not understood")?;
    Ok(lock
        .packages
        .iter()
        .filter(|(_, locked)| !locked.dev && !locked.link)
        .filter_map(|(path, locked)| refuse(path, &locked.version, locked.license.as_deref()))
        .collect())
}

/// What is wrong with a package's licence, if anything.
pub(crate) fn refuse(name: &str, version: &str, licence: Option<&str>) -> Option<String> {
    let Some(licence) = licence else { return Some(format!("  {name} {version}: none named")) };
    (!is_allowed(licence)).then(|| format!("  {name} {version}: {licence}"))
}

fn is_allowed(licence: &str) -> bool {
    // Lax, because older crates write `MIT/Apache-2.0`.
    let Ok(expression) = Expression::parse_mode(licence, ParseMode::LAX) else { return false };
    expression.evaluate(|required: &LicenseReq| {
        required.license.id().is_some_and(|id| ALLOWED.contains(&id.name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_choice_and_all_of_a_sum_must_be_allowed() {
        for licence in
            ["MIT", "MIT/Apache-2.0", "GPL-3.0-only OR MIT", "(MIT OR Apache-2.0) AND Unicode-3.0"]
        {
            assert!(is_allowed(licence), "{licence}");
        }
        for licence in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "SEE LICENSE IN FILE", ""] {
            assert!(!is_allowed(licence), "{licence}");
        }
        assert_eq!(refuse("a", "1.0.0", None).unwrap(), "  a 1.0.0: none named");
    }
}
