/** For whoever changes what the widget says aloud: each new thing once, nothing over another, nothing that is over. */
import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { Announcer } from "../../www/widget/announce.js";

/** Longer than any text here takes to be spoken. */
const A_WHILE = 20_000;

/** Does the acts with a live region, and returns every text that the region had, one after the other. */
function spoken(acts) {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const texts = [];
    const region = {
      get textContent() {
        return texts.at(-1) ?? "";
      },
      set textContent(text) {
        texts.push(text);
      },
    };
    const announcer = new Announcer(region);
    for (const act of acts) {
      if (typeof act === "number") mock.timers.tick(act);
      else announcer[act[0]](...act.slice(1));
    }
    return texts;
  } finally {
    mock.timers.reset();
  }
}

describe("what the widget says aloud", () => {
  const CASES = {
    "is said at once, and is gone when it was spoken": [
      [["say", "Email", "Check the address."], A_WHILE],
      ["Check the address.", ""],
    ],
    "is said once, however often it is given": [
      [["say", "Email", "Check it."], A_WHILE, ["say", "Email", "Check it."], A_WHILE],
      ["Check it.", ""],
    ],
    "waits until what was said before was spoken": [
      [["say", "Email", "Check it."], ["say", "Mobile", "Too short."], 1000, A_WHILE, A_WHILE],
      ["Check it.", "Too short.", ""],
    ],
    "is gone as soon as it is no longer true": [
      [
        ["say", "Email", "Check it."],
        ["retract", "Email"],
      ],
      ["Check it.", ""],
    ],
    "is not said if it is no longer true when its turn comes": [
      [["say", "Email", "Check it."], ["say", "Mobile", "Too short."], ["retract", "Mobile"], A_WHILE],
      ["Check it.", ""],
    ],
    "gives way at once to news about the same": [
      [["say", "send", "Sending…"], 10, ["say", "send", "Still sending…"], A_WHILE],
      ["Sending…", "Still sending…", ""],
    ],
    "is said again if it was mended meanwhile": [
      [["say", "Email", "Check it."], A_WHILE, ["retract", "Email"], ["say", "Email", "Check it."], A_WHILE],
      ["Check it.", "", "Check it.", ""],
    ],
    "is taken back by an empty text": [
      [
        ["say", "Email", "Check it."],
        ["say", "Email", ""],
      ],
      ["Check it.", ""],
    ],
    "is all taken back together": [
      [["say", "Email", "Check it."], ["say", "Mobile", "Too short."], ["clear"], A_WHILE],
      ["Check it.", ""],
    ],
    "is not cut short by something else that is taken back": [
      [["say", "Email", "Check it."], ["retract", "Mobile"], 1000],
      ["Check it."],
    ],
  };
  for (const [name, [acts, texts]] of Object.entries(CASES)) {
    it(name, () => assert.deepEqual(spoken(acts), texts));
  }

  it("has the time that its length takes", () => {
    const long = "a".repeat(100);
    assert.deepEqual(spoken([["say", "a", long], 6000]), [long]);
    assert.deepEqual(spoken([["say", "a", long], 7000]), [long, ""]);
  });
});
