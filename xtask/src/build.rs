//! Builds what is published: the wasm modules, the widget, and the package around them.
//!
//! Cargo compiles, wasm-bindgen (as a library, at the crate's own version) writes the glue,
//! wasm-opt and esbuild make both small. The package's entry files are written by hand; nothing
//! in `pkg/` is patched after the build.

mod facts;
mod functions;
pub(crate) mod inline;
pub(crate) mod pages;
pub(crate) mod web;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use dinerkit::rules::phone::{Table, plain};
use dinerkit::script;
use serde::Deserialize;
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

pub(crate) use self::functions::Function;
use crate::lint::licences::Allowed;
use crate::process::{command, run_aside, step};
use crate::setup;
use crate::stamp::{Inputs, Stamp};
use crate::workspace::{WASM_TARGET, Workspace};

/// One wasm module of the package.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Module {
    /// Names the file `NAME_bg.wasm` in `pkg/dist`, and `NAME.js` for a module with a glue of its own.
    pub(crate) name: &'static str,
    /// The name of the module whose glue serves: its own, or that of another one with the same
    /// functions.
    glue: &'static str,
    features: &'static str,
    /// A `cfg` that leaves a part out, for a module that is only measured.
    without: Option<&'static str>,
    /// Packages that are compiled to run fast. All others are compiled to be small.
    fast: &'static [&'static str],
    /// A script of our own that loads the module, and into which its glue is bundled. The glue of
    /// the others is a function, see [`factory`].
    loader: Option<&'static str>,
}

/// The module for programs in browsers: rules and client.
pub(crate) const CORE: Module = Module {
    name: "core",
    glue: "core",
    features: "wasm,programs",
    without: None,
    fast: &[],
    loader: None,
};
/// The core once more for Node, Deno and Bun, which read it from their own disk: compiled for speed.
/// `dist/core.js` is the glue of both, so that a program may give either to `init`.
pub(crate) const FAST_CORE: Module =
    Module { name: "fast", features: "wasm,programs,plain-tables", fast: &["dinerkit"], ..CORE };
/// The module for a guest's page: the rules alone.
pub(crate) const GUEST: Module = Module {
    name: "guest",
    glue: "guest",
    features: "wasm",
    loader: Some("www/widget/guest-module.js"),
    ..CORE
};
/// The module for servers: rules, client and gateway. Servers read it from their own disk and keep
/// it busy, so its hot parts are compiled for speed. The standard library and the rest are compiled
/// as for the core, so that they compile once.
pub(crate) const GATEWAY: Module = Module {
    name: "gateway",
    glue: "gateway",
    features: "wasm,gateway",
    without: None,
    fast: &["dinerkit", "sha2"],
    loader: None,
};
/// The module for files of many rows, which are checked in blocks: compiled for speed.
pub(crate) const BULK: Module = Module {
    name: "bulk",
    glue: "bulk",
    features: "wasm,bulk",
    without: None,
    fast: &["dinerkit"],
    loader: None,
};

/// The modules of the package.
pub(crate) const PUBLISHED: [Module; 5] = [CORE, FAST_CORE, GUEST, BULK, GATEWAY];

/// The core without one of its parts, to see how many bytes that part takes. Never published.
pub(crate) fn core_without(part: &str) -> Option<Module> {
    let parts = [
        Module { name: "core-without-phones", without: Some("without_phones"), ..CORE },
        Module {
            name: "core-without-phone-formats",
            without: Some("without_phone_formats"),
            ..CORE
        },
    ];
    parts.into_iter().find(|module| module.without == Some(part))
}

impl Module {
    /// The names of its glue and of its module in `pkg/dist`.
    fn files(self) -> [String; 2] {
        [format!("{}.js", self.glue), format!("{}_bg.wasm", self.name)]
    }
}

