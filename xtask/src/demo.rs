//! Runs everything on this machine, to look at or to check.

use std::sync::mpsc;

use anyhow::{Result, bail};

use crate::process::{Server, command, interrupted, print, run as run_program, step};
use crate::servers::{self, Sandbox};
use crate::workspace::Workspace;
use crate::{build, setup};

/// Starts everything, prints the addresses and waits for Ctrl-C. Port 0 means any free port.
pub(crate) fn run(workspace: &Workspace, port: u16) -> Result<()> {
    build::package(workspace)?;
    let (ended, any) = mpsc::channel();
    let sandbox = servers::sandbox(workspace, Sandbox::Lifelike, Some(ended.clone()))?;
    let site = servers::site(workspace, &sandbox, port, Some(ended))?;
    print_addresses(workspace, &sandbox, &site)?;

    let first = any.recv();
    if interrupted() {
        return Ok(());
    }
    match first {
        Ok(name) => bail!("the {name} ended by itself: see its log in target/logs"),
        Err(_) => bail!("both servers ended by themselves: see their logs in target/logs"),
    }
}

fn print_addresses(workspace: &Workspace, sandbox: &Server, site: &Server) -> Result<()> {
    print(&format!("\n  a restaurant's booking page   {}", site.said("demo")?));
    let token = servers::DESK_TOKEN;
    print(&format!("  the staff's desk              {} (token: {token})", site.said("desk")?));
    print(&format!("  the remote API's stand-in     {}", sandbox.said("url")?));
    print(&format!("  its SQLite database           {}", sandbox.said("db")?));
    print(&format!("  the servers' logs             {}", workspace.logs().display()));
    print("\n  Ctrl-C ends all of it.\n");
    Ok(())
}

/// Books a guest through the widget in a headless browser, by keyboard alone. Prints one line of
/// JSON that says whether SQLite then holds the record as it was typed.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    build::package(workspace)?;
    let chrome = setup::chrome(workspace)?;
    let sandbox = servers::sandbox(workspace, Sandbox::Lifelike, None)?;
    let site = servers::site(workspace, &sandbox, 0, None)?;
    step("Checking", "that a guest can be booked through the widget");
    run_program(
        command("node", &workspace.root)
            .arg("tests/e2e/check.mjs")
            .env("CHROME", chrome)
            .env("DEMO_URL", site.said("url")?)
            .env("DB", sandbox.said("db")?),
        "the guest was not booked: see the reason above and the logs in target/logs",
    )
}
