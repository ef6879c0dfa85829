/** For TypeScript's compiler (`cargo xtask lint`): what consumers write must fit, and what is wrong must not. */
import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { FormApi } from "@tanstack/form-core";
import { initTRPC } from "@trpc/server";
import { consentReceipts, customerSchema, CustomerForm, ValidationError } from "dinerkit";
import type { ConsentReceipt, CustomerDraft, CustomerRequest, CustomerSetup, Issue } from "dinerkit";
import type { GatewayOptions } from "dinerkit/gateway";
import { staffByJwt } from "dinerkit/gateway/staff";
import { createFormControl } from "react-hook-form";

/** Fails to compile unless the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <Fact extends true>(fact?: Fact) => fact;

declare const setup: CustomerSetup;
const schema = customerSchema(setup, { strict: true, today: "2026-01-01", limits: { Surname: 50 } });

// It is a Standard Schema, by the standard's own types.
schema satisfies StandardSchemaV1<CustomerDraft, CustomerRequest>;
holds<Same<StandardSchemaV1.InferOutput<typeof schema>, CustomerRequest>>();
holds<Same<StandardSchemaV1.InferInput<typeof schema>, CustomerDraft>>();

// It answers at once, with our own issues.
const result = schema["~standard"].validate({});
if (result.issues) holds<Same<(typeof result.issues)[number], Issue>>();
else holds<Same<typeof result.value, CustomerRequest>>();

// @ts-expect-error The Setup is the first argument's business.
customerSchema(setup, { setup });
// @ts-expect-error A form whose values are no customer's.
customerSchema<{ Surname: string; Address: string }>(setup);

// react-hook-form: values in as typed, out normalised; nested names.
const form = createFormControl({ resolver: standardSchemaResolver(schema) });
form.register("Address.Postcode");
void form.handleSubmit((request) => holds<Same<typeof request, CustomerRequest>>());
// @ts-expect-error No such field.
form.register("Nose");

// TanStack Form: the form's own type of values.
const defaultValues = { Surname: "", Address: { Postcode: "" } };
new FormApi({ defaultValues, validators: { onChange: customerSchema<typeof defaultValues>(setup) } });

// tRPC: a procedure that takes drafts and works with requests.
const { procedure } = initTRPC.create();
procedure.input(schema).mutation(({ input }) => holds<Same<typeof input, CustomerRequest>>());

// The live form: a snapshot is a draft; the server's issues come as a list or in their error.
declare const error: ValidationError;
const live = new CustomerForm({ setup, draft: new CustomerForm().snapshot() });
live.setServerIssues(error);
live.setServerIssues(error.issues);
// @ts-expect-error One issue is no list of them.
live.setServerIssues(error.issues[0]);

void consentReceipts(live.request(), { locale: "en", time: new Date() }).then((receipts) =>
  holds<Same<typeof receipts, ConsentReceipt[]>>(),
);
// @ts-expect-error A receipt says in which language the guest read.
void consentReceipts(live.request(), {});

// A check of staff's tokens is one for the gateway.
const common = { issuer: "https://login.example", audience: "dinerkit", claims: { groups: ["desk"] } };
staffByJwt({ ...common, jwksUrl: "https://login.example/keys" }) satisfies GatewayOptions["staff"];
staffByJwt({ ...common, publicKey: "…", algorithms: ["ES256"] });
staffByJwt({ ...common, secret: "…", algorithms: ["HS512"] });
// @ts-expect-error No algorithm is not one.
staffByJwt({ ...common, jwksUrl: "https://login.example/keys", algorithms: ["none"] });
// @ts-expect-error A shared secret's algorithm goes with no public key.
staffByJwt({ ...common, publicKey: "…", algorithms: ["HS256"] });
// @ts-expect-error One key, not two.
staffByJwt({ ...common, secret: "…", jwksUrl: "https://login.example/keys" });
// @ts-expect-error Whom it is for must be said.
staffByJwt({ issuer: "https://login.example", secret: "…" });
