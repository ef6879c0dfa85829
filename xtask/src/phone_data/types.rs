//! For the phone data generator: the table of number types.

use super::automaton::Automata;
use super::metadata::Metadata;
use super::numbers;
use super::trie::{Nodes, Token, by_class, says};
use dinerkit::rules::phone::Type;
use dinerkit::rules::phone::table::Table;
use dinerkit::rules::phone::tries::Trie;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

pub(super) fn build(automata: &mut Automata, metadata: &Metadata) -> Result<Table, String> {
    let mut table = Table::default();
    for &code in metadata.calling_codes.keys() {
        let state = numbers::types(automata, metadata, code)?;
        let mut uses: BTreeMap<Token, usize> = BTreeMap::new();
        Nodes::default().add(automata, state, &mut |token, _| {
            *uses.entry(token).or_default() += 1;
            0
        });
        uses.remove(&vec![]);
        let mut by_use: Vec<(Token, usize)> = uses.into_iter().collect();
        by_use.sort_by_key(|(_, uses)| Reverse(*uses));

        // The most frequent token of a single type is that type's own.
        let mut tokens = vec![vec![]; Type::ALL.len()];
        let mut ids = HashMap::from([(vec![], 0)]);
        let mut mixed = vec![];
        for (token, _) in by_use {
            let entries = by_class(&token);
            let own = match entries.as_slice() {
                [(_, class)] => {
                    tokens.get_mut(usize::from(*class) - 1).filter(|own| own.is_empty())
                }
                _ => None,
            };
            match own {
                Some(own) => {
                    ids.insert(token, entries[0].1);
                    *own = entries;
                }
                None => mixed.push((token, entries)),
            }
        }
        for (token, entries) in mixed {
            tokens.push(entries);
            ids.insert(token, tokens.len() as u16);
        }
        let mut nodes = Nodes::default();
        let root = nodes.add(automata, state, &mut |token, _| ids[&token]);
        let root = nodes.expand(root, &mut table.rows);
        table.plans.push(Trie { root, says: says(&tokens) });
    }
    Ok(table)
}
