/** For whoever writes an engine of a shared state: what it has to do, as cases that any test runner can run. */

/** How many swaps are sent at once where they compete. */
const AT_ONCE = 100;
/** How long a text is kept that no case waits for. */
const LONG_S = 60;
/** How long a text is kept whose end a case waits for, and how much later an engine may forget it. */
const SHORT_S = 1;
const PATIENCE_MS = 5_000;
const POLL_MS = 50;
/** The longest text that an engine must take, in bytes of UTF-8. */
const LONGEST_BYTES = 60_000;
/** The most entries that an engine must take in one swap. */
const MOST = 8;
/** How far an engine's clock may be from this machine's, and how far it may go back between two swaps. */
const SKEW_MS = 60_000;
const BACK_MS = 1_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What holds more than letters: escapes of JSON and SQL, scripts of all kinds, characters outside of 16 bits. */
const TEXTS = [
  "",
  " ",
  '{"v":1,"text":"\\"quoted\\" and \\\\"}',
  "it's 100% $1 ?; -- {} [] \n\r\t",
  "null",
  "0",
  "\u00e9\u0301 \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u4f60\u597d \u{1f469}\u200d\u{1f373} \u{10ffff} \ufeff \u2028",
];

class Unmet extends Error {
  name = "ConformanceError";
}

function same(found, wanted, what) {
  const [one, other] = [found, wanted].map((value) => JSON.stringify(value));
  const shown = (text) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
  if (one !== other) throw new Unmet(`${what}: expected ${shown(other)}, found ${shown(one)}`);
}

function truly(isSo, what) {
  if (!isSo) throw new Unmet(what);
}

/**
 * The cases, each `{ name, run }`. `makeEngine` is called for each case twice: it returns an engine of the state as one
 * process has it, and as another has it. Both may be the same object.
 */
export function engineCases(makeEngine) {
  return Object.entries(CASES).map(([name, check]) => ({
    name,
    async run() {
      const engines = [await makeEngine(), await makeEngine()];
      const namespace = `conformance-${crypto.randomUUID()}`;
      // Only keys with the same text in braces are in one swap.
      await check({ engines, engine: engines[0], other: engines[1], key: (name) => `dinerkit:{${namespace}}:${name}` });
    },
  }));
}

/** Puts a text, whatever is there. */
const put = (engine, key, text, seconds = LONG_S) => engine.swap([{ key, text, seconds }]);

/** The texts under the keys. */
async function read(engine, ...keys) {
  const { isDone, texts } = await engine.swap(keys.map((key) => ({ key })));
  same(isDone, true, "a swap that expects nothing is done");
  return texts;
}

/** Swaps at once, by both engines in turn. */
const atOnce = (engines, count, entries) =>
  Promise.all(Array.from({ length: count }, (_, index) => engines[index % engines.length].swap(entries(index))));