/// Files that are copied into the package beside its pages ([`pages`]): the licences and the
/// examples. They are named one by one, so that local settings beside an example are not published.
const ALONG: [&str; 78] = [
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "examples/angular/README.md",
    "examples/angular/angular.json",
    "examples/angular/package.json",
    "examples/angular/src/booking.ts",
    "examples/angular/src/index.html",
    "examples/angular/src/main.ts",
    "examples/angular/tsconfig.json",
    "examples/astro/README.md",
    "examples/astro/astro.config.mjs",
    "examples/astro/package.json",
    "examples/astro/src/pages/api/check.js",
    "examples/astro/src/pages/index.astro",
    "examples/bun/.env.example",
    "examples/bun/README.md",
    "examples/bun/gateway.js",
    "examples/challenge/README.md",
    "examples/challenge/index.html",
    "examples/challenge/page.js",
    "examples/challenge/turnstile.js",
    "examples/container/Dockerfile",
    "examples/container/gateway.toml",
    "examples/deno/.env.example",
    "examples/deno/README.md",
    "examples/deno/deno.json",
    "examples/deno/gateway.js",
    "examples/html/README.md",
    "examples/html/index.html",
    "examples/html/own-form.html",
    "examples/html/page.js",
    "examples/many/Caddyfile",
    "examples/many/alerts.yaml",
    "examples/many/compose.yaml",
    "examples/many/dinerkit-gateway@.service",
    "examples/many/gateway.toml",
    "examples/many/nginx.conf",
    "examples/many/redis.conf",
    "examples/next/README.md",
    "examples/next/app/api/check/route.js",
    "examples/next/app/booking.jsx",
    "examples/next/app/layout.jsx",
    "examples/next/app/page.jsx",
    "examples/next/package.json",
    "examples/nuxt/README.md",
    "examples/nuxt/app/app.vue",
    "examples/nuxt/nuxt.config.js",
    "examples/nuxt/package.json",
    "examples/nuxt/server/api/check.post.js",
    "examples/react/README.md",
    "examples/react/index.html",
    "examples/react/package.json",
    "examples/react/src/Booking.jsx",
    "examples/react/src/OwnForm.jsx",
    "examples/react/src/gateway.js",
    "examples/react/src/main.jsx",
    "examples/react/vite.config.js",
    "examples/sveltekit/README.md",
    "examples/sveltekit/package.json",
    "examples/sveltekit/src/app.html",
    "examples/sveltekit/src/env.js",
    "examples/sveltekit/src/routes/+page.svelte",
    "examples/sveltekit/src/routes/api/check/+server.js",
    "examples/sveltekit/vite.config.js",
    "examples/systemd/dinerkit-gateway.service",
    "examples/systemd/gateway.toml",
    "examples/vue/README.md",
    "examples/vue/index.html",
    "examples/vue/package.json",
    "examples/vue/src/App.vue",
    "examples/vue/src/main.js",
    "examples/vue/vite.config.js",
    "examples/wordpress/README.md",
    "examples/wordpress/dinerkit.php",
    "examples/wrangler/README.md",
    "examples/wrangler/package.json",
    "examples/wrangler/src/worker.js",
    "examples/wrangler/wrangler.toml",
];

/// Installs what the build needs and builds the whole package.
pub(crate) fn package(workspace: &Workspace) -> Result<()> {
    setup::wasm_target(workspace)?;
    setup::npm_packages(workspace)?;
    for module in PUBLISHED {
        self::module(workspace, module)?;
    }
    tables(workspace)?;
    facts::write(workspace)?;
    phones(workspace)?;
    pages::copy_along(workspace)?;
    inline::files(workspace)?;
    widget(workspace)?;
    web::make(workspace)?;
    server(workspace)?;
    bundles(workspace)
}

/// Builds the one module that has this name.
pub(crate) fn module_alone(workspace: &Workspace, name: &str) -> Result<()> {
    let Some(found) = PUBLISHED.into_iter().find(|module| module.name == name) else {
        let names = PUBLISHED.map(|module| module.name).join(", ");
        bail!("{name} is no module of the package: {names} are");
    };
    setup::wasm_target(workspace)?;
    setup::npm_packages(workspace)?;
    module(workspace, found).map(drop)
}

/// Bundles the entries that have files inside, as the last step of a build.
pub(crate) fn bundles(workspace: &Workspace) -> Result<()> {
    inline::bundles(workspace)?;
    take_maps(&workspace.dist(), &maps(workspace))
}

