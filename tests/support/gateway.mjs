/**
 * For the tests of the packed gateway: the package's modules, started, and a remote API in the same process. No socket is
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
     export { default as locales } from "dinerkit/locales";`,
  );
  const packed = await import(pathToFileURL(file));
  await Promise.all([packed.start(), packed.startGateway()]);
  return packed;
}

/** A gateway of the modules `packed` for one microsite with this Setup. `answer` says what comes of each other request. */
export function openGateway(packed, setup, { answer, ...options } = {}) {
  const fetch = async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/Authenticate")) {
      return Response.json({ Status: "Success", Token: "token", TokenExpiryUtc: "2999-01-01T00:00:00" });
    }
    if (pathname.endsWith("/Customers/Setup")) return Response.json(setup);
    if (answer) return answer(request);
    throw new Error(`the remote API was asked for ${pathname}`);
  };
  return packed.createGateway({
    upstream: "https://api.example",
    credentials: { username: "account", password: "password" },
    microsites: [MICROSITE],
    publicUrl: HOST,
    locales: packed.locales,
    fetch,
    ...options,
  });
}

/** The address of a page of the gateway's, such as `form`. */
export const pageUrl = (name, microsite = MICROSITE) => `${HOST}/api/ConsumerApi/v1/Restaurant/${microsite}/${name}`;
