//! All checks that run no code of the project.

mod advisories;
mod bundlers;
mod crates;
mod floors;
pub(crate) mod licences;
mod manifests;
mod tree;
mod workflows;

use anyhow::{Result, bail};

use crate::process::{command, interrupted, run as run_program, step};
use crate::workspace::{WASM_TARGET, Workspace};
use crate::{docs, pack, setup};

type Check<'a> = &'a dyn Fn(&Workspace) -> Result<()>;

/// Runs every check, also after one has failed, and names those that failed. With
/// `require_advisories` the lint fails where the databases of advisories can't be fetched.
#[allow(clippy::print_stderr, reason = "why a check failed")]
pub(crate) fn run(workspace: &Workspace, require_advisories: bool) -> Result<()> {
    setup::wasm_target(workspace)?;
    setup::npm_packages(workspace)?;
    let checks: &[(&str, Check<'_>)] = &[
        ("Rust format", &rustfmt),
        ("clippy", &clippy),
        ("crate documentation", &documentation),
        ("JavaScript, CSS, HTML and JSON format", &javascript_format),
        ("ESLint", &eslint),
        ("types", &types),
        ("npm package", &package),
        ("crates", &crates::check),
        ("licences of npm packages", &licences::check),
        ("advisories", &|workspace| advisories::check(workspace, require_advisories)),
        ("floors of src/", &floors::check),
        ("what the package was tried in", &bundlers::check),
        ("committed files", &tree::check),
        ("workflows", &workflows::check),
        ("addresses of the manifests", &manifests::addresses),
        ("crate package", &manifests::crate_package),
        ("reference pages", &docs::check),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        step("Linting", name);
        if let Err(error) = check(workspace) {
            if interrupted() {
                return Err(error);
            }
            eprintln!("error: {error:#}");
            failed.push(*name);
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!("lint failed: {}", failed.join(", "));
}

fn rustfmt(workspace: &Workspace) -> Result<()> {
    run_program(
        command("cargo", &workspace.root).args(["fmt", "--all", "--check"]),
        "Rust code is not formatted: run `cargo fmt --all`",
    )
}

/// Checks the workspace natively with all features, and the crate for wasm as it is published.
fn clippy(workspace: &Workspace) -> Result<()> {
    let natively = ["--workspace", "--all-targets", "--all-features"];
    let wasm = |features| {
        [
            "--package=dinerkit",
            "--lib",
            "--target",
            WASM_TARGET,
            "--no-default-features",
            "--features",
            features,
        ]
    };
    let failed = "clippy found something: correct it";
    let modules = ["wasm", "wasm,programs", "wasm,bulk", "wasm,gateway"].map(wasm);
    for arguments in std::iter::once(&natively[..]).chain(modules.iter().map(|module| &module[..]))
    {
        run_program(
            command("cargo", &workspace.root)
                .args(["clippy", "--quiet"])
                .args(arguments)
                .args(["--", "--deny", "warnings"]),
            failed,
        )?;
    }
    Ok(())
}

/// Builds the crate's documentation, whose links must lead somewhere.
fn documentation(workspace: &Workspace) -> Result<()> {
    run_program(
        command("cargo", &workspace.root)
            .args(["doc", "--quiet", "--package=dinerkit", "--no-deps", "--all-features"])
            .env("RUSTDOCFLAGS", "--deny warnings"),
        "rustdoc found something: correct it",
    )
}

fn javascript_format(workspace: &Workspace) -> Result<()> {
    run_program(
        command(workspace.npm_bin().join("prettier"), &workspace.root).args([
            "--check",
            "--log-level=warn",
            ".",
        ]),
        "JavaScript, CSS, HTML or JSON is not formatted: run `node_modules/.bin/prettier --write .`",
    )
}

fn eslint(workspace: &Workspace) -> Result<()> {
    run_program(
        command(workspace.npm_bin().join("eslint"), &workspace.root).args([
            "--max-warnings",
            "0",
            ".",
        ]),
        "ESLint found something: correct it",
    )
}

fn types(workspace: &Workspace) -> Result<()> {
    run_program(
        command(workspace.npm_bin().join("tsc"), &workspace.root)
            .args(["--project", "tsconfig.json"]),
        "the types do not fit: correct them",
    )
}

/// The entries that `require` can't load: a component that the page's own build compiles, and a
/// classic script.
const WITHOUT_REQUIRE: [&str; 2] = ["svelte", "inline.global.js"];

/// Checks the tarball with the tools that registries' users check packages with.
fn package(workspace: &Workspace) -> Result<()> {
    let tarball = pack::tarball(workspace)?;
    run_program(
        command(workspace.npm_bin().join("publint"), &workspace.root)
            .args(["run", "--strict"])
            .arg(&tarball),
        "publint found something: correct pkg/package.json",
    )?;
    for (entries, profile) in [("--exclude-entrypoints", "strict"), ("--entrypoints", "esm-only")] {
        run_program(
            command(workspace.npm_bin().join("attw"), &workspace.root)
                .args(["--no-summary", "--profile", profile, entries])
                .args(WITHOUT_REQUIRE)
                .arg("--")
                .arg(&tarball),
            "the package's types can't be found from everywhere: correct pkg/package.json",
        )?;
    }
    Ok(())
}
