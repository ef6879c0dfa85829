//! For the phone data generator: how the national numbers of each calling code are grouped.

use super::automaton::{Automata, DEAD, State};
use super::metadata::{Format, Metadata, length_mask};
use super::numbers;
use super::pattern;
use super::trie::{ByClass, Nodes, Token, by_class, says};
use dinerkit::rules::phone::Masks;
use dinerkit::rules::phone::tries::Trie;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Groups of a mask: digits, and the number of the separator after them.
type Groups = Vec<(u8, u8)>;
/// The same as in the reader.
const SEPARATORS: [&str; 3] = [" ", "-", "."];

/// Least and most digits of the groups in `(\d{2})(\d{3,4})`.
fn group_sizes(text: &str) -> Option<Vec<(u32, u32)>> {
    let groups = text.split('(').skip(1).map(|group| {
        let digits = group.strip_suffix(')')?.strip_prefix("\\d")?;
        if digits.is_empty() {
            return Some((1, 1));
        }
        let count = digits.strip_prefix('{')?.strip_suffix('}')?;
        let (least, most) = count.split_once(',').unwrap_or((count, count));
        Some((least.parse().ok()?, most.parse().ok()?))
    });
    groups.collect()
}

/// The separators in `$1 $2-$3`. Returns `None` if the format does more than separate.
fn separators(text: &str) -> Option<Vec<u8>> {
    let mut groups = text.strip_prefix('$')?.split('$').enumerate();
    groups.try_fold(vec![], |mut out, (index, group)| {
        let rest = group.strip_prefix(&(index + 1).to_string())?;
        if !rest.is_empty() {
            out.push(SEPARATORS.iter().position(|separator| *separator == rest)? as u8);
        }
        Some(out)
    })
}

/// The grouping that a format gives to numbers of `length` digits: as in the pattern, each group
/// from the first on takes as many digits as it can.
fn groups(format: &Format, length: u32) -> Option<Groups> {
    let sizes = group_sizes(&format.pattern)?;
    let separators = separators(&format.format)?;
    let mut spare = length.checked_sub(sizes.iter().map(|(least, _)| least).sum())?;
    let separators = separators.into_iter().chain([0]);
    let out = sizes.iter().zip(separators).map(|((least, most), separator)| {
        let more = spare.min(most - least);
        spare -= more;
        ((least + more) as u8, separator)
    });
    let out: Groups = out.collect();
    (spare == 0 && out.len() == sizes.len()).then_some(out)
}

fn language(
    automata: &mut Automata,
    metadata: &Metadata,
    code: u16,
    masks: &mut Vec<Groups>,
) -> Result<State, String> {
    let region = metadata.main_region(code)?;
    let formats = match region.international_formats.as_slice() {
        [] => &region.formats,
        formats => formats,
    };
    let possible = length_mask(&region.general()?.lengths);
    let mut all = DEAD;
    for format in formats.iter().rev() {
        let mut own = DEAD;
        for length in (2..=17).filter(|length| possible >> length & 1 == 1) {
            let Some(groups) = groups(format, length) else { continue };
            let class = intern(masks, groups);
            let exactly = automata.lengths(1 << length);
            own = automata.zip(own, exactly, |own, yes| if yes != 0 { class } else { own });
        }
        // The last pattern is the most exact.
        if let Some(leading) = format.leading_digits.last() {
            let leading = pattern::language(automata, leading)?;
            let leading = automata.beginning_with(leading);
            own = automata.zip(leading, own, |yes, class| if yes != 0 { class } else { 0 });
        }
        all = automata.zip(own, all, |own, other| if own != 0 { own } else { other });
    }
    let plain = (2..=17).filter(|length| possible >> length & 1 == 1);
    for length in plain {
        let class = intern(masks, vec![(length as u8, 0)]);
        let exactly = automata.lengths(1 << length);
        all = automata.zip(
            all,
            exactly,
            |mask, yes| if mask == 0 && yes != 0 { class } else { mask },
        );
    }
    let valid = numbers::types(automata, metadata, code)?;
    let wanted = automata.zip(all, valid, |mask, valid| if valid != 0 { mask } else { 0 });
    Ok(Settle::default().settle(automata, wanted))
}

