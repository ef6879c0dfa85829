/**
 * For operators: what `dinerkit` does with files of guests. Bundled with its libraries into pkg/dist/command-files.js, apart
 * from the gateway's command, which pkg/bin/dinerkit.js runs for all other words.
 */
import { main } from "./files/main.js";

await main();
