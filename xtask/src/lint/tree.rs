//! Committed files name no package registry and no folder of a machine.

use std::env;
use std::fs;

use anyhow::{Result, bail};

use crate::process::{command, output};
use crate::workspace::Workspace;

/// Hosts of package registries, which are each machine's own choice. Each is in two parts, so that
/// this list is not a finding itself.
const REGISTRIES: [[&str; 2]; 6] = [
    ["registry.", "npmjs.org"],
    ["registry.", "yarnpkg.com"],
    ["index.", "crates.io"],
    ["static.", "crates.io"],
    ["files.", "pythonhosted.org"],
    ["arti", "factory"],
];

/// The folders that hold people's home folders.
const HOMES: [[&str; 2]; 3] = [["/ho", "me/"], ["/Us", "ers/"], ["/ro", "ot/"]];

/// Checks all files that git lists.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut words: Vec<String> =
        REGISTRIES.iter().chain(&HOMES).map(|parts| parts.concat()).collect();
    words.push(workspace.root.display().to_string());
    words.extend(env::home_dir().map(|home| format!("{}/", home.display())));

    let files = output(
        command("git", &workspace.root).args(["ls-files", "-z"]),
        "git could not list the committed files: run xtask in a clone",
    )?;
    let mut found = Vec::new();
    for file in files.split('\0').map(str::trim).filter(|file| !file.is_empty()) {
        // A file that was deleted but not committed can't be read.
        let Ok(bytes) = fs::read(workspace.root.join(file)) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        found
            .extend(findings(&text, &words).map(|(line, word)| format!("  {file}:{line}: {word}")));
    }
    if found.is_empty() {
        return Ok(());
    }
    bail!("committed files name a package registry or a folder of a machine:\n{}", found.join("\n"))
}

/// The lines that hold one of the words, counted from 1, with that word.
fn findings<'a>(text: &'a str, words: &'a [String]) -> impl Iterator<Item = (usize, &'a str)> {
    text.lines().enumerate().filter_map(|(index, line)| {
        let word = words.iter().find(|word| line.contains(word.as_str()))?;
        Some((index + 1, word.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finding_has_its_line() {
        let words = ["example.net".to_owned()];
        let text = "one\ntwo https://example.net/x\nthree";
        assert_eq!(findings(text, &words).collect::<Vec<_>>(), [(2, "example.net")]);
    }
}
