//! Measures the gateway under load with `bench/gateway.mjs`, and compares it with a reverse proxy
//! that only forwards.
//!
//! There is no target, because the gateway does more than the proxy: docs/benchmarks.md says what.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::process::{command, output, print, step};
use crate::servers::{self, Sandbox};
use crate::workspace::Workspace;
use crate::{build, setup};

/// The default length of one run, in seconds. All runs then take four minutes.
pub(crate) const SECONDS: u32 = 2;

/// One operation with one number of connections.
#[derive(Debug, Deserialize, Serialize)]
struct Row {
    name: String,
    connections: u32,
    sandbox: Figures,
    nginx: Figures,
    node: Figures,
    gateway: Figures,
    /// How many requests the gateway answers while nginx answers one.
    ratio: f64,
}

/// The measurements of one server.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Figures {
    per_second: f64,
    /// The median of the response times, in milliseconds.
    p50: f64,
    /// The 99th percentile of the response times, in milliseconds.
    p99: f64,
    /// Processor time for each request, in microseconds; of proxies only.
    cpu: Option<f64>,
}

/// Starts the sandbox, measures and prints.
pub(crate) fn run(workspace: &Workspace, json: bool, seconds: u32) -> Result<()> {
    build::package(workspace)?;
    let (wrk, nginx) = (setup::wrk(workspace)?, setup::nginx(workspace)?);
    let sandbox = servers::sandbox(workspace, Sandbox::Fast, None)?;
    step("Measuring", "the sandbox, nginx and the gateway under load (some minutes)");
    let measured = output(
        command("node", &workspace.root)
            .arg("bench/gateway.mjs")
            .env("UPSTREAM_URL", sandbox.said("url")?)
            .env("SANDBOX_USERNAME", servers::USERNAME)
            .env("SANDBOX_PASSWORD", servers::PASSWORD)
            .env("NGINX_BIN", nginx)
            .env("WRK_BIN", wrk)
            .env("SECONDS", seconds.to_string()),
        "the gateway could not be measured: see the message above",
    )?;
    let rows: Vec<Row> = serde_json::from_str(&measured)
        .context("what bench/gateway.mjs printed is not understood")?;
    print(&if json {
        serde_json::to_string(&rows).context("the rows can't be written as JSON")?
    } else {
        table(&rows)
    });
    Ok(())
}

/// A line for each server of each row.
fn table(rows: &[Row]) -> String {
    let mut lines = vec![format!(
        "{:<14} {:>11} {:<8} {:>10} {:>9} {:>9} {:>8} {:>6}",
        "request", "connections", "through", "requests/s", "p50 ms", "p99 ms", "CPU µs", "ratio"
    )];
    for row in rows {
        let servers = [
            ("–", &row.sandbox, None),
            ("nginx", &row.nginx, None),
            ("Node", &row.node, None),
            ("gateway", &row.gateway, Some(row.ratio)),
        ];
        for (server, figures, ratio) in servers {
            let cpu = figures.cpu.map(|us| format!("{us:.0}")).unwrap_or_default();
            let ratio = ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
            let line = format!(
                "{:<14} {:>11} {:<8} {:>10.0} {:>9.2} {:>9.2} {:>8} {:>6}",
                row.name,
                row.connections,
                server,
                figures.per_second,
                figures.p50,
                figures.p99,
                cpu,
                ratio
            );
            lines.push(line.trim_end().to_owned());
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_has_a_line_for_each_server_and_the_gateways_ratio() {
        let text = r#"[{"name":"GET Setup","connections":16,"ratio":0.671,
            "sandbox":{"perSecond":15839.4,"p50":0.985,"p99":2.083,"cpu":null},
            "nginx":{"perSecond":14310,"p50":1.069,"p99":2.406,"cpu":25.2},
            "node":{"perSecond":2000,"p50":7,"p99":20,"cpu":500},
            "gateway":{"perSecond":9138,"p50":1.531,"p99":3.556,"cpu":108}}]"#;
        let rows: Vec<Row> = serde_json::from_str(text).unwrap();
        let table = table(&rows);
        let lines: Vec<Vec<&str>> =
            table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines.len(), 5);
        assert_eq!(lines[1], ["GET", "Setup", "16", "–", "15839", "0.98", "2.08"]);
        assert_eq!(lines[2], ["GET", "Setup", "16", "nginx", "14310", "1.07", "2.41", "25"]);
        assert_eq!(
            lines[4],
            ["GET", "Setup", "16", "gateway", "9138", "1.53", "3.56", "108", "0.67"]
        );
    }
}
