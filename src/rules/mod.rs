//! One module per kind of rule. Each takes a value as typed and answers with the value as it is sent, or with
//! what is to say about it; nothing here knows of other fields.

pub mod codes;
pub mod consent;
pub mod date;
pub mod email;
pub mod ip;
pub mod phone;
pub mod text;