/// The folder of the source maps of the scripts in `pkg/dist`. It is beside the stamps, so that both
/// are removed together.
pub(crate) fn maps(workspace: &Workspace) -> PathBuf {
    workspace.target.join("wasm").join("maps")
}

/// Moves the source maps of scripts out of the package.
fn take_maps(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("{} can't be read", from.display()))? {
        let entry = entry.with_context(|| format!("{} can't be read", from.display()))?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            take_maps(&from, &to)?;
        } else if from.extension().is_some_and(|extension| extension == "map") {
            copy(&from, &to)?;
            fs::remove_file(&from)
                .with_context(|| format!("{} can't be removed", from.display()))?;
        }
    }
    Ok(())
}

/// Writes the crate's own tables as modules for JavaScript.
pub(crate) fn tables(workspace: &Workspace) -> Result<()> {
    let dist = workspace.dist();
    fs::create_dir_all(&dist).with_context(|| format!("{} can't be made", dist.display()))?;
    for (name, module) in [
        ("fields.js", script::fields_module()),
        ("slots.js", script::slots_module()),
        ("names.js", script::names_module()),
        ("guest-data.js", script::guest_module()),
    ] {
        let file = dist.join(name);
        fs::write(&file, module).with_context(|| format!("{} can't be written", file.display()))?;
    }
    Ok(())
}

/// Copies the tables of phone numbers and of their grouping, which a page loads apart from the
/// module, and their notice.
fn phones(workspace: &Workspace) -> Result<()> {
    let data = workspace.root.join("data").join("phone");
    let dist = workspace.dist();
    let (types, masks) = (data.join("types.bin"), data.join("masks.bin"));
    copy(&types, &dist.join("phones.bin"))?;
    copy(&masks, &dist.join("phone-formats.bin"))?;
    let read =
        |file: &Path| fs::read(file).with_context(|| format!("{} can't be read", file.display()));
    let (types, masks) = (read(&types)?, read(&masks)?);
    let plain = inline::phones_plain(workspace);
    let table = Table::decode(&types).context("data/phone/types.bin is damaged")?;
    fs::write(&plain, plain::write(&table))
        .with_context(|| format!("{} can't be written", plain.display()))?;
    let both = script::guest_tables(&types, &masks)
        .context("the table of types is too long for guest.bin")?;
    fs::write(dist.join("guest.bin"), both).context("guest.bin can't be written")?;
    copy(&data.join("NOTICE"), &dist.join("phones.NOTICE"))
}

/// Builds one module. Returns the path of cargo's output, which is not optimised and has its names.
pub(crate) fn module(workspace: &Workspace, module: Module) -> Result<PathBuf> {
    let compiled = compile(workspace, module)?;
    let files = module.files();
    let loader = module.loader.map(|loader| workspace.root.join(loader));
    let inputs = recipe(workspace)?.path(&compiled)?;
    let inputs = loader.iter().try_fold(inputs, |inputs, loader| inputs.path(loader))?;
    let stamp =
        Stamp::new(workspace.target.join("wasm").join(format!("{}.stamp", module.name)), inputs);
    let dist = workspace.dist();
    let [glue, wasm] = files;
    let names = functions_file(workspace, module);
    if stamp.is_fresh(&[dist.join(&glue), dist.join(&wasm), names.clone()]) {
        return Ok(compiled);
    }

    step("Optimising", &format!("{} (wasm-bindgen, wasm-opt)", module.name));
    let bound = bind(workspace, module, &compiled, false)?;
    fs::create_dir_all(&dist).with_context(|| format!("{} can't be made", dist.display()))?;
    let functions = bound.join(format!("{}_bg.js", module.glue));
    match &loader {
        Some(loader) => {
            let made = bound.join("glue.js");
            factory(workspace, &functions, &made)?;
            let alias = format!("--alias:glue={}", made.display());
            minify(workspace, loader, &dist.join(&glue), &["--bundle", "--format=esm", &alias])?;
        }
        None if module.glue != module.name => {
            let made = bound.join("glue.js");
            factory(workspace, &functions, &made)?;
            same_glue(module, &made, &dist.join(&glue))?;
        }
        None => factory(workspace, &functions, &dist.join(&glue))?,
    }
    let level = if module.fast.is_empty() { SMALL } else { FAST };
    let (plain, optimised) = (bound.join(bound_file(module)), dist.join(&wasm));
    let map = bound.join("symbols");
    let mapping = format!("--symbolmap={}", map.display());
    optimise(workspace, &plain, &optimised, &[level, &[&mapping]].concat())?;
    let named = bind(workspace, module, &compiled, true)?.join(bound_file(module));
    let read =
        |file: &Path| fs::read(file).with_context(|| format!("{} can't be read", file.display()));
    let map = fs::read_to_string(&map).context("wasm-opt wrote no map of the functions")?;
    let list = functions::functions(&read(&optimised)?, &map, &read(&plain)?, &read(&named)?)?;
    fs::write(&names, functions::write(&list)?)
        .with_context(|| format!("{} can't be written", names.display()))?;
    stamp.write()?;
    Ok(compiled)
}

