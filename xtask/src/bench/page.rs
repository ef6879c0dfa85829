//! Our form beside others, as a guest with a slow phone on a slow network meets them.
//! `bench/page.mjs` measures; this module compares the figures with the targets and prints them.
//!
//! docs/benchmarks.md says what is compared, and why.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::process::{command, output, print, run_aside, step};
use crate::workspace::Workspace;
use crate::{build, servers, setup};

/// How many bytes and requests the first field may take: document, headers and script.
const FIELD_BYTES: f64 = 14_000.0;
const FIELD_REQUESTS: f64 = 3.0;
/// How many times later than behind a blocking script of the same size our first field may be
/// there.
const LATER: f64 = 1.25;
/// The same for another language than English, whose words are one more request.
const LATER_IN_GERMAN: f64 = 1.55;
/// How much a Setup that is three seconds late may shift the page.
const SHIFT: f64 = 0.02;
/// How many characters the bars of the waterfall take.
const BAR: usize = 48;

/// What `bench/page.mjs` measured.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    contenders: Vec<Contender>,
    later: Later,
    late_setups: Vec<LateSetup>,
}

/// One page, visited on a slow phone and network, and on this machine as it is.
#[derive(Debug, Deserialize, Serialize)]
struct Contender {
    name: String,
    what: String,
    slow: Figures,
    fast: Figures,
    /// The requests of the median visit on the slow network.
    waterfall: Vec<Request>,
}

/// The medians of the rounds. Times are milliseconds since the navigation began.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Figures {
    /// When the first field could be typed into.
    field: f64,
    /// When the first message about a wrong e-mail address was there.
    verdict: Option<f64>,
    /// When the first message about a wrong number was there.
    phone_verdict: Option<f64>,
    /// The time from the click to the thanks.
    submit: Option<f64>,
    field_requests: f64,
    field_bytes: f64,
    /// Until the customer was created.
    requests: f64,
    bytes: f64,
    /// The cumulative layout shift of the visit.
    shift: f64,
    /// How long the main thread had worked by the first verdict.
    thread: f64,
    /// How much of that in scripts.
    script: f64,
}

/// One request, with its times in milliseconds since the first one.
#[derive(Debug, Deserialize, Serialize)]
struct Request {
    path: String,
    method: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    start: f64,
    /// Missing if the request had not ended when the visit did.
    end: Option<f64>,
    bytes: f64,
}

/// How many times later our first field is there than behind the blocking script.
#[derive(Debug, Deserialize, Serialize)]
struct Later {
    ours: f64,
    german: f64,
}

/// A visit with a Setup that is three seconds late, at one width of the window.
#[derive(Debug, Deserialize, Serialize)]
struct LateSetup {
    name: String,
    width: u32,
    /// The layout shift from the first field on.
    shift: f64,
    /// By how many pixels the field that has the focus moved.
    moved: f64,
}

/// A figure of ours that may not be above its limit.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    what: String,
    figure: f64,
    limit: f64,
    /// Whether the figure must be below the limit, because the limit is another contender's figure.
    strict: bool,
    reached: bool,
}

impl Target {
    fn at_most(limit: f64, what: impl Into<String>, figure: f64) -> Self {
        Self { what: what.into(), figure, limit, strict: false, reached: figure <= limit }
    }

    fn below(limit: f64, what: &str, figure: f64) -> Self {
        Self { what: what.to_owned(), figure, limit, strict: true, reached: figure < limit }
    }
}

/// Builds, measures and prints; fails if a target is missed. `against` names another commit.
pub(crate) fn run(workspace: &Workspace, json: bool, against: Option<&str>) -> Result<()> {
    build::package(workspace)?;
    let chrome = setup::chrome(workspace)?;
    let sandbox = servers::compile_sandbox(workspace)?;
    let mut bench = command("node", &workspace.root);
    bench.arg("bench/page.mjs").env("CHROME", chrome).env("SANDBOX_BIN", sandbox);
    if let Some(commit) = against {
        bench.env("AGAINST", checkout(workspace, commit)?);
    }
    step("Measuring", "our page and others in Chromium (some minutes)");
    let measured = output(&mut bench, "the pages could not be measured: see the message above")?;
    let report: Report =
        serde_json::from_str(&measured).context("what bench/page.mjs printed is not understood")?;
    let targets = report.targets()?;
    print(&if json {
        #[derive(Serialize)]
        struct Verdict<'a> {
            #[serde(flatten)]
            report: &'a Report,
            targets: &'a [Target],
        }
        serde_json::to_string(&Verdict { report: &report, targets: &targets })
            .context("the figures can't be written as JSON")?
    } else {
        report.text(&targets)
    });
    let missed: Vec<&str> = targets
        .iter()
        .filter(|target| !target.reached)
        .map(|target| target.what.as_str())
        .collect();
    if !missed.is_empty() {
        bail!("missed: {}; see docs/benchmarks.md", missed.join(", "));
    }
    Ok(())
}

