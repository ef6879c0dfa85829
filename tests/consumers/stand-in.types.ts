/** For TypeScript's compiler (`cargo xtask lint`): what tests write with the stand-in must fit, and what is wrong must not. */
import { CustomerClient } from "dinerkit";
import { createGateway } from "dinerkit/gateway";
import { createStandIn } from "dinerkit/testing";
import type { StandIn, StandInFault } from "dinerkit/testing";

const standIn: StandIn = await createStandIn({ microsite: "oak", setup: { LegalDrinkingAge: null }, now: () => 0 });

new CustomerClient(standIn.clientOptions);
new CustomerClient({ ...standIn.pageOptions, token: standIn.gateway.capability({ microsite: "oak", id: 1 }) });
createGateway({ ...standIn.gatewayOptions, origins: ["https://oak.example"] });

const { Id } = standIn.add({ Surname: "Lee", IsBlocked: true, VendorSerial: 1 });
Id satisfies number;
standIn.customers[0]?.IpAddress satisfies string | null | undefined;

const faults: StandInFault[] = [
  { with: "network" },
  { on: "create", times: 1, with: { status: 429, retryAfter: 2 } },
  { on: ["get", "setup"], at: "api", with: { html: true } },
  { on: "update", with: async (_, carryOut) => new Response((await carryOut()).body, { status: 502 }) },
];
for (const fault of faults) standIn.fail(fault)();

const restore = standIn.install();
restore();

// @ts-expect-error An edit is a read and an update.
standIn.fail({ on: "edit", with: "network" });
// @ts-expect-error No such failure.
standIn.fail({ with: "explode" });
// @ts-expect-error No such option.
await createStandIn({ microsites: ["oak"] });
