//! What a guest may write in each field.
pub mod phone;
