//! The sizes in README.md, made from `budgets.toml`, which `cargo xtask size` holds against what is
//! built.

use anyhow::{Context, Result};

use super::read;
use crate::size;
use crate::workspace::Workspace;

/// The budgets that the README names: what a reader who chooses between them wants to know.
const NAMED: [&str; 5] =
    ["first-field", "guest-page", "widget", "browser", "browser-without-phones"];
const BEGIN: &str = "<!-- Made from budgets.toml by `cargo xtask docs`: -->\n";
const END: &str = "<!-- Until here. -->";

/// `README.md`, with its table of sizes as it is now.
pub(super) fn page(workspace: &Workspace) -> Result<String> {
    let page = read(workspace, "README.md")?;
    let mut table = String::from("\n| a browser loads, after brotli | at most |\n| --- | --: |\n");
    for name in NAMED {
        let (what, bytes) = size::ceiling(workspace, name)?;
        table.push_str(&format!("| {what} | {} |\n", kilobytes(bytes)));
    }
    table.push('\n');
    let (before, rest) = page.split_once(BEGIN).context("README.md has lost its mark of sizes")?;
    let (_, after) = rest.split_once(END).context("README.md has lost its second mark of sizes")?;
    Ok([before, BEGIN, &table, END, after].concat())
}

/// Bytes as kB with one digit behind the point, rounded up.
fn kilobytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100);
    format!("{}.{} kB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_rounded_up() {
        for (bytes, expected) in [(14_000, "14.0 kB"), (14_001, "14.1 kB"), (99, "0.1 kB")] {
            assert_eq!(kilobytes(bytes), expected);
        }
    }
}
