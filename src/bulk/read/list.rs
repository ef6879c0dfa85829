//! The rows of a JSON array, of an object that holds one, and of JSON values one after the other.
//!
//! A row that is no JSON is an empty text, which the parser of rows refuses. It does not take the
//! following rows along: reading goes on where something looks like the next one. Text after the
//! end of the list is such a row, and so is a list that does not end.

use memchr::memchr3;

use super::lines::too_long;
use super::{Step, count_lines};

/// How deep a row's arrays and objects are followed. What is deeper is no row that is read.
const DEPTH: u32 = 128;

/// Cuts a text into the values of a list. The text begins after the bracket that opens the list.
#[derive(Debug)]
pub(super) struct List {
    kind: Kind,
    /// True after a value, until its comma.
    is_after_value: bool,
    place: Place,
    /// How long a row may be.
    max: usize,
}

/// What holds the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `[…]`
    Array,
    /// The list in `{"customers":[…]}`.
    Member,
    /// Nothing: the values stand one after the other.
    Values,
}

/// Where in the list the text at hand is.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// At a value, or before or after one.
    Values,
    /// In a value that was too long.
    Value(Nesting),
    /// In a value that is no JSON, before something that looks like the next one.
    Broken,
    /// After the list, in the object that holds it. True where another list has just begun.
    Members(Nesting, bool),
    /// After all.
    End,
    /// In what is passed over, because it was told.
    Rest,
}

impl List {
    pub(super) fn new(kind: Kind, max: usize) -> Self {
        Self { kind, is_after_value: false, place: Place::Values, max }
    }

    pub(super) fn next(&mut self, rest: &[u8], is_ended: bool) -> Step {
        match self.place {
            Place::Values => self.separator(rest, is_ended),
            Place::Value(mut nesting) => match nesting.run(rest, 0, false) {
                Stop::Closed(next) => {
                    (self.place, self.is_after_value) = (Place::Values, true);
                    pass(rest, next)
                }
                Stop::Broken(next) => {
                    self.place = Place::Broken;
                    pass(rest, next)
                }
                Stop::End | Stop::List(_) => {
                    self.place = Place::Value(nesting);
                    self.pass_all(rest, is_ended)
                }
            },
            Place::Broken => self.mend(rest, is_ended),
            Place::Members(nesting, is_list) => self.members(rest, is_ended, nesting, is_list),
            Place::End => match spaces(rest) {
                0 if rest.is_empty() => Step::More,
                0 => self.wrong(rest, 0, Place::Rest),
                next => pass(rest, next),
            },
            Place::Rest if rest.is_empty() => Step::More,
            Place::Rest => pass(rest, rest.len()),
        }
    }

    /// What stands between two values, or the value that follows.
    fn separator(&mut self, rest: &[u8], is_ended: bool) -> Step {
        let next = spaces(rest);
        if next > 0 {
            return pass(rest, next);
        }
        match rest.first() {
            None => self.pass_all(rest, is_ended),
            Some(b',') if self.is_after_value => {
                self.is_after_value = false;
                pass(rest, 1)
            }
            Some(b',') => self.wrong(rest, 1, Place::Values),
            Some(b']') if self.kind != Kind::Values => {
                self.place = match self.kind {
                    Kind::Member => {
                        Place::Members(Nesting { stack: 1, depth: 1, ..Nesting::default() }, false)
                    }
                    _ => Place::End,
                };
                pass(rest, 1)
            }
            Some(first) => self.value(rest, *first, is_ended),
        }
    }

    fn value(&mut self, rest: &[u8], first: u8, is_ended: bool) -> Step {
        // The text that decides. It is the same however much more is at hand.
        let window = rest.get(..=self.max);
        let seen = window.unwrap_or(rest);
        let mut nesting = Nesting::default();
        let stop = match first {
            b'{' | b'[' | b'"' => nesting.run(seen, 0, false),
            _ => match seen.iter().skip(1).position(|byte| ends_word(*byte)) {
                Some(end) => Stop::Closed(end + 1),
                None if is_ended && window.is_none() => Stop::Closed(seen.len()),
                None => Stop::End,
            },
        };
        match stop {
            Stop::Closed(end) => {
                self.is_after_value = true;
                let lines = count_lines(seen.get(..end).unwrap_or_default());
                Step::Row { start: 0, end, line: 0, fault: None, next: end, lines }
            }
            Stop::Broken(next) => {
                let lines = count_lines(seen.get(..next).unwrap_or_default());
                self.place = Place::Broken;
                self.is_after_value = true;
                Step::Row { start: 0, end: 0, line: 0, fault: None, next, lines }
            }
            _ if window.is_some() => {
                self.place = if nesting.is_begun() { Place::Value(nesting) } else { Place::Broken };
                self.is_after_value = true;
                too_long(seen.len(), count_lines(seen))
            }
            _ if is_ended => {
                let lines = count_lines(rest);
                self.place = Place::Rest;
                Step::Row { start: 0, end: 0, line: 0, fault: None, next: rest.len(), lines }
            }
            _ => Step::More,
        }
    }

