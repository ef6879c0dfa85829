//! The two servers that the demo and the tests stand on: the sandbox, and the demo site with the
//! gateway in front of it.

use std::path::PathBuf;
use std::sync::mpsc::Sender;

use anyhow::Result;

use crate::process::{Server, command, run_aside, step};
use crate::workspace::Workspace;

/// The sandbox's account. It guards nothing: the sandbox listens on this machine alone.
pub(crate) const USERNAME: &str = "sandbox";
/// Its password.
pub(crate) const PASSWORD: &str = "sandbox-password";

/// What opens the demo's desk. The demo, too, listens on this machine alone.
pub(crate) const DESK_TOKEN: &str = "desk";

/// How the sandbox is to behave.
pub(crate) enum Sandbox {
    /// As the remote API does.
    Lifelike,
    /// The same, without the limit of requests a minute.
    Unlimited,
    /// The same, optimised.
    Fast,
    /// The same ids and clock at every start, without the limit of requests a minute.
    Repeatable,
}

/// Compiles the sandbox and returns the program.
pub(crate) fn compile_sandbox(workspace: &Workspace) -> Result<PathBuf> {
    compile(workspace, "dev", "debug")
}

/// Compiles it by a profile of Cargo.toml, whose programs go into `folder`.
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

/// Starts the sandbox, its records in a temporary file; its ready line says `url` and `db`.
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

/// Starts the demo site before the sandbox; its ready line says `url`.
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
