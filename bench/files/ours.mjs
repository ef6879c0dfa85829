/** For bench/files.mjs: `checkMany`, as the documentation calls it. Arguments: FORMAT FILE WORKERS [answers]. */
import { createReadStream } from "node:fs";
import { checkMany } from "dinerkit/bulk";
import { setup } from "../rules.mjs";
import { Fold, report } from "./fold.mjs";

const [, , format, file, workers, answers] = process.argv;
const options = { format, setup, strict: true, workers: Number(workers) };
const fold = new Fold();

for await (const rows of checkMany(createReadStream(file), options).batches()) {
  for (const { isSendable, value, issues } of rows) {
    if (answers) {
      const wrong = issues.filter(({ severity }) => severity === "error").map(({ path }) => path.join("."));
      process.stdout.write(`${JSON.stringify(isSendable ? value : wrong)}\n`);
    } else if (isSendable) fold.right(value);
    else fold.refused(issues.length);
  }
}
if (!answers) report(fold);
