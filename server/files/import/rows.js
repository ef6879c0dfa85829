/**
 * For `dinerkit import`: what is to become of each row of a file, by what `checkMany` says of it and by the restaurant's
 * Setup. Pure decisions; the same file has the same ones each time.
 */
import { reasonOf } from "../sending/verdict.js";

/** Columns that the file of refused rows has beside the original ones. When it is given again, they say nothing. */
export const ROW_COLUMN = "dinerkit_row";
export const REASON_COLUMN = "dinerkit_reason";

const CONSENT_TEXT = "consent_text_missing";
const DUPLICATE = "duplicate";
const NOT_WRITABLE = "not_writable";

/** Decides over the rows of one file, which come in their order. */
export class Decisions {
  #consents;
  #setup;
  #sendsDuplicates;
  /** Rows that are left out for their own faults, and for each of them the later row of the same person that is sent. */
  #leftOut = new Set();
  #standIns;

  /**
   * `consents` are the fields that are consents: `{ name, text }`, as `consentsOf` gives them. `sent` has, by the numbers of
   * rows that were left out, the later rows of the same persons that an earlier run has sent.
   */
  constructor({ consents, setup, sendsDuplicates, sent }) {
    this.#standIns = new Map(sent);
    this.#consents = consents;
    this.#setup = setup;
    this.#sendsDuplicates = sendsDuplicates;
  }

  /**
   * What becomes of a row of `checkMany`: `{ value, withheld }` to send, where `withheld` names the consents that are sent
   * as false; or `{ reasons }` to leave it out, with `isDuplicate` if that is why.
   */
  of(row) {
    const { issues } = row;
    const wrong = issues.filter((issue) => issue.severity === "error" && !this.#isOfConsent(issue));
    if (wrong.length > 0 || row.value === undefined) {
      this.#leftOut.add(row.row);
      return { reasons: [...new Set(wrong.map(reasonOf))] };
    }
    const earlier = this.#earlier(row);
    if (earlier !== undefined) return { reasons: [`${DUPLICATE} of row ${earlier}`], isDuplicate: true };
    return this.#withConsents(row);
  }

  /** An issue of a consent or of its wording: the consent is sent as false. */
  #isOfConsent({ code, path }) {
    const [name] = path;
    // A member in other letters, which the remote API would take for this one, goes as it is if the row goes.
    if (code === NOT_WRITABLE) return false;
    return this.#consents.some((consent) => (code === CONSENT_TEXT && consent.name === name) || consent.text === name);
  }

  /** The row of the same person that is sent in place of this one. */
  #earlier({ row, issues }) {
    if (this.#sendsDuplicates) return undefined;
    // The row was left out then, and is good now: it was mended, or the Setup is another one.
    if (this.#standIns.has(row)) return this.#standIns.get(row);
    const firsts = firstsOf(issues);
    for (const first of firsts) {
      const sent = this.#leftOut.has(first) ? this.#standIns.get(first) : first;
      if (sent !== undefined) return sent;
    }
    for (const first of firsts) this.#standIns.set(first, row);
    return undefined;
  }

  /**
   * The value with those consents that were given to the Setup's wording of today, byte for byte, as the gateway compares
   * them. Who has agreed to other words has not agreed to these.
   */
  #withConsents({ value: read, issues }) {
    const value = { ...read };
    for (const name of [ROW_COLUMN, REASON_COLUMN]) delete value[name];
    const withheld = [];
    for (const { name, text } of this.#consents) {
      const own = this.#setup[text];
      // A yes that the rules refuse is not in the value.
      const isBare = issues.some(({ code, path }) => code === CONSENT_TEXT && path[0] === name);
      if (value[name] !== true && !isBare) {
        // A wording beside a no says nothing, and may be one that the rules refuse.
        delete value[text];
      } else if (typeof own !== "string" || own === "" || value[text] !== own) {
        value[name] = false;
        delete value[text];
        withheld.push(name);
      }
    }
    return { value, withheld };
  }
}

/** The rows of the file that have the e-mail address or the number of a row with these issues, and come first. */
export const firstsOf = (issues) => issues.filter(({ code }) => code === DUPLICATE).map(({ params }) => params.row);

/** The fields that are consents, each with the field of its wording. `rows` are those of `fields()`. */
export function consentsOf(rows) {
  return rows.filter(({ optInText }) => optInText).map(({ name, optInText }) => ({ name, text: optInText }));
}