/// The name that wasm-bindgen gives to a module. It contains the name that the module imports its
/// glue by.
fn bound_file(module: Module) -> String {
    format!("{}_bg.wasm", module.glue)
}

/// Checks that the glue of a module is the one that another module has in `pkg/dist`.
fn same_glue(module: Module, own: &Path, shared: &Path) -> Result<()> {
    let read =
        |file: &Path| fs::read(file).with_context(|| format!("{} can't be read", file.display()));
    if read(own)? != read(shared)? {
        bail!(
            "the modules {} and {} have different glues, and {} can serve only one: give both the same features, and compare {} with it",
            module.glue,
            module.name,
            shared.display(),
            own.display(),
        );
    }
    Ok(())
}

/// The list of a module's functions, which is published apart from the package.
pub(crate) fn functions_file(workspace: &Workspace, module: Module) -> PathBuf {
    workspace.target.join("wasm").join(format!("{}.functions", module.name))
}

/// Builds a module and lists its functions.
pub(crate) fn functions_of(workspace: &Workspace, module: Module) -> Result<Vec<Function>> {
    self::module(workspace, module)?;
    let file = functions_file(workspace, module);
    let text =
        fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))?;
    functions::read(&text)
}

/// Flags that compile the standard library too, for size and with panics that abort at once. The
/// module is a sixth smaller than with rustup's standard library, whose panics have texts that no
/// browser shows. The flags are unstable, so rust-toolchain.toml pins the toolchain that they work
/// with.
const STANDARD_LIBRARY: [&str; 4] =
    ["-Z", "build-std=std,panic_abort", "-Z", "build-std-features=optimize_for_size"];
const ABORT_AT_ONCE: &str = "-Zunstable-options -Cpanic=immediate-abort";
/// A stack of 960 KiB instead of the linker's 1 MiB. The data lies behind the stack: an address
/// below 1 MiB takes three bytes in the code, and one above takes four.
const STACK: &str = "-Clink-arg=-zstack-size=983040";

/// Runs cargo for one module, with `--crate-type cdylib` alone: if cargo builds the rlib too, it
/// silently turns link-time optimisation off.
///
/// Cargo gives all modules the same file name. So a stamp says whether a module must be compiled,
/// its file is kept where no other overwrites it, and another module's file is removed before, which
/// cargo might take for this one's.
fn compile(workspace: &Workspace, module: Module) -> Result<PathBuf> {
    let folder = workspace.target.join("wasm");
    let kept = folder.join(format!("{}.wasm", module.name));
    let inputs = recipe(workspace)?.value((module.features, module.without, module.fast));
    let inputs = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "src"]
        .iter()
        .try_fold(inputs, |inputs, name| inputs.path(&workspace.root.join(name)))?;
    let stamp = Stamp::new(folder.join(format!("{}.compiled.stamp", module.name)), inputs);
    if stamp.is_fresh(std::slice::from_ref(&kept)) {
        return Ok(kept);
    }
    step("Compiling", &format!("{} for {WASM_TARGET} (features {})", module.name, module.features));
    setup::standard_library_source(workspace)?;
    let release = workspace.target.join(WASM_TARGET).join("release");
    let built = release.join("dinerkit.wasm");
    for file in [&built, &release.join("deps").join("dinerkit.wasm")] {
        if file.exists() {
            fs::remove_file(file)
                .with_context(|| format!("{} can't be removed", file.display()))?;
        }
    }
    run_aside(
        command("cargo", &workspace.root)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", ABORT_AT_ONCE)
            .args([
                "rustc",
                "--package=dinerkit",
                "--lib",
                "--release",
                "--crate-type=cdylib",
                "--target",
                WASM_TARGET,
                "--no-default-features",
                "--features",
                module.features,
            ])
            .args(STANDARD_LIBRARY)
            .args(module.fast.iter().flat_map(|package| {
                ["--config".to_owned(), format!("profile.release.package.{package}.opt-level=3")]
            }))
            .args(["--", STACK])
            .args(module.without.iter().flat_map(|part| ["--cfg", *part])),
        "the crate does not compile for wasm: correct it",
    )?;
    copy(&built, &kept)?;
    stamp.write()?;
    Ok(kept)
}

