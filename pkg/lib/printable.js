/**
 * For the scripts with a module inside that pages load: the bytes of a file that is written in printable characters.
 *
 * The most frequent bytes of a file are one character each, and the others are two. Compression finds the same repetitions
 * in that as in the file. In base64 it does not, because a character has bits of two bytes: compressed, the text would be a
 * fifth larger.
 */
import { bytesOf as ofBase64 } from "./base64.js";

/** The characters that a string, a template and HTML have without an escape. Each of the last two begins a pair. */
export const SIGNS = " !#%()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";

/** How many of the 256 bytes are written as one character. */
export const ALONE = SIGNS.length - 2;

/** How many characters ASCII has. */
const ASCII = 128;

/** The bytes of a text. `order` is the base64 of all bytes in the order of their signs, and of their pairs after these. */
export function bytesOf(order, text) {
  const encoder = new TextEncoder();
  const signs = encoder.encode(SIGNS);
  // A row for characters alone, and one for the second characters of pairs after each of the two signs.
  const table = new Uint8Array(3 * ASCII);
  ofBase64(order).forEach((byte, rank) => {
    const pair = rank - ALONE;
    const row = pair < 0 ? 0 : 1 + Math.floor(pair / signs.length);
    table[row * ASCII + signs[pair < 0 ? rank : pair % signs.length]] = byte;
  });
  // The bytes overwrite the characters that were read: every byte takes at least one of them.
  const bytes = encoder.encode(text);
  const [last] = signs.subarray(ALONE - 1);
  let [row, length] = [0, 0];
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at];
    if (row === 0 && code > last) row = (code - last) * ASCII;
    else {
      bytes[length++] = table[row + code];
      row = 0;
    }
  }
  return bytes.subarray(0, length);
}
