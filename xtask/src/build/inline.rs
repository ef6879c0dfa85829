//! Builds the scripts that have files of the package inside, for servers that are bundled, for
//! bundlers that follow no addresses of files, and for `require`.
//!
//! | file in `dist` | what |
//! | --- | --- |
//! | `inline/NAME.js` | a module or a table: its default export is a function that returns the bytes |
//! | `server.js` | the entry for Node, Deno and Bun with all that it imports, but for the errors' classes |
//! | `inline/web.js` | the files of `dist/web`, as `lib/gateway/widget-files.js` reads them |
//! | `cjs/NAME.cjs` | an entry with all that it imports, for `require` |
//! | `cjs/types/NAME.d.cts` | its types |
//! | `web-types.json`, `html-custom-data.json` | what editors complete of `<diner-form>` |
//! | `inline.global.js` | rules and client as a classic script, with the global `dinerkit` |
//! | `NAME_bg.js` | advice for bundlers that take the module for one of their own |
//!
//! The work is done by `inline.mjs`, because esbuild is JavaScript.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::{command, run_aside};
use crate::workspace::Workspace;

/// Writes the modules and the tables as scripts. The widget has some of them inside.
pub(super) fn files(workspace: &Workspace) -> Result<()> {
    run(workspace, "files")
}

/// Writes the files of `dist/web` as a script, and bundles the entries, which import all of these
/// scripts.
pub(crate) fn bundles(workspace: &Workspace) -> Result<()> {
    run(workspace, "web")?;
    run(workspace, "bundles")
}

/// The table of phone numbers as it is in memory. It is published in scripts alone, because only
/// programs that have the package on their own disk load it.
pub(super) fn phones_plain(workspace: &Workspace) -> PathBuf {
    workspace.target.join("wasm").join("phones-plain.bin")
}

/// Runs a task of the script. It takes less than two seconds, so no stamp says whether it is needed.
fn run(workspace: &Workspace, task: &str) -> Result<()> {
    let script = workspace.root.join("xtask").join("src").join("build").join("inline.mjs");
    run_aside(
        command("node", &workspace.root)
            .arg(script)
            .arg(task)
            .arg(workspace.package())
            .arg(phones_plain(workspace)),
        "the scripts with files inside could not be made: see the message above",
    )
}
