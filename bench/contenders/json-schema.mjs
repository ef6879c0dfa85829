/** For ajv: the form as JSON Schema. What it can't say (days that are past, distinct codes) is in keywords of our own. */
import { CONSENTS, HTML_EMAIL, LINES, ONE_LINE, PARTS, TEXTS } from "../rules.mjs";

const text = (maxLength, allowed = ONE_LINE) => ({ type: "string", maxLength, pattern: allowed.source });
const mapped = (object, make) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, make(value)]));

const flag = { type: "boolean" };
const positive = { type: "integer", minimum: 1 };
const date = { type: "string", format: "date", hasPassed: true };

export const email = { type: "string", maxLength: 254, pattern: HTML_EMAIL.source };

export const properties = {
  ...mapped(TEXTS, (max) => text(max)),
  Email: email,
  MobileCountryCode: positive,
  Mobile: { type: "string" },
  PhoneCountryCode: positive,
  Phone: { type: "string" },
  Birthday: date,
  Anniversary: date,
  IsDrinkingAge: flag,
  Address: { type: "object", properties: mapped(PARTS, (max) => text(max)) },
  ...mapped(CONSENTS, () => flag),
  ...Object.fromEntries(Object.values(CONSENTS).map((name) => [name, text(4000, LINES)])),
  IsVip: flag,
  Comments: text(2000, LINES),
  CustomerCodes: { type: "array", items: positive, maxItems: 1000, uniqueItems: true },
  CustomerType: { type: "object", properties: { Id: positive, Name: { type: "string" } }, required: ["Id", "Name"] },
  IpAddress: { type: "string", anyOf: [{ format: "ipv4" }, { format: "ipv6" }] },
};
export const required = ["Surname", "Email"];
export const form = { type: "object", properties, required };
