/**
 * For whoever has a copy of the package: `dinerkit verify`. Bundled into pkg/dist/verify.js, apart from the rest of the
 * command, so that it runs where other files of the package are damaged.
 */
import { fileURLToPath } from "node:url";
import { VerifyError, verify } from "./compare.js";
import { DONE, ends, NOT_WELL, refuseStray, say, UsageError } from "./words.js";

await ends(run, { errors: [VerifyError] });

async function run({ values: options, positionals: [, ...folders] }) {
  refuseStray("verify", options);
  const { sums, source, previous } = options;
  if (folders.length > 1) throw new UsageError("verify takes one folder; --help tells more");
  if (sums !== undefined && source !== undefined) throw new UsageError("give --sums or --source, not both");
  if (previous !== undefined && source === undefined) throw new UsageError("--previous goes with --source");
  const folder = folders[0] ?? fileURLToPath(new URL("..", import.meta.url));
  return (await verify({ folder, sums, source, previous }, say)) ? DONE : NOT_WELL;
}
