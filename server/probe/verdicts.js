/** For the probe: what is known of each guess. Pure. */

export const CONFIRMED = "confirmed";
export const CONTRADICTED = "contradicted";
export const UNKNOWN = "unknown";

export const confirmed = (why) => ({ verdict: CONFIRMED, why });
/** `right` is the name that takes the guess's place, if it was found. */
export const contradicted = (why, right) => ({ verdict: CONTRADICTED, right, why });
export const unknown = (why) => ({ verdict: UNKNOWN, why });

/** What is found out last about a guess counts, but not that it can't be known. */
export class Findings {
  #of = new Map();

  set(subject, finding) {
    if (finding.verdict === UNKNOWN && this.get(subject) && this.get(subject).verdict !== UNKNOWN) return;
    this.#of.set(subject, finding);
  }

  get(subject) {
    return this.#of.get(subject);
  }

  setAll(findings) {
    for (const [subject, finding] of findings) this.set(subject, finding);
  }

  entries() {
    return [...this.#of];
  }
}
