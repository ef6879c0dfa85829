/**
 * For a newcomer and for the tests: the seven operations of the Customer API, from a project that has installed the
 * packed package. Prints one line of JSON. Environment: SANDBOX_URL, SANDBOX_USERNAME, SANDBOX_PASSWORD.
 */
import init, { CustomerClient } from "dinerkit";

const { SANDBOX_URL: baseUrl, SANDBOX_USERNAME: username, SANDBOX_PASSWORD: password } = process.env;

await init();
const client = new CustomerClient({ baseUrl, microsite: "oak-and-salt", credentials: { username, password } });

const guest = (FirstName) => ({
  FirstName,
  Surname: "Example",
  Email: `${FirstName.toLowerCase()}@example.com`,
  MobileCountryCode: "+44",
  Mobile: "07700 900123",
});

const setup = await client.setup();
const ann = await client.create(guest("Ann"));
const double = await client.create(guest("Anne"));
const updated = await client.update(ann.Id, { ...guest("Ann"), Company: "Oak" });
const merged = await client.merge({ into: ann.Id, from: [double.Id] });
await client.unsubscribe({ ids: [ann.Id], mode: "All", ipAddress: "192.0.2.1" });
const found = await client.get(ann.Id);
const deletion = await client.scheduleDeletion([ann.Id, 2_147_483_647]);
client.free();

console.log(
  JSON.stringify({
    setup: setup.MicrositeName,
    created: ann.Mobile,
    updated: updated.Company,
    merged: merged.Id === ann.Id,
    subscribed: found.ReceiveEmailMarketing,
    deleted: deletion.deleted.length,
    skipped: deletion.skipped,
  }),
);
