//! Runs other programs: says what to do if one is missing or fails, and lets none outlive xtask.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

use crate::workspace::again;

/// How long a server may take to say that it is ready.
const READY_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a server may take to end after it was asked to.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// How often xtask looks whether a program has ended.
const POLL: Duration = Duration::from_millis(20);
/// How long a program that ends by itself may take: four times what the slowest takes on two cores
/// when everything is compiled. A program that hangs is ended then, and named in an error.
pub(crate) const LIMIT: Duration = Duration::from_secs(20 * 60);
/// How long the children of a program that has ended may keep its output open.
const LEFTOVERS: Duration = Duration::from_secs(5);

/// Within this time a second signal counts as the first: one Ctrl-C may arrive for xtask and for
/// its process group.
const PATIENCE: Duration = Duration::from_secs(1);

/// The exit status of a command that was interrupted, as shells count it (128 + SIGINT).
pub(crate) const INTERRUPTED: u8 = 130;

/// The children that run now. An interrupt is passed on to them.
static CHILDREN: Mutex<BTreeSet<Process>> = Mutex::new(BTreeSet::new());
/// When xtask was first interrupted.
static INTERRUPTED_AT: OnceLock<Instant> = OnceLock::new();

/// A process that xtask must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Process {
    id: u32,
    /// Whether the process leads a group of its own. A signal then goes to the whole group.
    leads: bool,
}

/// Passes Ctrl-C and SIGTERM on to the children. When they have ended, xtask ends as it always
/// does, and stops its servers. A second signal, after [`PATIENCE`], kills the children.
pub(crate) fn forward_interrupts() -> Result<()> {
    ctrlc::set_handler(|| {
        let force = INTERRUPTED_AT.get_or_init(Instant::now).elapsed() > PATIENCE;
        for process in CHILDREN.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            signal(*process, force);
        }
    })
    .context("the handler for Ctrl-C could not be set")
}

/// Whether Ctrl-C or SIGTERM has arrived.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED_AT.get().is_some()
}

#[cfg(unix)]
fn signal(process: Process, force: bool) {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    let Ok(id) = i32::try_from(process.id) else { return };
    // A negative number means a group: kill(2).
    let id = Pid::from_raw(if process.leads { -id } else { id });
    // An error means that the process has ended meanwhile, which was the aim.
    let _ = kill(id, if force { Signal::SIGKILL } else { Signal::SIGTERM });
}

#[cfg(not(unix))]
fn signal(process: Process, _force: bool) {
    // It may have ended in the meantime, which is what was wanted.
    let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &process.id.to_string()]).status();
}

/// Prints on stderr, in cargo's form, what happens now.
#[allow(clippy::print_stderr, reason = "progress belongs on stderr; stdout is for results")]
pub(crate) fn step(verb: &str, what: &str) {
    if io::stderr().is_terminal() {
        eprintln!("\x1b[1;32m{verb:>12}\x1b[0m {what}");
    } else {
        eprintln!("{verb:>12} {what}");
    }
}

/// Prints one line of a result on stdout.
pub(crate) fn print(line: &str) {
    // An error means that the reader closed its end, as `| head` does, and wants no more lines.
    let _ = writeln!(io::stdout(), "{line}");
}

/// A command for a program that runs in `folder`, so that no program depends on where `cargo xtask`
/// was typed.
pub(crate) fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}

/// Runs a program to its end, with its output on the terminal. `failed` says, in one sentence
/// without a full stop, what could not be done and what to check.
pub(crate) fn run(command: &mut Command, failed: &str) -> Result<()> {
    let status = Running::start(command)?.wait(Some(LIMIT))?;
    check(status, failed)
}

/// Like [`run`], with the program's output on stderr: stdout is for xtask's own result.
pub(crate) fn run_aside(command: &mut Command, failed: &str) -> Result<()> {
    command.stdout(io::stderr());
    run(command, failed)
}

/// Runs a program to its end and returns its stdout.
pub(crate) fn output(command: &mut Command, failed: &str) -> Result<String> {
    let mut text = String::new();
    let status = tee(command, |line| {
        text.push_str(line);
        text.push('\n');
        Echo::No
    })?;
    check(status, failed)?;
    Ok(text)
}

fn check(status: ExitStatus, failed: &str) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    if interrupted() {
        bail!("interrupted");
    }
    bail!("{failed}, then run `{}` again ({status})", again())
}

/// Whether a line of a program's output is also shown.
pub(crate) enum Echo {
    Yes,
    No,
}

