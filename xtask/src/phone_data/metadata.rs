//! For the phone data generator: `data/phone/metadata.json`, as `tests/phone/metadata.mjs` writes
//! it.

use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) source: Source,
    /// Calling code → its regions, the main one first; `001` stands for no region.
    pub(super) calling_codes: BTreeMap<u16, Vec<String>>,
    regions: BTreeMap<String, Region>,
}

#[derive(Deserialize)]
pub(super) struct Source {
    pub(super) package: String,
    pub(super) version: String,
    pub(super) license: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) international_prefix: String,
    pub(super) national_prefix_for_parsing: String,
    pub(super) national_prefix_transform_rule: String,
    pub(super) same_mobile_and_fixed_line_pattern: bool,
    pub(super) leading_digits: String,
    pub(super) kinds: BTreeMap<String, Kind>,
    pub(super) formats: Vec<Format>,
    pub(super) international_formats: Vec<Format>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kind {
    pub(super) pattern: String,
    pub(super) lengths: Vec<u32>,
    pub(super) local_lengths: Vec<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Format {
    pub(super) pattern: String,
    pub(super) format: String,
    pub(super) leading_digits: Vec<String>,
}

impl Metadata {
    pub(super) fn parse(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| format!("phone metadata: {error}"))
    }

    /// The plan of a region. For `001` its key is the calling code.
    pub(super) fn region(&self, code: u16, id: &str) -> Result<&Region, String> {
        let key = if id == "001" { code.to_string() } else { id.to_owned() };
        self.regions
            .get(&key)
            .ok_or_else(|| format!("phone metadata: +{code} names {key}, which has no entry"))
    }

    /// The plan that decides lengths and prefixes for a calling code.
    pub(super) fn main_region(&self, code: u16) -> Result<&Region, String> {
        let first = self.calling_codes.get(&code).and_then(|ids| ids.first());
        self.region(code, first.map_or("", String::as_str))
    }
}

impl Region {
    pub(super) fn general(&self) -> Result<&Kind, String> {
        self.kinds
            .get("general")
            .ok_or_else(|| "phone metadata: a region has no general pattern".to_owned())
    }
}

/// A set of lengths, a bit for each.
pub(super) fn length_mask(lengths: &[u32]) -> u32 {
    lengths.iter().fold(0, |mask, length| mask | 1 << length)
}
