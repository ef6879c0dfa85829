//! For whoever runs the sandbox from a script: the program's own promises. Nothing answered is
//! lost, nothing personal is logged, and bad input is refused in one line.

// clippy.toml allows this in tests, but does not count a test's helpers among them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::net::TcpListener;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use reqwest::Client;
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(30);

/// A running sandbox and its caller.
struct Program {
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    ready: Value,
    client: Client,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dinerkit-sandbox"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.kill_on_drop(true);
    command
}

impl Program {
    async fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = timeout(PATIENCE, stdout.next_line()).await.unwrap().unwrap().unwrap();
        let ready = serde_json::from_str(&line).unwrap();
        let client = Client::builder().timeout(PATIENCE).build().unwrap();
        Self { child, stdout, ready, client }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.ready["url"].as_str().unwrap())
    }

    async fn sign_in(&self) -> Value {
        let credentials = json!({ "Username": "sandbox", "Password": "sandbox-password" });
        let request = self.client.post(self.url("/api/Jwt/v2/Authenticate")).json(&credentials);
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn create(&self, token: &str, surname: &str) -> Value {
        let path = "/api/ConsumerApi/v1/Restaurant/oak-and-salt/Customer";
        let guest = json!({ "Surname": surname, "Email": "ada@guest.example", "Mobile": "1" });
        let request = self.client.post(self.url(path)).bearer_auth(token).json(&guest);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Asks the program to end, and returns how it did and what it logged.
    async fn terminate(mut self, signal: &str) -> (ExitStatus, String) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().await.unwrap().success());
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        timeout(PATIENCE, stderr.read_to_string(&mut log)).await.unwrap().unwrap();
        let status = timeout(PATIENCE, self.child.wait()).await.unwrap().unwrap();
        assert_eq!(self.stdout.next_line().await.unwrap(), None, "one line on stdout, no more");
        (status, log)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn kill_loses_nothing_that_was_answered() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("customers.db");
    let arguments = ["--db", file.to_str().unwrap()];
    let mut program = Program::start(&arguments).await;
    assert_eq!(program.ready["db"], file.to_str().unwrap());
    let signed_in = program.sign_in().await;
    let mut answered = Vec::new();
    for number in 0..20 {
        let record = program.create(text(&signed_in["Token"]), &format!("Guest {number}")).await;
        answered.push(record["Id"].as_i64().unwrap());
    }
    let beside = Connection::open(&file).unwrap();
    let count: i64 =
        beside.query_row("SELECT count(*) FROM customers", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 20, "another client reads while the sandbox runs");
    drop(beside);

    program.child.kill().await.unwrap();
    let database = Connection::open(&file).unwrap();
    let mut statement = database
        .prepare("SELECT id, group_id, email, surname, json_extract(record, '$.Surname'), deletion_scheduled_at, merged_into FROM customers ORDER BY id")
        .unwrap();
    let stored: Vec<i64> = statement
        .query_map([], |row| {
            assert_eq!(row.get::<_, i64>(1)?, 1);
            assert_eq!(row.get::<_, String>(2)?, "ada@guest.example");
            assert_eq!(row.get::<_, String>(3)?, row.get::<_, String>(4)?);
            assert_eq!(row.get::<_, Option<String>>(5)?, None);
            assert_eq!(row.get::<_, Option<i64>>(6)?, None);
            row.get(0)
        })
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(stored, answered);

    let again = Program::start(&arguments).await;
    assert_eq!(again.sign_in().await, signed_in, "the token outlives the process, too");
    let next = again.create(text(&signed_in["Token"]), "Next").await;
    assert_eq!(next["Id"].as_i64().unwrap(), answered.last().unwrap() + 1);
}

#[tokio::test]
async fn two_seeded_runs_give_equal_answers() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let program = Program::start(&["--seed", "--db", ":memory:"]).await;
        let signed_in = program.sign_in().await;
        let record = program.create(text(&signed_in["Token"]), "Guest").await;
        runs.push((signed_in, record));
    }
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[0].1["Id"], 1001);
    assert_eq!(runs[0].1["CreatedDateTime"], "2030-01-01T12:00:00.0000000Z");
}

#[tokio::test]
async fn program_ends_when_told_and_deletes_its_temporary_file() {
    for signal in ["-TERM", "-INT"] {
        let program = Program::start(&[]).await;
        let file = Path::new(text(&program.ready["db"])).to_owned();
        assert!(file.exists());
        program.sign_in().await;
        let (status, _) = program.terminate(signal).await;
        assert!(status.success(), "{signal}: {status}");
        assert!(!file.parent().unwrap().exists());
    }
}