/// Checks a commit out below `target/bench` and builds its package as it builds it itself. Returns
/// the folder.
fn checkout(workspace: &Workspace, commit: &str) -> Result<PathBuf> {
    let failed = format!("{commit} is no commit of this repository: check it");
    let full = output(
        command("git", &workspace.root)
            .args(["rev-parse", "--verify", "--end-of-options"])
            .arg(format!("{commit}^{{commit}}")),
        &failed,
    )?;
    let full = full.trim();
    let folder = workspace.target.join("bench").join(full);
    if !folder.join("Cargo.toml").exists() {
        fs::create_dir_all(workspace.target.join("bench")).context("target/bench can't be made")?;
        step("Checking out", full);
        run_aside(
            command("git", &workspace.root)
                .args(["worktree", "add", "--force", "--detach"])
                .arg(&folder)
                .arg(full),
            "git could not check the other commit out: see its message above",
        )?;
    }
    step("Building", "the package of the other commit (minutes, the first time)");
    // Its toolchain and target folder are its own, not those of this run.
    run_aside(
        command("cargo", &folder)
            .args(["xtask", "pack"])
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("CARGO_TARGET_DIR"),
        "the other commit's package could not be built: see the message above",
    )?;
    Ok(folder)
}

impl Report {
    fn contender(&self, name: &str) -> Result<&Contender> {
        let found = self.contenders.iter().find(|contender| contender.name == name);
        found.with_context(|| format!("bench/page.mjs did not measure {name}"))
    }

    /// Our figures with their limits. All are those of the slow phone and network.
    fn targets(&self) -> Result<Vec<Target>> {
        let (ours, peer) = (&self.contender("ours")?.slow, &self.contender("peer")?.slow);
        let verdicts = ours.verdict.zip(peer.verdict).context("a first verdict is missing")?;
        let mut targets = vec![
            Target::at_most(LATER, "first field, times the blocked one's", self.later.ours),
            Target::at_most(LATER_IN_GERMAN, "the same in German", self.later.german),
            Target::at_most(FIELD_REQUESTS, "requests to the first field", ours.field_requests),
            Target::at_most(FIELD_BYTES, "bytes to the first field", ours.field_bytes),
            Target::below(verdicts.1, "first verdict, ms", verdicts.0),
            Target::below(peer.requests, "requests until created", ours.requests),
            Target::below(peer.bytes, "bytes until created", ours.bytes),
        ];
        for late in self.late_setups.iter().filter(|late| late.name == "ours") {
            let what = format!("layout shift, late Setup, {} px", late.width);
            targets.push(Target::at_most(SHIFT, what, late.shift));
        }
        Ok(targets)
    }

    /// The tables of figures, the waterfalls and the targets.
    fn text(&self, targets: &[Target]) -> String {
        let mut lines = Vec::new();
        for (title, figures) in [
            ("On a slow phone and network", (|one| &one.slow) as fn(&Contender) -> &Figures),
            ("On this machine as it is", |one| &one.fast),
        ] {
            lines.push(format!(
                "{title:<28} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9} {:>7} {:>8} {:>8}",
                "field ms",
                "e-mail",
                "number",
                "submit",
                "to field",
                "created",
                "shift",
                "work ms",
                "scripts"
            ));
            let rows = self.contenders.iter().map(|one| line(&one.name, figures(one)));
            lines.extend(rows);
            lines.push(String::new());
        }
        lines.extend(self.contenders.iter().map(|one| format!("{:<10} {}", one.name, one.what)));
        for one in &self.contenders {
            lines.push(format!("\n{}: start and end in ms, bytes", one.name));
            lines.extend(waterfall(&one.waterfall));
        }
        lines.push(String::new());
        for late in &self.late_setups {
            lines.push(format!(
                "{:<10} with a late Setup at {} px: layout shift {:.3}, the field moved {:.0} px",
                late.name, late.width, late.shift, late.moved
            ));
        }
        lines.push(format!("\n{:<40} {:>10} {:>10}", "target", "ours", "limit"));
        for target in targets {
            let limit = format!("{}{}", if target.strict { "< " } else { "" }, short(target.limit));
            let verdict = if target.reached { "" } else { "  MISSED" };
            lines.push(format!(
                "{:<40} {:>10} {limit:>10}{verdict}",
                target.what,
                short(target.figure)
            ));
        }
        lines.join("\n")
    }
}

/// A contender's line of the table. Bytes are kB, before them the number of requests.
fn line(name: &str, figures: &Figures) -> String {
    let time = |ms: Option<f64>| ms.map(|ms| format!("{ms:.0}")).unwrap_or_default();
    let traffic = |requests: f64, bytes: f64| format!("{requests:.0}, {:.1}", bytes / 1000.0);
    format!(
        "{name:<28} {:>8.0} {:>8} {:>8} {:>8} {:>9} {:>9} {:>7.3} {:>8.0} {:>8.0}",
        figures.field,
        time(figures.verdict),
        time(figures.phone_verdict),
        time(figures.submit),
        traffic(figures.field_requests, figures.field_bytes),
        traffic(figures.requests, figures.bytes),
        figures.shift,
        figures.thread,
        figures.script
    )
}

