/** For operators who work through lists of customers: `dinerkit unsubscribe`, `schedule-deletion`. Environment: TARBALL, SANDBOX_BIN. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { installCommand } from "../support/command.mjs";
import { ACCOUNT, book, stored } from "../support/sandbox.mjs";
import { suiteScope } from "../support/scope.mjs";

const scope = suiteScope();
const { config, file, finished, project, sandbox } = await installCommand(scope);

const path = (name) => join(project.folder, name);
/** The Ids of customers who are on every list. */
const ids = [];

before(async () => {
  const { CustomerClient } = await project.dinerkit();
  const client = new CustomerClient({ baseUrl: sandbox.url, microsite: "oak-and-salt", credentials: ACCOUNT });
  for (let number = 1; number <= 120; number += 1) {
    const Mobile = `+44 7700 900${String(number).padStart(3, "0")}`;
    const guest = { Surname: "Listed", Email: `l${number}@list.example`, Mobile, ReceiveEmailMarketing: true };
    const { Id } = await client.create({ ...guest, GroupEmailMarketingOptInText: "By e-mail" });
    ids.push(Id);
  }
  client.free();
});

let lists = 0;
async function listOf(text, name = `list-${(lists += 1)}.txt`) {
  await writeFile(path(name), text);
  return name;
}

const run = async (command, list, ...words) =>
  finished([command, list, "--config", await file(config()), "--per-minute", "60000", ...words]);
const requestsOf = async (operation) => (await sandbox.requests()).filter((one) => one.operation === operation);
const subscribed = async (some) =>
  (await stored(sandbox.db)).filter(({ id, record }) => some.includes(id) && record.ReceiveEmailMarketing).length;

describe("unsubscribe", () => {
  it("says what it would do, and does it with --apply only", async () => {
    const some = ids.slice(0, 60);
    const list = await listOf(`${some.join("\n")}\n${some[0]}\nnobody\n`);
    const plan = await run("unsubscribe", list, "--mode", "email");
    assert.match(plan.stdout, /^60 of 62 rows will be unsubscribed at oak-and-salt \(Email\)$/m);
    assert.match(plan.stdout, /^1 row has the Id of a row before, and is left out$/m);
    assert.match(plan.stdout, /^1 row has no Id, and is left out: line 62$/m);
    assert.match(plan.stdout, /^nothing was sent: say --apply to do it$/m);
    assert.equal(plan.status, 0);
    assert.equal(await subscribed(some), 60);
    assert.ok(!existsSync(path(`${list}.dinerkit-journal`)));

    const applied = await run("unsubscribe", list, "--mode", "email", "--apply");
    assert.match(applied.stdout, /^unsubscribed 60, refused 0, unknown 0$/m);
    assert.equal(applied.status, 1, "a row had no Id");
    assert.equal(await subscribed(some), 0);
    const sent = (await requestsOf("unsubscribeCustomers")).map(({ body }) => JSON.parse(body).CustomerIds.length);
    assert.deepEqual(
      sent.sort((one, other) => one - other),
      [10, 50],
    );

    const again = await run("unsubscribe", list, "--mode", "email", "--apply");
    assert.match(again.stdout, /^0 of 62 rows will be unsubscribed[^]*^60 rows are done already, by the journal$/m);
    assert.equal((await requestsOf("unsubscribeCustomers")).length, 2);
    const other = await run("unsubscribe", list, "--mode", "sms", "--apply");
    assert.match(other.stderr, /it was begun with mode Email, and not Sms/);
  });

  it("goes on where an Id is nobody's", async () => {
    const some = ids.slice(70, 73);
    const list = await listOf(`${some[0]}\n999999\n${some[1]}\n${some[2]}\n`);
    const { stdout, status } = await run("unsubscribe", list, "--mode", "email", "--apply");
    assert.match(stdout, /^unsubscribed 3, refused 1, unknown 0$/m);
    assert.equal(status, 1);
    assert.equal(await subscribed(some), 0);
    const left = await readFile(path(`${list}.refused.csv`), "utf8");
    assert.equal(left, "Id,dinerkit_reason\r\n999999,status 404\r\n");
  });

  it("sends again what had no answer", async () => {
    const some = ids.slice(60, 70);
    const list = await listOf(`Id\n${some.join("\n")}`, "leavers.csv");
    await sandbox.arm([{ fault: "reset-after", operation: "unsubscribeCustomers" }]);
    const killed = await run("unsubscribe", list, "--mode", "email", "--apply").finally(() => sandbox.disarm());
    assert.equal(killed.status, 1, killed.stdout);
    assert.match(killed.stdout, /^unknown: their answers were lost/m);
    const { stdout, status } = await run("unsubscribe", list, "--mode", "email", "--apply");
    assert.match(stdout, /^unsubscribed 10, refused 0, unknown 0$/m);
    assert.equal(status, 0);
  });
});

describe("schedule-deletion", () => {
  it("has customers deleted, and says who was skipped", async () => {
    const some = ids.slice(100, 110);
    await book(sandbox.db, some[3], "2099-01-01");
    const list = await listOf(`Surname;Id\n${some.map((id) => `Listed;${id}\n`).join("")}Nobody;999999\n`, "old.csv");
    const { stdout, status } = await run("schedule-deletion", list, "--apply");
    assert.match(stdout, /^scheduled for deletion 9, refused 2, unknown 0$/m);
    assert.match(stdout, /^the refused Ids, and why, are in old\.csv\.refused\.csv/m);
    assert.equal(status, 1);
    const left = await readFile(path("old.csv.refused.csv"), "utf8");
    assert.equal(left, `Id,dinerkit_reason\r\n${some[3]},skipped\r\n999999,skipped\r\n`);
    const again = await run("schedule-deletion", "old.csv.refused.csv");
    assert.match(again.stdout, /^2 of 2 rows will be scheduled for deletion/m, "it is a list itself");
  });

  it("says what is wrong with its words", async () => {
    const list = await listOf(`${ids[0]}\n`);
    const name = await file(config());
    for (const [words, said] of [
      [["schedule-deletion"], /takes one list of Ids/],
      [["schedule-deletion", "-", "--config", name], /and not standard input/],
      [["schedule-deletion", list], /needs --config FILE/],
      [["schedule-deletion", list, "--config", name, "--mode", "email"], /Unknown option '--mode'/],
      [["unsubscribe", list, "--config", name], /needs --mode email, --mode sms or --mode all/],
      [["unsubscribe", list, "--config", name, "--mode", "toString"], /needs --mode email/],
      [["unsubscribe", name, "--config", name, "--mode", "all"], /it takes one Id a line/],
    ]) {
      const { status, stderr } = await finished(words);
      assert.equal(status, 2, words.join(" "));
      assert.match(stderr, said);
    }
  });
});
