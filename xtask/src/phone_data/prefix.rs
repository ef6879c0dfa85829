//! For the phone data generator: national and international prefix rules as automata.
//!
//! Upstream runs a backtracking pattern with groups over the typed digits and rewrites them with a
//! template. Here the pattern's threads, with their group positions and in order of preference, are
//! determinised to a map from typed digits to an edit, so that the reader needs no pattern
//! matching.

use super::automaton::{Automata, DEAD, MOST_DIGITS, State};
use super::pattern::{self, Pattern};
use std::collections::HashMap;

/// What a rule makes of `typed`: `insert`, then `typed[skip..][..keep]`, then the rest after `drop`
/// more digits.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Edit {
    pub(super) skip: u8,
    pub(super) keep: u8,
    pub(super) drop: u8,
    pub(super) insert: Vec<u8>,
}

impl Edit {
    /// The strings whose edited form is in `language`.
    pub(super) fn undo(&self, automata: &mut Automata, language: State) -> State {
        let start = automata.after(language, self.insert.iter().map(|&digit| usize::from(digit)));
        self.undo_at(automata, start, 0)
    }

    fn undo_at(&self, automata: &mut Automata, state: State, at: u8) -> State {
        let kept = self.skip + self.keep;
        if at >= kept + self.drop || state == DEAD {
            return state;
        }
        let next = if at < self.skip || at >= kept {
            [self.undo_at(automata, state, at + 1); 10]
        } else {
            automata.node(state).next.map(|to| self.undo_at(automata, to, at + 1))
        };
        automata.state(0, next)
    }
}

enum Step {
    Digit(u16),
    Fork(usize, usize),
    Save(usize),
    End,
    Match,
}

/// The positions of the groups; `UNSET` for a group that took no part.
type Groups = Vec<u8>;
const UNSET: u8 = u8::MAX;
/// The live threads, the preferred one first, and the best match so far with its end.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct Threads {
    live: Vec<(usize, Groups)>,
    best: Option<(Groups, u8)>,
}

/// A compiled prefix rule.
pub(super) struct Rule {
    program: Vec<Step>,
    groups: usize,
    /// The template's digits before its only group, and that group's number.
    template: Option<(Vec<u8>, usize)>,
    /// The length of the plan's shortest number. The rule need not answer for shorter strings.
    shortest: u32,
}

impl Rule {
    pub(super) fn new(pattern: &str, template: &str, shortest: u32) -> Result<Self, String> {
        let mut rule =
            Self { program: vec![], groups: 0, template: parse_template(template)?, shortest };
        rule.compile(&pattern::parse(pattern)?);
        rule.program.push(Step::Match);
        Ok(rule)
    }

