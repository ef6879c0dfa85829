/** For the probe: everything that is only assumed about the remote API, and so has a verdict in the report. Pure. */
import { contract, membersIn } from "./contract.js";
import { GUESSES, METHOD, PATH } from "./guesses.js";
import { unknown } from "./verdicts.js";

/** The body of a 401, which is not documented. */
export const BODY_OF_401 = "401 body";

/** The subject about the known values of a member of the contract. */
export const valuesOf = (schema, name) => `${schema}.${name} values`;

/** The members of the contract that are assumed and that the option `names` does not have: `Schema.Member`. */
export function assumedElements() {
  const elements = [];
  for (const schema of Object.keys(contract.components.schemas)) {
    if (!contract.components.schemas[schema].properties) continue;
    for (const member of membersIn(schema).filter(({ confidence }) => confidence === "assumed")) {
      const isNamed = GUESSES.some(({ of, own }) => own === member.name && (of === schema || isShared(of, schema)));
      if (!isNamed) elements.push(`${schema}.${member.name}`);
      if (member.schema.examples && schema !== "CustomField") elements.push(valuesOf(schema, member.name));
    }
  }
  return [...elements, BODY_OF_401];
}

/** `customerIds` is the name in an unsubscription and in a deletion. */
const isShared = (of, schema) => of === "UnsubscribeRequest" && schema === "DeletionRequest";

const BY_MODE = {
  read: "a write would tell (--test-host), or --spec",
  "test-host": "the trial did not tell",
  spec: "the specification does not say",
};

/** What is said of a subject that nothing was found out about; `isCustomerRead` is false if no customer was looked at. */
export function stillUnknown(subject, mode, isCustomerRead) {
  if (mode !== "spec") {
    const of = GUESSES.find(({ key }) => key === subject)?.of ?? subject.split(".")[0];
    if (of === PATH || of === METHOD) return unknown("it was not asked for");
    if (of === "CustomerSetup" || of === "CustomField") return unknown("no Setup was read");
    if (of === "Customer" && !isCustomerRead) return unknown("a customer's answer tells: give --customer ID");
    if (subject === BODY_OF_401) return unknown("it was not asked for");
  }
  return unknown(BY_MODE[mode]);
}
