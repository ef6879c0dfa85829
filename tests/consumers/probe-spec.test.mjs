/** For operators who have the vendor's own specification: `dinerkit gateway probe --spec FILE`, and files that are hostile. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { parse, stringify } from "yaml";
import { probe } from "../../server/probe/index.js";
import { tailOf } from "../../server/probe/spec.js";
import { rowsOf } from "../support/probe.mjs";

const folder = await mkdtemp(join(tmpdir(), "dinerkit-spec-"));
after(() => rm(folder, { recursive: true }));
const OPENAPI = parse(await readFile(new URL("../../openapi.yaml", import.meta.url), "utf8"));
const BASE = "/api/ConsumerApi/v1/Restaurant/{micrositeName}";

/** What the probe reports of a file with this text. */
async function compared(text, name = "spec.yaml") {
  const file = join(folder, name);
  await writeFile(file, text);
  const lines = [];
  const noConfiguration = () => assert.fail("a specification needs no configuration");
  const status = await probe({ spec: file, json: true }, noConfiguration, (line) => lines.push(line));
  return { status, report: JSON.parse(lines.join("\n")) };
}

/** The contract after a change of it. */
function changed(change) {
  const document = structuredClone(OPENAPI);
  change(document.components.schemas, document.paths, document);
  return document;
}

/** Gives a member of an object another name, in its place. */
function rename(object, from, to) {
  const entries = Object.entries(object).map(([name, value]) => [name === from ? to : name, value]);
  for (const name of Object.keys(object)) delete object[name];
  Object.assign(object, Object.fromEntries(entries));
}

/** The contract as Swagger 2, in the form that the vendor's framework writes. */
function swagger(document) {
  const text = JSON.stringify(document).replaceAll("#/components/schemas/", "#/definitions/");
  const { components, paths } = JSON.parse(text);
  const inPlace = (value) => {
    const name = value?.$ref?.split("/").at(-1);
    return components.requestBodies[name] ?? components.responses[name] ?? value;
  };
  for (const item of Object.values(paths)) {
    for (const operation of Object.values(item).filter(({ operationId }) => operationId)) {
      const { requestBody, responses } = operation;
      operation.parameters = requestBody
        ? [{ in: "body", name: "request", schema: inPlace(requestBody).content["application/json"].schema }]
        : [];
      delete operation.requestBody;
      operation.responses = Object.fromEntries(
        Object.entries(responses).map(([status, response]) => [
          status,
          { description: "x", schema: inPlace(response).content?.["application/json"]?.schema },
        ]),
      );
    }
  }
  return { swagger: "2.0", info: {}, paths, definitions: components.schemas };
}

/** A page of documentation, with a fragment for each path, as documentation sites write them. */
function page({ openapi, paths, components }) {
  const fragments = Object.entries(paths).map(([path, item]) => {
    const fragment = JSON.stringify({ openapi, info: {}, paths: { [path]: item } });
    return `## An operation\n\n> What it does.\n\n\`\`\`json\n${fragment}\n\`\`\`\n`;
  });
  return `# Customer\n\n\`\`\`sh\ncurl example\n\`\`\`\n\n\`\`\`json\n{"paths": oops\n\`\`\`\n\n${fragments.join("\n")}
## Objects

\`\`\`json
${JSON.stringify({ openapi, components }, null, 2)}
\`\`\`
`;
}

