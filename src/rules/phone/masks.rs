//! Format-as-you-type, for the widget: groups the digits of a phone number while it is typed.

use super::FORMATS_LEFT_OUT;
use super::coder::Coder;
use super::digits::{self, MOST_DIGITS};
use super::guess::is_divided;
use super::plans::{Edit, INTERNATIONAL, Plans, TRUNK, sized};
use super::table::{MASKS, Table, open};
use super::tries::{Row, Rows, Says, Trie, class, count, tokens};

/// What may stand between groups, by its number in a mask.
const SEPARATORS: [char; 3] = [' ', '-', '.'];

/// How libphonenumber groups the national numbers of every calling code in its international
/// format. Decoded from `data/phone/masks.bin`, which only a page with a phone field loads.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Masks {
    /// Distinct groupings: the digits of each group, and the separator after it.
    pub masks: Vec<Vec<(u8, u8)>>,
    /// For each plan, in their order, its trie. Classes are positions in `masks`, counted from 1; a
    /// mask fits one length.
    pub plans: Vec<Trie>,
    /// The nodes.
    pub rows: Vec<Row>,
}

impl Masks {
    /// The masks in `blob`; `None` if it is damaged, of another format or made for other plans.
    pub fn decode(blob: &[u8]) -> Option<Self> {
        if FORMATS_LEFT_OUT {
            return None;
        }
        let mut masks = Self::default();
        masks.code(&mut open(blob, MASKS)?, Plans::get());
        Some(masks)
    }

    /// Encodes the masks, or decodes into empty ones.
    pub fn code(&mut self, coder: &mut impl Coder, plans: &Plans) {
        sized(coder, 8, 0, &mut self.masks);
        let mut before = 0;
        for mask in &mut self.masks {
            sized(coder, 3, 1, mask);
            for (size, separator) in mask {
                *size = coder.number(5, 2 | before << 4, (*size).into()) as u8;
                *separator = coder.number(2, 3 | before << 4, (*separator).into()) as u8;
                before = u32::from(*separator) << 4 | u32::from(*size);
            }
        }
        self.plans.resize_with(plans.plans.len(), Trie::default);
        let mut rows = Rows::new(std::mem::take(&mut self.rows));
        for (index, trie) in (0..).zip(&mut self.plans) {
            let all = std::mem::take(&mut trie.says);
            let mut last = 0;
            let each = coder.number(6, 4, count(&all));
            tokens(coder, (1, each), (4, 5), &all, &mut trie.says, |coder, known| {
                let step = u32::from(known.class).wrapping_sub(last) & 255;
                last = (last + coder.number(8, 6, step)) & 255;
                let class = last as u16;
                Says { lengths: 1 << length(&self.masks, class), class, ..known }
            });
            trie.root = rows.trie(coder, index, 6, trie.root);
        }
        self.rows = rows.rows;
    }

    /// The grouping of a national number or of its start: its own where the table has the number,
    /// else that of the longest number that it may become, so that groups do not change while it is
    /// typed.
    fn find(&self, index: usize, start: &[u8], table: Option<&Table>) -> &[(u8, u8)] {
        let Some(trie) = self.plans.get(index) else { return &[] };
        let mut whole = [0; 32];
        whole.iter_mut().zip(start).for_each(|(digit, typed)| *digit = *typed);
        let is_whole = table.is_some_and(|table| table.class(index, start) != 0);
        let most = if is_whole { start.len() } else { MOST_DIGITS };
        let mut lengths = (start.len()..=most).rev();
        let mask = lengths.find_map(|length| {
            let digits = whole.get(..length)?;
            grouping(&self.masks, class(&self.rows, trie.root, &trie.says, digits))
        });
        mask.unwrap_or_default()
    }
}

fn grouping(masks: &[Vec<(u8, u8)>], class: u16) -> Option<&[(u8, u8)]> {
    masks.get(usize::from(class.checked_sub(1)?)).map(Vec::as_slice)
}

/// How many digits a mask groups.
fn length(masks: &[Vec<(u8, u8)>], class: u16) -> u32 {
    let groups = grouping(masks, class).unwrap_or_default();
    groups.iter().fold(0, |sum, (size, _)| sum + u32::from(*size)) & 31
}

/// The text that is being written, and where the caret stands in it.
struct Output {
    text: String,
    /// How many digits and plus signs are still to be written before the caret.
    before_caret: usize,
    caret: usize,
}

impl Output {
    fn push(&mut self, c: char) {
        self.text.push(c);
        if self.before_caret > 0 {
            self.before_caret -= 1;
            self.caret = self.text.len();
        }
    }

    fn digits(&mut self, digits: &[u8]) {
        digits.iter().for_each(|digit| self.push((b'0' + digit % 10).into()));
    }

