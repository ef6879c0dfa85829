//! Builds `dist/web`, the widget's files as a web server hands them out under `/dinerkit/`, for
//! `dinerkit gateway`, for the static assets of other platforms, and for whoever hosts them.
//!
//! | file | what |
//! | --- | --- |
//! | `dinerkit/diner-form.js` | the one script that a page embeds: `www/widget/served.js` with all that it imports, as a classic script |
//! | `dinerkit/later-HASH.js` | what the form needs once its fields are drawn: `www/widget/served-later.js`, as a module |
//! | `dinerkit/guest-HASH.wasm`, `dinerkit/guest-HASH.bin` | the module and its tables |
//! | `dinerkit/TAG-first-HASH.json` | the words of one language that the form needs when it is drawn, as `default`, and the `integrity` of the other file; English is in the two scripts |
//! | `dinerkit/TAG-later-HASH.json` | the other words of the language |
//! | `….br`, `….gz` | each of them compressed as well as can be, where that makes it smaller |
//! | `files.json` | `[{ name, type, integrity }]`: the names in `dinerkit/`. The script has no integrity, because a gateway writes its address into it |
//! | `_headers` | the same headers as the gateway's, as Cloudflare's static assets read them |
//!
//! What `www/widget/served.js` may rely on:
//! - `__HASHES__` is `{ module, tables, later, words: { TAG } }`: for each file the HASH of its name, which is
//!   the SHA-256 of the whole file in base64url. The script makes from it the `integrity` that the
//!   browser checks. Both files of a language have the HASH of the first one, which holds the
//!   digest of the later one: the script can ask for both at once, and is 400 bytes smaller than
//!   with two hashes for each language.
//! - `"%DINERKIT_GATEWAY%"` occurs once in the script. A gateway that serves the script writes its
//!   address in place of the mark, as `//booking.example/` or the option `publicUrl`, always with a
//!   slash at its end. A copy that begins with `%` was not served by a gateway.
//! - `import words from "guest-words"` brings the English words that the form needs when it is drawn
//!   (`www/widget/first-words.js`), and in the later script the others.
//! - `pkg/dist/fields.js` is `guest-data.js`, which has the rows of a guest's fields and less of each; in the later script
//!   it is `www/widget/facts-of-first.js`, which the element gives the same facts.
//! - `import style from "dinerkit/widget.css"` brings the style as minified text.
//!
//! The work is done by `web.mjs`, because esbuild, zlib and the locales are JavaScript.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::recipe;
use crate::process::{command, run_aside, step};
use crate::stamp::Stamp;
use crate::workspace::Workspace;

/// Builds the folder, if what it is made of has changed.
pub(super) fn make(workspace: &Workspace) -> Result<()> {
    let dist = workspace.dist();
    let inputs = recipe(workspace)?
        .path(&script(workspace))?
        .path(&workspace.root.join("www").join("widget"))?
        .path(&workspace.package().join("lib"))?;
    let inputs = ["guest.js", "guest-data.js", "guest_bg.wasm", "guest.bin", "fields.js"]
        .iter()
        .try_fold(inputs, |inputs, file| inputs.path(&dist.join(file)))?;
    let stamp = Stamp::new(stamp_file(workspace), inputs);
    if stamp.is_fresh(&[dist.join("web").join("files.json")]) {
        return Ok(());
    }
    step("Bundling", "the widget's files for the web (esbuild, zlib)");
    let arguments = [OsStr::new("make"), workspace.root.as_os_str(), dist.as_os_str()];
    run_aside(
        command("node", &workspace.root).arg(script(workspace)).args(arguments),
        "the widget's files for the web could not be made: see the message above",
    )?;
    stamp.write()
}

/// Adds the hashed files of the last release's tarball, so that a page that was opened before this
/// release still finds them.
pub(crate) fn keep(workspace: &Workspace, tarball: &Path) -> Result<()> {
    step("Keeping", &format!("the widget's files of {}", tarball.display()));
    let folder = workspace.target.join("previous");
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("{} can't be removed", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    run_aside(
        command("tar", &workspace.root).arg("-xzf").arg(tarball).arg("-C").arg(&folder),
        "the last release's tarball could not be unpacked: see the message above",
    )?;
    // The next build without a previous release starts anew.
    let stamp = stamp_file(workspace);
    if stamp.exists() {
        fs::remove_file(&stamp).with_context(|| format!("{} can't be removed", stamp.display()))?;
    }
    let dist = workspace.dist();
    let old = folder.join("package");
    let arguments = [OsStr::new("keep"), dist.as_os_str(), old.as_os_str()];
    run_aside(
        command("node", &workspace.root).arg(script(workspace)).args(arguments),
        "the last release's files could not be kept: see the message above",
    )
}

fn script(workspace: &Workspace) -> PathBuf {
    workspace.root.join("xtask").join("src").join("build").join("web.mjs")
}

fn stamp_file(workspace: &Workspace) -> PathBuf {
    workspace.target.join("wasm").join("web.stamp")
}