describe("a specification", () => {
  const forms = {
    "OpenAPI in YAML": (document) => stringify(document),
    "OpenAPI in JSON": (document) => JSON.stringify(document),
    "a page in Markdown": page,
    "a page in Markdown with one fragment in YAML": (document) => `# API\n\n~~~yaml\n${stringify(document)}~~~\n`,
    "Swagger 2 in JSON": (document) => JSON.stringify(swagger(document)),
  };
  const other = changed((schemas, paths) => {
    rename(schemas.MergeRequest.properties, "MasterCustomerId", "MasterId");
    rename(schemas.CustomerSetup.properties, "Titles", "Salutations");
    rename(schemas.CustomerSetup.properties, "MicrositeName", "ProviderSlug");
    rename(schemas.CustomerSetup.properties, "CustomFields", "Questions");
    rename(schemas.Customer.properties, "HasDeclinedEmail", "EmailDeclined");
    rename(schemas.CustomField.properties, "Label", "Caption");
    rename(paths, `${BASE}/Customers/Merge`, `${BASE}/Customer/MergeCustomers`);
    rename(paths[`${BASE}/Customer/MergeCustomers`], "post", "put");
    schemas.UnsubscribeRequest.properties.MarketingCommunicationMode.enum = ["Email", "Sms", "Both"];
    schemas.CustomerRequest.properties.Surname.maxLength = 50;
    schemas.MergeRequest.properties.CustomerIds.maxItems = 20;
    schemas.Customer.properties.IsVip = { type: "string" };
    schemas.Customer.properties.LoyaltyTier = { type: "string" };
  });
  for (const [name, write] of Object.entries(forms)) {
    it(`that is ${name} confirms what is as guessed`, async () => {
      const { report, status } = await compared(write(OPENAPI));
      assert.deepEqual([status, report.problems, report.counts.contradicted, report.requests], [0, [], 0, 0]);
      assert.ok(report.counts.confirmed > 35, `${report.counts.confirmed}`);
    });

    it(`that is ${name} has the right names, types, values and lengths`, async () => {
      const { report, status } = await compared(write(other));
      const rows = rowsOf(report);
      const found = Object.fromEntries(
        report.guesses.filter(({ line }) => line).map(({ about, right }) => [about, right]),
      );
      assert.deepEqual(found, {
        mergeMethod: "PUT",
        mergePath: "Customer/MergeCustomers",
        masterCustomerId: "MasterId",
        hasDeclinedEmail: "EmailDeclined",
        setupMicrositeName: "ProviderSlug",
        setupTitles: "Salutations",
        setupCustomFields: "Questions",
        customFieldLabel: "Caption",
      });
      assert.match(rows["UnsubscribeRequest.MarketingCommunicationMode values"].why, /names Both, Email, Sms/);
      assert.match(rows["Customer.IsVip"].why, /as text, not as flag/);
      assert.match(rows["MergeRequest.CustomerIds maxItems"].why, /has 20, dinerkit 10/);
      const seen = report.observations.map(({ about, text }) => `${about} ${text}`);
      assert.ok(seen.some((text) => /^CustomerRequest\.Surname maxLength is 50/.test(text)));
      assert.ok(seen.some((text) => /^Customer has more than is known: LoyaltyTier$/.test(text)));
      assert.equal(status, 1);
    });
  }

  it("is read by its descriptions where the names say nothing", async () => {
    const { report } = await compared(
      JSON.stringify(
        changed((schemas) => {
          const { properties } = schemas.MergeRequest;
          rename(properties, "MasterCustomerId", "Alpha");
          properties.Alpha = { type: "integer", description: "The id of the master customer." };
        }),
      ),
    );
    assert.equal(rowsOf(report).masterCustomerId.right, "Alpha");
  });

  it("that lacks what dinerkit uses is no reason to change a name", async () => {
    const { report } = await compared(
      JSON.stringify(changed((_, paths) => void delete paths[`${BASE}/Customers/Merge`])),
    );
    const rows = rowsOf(report);
    assert.deepEqual([rows.mergePath.verdict, rows.mergeMethod.verdict], ["unknown", "unknown"]);
  });

  it("with another call named Setup is not taken for the customers'", async () => {
    const document = changed((_, paths) => {
      rename(paths, `${BASE}/Customers/Setup`, `${BASE}/Setup`);
    });
    const { report } = await compared(JSON.stringify(document));
    assert.equal(rowsOf(report)["GET Customers/Setup"].verdict, "unknown");
    assert.equal(rowsOf(report).setupName.verdict, "unknown");
  });

  it("of another API is told apart", async () => {
    const pets = { openapi: "3.0.0", paths: { "/pets": { get: { responses: { 200: { description: "x" } } } } } };
    const { report, status } = await compared(JSON.stringify(pets));
    assert.match(report.problems.join(), /none of the operations/);
    assert.equal(status, 1);
  });

  it("has its paths compared below the restaurant's own", () => {
    for (const [path, tail] of [
      [`${BASE}/Customers/Merge`, "Customers/Merge"],
      ["/v2/Restaurants/{id}/Customer/{customerId}/", "Customer/{}"],
      ["/{micrositeName}/Customers/Setup", "Customers/Setup"],
      ["/api/Jwt/v2/Authenticate", "api/Jwt/v2/Authenticate"],
      ["//Customers//Merge", "Customers/Merge"],
    ]) {
      assert.equal(tailOf(path), tail);
    }
  });
});