/// Writes wasm-bindgen's glue as a function that makes it anew at each call: the default export
/// returns an object that holds the glue's functions and classes. So every instance of a module has
/// a glue of its own: after a fault `pkg/lib/instance.js` makes both anew, and an object of the old
/// instance, or its finalizer, can't reach into the memory of the new one.
fn factory(workspace: &Workspace, glue: &Path, to: &Path) -> Result<()> {
    // A line that esbuild knows of, so that its map of the source fits. Nobody declares an object of
    // the glue with `using`.
    const BEGIN: &str = "--banner:js=export default()=>{";
    let options = ["--bundle", "--format=esm", "--define:Symbol.dispose=undefined", BEGIN];
    minify(workspace, glue, to, &options)?;
    let script = fs::read_to_string(to).context("the glue can't be read")?;
    fs::write(to, made_anew(&script)?).with_context(|| format!("{} can't be written", to.display()))
}

/// A minified script that begins the function of [`factory`], and whose last statement is its one
/// export: that becomes the function's result.
fn made_anew(script: &str) -> Result<String> {
    const UNEXPECTED: &str = "esbuild has changed how it writes exports: see `made_anew`";
    let (body, exports) = script.trim_end().rsplit_once("export{").context(UNEXPECTED)?;
    let exports = exports.strip_suffix("};").context(UNEXPECTED)?;
    let members = exports.split(',').map(|export| match export.split_once(" as ") {
        Some((own, public)) => format!("{public}:{own}"),
        None => export.to_owned(),
    });
    let members = members.collect::<Vec<_>>().join(",");
    Ok(format!("{body}return{{{members}}}}};\n"))
}

/// Builds a module that is only measured; returns its path.
pub(crate) fn weighed(workspace: &Workspace, module: Module) -> Result<PathBuf> {
    let compiled = compile(workspace, module)?;
    let folder = bind(workspace, module, &compiled, false)?;
    let optimised = folder.join("optimised.wasm");
    optimise(workspace, &folder.join(bound_file(module)), &optimised, SMALL)?;
    Ok(optimised)
}

/// Writes glue and module to `target/wasm/NAME`, as for a bundler: that kind of glue does not load
/// the module, which our own scripts do in fewer bytes. With `names` the functions keep their
/// names, for people who read them.
pub(crate) fn bind(
    workspace: &Workspace,
    module: Module,
    compiled: &Path,
    names: bool,
) -> Result<PathBuf> {
    let kind = if names { "-named" } else { "" };
    let folder = workspace.target.join("wasm").join(format!("{}{kind}", module.name));
    let mut bindgen = Bindgen::new();
    // Every engine that has reference types, which the modules need, has `encodeInto` too.
    bindgen
        .input_path(compiled)
        .out_name(module.glue)
        .encode_into(EncodeInto::Always)
        // The names stay as the compiler wrote them: `functions` reads them without their hashes.
        .demangle(false)
        .bundler(true)
        .map(|bindgen| bindgen.remove_name_section(!names).remove_producers_section(true))
        // The package's types are written by hand, with their documentation.
        .map(|bindgen| bindgen.typescript(false))
        .and_then(|bindgen| bindgen.generate(&folder))
        .with_context(|| format!("wasm-bindgen could not write the glue of {}", module.name))?;
    Ok(folder)
}

