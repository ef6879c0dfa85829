/** For TypeScript's compiler (`cargo xtask lint`): the clients that people have fit the engines of a shared state. */
import { createGateway, denoKvEngine, postgresEngine, redisEngine, sqliteEngine } from "dinerkit/gateway";
import type { GatewayOptions, SharedEngine, SqliteDatabase } from "dinerkit/gateway";
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

declare const database: SqliteDatabase;
sqliteEngine(database, { table: "shared" }) satisfies SharedEngine;
// @ts-expect-error A file is no database.
sqliteEngine("shared.db");

// As Deno declares it.
interface Kv {
  getMany<T extends readonly unknown[]>(
    keys: readonly [...{ [K in keyof T]: readonly string[] }],
    options?: { consistency?: "strong" | "eventual" },
  ): Promise<{ [K in keyof T]: { value: T[K]; versionstamp: string } }>;
  atomic(): { commit(): Promise<{ ok: boolean }> };
}
declare const kv: Kv;
denoKvEngine(kv) satisfies SharedEngine;

createGateway({ ...options, shared: redisEngine(new Redis()), processes: 4 });

for (const { name, run } of engineCases(() => redisEngine(new Redis()))) void [name.trim(), run().then()];
// @ts-expect-error An engine is made anew for each process.
engineCases(redisEngine(new Redis()));
