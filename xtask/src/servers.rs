//! Starts the two servers that the demo and the tests need: the sandbox, and before it the demo
//! site with the gateway.

use std::path::PathBuf;
use std::sync::mpsc::Sender;

use anyhow::Result;

use crate::process::{Server, command, run_aside, step};
use crate::workspace::Workspace;

/// The user name of the sandbox's account, which protects nothing: the sandbox listens on this
/// machine alone.
pub(crate) const USERNAME: &str = "sandbox";
/// The password of the sandbox's account.
pub(crate) const PASSWORD: &str = "sandbox-password";

/// The token that opens the demo's desk. The demo listens on this machine alone too.
pub(crate) const DESK_TOKEN: &str = "desk";

/// How the sandbox behaves.
pub(crate) enum Sandbox {
    /// As the remote API does.
    Lifelike,
    /// Like `Lifelike`, without the limit of requests a minute.
    Unlimited,
    /// Like `Unlimited`, optimised.
    Fast,
    /// Like `Unlimited`, with the same Ids and clock at every start.
    Repeatable,
}

/// Compiles the sandbox and returns the program's path.
pub(crate) fn compile_sandbox(workspace: &Workspace) -> Result<PathBuf> {
    compile(workspace, "dev", "debug")
}

/// Compiles the sandbox with a profile of Cargo.toml, whose programs cargo puts into `folder`.
fn compile(workspace: &Workspace, profile: &str, folder: &str) -> Result<PathBuf> {
    step("Compiling", "the sandbox");
    run_aside(
        command("cargo", &workspace.root).args([
            "build",
            "--package=dinerkit-sandbox",
            "--profile",
            profile,
        ]),
        "the sandbox does not compile: correct it",
    )?;
    let name = format!("dinerkit-sandbox{}", std::env::consts::EXE_SUFFIX);
    Ok(workspace.target.join(folder).join(name))
}

/// Starts the sandbox with its records in a temporary file. Its ready line has `url` and `db`.
pub(crate) fn sandbox(
    workspace: &Workspace,
    kind: Sandbox,
    ended: Option<Sender<&'static str>>,
) -> Result<Server> {
    let program = match kind {
        Sandbox::Fast => compile(workspace, "load", "load"),
        _ => compile_sandbox(workspace),
    }?;
    let mut sandbox = command(program, &workspace.root);
    sandbox.args(["--port", "0", "--username", USERNAME, "--password", PASSWORD]);
    sandbox.args(match kind {
        Sandbox::Lifelike => &[] as &[&str],
        Sandbox::Unlimited | Sandbox::Fast => &["--rate-per-minute", "0"],
        Sandbox::Repeatable => &["--rate-per-minute", "0", "--seed"],
    });
    Server::start(&mut sandbox, "sandbox", &workspace.logs(), ended)
}

/// Starts the demo site before a sandbox. Its ready line has `url`.
pub(crate) fn site(
    workspace: &Workspace,
    sandbox: &Server,
    port: u16,
    ended: Option<Sender<&'static str>>,
) -> Result<Server> {
    let mut site = command("node", &workspace.root);
    site.arg("www/serve.mjs")
        .env("UPSTREAM_URL", sandbox.said("url")?)
        .env("SANDBOX_USERNAME", USERNAME)
        .env("SANDBOX_PASSWORD", PASSWORD)
        .env("DESK_TOKEN", DESK_TOKEN)
        .env("PORT", port.to_string());
    Server::start(&mut site, "site", &workspace.logs(), ended)
}
