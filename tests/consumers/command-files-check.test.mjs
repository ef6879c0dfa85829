/**
 * For operators who check a file of guests: `dinerkit check` of the packed tarball, on files as they come, in pipes, killed,
 * and with what it must never show. Environment: TARBALL, SANDBOX_BIN.
 */
import assert from "node:assert/strict";
import { mkdir, readFile, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { NODES, installCommand } from "../support/command.mjs";
import { start as startProgram } from "../support/program.mjs";
import { suiteScope } from "../support/scope.mjs";

const scope = suiteScope();
const { config, file, finished, project, start } = await installCommand(scope);

const at = (name) => join(project.folder, name);
const read = (name) => readFile(at(name), "utf8");
const write = (name, content) => writeFile(at(name), content);
const exists = async (name) => (await readdir(project.folder)).includes(name);
/** Files that no run may leave behind. */
const hidden = async () => (await readdir(project.folder)).filter((name) => name.includes("dinerkit-"));
const check = (...words) => finished(["check", ...words]);
/** Runs a line of a shell in the project, where `$dinerkit` is the command. */
const shell = (line) =>
  startProgram(scope, "bash", ["-c", line], {
    cwd: project.folder,
    env: { dinerkit: join(project.folder, "node_modules/.bin/dinerkit") },
  }).ended;

const HEADER = "Nr;Surname;Email;Mobile;Comments;IsVip";
const GOOD = "1;Lee;lee@oak.example;+44 7400 123456;likes corners;";
/** A row that the rules change: spaces around a name, and the digits of a number in groups. */
const LOOSE = '2; Brown ;brown@oak.example;"+44 (0)7400 123457";"says ""hello""";yes';
const WRONG = '3;"Smith;Jones";nobody;12;keep  me ;no';
const ROWS = [GOOD, LOOSE, WRONG, "4;;;;;"];
const lines = (...rows) => [HEADER, ...rows, ""].join("\r\n");

await write("guests.csv", lines(...ROWS));
await write("good.csv", lines(GOOD));
await write("large.csv", lines(...Array.from({ length: 5000 }, (_, index) => ROWS[index % ROWS.length])));

describe("check", () => {
  it("counts what is wrong by kind, with lines as examples, and ends with 1", async () => {
    const { status, stdout, stderr } = await check("guests.csv");
    assert.equal(stderr, "");
    assert.equal(status, 1);
    assert.match(stdout, /^guests\.csv: 4 rows \(CSV, utf-8, semicolons between cells\)\n/);
    assert.match(stdout, /^ {2}2 good$/m);
    assert.match(stdout, /^ {2}2 with errors$/m);
    assert.match(stdout, /^ {2}column Surname is Surname$/m);
    assert.match(stdout, /^ {2}no field: Nr$/m);
    assert.match(stdout, /^ {2}error {2}email_\w+ +Email +1 {2}line 4$/m);
    assert.match(stdout, /^ {2}error {2}required +Surname +1 {2}line 5$/m);
  });

  it("ends with 0 where no row has an error", async () => {
    assert.equal((await check("good.csv")).status, 0);
  });

  it("gives the same as one JSON object, of several files", async () => {
    await write("good.ndjson", '{"Surname":"Lee","Email":"lee@oak.example","Mobile":"+44 7400 123456"}\n');
    const { status, stdout } = await check("guests.csv", "good.ndjson", "--json");
    assert.equal(status, 1);
    const { files } = JSON.parse(stdout);
    assert.deepEqual(
      files.map(({ file, format, rows, good, withErrors }) => ({ file, format, rows, good, withErrors })),
      [
        { file: "guests.csv", format: "csv", rows: 4, good: 2, withErrors: 2 },
        { file: "good.ndjson", format: "ndjson", rows: 1, good: 1, withErrors: 0 },
      ],
    );
    assert.deepEqual(files[0].columns.slice(0, 2), [
      { header: "Nr", field: null },
      { header: "Surname", field: "Surname" },
    ]);
    const { kinds } = files[0];
    assert.deepEqual(
      kinds.find(({ field, code }) => field === "Surname" && code === "required"),
      { severity: "error", code: "required", field: "Surname", count: 1, lines: [5] },
    );
  });

  it("names five lines of a kind at most", async () => {
    await write("many.csv", lines(...Array.from({ length: 9 }, () => WRONG)));
    assert.match((await check("many.csv")).stdout, / 9 {2}lines 2, 3, 4, 5, 6, …$/m);
  });

  it("reports duplicates where it is asked to", async () => {
    await write("twice.csv", lines(GOOD, LOOSE, GOOD));
    assert.doesNotMatch((await check("twice.csv")).stdout, /duplicate/);
    const { status, stdout } = await check("twice.csv", "--duplicates");
    assert.equal(status, 0);
    assert.match(stdout, /^ {2}1 duplicate of a row before$/m);
    assert.match(stdout, /^ {2}advice {2}duplicate .* line 4$/m);
  });

  it("reads standard input, gzip by name, and zstd where Node has it", async (context) => {
    const bytes = await readFile(at("guests.csv"));
    await write("guests.csv.gz", gzipSync(bytes));
    const counts = /^ {2}2 good\n {2}2 with errors$/m;
    assert.match((await shell('"$dinerkit" check - < guests.csv')).stdout, counts);
    assert.match((await shell('cat guests.csv | "$dinerkit" check -')).stdout, /^standard input: 4 rows/);
    assert.match((await check("guests.csv.gz")).stdout, counts);
    const zstd = await shell("zstd -q -k guests.csv");
    if (zstd.status !== 0) return context.skip("no zstd on this machine");
    for (const node of NODES) {
      const { status, stdout, stderr } = await finished(["check", "guests.csv.zst"], {}, node);
      if (status === 1) assert.match(stdout, counts);
      else {
        assert.equal(status, 2);
        assert.match(stderr, /^dinerkit: guests\.csv\.zst: Node reads \.zst from 22\.15 on \(this is v20[^\n]*\n$/);
      }
    }
  });

  it("takes more threads, with the same answer", async () => {
    const [one, two] = await Promise.all([check("large.csv"), check("large.csv", "--workers", "2")]);
    assert.deepEqual(two, one);
  });
});

describe("the words of check", () => {
  it("that are wrong are one line and status 2", async () => {
    await mkdir(at("folder"));
    await write("damaged.csv.gz", "no gzip");
    await write("cut.csv.gz", gzipSync(await readFile(at("guests.csv"))).subarray(0, 60));
    await write("setup.json", "[]");
    for (const [words, says] of [
      [[], /name a file of guests/],
      [["guests.csv", "--fox"], /'--fox'/],
      [["missing.csv"], /^dinerkit: missing\.csv: there is no such file/],
      [["folder"], /^dinerkit: folder: this is a folder/],
      [["damaged.csv.gz"], /can't be unpacked/],
      [["cut.csv.gz"], /can't be unpacked/],
      [["-", "-"], /only once/],
      [["guests.csv", "good.csv", "--fix", "out.csv"], /--fix takes one file/],
      [["guests.csv", "--fix", "out.csv", "--report", "out.csv"], /same file/],
      [["guests.csv", "--fix", "guests.csv"], /this file is read: name another/],
      [["guests.csv", "--fix", "good.csv"], /nothing is ever written over/],
      [["guests.csv", "--fix", "folder"], /this is a folder/],
      [["guests.csv", "--fix", "none/out.csv"], /^dinerkit: none: there is no such file or folder/],
      [["guests.csv", "--report", "good.csv"], /nothing is ever written over/],
      [["guests.csv", "--format", "xls"], /--format takes csv, ndjson or json/],
      [["guests.csv", "--encoding", "latin1"], /--encoding takes/],
      [["guests.csv", "--delimiter", "x"], /--delimiter takes/],
      [["guests.csv", "--workers", "many"], /--workers takes/],
      [["guests.csv", "--locale", "?"], /--locale takes/],
      [["guests.csv", "--time-zone", "Mars"], /--time-zone takes/],
      [["guests.csv", "--microsite", "oak-and-salt"], /needs --config/],
      [["guests.csv", "--config", "x.toml"], /goes with --microsite/],
      [["guests.csv", "--setup", "setup.json", "--microsite", "x"], /not both/],
      [["guests.csv", "--setup", "setup.json"], /a Setup is one JSON object/],
      [["guests.csv", "--json", "--fix", "-"], /both write to standard output/],
    ]) {
      const { status, stdout, stderr } = await check(...words);
      assert.deepEqual([status, stdout], [2, ""], `${words.join(" ")}: ${stderr}`);
      assert.match(stderr, /^dinerkit: [^\n]+\n$/, words.join(" "));
      assert.match(stderr, says, words.join(" "));
    }
    assert.deepEqual(await hidden(), []);
    assert.equal(await exists("out.csv"), false);
  });

  it("are explained by --help, which the command's own help names", async () => {
    const { status, stdout } = await check("--help");
    assert.equal(status, 0);
    assert.match(stdout, /--duplicates/);
    assert.match((await finished(["--help"])).stdout, /dinerkit check FILE\.\.\. .*dinerkit check --help/);
  });
});

describe("the map of check", () => {
  it("says which column is which field, in JSON and in TOML", async () => {
    await write("german.csv", "Kd;Rufname;E-Mail;Handy\n7;Lee;lee@oak.example;+44 7400 123456\n");
    await write("map.json", '{ "Kd": null, "Rufname": "Surname" }');
    await write("map.toml", 'Kd = false\nRufname = "Surname"\n');
    for (const map of ["map.json", "map.toml"]) {
      const { status, stdout } = await check("german.csv", "--map", map);
      assert.equal(status, 0, stdout);
      assert.match(stdout, /^ {2}column Rufname is Surname$/m);
    }
  });

  it("that is wrong is told by line, with the field that was probably meant", async () => {
    await write(
      "wrong.json",
      '{\n  "Kd": null,\n  "Rufname": "Sirname",\n  "x": 7,\n  "a": "Email",\n  "b": "Email"\n}',
    );
    await write("wrong.toml", 'Rufname = "Surname"\n"x y" = "email"\n');
    await write("broken.json", '{\n  "Kd": null,\n  secret@oak.example\n}');
    assert.deepEqual((await check("german.csv", "--map", "wrong.json")).stderr.trimEnd().split("\n"), [
      'dinerkit: wrong.json:3: there is no field "Sirname": did you mean Surname? docs/fields.md has them all',
      'dinerkit: wrong.json:4: "x" takes the name of a field, or null for no field',
      "dinerkit: wrong.json:6: Email is there twice: a field has one column",
    ]);
    const toml = await check("german.csv", "--map", "wrong.toml");
    assert.match(toml.stderr, /^dinerkit: wrong\.toml:2: there is no field "email": did you mean Email\?/);
    assert.match(
      (await check("german.csv", "--map", "broken.json")).stderr,
      /^dinerkit: broken\.json:3: this is no JSON\n$/,
    );
  });
});

describe("the Setup of check", () => {
  const FIELD = { CustomFields: [{ Name: "Field1", Label: "Allergies", IsRequired: true }] };

  it("is read from a file", async () => {
    await write("required.json", JSON.stringify(FIELD));
    const { status, stdout } = await check("good.csv", "--setup", "required.json");
    assert.equal(status, 1);
    assert.match(stdout, /required +Field1 +1 {2}line 2/);
  });

  it("is asked for, or it is said why it could not be read", async () => {
    const name = await file(config());
    const { status, stderr } = await check("good.csv", "--microsite", "oak-and-salt", "--config", name);
    assert.deepEqual([status, stderr], [0, ""]);
    const unknown = await check("good.csv", "--microsite", "oak", "--config", name);
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /^dinerkit: oak is none of the configuration's microsites: oak-and-salt\n$/);
    const wrong = await file(config().replace(/password = .*/, 'password = "wrong"'));
    const refused = await check("good.csv", "--microsite", "oak-and-salt", "--config", wrong);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /^dinerkit: the user name or the password is wrong/);
  });
});

describe("what check puts right", () => {
  const FIXED = '2;Brown;brown@oak.example;+44 7400123457;"says ""hello""";true';

  it("is written; all other bytes stay as they were", async () => {
    const { status, stdout } = await check("guests.csv", "--fix", "fixed.csv");
    assert.equal(status, 1);
    assert.match(stdout, /^ {2}2 rows put right$/m);
    const [header, good, loose, ...rest] = (await read("fixed.csv")).split("\r\n");
    assert.equal(header, HEADER);
    assert.match(good, /^1;Lee;lee@oak\.example;\+44 7400123456;likes corners;/);
    assert.equal(loose, FIXED);
    assert.deepEqual(rest, [WRONG, "4;;;;;", ""]);
    assert.equal((await stat(at("fixed.csv"))).mode & 0o777, 0o600);
    assert.deepEqual(await hidden(), []);
    const again = JSON.parse((await check("fixed.csv", "--fix", "fixed-again.csv", "--json")).stdout).files[0];
    assert.deepEqual([again.changed, again.good, again.withErrors], [0, 2, 2]);
    assert.equal(await read("fixed-again.csv"), await read("fixed.csv"));
  });

  it("is written in the file's encoding", async () => {
    const text = lines("1;Müller;m@oak.example;+44 7400 123456;;", '2;Björk ;"b;x";1;ä;');
    const latin = Buffer.from(text, "latin1");
    const wide = Buffer.from(`\ufeff${text}`, "utf16le");
    await write("latin.csv", latin);
    await write("wide.csv", wide);
    await write("wide-be.csv", Buffer.from(wide).swap16());
    for (const [name, decode] of [
      ["latin", (bytes) => bytes.toString("latin1")],
      ["wide", (bytes) => bytes.toString("utf16le").slice(1)],
      ["wide-be", (bytes) => bytes.swap16().toString("utf16le").slice(1)],
    ]) {
      const { stderr } = await check(`${name}.csv`, "--fix", `${name}-fixed.csv`);
      assert.equal(stderr, "");
      const fixed = decode(await readFile(at(`${name}-fixed.csv`))).split("\r\n");
      assert.match(fixed[1], /^1;Müller;m@oak\.example;\+44 7400123456;;/);
      assert.equal(fixed[2], '2;Björk ;"b;x";1;ä;');
    }
  });

  it("of NDJSON is written as JSON; rows that are no JSON stay as they were", async () => {
    const rows = [
      '{"Email":"lee@oak.example", "Surname":"Lee","MobileCountryCode":44,"Mobile":"7400123456","x":1.50}',
      '{"Surname":" Lee ","Email":"lee@oak.example","Mobile":"+44 7400 123456"}',
      '{"Surname":',
      '{"Surname":"Lee"}',
    ];
    await write("rows.ndjson", `${rows.join("\n")}\n`);
    assert.equal((await check("rows.ndjson", "--fix", "fixed.ndjson")).status, 1);
    const fixed = (await read("fixed.ndjson")).split("\n");
    assert.deepEqual([fixed[0], fixed[2], fixed[3], fixed[4]], [rows[0], rows[2], rows[3], ""]);
    assert.deepEqual(JSON.parse(fixed[1]), {
      ...JSON.parse(fixed[1]),
      Surname: "Lee",
      MobileCountryCode: 44,
      Mobile: "7400123456",
    });
  });

  it("is no formula where the file has none", async () => {
    await write("formula.csv", 'Surname,Email,Mobile,Comments\nLee,lee@oak.example,+44 7400 123456," =1+1"\n');
    await check("formula.csv", "--fix", "no-formula.csv");
    assert.match(await read("no-formula.csv"), /,'=1\+1\n$/);
  });

  it("goes to standard output, and the summary to standard error", async () => {
    const { stdout, stderr } = await check("guests.csv", "--fix", "-");
    assert.match(stdout, /^Nr;Surname;[^]*\n2;Brown;/);
    assert.match(stderr, /^guests\.csv: 4 rows/);
    const piped = await shell('"$dinerkit" check - --fix - < guests.csv 2> /dev/null | "$dinerkit" check -');
    assert.match(piped.stdout, /^standard input: 4 rows/);
  });

  it("ends without a word where nobody reads on", async () => {
    const { stdout, stderr } = await shell(
      '"$dinerkit" check large.csv --fix - 2> errors.txt | head -n 1; cat errors.txt >&2',
    );
    assert.match(stdout, /^Nr;Surname/);
    assert.doesNotMatch(stderr, /EPIPE|Error/);
    const summary = await shell('"$dinerkit" check guests.csv | head -n 1');
    assert.deepEqual([summary.stdout.split("\n").length, summary.stderr], [2, ""]);
  });

  it("is not there where the disk is full", async () => {
    // A limit of this shell's, in units of 1 KiB, takes the place of a disk.
    const limited = await shell('ulimit -f 64; exec "$dinerkit" check large.csv --fix limited.csv');
    assert.deepEqual([limited.status, limited.stdout], [2, ""]);
    assert.match(limited.stderr, /^dinerkit: limited\.csv: the file has become larger than [^\n]+\n$/);
    assert.equal(await exists("limited.csv"), false);
    assert.deepEqual(await hidden(), []);
    for (const words of ["", "--fix -", "--report -"]) {
      const full = await shell(`exec "$dinerkit" check guests.csv ${words} > /dev/full 2> errors.txt`);
      assert.equal(full.status, 2, words);
      assert.match(await read("errors.txt"), /^dinerkit: standard output: the disk is full[^\n]+\n$/, words);
    }
  });

  it("is refused for a JSON array, of which nothing is written", async () => {
    await write("list.json", '[{"Surname":"Lee"}]');
    const { status, stderr } = await check("list.json", "--fix", "fixed.json");
    assert.equal(status, 2);
    assert.match(stderr, /^dinerkit: list\.json: --fix writes CSV and NDJSON/);
    assert.equal(await exists("fixed.json"), false);
    assert.deepEqual(await hidden(), []);
  });

  it("does not follow a link that leads nowhere", async () => {
    await symlink("nowhere", at("link.csv"));
    const { status } = await check("guests.csv", "--fix", "link.csv");
    assert.equal(status, 2);
    assert.equal(await exists("nowhere"), false);
  });

  it("is whole or not there, whenever the command is killed", async () => {
    const rows = Array.from({ length: 60_000 }, () => LOOSE);
    await write("long.csv", lines(...rows));
    const whole = { size: undefined };
    for (const [index, ms] of [undefined, 250, 400, 600, 900].entries()) {
      const out = `killed-${index}.csv`;
      const program = start(["check", "long.csv", "--fix", out]);
      if (ms !== undefined) {
        await delay(ms);
        program.kill("SIGKILL");
      }
      await program.ended;
      const size = (await exists(out)) ? (await stat(at(out))).size : undefined;
      whole.size ??= size;
      assert.ok(size === undefined || size === whole.size, `${size}`);
      // What a killed run has left is removed by the next one.
      const left = (await hidden()).filter((name) => name.startsWith(`.${out}`));
      if (left.length === 0) continue;
      const next = await check("guests.csv", "--fix", out);
      assert.match(next.stderr, /left behind by a run that was killed, and removed\n$/);
      assert.deepEqual(await hidden(), []);
    }
  });

  it("leaves nothing behind when somebody ends the command", async () => {
    const program = start(["check", "long.csv", "--fix", "ended.csv"]);
    while (!(await hidden()).length && !program.hasEnded) await delay(5);
    program.kill("SIGINT");
    assert.equal((await program.ended).status, 130);
    assert.deepEqual(await hidden(), []);
    assert.equal(await exists("ended.csv"), false);
  });
});

describe("the report of check", () => {
  it("is lines of NDJSON or CSV: where, what and how bad", async () => {
    await check("guests.csv", "--report", "report.ndjson");
    const records = (await read("report.ndjson"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const email = records.find(({ line, field }) => line === 4 && field === "Email");
    assert.deepEqual(Object.keys(email), ["file", "row", "line", "code", "field", "severity", "message"]);
    assert.deepEqual([email.file, email.row, email.severity], ["guests.csv", 3, "error"]);
    await check("guests.csv", "--report", "report.csv");
    const [head, ...rows] = (await read("report.csv")).trimEnd().split("\r\n");
    assert.equal(head, "file,row,line,code,field,severity,message");
    assert.equal(rows.length, records.length);
    assert.deepEqual(await hidden(), []);
  });

  it("goes on after a kill, and is the same as without one", async () => {
    const rows = Array.from({ length: 120_000 }, (_, index) =>
      index % 7 === 0 ? WRONG : index % 50 === 0 ? "" : LOOSE,
    );
    await write("longer.csv", lines(...rows));
    const whole = await check("longer.csv", "--report", "whole.csv");
    const words = ["check", "longer.csv", "--report", "resumed.csv"];
    /** Whether the state says where to go on; it is not there while it is exchanged. */
    const canGoOn = () =>
      read(".resumed.csv.dinerkit-state").then(
        (text) => text.includes("within"),
        () => false,
      );
    const kills = 4;
    let goings = 0;
    const noteGoing = ({ stderr }) => (goings += stderr.includes("goes on where") ? 1 : 0);
    for (let killed = 0; killed < kills; killed += 1) {
      const program = start(words);
      while (!(await canGoOn()) && !program.hasEnded) await delay(5);
      // The first kill comes at once: a quick machine needs less for the whole file than the others wait.
      if (killed > 0) await delay(Math.random() * 400);
      program.kill("SIGKILL");
      const ended = await program.ended;
      noteGoing(ended);
      if (ended.status !== "SIGKILL") break;
      assert.equal(await exists("resumed.csv"), false);
    }
    if (!(await exists("resumed.csv"))) {
      const last = await finished(words);
      noteGoing(last);
      assert.equal(last.stdout, whole.stdout);
    }
    assert.ok(goings > 0, "no run went on");
    assert.equal(await read("resumed.csv"), await read("whole.csv"));
    assert.deepEqual(await hidden(), []);
    assert.equal(await exists("resumed.csv.part"), false);
  });

  it("begins again where the file or the question is another one, and keeps what is not its own", async () => {
    const kill = async () => {
      const program = start(["check", "longer.csv", "--report", "other.ndjson"]);
      while (!(await exists("other.ndjson.part"))) await delay(5);
      await delay(400);
      program.kill("SIGKILL");
      await program.ended;
    };
    await kill();
    const { stderr } = await check("guests.csv", "--report", "other.ndjson");
    assert.equal(stderr, "");
    assert.equal(await read("other.ndjson"), await read("report.ndjson"));
    await write("mine.csv.part", "mine");
    const refused = await check("guests.csv", "--report", "mine.csv");
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /^dinerkit: mine\.csv\.part: there is such a file already/);
    assert.equal(await read("mine.csv.part"), "mine");
  });
});

describe("what check shows", () => {
  it("has nothing of what stands in the file", async () => {
    const SECRET = "Zxqvjk";
    const header = ["Nr", "Surname", "Email", "Mobile", "Comments", "Birthday", "IsVip", "CustomerCodes", "IpAddress"];
    const rows = [
      header.map(() => SECRET),
      header.map(() => `${SECRET}@gmial.com`),
      header.map(() => `"${SECRET}`),
      [...header.map(() => SECRET), SECRET, SECRET],
    ];
    await write("secrets.csv", [header, ...rows].map((row) => row.join(",")).join("\n"));
    await write(
      "secrets.ndjson",
      [`{"${SECRET}":"${SECRET}"}`, SECRET, `["${SECRET}"]`, `{"Surname":"${SECRET}`].join("\n"),
    );
    await write("headless.csv", `${SECRET},${SECRET}@oak.example,7400123456\n`);
    for (const [index, name] of ["secrets.csv", "secrets.ndjson", "headless.csv"].entries()) {
      for (const words of [[], ["--json"], ["--duplicates", "--report", `secret-report-${index}.ndjson`]]) {
        const { stdout, stderr } = await check(name, ...words);
        assert.doesNotMatch(stdout + stderr, new RegExp(SECRET, "i"), `${name} ${words}`);
      }
      assert.doesNotMatch(await read(`secret-report-${index}.ndjson`), new RegExp(SECRET, "i"), name);
    }
    assert.match((await check("headless.csv")).stdout, /^ {2}error {2}column_none /m);
  });

  it("is a bar with the rows, the speed and the time left, on a terminal only", async (context) => {
    const line = `script -qec '"$dinerkit" check large.csv' /dev/null`;
    const { status, stdout } = await shell(`command -v script > /dev/null || exit 9; ${line}`);
    if (status === 9) return context.skip("no script on this machine");
    assert.match(stdout, /large\.csv \[#+-*\] +\d+ % {2}[\d,]+ rows, [\d,]+ a second/);
    assert.match(stdout, /large\.csv: 5,000 rows in \d+ s/);
    assert.equal((await check("large.csv")).stderr, "");
  });
});