/// Fills in the strings of class 0, whose class does not matter, so that as few digits as possible
/// make a difference.
#[derive(Default)]
struct Settle {
    merged: HashMap<(State, State), Option<State>>,
    settled: HashMap<State, State>,
}

impl Settle {
    fn settle(&mut self, automata: &mut Automata, state: State) -> State {
        if state == DEAD {
            return DEAD;
        }
        if let Some(&done) = self.settled.get(&state) {
            return done;
        }
        let node = automata.node(state);
        // Each digit joins the first group that it agrees with.
        let mut groups: Vec<State> = vec![];
        let mut member = [0; 10];
        for (digit, to) in node.next.into_iter().enumerate() {
            let found = groups
                .iter()
                .enumerate()
                .find_map(|(index, group)| Some((index, self.merge(automata, *group, to)?)));
            let (index, merged) = found.unwrap_or((groups.len(), to));
            if index == groups.len() {
                groups.push(merged);
            } else {
                groups[index] = merged;
            }
            member[digit] = index;
        }
        let groups: Vec<State> =
            groups.into_iter().map(|group| self.settle(automata, group)).collect();
        let made = automata.state(node.class, member.map(|index| groups[index]));
        self.settled.insert(state, made);
        made
    }

    /// A state that agrees with both. Returns `None` if they contradict each other.
    fn merge(&mut self, automata: &mut Automata, a: State, b: State) -> Option<State> {
        if a == b || b == DEAD {
            return Some(a);
        }
        if a == DEAD {
            return Some(b);
        }
        if let Some(&done) = self.merged.get(&(a, b)) {
            return done;
        }
        let (x, y) = (automata.node(a), automata.node(b));
        let made = if x.class != 0 && y.class != 0 && x.class != y.class {
            None
        } else {
            let next: Option<Vec<State>> =
                x.next.into_iter().zip(y.next).map(|(a, b)| self.merge(automata, a, b)).collect();
            let next = next.and_then(|next| next.try_into().ok());
            next.map(|next| automata.state(x.class.max(y.class), next))
        };
        self.merged.insert((a, b), made);
        made
    }
}

/// The class of a mask, which is added to `masks` if it is new.
fn intern(masks: &mut Vec<Groups>, groups: Groups) -> u16 {
    let index = masks.iter().position(|known| *known == groups).unwrap_or_else(|| {
        masks.push(groups);
        masks.len() - 1
    });
    index as u16 + 1
}

pub(super) fn build(automata: &mut Automata, metadata: &Metadata) -> Result<Masks, String> {
    let mut masks = Masks::default();
    for &code in metadata.calling_codes.keys() {
        let state = language(automata, metadata, code, &mut masks.masks)?;
        let mut uses: BTreeMap<Token, usize> = BTreeMap::new();
        Nodes::default().add(automata, state, &mut |token, _| {
            *uses.entry(token).or_default() += 1;
            0
        });
        uses.remove(&vec![]);
        let mut by_use: Vec<(Token, usize)> = uses.into_iter().collect();
        by_use.sort_by_key(|(_, uses)| Reverse(*uses));
        let ids: HashMap<Token, u16> = [vec![]]
            .into_iter()
            .chain(by_use.iter().map(|(token, _)| token.clone()))
            .zip(0..)
            .collect();
        let tokens: Vec<ByClass> = by_use.iter().map(|(token, _)| by_class(token)).collect();
        let mut nodes = Nodes::default();
        let root = nodes.add(automata, state, &mut |token, _| ids[&token]);
        let root = nodes.expand(root, &mut masks.rows);
        masks.plans.push(Trie { root, says: says(&tokens) });
    }
    Ok(masks)
}
