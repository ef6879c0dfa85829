//! For the phone data generator: the writing side of the reader's coder.

use dinerkit::rules::phone::coder::{Coder, Kind, Predictor, middle};

/// Writes what `dinerkit`'s decoder reads.
#[derive(Default)]
pub(super) struct Encoder {
    predictor: Predictor,
    low: u32,
    /// The interval's end, counted down from the largest value so that the default is the whole.
    below_top: u32,
    bytes: Vec<u8>,
}

impl Encoder {
    /// The bytes. Zeros at the end are not written, because the decoder reads zeros after the end.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let high = u32::MAX - self.below_top;
        // The shortest bytes that lie in the interval when zeros follow them.
        for keep in 1..=4 {
            let mask = u32::MAX << (32 - 8 * keep);
            let value = high & mask;
            if value >= self.low {
                self.bytes.extend(&value.to_be_bytes()[..keep]);
                break;
            }
        }
        while self.bytes.last() == Some(&0) {
            self.bytes.pop();
        }
        self.bytes
    }
}

impl Coder for Encoder {
    const ENCODES: bool = true;

    fn bit(&mut self, kind: Kind, contexts: &[u32], known: bool) -> bool {
        let chance = self.predictor.predict(kind, contexts);
        let mut high = u32::MAX - self.below_top;
        let middle = middle(self.low, high, chance);
        if known {
            high = middle;
        } else {
            self.low = middle + 1;
        }
        while (self.low ^ high) >> 24 == 0 {
            self.bytes.push((high >> 24) as u8);
            self.low <<= 8;
            high = high << 8 | 255;
        }
        self.below_top = u32::MAX - high;
        self.predictor.learn(known);
        known
    }
}
