//! No crate and no npm package that the project uses has a known vulnerability.
//!
//! The databases of advisories are on hosts that not every machine reaches. Where one can't be
//! fetched the lint says so in one line and passes; the release workflow asks it to fail instead.

use std::collections::BTreeMap;
use std::process::Stdio;

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::process::{Echo, command, run, step, tee};
use crate::setup;
use crate::workspace::Workspace;

/// Checks Cargo.lock against RustSec's database and package-lock.json against npm's. If `required`,
/// a database that can't be fetched is an error.
pub(crate) fn check(workspace: &Workspace, required: bool) -> Result<()> {
    let crates = crates(workspace, required);
    let packages = npm_packages(workspace, required);
    crates.and(packages)
}

fn crates(workspace: &Workspace, required: bool) -> Result<()> {
    let deny = setup::cargo_deny(workspace)?;
    let mut fetch = command(&deny, &workspace.root);
    let fetched = tee(fetch.args(["fetch", "db"]).stderr(Stdio::null()), |_| Echo::No)?;
    if !fetched.success() {
        return unchecked("crates", "RustSec's", required);
    }
    run(
        command(&deny, &workspace.root).args(["check", "--hide-inclusion-graph", "advisories"]),
        "a crate has an advisory: update it, or say in deny.toml why it does not reach us",
    )
}

fn npm_packages(workspace: &Workspace, required: bool) -> Result<()> {
    let mut audit = command("npm", &workspace.root);
    let mut report = String::new();
    // The status is the same for a vulnerability and for a registry that has no audit.
    tee(audit.args(["audit", "--json"]).stderr(Stdio::null()), |line| {
        report.push_str(line);
        report.push('\n');
        Echo::No
    })?;
    match vulnerable(&report) {
        None => unchecked("npm packages", "npm's", required),
        Some(found) if found.is_empty() => Ok(()),
        Some(found) => bail!(
            "npm packages have advisories, see `npm audit`: update them\n{}",
            found.join("\n")
        ),
    }
}

/// The packages that npm's report names, each with its severity; `None` if the registry gave none.
fn vulnerable(report: &str) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct Report {
        vulnerabilities: BTreeMap<String, Vulnerability>,
    }
    #[derive(Deserialize)]
    struct Vulnerability {
        severity: String,
    }
    let report: Report = serde_json::from_str(report).ok()?;
    let found = report.vulnerabilities.iter();
    Some(found.map(|(name, found)| format!("  {name}: {}", found.severity)).collect())
}

fn unchecked(what: &str, whose: &str, required: bool) -> Result<()> {
    if required {
        bail!("{whose} database of advisories can't be fetched: check the network");
    }
    step(
        "Unchecked",
        &format!("advisories of {what}: {whose} database can't be fetched from here"),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advisories_of_npm_are_told_from_a_registry_without_an_audit() {
        assert_eq!(vulnerable(r#"{"message":"405 Method Not Allowed","error":{}}"#), None);
        assert_eq!(vulnerable(""), None);
        assert_eq!(vulnerable(r#"{"vulnerabilities":{}}"#), Some(Vec::new()));
        let report = r#"{"vulnerabilities":{"left-pad":{"name":"left-pad","severity":"high"}}}"#;
        assert_eq!(vulnerable(report), Some(vec!["  left-pad: high".to_owned()]));
    }
}
