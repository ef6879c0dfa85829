/** The account's quota of requests. */
import assert from "node:assert/strict";
import { describe, it } from "../cases.mjs";
import { create, guest, open, vendor } from "./stand-in.mjs";

describe("the account's quota", () => {
  it("is kept at ten times its size: the remote API sees no more, staff get through, the others are told when", async () => {
    const remote = vendor();
    const { ask } = open({ perAddress: 0 }, remote);
    const guests = Array.from({ length: 2000 }, () => ask(...create(guest())));
    const answers = await Promise.all(guests);
    const created = answers.filter(({ status }) => status === 200).length;
    // A share is kept for the other microsite.
    assert.ok(created > 100 && created < 150, `${created}`);
    for (const refused of answers.filter(({ status }) => status !== 200)) {
      assert.equal(refused.status, 429);
      const seconds = Number(refused.headers.get("retry-after"));
      assert.ok(seconds >= 58 && seconds <= 61, `${seconds}`);
    }
    const staff = await Promise.all(
      Array.from({ length: 60 }, () => ask("GET", "Customer/7", { Authorization: "Bearer staff" })),
    );
    assert.ok(staff.filter(({ status }) => status === 200).length >= 49);
    assert.ok(remote.seen.length <= 200, `${remote.seen.length}`);
  });
});
