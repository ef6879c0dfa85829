//! x
mod phone_data;
fn main() { if let Err(e) = phone_data::run(&std::env::args().skip(2).collect::<Vec<_>>()) { eprintln!("{e}"); std::process::exit(1); } }
