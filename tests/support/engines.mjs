/**
 * For the tests in engines that Playwright has no plain build of: Firefox and WebKitGTK as Debian has them, by their own
 * WebDrivers. xtask names the programs in the environment. Each engine takes its device for a dark one.
 */
import { Builder } from "selenium-webdriver";
import firefox from "selenium-webdriver/firefox.js";
import { start, until } from "./program.mjs";
import { freePort } from "./server.mjs";

const { GECKODRIVER, FIREFOX, SAFARIDRIVER, XVFB_RUN } = process.env;

/** For each engine: `open(scope)`, which resolves to a driver, and `missing`, which says why there can't be one. */
export const ENGINES = {
  Firefox: {
    missing: lacks({ GECKODRIVER, FIREFOX }),
    async open(scope) {
      const options = new firefox.Options()
        .setBinary(FIREFOX)
        .addArguments("-headless")
        .setPreference("layout.css.prefers-color-scheme.content-override", 0);
      const builder = new Builder().forBrowser("firefox").setFirefoxOptions(options);
      return opened(scope, builder.setFirefoxService(new firefox.ServiceBuilder(GECKODRIVER)));
    },
  },
  WebKitGTK: {
    // WebKitGTK has no headless mode.
    missing: lacks({ SAFARIDRIVER, XVFB_RUN }),
    async open(scope) {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const driver = start(scope, XVFB_RUN, ["--auto-servernum", SAFARIDRIVER, `--port=${port}`], {
        env: { GTK_THEME: "Adwaita:dark" },
        group: true,
      });
      const isUp = () =>
        fetch(`${url}/status`).then(
          ({ ok }) => ok,
          () => false,
        );
      await until(isUp, () => `${SAFARIDRIVER} did not answer\n${driver.log}`);
      return opened(scope, new Builder().usingServer(url).withCapabilities({ browserName: "MiniBrowser" }));
    },
  },
};

/** The reason why an engine can't be driven; false if all programs are named. */
function lacks(programs) {
  const names = Object.keys(programs).filter((name) => !programs[name]);
  return names.length
    ? `${names.join(" and ")} not set: run \`cargo xtask test e2e\`, which installs what is missing`
    : "";
}

async function opened(scope, builder) {
  const driver = await builder.build();
  scope.after(() => driver.quit());
  return driver;
}
