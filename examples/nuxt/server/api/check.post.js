// The same rules on the server, for details that come another way, such as from an app.
import init, { checkCustomer, loadPhones } from "dinerkit";

const rules = Promise.all([init(), loadPhones()]);

export default defineEventHandler(async (event) => {
  await rules;
  const { value, issues } = checkCustomer(await readBody(event));
  return { value, issues };
});
