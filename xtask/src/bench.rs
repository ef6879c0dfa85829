//! Measures the rules, the gateway and the guest's page, and compares them with what people use
//! today. The programs in `bench/` measure; this module compares the results with the targets.
//!
//! The targets are ratios, because machines differ in speed and in noise.

pub(crate) mod gateway;
mod page;

use std::fs;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::process::{command, output, print, step};
use crate::workspace::Workspace;
use crate::{build, setup};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// The rules and whole files compared with other libraries, and with their targets
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
    wishes: Wishes,
    seconds: u32,
    against: Option<&str>,
) -> Result<()> {
    if against.is_some() && subject != Subject::Page {
        bail!("--against is for the page: run `cargo xtask bench page --against COMMIT`");
    }
    if (wishes.quick || wishes.cores || wishes.write) && subject != Subject::Rules {
        bail!("--quick, --cores and --write are for the rules: run `cargo xtask bench`");
    }
    match subject {
        Subject::Rules => rules(workspace, wishes),
        Subject::Gateway => gateway::run(workspace, wishes.json, seconds),
        Subject::Page => page::run(workspace, wishes.json, against),
    }
}

/// What is asked of the measuring of the rules.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wishes {
    /// Prints JSON instead of tables.
    pub(crate) json: bool,
    /// Stops at 10⁴ rows of files, and has fewer rounds.
    pub(crate) quick: bool,
    /// Measures two cores even where other programs run.
    pub(crate) cores: bool,
    /// Writes `bench/RESULTS.md`.
    pub(crate) write: bool,
}

/// Where the results are kept.
const RESULTS: &str = "bench/RESULTS.md";

/// What `bench/run.mjs` prints: the results with the verdicts on the targets, which stand in
/// `bench/targets.mjs`, and both as a page.
#[derive(Debug, Deserialize, Serialize)]
struct Measured {
    results: serde_json::Value,
    verdicts: Vec<Verdict>,
    #[serde(skip_serializing)]
    report: String,
}

/// Whether one target was reached.
#[derive(Debug, Deserialize, Serialize)]
struct Verdict {
    what: String,
    /// The lowest ratio that is enough.
    least: f64,
    /// The fastest of the others whose answers are all right.
    rival: Option<String>,
    ratio: Option<f64>,
    /// Missing where the ratio was not measured.
    reached: Option<bool>,
}

/// Builds the package, measures, and fails if a ratio is below its target.
fn rules(workspace: &Workspace, wishes: Wishes) -> Result<()> {
    build::package(workspace)?;
    let (chrome, python) = (setup::chrome(workspace)?, setup::bench_python(workspace)?);
    let long = if wishes.quick { "some three minutes" } else { "a quarter of an hour" };
    step("Measuring", &format!("the rules, files and their peers ({long})"));
    let mut bench = command("node", &workspace.root);
    bench.arg("bench/run.mjs").env("CHROME", chrome).env("BENCH_PYTHON", python);
    bench.args(wishes.quick.then_some("--quick")).args(wishes.cores.then_some("--cores"));
    let printed =
        output(&mut bench, "the contenders could not be measured: see the message above")?;
    let measured: Measured =
        serde_json::from_str(&printed).context("what bench/run.mjs printed is not understood")?;
    if wishes.write {
        let path = workspace.root.join(RESULTS);
        fs::write(&path, &measured.report)
            .with_context(|| format!("{} can't be written", path.display()))?;
    }
    print(&if wishes.json {
        serde_json::to_string(&measured).context("the results can't be written as JSON")?
    } else {
        measured.report.trim_end().to_owned()
    });
    let missed = missed(&measured.verdicts);
    if !missed.is_empty() {
        bail!("below the target: {}; see {RESULTS}", missed.join(", "));
    }
    Ok(())
}

/// The targets that were measured and not reached.
fn missed(verdicts: &[Verdict]) -> Vec<&str> {
    let missed = verdicts.iter().filter(|verdict| verdict.reached == Some(false));
    missed.map(|verdict| verdict.what.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn target_that_was_not_measured_is_not_missed() {
        let text = r#"[{"what":"a form","least":2.5,"rival":"zod","ratio":2.6,"reached":true},
            {"what":"a number","least":10,"rival":"zod","ratio":9.5,"reached":false},
            {"what":"two cores","least":1.8,"rival":null,"ratio":null,"reached":null}]"#;
        let verdicts: Vec<Verdict> = serde_json::from_str(text).unwrap();
        assert_eq!(missed(&verdicts), ["a number"]);
    }
}
