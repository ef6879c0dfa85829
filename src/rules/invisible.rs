//! Characters that can't be seen, for every rule that reads what a guest typed or pasted.

/// First and last of each run of characters that show nothing and are no white space: formats, marks
/// that may be ignored, and letters that are blank.
const INVISIBLE: [[u32; 2]; 20] = [
    [0xAD, 0xAD],
    [0x34F, 0x34F],
    [0x61C, 0x61C],
    [0x115F, 0x1160],
    [0x17B4, 0x17B5],
    [0x180B, 0x180F],
    [0x200B, 0x200F],
    [0x202A, 0x202E],
    [0x2060, 0x206F],
    [0x2800, 0x2800],
    [0x3164, 0x3164],
    [0xFE00, 0xFE0F],
    [0xFEFF, 0xFEFF],
    [0xFFA0, 0xFFA0],
    [0xFFF0, 0xFFFB],
    [0x1BCA0, 0x1BCA3],
    [0x1D173, 0x1D17A],
    [0x13430, 0x1343F],
    [0x110BD, 0x110BD],
    [0xE0000, 0xE0FFF],
];

/// True for a character that shows nothing and is no white space.
pub fn is_invisible(character: char) -> bool {
    let character = u32::from(character);
    INVISIBLE.iter().any(|[first, last]| character >= *first && character <= *last)
}