/// wasm-opt's options for a small module. Before its levels they flatten the code and structure the
/// control flow anew, which takes fewer bytes than the compiler's blocks once a run of the level that
/// inlines and three of the level for size have followed. The lowest memory is the end of the stack,
/// where no pointer of the data points to.
pub(crate) const SMALL: &[&str] = &[
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-O4",
    "-Oz",
    "-Oz",
    "-Oz",
    // A list of the compiler's, which no engine reads.
    "--strip-target-features",
];
/// wasm-opt's options for a fast module. Without the second one it puts every function with one
/// caller into that caller, also those that the code keeps apart: an engine then compiles all of it
/// again because of one loop, which took 15 of 70 ms to the first check in Node.
const FAST: &[&str] = &["-O3", "--one-caller-inline-max-function-size=100"];

/// Runs wasm-opt with these options, which include its level.
pub(crate) fn optimise(
    workspace: &Workspace,
    from: &Path,
    to: &Path,
    options: &[&str],
) -> Result<()> {
    run_aside(
        command(workspace.npm_bin().join("wasm-opt"), &workspace.root)
            .args(options)
            .arg(from)
            .arg("-o")
            .arg(to),
        "wasm-opt could not make the module smaller: see its message above",
    )
}

/// Bundles and minifies the widget of the package. The words of the languages stay imports, so that
/// a guest loads one language.
fn widget(workspace: &Workspace) -> Result<()> {
    let source = workspace.root.join("www").join("widget");
    let dist = workspace.dist();
    let script = workspace.root.join("xtask").join("src").join("build").join("widget.mjs");
    let inputs =
        recipe(workspace)?.path(&script)?.path(&source)?.path(&workspace.package().join("lib"))?;
    let inputs = ["guest.js", "guest-data.js", "fields.js", "guest_bg.wasm", "guest.bin"]
        .iter()
        .try_fold(inputs, |inputs, file| inputs.path(&dist.join(file)))?;
    let stamp = Stamp::new(workspace.target.join("wasm").join("widget.stamp"), inputs);
    let scripts = ["widget", "widget-inline"]
        .into_iter()
        .flat_map(|name| [dist.join(format!("{name}.js")), dist.join(format!("{name}-later.js"))]);
    let others = ["widget.css", "message.js", "page.js", "locales"].map(|name| dist.join(name));
    let outputs: Vec<_> = scripts.chain([dist.join("words")]).chain(others.clone()).collect();
    if stamp.is_fresh(&outputs) {
        return Ok(());
    }
    let [style, message, page, locales] = others;

    step("Bundling", "the widget (esbuild)");
    minify(workspace, &source.join("diner-form.css"), &style, &[])?;
    // The widget and the gateway's pages have their style inside. esbuild takes it from the package
    // that is being built.
    let inlined = ["--bundle", "--format=esm", "--loader:.css=text"];
    run_aside(
        command("node", &workspace.root).arg(&script).args([&workspace.root, &dist]),
        "the widget could not be bundled: see the message above",
    )?;
    minify(workspace, &source.join("page.js"), &page, &inlined)?;
    minify(workspace, &source.join("message.js"), &message, &["--format=esm"])?;
    let words = source.join("locales");
    for entry in
        fs::read_dir(&words).with_context(|| format!("{} can't be read", words.display()))?
    {
        let entry = entry.with_context(|| format!("{} can't be read", words.display()))?;
        // Modules are UTF-8 by definition. With escapes, other scripts would take twice the bytes.
        let utf8 = ["--format=esm", "--charset=utf8"];
        minify(workspace, &entry.path(), &locales.join(entry.file_name()), &utf8)?;
    }
    stamp.write()
}

