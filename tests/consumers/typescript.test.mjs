/**
 * For whoever writes TypeScript: the packed tarball's types under the compilers that people have, without `skipLibCheck`,
 * and the texts that an editor shows. What must not compile is marked in fixtures/typescript. Environment: see
 * fixture.mjs.
 */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { Fixture } from "../support/fixture.mjs";
import { shownIn } from "../support/hover.mjs";
import { SAMPLES } from "../support/samples.mjs";

/** The packages of the fixture that are TypeScript, by their versions. */
const COMPILERS = { 5.4: "typescript-5.4", 5.9: "typescript", "6.0": "typescript-6", "7.0": "typescript-7" };

/** The options of every program here. TypeScript's own libraries are its makers' to check. */
const STRICT = {
  strict: true,
  skipLibCheck: false,
  skipDefaultLibCheck: true,
  noEmit: true,
  target: "es2022",
  types: [],
};
/** As create-vite's react-ts has it, without the types of Vite itself. */
const PAGE = {
  ...STRICT,
  lib: ["ES2023", "DOM"],
  module: "esnext",
  moduleResolution: "bundler",
  verbatimModuleSyntax: true,
  jsx: "react-jsx",
};
const SERVER = { ...STRICT, lib: ["ES2023"], types: ["node"], exactOptionalPropertyTypes: true };
const SERVER_FILES = ["server.ts", "server.cts"];

/** Samples of the pages that the compiler reads, by the names that their files get. */
const samples = new Map(
  SAMPLES.filter(({ info }) => info.endsWith(" compiled")).map((sample, index) => [
    `sample-${index}.${sample.language}`,
    sample.code,
  ]),
);

/** The programs: options, files, and the compilers that are asked; all by default. */
const PROGRAMS = {
  "a page": { options: PAGE, files: ["page.ts", "form.tsx", "misuse.ts", "script.ts", ...samples.keys()] },
  "a server": { options: { ...SERVER, module: "nodenext" }, files: SERVER_FILES, compilers: ["5.9", "7.0"] },
  "a server by Node 16's rules": {
    options: { ...SERVER, module: "node16" },
    files: SERVER_FILES,
    compilers: ["5.4", "6.0"],
  },
  "a worker": {
    options: {
      ...STRICT,
      lib: ["ES2023"],
      types: ["@cloudflare/workers-types"],
      module: "esnext",
      moduleResolution: "bundler",
    },
    files: ["worker.ts"],
    compilers: ["7.0"],
  },
  "a program without other types": {
    options: { ...STRICT, lib: ["ES2022"], module: "esnext", moduleResolution: "bundler" },
    files: ["bare.ts"],
  },
  // TypeScript 7 has no such resolution any more.
  "a program whose resolution knows no exports": {
    options: { ...STRICT, lib: ["ES2022", "DOM"], module: "commonjs", moduleResolution: "node10" },
    files: ["old.ts"],
    compilers: ["5.4"],
  },
};

let project;
before(async () => {
  project = await Fixture.lay(new URL("fixtures/typescript/", import.meta.url));
  assert.ok(samples.size > 0);
  for (const [file, code] of samples) await writeFile(join(project.folder, file), code);
});

/** Writes a configuration for a compiler, and returns its name. */
async function configuration(name, config) {
  const file = `tsconfig.${name.replaceAll(/[^\w.]+/g, "-")}.json`;
  await writeFile(join(project.folder, file), JSON.stringify(config));
  return file;
}

describe("types", () => {
  for (const [version, compiler] of Object.entries(COMPILERS)) {
    describe(`TypeScript ${version}`, { concurrency: 2 }, () => {
      for (const [name, { options, files, compilers = [version] }] of Object.entries(PROGRAMS)) {
        if (!compilers.includes(version)) continue;
        it(`compiles ${name}`, async () => {
          const config = await configuration(`${version}.${name}`, { compilerOptions: options, files });
          const { stdout } = await project.run(`node node_modules/${compiler}/lib/tsc.js --project ${config}`);
          assert.equal(stdout, "");
        });
      }
    });
  }

  describe("frameworks' templates", { concurrency: 2 }, () => {
    it("compiles a Vue template under strictTemplates", async () => {
      const config = await configuration("vue", {
        compilerOptions: { ...PAGE, jsx: undefined },
        files: ["App.vue"],
        vueCompilerOptions: { strictTemplates: true },
      });
      const { stdout } = await project.run(`node node_modules/vue-tsc/bin/vue-tsc.js --project ${config}`);
      assert.equal(stdout, "");
    });

    it("compiles a Svelte template, and refuses a wrong one", async () => {
      const config = await configuration("svelte", {
        compilerOptions: { ...PAGE, jsx: undefined },
        include: ["*.svelte"],
      });
      const line = `node node_modules/svelte-check/bin/svelte-check --tsconfig ${config} --output machine`;
      const { stdout } = await project.run(line).catch(({ cause }) => cause);
      const errors = stdout.split("\n").flatMap((text) => text.match(/ERROR (.*)/)?.[1] ?? []);
      const expected = [
        /^"Misuse.svelte" 6:.*Property 'microsite' is missing/,
        /^"Misuse.svelte" 7:.*Property 'id' does not exist on type 'CreatedDetail'/,
      ];
      assert.equal(errors.length, expected.length, stdout);
      errors.forEach((error, index) => assert.match(error, expected[index]));
    });
  });
});

