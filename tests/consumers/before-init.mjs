/** For misuse.test.mjs, in a project of its own: what each export says before `init()`. Prints a list by export. */
import * as dinerkit from "dinerkit";
import * as gateway from "dinerkit/gateway";

const GUEST = { Surname: "Lee" };
const account = { upstream: "https://api.example", credentials: { username: "u", password: "p" }, microsites: ["oak"] };
const client = { baseUrl: "https://api.example", microsite: "oak" };

/** How each export is used that needs the module. */
const NEEDS = {
  buildInfo: () => dinerkit.buildInfo(),
  callingCodes: () => dinerkit.callingCodes(),
  checkCustomer: () => dinerkit.checkCustomer(GUEST),
  checkField: () => dinerkit.checkField("Surname", "Lee"),
  CustomerClient: () => new dinerkit.CustomerClient(client),
  CustomerForm: () => new dinerkit.CustomerForm({ draft: GUEST }),
  customerSchema: () => dinerkit.customerSchema()["~standard"].validate(GUEST),
  formatPhone: () => dinerkit.formatPhone("44", "07400123456"),
  inspectDate: () => dinerkit.inspectDate("2026-11-22"),
  inspectEmail: () => dinerkit.inspectEmail("a@b.example"),
  inspectPhone: () => dinerkit.inspectPhone(44, "07400 123456"),
  loadPhoneFormats: () => dinerkit.loadPhoneFormats(),
  loadPhones: () => dinerkit.loadPhones(),
  optInNodes: () => dinerkit.optInNodes("<b>x</b>"),
};
/** How the functions are used that need none. */
const FREE = {
  consentReceipts: () => dinerkit.consentReceipts(GUEST, { locale: "en" }),
  fields: () => dinerkit.fields(),
  isCustomerApiError: () => dinerkit.isCustomerApiError({}),
  randomKey: () => dinerkit.randomKey(),
};
const GATEWAY_NEEDS = { createGateway: () => gateway.createGateway(account) };

/** How an answer came: "threw" or "rejected" with the error's name and message, or "answered". */
async function said(use) {
  try {
    const answer = use();
    try {
      await answer;
      return ["answered"];
    } catch ({ name, message }) {
      return ["rejected", name, message];
    }
  } catch ({ name, message }) {
    return ["threw", name, message];
  }
}

async function listed(namespace, needs) {
  const list = {};
  for (const name of Object.keys(namespace)) list[name] = needs[name] ? await said(needs[name]) : ["is not used"];
  return list;
}

console.log(
  JSON.stringify({
    package: await listed(dinerkit, { ...NEEDS, ...FREE }),
    gateway: await listed(gateway, GATEWAY_NEEDS),
  }),
);
