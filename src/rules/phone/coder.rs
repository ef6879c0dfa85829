//! For the phone tables: an adaptive coder of yes/no questions.
//!
//! The tables are small and highly regular, so a general compressor, which must first learn their
//! grammar, needs a quarter more bytes. Here every question comes with a few *contexts*: what is
//! known that may bear on the answer. A context that was met before has learnt a weight; the sum of
//! the weights is the prediction (logistic regression, on line), and the answer costs as many bits
//! as it was surprising. Encoder and decoder run the same predictor over the same description of
//! the data, so there is one of each. Only `+`, `-`, `*`, `/` on `f32`: equal on every machine.

/// The most contexts of one question.
const CONTEXTS: usize = 5;
const SLOT_BITS: u32 = 17;

/// What a question is about. Each kind learns for itself.
#[derive(Clone, Copy)]
#[repr(u32)]
pub enum Kind {
    /// Does a digit lead where the digit before it leads?
    Same,
    /// Does it lead where an earlier one leads?
    Earlier,
    /// Does it lead to a node?
    Inner,
    /// Is it one of the commonest tokens?
    Usual,
    /// A bit of another token.
    Token,
    /// Does a trie have nodes?
    Root,
    /// Is a length in the set?
    Length,
    /// A bit of a small number.
    Number,
    /// Is there such a calling code?
    Code,
    /// Does a plan have numbers of a type?
    Type,
}

/// Answers questions: a decoder from its bytes, an encoder with the answer it is given.
pub trait Coder {
    /// True for an encoder, which needs to be told the answers; a decoder skips the work that
    /// prepares them.
    const ENCODES: bool;

    /// Codes a yes or a no. `known` is the answer for an encoder; a decoder ignores it.
    fn bit(&mut self, kind: Kind, contexts: &[u32], known: bool) -> bool;

    /// Codes a number of `bits` bits. Numbers with equal `context` tend to be equal.
    fn number(&mut self, bits: u32, context: u32, known: u32) -> u32 {
        let mut value = 1;
        for bit in (0..bits).rev() {
            let contexts = [value | context << 12, value];
            value =
                value << 1 | u32::from(self.bit(Kind::Number, &contexts, known >> bit & 1 == 1));
        }
        value & !(1 << bits)
    }
}

/// The weight that one context has learnt.
#[derive(Clone, Copy, Default)]
struct Slot {
    weight: f32,
    /// How much slower it learns than at first.
    slowed: f32,
}

/// How fast a context learns: from `FAST` at first down to `SLOW`, nearer by `SLOWING` each time.
const FAST: f32 = 1.15;
const SLOW: f32 = 0.26;
const SLOWING: f32 = 0.15;
/// The predictor is never more certain than 1 in 2000.
const MOST: f32 = 11.0;

/// The weights of all contexts.
pub struct Predictor {
    slots: Vec<Slot>,
    asked: [usize; CONTEXTS],
    contexts: usize,
    chance: f32,
}

impl Default for Predictor {
    fn default() -> Self {
        let slots = vec![Slot::default(); 1 << SLOT_BITS];
        Self { slots, asked: [0; CONTEXTS], contexts: 0, chance: 0.0 }
    }
}

impl Predictor {
    /// The chance of "yes", in 1..65536 of 65536.
    pub fn predict(&mut self, kind: Kind, contexts: &[u32]) -> u32 {
        let mut sum = 0.0;
        self.contexts = contexts.len();
        for (index, (context, asked)) in (1..).zip(contexts.iter().zip(&mut self.asked)) {
            let salt = (kind as u32 * 8 + index).wrapping_mul(0x9E37_79B1);
            let hash = (context ^ salt).wrapping_mul(0x85EB_CA6B);
            *asked = (hash >> (32 - SLOT_BITS)) as usize;
            sum += self.slots.get(*asked).map_or(0.0, |slot| slot.weight);
        }
        self.chance = logistic(sum.clamp(-MOST, MOST));
        (self.chance * 65536.0) as u32
    }

    /// Learns the answer to the question just predicted.
    pub fn learn(&mut self, answer: bool) {
        let surprise = f32::from(u8::from(answer)) - self.chance;
        for asked in self.asked.iter().take(self.contexts) {
            if let Some(slot) = self.slots.get_mut(*asked) {
                slot.weight += surprise * (FAST - slot.slowed);
                slot.slowed += (FAST - SLOW - slot.slowed) * SLOWING;
            }
        }
    }
}

/// About `1 / (1 + 2^-x)`. The power is the float whose bits, read as a number, are linear in x:
/// right for whole x, at most 6 % too large between, equal on every machine and quick.
fn logistic(x: f32) -> f32 {
    const ONE: f32 = 0x3F80_0000 as f32;
    const DOUBLED: f32 = 0x0080_0000 as f32;
    1.0 / (1.0 + f32::from_bits((ONE - x * DOUBLED) as u32))
}

/// Reads what `xtask`'s encoder wrote. Past the end it reads zeros: the checksum of a table tells
/// damage.
pub struct Decoder<'a> {
    predictor: Predictor,
    bytes: core::slice::Iter<'a, u8>,
    low: u32,
    high: u32,
    value: u32,
}

impl<'a> Decoder<'a> {
    /// A decoder at the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        let predictor = Predictor::default();
        let mut decoder = Self { predictor, bytes: bytes.iter(), low: 0, high: u32::MAX, value: 0 };
        for _ in 0..4 {
            decoder.next();
        }
        decoder
    }

    fn next(&mut self) {
        self.value = self.value << 8 | u32::from(self.bytes.next().copied().unwrap_or(0));
    }
}

impl Coder for Decoder<'_> {
    const ENCODES: bool = false;

    fn bit(&mut self, kind: Kind, contexts: &[u32], _: bool) -> bool {
        let chance = self.predictor.predict(kind, contexts);
        let middle = middle(self.low, self.high, chance);
        let answer = self.value <= middle;
        if answer {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        while (self.low ^ self.high) >> 24 == 0 {
            self.low <<= 8;
            self.high = self.high << 8 | 255;
            self.next();
        }
        self.predictor.learn(answer);
        answer
    }
}

/// The last value of the interval that means "yes".
pub fn middle(low: u32, high: u32, chance: u32) -> u32 {
    low + ((u64::from(high - low) * u64::from(chance)) >> 16) as u32
}
