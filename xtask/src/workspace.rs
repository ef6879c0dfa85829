//! The repository's folders, and how xtask was called, for every other module.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The target that the browser and gateway builds compile for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The folders of one checkout.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// The checkout. Every command runs here.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, which also holds what xtask installs for itself.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// The checkout that `cargo xtask` was called in.
    pub(crate) fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .context("xtask needs cargo's environment: run it as `cargo xtask`")?;
        let root = Path::new(&manifest)
            .parent()
            .context("xtask's own folder has no parent: run it as `cargo xtask`")?
            .to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root.join(dir),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The folder of the npm package.
    pub(crate) fn package(&self) -> PathBuf {
        self.root.join("pkg")
    }

    /// The package's build output.
    pub(crate) fn dist(&self) -> PathBuf {
        self.package().join("dist")
    }

    /// The programs that npm installed.
    pub(crate) fn npm_bin(&self) -> PathBuf {
        self.root.join("node_modules").join(".bin")
    }

    /// The programs that xtask installed without replacing the machine's own.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The logs of the servers that xtask starts.
    pub(crate) fn logs(&self) -> PathBuf {
        self.target.join("logs")
    }

    /// The JUnit report of a suite's last run.
    pub(crate) fn report(&self, suite: &str) -> PathBuf {
        self.target.join("reports").join(format!("{suite}.xml"))
    }
}

/// The command as it was typed, for messages that say to run it again.
pub(crate) fn again() -> String {
    let mut words = vec!["cargo xtask".to_owned()];
    words.extend(env::args().skip(1));
    words.join(" ")
}
