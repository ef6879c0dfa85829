/**
 * For operators who ask whether the guessed names fit their account: `dinerkit gateway probe` of the packed tarball before
 * sandboxes whose API has other names. It must find them all. Environment: TARBALL, SANDBOX_BIN.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { NAMES } from "../../pkg/dist/names.js";
import { start } from "../support/program.mjs";
import { Project } from "../support/project.mjs";
import { ACCOUNT, startFaultySandbox, startSandbox, stored } from "../support/sandbox.mjs";
import { suiteScope } from "../support/scope.mjs";
import { rowsOf } from "../support/probe.mjs";

/** APIs as other programmers could have named them. */
const PLAIN = {
  mergeMethod: "PUT",
  mergePath: "Customer/Merge",
  masterCustomerId: "MasterId",
  customerIdsToMerge: "CustomerIdsToMerge",
  unsubscribePath: "Customers/UnsubscribeMarketing",
  markForDeletionPath: "Customers/MarkCustomersForDeletion",
  customerIds: "Ids",
  ipAddress: "ClientIpAddress",
  marketingCommunicationMode: "CommunicationMode",
  deletedCustomerIds: "MarkedCustomerIds",
  skippedCustomerIds: "FailedCustomerIds",
  hasDeclinedEmail: "EmailDeclined",
  setupMicrositeName: "ProviderName",
  setupName: "RestaurantName",
  setupTitles: "Salutations",
  setupCustomFields: "CustomerFields",
  customFieldName: "FieldName",
  customFieldLabel: "Caption",
  customFieldIsRequired: "Required",
  setupGroupEmailText: "GroupEmailOptInText",
  setupGroupSmsText: "GroupSmsOptInText",
  setupRestaurantEmailText: "RestaurantEmailOptInText",
  setupRestaurantSmsText: "RestaurantSmsOptInText",
  setupLegalDrinkingAge: "MinimumDrinkingAge",
  setupTimeZone: "TimeZoneId",
};
const FOREIGN = {
  mergePath: "MergeCustomers",
  masterCustomerId: "TargetCustomerId",
  customerIdsToMerge: "DuplicateCustomerIds",
  unsubscribePath: "Customer/OptOut",
  markForDeletionPath: "Customers/ScheduleDeletion",
  customerIds: "Customers",
  ipAddress: "DeviceIpAddress",
  marketingCommunicationMode: "Channel",
  deletedCustomerIds: "Scheduled",
  skippedCustomerIds: "Ignored",
  hasDeclinedEmail: "NoEmail",
  // Each other's names: only the values tell which is which.
  setupMicrositeName: "Name",
  setupName: "MicrositeName",
  setupTitles: "Honorifics",
  setupCustomFields: "Questions",
  customFieldName: "Slot",
  customFieldLabel: "Prompt",
  customFieldIsRequired: "Mandatory",
  setupGroupEmailText: "BrandEMailConsent",
  setupGroupSmsText: "BrandTextConsent",
  setupRestaurantEmailText: "VenueEMailConsent",
  setupRestaurantSmsText: "VenueTextConsent",
  setupLegalDrinkingAge: "AgeLimit",
  setupTimeZone: "Tz",
};
/** Names without a meaning, where a value or an answer tells what they are; and some of ours. */
const MUTE = {
  mergePath: "Customers/MergeDuplicates",
  masterCustomerId: "Alpha",
  customerIdsToMerge: "Beta",
  customerIds: "Gamma",
  deletedCustomerIds: "Delta",
  skippedCustomerIds: "Epsilon",
  setupMicrositeName: "Zeta",
  setupCustomFields: "Eta",
  customFieldName: "Theta",
  setupTimeZone: "Iota",
};

const scope = suiteScope();
const project = await Project.install();
const program = join(project.folder, "node_modules", ".bin", "dinerkit");
let files = 0;

/** Writes a file into the project; returns its path. */
async function file(text, ending) {
  const path = join(project.folder, `file-${(files += 1)}.${ending}`);
  await writeFile(path, text);
  return path;
}

const config = ({ url }) =>
  file(
    `upstream = "${url}"
microsites = ["oak-and-salt", "harbour-room", "little-lantern"]
origins = ["https://oak.example"]
requestsPerMinute = 60000

# The sandbox's own.
[credentials]
username = "${ACCOUNT.username}"
password = "${ACCOUNT.password}"
`,
    "toml",
  );

/** Runs the probe; returns its exit `status`, `report` and `text`. */
async function probed(path, ...words) {
  const args = [program, "gateway", "probe", "--config", path, "--json", ...words];
  const { status, stdout, stderr } = await start(scope, process.execPath, args, { cwd: project.folder }).ended;
  assert.ok(status === 0 || status === 1, stderr);
  return { status, report: JSON.parse(stdout), text: stdout + stderr };
}

const foundIn = ({ guesses }) =>
  Object.fromEntries(guesses.filter(({ line }) => line).map(({ about, right }) => [about, right]));