    /// Looks for the next value after one that is no JSON: a brace at the beginning of a line, or
    /// one after a value's brace and a comma.
    fn mend(&mut self, rest: &[u8], is_ended: bool) -> Step {
        let Some(found) = rest.iter().position(|byte| matches!(byte, b'\n' | b'}')) else {
            return self.pass_all(rest, is_ended);
        };
        let after = rest.get(found + 1..).unwrap_or_default();
        let mut next = spaces(after);
        if rest.get(found) == Some(&b'}') && after.get(next) == Some(&b',') {
            next += 1;
            next += spaces(after.get(next..).unwrap_or_default());
        } else if rest.get(found) == Some(&b'}') && after.get(next).is_some() {
            return pass(rest, found + 1);
        }
        match after.get(..next + 1).filter(|_| next <= self.max) {
            Some([.., b'{']) => {
                (self.place, self.is_after_value) = (Place::Values, false);
                pass(rest, found + 1 + next)
            }
            None if found > 0 => pass(rest, found),
            None if !is_ended && next <= self.max => Step::More,
            _ => pass(rest, found + 1),
        }
    }

    fn members(
        &mut self,
        rest: &[u8],
        is_ended: bool,
        mut nesting: Nesting,
        is_list: bool,
    ) -> Step {
        if is_list {
            let next = spaces(rest);
            match rest.get(next) {
                None => return self.pass_all(rest, is_ended),
                // A second list of rows: which one is meant is not guessed.
                Some(b'{') => return self.wrong(rest, next, Place::Rest),
                Some(_) => {}
            }
        }
        match nesting.run(rest, 0, true) {
            Stop::Closed(next) => {
                self.place = Place::End;
                pass(rest, next)
            }
            Stop::List(next) => {
                self.place = Place::Members(nesting, true);
                pass(rest, next)
            }
            Stop::Broken(next) => self.wrong(rest, next, Place::Rest),
            Stop::End => {
                self.place = Place::Members(nesting, false);
                self.pass_all(rest, is_ended)
            }
        }
    }

    /// A row that is no JSON at `next`, after which `place` follows.
    fn wrong(&mut self, rest: &[u8], next: usize, place: Place) -> Step {
        self.place = place;
        let line = count_lines(rest.get(..next).unwrap_or_default());
        Step::Row { start: 0, end: 0, line, fault: None, next, lines: line }
    }

    /// Passes over all text at hand. A list that ends without its bracket ends with a row that says
    /// so.
    fn pass_all(&mut self, rest: &[u8], is_ended: bool) -> Step {
        if !rest.is_empty() {
            return pass(rest, rest.len());
        }
        let is_values = self.kind == Kind::Values && matches!(self.place, Place::Values);
        if is_ended && !is_values { self.wrong(rest, 0, Place::Rest) } else { Step::More }
    }
}

fn pass(rest: &[u8], next: usize) -> Step {
    Step::Pass { next, lines: count_lines(rest.get(..next).unwrap_or_default()) }
}

/// How many characters of white space the text begins with.
pub(super) fn spaces(text: &[u8]) -> usize {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    text.iter().position(|byte| !is_space(byte)).unwrap_or(text.len())
}

/// True for what ends a number or a word.
fn ends_word(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}' | b'"' | b' ' | b'\t' | b'\n' | b'\r')
}

/// Where in the arrays, objects and texts of a value the text at hand is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Nesting {
    /// A bit for each array or object around the place, the innermost one last: 1 for an object.
    stack: u128,
    depth: u32,
    is_text: bool,
    is_escaped: bool,
}

/// Where a walk through a value stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// After the value's end.
    Closed(usize),
    /// At what can't be JSON: a wrong bracket, a line that ends within a text, too many levels.
    Broken(usize),
    /// After the bracket of an array that is a member of the outermost object.
    List(usize),
    /// At the end of the text at hand.
    End,
}

impl Nesting {
    /// True within an array, an object or a text.
    fn is_begun(&self) -> bool {
        self.depth > 0 || self.is_text
    }

    /// Walks on from `at`; with `finds_lists`, until [`Stop::List`].
    pub(super) fn run(&mut self, text: &[u8], mut at: usize, finds_lists: bool) -> Stop {
        loop {
            let rest = text.get(at..).unwrap_or_default();
            if self.is_text {
                if self.is_escaped {
                    match rest.first() {
                        None => return Stop::End,
                        Some(b'\n') => return Stop::Broken(at),
                        Some(_) => (self.is_escaped, at) = (false, at + 1),
                    }
                    continue;
                }
                let Some(found) = memchr3(b'"', b'\\', b'\n', rest) else { return Stop::End };
                match rest.get(found) {
                    Some(b'\n') => return Stop::Broken(at + found),
                    Some(b'"') => self.is_text = false,
                    _ => self.is_escaped = true,
                }
                at += found + 1;
                if !self.is_begun() {
                    return Stop::Closed(at);
                }
                continue;
            }
            let is_mark = |byte: &u8| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']');
            let Some(found) = rest.iter().position(is_mark) else { return Stop::End };
            let mark = rest.get(found).copied().unwrap_or_default();
            let place = at + found;
            at = place + 1;
            match mark {
                b'"' => self.is_text = true,
                b'{' | b'[' => {
                    if self.depth == DEPTH {
                        return Stop::Broken(place);
                    }
                    self.stack = self.stack << 1 | u128::from(mark == b'{');
                    self.depth += 1;
                    if finds_lists && self.depth == 2 && self.stack == 0b10 {
                        return Stop::List(at);
                    }
                }
                _ => {
                    if self.depth == 0 || (self.stack & 1 == 1) != (mark == b'}') {
                        return Stop::Broken(place);
                    }
                    self.stack >>= 1;
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Stop::Closed(at);
                    }
                }
            }
        }
    }
}
