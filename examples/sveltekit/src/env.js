import { defineEnvVars } from "@sveltejs/kit/env";

/** Where the gateway is: read when the server starts. */
export const variables = defineEnvVars({
  GATEWAY: { public: true, schema: (value) => value ?? "https://booking.example" },
});
