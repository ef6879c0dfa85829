#!/usr/bin/env node
// For operators: `npx dinerkit`. What it does is built into dist. `verify` has a script of its own, which runs where
// others are damaged, and so have the commands about files of guests.
const OF_FILES = ["check", "import", "unsubscribe", "schedule-deletion"];
const [first, ...more] = process.argv.slice(2);
if (first === "verify" && !more.some((word) => word === "--help" || word === "-h")) await import("../dist/verify.js");
else if (OF_FILES.includes(first)) await import("../dist/command-files.js");
else await import("../dist/command.js");