describe("an editor", () => {
  /** The compiler as a library, the package's folder, its `package.json`, and all that is shown of its types. */
  let ts, folder, manifest, shown;
  before(async () => {
    ts = createRequire(join(project.folder, "x.js"))("typescript");
    folder = join(project.folder, "node_modules/dinerkit");
    manifest = await json("package.json");
    // The platform's types have no names of their own.
    const files = (await readdir(join(folder, "types"))).filter(
      (name) => name.endsWith(".d.ts") && !/^platform/.test(name),
    );
    const texts = files.map(async (file) => [file, await readFile(join(folder, "types", file), "utf8")]);
    shown = (await Promise.all(texts)).flatMap(([file, text]) =>
      shownIn(ts, file, text).map((found) => ({ ...found, path: `${file} ${found.path}` })),
    );
  });
  const json = async (path) => JSON.parse(await readFile(join(folder, path), "utf8"));

  it("shows a text for each export, member and option", () => {
    assert.deepEqual(
      shown.filter(({ text }) => !/\w/.test(text)).map(({ path }) => path),
      [],
    );
  });

  it("shows the default of each option", () => {
    const options = shown.filter(({ isOption }) => isOption);
    assert.ok(options.length > 50);
    assert.deepEqual(
      options.filter(({ text }) => !/default|left out/i.test(text)).map(({ path }) => path),
      [],
    );
  });

  it("names no file that the package lacks", async () => {
    const listed = await readdir(folder, { recursive: true });
    for (const { path, text } of shown) {
      for (const [file] of text.matchAll(/\b(?:docs|src|www|tests|examples)\/[\w./-]*\w/g)) {
        assert.ok(listed.includes(file), `${path} names ${file}`);
      }
    }
  });

  it("shows the text of a method at its twin in `safe`", async () => {
    const methods = shown.filter(({ path }) => path.startsWith("index.d.ts CustomerClient."));
    const source = join(project.folder, "safe.ts");
    await writeFile(source, 'import type { SafeClient } from "dinerkit"; export declare const safe: SafeClient;');
    const program = ts.createProgram([source], {
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      module: 99,
      types: [],
    });
    const checker = program.getTypeChecker();
    const [safe] = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(source)));
    const twins = checker.getPropertiesOfType(checker.getTypeOfSymbol(safe));
    assert.equal(twins.length, 9);
    for (const twin of twins) {
      const text = ts.displayPartsToString(twin.getDocumentationComment(checker)).replaceAll("\n", " ");
      assert.equal(text, methods.find(({ path }) => path.endsWith(`.${twin.name}`)).text);
    }
  });

  it("knows the exports that there are, by import and by require", async () => {
    const entries = Object.keys(manifest.exports).filter((path) => manifest.exports[path].require);
    const specifiers = entries.map((path) => `dinerkit${path.slice(1)}`.replace("*", "en"));
    const source = join(project.folder, "exports.mts");
    const imports = specifiers.map((specifier, index) => `import * as m${index} from "${specifier}";`);
    await writeFile(source, `${imports.join("\n")}\nexport { ${specifiers.map((_, index) => `m${index}`)} };\n`);
    const options = { module: 199, types: [], jsx: ts.JsxEmit.ReactJSX, lib: ["lib.es2023.d.ts", "lib.dom.d.ts"] };
    const program = ts.createProgram([source], options);
    const checker = program.getTypeChecker();
    const typed = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(source))).map((alias) =>
      checker
        .getExportsOfModule(checker.getAliasedSymbol(alias))
        .filter((found) =>
          checker.getRootSymbols(resolved(checker, found)).some(({ flags }) => flags & ts.SymbolFlags.Value),
        )
        .map(({ name }) => name)
        .sort(),
    );
    await writeFile(join(project.folder, "exports.mjs"), listExports(specifiers));
    const { stdout } = await project.run("node exports.mjs");
    const { imported, required } = JSON.parse(stdout);
    specifiers.forEach((specifier, index) => {
      assert.deepEqual(typed[index], imported[index], specifier);
      assert.deepEqual(typed[index], required[index], `${specifier} by require`);
    });
  });

  /** What an export stands for. */
  const resolved = (checker, found) => (found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found);

  it("says of the element what its description says", async () => {
    const { modules } = await json(manifest.customElements);
    const [element] = modules[0].declarations;
    const names = (list) => list.map(({ name }) => name);
    // The words are those of the types.
    const textOf = (path) => shown.find((found) => found.path === `widget.d.ts ${path}`).text;
    for (const { name, description } of element.attributes) {
      assert.equal(description, textOf(`DinerFormAttributes.${name}`));
    }
    for (const { name, description } of element.members.filter(({ name }) => name !== "lang")) {
      assert.equal(description, textOf(`DinerForm.${name}`));
    }
    for (const { name, description } of element.events) {
      assert.equal(description, textOf(`DinerFormEvents."${name}"`));
    }

    const webTypes = await json(manifest["web-types"]);
    const [inWebTypes] = webTypes.contributions.html.elements;
    assert.equal(webTypes.version, manifest.version);
    assert.equal(inWebTypes.name, "diner-form");
    assert.deepEqual(names(inWebTypes.attributes), names(element.attributes));
    assert.deepEqual(names(inWebTypes.js.events), names(element.events));
    assert.deepEqual(names(inWebTypes.slots), names(element.slots));
    const [tag] = (await json("dist/html-custom-data.json")).tags;
    assert.equal(tag.name, "diner-form");
    assert.deepEqual(names(tag.attributes), names(element.attributes));
  });
});

/** A program that prints the names that modules export, by `import` and by `require`. */
const listExports = (specifiers) => `import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const imported = [];
const required = [];
for (const specifier of ${JSON.stringify(specifiers)}) {
  imported.push(Object.keys(await import(specifier)).sort());
  required.push(
    Object.keys(require(specifier))
      .filter((name) => name !== "__esModule")
      .sort(),
  );
}
console.log(JSON.stringify({ imported, required }));
`;
