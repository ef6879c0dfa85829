//! For the phone data generator: the part of regular expressions that the metadata uses.
//!
//! They use digits, `\d`, classes, groups, `|`, `?`, `{n}`, `{n,m}` and `$`. Anything else is an
//! error, so that somebody looks at what upstream has begun to use.

use super::automaton::{Automata, DEAD, State};
use std::collections::HashMap;

#[derive(Debug)]
pub(super) enum Pattern {
    /// One digit out of a set, a bit for each.
    Digit(u16),
    Sequence(Vec<Pattern>),
    Either(Vec<Pattern>),
    Repeat(Box<Pattern>, u32, u32),
    Group(Box<Pattern>),
    End,
}

pub(super) fn parse(text: &str) -> Result<Pattern, String> {
    let mut parser = Parser { text: text.as_bytes(), at: 0 };
    let pattern = parser.either();
    match pattern {
        Some(pattern) if parser.at == text.len() => Ok(pattern),
        _ => Err(format!("pattern {text}: syntax the generator does not know, at {}", parser.at)),
    }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn eat(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    fn either(&mut self) -> Option<Pattern> {
        let first = self.sequence()?;
        if self.peek() != Some(b'|') {
            return Some(first);
        }
        let mut branches = vec![first];
        while self.eat(b'|').is_some() {
            branches.push(self.sequence()?);
        }
        Some(Pattern::Either(branches))
    }

    fn sequence(&mut self) -> Option<Pattern> {
        let mut items = vec![];
        while !matches!(self.peek(), None | Some(b'|' | b')')) {
            let atom = self.atom()?;
            items.push(if self.eat(b'?').is_some() {
                Pattern::Repeat(Box::new(atom), 0, 1)
            } else if self.eat(b'{').is_some() {
                let least = self.number()?;
                let most = if self.eat(b',').is_some() { self.number()? } else { least };
                self.eat(b'}')?;
                Pattern::Repeat(Box::new(atom), least, most)
            } else {
                atom
            });
        }
        Some(Pattern::Sequence(items))
    }

    fn number(&mut self) -> Option<u32> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        std::str::from_utf8(&self.text[start..self.at]).ok()?.parse().ok()
    }

    fn atom(&mut self) -> Option<Pattern> {
        let byte = self.peek()?;
        self.at += 1;
        match byte {
            b'0'..=b'9' => Some(Pattern::Digit(1 << (byte - b'0'))),
            b'\\' => self.eat(b'd').map(|()| Pattern::Digit(0x3ff)),
            b'$' => Some(Pattern::End),
            b'[' => self.class(),
            b'(' => {
                let captures = self.eat(b'?').is_none();
                if !captures {
                    self.eat(b':')?;
                }
                let inner = self.either()?;
                self.eat(b')')?;
                Some(if captures { Pattern::Group(Box::new(inner)) } else { inner })
            }
            _ => None,
        }
    }

    fn class(&mut self) -> Option<Pattern> {
        let mut digits = 0u16;
        while self.eat(b']').is_none() {
            let low = self.digit()?;
            let high = if self.eat(b'-').is_some() { self.digit()? } else { low };
            digits |= (low..=high).fold(0, |set, digit| set | 1 << digit);
        }
        Some(Pattern::Digit(digits))
    }

    fn digit(&mut self) -> Option<u8> {
        let byte = self.peek().filter(u8::is_ascii_digit)?;
        self.at += 1;
        Some(byte - b'0')
    }
}

/// The strings that `text` matches as a whole, with class 1.
pub(super) fn language(automata: &mut Automata, text: &str) -> Result<State, String> {
    let mut nfa = Nfa::default();
    let start = nfa.state();
    let end = nfa.build(&parse(text)?, start);
    let first = nfa.closure(vec![start]);
    Ok(nfa.determinise(automata, first, end, &mut HashMap::new()))
}

#[derive(Default)]
struct Nfa {
    edges: Vec<Vec<(u16, usize)>>,
    free: Vec<Vec<usize>>,
}

impl Nfa {
    fn state(&mut self) -> usize {
        self.edges.push(vec![]);
        self.free.push(vec![]);
        self.edges.len() - 1
    }

    fn build(&mut self, pattern: &Pattern, from: usize) -> usize {
        match pattern {
            Pattern::Digit(set) => {
                let to = self.state();
                self.edges[from].push((*set, to));
                to
            }
            Pattern::Sequence(items) => items.iter().fold(from, |at, item| self.build(item, at)),
            Pattern::Either(branches) => {
                let end = self.state();
                for branch in branches {
                    let start = self.state();
                    self.free[from].push(start);
                    let last = self.build(branch, start);
                    self.free[last].push(end);
                }
                end
            }
            Pattern::Repeat(item, least, most) => {
                let mut at = (0..*least).fold(from, |at, _| self.build(item, at));
                let end = self.state();
                for _ in *least..*most {
                    self.free[at].push(end);
                    at = self.build(item, at);
                }
                self.free[at].push(end);
                end
            }
            Pattern::Group(inner) => self.build(inner, from),
            Pattern::End => from,
        }
    }

    fn closure(&self, mut open: Vec<usize>) -> Vec<usize> {
        let mut set = vec![];
        while let Some(state) = open.pop() {
            if !set.contains(&state) {
                set.push(state);
                open.extend(&self.free[state]);
            }
        }
        set.sort_unstable();
        set
    }

    fn determinise(
        &self,
        automata: &mut Automata,
        set: Vec<usize>,
        end: usize,
        memo: &mut HashMap<Vec<usize>, State>,
    ) -> State {
        if set.is_empty() {
            return DEAD;
        }
        if let Some(&done) = memo.get(&set) {
            return done;
        }
        let mut next = [DEAD; 10];
        for (digit, to) in next.iter_mut().enumerate() {
            let edges = set.iter().flat_map(|&state| &self.edges[state]);
            let after = edges.filter(|(digits, _)| digits >> digit & 1 == 1).map(|&(_, to)| to);
            let after = self.closure(after.collect());
            *to = self.determinise(automata, after, end, memo);
        }
        let made = automata.state(u16::from(set.contains(&end)), next);
        memo.insert(set, made);
        made
    }
}
