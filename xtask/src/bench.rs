//! Measures the rules, the gateway and the guest's page, and compares them with what people use
//! today. The programs in `bench/` measure; this module compares the results with the targets.
//!
//! The targets are ratios, because machines differ in speed and in noise.

pub(crate) mod gateway;
mod page;

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::build;
use crate::process::{command, output, print, step};
use crate::workspace::Workspace;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// The rules compared with zod and valibot, and with their targets
    Rules,
    /// The gateway under load, compared with nginx
    Gateway,
    /// A guest's page on a slow phone and network, compared with others and with its targets
    Page,
}

/// Measures one subject. Each run of the gateway takes `seconds`; the page is also compared with
/// the commit `against`.
pub(crate) fn run(
    workspace: &Workspace,
    subject: Subject,
    json: bool,
    seconds: u32,
    against: Option<&str>,
) -> Result<()> {
    if against.is_some() && subject != Subject::Page {
        bail!("--against is for the page: run `cargo xtask bench page --against COMMIT`");
    }
    match subject {
        Subject::Rules => rules(workspace, json),
        Subject::Gateway => gateway::run(workspace, json, seconds),
        Subject::Page => page::run(workspace, json, against),
    }
}

/// One job that all contenders do.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    name: String,
    what: String,
    /// The lowest ratio that passes.
    target: f64,
    /// Operations per second of processor time, by contender.
    per_second: BTreeMap<String, f64>,
    /// How many times faster dinerkit is than the fastest of the others.
    ratio: f64,
}

#[derive(Serialize)]
struct Verdict<'a> {
    #[serde(flatten)]
    row: &'a Row,
    /// Whether the ratio is at least the target.
    reached: bool,
}

/// Builds the package, measures, and fails if a ratio is below its target.
fn rules(workspace: &Workspace, json: bool) -> Result<()> {
    build::package(workspace)?;
    step("Measuring", "the rules and their peers (a minute)");
    let measured = output(
        command("node", &workspace.root).arg("bench/run.mjs"),
        "the contenders could not be measured: see the message above",
    )?;
    let rows: Vec<Row> =
        serde_json::from_str(&measured).context("what bench/run.mjs printed is not understood")?;
    if json {
        let verdicts: Vec<_> =
            rows.iter().map(|row| Verdict { row, reached: row.reached() }).collect();
        print(&serde_json::to_string(&verdicts).context("the rows can't be written as JSON")?);
    } else {
        print(&table(&rows));
    }
    let missed: Vec<&str> =
        rows.iter().filter(|row| !row.reached()).map(|row| row.name.as_str()).collect();
    if !missed.is_empty() {
        bail!("below the target: {}; see docs/benchmarks.md", missed.join(", "));
    }
    Ok(())
}

impl Row {
    fn reached(&self) -> bool {
        self.ratio >= self.target
    }
}

/// The table: a line for each row, and a column for each contender with its rate.
fn table(rows: &[Row]) -> String {
    let contenders: Vec<&String> =
        rows.first().map(|row| row.per_second.keys().collect()).unwrap_or_default();
    let heads: String =
        contenders.iter().map(|name| format!("{:>12}", format!("{name}/s"))).collect();
    let mut lines = vec![format!("{heads} {:>7} {:>7}  what", "ratio", "target")];
    for row in rows {
        let rates: String =
            row.per_second.values().map(|rate| format!("{:>12}", readable(*rate))).collect();
        let verdict = if row.reached() { "" } else { "  BELOW THE TARGET" };
        lines.push(format!("{rates} {:>7.2} {:>7}  {}{verdict}", row.ratio, row.target, row.what));
    }
    lines.join("\n")
}

/// A rate, rounded to its significant digits.
fn readable(rate: f64) -> String {
    if rate < 100.0 { format!("{rate:.1}") } else { format!("{rate:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_passes_by_its_ratio_alone() {
        let text = r#"[{"name":"form","what":"a form","target":5,"perSecond":{"dinerkit":60.5,"zod":12},"ratio":5.04},
            {"name":"phone","what":"a number","target":10,"perSecond":{"dinerkit":60000,"zod":9000},"ratio":6.7}]"#;
        let rows: Vec<Row> = serde_json::from_str(text).unwrap();
        assert_eq!(
            table(&rows),
            "  dinerkit/s       zod/s   ratio  target  what\n        \
             60.5        12.0    5.04       5  a form\n       \
             60000        9000    6.70      10  a number  BELOW THE TARGET"
        );
    }
}
