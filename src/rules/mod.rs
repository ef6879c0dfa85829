//! One module per kind of rule. Each takes a value as it was typed and returns the value as it is
//! sent, or what is wrong with it. No rule knows of other fields: [`crate::form`] applies the rules
//! to a whole draft.

pub mod codes;
pub mod consent;
pub mod customer_type;
pub mod date;
pub mod email;
pub mod flag;
pub mod invisible;
pub mod ip;
pub mod phone;
mod raw_value;
pub mod text;

pub use raw_value::RawValue;
