//! The npm packages that users of ours install, or that our tarball holds, may be used under the
//! licences that deny.toml allows. cargo-deny checks the crates against the same list.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use spdx::{Expression, LicenseReq};

use crate::workspace::Workspace;

/// The names of the licences that are allowed.
pub(crate) struct Allowed(Vec<String>);

impl Allowed {
    /// Reads the list of deny.toml.
    pub(crate) fn read(workspace: &Workspace) -> Result<Self> {
        #[derive(Deserialize)]
        struct Deny {
            licenses: Licences,
        }
        #[derive(Deserialize)]
        struct Licences {
            allow: Vec<String>,
        }
        let text = fs::read_to_string(workspace.root.join("deny.toml"))
            .context("deny.toml can't be read: run xtask in a complete checkout")?;
        let deny: Deny = toml::from_str(&text).context("deny.toml is not understood")?;
        Ok(Self(deny.licenses.allow))
    }

    /// One line that says what is wrong with a package's licence; `None` if it is allowed.
    pub(crate) fn refuse(
        &self,
        name: &str,
        version: &str,
        licence: Option<&str>,
    ) -> Option<String> {
        match licence {
            None => Some(format!("  {name} {version}: no licence")),
            Some(licence) if self.allows(licence) => None,
            Some(licence) => Some(format!("  {name} {version}: {licence}")),
        }
    }

    fn allows(&self, licence: &str) -> bool {
        let Ok(expression) = Expression::parse(licence) else { return false };
        expression.evaluate(|required: &LicenseReq| {
            required.license.id().is_some_and(|id| self.0.iter().any(|allowed| allowed == id.name))
        })
    }
}

/// Checks every package of package-lock.json that is installed with ours. The file names each
/// package's licence, and marks as `dev` those that only the workspace installs.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    #[derive(Deserialize)]
    struct Lock {
        packages: BTreeMap<String, Locked>,
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
    let allowed = Allowed::read(workspace)?;
    let refused: Vec<String> = lock
        .packages
        .iter()
        .filter(|(_, locked)| !locked.dev && !locked.link)
        .filter_map(|(path, locked)| {
            allowed.refuse(path, &locked.version, locked.license.as_deref())
        })
        .collect();
    if refused.is_empty() {
        return Ok(());
    }
    bail!("licences that deny.toml does not allow:\n{}", refused.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licence_needs_one_of_a_choice_and_all_of_a_sum() {
        let allowed = Allowed(["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned).into());
        for licence in ["MIT", "GPL-3.0-only OR MIT", "(MIT OR Apache-2.0) AND Unicode-3.0"] {
            assert!(allowed.allows(licence), "{licence}");
        }
        for licence in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "SEE LICENSE IN FILE", ""] {
            assert!(!allowed.allows(licence), "{licence}");
        }
        assert_eq!(allowed.refuse("a", "1.0.0", None).unwrap(), "  a 1.0.0: no licence");
    }

    #[test]
    fn licence_list_of_deny_toml_is_read() {
        let allowed = Allowed::read(&Workspace::find().unwrap()).unwrap();
        assert_eq!(allowed.refuse("a", "1.0.0", Some("MIT OR Apache-2.0")), None);
    }
}
