//! For the phone data generator: which type upstream gives to each national number of a calling
//! code.

use super::automaton::{Automata, DEAD, State};
use super::metadata::{Metadata, Region, length_mask};
use super::pattern;
use dinerkit::rules::phone::Type;

/// Upstream's order: the first type whose pattern matches counts. Fixed and mobile come last,
/// because a number can have both of these.
const IN_ORDER: [(&str, Type); 8] = [
    ("premiumRate", Type::PremiumRate),
    ("tollFree", Type::TollFree),
    ("sharedCost", Type::SharedCost),
    ("voip", Type::Voip),
    ("personal", Type::Personal),
    ("pager", Type::Pager),
    ("uan", Type::Uan),
    ("voicemail", Type::Voicemail),
];

/// Marks, during the merge, the numbers that a region with leading digits has decided.
const DECIDED: u16 = 0x8000;

fn kind(automata: &mut Automata, region: &Region, name: &str) -> Result<State, String> {
    let Some(kind) = region.kinds.get(name) else { return Ok(DEAD) };
    let digits = pattern::language(automata, &kind.pattern)?;
    let lengths = if kind.lengths.is_empty() { &region.general()?.lengths } else { &kind.lengths };
    let lengths = automata.lengths(length_mask(lengths));
    Ok(automata.zip(digits, lengths, |a, b| a & b))
}

fn region_types(automata: &mut Automata, region: &Region) -> Result<State, String> {
    let general = kind(automata, region, "general")?;
    let fixed = kind(automata, region, "fixedLine")?;
    let mobile = if region.same_mobile_and_fixed_line_pattern {
        fixed
    } else {
        kind(automata, region, "mobile")?
    };
    let mut types = automata.zip(fixed, mobile, |fixed, mobile| match (fixed, mobile) {
        (0, 0) => 0,
        (_, 0) => Type::FixedLine as u16,
        (0, _) => Type::Mobile as u16,
        _ => Type::FixedLineOrMobile as u16,
    });
    for (name, class) in IN_ORDER.iter().rev() {
        let language = kind(automata, region, name)?;
        types = automata.zip(
            language,
            types,
            |yes, other| if yes != 0 { *class as u16 } else { other },
        );
    }
    Ok(automata.zip(general, types, |yes, class| if yes != 0 { class } else { 0 }))
}

/// The type of every national number. If regions share a calling code, upstream asks them in turn:
/// a region with leading digits decides for the numbers that begin with them, and any other region
/// for the numbers that it knows.
pub(super) fn types(
    automata: &mut Automata,
    metadata: &Metadata,
    code: u16,
) -> Result<State, String> {
    let ids = metadata.calling_codes.get(&code).map_or(&[][..], Vec::as_slice);
    let mut all = DEAD;
    for id in ids.iter().rev() {
        let region = metadata.region(code, id)?;
        let own = region_types(automata, region)?;
        all = if region.leading_digits.is_empty() || ids.len() == 1 {
            automata.zip(own, all, |own, other| if own != 0 { own } else { other })
        } else {
            let leading = pattern::language(automata, &region.leading_digits)?;
            let leading = automata.beginning_with(leading);
            let own =
                automata.zip(leading, own, |yes, class| if yes != 0 { class | DECIDED } else { 0 });
            automata.zip(
                own,
                all,
                |own, other| if own & DECIDED != 0 { own & !DECIDED } else { other },
            )
        };
    }
    Ok(all)
}

/// Numbers that fit the general pattern of the main region, of any length. Upstream calls them
/// viable, and asks for them before it removes a prefix.
pub(super) fn viable(
    automata: &mut Automata,
    metadata: &Metadata,
    code: u16,
) -> Result<State, String> {
    pattern::language(automata, &metadata.main_region(code)?.general()?.pattern)
}
