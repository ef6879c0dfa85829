//! For the phone data generator: the table of number types.

use super::automaton::Automata;
use super::metadata::Metadata;
use super::numbers;
use super::trie::{Nodes, Token, by_class};
use dinerkit::rules::phone::Type;
use dinerkit::rules::phone::table::Table;
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

        // the commonest token of a single type is that type's own
        let mut tokens = vec![vec![]; Type::ALL.len()];
        let mut ids = HashMap::from([(vec![], 0)]);
        let mut mixed = vec![];
        for (token, _) in by_use {
            let says = by_class(&token);
            let own = match says.as_slice() {
                [(_, class)] => {
                    tokens.get_mut(usize::from(*class) - 1).filter(|own| own.is_empty())
                }
                _ => None,
            };
            match own {
                Some(own) => {
                    ids.insert(token, says[0].1);
                    *own = says;
                }
                None => mixed.push((token, says)),
            }
        }
        for (token, says) in mixed {
            tokens.push(says);
            ids.insert(token, tokens.len() as u16);
        }
        let mut nodes = Nodes::default();
        let root = nodes.add(automata, state, &mut |token, _| ids[&token]);
        table.plans.push((nodes.expand(root, &mut table.rows), tokens));
    }
    Ok(table)
}
