/**
 * For builtins.test.mjs: tells the story in a realm of its own, whose built-ins are changed before the package is loaded
 * or after it.
 */
import { parentPort, workerData } from "node:worker_threads";
import { CHANGES } from "./changes.mjs";

const { name, when, ...places } = workerData;
const change = CHANGES[name];

// The pauses before requests that are repeated are as short as can be.
Math.random = () => 0;

// The requests that a server gets are the platform's, whatever a script puts in their place.
const { Request } = globalThis;

if (when === "before") await change();
const { open } = await import("./story.mjs");
const tell = await open({ Request, ...places });
if (when === "after") await change();
parentPort.postMessage(await tell());
