/** For TypeScript's compiler (`cargo xtask lint`): the clients that people have fit the engines of a shared state. */
import { createGateway, postgresEngine, redisEngine } from "dinerkit/gateway";
import type { GatewayOptions, SharedEngine } from "dinerkit/gateway";
import { engineCases } from "dinerkit/gateway/conformance";
import { Cluster, Redis } from "ioredis";
import pg from "pg";
import { createClient, createClientPool, createCluster, createSentinel } from "redis";

declare const options: GatewayOptions;

redisEngine(createClient({ url: "redis://localhost" }), { waitMs: 100 }) satisfies SharedEngine;
redisEngine(createClientPool({ url: "redis://localhost" }));
redisEngine(createCluster({ rootNodes: [] }));
redisEngine(createSentinel({ name: "primary", sentinelRootNodes: [] }));
redisEngine(new Redis("redis://localhost"));
redisEngine(new Cluster([]));
// @ts-expect-error An address is no client.
redisEngine("redis://localhost");
// @ts-expect-error A function that makes a client is none.
redisEngine(createClient);

postgresEngine(new pg.Pool({ connectionString: "postgres://localhost" })) satisfies SharedEngine;
postgresEngine(new pg.Client());
// @ts-expect-error A class is no client.
postgresEngine(pg.Pool);

createGateway({ ...options, shared: redisEngine(new Redis()), processes: 4 });

for (const { name, run } of engineCases(() => redisEngine(new Redis()))) void [name.trim(), run().then()];
// @ts-expect-error An engine is made anew for each process.
engineCases(redisEngine(new Redis()));
