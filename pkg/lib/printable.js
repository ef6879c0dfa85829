/**
 * For the scripts with a module inside that pages load: the bytes of a file that is written in printable characters.
 *
 * The most frequent bytes of a file are one character each, and the others are two. Compression finds in that what it finds
 * in the file. In base64 it does not, where three bytes share four characters: a module is a fifth larger so.
 */
import { bytesOf as ofBase64 } from "./base64.js";

/** None of them is anything else in a script's string, in a template or in HTML. Each of the last two begins a pair. */
export const SIGNS = " !#%()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";

/** How many bytes are one character. */
export const ALONE = SIGNS.length - 2;

/** ASCII has as many characters. */
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
  // In place: no byte takes less than a character.
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
