/**
 * For the tests of the packed gateway: the package's modules, started, and the stand-in for the remote API. No socket is
 * opened. The project is one of project.mjs.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export const MICROSITE = "oak-and-salt";
/** Where the gateway of a test is reached. */
export const HOST = "https://book.example";

/** What a test needs of the package: the client's side, the gateway's, and the words of all languages. */
export async function importPacked(project) {
  const file = join(project.folder, "packed.mjs");
  await writeFile(
    file,
    `export { createGateway, default as startGateway } from "dinerkit/gateway";
     export { CustomerClient, checkCustomer, consentReceipts, fields, default as start } from "dinerkit";
     export { message } from "dinerkit/message";
     export { createStandIn } from "dinerkit/testing";
     export { default as locales } from "dinerkit/locales";`,
  );
  const packed = await import(pathToFileURL(file));
  await Promise.all([packed.start(), packed.startGateway()]);
  return packed;
}

/**
 * A gateway of the modules `packed` for one microsite with this Setup. `answer` says what comes of each request to the
 * remote API but for sign-ins and the Setup.
 */
export async function openGateway(packed, setup, { answer, ...options } = {}) {
  const standIn = await packed.createStandIn({
    microsites: { [MICROSITE]: { setup } },
    gatewayUrl: HOST,
    requestsPerMinute: 0,
    // Nobody's address is known.
    gateway: { locales: packed.locales, clientAddress: undefined, ...options },
  });
  if (answer) standIn.fail({ on: ["create", "unsubscribe"], at: "api", with: answer });
  return standIn.gateway;
}

/** The address of a page of the gateway's, such as `form`. */
export const pageUrl = (name, microsite = MICROSITE) => `${HOST}/api/ConsumerApi/v1/Restaurant/${microsite}/${name}`;
