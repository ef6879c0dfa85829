//! `cargo xtask fuzz` builds this program for libFuzzer, which drives it; the variable
//! `FUZZ_TARGET` names the target. Built without libFuzzer, the program runs the given files once:
//! `cargo run --package dinerkit-fuzz -- TARGET FILE…`

#![cfg_attr(fuzzing, no_main)]

use std::process::ExitCode;

use dinerkit_fuzz::{TARGETS, target};

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    static CHOSEN: std::sync::LazyLock<&dinerkit_fuzz::Target> = std::sync::LazyLock::new(|| {
        let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
        target(&name).unwrap_or_else(|| panic!("FUZZ_TARGET takes one of {}", names()))
    });
    (CHOSEN.run)(input);
});

/// `--list` lists the targets, `--seeds TARGET FOLDER` writes a target's seeds.
#[cfg_attr(fuzzing, allow(dead_code))]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), String> {
    let known = |name: &str| target(name).ok_or_else(|| format!("TARGET is one of {}", names()));
    match arguments {
        ["--list"] => println!("{}", names()),
        ["--seeds", name, folder] => {
            for (number, seed) in known(name)?.seeds().into_iter().enumerate() {
                let file = std::path::Path::new(folder).join(format!("seed-{number}"));
                std::fs::write(&file, seed)
                    .map_err(|error| format!("{} can't be written: {error}", file.display()))?;
            }
        }
        [name, files @ ..] if !files.is_empty() => {
            for file in files {
                let input = std::fs::read(file)
                    .map_err(|error| format!("{file} can't be read: {error}"))?;
                (known(name)?.run)(&input);
                println!("{file}: every law of {name} holds");
            }
        }
        _ => return Err(format!("name a target and files: TARGET is one of {}", names())),
    }
    Ok(())
}

fn names() -> String {
    TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().join(" ")
}
