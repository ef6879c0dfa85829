//! For the phone data generator: lengths, regions and prefix rules of every calling code.

use super::automaton::{Automata, DEAD, State};
use super::metadata::{Metadata, Region, length_mask};
use super::numbers;
use super::prefix::{self, Rule};
use super::trie::{ByClass, Nodes, Token, by_class, says};
use dinerkit::rules::phone::digits::Digits;
use dinerkit::rules::phone::plans::{Edit, INTERNATIONAL, OWN_CODE, Plan, Plans, TRUNK};

/// Prefixes that people still dial although upstream has dropped them: the calling code, and the
/// pattern that replaces upstream's rule. Mexico gave up 01, 044, 045 and the 1 after +52 in August
/// 2019, but guests' address books still have them.
const LENIENT: [(u16, &str); 1] = [(52, "01|04[45]|1")];

/// The shortest national number, because upstream refuses one digit.
const SHORTEST: u32 = 2;

/// The trunk rule need not answer for shorter strings, because the rest without a prefix would be
/// too short as well. This does not hold for a rule that may insert digits.
fn shortest(region: &Region) -> Result<u32, String> {
    if !region.national_prefix_transform_rule.is_empty() {
        return Ok(SHORTEST);
    }
    let general = region.general()?;
    let lengths = general.lengths.iter().chain(&general.local_lengths);
    Ok(lengths.min().copied().unwrap_or(SHORTEST).max(SHORTEST))
}

/// Upstream removes a prefix only if a viable number stays viable. It reads the first digits as the
/// calling code only if the number is not viable and the rest is. Both questions are answered here
/// for every string of digits, so the reader need not ask them.
fn rules(
    automata: &mut Automata,
    metadata: &Metadata,
    code: u16,
    edits: &mut Vec<prefix::Edit>,
) -> Result<[State; 3], String> {
    let region = metadata.main_region(code)?;
    let viable = numbers::viable(automata, metadata, code)?;
    let lenient = LENIENT.iter().find(|(lenient, _)| *lenient == code).map(|(_, pattern)| *pattern);
    let pattern = lenient.unwrap_or(&region.national_prefix_for_parsing);
    let (mut trunk, mut viable_after) = (DEAD, DEAD);
    if !pattern.is_empty() {
        let rule = Rule::new(pattern, &region.national_prefix_transform_rule, shortest(region)?)?;
        trunk = rule.build(automata, edits);
        for (class, edit) in (1..).zip(edits.iter()) {
            let edited = automata.map(trunk, |found| u16::from(found == class));
            let good = edit.undo(automata, viable);
            let good = automata.zip(edited, good, |a, b| a & b);
            viable_after = automata.zip(viable_after, good, |a, b| a | b);
        }
    }
    let spoilt = automata.zip(viable, viable_after, |before, after| before & !after);
    let trunk = automata.zip(trunk, spoilt, |edit, spoilt| if spoilt != 0 { 0 } else { edit });

    let good = automata.zip(viable, viable_after, |as_it_is, after| as_it_is | after);
    let digits: Vec<usize> =
        code.to_string().bytes().map(|byte| usize::from(byte - b'0')).collect();
    let not_viable = automata.after(viable, digits.iter().copied());
    let own = automata.zip(good, not_viable, |good, viable| good & !viable);
    // A longer number is too long, and needs no other reason.
    let longest = region.general()?.lengths.iter().max().copied().unwrap_or(0);
    let short = automata.lengths((1 << (longest + 1 - digits.len() as u32)) - 1);
    let own = automata.zip(own, short, |a, b| a & b);

    let international = match region.international_prefix.as_str() {
        "" => DEAD,
        pattern => Rule::new(pattern, "", SHORTEST)?.build(automata, edits),
    };
    let mut states = [DEAD; 3];
    (states[TRUNK], states[INTERNATIONAL], states[OWN_CODE]) = (trunk, international, own);
    Ok(states)
}

/// The position of `item` in `list`, to which it is added if it is new.
fn intern<T: PartialEq>(list: &mut Vec<T>, item: T) -> usize {
    list.iter().position(|known| *known == item).unwrap_or_else(|| {
        list.push(item);
        list.len() - 1
    })
}

/// A leaf's token. Lengths below `least` cannot occur there, or are too short after any edit. They
/// get the class of the next longer length, so that rules which differ only in them are equal.
fn widened(token: &Token, least: u32) -> ByClass {
    let widen = |(lengths, class): (u32, u16)| {
        let shorter = if lengths >> least & 1 == 1 { (1 << least) - 1 } else { 0 };
        (lengths | shorter, class)
    };
    by_class(token).into_iter().map(widen).collect()
}

pub(super) fn build(automata: &mut Automata, metadata: &Metadata) -> Result<Plans, String> {
    let mut plans = Plans { rules: vec![0], ..Plans::default() };
    let mut tokens: [Vec<ByClass>; 3] = Default::default();
    let (mut edits, mut nodes, mut known) = (vec![], Nodes::default(), vec![(TRUNK, DEAD)]);
    for (&code, ids) in &metadata.calling_codes {
        let general = metadata.main_region(code)?.general()?;
        let found = rules(automata, metadata, code, &mut edits)?;
        let mut plan = Plan {
            code,
            possible: length_mask(&general.lengths),
            local: length_mask(&general.local_lengths),
            ..Plan::default()
        };
        for id in ids.iter().filter(|id| *id != "001") {
            let letters =
                id.as_bytes().try_into().map_err(|_| format!("region {id}: not two letters"))?;
            plan.regions.push(letters);
        }
        let shortest = [shortest(metadata.main_region(code)?)?, SHORTEST, 0];
        for (kind, state) in found.into_iter().enumerate() {
            let new = known.len();
            // States of different kinds may be equal and still mean different edits.
            let index = if state == DEAD { 0 } else { intern(&mut known, (kind, state)) };
            plan.rules[kind] = index as u16;
            if index == new {
                let tokens = &mut tokens[kind];
                let root = nodes.add(automata, state, &mut |token, least| {
                    let token = widened(&token, least.max(shortest[kind]));
                    if token.is_empty() { 0 } else { intern(tokens, token) as u16 + 1 }
                });
                plans.rules.push(nodes.expand(root, &mut plans.rows));
            }
        }
        plans.plans.push(plan);
    }
    plans.says = tokens.map(|tokens| says(&tokens));
    let edits = edits.into_iter().map(|edit| {
        let mut insert = Digits::default();
        insert.extend(&edit.insert).map_err(|_| "a rule puts in too many digits".to_owned())?;
        Ok(Edit { skip: edit.skip, keep: edit.keep, drop: edit.drop, insert })
    });
    plans.edits = edits.collect::<Result<_, String>>()?;
    Ok(plans)
}
