#!/usr/bin/env node
// For operators: `npx dinerkit`. What it does is built into dist.
import "../dist/command.js";
