#!/usr/bin/env node
// For operators: `npx dinerkit`. What it does is built into dist. `verify` has a script of its own, which runs where
// others are damaged.
const [first, ...more] = process.argv.slice(2);
if (first === "verify" && !more.some((word) => word === "--help" || word === "-h")) await import("../dist/verify.js");
else await import("../dist/command.js");