const CASES = {
  "has a name and answers in form": async ({ engine, key }) => {
    truly(typeof engine.name === "string" && /^[a-z][a-z0-9-]*$/.test(engine.name), "name is a word in small letters");
    const reply = await engine.swap([{ key: key("none") }]);
    same([reply.isDone, reply.texts], [true, [null]], "a read of nothing");
    truly(Number.isFinite(reply.nowMs), "nowMs is a number");
  },

  "puts, reads, replaces and deletes": async ({ engine, other, key }) => {
    const a = key("a");
    same((await put(engine, a, "one")).texts, [null], "what was there before the first put");
    same(await read(other, a), ["one"], "what the other engine reads");
    same((await put(other, a, "two")).texts, ["one"], "what was there before the second put");
    same((await engine.swap([{ key: a, text: null }])).texts, ["two"], "what was there before the deletion");
    same(await read(other, a), [null], "what is there after the deletion");
    same((await engine.swap([{ key: a, text: null }])).isDone, true, "to delete nothing is done");
  },

  "compares before it writes": async ({ engine, key }) => {
    const a = key("a");
    await put(engine, a, "one");
    const refused = await engine.swap([{ key: a, expected: "two", text: "three", seconds: LONG_S }]);
    same([refused.isDone, refused.texts], [false, ["one"]], "a swap that expects another text");
    same(await read(engine, a), ["one"], "what is there after it");
    const done = await engine.swap([{ key: a, expected: "one", text: "two", seconds: LONG_S }]);
    same([done.isDone, done.texts], [true, ["one"]], "a swap that expects what is there");
    same(await read(engine, a), ["two"], "what is there after it");
    const kept = await engine.swap([{ key: a, expected: "one", text: null }]);
    same([kept.isDone, await read(engine, a)], [false, ["two"]], "a deletion that expects another text");
  },

  "compares with nothing": async ({ engine, key }) => {
    const a = key("a");
    const swap = (text) => engine.swap([{ key: a, expected: null, text, seconds: LONG_S }]);
    const [first, second] = [await swap("one"), await swap("two")];
    same([first.isDone, first.texts], [true, [null]], "a swap that expects nothing, where nothing is");
    same([second.isDone, second.texts], [false, ["one"]], "a swap that expects nothing, where a text is");
    await put(engine, a, "");
    same((await swap("three")).isDone, false, "an empty text is a text");
    same((await engine.swap([{ key: key("b"), expected: "" }])).isDone, false, "nothing is no empty text");
  },

  "writes all or nothing": async ({ engine, key }) => {
    const [a, b, c] = ["a", "b", "c"].map(key);
    await put(engine, b, "there");
    const refused = await engine.swap([
      { key: a, expected: null, text: "a", seconds: LONG_S },
      { key: b, text: null },
      { key: c, expected: "not there", text: "c", seconds: LONG_S },
    ]);
    same([refused.isDone, refused.texts], [false, [null, "there", null]], "a swap of which one text is another");
    same(await read(engine, a, b, c), [null, "there", null], "what is there after it");
    const done = await engine.swap([
      { key: a, expected: null, text: "a", seconds: LONG_S },
      { key: b, expected: "there", text: null },
      { key: c, expected: null },
    ]);
    same([done.isDone, done.texts], [true, [null, "there", null]], "a swap of which all are equal");
    same(await read(engine, c, b, a), [null, null, "a"], "what is there after it, in another order");
  },

  "takes eight texts in a swap": async ({ engine, key }) => {
    const keys = Array.from({ length: MOST }, (_, index) => key(`many-${index}`));
    const texts = keys.map((_, index) => `text ${index}`);
    const entries = keys.map((key, index) => ({ key, expected: null, text: texts[index], seconds: LONG_S }));
    same((await engine.swap(entries)).isDone, true, "a swap of eight");
    same(await read(engine, ...keys), texts, "the eight texts, in order");
  },

  "keeps any text": async ({ engine, other, key }) => {
    const a = key("a");
    for (const text of TEXTS) {
      await put(engine, a, text);
      same(await read(other, a), [text], "a text that is read");
      const { isDone } = await other.swap([{ key: a, expected: text, text: "next", seconds: LONG_S }]);
      same(isDone, true, `the comparison with ${JSON.stringify(text)}`);
    }
  },

  "keeps texts of 60,000 bytes, eight at once": async ({ engine, key }) => {
    // Of one, two, three and four bytes, so that the text is long in every encoding.
    const pattern = "a\u00e9\u4f60\u{1f373}";
    const bytes = new TextEncoder().encode(pattern).length;
    const text = pattern.repeat(LONGEST_BYTES / bytes);
    const keys = Array.from({ length: MOST }, (_, index) => key(`long-${index}`));
    await engine.swap(keys.map((key) => ({ key, text, seconds: LONG_S })));
    truly(
      (await read(engine, ...keys)).every((found) => found === text),
      "a long text comes back as it was",
    );
    const { isDone } = await engine.swap(keys.map((key) => ({ key, expected: text, text: null })));
    same(isDone, true, "the comparison of long texts");
  },

  "forgets a text when its time is over": async ({ engine, other, key }) => {
    const [a, b] = ["a", "b"].map(key);
    const begun = Date.now();
    const { nowMs } = await put(engine, a, "short", SHORT_S);
    await put(engine, b, "long");
    const entries = [{ key: a, expected: null, text: "next", seconds: LONG_S }];
    let reply = await other.swap(entries);
    // Unless this machine was held up, the text is still there.
    truly(!reply.isDone || Date.now() - begun >= SHORT_S * 1000, "a text is kept as long as it was put for");
    while (!reply.isDone && Date.now() - begun < PATIENCE_MS) {
      await pause(POLL_MS);
      reply = await other.swap(entries);
    }
    same([reply.isDone, reply.texts], [true, [null]], "a swap that expects nothing, after the time");
    truly(reply.nowMs - nowMs >= SHORT_S * 1000 - BACK_MS / 10, "the text is kept as long by the engine's own clock");
    same(await read(engine, a, b), ["next", "long"], "what is there then");
  },

  "counts the time from the last put": async ({ engine, key }) => {
    const a = key("a");
    await put(engine, a, "one", SHORT_S);
    await put(engine, a, "two", LONG_S);
    await pause(SHORT_S * 1000 + 2 * POLL_MS);
    same(await read(engine, a), ["two"], "a text that was put again for longer");
    // A comparison alone does not change how long a text is kept.
    const b = key("b");
    await put(engine, b, "one", SHORT_S);
    await engine.swap([{ key: b, expected: "one" }]);
    const end = Date.now() + PATIENCE_MS;
    let texts = await read(engine, b);
    while (texts[0] !== null && Date.now() < end) {
      await pause(POLL_MS);
      texts = await read(engine, b);
    }
    same(texts, [null], "a text that was only compared, after its time");
  },

  "lets one of a hundred claims win": async ({ engines, engine, key }) => {
    const a = key("claim");
    const replies = await atOnce(engines, AT_ONCE, (index) => [
      { key: a, expected: null, text: `claim ${index}`, seconds: LONG_S },
    ]);
    const winners = replies.flatMap(({ isDone }, index) => (isDone ? [index] : []));
    same(winners.length, 1, "how many of a hundred claims won");
    same(await read(engine, a), [`claim ${winners[0]}`], "whose claim is there");
    const others = replies.filter(({ isDone }) => !isDone).map(({ texts }) => texts[0]);
    same([...new Set(others)], [`claim ${winners[0]}`], "whose claim the others were shown");
  },

  "loses no step of a counter": async ({ engines, engine, key }) => {
    const a = key("counter");
    await put(engine, a, "0");
    const step = async (index) => {
      const one = engines[index % engines.length];
      let { texts } = await one.swap([{ key: a }]);
      for (;;) {
        const next = { key: a, expected: texts[0], text: `${Number(texts[0]) + 1}`, seconds: LONG_S };
        const reply = await one.swap([next]);
        if (reply.isDone) return;
        ({ texts } = reply);
      }
    };
    const steps = 20;
    await Promise.all(Array.from({ length: steps }, (_, index) => step(index)));
    same(await read(engine, a), [`${steps}`], "the counter");
  },

  "moves texts between keys that others move too": async ({ engines, engine, key }) => {
    const [a, b] = ["a", "b"].map(key);
    await engine.swap([a, b].map((key, index) => ({ key, text: `${index}`, seconds: LONG_S })));
    // In either order, so that an engine that locks keys as they come stands still.
    const replies = await atOnce(engines, AT_ONCE, (index) => {
      const entries = [
        { key: a, expected: "0", text: "1", seconds: LONG_S },
        { key: b, expected: "1", text: "0", seconds: LONG_S },
      ];
      return index % 2 === 0 ? entries : entries.reverse();
    });
    same(replies.filter(({ isDone }) => isDone).length, 1, "how many of a hundred moves were done");
    same(await read(engine, a, b), ["1", "0"], "where the texts are");
  },

  "lets swaps of other keys be": async ({ engines, key }) => {
    const replies = await atOnce(engines, AT_ONCE, (index) => [
      { key: key(`own-${index}`), expected: null, text: "mine", seconds: LONG_S },
    ]);
    same(replies.filter(({ isDone }) => isDone).length, AT_ONCE, "how many of a hundred keys were taken");
  },

  "does a durable swap like any other": async ({ engine, other, key }) => {
    const a = key("a");
    const claim = (engine, text) => engine.swap([{ key: a, expected: null, text, seconds: LONG_S }], { durable: true });
    const [first, second] = [await claim(engine, "one"), await claim(other, "two")];
    same([first.isDone, second.isDone, second.texts], [true, false, ["one"]], "two durable claims");
    const claims = Array.from({ length: AT_ONCE }, (_, index) =>
      engine.swap([{ key: key("b"), expected: null, text: `${index}`, seconds: LONG_S }], { durable: true }),
    );
    const won = (await Promise.all(claims)).filter(({ isDone }) => isDone);
    same(won.length, 1, "how many of a hundred durable claims won");
  },

  "tells the time": async ({ engines, key }) => {
    let last = -Infinity;
    for (let tries = 0; tries < 10; tries += 1) {
      const { nowMs } = await engines[tries % engines.length].swap([{ key: key("time") }]);
      truly(Math.abs(nowMs - Date.now()) < SKEW_MS, "nowMs is within a minute of this machine's clock");
      truly(nowMs > last - BACK_MS, "nowMs does not go back by a second");
      last = nowMs;
    }
  },

  "refuses what no swap may have": async ({ engine, key }) => {
    const a = key("a");
    const refused = {
      "the same key twice": [{ key: a }, { key: a }],
      "more than eight entries": Array.from({ length: MOST + 1 }, (_, index) => ({ key: key(`${index}`) })),
      "a text of more than 60,000 bytes": [{ key: a, text: "a".repeat(LONGEST_BYTES + 1), seconds: LONG_S }],
      "a text without its seconds": [{ key: a, text: "a" }],
    };
    for (const [what, entries] of Object.entries(refused)) {
      const answered = Promise.resolve()
        .then(() => engine.swap(entries))
        .then(
          () => true,
          () => false,
        );
      truly(!(await answered), `${what} is refused`);
    }
    same(await read(engine, a), [null], "nothing is written by a refused swap");
  },

  "examines itself in sentences": async ({ engine }) => {
    if (engine.examine === undefined) return;
    const findings = await engine.examine();
    truly(Array.isArray(findings), "examine answers with a list");
    for (const { isWrong, text } of findings) {
      truly(typeof isWrong === "boolean", "a finding says whether it is wrong");
      truly(typeof text === "string" && text !== "" && !/[\r\n]/.test(text), "a finding is one line");
      truly(!/[a-z]+:\/\//.test(text), "a finding holds no address");
    }
    same(findings.filter(({ isWrong }) => isWrong).length, 0, "what is wrong with an engine that works");
  },
};