/// Bundles the command's scripts, of which one has `openapi.yaml` inside, and the check of staff's tokens with the
/// libraries that they use, so that the package has no dependencies, and writes these libraries' notices.
fn server(workspace: &Workspace) -> Result<()> {
    let source = workspace.root.join("server");
    let dist = workspace.dist();
    let contract = workspace.root.join("openapi.yaml");
    // The command takes some of the package's own scripts into its bundles.
    let scripts = workspace.root.join("pkg/lib");
    let inputs = recipe(workspace)?.path(&source)?.path(&scripts)?.path(&contract)?;
    let stamp = Stamp::new(workspace.target.join("wasm").join("server.stamp"), inputs);
    let outputs = [
        "command.js",
        "command-files.js",
        "command-redis.js",
        "command-postgres.js",
        "verify.js",
        "staff.js",
        "libraries.NOTICE",
    ];
    let [command, files, redis, postgres, verify, staff, notice] =
        outputs.map(|name| dist.join(name));
    if stamp.is_fresh(&outputs.map(|name| dist.join(name))) {
        return Ok(());
    }

    step("Bundling", "the command and the check of staff (esbuild)");
    let contract = fs::read_to_string(&contract).context("openapi.yaml can't be read")?;
    let define = format!("--define:OPENAPI={}", serde_json::to_string(&contract)?);
    let mut libraries = BTreeSet::new();
    let (node, neutral) = ("--platform=node", "--platform=neutral");
    // Libraries in CommonJS ask for Node's modules by a function that ES modules lack.
    let with_require = "--banner:js=import { createRequire } from \"node:module\"; const require = createRequire(import.meta.url);";
    for (file, platform) in [
        (&command, &[node][..]),
        (&files, &[node]),
        // Errors are told apart by their names, too.
        (&redis, &[node, with_require, "--keep-names"]),
        (&postgres, &[node, with_require, "--keep-names", "--external:pg-native"]),
        (&verify, &[node]),
        (&staff, &[neutral]),
    ] {
        let account = workspace.target.join("wasm").join("server.json");
        let metafile = format!("--metafile={}", account.display());
        let bundle = [
            "--bundle",
            "--format=esm",
            "--external:dinerkit",
            "--external:dinerkit/*",
            "--external:./pkg/lib/gateway/core.js",
            "--external:./pkg/lib/gateway/engines/explain.js",
            // For Node the library has a script of the older kind, which no module can hold.
            "--alias:yaml=./node_modules/yaml/browser/index.js",
            // Bundles of their own, beside the command's.
            "--external:*/command-redis.js",
            "--external:*/command-postgres.js",
            &define,
        ];
        let name = file.file_name().context("a bundle without a name")?;
        let options = [&bundle[..], platform, &[&metafile]].concat();
        minify(workspace, &source.join(name), file, &options)?;
        libraries.extend(bundled(&account)?);
    }
    let notices = libraries.iter().map(|library| notice_of(workspace, library));
    fs::write(&notice, notices.collect::<Result<String>>()?)
        .with_context(|| format!("{} can't be written", notice.display()))?;
    stamp.write()
}