    fn compile(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Digit(set) => self.program.push(Step::Digit(*set)),
            Pattern::End => self.program.push(Step::End),
            Pattern::Sequence(items) => items.iter().for_each(|item| self.compile(item)),
            Pattern::Group(inner) => {
                let start = self.groups * 2;
                self.groups += 1;
                self.program.push(Step::Save(start));
                self.compile(inner);
                self.program.push(Step::Save(start + 1));
            }
            Pattern::Either(branches) => {
                let mut jumps = vec![];
                for (index, branch) in branches.iter().enumerate() {
                    let fork = (index + 1 < branches.len()).then(|| self.fork());
                    self.compile(branch);
                    if let Some(fork) = fork {
                        jumps.push(self.fork());
                        self.land(fork);
                    }
                }
                for jump in jumps {
                    let here = self.program.len();
                    self.program[jump] = Step::Fork(here, here);
                }
            }
            Pattern::Repeat(item, least, most) => {
                let outer = self.groups;
                let mut forks = vec![];
                for round in 0..*most {
                    // Every round of a repetition fills the same groups.
                    self.groups = outer;
                    if round >= *least {
                        forks.push(self.fork());
                    }
                    self.compile(item);
                }
                forks.into_iter().for_each(|fork| self.land(fork));
            }
        }
    }

    fn fork(&mut self) -> usize {
        self.program.push(Step::Fork(self.program.len() + 1, 0));
        self.program.len() - 1
    }

    /// Sets where the second choice of `fork` goes on.
    fn land(&mut self, fork: usize) {
        self.program[fork] = Step::Fork(fork + 1, self.program.len());
    }

    /// Adds the thread at `step` and those that it forks into. Returns true if a match ends all
    /// threads of lower preference.
    fn add(
        &self,
        to: &mut Threads,
        seen: &mut Vec<usize>,
        step: usize,
        groups: &Groups,
        at: u8,
        ended: bool,
    ) -> bool {
        if seen.contains(&step) {
            return false;
        }
        seen.push(step);
        match self.program[step] {
            Step::Fork(first, second) => {
                self.add(to, seen, first, groups, at, ended)
                    || self.add(to, seen, second, groups, at, ended)
            }
            Step::Save(slot) => {
                let mut groups = groups.clone();
                groups[slot] = at;
                self.add(to, seen, step + 1, &groups, at, ended)
            }
            Step::End if ended => self.add(to, seen, step + 1, groups, at, ended),
            Step::Digit(_) | Step::End => {
                to.live.push((step, groups.clone()));
                false
            }
            Step::Match => {
                to.best = Some((groups.clone(), at));
                true
            }
        }
    }

    fn edit(&self, best: Option<&(Groups, u8)>) -> Edit {
        let Some((groups, end)) = best else { return Edit::default() };
        let last = self.groups.checked_sub(1).map(|last| (groups[last * 2], groups[last * 2 + 1]));
        match (&self.template, last) {
            (Some((insert, group)), Some((start, stop))) if start != UNSET && start != stop => {
                let (start, stop) = (groups[group * 2], groups[group * 2 + 1]);
                let (keep, drop) = if *end == stop { (0, 0) } else { (stop - start, end - stop) };
                Edit { skip: start, keep, drop, insert: insert.clone() }
            }
            _ => Edit { skip: *end, ..Edit::default() },
        }
    }

    /// The typed strings, each with what the rule makes of it as its class: 1 + the index in
    /// `edits`, or 0 for unchanged.
    pub(super) fn build(&self, automata: &mut Automata, edits: &mut Vec<Edit>) -> State {
        let mut start = Threads::default();
        self.add(&mut start, &mut vec![], 0, &vec![UNSET; self.groups * 2], 0, false);
        self.explore(automata, edits, 0, start, &mut HashMap::new())
    }

    fn explore(
        &self,
        automata: &mut Automata,
        edits: &mut Vec<Edit>,
        depth: u32,
        threads: Threads,
        memo: &mut HashMap<(u32, Threads), State>,
    ) -> State {
        if let Some(&done) = memo.get(&(depth, threads.clone())) {
            return done;
        }
        let class =
            if depth < self.shortest { 0 } else { self.class_of(edits, depth as u8, &threads) };
        let mut next = [DEAD; 10];
        if depth < MOST_DIGITS {
            for (digit, to) in next.iter_mut().enumerate() {
                let mut after = Threads { live: vec![], best: threads.best.clone() };
                let mut seen = vec![];
                for (step, groups) in &threads.live {
                    let reads =
                        matches!(self.program[*step], Step::Digit(set) if set >> digit & 1 == 1);
                    if reads
                        && self.add(&mut after, &mut seen, step + 1, groups, depth as u8 + 1, false)
                    {
                        break;
                    }
                }
                *to = self.explore(automata, edits, depth + 1, after, memo);
            }
        }
        let made = automata.state(class, next);
        memo.insert((depth, threads), made);
        made
    }

    /// The edit if the string ends here: a thread that waits for the end may be preferred to the
    /// best so far.
    fn class_of(&self, edits: &mut Vec<Edit>, depth: u8, threads: &Threads) -> u16 {
        let mut ended = Threads { live: vec![], best: threads.best.clone() };
        for (step, groups) in &threads.live {
            let waits = matches!(self.program[*step], Step::End);
            if waits && self.add(&mut ended, &mut vec![], step + 1, groups, depth, true) {
                break;
            }
        }
        let edit = self.edit(ended.best.as_ref());
        if edit == Edit::default() {
            return 0;
        }
        let index = edits.iter().position(|known| *known == edit).unwrap_or_else(|| {
            edits.push(edit);
            edits.len() - 1
        });
        index as u16 + 1
    }
}

/// Templates are digits and one group, in this order: `9$1`.
fn parse_template(text: &str) -> Result<Option<(Vec<u8>, usize)>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let parts = text.split_once('$').and_then(|(insert, group)| {
        let insert = insert
            .bytes()
            .map(|byte| byte.is_ascii_digit().then(|| byte - b'0'))
            .collect::<Option<_>>()?;
        Some((insert, group.parse::<usize>().ok()?.checked_sub(1)?))
    });
    parts.map(Some).ok_or_else(|| {
        format!("prefix template {text}: the generator knows only digits and one group")
    })
}
