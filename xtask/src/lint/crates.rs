//! The crates may be used: their licences, their versions and where they come from, as deny.toml
//! says.

use anyhow::Result;

use crate::process::{command, run};
use crate::setup;
use crate::workspace::Workspace;

/// Checks every crate of Cargo.lock with cargo-deny.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut deny = command(setup::cargo_deny(workspace)?, &workspace.root);
    deny.args(["--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]);
    run(&mut deny, "cargo-deny found something: correct it, or say in deny.toml why it may stay")
}
