/** For whoever changes the widget's `diner-submit`: what a page can do with it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { askPage } from "../../www/widget/holding.js";

/** Asks a page that handles the event in this way. */
const asked = (listener, request = { Surname: "Lee" }) =>
  askPage((name, detail, cancelable) => {
    assert.deepEqual([name, cancelable], ["diner-submit", true]);
    return listener(detail) !== "prevented";
  }, request);

describe("diner-submit", () => {
  it("lets a request pass at once if the page does nothing", () => {
    assert.equal(
      asked(() => {}),
      true,
    );
  });

  it("is prevented by the page, also if the page holds it as well", () => {
    assert.equal(
      asked(() => "prevented"),
      false,
    );
    assert.equal(
      asked(({ waitUntil }) => {
        waitUntil(new Promise(() => {}));
        return "prevented";
      }),
      false,
    );
  });

  it("is held until all of the page's promises are settled, and the page may change the request meanwhile", async () => {
    const request = { Surname: "Lee" };
    const first = deferred();
    const second = deferred();
    const states = [];
    const held = asked(({ request, waitUntil }) => {
      waitUntil(first.promise.then(() => (request.Company = "Oak")));
      waitUntil(second.promise);
    }, request);
    void held.then(() => states.push("sent"));
    first.resolve();
    await first.promise;
    assert.deepEqual(states, []);
    second.resolve();
    assert.equal(await held, true);
    assert.deepEqual(request, { Surname: "Lee", Company: "Oak" });
  });

  it("is prevented by a rejection, with the page's reason as the cause", async () => {
    const reason = new Error("no table");
    const error = await asked(({ waitUntil }) => waitUntil(Promise.reject(reason))).then(assert.fail, (error) => error);
    assert.deepEqual([error.name, error.code, error.outcome], ["AbortError", "abort", "notSent"]);
    assert.equal(error.cause, reason);
  });

  it("takes no promise once its listeners have returned", async () => {
    let late;
    asked(({ waitUntil }) => {
      late = waitUntil;
    });
    assert.throws(() => late(Promise.resolve()), { name: "InvalidStateError" });
  });
});

/** A promise with its resolver: Node 20 has no `Promise.withResolvers`. */
function deferred() {
  let resolve;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
