/** For whoever calls `createGateway`: how the tarball's gateway names wrong options. Environment: TARBALL. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { describe, it } from "node:test";
import { importPacked } from "../support/gateway.mjs";
import { Project } from "../support/project.mjs";

const { createGateway, locales } = await importPacked(await Project.install());

const SECRET = "hunter2-hunter2-hunter2-hunter2";
const RIGHT = {
  upstream: new URL("https://api.example"),
  credentials: { username: SECRET, password: SECRET },
  microsites: ["oak-and-salt"],
};

/** The error of wrong options. */
function errorOf(options) {
  try {
    createGateway(options);
  } catch (error) {
    return error;
  }
  assert.fail("the options were accepted");
}

describe("createGateway", () => {
  it("accepts every option that is right", () => {
    createGateway({
      ...RIGHT,
      staff: () => false,
      admit: () => true,
      clientAddress: undefined,
      store: undefined,
      locales,
      onEvent() {},
      fetch,
      perAddress: null,
      pages: { "oak-and-salt": { site: "https://oak.example", accent: "#0a6" } },
      capabilityKeys: [{ id: "k1", secret: `${SECRET}-${SECRET}` }],
    });
    createGateway({ ...RIGHT, upstream: "HTTPS://API.example:443/prefix/" });
  });

  it("names all that is wrong at once, with its path and without its value", () => {
    const error = errorOf({
      ...RIGHT,
      upstream: `https://user:${SECRET}@api.example`,
      capabilityKeys: [{ id: "k1", secret: [SECRET] }],
      guestFields: { add: ["CustomerCodes", "Compny"] },
      perAdress: SECRET,
      totalTimeoutMs: 0,
      staff: SECRET,
      pages: { "oak-and-slat": { privacy: SECRET } },
    });
    assert.ok(error instanceof TypeError);
    assert.deepEqual(error.issues.map(({ path }) => path.join(".")).sort(), [
      "capabilityKeys.0.secret",
      "guestFields.add.1",
      "pages.oak-and-slat",
      "pages.oak-and-slat.privacy",
      "perAdress",
      "staff",
      "totalTimeoutMs",
      "upstream",
    ]);
    for (const part of [
      "options.guestFields.add[1] takes a name of docs/fields.md: did you mean Company?",
      "options.perAdress is not known: did you mean perAddress?",
      "options.totalTimeoutMs takes whole milliseconds above 0",
      "options.staff takes a function",
      "options.pages.oak-and-slat is none of microsites: did you mean oak-and-salt?",
    ]) {
      assert.ok(error.message.split("; ").includes(part), `${part} is not in ${error.message}`);
    }
    assert.ok(!error.message.includes("\n"));
    assert.ok(!inspect(error, { depth: Infinity, showHidden: true }).includes("hunter2"));
  });

  it("names what is no data", () => {
    const error = errorOf({ ...RIGHT, publicUrl: () => SECRET, perAddress: NaN, guestFields: { add: [() => SECRET] } });
    assert.deepEqual(
      error.issues.map(({ path, message }) => `${path.join(".")} ${message}`),
      [
        "publicUrl takes https://host, in lower case, with a path if need be",
        "perAddress takes a whole number, 0 or more",
        "guestFields takes an object of add, remove",
      ],
    );
  });

  it("names what is missing", () => {
    assert.deepEqual(
      errorOf({}).issues.map(({ path }) => path.join(".")),
      ["upstream", "credentials.username", "credentials.password", "microsites"],
    );
  });

  it("takes http only to this machine, or where it is allowed", () => {
    for (const upstream of ["http://localhost:4100", "http://127.1", "http://[::1]/x"])
      createGateway({ ...RIGHT, upstream });
    assert.match(errorOf({ ...RIGHT, upstream: "http://api.example" }).message, /^options\.upstream takes https: /);
    createGateway({ ...RIGHT, upstream: "http://api.example", allowHttpUpstream: true });
  });
});