describe("a file that is no specification, or a hostile one", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 12; level += 1) {
    const [name, last] = ["abcdefghijkl"[level], "abcdefghijkl"[level - 1]];
    bomb.push(`${name}: &${name} [${`*${last},`.repeat(9)}]`);
  }
  const nested = () => Array.from({ length: 2000 }, (_, level) => `${" ".repeat(level)}a:`).join("\n");
  const refused = {
    nothing: ["", /holds no OpenAPI document/],
    text: ["Hello, world", /holds no OpenAPI document/],
    "JSON of something else": ['{"a":1}', /holds no OpenAPI document/],
    "JSON with paths that are none": ['{"paths":[]}', /holds no OpenAPI document/],
    "YAML that is broken": ["paths:\n  a: [\n b", /is neither JSON nor YAML from line \d+ on/],
    "aliases of aliases": [[...bomb, "paths: *l"].join("\n"), /has more aliases/],
    "a page whose fragments are broken": ['```json\n{"paths": oops\n```', /none that can be read/],
    "lists that are nested too deep": [`paths: ${"[".repeat(4_000_000)}`, /nested too deep|neither JSON nor YAML/],
    "objects that are nested too deep": [`{"paths":${'{"a":'.repeat(500_000)}`, /nested too deep/],
    "blocks that are nested too deep": [nested(), /neither JSON nor YAML|nested too deep/],
    "more than a specification": [`paths: {}\n#${"x".repeat(4 * 1024 * 1024)}`, /longer than 4 MB/],
  };
  for (const [name, [text, says]] of Object.entries(refused)) {
    it(`is refused in one line: ${name}`, async () => {
      await assert.rejects(compared(text), (error) => {
        assert.match(error.message, says);
        assert.match(error.message, /^spec\.yaml [^\n]*$/);
        return error.constructor.name === "UsageError";
      });
    });
  }

  it("is refused where it can't be read, or is a folder", async () => {
    const none = () => assert.fail();
    for (const file of [join(folder, "missing.json"), folder]) {
      await assert.rejects(probe({ spec: file }, none, none), { message: /can't be read|is no file/ });
    }
  });

  it("changes no prototype", async () => {
    const text = JSON.stringify(OPENAPI).replace(
      '"paths":{',
      '"__proto__":{"polluted":1},"paths":{"__proto__":{"get":{"operationId":"x"}},"constructor":{"prototype":{"get":1}},',
    );
    const schemas = text.replace(
      '"schemas":{',
      '"schemas":{"__proto__":{"properties":{"__proto__":{"type":"string"}}},',
    );
    await compared(schemas);
    await compared(stringify(JSON.parse(schemas)));
    assert.equal({}.polluted, undefined);
    assert.equal({}.get, undefined);
  });

  it("has its references followed within the file alone, and not for ever", async () => {
    const asked = [];
    const fetch = globalThis.fetch;
    globalThis.fetch = (url) => (asked.push(url), Promise.reject(new Error("no")));
    try {
      const document = changed((schemas) => {
        schemas.CustomerSetup = { $ref: "https://evil.example/setup.json" };
        schemas.Customer.properties.Title = { $ref: "file:///etc/passwd" };
        schemas.MergeRequest = { $ref: "#/components/schemas/MergeRequest" };
        schemas.UnsubscribeRequest = { allOf: [{ $ref: "#/components/schemas/UnsubscribeRequest" }] };
        schemas.DeletionOutcome.properties.Self = { $ref: "#/components/schemas/DeletionOutcome" };
        schemas.DeletionRequest = { $ref: "#/components/schemas/%E0%A4%A" };
      });
      const { report } = await compared(JSON.stringify(document));
      const rows = rowsOf(report);
      for (const key of ["setupName", "masterCustomerId", "customerIds"])
        assert.equal(rows[key].verdict, "unknown", key);
      assert.equal(rows.deletedCustomerIds.verdict, "confirmed");
      assert.deepEqual(asked, []);
    } finally {
      globalThis.fetch = fetch;
    }
  });

  it("with schemas that grow when they are followed ends all the same", async () => {
    const document = changed((schemas) => {
      schemas.Wide = {
        properties: Object.fromEntries(
          Array.from({ length: 40 }, (_, index) => [`P${index}`, { $ref: "#/components/schemas/Wide" }]),
        ),
      };
      schemas.Customer.properties.Wide = { $ref: "#/components/schemas/Wide" };
    });
    const start = performance.now();
    await compared(JSON.stringify(document));
    assert.ok(performance.now() - start < 20_000);
  });

  it("shows of its names only those that can be a member's", async () => {
    const { report } = await compared(
      JSON.stringify(
        changed((schemas) => {
          schemas.Customer.properties["\u001b[31mred"] = { type: "string" };
          schemas.UnsubscribeRequest.properties.MarketingCommunicationMode.enum = ["<script>", "a b", "\u001b[2J"];
        }),
      ),
    );
    const text = JSON.stringify(report);
    for (const hidden of ["\\u001b", "script", "31m"]) assert.ok(!text.includes(hidden), hidden);
  });
});