/// A line for each request, with a bar from its start to its end.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place in a bar, which is a small whole number"
)]
fn waterfall(requests: &[Request]) -> Vec<String> {
    let last = requests.iter().filter_map(|one| one.end).fold(1.0, f64::max);
    let place = |ms: f64| ((ms / last * BAR as f64).round() as usize).min(BAR);
    let lines = requests.iter().map(|one| {
        let from = place(one.start);
        let to = place(one.end.unwrap_or(last)).max(from + 1);
        let bar = format!("{}{}", " ".repeat(from), "=".repeat(to - from));
        let end = one.end.map(|end| format!("{end:.0}")).unwrap_or_default();
        let width = BAR + 1;
        format!(
            "{:>6.0} {end:>6} {:>7.0} {bar:<width$} {} {}",
            one.start, one.bytes, one.method, one.path
        )
    });
    lines.collect()
}

/// A figure with as many digits as matter.
fn short(figure: f64) -> String {
    if figure < 10.0 { format!("{figure:.3}") } else { format!("{figure:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(field: f64, verdict: f64, requests: f64, bytes: f64) -> Figures {
        Figures {
            field,
            verdict: Some(verdict),
            phone_verdict: None,
            submit: None,
            field_requests: 2.0,
            field_bytes: 13_500.0,
            requests,
            bytes,
            shift: 0.0,
            thread: 800.0,
            script: 90.0,
        }
    }

    fn contender(name: &str, slow: Figures) -> Contender {
        let fast = figures(90.0, 200.0, 7.0, 60_000.0);
        Contender { name: name.to_owned(), what: String::new(), slow, fast, waterfall: Vec::new() }
    }

    fn report(ours: Figures, later: f64, shift: f64) -> Report {
        let peer = figures(500.0, 1400.0, 7.0, 108_000.0);
        let late =
            |name: &str, shift| LateSetup { name: name.to_owned(), width: 390, shift, moved: 0.0 };
        Report {
            contenders: vec![contender("ours", ours), contender("peer", peer)],
            later: Later { ours: later, german: 1.5 },
            late_setups: vec![late("ours", shift), late("against", 0.5)],
        }
    }

    fn missed(report: &Report) -> Vec<String> {
        let targets = report.targets().unwrap();
        targets.into_iter().filter(|target| !target.reached).map(|target| target.what).collect()
    }

    #[test]
    fn targets_are_limits_and_the_peers_figures() {
        let good = || figures(600.0, 1399.0, 6.0, 60_000.0);
        let none: &[&str] = &[];
        for (report, expected) in [
            (report(good(), 1.25, 0.02), none),
            (report(good(), 1.26, 0.02), &["first field, times the blocked one's"]),
            (report(good(), 1.25, 0.021), &["layout shift, late Setup, 390 px"]),
            (report(figures(600.0, 1400.0, 6.0, 60_000.0), 1.0, 0.0), &["first verdict, ms"]),
            (report(figures(600.0, 900.0, 7.0, 60_000.0), 1.0, 0.0), &["requests until created"]),
            (report(figures(600.0, 900.0, 6.0, 108_000.0), 1.0, 0.0), &["bytes until created"]),
            (
                report(Figures { field_bytes: 14_001.0, field_requests: 4.0, ..good() }, 1.0, 0.0),
                &["requests to the first field", "bytes to the first field"],
            ),
        ] {
            assert_eq!(missed(&report), expected);
        }
    }

    #[test]
    fn report_without_a_peer_is_refused() {
        let mut report = report(figures(600.0, 900.0, 6.0, 60_000.0), 1.0, 0.0);
        report.contenders.pop();
        assert_eq!(
            report.targets().unwrap_err().to_string(),
            "bench/page.mjs did not measure peer"
        );
    }

    #[test]
    fn waterfall_has_a_bar_for_each_request() {
        let text = r#"[{"path":"/","method":"GET","type":"Document","start":0,"end":150,"bytes":600},
            {"path":"/a.js","method":"GET","type":"Script","start":150,"end":300,"bytes":9000},
            {"path":"/late","method":"GET","start":300,"end":null,"bytes":0}]"#;
        let requests: Vec<Request> = serde_json::from_str(text).unwrap();
        let half = "=".repeat(BAR / 2);
        assert_eq!(
            waterfall(&requests),
            [
                format!("     0    150     600 {half:<49} GET /"),
                format!(
                    "   150    300    9000 {:<49} GET /a.js",
                    format!("{}{half}", " ".repeat(24))
                ),
                format!("   300              0 {:>49} GET /late", "="),
            ]
        );
    }
}
