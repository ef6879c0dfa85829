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

/// What bench/gateway.mjs prints.
#[derive(Debug, Deserialize, Serialize)]
struct Measured {
    rows: Vec<Row>,
    shared: Vec<SharedRow>,
}

/// Creates with keys through one gateway or several, with a state of their own or shared.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct SharedRow {
    /// Where the state is.
    name: String,
    processes: u32,
    connections: u32,
    #[serde(flatten)]
    figures: Figures,
    /// Swaps for each create, by Redis' own count.
    swaps: f64,
    /// How many creates it makes while one gateway with a memory of its own makes one.
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
    let (wrk, nginx, redis) =
        (setup::wrk(workspace)?, setup::nginx(workspace)?, setup::redis(workspace)?);
    let sandbox = servers::sandbox(workspace, Sandbox::Fast, None)?;
    step(
        "Measuring",
        "the sandbox, nginx, the gateway and gateways that share a Redis under load (some minutes)",
    );
    let measured = output(
        command("node", &workspace.root)
            .arg("bench/gateway.mjs")
            .env("UPSTREAM_URL", sandbox.said("url")?)
            .env("SANDBOX_USERNAME", servers::USERNAME)
            .env("SANDBOX_PASSWORD", servers::PASSWORD)
            .env("NGINX_BIN", nginx)
            .env("WRK_BIN", wrk)
            .env("REDIS_BIN", redis)
            .env("SECONDS", seconds.to_string()),
        "the gateway could not be measured: see the message above",
    )?;
    let measured: Measured = serde_json::from_str(&measured)
        .context("what bench/gateway.mjs printed is not understood")?;
    print(&if json {
        serde_json::to_string(&measured).context("the rows can't be written as JSON")?
    } else {
        format!("{}\n\n{}", table(&measured.rows), shared_table(&measured.shared))
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

/// A line for each set of gateways.
fn shared_table(rows: &[SharedRow]) -> String {
    let mut lines = vec![format!(
        "{:<12} {:>9} {:>11} {:>9} {:>9} {:>9} {:>8} {:>6} {:>6}",
        "state in",
        "processes",
        "connections",
        "creates/s",
        "p50 ms",
        "p99 ms",
        "CPU µs",
        "swaps",
        "ratio"
    )];
    lines.extend(rows.iter().map(|row| {
        let SharedRow { name, processes, connections, figures, swaps, ratio } = row;
        let Figures { per_second, p50, p99, cpu } = figures;
        let cpu = cpu.map(|us| format!("{us:.0}")).unwrap_or_default();
        format!(
            "{name:<12} {processes:>9} {connections:>11} {per_second:>9.0} {p50:>9.2} {p99:>9.2} {cpu:>8} {swaps:>6.2} {ratio:>6.2}"
        )
    }));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_of_shared_states_has_a_line_for_each_set_of_gateways() {
        let text = r#"[{"name":"own memory","processes":1,"connections":16,"perSecond":1084.2,"p50":13.4,
            "p99":35.7,"cpu":979.4,"swaps":0,"ratio":1},
            {"name":"Redis","processes":4,"connections":16,"perSecond":1200,"p50":12,"p99":40,"cpu":1500,
            "swaps":2.04,"ratio":1.107}]"#;
        let rows: Vec<SharedRow> = serde_json::from_str(text).unwrap();
        let table = shared_table(&rows);
        let lines: Vec<Vec<&str>> =
            table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(
            lines[2],
            ["Redis", "4", "16", "1200", "12.00", "40.00", "1500", "2.04", "1.11"]
        );
    }

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
