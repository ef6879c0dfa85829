/**
 * For the test of the WordPress plugin: Debian's WordPress in a folder of its own, with PHP's own server and a MariaDB
 * that listens on a socket in that folder. Nothing of it is installed as a service.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { run, start, until } from "./program.mjs";

const PROGRAMS = ["php-cli", "php-mysql", "mariadb-server-core", "mariadb-client-core"];
/** Only their files are needed: their packages would bring a web server. */
const FILES = ["wordpress", "wordpress-theme-twentytwentythree"];
const INSTALL_MS = 300_000;

/** The folder `/usr/share` of the packages with WordPress, in `folder`. */
async function unpackWordPress(folder) {
  const apt = (args, options) => run("apt-get", args, { lifetimeMs: INSTALL_MS, ...options });
  try {
    await apt(["-q", "update"]);
    await apt(["-q", "install", "-y", "--no-install-recommends", ...PROGRAMS]);
    await apt(["-q", "download", ...FILES], { cwd: folder });
  } catch (error) {
    throw new Error(`WordPress comes from Debian, by apt-get as root: ${error.message}`, { cause: error });
  }
  await run("sh", ["-c", "for file in *.deb; do dpkg-deb -x $file .; done"], { cwd: folder });
  return join(folder, "usr", "share", "wordpress");
}

/** Starts a database server in `folder`; returns its socket. */
async function startDatabase(scope, folder) {
  const data = join(folder, "data");
  const socket = join(folder, "db.sock");
  // Debian has the server outside the path of ordinary users.
  const env = { PATH: `${process.env.PATH}:/usr/sbin` };
  const own = ["--no-defaults", `--datadir=${data}`, "--user=root"];
  const install = [...own, "--auth-root-authentication-method=normal", "--skip-test-db"];
  await run("mariadb-install-db", install, { env, lifetimeMs: INSTALL_MS });
  const more = ["--skip-networking", `--socket=${socket}`, `--pid-file=${folder}/db.pid`];
  const server = start(scope, "mariadbd", [...own, ...more], { env });
  await until(
    () => server.hasEnded || server.log.includes("ready for connections"),
    () => `the database does not start\n${server.log}`,
  );
  return socket;
}

/**
 * Sets a site up with the plugin `plugin` (its one file) switched on, and a page with `content`; serves it on `port`.
 * `constants` are what its owner has written into wp-config.php. Returns the address of the site (`url`) and of its
 * `page`, and the `versions` of what runs it.
 */
export async function serveWordPress(scope, { plugin, content, port, constants = {} }) {
  const folder = await mkdtemp(join(tmpdir(), "dinerkit-wordpress-"));
  scope.after(() => rm(folder, { recursive: true }));
  const root = await unpackWordPress(folder);
  const socket = await startDatabase(scope, folder);

  const name = basename(plugin, ".php");
  await mkdir(join(root, "wp-content", "plugins", name), { recursive: true });
  await cp(plugin, join(root, "wp-content", "plugins", name, basename(plugin)));

  const url = `http://127.0.0.1:${port}`;
  const all = {
    DB_NAME: "wordpress",
    DB_USER: "root",
    DB_PASSWORD: "",
    DB_HOST: `localhost:${socket}`,
    DB_CHARSET: "utf8mb4",
    DB_COLLATE: "",
    WP_HOME: url,
    WP_SITEURL: url,
    ABSPATH: `${root}/`,
    ...constants,
  };
  const lines = Object.entries(all).map(([key, value]) => `define(${text(key)}, ${text(value)});`);
  // What a site tells others about, and what it asks others for, would only be refused in a closed network.
  lines.push(
    "define('WP_DEBUG', true);",
    "define('WP_HTTP_BLOCK_EXTERNAL', true);",
    "define('DISABLE_WP_CRON', true);",
  );
  lines.push("$table_prefix = 'wp_';", "require_once ABSPATH . 'wp-settings.php';");
  await writeFile(join(root, "wp-config.php"), `<?php\n${lines.join("\n")}\n`);

  const setUp = `<?php
    (new mysqli("localhost", "root", "", "", 0, ${text(socket)}))->query("CREATE DATABASE wordpress");
    define("WP_INSTALLING", true);
    $_SERVER["HTTP_HOST"] = "127.0.0.1:${port}";
    require ${text(join(root, "wp-load.php"))};
    require_once ABSPATH . "wp-admin/includes/upgrade.php";
    require_once ABSPATH . "wp-admin/includes/plugin.php";
    function wp_new_blog_notification() {}
    wp_install("Oak & Salt", "owner", "owner@example.com", true, "", "password");
    switch_theme("twentytwentythree");
    if (activate_plugin(${text(`${name}/${basename(plugin)}`)}) !== null) exit(1);
    wp_set_current_user(1);
    $page = ["post_type" => "page", "post_status" => "publish", "post_title" => "Book", "post_content" => ${text(content)}];
    echo json_encode([
      "page" => wp_insert_post($page),
      "versions" => ["WordPress " . $wp_version, "PHP " . PHP_VERSION, "MariaDB " . strtok($wpdb->get_var("SELECT VERSION()"), "-")],
    ]);
  `;
  await writeFile(join(folder, "set-up.php"), setUp);
  const { stdout } = await run("php", ["-d", "display_errors=stderr", "set-up.php"], {
    cwd: folder,
    lifetimeMs: INSTALL_MS,
  });
  const server = start(scope, "php", ["-S", `127.0.0.1:${port}`, "-t", root], { cwd: dirname(root) });
  const { page, versions } = JSON.parse(stdout);
  await until(
    () => server.hasEnded || server.log.includes("started"),
    () => `PHP does not serve\n${server.log}`,
  );
  return { page: `${url}/?page_id=${page}`, url, versions };
}

/** A text as PHP writes it. */
const text = (value) => `'${String(value).replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