    fn separate(&mut self, separator: char) {
        self.text.push(separator);
    }
}

/// Groups the digits typed so far. Returns the text and the caret's place in it, after the same
/// digit as before. `caret` and the returned place are in UTF-16 units, as a text field counts.
///
/// Returns `None` where the text is to stay as it is: if it cannot be read as a number, is longer
/// than any number, has more than one plus or a slash after a whole number, or has digits that are
/// not ASCII, because groups of Arabic digits would change places on the screen. Invisible
/// characters that come along when a number is copied, such as marks of direction, are dropped. The
/// digits and a leading plus are never changed, and formatting twice changes nothing. With a table,
/// a number that exists gets its own groups, even if a longer number would have others.
pub fn format_as_you_type(
    calling_code: Option<u16>,
    typed: &str,
    caret: usize,
    masks: &Masks,
    table: Option<&Table>,
) -> Option<(String, usize)> {
    if FORMATS_LEFT_OUT {
        return None;
    }
    let read = digits::read(typed);
    if read.reason.is_some() {
        return None;
    }
    let (digits, plus) = (read.digits.all(), read.plus);
    // Without the slash, two numbers would become one that is too long.
    if is_divided(typed.chars(), usize::MAX) {
        return None;
    }
    let is_ascii = |c: char| c.is_ascii() || digits::digit(c).is_none() && !digits::is_plus(c);
    // With several pluses the text stays: the guest's next key may delete one.
    let pluses = typed.chars().filter(|c| digits::is_plus(*c)).count();
    if pluses > 1 || !typed.chars().all(is_ascii) {
        return None;
    }
    let mut units = 0;
    let before_caret = typed.chars().take_while(|c| {
        units += c.len_utf16();
        units <= caret
    });
    let counts = |c: &char| c.is_ascii_digit() || plus && digits::is_plus(*c);
    let before_caret = before_caret.filter(counts).count();
    let mut out = Output { text: String::new(), before_caret, caret: 0 };

    let plans = Plans::get();
    let home = calling_code.and_then(|code| plans.find(code));
    let mut national = digits;
    if home.is_none() && !plus {
        return None;
    }
    let mut index = home;
    if plus {
        out.push('+');
        index = None;
    } else if let Some(skip) = home.and_then(|home| skipped(plans, home, INTERNATIONAL, digits)) {
        national = digits.get(skip..)?;
        out.digits(digits.get(..skip)?);
        index = None;
        if !national.is_empty() {
            out.separate(' ');
        }
    }
    let with_code = index.is_none();
    if with_code {
        let Some((plan, rest)) = plans.split(national) else {
            out.digits(national);
            return Some((out.text, out.caret));
        };
        out.digits(national.get(..national.len() - rest.len())?);
        if rest.is_empty() {
            return Some((out.text, out.caret));
        }
        out.separate(' ');
        (index, national) = (Some(plan), rest);
    }
    let index = index?;
    let exists = |national| table.is_some_and(|table| table.class(index, national) != 0);
    // The digits are a trunk prefix if the number exists without them, or does not exist with them.
    // After a calling code the second holds for a zero alone: other prefixes, such as 8, begin more
    // numbers there than they precede.
    let is_prefix = |skip: &usize| {
        exists(national.get(*skip..).unwrap_or_default())
            || !exists(national) && (!with_code || national.first() == Some(&0))
    };
    let prefix = skipped(plans, index, TRUNK, national);
    if let Some(skip) = prefix.filter(is_prefix) {
        let (prefix, rest) = national.split_at_checked(skip)?;
        out.digits(prefix);
        // As countries print it: 020 7946 0000, but 8 912 345-67-89.
        if prefix != [0] && !rest.is_empty() {
            out.separate(' ');
        }
        national = rest;
    }
    let mut left = national;
    for (size, separator) in masks.find(index, national, table) {
        let (group, rest) = left.split_at_checked(usize::from(*size)).unwrap_or((left, &[]));
        out.digits(group);
        left = rest;
        if left.is_empty() {
            break;
        }
        out.separate(SEPARATORS.get(usize::from(*separator)).copied().unwrap_or(' '));
    }
    out.digits(left);
    Some((out.text, out.caret))
}

/// How many digits a rule of the plan takes off as a prefix; `None` where the rule does anything
/// else.
fn skipped(plans: &Plans, index: usize, rule: usize, digits: &[u8]) -> Option<usize> {
    let edit = plans.edit(plans.plans.get(index)?, rule, digits)?;
    let Edit { skip, keep: 0, insert, .. } = edit else { return None };
    insert.all().is_empty().then_some(usize::from(*skip))
}
