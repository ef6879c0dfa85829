//! For the maintainer of the phone data: `cargo xtask phone-data [--update | --verify [--seed N]]`.
//!
//! Makes the phone rules' tables from upstream's metadata, which `tests/phone/metadata.mjs` reads
//! from a pinned npm package, and compares their answers with that package's. Without an option it
//! writes the tables again. With `--update` it reads the metadata from the installed package first.
//! With `--verify` it writes nothing, and fails unless the tables are byte for byte what the
//! metadata gives and answer as upstream does.
#![allow(
    clippy::indexing_slicing,
    reason = "automata are made of indices; one out of bounds stops a maintainer's command, not a guest"
)]
#![allow(clippy::print_stdout, reason = "what it prints is its report")]

mod automaton;
mod encoder;
mod masks;
mod metadata;
mod numbers;
mod pattern;
mod plans;
mod prefix;
mod trie;
mod types;
mod verify;

use automaton::Automata;
use dinerkit::rules::phone::Masks;
use dinerkit::rules::phone::coder::Decoder;
use dinerkit::rules::phone::plans::{self as compiled_in, Plans};
use dinerkit::rules::phone::table::{self, Table, checksum};
use encoder::Encoder;
use metadata::Metadata;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The default seed of the questions.
pub(crate) const SEED: u32 = 12345;

/// What the command does.
pub(crate) enum Job {
    /// Writes the tables.
    Write,
    /// Reads the metadata from the installed package, then writes the tables.
    Update,
    /// Writes nothing: compares the tables, and their answers with upstream's.
    Verify {
        /// Chooses the questions.
        seed: u32,
    },
}

/// The files of the data, relative to the workspace's root.
const DATA: &str = "data/phone";
const METADATA: &str = "metadata.json";
const PLANS: &str = "plans.bin";
const TYPES: &str = "types.bin";
const MASKS: &str = "masks.bin";
/// The scripts that ask upstream's library.
const TOOLS: &str = "tests/phone";

/// Does a job in the workspace at `root`.
pub(crate) fn run(root: &Path, job: Job) -> Result<(), String> {
    let data = root.join(DATA);
    let tools = root.join(TOOLS);
    match job {
        Job::Write => write(&data, &generate(&data)?),
        Job::Update => {
            let metadata = dump(&tools)?;
            // The dump is read before anything is written, so that a bad one changes nothing.
            Metadata::parse(&metadata)?;
            save(&data.join(METADATA), metadata.as_bytes())?;
            write(&data, &generate(&data)?)
        }
        Job::Verify { seed } => check(&data, &tools, &seed.to_string()),
    }
}

/// The generated files.
struct Generated {
    files: [(&'static str, Vec<u8>); 3],
}

fn generate(data: &Path) -> Result<Generated, String> {
    let metadata = Metadata::parse(&String::from_utf8_lossy(&read(&data.join(METADATA))?))?;
    let source = &metadata.source;
    println!("{} {} ({})", source.package, source.version, source.license);
    let mut automata = Automata::new();
    let mut plans = plans::build(&mut automata, &metadata)?;
    let mut encoder = Encoder::default();
    let mut coded = plans.clone();
    coded.code(&mut encoder);
    // Coding adds nothing else.
    plans.positions = coded.positions;
    let plans_bytes = encoder.finish();
    let mut decoded = Plans::default();
    decoded.code(&mut Decoder::new(&plans_bytes));

    let table = types::build(&mut automata, &metadata)?;
    let mut encoder = Encoder::default();
    table.clone().code(&mut encoder, &plans);
    let payload = encoder.finish();
    let mut decoded_table = Table::default();
    decoded_table.code(&mut Decoder::new(&payload), &plans);

    let masks = masks::build(&mut automata, &metadata)?;
    let mut encoder = Encoder::default();
    masks.clone().code(&mut encoder, &plans);
    let masks_payload = encoder.finish();
    let mut decoded_masks = Masks::default();
    decoded_masks.code(&mut Decoder::new(&masks_payload), &plans);
    if decoded != plans || decoded_table != table || decoded_masks != masks {
        return Err(
            "phone data: what was written does not read back; raise the limits in tries.rs"
                .to_owned(),
        );
    }
    let with_header = |format: u8, payload: Vec<u8>| {
        let sum = checksum(format, &plans_bytes, &payload);
        [&[format][..], &sum, &payload].concat()
    };
    let (types, masks) =
        (with_header(table::TYPES, payload), with_header(table::MASKS, masks_payload));
    Ok(Generated { files: [(PLANS, plans_bytes), (TYPES, types), (MASKS, masks)] })
}

fn write(data: &Path, generated: &Generated) -> Result<(), String> {
    for (name, bytes) in &generated.files {
        save(&data.join(name), bytes)?;
        println!("{name}: {} bytes", bytes.len());
    }
    Ok(())
}

fn check(data: &Path, tools: &Path, seed: &str) -> Result<(), String> {
    let generated = generate(data)?;
    for (name, bytes) in &generated.files {
        if read(&data.join(name))? != *bytes {
            return Err(format!(
                "{name} is not what the metadata gives: run cargo xtask phone-data"
            ));
        }
        println!("{name}: {} bytes, as generated", bytes.len());
    }
    let [(_, plans), (_, types), (_, masks)] = &generated.files;
    if plans != compiled_in::BYTES {
        return Err("this program was built with other phone plans: build it again".to_owned());
    }
    let table = Table::decode(types).ok_or("types.bin: cannot be decoded")?;
    let masks = Masks::decode(masks).ok_or("masks.bin: cannot be decoded")?;
    verify::verify(tools, &read(&data.join(METADATA))?, (&table, &masks), seed)
}

/// The metadata of the installed package.
fn dump(tools: &Path) -> Result<String, String> {
    let output = Command::new("node").arg(tools.join("metadata.mjs")).output();
    let output = output.map_err(|error| format!("node: {error}"))?;
    if !output.status.success() {
        return Err(
            "tests/phone/metadata.mjs failed; is google-libphonenumber installed (npm ci)?"
                .to_owned(),
        );
    }
    String::from_utf8(output.stdout).map_err(|error| format!("phone metadata: {error}"))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes to another file and renames it, so that no reader sees half of the content.
fn save(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let beside: PathBuf = path.with_extension("new");
    let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| format!("{}: {error}", path.display()))
}
