//! For the phone data generator: automata that end where only the length still matters.
//!
//! A leaf holds a token, which is a list of (length, class) for complete numbers, so that the rest
//! of the digits takes no bytes. To look up a number that ends inside the trie, the reader goes on
//! with zeros, because the tokens on that path have the shorter lengths too.

use super::automaton::{Automata, DEAD, State};
use dinerkit::rules::phone::tries::{FIRST_NODE, Row, Says};
use std::collections::HashMap;

/// (length, class) pairs, shorter lengths first.
pub(super) type Token = Vec<(u32, u16)>;

/// Classes by remaining length, when no further digit makes a difference.
fn uniform(automata: &Automata, mut state: State) -> Option<Vec<u16>> {
    let mut classes = vec![];
    while state != DEAD {
        let node = automata.node(state);
        classes.push(node.class);
        if node.next.iter().any(|to| *to != node.next[0]) {
            return None;
        }
        state = node.next[0];
    }
    Some(classes)
}

/// The rows of many tries, one for each node. A node with ten equal leaves has no row.
#[derive(Default)]
pub(super) struct Nodes {
    rows: Vec<Row>,
    index: HashMap<Row, u16>,
}

impl Nodes {
    /// Adds the trie of `state` and returns its root's value. `token` gives each leaf a number
    /// (below [`FIRST_NODE`], 0 for the empty leaf) from the leaf's content and the digits read so
    /// far.
    pub(super) fn add(
        &mut self,
        automata: &Automata,
        state: State,
        token: &mut dyn FnMut(Token, u32) -> u16,
    ) -> u16 {
        self.add_at(automata, state, (0, 0), &vec![], token)
    }

    /// `at` is the number of digits read, and the length of the shortest string that is looked up
    /// here, since the lookup goes on with zeros.
    fn add_at(
        &mut self,
        automata: &Automata,
        state: State,
        at: (u32, u32),
        shorter: &Token,
        token: &mut dyn FnMut(Token, u32) -> u16,
    ) -> u16 {
        let (depth, shortest) = at;
        if let Some(classes) = uniform(automata, state) {
            let mut leaf = if state == DEAD { vec![] } else { shorter.clone() };
            leaf.extend((depth..).zip(classes).filter(|(_, class)| *class != 0));
            return token(leaf, shortest);
        }
        let node = automata.node(state);
        let mut shorter = shorter.clone();
        if node.class != 0 {
            shorter.push((depth, node.class));
        }
        let mut row = [0; 10];
        for (digit, value) in row.iter_mut().enumerate() {
            let to = node.next[digit];
            let at = (depth + 1, if digit == 0 { shortest } else { depth + 1 });
            *value = if digit == 0 && to == DEAD && !shorter.is_empty() {
                token(shorter.clone(), at.1)
            } else {
                self.add_at(automata, to, at, &shorter, token)
            };
        }
        self.row(row)
    }

    /// Appends the trie under `root` to `rows` as a tree in pre-order, which is how it is written.
    pub(super) fn expand(&self, root: u16, rows: &mut Vec<Row>) -> u16 {
        let Some(node) = root.checked_sub(FIRST_NODE) else { return root };
        let source = self.rows[usize::from(node)];
        let id = rows.len();
        rows.push(source);
        for digit in 0..10 {
            let twin = source.iter().take(digit).position(|value| *value == source[digit]);
            rows[id][digit] = match twin {
                Some(twin) => rows[id][twin],
                None => self.expand(source[digit], rows),
            };
        }
        id as u16 + FIRST_NODE
    }

    fn row(&mut self, row: Row) -> u16 {
        if row[0] < FIRST_NODE && row.iter().all(|value| *value == row[0]) {
            return row[0];
        }
        *self.index.entry(row).or_insert_with(|| {
            self.rows.push(row);
            (self.rows.len() - 1) as u16 + FIRST_NODE
        })
    }
}

/// A token's (length mask, class), one for each class.
pub(super) type ByClass = Vec<(u32, u16)>;

/// (length, class) pairs as (length mask, class).
pub(super) fn by_class(token: &Token) -> ByClass {
    let mut out: ByClass = vec![];
    for (length, class) in token {
        match out.iter_mut().find(|(_, known)| known == class) {
            Some((mask, _)) => *mask |= 1 << length,
            None => out.push((1 << length, *class)),
        }
    }
    out
}

/// The tokens as the reader keeps them. The first has number 1.
pub(super) fn says(tokens: &[ByClass]) -> Vec<Says> {
    let numbered = (1..).zip(tokens);
    let says = numbered.flat_map(|(token, entries)| {
        entries.iter().map(move |&(lengths, class)| Says { token, lengths, class })
    });
    says.collect()
}
