//! Measures what a browser downloads, and what a server installs, compares it with `budgets.toml`,
//! and lists what it consists of.

mod symbols;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::build;
use crate::pack;
use crate::process::{command, output, print};
use crate::size::symbols::Symbol;
use crate::workspace::Workspace;

/// How many of a module's largest symbols are listed.
const LARGEST: usize = 10;

/// A script that compresses each file of its command line by itself, as a server does, with Node's
/// zlib (the reference implementations), and prints [[raw, gzip, brotli], …].
const COMPRESS: &str = "
const fs = require('node:fs'), zlib = require('node:zlib');
const { BROTLI_PARAM_QUALITY, BROTLI_MAX_QUALITY } = zlib.constants;
const brotli = { params: { [BROTLI_PARAM_QUALITY]: BROTLI_MAX_QUALITY } };
const sizes = process.argv.slice(1).map((file) => {
  const bytes = fs.readFileSync(file);
  return [bytes, zlib.gzipSync(bytes, { level: 9 }), zlib.brotliCompressSync(bytes, brotli)]
    .map((part) => part.length);
});
console.log(JSON.stringify(sizes));";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Budgets {
    budget: Vec<Budget>,
}

/// One row of `budgets.toml`, which explains the members.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    name: String,
    what: String,
    bundle: Option<PathBuf>,
    #[serde(default)]
    files: Vec<PathBuf>,
    #[serde(default)]
    tarball: bool,
    less: Option<Less>,
    ceiling: Option<u64>,
    aim: Option<u64>,
    others: Option<String>,
}

/// The size of a part of the code: the core with the flags `of`, less the core with `without`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Less {
    of: Option<String>,
    without: String,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
struct Size {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// A budget with its measured size.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    what: String,
    #[serde(flatten)]
    size: Size,
    ceiling: Option<u64>,
    aim: Option<u64>,
    others: Option<String>,
    /// Whether the size is at most the ceiling, or there is none.
    within: bool,
}

#[derive(Serialize)]
struct Receipt {
    sizes: Vec<Row>,
    largest: Vec<Symbol>,
}

/// Builds the package, measures it, and fails if a size is above its ceiling.
pub(crate) fn run(workspace: &Workspace, json: bool) -> Result<()> {
    build::package(workspace)?;
    let sizes = budgets(workspace)?
        .into_iter()
        .map(|budget| Ok(budget.verdict(measure(workspace, &budget)?)))
        .collect::<Result<Vec<_>>>()?;
    let mut largest = Vec::new();
    for module in [build::CORE, build::GUEST] {
        largest.extend(symbols::largest(workspace, module, LARGEST)?);
    }
    let receipt = Receipt { sizes, largest };

    if json {
        print(&serde_json::to_string(&receipt).context("the receipt can't be written as JSON")?);
    } else {
        print(&receipt.table());
    }
    let over: Vec<&str> =
        receipt.sizes.iter().filter(|row| !row.within).map(|row| row.name.as_str()).collect();
    if !over.is_empty() {
        bail!(
            "above the ceiling of budgets.toml: {}; make it smaller, or raise the ceiling with its cause in the same commit",
            over.join(", ")
        );
    }
    Ok(())
}

/// The rows of `budgets.toml`.
fn budgets(workspace: &Workspace) -> Result<Vec<Budget>> {
    let text = fs::read_to_string(workspace.root.join("budgets.toml"))
        .context("budgets.toml can't be read: run xtask in a complete checkout")?;
    let budgets: Budgets = toml::from_str(&text).context("budgets.toml is not understood")?;
    Ok(budgets.budget)
}

/// What the budget of this name is of, and the bytes that it may have after brotli: no size that
/// was measured is above.
pub(crate) fn ceiling(workspace: &Workspace, name: &str) -> Result<(String, u64)> {
    let budget = budgets(workspace)?.into_iter().find(|budget| budget.name == name);
    budget
        .and_then(|budget| Some((budget.what, budget.ceiling?)))
        .with_context(|| format!("budgets.toml has no ceiling for {name}"))
}

impl Budget {
    fn verdict(&self, size: Size) -> Row {
        Row {
            name: self.name.clone(),
            what: self.what.clone(),
            size,
            ceiling: self.ceiling,
            aim: self.aim,
            others: self.others.clone(),
            within: self.ceiling.is_none_or(|ceiling| size.brotli <= ceiling),
        }
    }
}

impl Receipt {
    fn table(&self) -> String {
        let mut lines =
            vec![format!("{:>8} {:>8} {:>8} {:>8}  what", "raw", "gzip", "brotli", "ceiling")];
        for row in &self.sizes {
            let Size { raw, gzip, brotli } = row.size;
            let ceiling = row.ceiling.map_or("-".to_owned(), |ceiling| ceiling.to_string());
            let verdict = if row.within { "" } else { "  ABOVE THE CEILING" };
            lines.push(format!(
                "{raw:>8} {gzip:>8} {brotli:>8} {ceiling:>8}  {}{verdict}",
                row.what
            ));
        }
        lines.push(format!("\nThe {LARGEST} largest parts of each module, uncompressed:"));
        lines.extend(
            self.largest
                .iter()
                .map(|Symbol { module, name, size }| format!("{size:>8}  {module}: {name}")),
        );
        lines.join("\n")
    }
}