/// The npm packages that esbuild put into a bundle, read from its metafile.
fn bundled(account: &Path) -> Result<BTreeSet<String>> {
    #[derive(Deserialize)]
    struct Account {
        outputs: BTreeMap<String, Output>,
    }
    #[derive(Deserialize)]
    struct Output {
        inputs: BTreeMap<String, Part>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Part {
        bytes_in_output: u64,
    }
    let text = fs::read_to_string(account).context("esbuild's account can't be read")?;
    let account: Account =
        serde_json::from_str(&text).context("esbuild's account is not understood")?;
    let parts = account.outputs.into_values().flat_map(|output| output.inputs);
    Ok(parts
        .filter(|(_, part)| part.bytes_in_output > 0)
        .filter_map(|(path, _)| {
            let (_, below) = path.rsplit_once("node_modules/")?;
            // A package in a scope has a name of two parts.
            let names = if below.starts_with('@') { 2 } else { 1 };
            Some(below.split('/').take(names).collect::<Vec<_>>().join("/"))
        })
        .collect())
}

/// The notice that a library's licence requires in every copy.
fn notice_of(workspace: &Workspace, library: &str) -> Result<String> {
    #[derive(Deserialize)]
    struct Manifest {
        version: String,
        license: Option<String>,
    }
    let folder = workspace.root.join("node_modules").join(library);
    let manifest = fs::read_to_string(folder.join("package.json"))
        .with_context(|| format!("{library} has no package.json that can be read"))?;
    let Manifest { version, license } = serde_json::from_str(&manifest)
        .with_context(|| format!("the package.json of {library} is not understood"))?;
    let allowed = Allowed::read(workspace)?;
    if let Some(refused) = allowed.refuse(library, &version, license.as_deref()) {
        bail!("a bundled library has a licence that deny.toml does not allow:\n{refused}");
    }
    let mut files = Vec::new();
    for entry in
        fs::read_dir(&folder).with_context(|| format!("{} can't be read", folder.display()))?
    {
        let path = entry.with_context(|| format!("{} can't be read", folder.display()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        if ["LICENSE", "LICENCE", "NOTICE"].iter().any(|kind| name.starts_with(kind)) {
            files.push(path);
        }
    }
    let mut notice = format!("{library} {version}\n\n");
    if files.is_empty() {
        let own = license_in_readme(&folder);
        let own = own
            .with_context(|| format!("{library} has no licence in its package: don't bundle it"))?;
        writeln!(notice, "{}\n", own.trim_end())?;
    }
    files.sort();
    for file in files {
        let text = fs::read_to_string(&file)
            .with_context(|| format!("{} can't be read", file.display()))?;
        writeln!(notice, "{}\n", text.trim_end())?;
    }
    Ok(notice)
}

/// What the README of a package says below its heading about the licence, which is the last one.
fn license_in_readme(folder: &Path) -> Option<String> {
    let readme = fs::read_to_string(folder.join("README.md")).ok()?;
    let heading = readme.lines().position(|line| {
        let words = line.trim_start_matches('#').trim();
        line.starts_with('#') && ["license", "licence"].contains(&words.to_lowercase().as_str())
    })?;
    let text: Vec<_> = readme.lines().skip(heading + 1).collect();
    Some(text.join("\n").trim().to_owned()).filter(|text| text.contains("Copyright"))
}

/// Runs esbuild on one file.
pub(crate) fn minify(workspace: &Workspace, from: &Path, to: &Path, more: &[&str]) -> Result<()> {
    let mut esbuild = command(workspace.npm_bin().join("esbuild"), &workspace.root);
    esbuild.arg(from).arg("--minify").arg("--log-level=warning").args(more);
    // `take_maps` takes the maps away. They name the sources, which whoever reads them has.
    if to.starts_with(workspace.dist()) && to.extension().is_some_and(|kind| kind == "js") {
        esbuild.args(["--sourcemap=external", "--sources-content=false"]);
    }
    esbuild.arg(format!("--outfile={}", to.display()));
    run_aside(&mut esbuild, "esbuild could not minify: see its message above")
}

/// Copies a folder with everything below it.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("{} can't be read", from.display()))? {
        let entry = entry.with_context(|| format!("{} can't be read", from.display()))?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { copy_folder(&from, &to)? } else { copy(&from, &to)? }
    }
    Ok(())
}

/// Copies a file, and makes its folder.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("{} can't be made", folder.display()))?;
    }
    fs::copy(from, to)
        .with_context(|| format!("{} can't be copied to {}", from.display(), to.display()))?;
    Ok(())
}

/// Inputs of every step after cargo, besides the step's own: xtask itself and the npm tools.
fn recipe(workspace: &Workspace) -> Result<Inputs> {
    let xtask = std::env::current_exe().context("xtask's own program can't be found")?;
    let built = fs::metadata(&xtask).and_then(|metadata| metadata.modified());
    let built = built.context("xtask's own program can't be looked at")?;
    Inputs::default().value(built).path(&workspace.root.join("package-lock.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glue_becomes_a_function_that_makes_it_anew() {
        assert_eq!(
            made_anew("export default()=>{\nlet a;function b(){}export{b as ask,c};\n").unwrap(),
            "export default()=>{\nlet a;function b(){}return{ask:b,c}};\n",
        );
        assert!(made_anew("export default 1;").is_err());
    }
}
