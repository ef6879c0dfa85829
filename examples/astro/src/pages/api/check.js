// The same rules on the server, for details that come another way, such as from an app.
import init, { checkCustomer, loadPhones } from "dinerkit";

export const prerender = false;
const rules = Promise.all([init(), loadPhones()]);

export async function POST({ request }) {
  await rules;
  const { value, issues } = checkCustomer(await request.json());
  return Response.json({ value, issues });
}
