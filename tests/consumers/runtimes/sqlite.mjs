/** SQLite as the runtime brings it; nothing where it brings none, as Node 20 and workerd. */
export async function openDatabase(file = ":memory:") {
  if (globalThis.Bun) return new (await import("bun:sqlite")).Database(file);
  const sqlite = process.getBuiltinModule("node:sqlite");
  return sqlite && new sqlite.DatabaseSync(file);
}
