//! For the maintainer of the phone data: `cargo xtask phone-data`.
//!
//! Makes the phone rules' tables from upstream's metadata, which `tests/phone/metadata.mjs` reads
//! out of a pinned npm package, and proves them against that package.
#![allow(
    clippy::indexing_slicing,
    reason = "automata are made of indices; one out of bounds stops a maintainer's command, not a guest"
)]

mod automaton;
mod encoder;
mod metadata;
mod numbers;
mod pattern;
mod plans;
mod prefix;
mod trie;
mod types;

use automaton::Automata;
use dinerkit::rules::phone::plans::Plans;
use dinerkit::rules::phone::table::{FORMAT, Table, checksum};
use encoder::Encoder;
use metadata::Metadata;
use std::path::Path;

/// Where the data is kept, from the workspace's root.
const FOLDER: &str = "data/phone";

/// Runs the command with its arguments.
pub fn run(args: &[String]) -> Result<(), String> {
    let folder = Path::new(FOLDER);
    let json = read(&folder.join("metadata.json"))?;
    let metadata = Metadata::parse(&String::from_utf8_lossy(&json))?;
    let mut automata = Automata::new();
    let mut plans = plans::build(&mut automata, &metadata)?;
    let mut encoder = Encoder::default();
    plans.code(&mut encoder);
    println!("{:?}", encoder);
    let plans_bytes = encoder.finish();
    let mut table = types::build(&mut automata, &metadata)?;
    let mut encoder = Encoder::default();
    table.code(&mut encoder, &plans);
    println!("{:?}", encoder);
    let payload = encoder.finish();
    println!("plans {} table {} rows {} edit tokens {} own tokens {} rules {}", plans_bytes.len(), payload.len(), plans.rows.len(), plans.edit_tokens.len(), plans.own_tokens.len(), plans.rules.len());
    let mut back = Plans::default();
    back.code(&mut dinerkit::rules::phone::coder::Decoder::new(&plans_bytes));
    println!("plans round trip {}", back == plans);
    let mut t2 = Table::default();
    let t = std::time::Instant::now();
    t2.code(&mut dinerkit::rules::phone::coder::Decoder::new(&payload), &plans);
    println!("table round trip {} {:?}", t2 == table, t.elapsed());
    std::fs::write(folder.join("plans.bin"), &plans_bytes).map_err(|e| e.to_string())?;
    let mut blob = vec![FORMAT];
    blob.extend(checksum(&plans_bytes, &payload));
    blob.extend(payload);
    std::fs::write(folder.join("types.bin"), &blob).map_err(|e| e.to_string())?;
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}