/// The sum of the sizes of a row's files, of its bundle, and of the code that is measured by
/// leaving it out.
fn measure(workspace: &Workspace, budget: &Budget) -> Result<Size> {
    if budget.tarball {
        return tarball(workspace);
    }
    let package = workspace.package();
    let mut all = Vec::new();
    for file in &budget.files {
        all.push(largest_of(workspace, matching(&package.join(file))?)?);
    }
    if let Some(entry) = &budget.bundle {
        let bundle = workspace.target.join("size").join(format!("{}.js", budget.name));
        let imports = ["--bundle", "--format=esm", "--external:node:*"];
        build::minify(workspace, &package.join(entry), &bundle, &imports)?;
        all.push(bundle);
    }
    let Some(Less { of, without }) = &budget.less else { return compressed(workspace, &all) };
    let weighed = |part: &str| {
        let module = build::core_without(part)
            .with_context(|| format!("budgets.toml: the core can't be built {part}"))?;
        build::weighed(workspace, module)
    };
    all.push(match of {
        Some(part) => weighed(part)?,
        None => workspace.dist().join(format!("{}_bg.wasm", build::CORE.name)),
    });
    Ok(compressed(workspace, &all)?.less(compressed(workspace, &[weighed(without)?])?))
}

/// The size of npm's tarball, of its files and as it is downloaded: npm does not compress it again.
fn tarball(workspace: &Workspace) -> Result<Size> {
    let packed = pack::packed(workspace)?;
    Ok(Size { raw: packed.unpacked_size, gzip: packed.size, brotli: packed.size })
}

/// The files of a path. A `*` in the path's last part stands for any text, such as a hash.
fn matching(path: &Path) -> Result<Vec<PathBuf>> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some((start, end)) = name.split_once('*') else { return Ok(vec![path.to_owned()]) };
    let folder = path.parent().unwrap_or(path);
    let unreadable = || format!("{} can't be read", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(start));
        if rest.is_some_and(|rest| rest.ends_with(end)) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// The file that is the largest once it is compressed.
fn largest_of(workspace: &Workspace, mut files: Vec<PathBuf>) -> Result<PathBuf> {
    if files.len() < 2 {
        return files.pop().context("budgets.toml: a pattern of files matches none");
    }
    let mut largest = None;
    for file in files {
        let size = compressed(workspace, std::slice::from_ref(&file))?.brotli;
        if largest.as_ref().is_none_or(|(most, _)| size > *most) {
            largest = Some((size, file));
        }
    }
    largest.map(|(_, file)| file).context("budgets.toml: a pattern of files matches none")
}

/// The sum of the sizes of files that are compressed one by one.
fn compressed(workspace: &Workspace, files: &[PathBuf]) -> Result<Size> {
    let sizes = output(
        command("node", &workspace.root).args(["--eval", COMPRESS]).args(files),
        "a file of budgets.toml could not be compressed: check that the build makes it",
    )?;
    let sizes: Vec<[u64; 3]> = serde_json::from_str(&sizes).context("sizes are not understood")?;
    Ok(sizes.into_iter().fold(Size::default(), |sum, [raw, gzip, brotli]| Size {
        raw: sum.raw + raw,
        gzip: sum.gzip + gzip,
        brotli: sum.brotli + brotli,
    }))
}

impl Size {
    /// The size that is left without a part.
    fn less(self, part: Self) -> Self {
        Self {
            raw: self.raw.saturating_sub(part.raw),
            gzip: self.gzip.saturating_sub(part.gzip),
            brotli: self.brotli.saturating_sub(part.brotli),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(ceiling: Option<u64>) -> Budget {
        Budget {
            name: "browser".into(),
            what: "rules".into(),
            bundle: None,
            files: Vec::new(),
            tarball: false,
            less: None,
            ceiling,
            aim: None,
            others: None,
        }
    }

    #[test]
    fn ceiling_may_be_reached_and_not_passed() {
        let size = |brotli| Size { raw: 9_999, gzip: 9_999, brotli };
        assert!(budget(Some(1_000)).verdict(size(1_000)).within);
        assert!(!budget(Some(1_000)).verdict(size(1_001)).within);
        assert!(budget(None).verdict(size(1_001)).within);
    }

    #[test]
    fn part_is_what_the_whole_loses_without_it() {
        let size = |brotli| Size { raw: 2 * brotli, gzip: brotli, brotli };
        assert_eq!(size(45_000).less(size(36_000)), size(9_000));
    }

    #[test]
    fn table_names_the_sizes_above_their_ceilings() {
        let row = budget(Some(5)).verdict(Size { raw: 10, gzip: 8, brotli: 6 });
        let receipt = Receipt { sizes: vec![row], largest: Vec::new() };
        assert!(receipt.table().contains("      10        8        6        5  rules  ABOVE"));
    }

    #[test]
    fn budgets_are_understood() {
        let text = include_str!("../../budgets.toml");
        assert!(!toml::from_str::<Budgets>(text).unwrap().budget.is_empty());
    }
}