describe("probe before a sandbox with other names", () => {
  const sandboxes = {
    "in the vendor's style": [JSON.stringify(PLAIN), "json", PLAIN],
    "in another style": [
      Object.entries(FOREIGN)
        .map(([key, name]) => `${key} = "${name}"\n`)
        .join(""),
      "toml",
      FOREIGN,
    ],
    "that mean nothing": [JSON.stringify(MUTE), "json", MUTE],
  };
  for (const [name, [text, ending, names]] of Object.entries(sandboxes)) {
    it(`finds all those ${name}, and the configuration with them is right`, async (context) => {
      const sandbox = await startSandbox(context, "--names", await file(text, ending));
      const path = await config(sandbox);
      const before = await readFile(path, "utf8");
      const first = await probed(path, "--test-host", "--write", path);
      assert.deepEqual(first.report.problems, []);
      assert.deepEqual(foundIn(first.report), names);
      assert.equal(first.status, 1);
      assert.ok((await readFile(path, "utf8")).startsWith(before));

      const again = await probed(path, "--test-host");
      assert.deepEqual([again.report.problems, again.report.counts.contradicted], [[], 0]);
      for (const key of Object.keys(NAMES)) {
        // No Setup names a time zone unless its name is another.
        const isKnown = key !== "setupTimeZone" || names.setupTimeZone;
        assert.equal(rowsOf(again.report)[key].verdict, isKnown ? "confirmed" : "unknown", key);
      }
      assert.equal(again.status, 0);

      const rows = await stored(sandbox.db);
      const left = rows.filter((row) => row.deletion_scheduled_at === null && row.merged_into === null);
      assert.deepEqual(left, [], "every customer of the trials is marked for deletion or merged");
    });

    it(`finds by reading what reading tells of those ${name}`, async (context) => {
      const sandbox = await startSandbox(context, "--names", await file(text, ending));
      const { report } = await probed(await config(sandbox));
      const isRead = (key) => /^(merge(Path|Method)|unsubscribePath|markForDeletionPath|setup|customField)/.test(key);
      const readable = Object.entries(names).filter(([key]) => isRead(key));
      assert.deepEqual(foundIn(report), Object.fromEntries(readable));
      assert.deepEqual(await stored(sandbox.db), []);
    });
  }
});

describe("probe before a sandbox with our names", () => {
  it("writes nothing without --test-host, and shows nothing of the customer that it reads", async (context) => {
    const sandbox = await startFaultySandbox(context);
    const path = await config(sandbox);
    const api = (below) => `${sandbox.url}/api/${below}`;
    const send = async (url, body, token) => {
      const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
      return (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).json();
    };
    const { username: Username, password: Password } = ACCOUNT;
    const { Token } = await send(api("Jwt/v2/Authenticate"), { Username, Password });
    const guest = {
      Surname: "Quillfeather",
      Email: "quill@feather.example",
      Mobile: "7700900987",
      Comments: "hazelnuts",
    };
    const { Id } = await send(api("ConsumerApi/v1/Restaurant/oak-and-salt/Customer"), guest, Token);
    const before = await stored(sandbox.db);
    const count = (await sandbox.requests()).length;
    const { report, text } = await probed(path, "--customer", `${Id}`, "--microsite", "oak-and-salt");
    assert.deepEqual(await stored(sandbox.db), before);
    const asked = (await sandbox.requests()).slice(count);
    const operations = new Set(asked.map(({ operation }) => operation));
    assert.deepEqual(operations, new Set(["authenticateV2", "getCustomerSetup", "getCustomer"]));
    assert.equal(rowsOf(report).hasDeclinedEmail.verdict, "confirmed");
    assert.ok(report.requests <= 15, `${report.requests} requests`);
    for (const hidden of [
      ...Object.values(guest),
      `${Id}`,
      Token,
      Password,
      "oak-and-salt",
      "Oak & Salt",
      sandbox.url,
    ]) {
      assert.ok(hidden === Password || !text.includes(hidden), hidden);
    }
  });

  it("says what is wrong with the credentials", async (context) => {
    const sandbox = await startSandbox(context);
    const path = await config({ url: sandbox.url });
    const env = { DINERKIT_CREDENTIALS_PASSWORD: "wrong" };
    const args = [program, "gateway", "probe", "--config", path];
    const { status, stdout } = await start(scope, process.execPath, args, { cwd: project.folder, env }).ended;
    assert.equal(status, 1);
    assert.match(stdout, /^wrong {2}the user name or the password is wrong/m);
    assert.match(stdout, /^0 confirmed, 0 contradicted, \d+ not known; 1 requests?$/m);
  });
});

describe("the probe of the package", () => {
  it("has the contract inside, and needs no configuration for a specification", async () => {
    const spec = await file(await readFile(new URL("../../openapi.yaml", import.meta.url), "utf8"), "yaml");
    const args = [program, "gateway", "probe", "--spec", spec, "--json"];
    const { status, stdout } = await start(scope, process.execPath, args, { cwd: project.folder }).ended;
    assert.deepEqual([status, JSON.parse(stdout).counts.contradicted], [0, 0]);
  });

  it("takes its words nowhere else", async () => {
    for (const words of [
      ["gateway", "check", "--json"],
      ["gateway", "--spec", "x"],
      ["gateway", "link", "a", "1", "--test-host"],
      ["verify", "--write", "x"],
      ["gateway", "probe", "--print-config"],
      ["gateway", "probe", "--origin", "https://oak.example"],
      ["gateway", "probe", "more"],
      ["gateway", "probe", "--customer", "x"],
      ["gateway", "probe", "--spec", "missing.json"],
      ["gateway", "probe", "--write", "missing.toml"],
    ]) {
      const { status, stdout, stderr } = await start(scope, process.execPath, [program, ...words], {
        cwd: project.folder,
      }).ended;
      assert.deepEqual([status, stdout], [2, ""], words.join(" "));
      assert.match(stderr, /^dinerkit: [^\n]+\n$/);
    }
  });
});
