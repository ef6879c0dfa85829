//! Which rows are the members of an object, for all that goes through options by the table.

use super::{OptionKind, Row, rows};
use crate::json::{Json, Object};

/// Who reads the options, which decides what there is to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// `createGateway`.
    JavaScript,
    /// The command, from its file and its environment.
    Command,
}

/// The rows of the members of what begins with `prefix`, each with its member's name.
pub(super) fn members_of(
    prefix: &str,
    reader: Reader,
) -> impl Iterator<Item = (&'static str, &'static Row)> {
    let is_read = move |row: &Row| match reader {
        Reader::JavaScript => row.is_for_javascript(),
        Reader::Command => row.is_for_the_command(),
    };
    rows().iter().filter(move |row| is_read(row)).filter_map(move |row| {
        let member = row.name.strip_prefix(prefix)?;
        (!member.contains(['.', '['])).then_some((member, row))
    })
}

/// What the names of the members of a row's value begin with.
pub(super) fn prefix_of(row: &Row) -> String {
    match row.kind {
        OptionKind::Items(_) => [row.name, "[]."].concat(),
        OptionKind::ByName(_) => {
            let begin = [row.name, ".{"].concat();
            let member = rows().iter().find_map(|member| {
                let (_, end) = member.name.strip_prefix(&begin)?.split_once('}')?;
                member.name.strip_suffix(end)
            });
            [member.unwrap_or(&begin), "."].concat()
        }
        _ => [row.name, "."].concat(),
    }
}

/// The object with each value as `leaf` gives it.
pub(super) fn rebuilt(
    prefix: &str,
    given: &Object,
    reader: Reader,
    leaf: &dyn Fn(&Row, Option<&Json>) -> Option<Json>,
) -> Object {
    let object = |prefix: &str, value: &Json| match value.as_object() {
        Some(members) => rebuilt(prefix, members, reader, leaf).into(),
        None => value.clone(),
    };
    let mut built = Object::new();
    for (member, row) in members_of(prefix, reader) {
        let value = given.given(member);
        let below = prefix_of(row);
        let value = match (row.kind, value) {
            (OptionKind::Members(_), value) => {
                let members = value.and_then(Json::as_object).cloned().unwrap_or_default();
                let members = rebuilt(&below, &members, reader, leaf);
                (!members.is_empty() || value.is_some()).then(|| members.into())
            }
            (OptionKind::Items(_), Some(Json::Array(items))) => {
                Some(Json::Array(items.iter().map(|item| object(&below, item)).collect()))
            }
            (OptionKind::ByName(_), Some(Json::Object(named))) => {
                let named = named.iter().map(|(name, value)| (name, object(&below, value)));
                Some(named.fold(Object::new(), |all, (name, value)| all.with(name, value)).into())
            }
            (_, value) => leaf(row, value),
        };
        if let Some(value) = value {
            built.set(member, value);
        }
    }
    built
}