/// Runs a program to its end, without a limit of time. Hands each line of stdout to `read`, and
/// shows the lines for which `read` returns [`Echo::Yes`].
pub(crate) fn tee(command: &mut Command, read: impl FnMut(&str) -> Echo) -> Result<ExitStatus> {
    Running::start(command.stdout(Stdio::piped()))?.tee(read, None)
}

/// Like [`tee`], and ends what the program has left running, such as a browser that hangs. Ends the
/// program itself after `limit`, which is mostly [`LIMIT`].
pub(crate) fn tee_all(
    limit: Duration,
    command: &mut Command,
    read: impl FnMut(&str) -> Echo,
) -> Result<ExitStatus> {
    Running::start_group(command.stdout(Stdio::piped()))?.tee(read, Some(limit))
}

/// A child process, known to the interrupt handler while it runs.
struct Running {
    name: String,
    child: Child,
    process: Process,
    began: Instant,
}

impl Running {
    fn start(command: &mut Command) -> Result<Self> {
        Self::spawn(command, false)
    }

    /// Starts the program as the leader of a group, which ends with it.
    fn start_group(command: &mut Command) -> Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        Self::spawn(command, cfg!(unix))
    }

    fn spawn(command: &mut Command, leads: bool) -> Result<Self> {
        if interrupted() {
            bail!("interrupted");
        }
        let child = command.spawn().map_err(|error| unstartable(command.get_program(), &error))?;
        let process = Process { id: child.id(), leads };
        CHILDREN.lock().unwrap_or_else(PoisonError::into_inner).insert(process);
        let name = name(command.get_program());
        Ok(Self { name, child, process, began: Instant::now() })
    }

    /// Waits for the program's end, which must come within `limit` of its start.
    fn wait(mut self, limit: Option<Duration>) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.status(limit)? {
                return Ok(status);
            }
            thread::sleep(POLL);
        }
    }

    /// Like `wait`, and hands each line of stdout to `read`. After the program's end it waits for
    /// its children's lines for [`LEFTOVERS`] only, because they may hold the output open for ever.
    fn tee(
        mut self,
        mut read: impl FnMut(&str) -> Echo,
        limit: Option<Duration>,
    ) -> Result<ExitStatus> {
        let stdout = self.child.stdout.take().context("a program's output was not connected")?;
        let (lines, said) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).split(b'\n') {
                let is_last = line.is_err();
                // The receiver is gone if the program took too long.
                if lines.send(line).is_err() || is_last {
                    return;
                }
            }
        });
        let mut ended: Option<Instant> = None;
        loop {
            match said.recv_timeout(POLL) {
                Ok(line) => {
                    let line = line.context("a program's output could not be read")?;
                    let line = String::from_utf8_lossy(&line);
                    if let Echo::Yes = read(line.trim_end_matches('\r')) {
                        print(&line);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return self.wait(limit),
                Err(RecvTimeoutError::Timeout) if self.status(limit)?.is_some() => {
                    if ended.get_or_insert_with(Instant::now).elapsed() > LEFTOVERS {
                        return self.wait(limit);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// The exit status, if the program has ended. If it has run for `limit`, kills it and returns
    /// an error.
    fn status(&mut self, limit: Option<Duration>) -> Result<Option<ExitStatus>> {
        let status = self.child.try_wait().context("a program's end could not be waited for")?;
        if let Some(limit) = limit.filter(|limit| status.is_none() && self.began.elapsed() > *limit)
        {
            signal(self.process, true);
            bail!(
                "`{}` did not come to its end within {} min, and was ended: see above how far it came",
                self.name,
                limit.as_secs() / 60
            );
        }
        Ok(status)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        CHILDREN.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.process);
        if self.process.leads {
            signal(self.process, true);
        }
    }
}

/// A program's name without its folder.
fn name(program: &OsStr) -> String {
    Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned()
}

fn unstartable(program: &OsStr, error: &io::Error) -> anyhow::Error {
    let name = name(program);
    if error.kind() != io::ErrorKind::NotFound {
        return anyhow!("`{name}` could not be started: {error}");
    }
    let remedy = match name.as_str() {
        "node" | "npm" => "install Node.js 20 or newer",
        "python3" => "install Python 3.10 or newer",
        "rustup" => "install rustup",
        "git" => "install git",
        _ => "install it",
    };
    anyhow!("`{name}` was not found: {remedy}, then run `{}` again", again())
}

/// A server that xtask started. It ends when this value is dropped.
pub(crate) struct Server {
    running: Running,
    log: PathBuf,
    /// The line of JSON by which the server said that it is ready.
    pub(crate) ready: Value,
}

impl Server {
    /// Starts a server and waits for the line of JSON with a `url` that says that it is ready. Its
    /// stderr goes to `logs/NAME.log`. When the server ends, its name is sent to `ended`.
    pub(crate) fn start(
        command: &mut Command,
        name: &'static str,
        logs: &Path,
        ended: Option<Sender<&'static str>>,
    ) -> Result<Self> {
        fs::create_dir_all(logs).with_context(|| format!("{} can't be made", logs.display()))?;
        let log = logs.join(format!("{name}.log"));
        let file =
            File::create(&log).with_context(|| format!("{} can't be written", log.display()))?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file);
        let mut running = Running::start(command)?;
        let stdout = running.child.stdout.take().context("a server's output was not connected")?;

        let (lines, said) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // After the server is ready nobody receives the lines. They are still read, so that
                // the pipe does not fill.
                let _ = lines.send(line);
            }
            drop(lines);
            if let Some(ended) = ended {
                let _ = ended.send(name);
            }
        });
        let mut server = Self { running, log, ready: Value::Null };
        server.ready = server.wait_until_ready(name, &said)?;
        Ok(server)
    }

    fn wait_until_ready(&self, name: &str, said: &Receiver<String>) -> Result<Value> {
        let deadline = Instant::now() + READY_TIMEOUT;
        loop {
            match said.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let value = serde_json::from_str::<Value>(&line).unwrap_or_default();
                    if value.get("url").is_some_and(Value::is_string) {
                        return Ok(value);
                    }
                }
                Err(_) if interrupted() => bail!("interrupted"),
                Err(RecvTimeoutError::Timeout) => bail!(
                    "the {name} did not say that it is ready within {} s; it said:\n{}",
                    READY_TIMEOUT.as_secs(),
                    self.last_words()
                ),
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("the {name} ended before it was ready; it said:\n{}", self.last_words())
                }
            }
        }
    }

    /// A text from the line by which the server said that it is ready.
    pub(crate) fn said(&self, key: &str) -> Result<&str> {
        self.ready
            .get(key)
            .and_then(Value::as_str)
            .with_context(|| format!("a server's ready line has no `{key}`: {}", self.ready))
    }

    /// The last lines of the server's log.
    fn last_words(&self) -> String {
        const LINES: usize = 20;
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let start = lines.len().saturating_sub(LINES);
        lines.get(start..).unwrap_or_default().join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        signal(self.running.process, false);
        let deadline = Instant::now() + STOP_TIMEOUT;
        while Instant::now() < deadline {
            if let Ok(Some(_)) = self.running.child.try_wait() {
                return;
            }
            thread::sleep(POLL);
        }
        // The server ignored the signal. If killing it fails too, nothing is left to do.
        let _ = self.running.child.kill();
        let _ = self.running.child.wait();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = command("sh", Path::new("/"));
        shell.args(["-c", script]).stdout(Stdio::piped());
        shell
    }

    #[test]
    fn program_that_left_a_child_is_not_waited_for() {
        // In a session of its own, as a browser's helpers are, the child is not part of the group.
        let mut leaves = shell("echo said; setsid sleep 30 & sleep 0.1");
        let began = Instant::now();
        let mut said = Vec::new();
        let status = tee_all(LIMIT, &mut leaves, |line| {
            said.push(line.to_owned());
            Echo::No
        });
        assert!(status.unwrap().success());
        assert_eq!(said, ["said"]);
        assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
    }

    #[test]
    fn program_over_its_limit_is_ended_with_its_children() {
        let limit = Some(Duration::from_millis(300));
        let mut hangs = shell("sleep 30 & echo $!; wait");
        let mut child = None;
        let error = Running::start_group(&mut hangs).unwrap().tee(
            |line| {
                child = line.parse::<i32>().ok();
                Echo::No
            },
            limit,
        );
        assert_eq!(
            error.unwrap_err().to_string(),
            "`sh` did not come to its end within 0 min, and was ended: see above how far it came"
        );
        let child = nix::unistd::Pid::from_raw(child.unwrap());
        let deadline = Instant::now() + STOP_TIMEOUT;
        while nix::sys::signal::kill(child, None).is_ok() && Instant::now() < deadline {
            thread::sleep(POLL);
        }
        assert!(nix::sys::signal::kill(child, None).is_err(), "its child is still there");
        assert!(Running::start(&mut shell("sleep 30")).unwrap().wait(limit).is_err());
    }

    #[test]
    fn program_is_read_to_its_last_line() {
        let mut last = String::new();
        let mut counts = shell("i=0; while [ $i -lt 5000 ]; do i=$((i+1)); echo $i; done; exit 3");
        let status = tee(&mut counts, |line| {
            line.clone_into(&mut last);
            Echo::No
        });
        assert_eq!((status.unwrap().code(), last.as_str()), (Some(3), "5000"));
    }
}