#[tokio::test]
async fn log_holds_nothing_that_a_caller_sent() {
    const MARKER: &str = "planted-marker";
    let password = format!("{MARKER}-password");
    let program =
        Program::start(&["--db", ":memory:", "--username", MARKER, "--password", &password]).await;
    let base = "/api/ConsumerApi/v1/Restaurant";
    let sign_in = program.client.post(program.url("/api/Jwt/v2/Authenticate"));
    let credentials = json!({ "Username": MARKER, "Password": password });
    let signed_in: Value = sign_in.json(&credentials).send().await.unwrap().json().await.unwrap();
    let token = text(&signed_in["Token"]).to_owned();
    let guest = json!({ "Surname": MARKER, "Email": MARKER, "Mobile": MARKER });
    let bad = json!({ "Surname": MARKER, "Email": MARKER, "Mobile": MARKER, "IsVip": MARKER });
    let calls = [
        (format!("{base}/oak-and-salt/Customer"), guest.to_string(), 200),
        (format!("{base}/oak-and-salt/Customer"), bad.to_string(), 400),
        (format!("{base}/oak-and-salt/Customer"), format!("{{{MARKER}"), 400),
        (format!("{base}/oak-and-salt/Customer?{MARKER}={MARKER}"), guest.to_string(), 404),
        (format!("{base}/{MARKER}/Customer"), guest.to_string(), 404),
        (format!("/{MARKER}"), guest.to_string(), 404),
    ];
    for (path, body, status) in calls {
        let request = program.client.post(program.url(&path)).bearer_auth(&token);
        let request = request.header("Content-Type", "application/json").body(body);
        let response = request.header("User-Agent", MARKER).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{path}");
    }
    let (_, log) = program.terminate("-TERM").await;
    assert!(!log.contains(MARKER) && !log.contains(&token), "{log}");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let fields = |name: &str| -> Vec<Value> {
        lines.iter().map(|line| line["fields"][name].clone()).collect()
    };
    let create = format!("{base}/{{micrositeName}}/Customer");
    let routes =
        json!(["/api/Jwt/v2/Authenticate", create, create, create, create, create, "none"]);
    assert_eq!(json!(fields("route")), routes);
    assert_eq!(json!(fields("status")), json!([200, 200, 400, 400, 404, 404, 404]));
    assert!(fields("method").iter().all(|method| method == "POST"));
    assert!(fields("duration_ms").iter().all(Value::is_number));
}

#[tokio::test]
async fn names_of_a_file_are_those_of_the_api() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("names.toml");
    std::fs::write(
        &file,
        "markForDeletionPath = \"Customer/Delete\"\ncustomerIds = \"Ids\"\n\
        skippedCustomerIds = \"Left\"\nhasDeclinedEmail = \"NoEmail\"\n",
    )
    .unwrap();
    let names = file.to_str().unwrap();
    let program = Program::start(&["--db", ":memory:", "--names", names]).await;
    let answer = program.sign_in().await;
    let token = text(&answer["Token"]);
    let customer = program.create(token, "Lee").await;
    assert_eq!(
        [customer.get("NoEmail"), customer.get("HasDeclinedEmail")],
        [Some(&Value::Null), None]
    );
    let delete = async |path: &str, body: Value| {
        let url = program.url(&format!("/api/ConsumerApi/v1/Restaurant/oak-and-salt/{path}"));
        let request = program.client.post(url).bearer_auth(token).json(&body);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json::<Value>().await.unwrap())
    };
    let (status, refusal) = delete("Customer/Delete", json!({ "CustomerIds": [1] })).await;
    assert_eq!((status, &refusal["ValidationErrors"][0]["PropertyName"]), (400, &json!("Ids")));
    assert_eq!(
        delete("Customer/Delete", json!({ "Ids": [1] })).await,
        (200, json!({ "DeletedCustomerIds": [], "Left": [1] }))
    );
    assert_eq!(delete("Customers/MarkForDeletion", json!({ "Ids": [1] })).await.0, 404);
}

#[tokio::test]
async fn bad_input_is_one_line_and_status_2() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    std::fs::write(path("notes.txt"), "not a database").unwrap();
    let other = Connection::open(path("other.db")).unwrap();
    other.execute_batch("CREATE TABLE customers(id INTEGER PRIMARY KEY)").unwrap();
    drop(other);
    let foreign = std::fs::read(path("other.db")).unwrap();

    let table = [
        (vec!["--port", &port, "--db"], path("new.db"), "cannot listen on port"),
        (vec!["--db"], path("notes.txt"), "it is not a sandbox database"),
        (vec!["--db"], path("other.db"), "it is not a sandbox database"),
        (vec!["--db"], path("missing/new.db"), "unable to open database file"),
        (vec!["--db"], path(""), "cannot use the database"),
        (vec!["--names"], path("missing.toml"), "can't be read"),
        (vec!["--names"], path("notes.txt"), "is neither JSON nor TOML"),
    ];
    for (mut arguments, file, reason) in table {
        arguments.push(&file);
        let output = timeout(PATIENCE, command(&arguments).output()).await.unwrap().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(error.starts_with("dinerkit-sandbox: ") && error.contains(reason), "{error}");
        assert!(output.stdout.is_empty());
    }
    let mut left: Vec<String> = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["notes.txt", "other.db"], "nothing was written");
    assert_eq!(std::fs::read(path("other.db")).unwrap(), foreign);
    assert_eq!(std::fs::read(path("notes.txt")).unwrap(), b"not a database");
}
