//! For the phone data generator: sets of digit strings as hash-consed acyclic automata.
//!
//! Every state has the class of the string that ends in it (0 is "none") and the next state for
//! each digit. Equal languages have equal ids. So each automaton is minimal when it is built, two
//! languages are compared by two numbers, and every combination is one memoised recursion. A regex
//! crate would build automata over bytes, which would have to be taken apart again.

use std::collections::HashMap;

/// A state, and the language that starts there.
pub(super) type State = u32;
/// The empty language.
pub(super) const DEAD: State = 0;
/// The most digits that the reader accepts, and so the longest string here.
pub(super) const MOST_DIGITS: u32 = dinerkit::rules::phone::digits::MOST_DIGITS as u32;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub(super) class: u16,
    pub(super) next: [State; 10],
}

pub(super) struct Automata {
    nodes: Vec<Node>,
    index: HashMap<Node, State>,
}

impl Automata {
    pub(super) fn new() -> Self {
        let dead = Node { class: 0, next: [DEAD; 10] };
        Self { nodes: vec![dead], index: HashMap::from([(dead, DEAD)]) }
    }

    pub(super) fn node(&self, state: State) -> Node {
        self.nodes[state as usize]
    }

    pub(super) fn state(&mut self, class: u16, next: [State; 10]) -> State {
        let node = Node { class, next };
        *self.index.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            self.nodes.len() as State - 1
        })
    }

    /// All strings whose length is a bit of `mask`, with class 1.
    pub(super) fn lengths(&mut self, mask: u32) -> State {
        if mask == 0 {
            return DEAD;
        }
        let rest = self.lengths(mask >> 1);
        self.state((mask & 1) as u16, [rest; 10])
    }

    /// Combines two class functions string by string; `combine(0, 0)` must be 0.
    pub(super) fn zip(&mut self, a: State, b: State, combine: impl Fn(u16, u16) -> u16) -> State {
        self.zip_with(&combine, a, b, &mut HashMap::new())
    }

    fn zip_with(
        &mut self,
        combine: &impl Fn(u16, u16) -> u16,
        a: State,
        b: State,
        memo: &mut HashMap<(State, State), State>,
    ) -> State {
        if a == DEAD && b == DEAD {
            return DEAD;
        }
        if let Some(&done) = memo.get(&(a, b)) {
            return done;
        }
        let (x, y) = (self.node(a), self.node(b));
        let mut next = [DEAD; 10];
        for (digit, to) in next.iter_mut().enumerate() {
            *to = self.zip_with(combine, x.next[digit], y.next[digit], memo);
        }
        let made = self.state(combine(x.class, y.class), next);
        memo.insert((a, b), made);
        made
    }

    pub(super) fn map(&mut self, a: State, f: impl Fn(u16) -> u16) -> State {
        self.zip(a, DEAD, |class, _| f(class))
    }

    /// All strings of at most [`MOST_DIGITS`] digits that begin with a string of `state`, with
    /// class 1.
    pub(super) fn beginning_with(&mut self, state: State) -> State {
        self.open(state, MOST_DIGITS, &mut HashMap::new())
    }

    fn open(&mut self, state: State, left: u32, memo: &mut HashMap<(State, u32), State>) -> State {
        if state == DEAD {
            return DEAD;
        }
        let node = self.node(state);
        if node.class != 0 {
            return self.lengths(u32::MAX >> (31 - left));
        }
        if left == 0 {
            return DEAD;
        }
        if let Some(&done) = memo.get(&(state, left)) {
            return done;
        }
        let next = node.next.map(|to| self.open(to, left - 1, memo));
        let made = self.state(0, next);
        memo.insert((state, left), made);
        made
    }

    /// The state after `digits` (values 0 to 9).
    pub(super) fn after(&self, state: State, digits: impl IntoIterator<Item = usize>) -> State {
        digits.into_iter().fold(state, |state, digit| self.node(state).next[digit])
    }
}
