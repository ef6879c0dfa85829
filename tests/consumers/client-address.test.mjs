/** For operators behind a proxy: whose address the command's server takes for the guest's. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addressReader } from "../../server/http.js";

describe("a guest's address", () => {
  const proxies = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"];
  for (const [socket, header, address] of [
    ["203.0.113.9", "198.51.100.1", "203.0.113.9"],
    ["::ffff:203.0.113.9", undefined, "203.0.113.9"],
    ["127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["2001:db8::1", "2001:678::5", "2001:678::5"],
    ["127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"],
    ["127.0.0.1", "6.6.6.6,198.51.100.1 , 10.1.2.3", "198.51.100.1"],
    ["127.0.0.1", "10.1.2.3", "10.1.2.3"],
    ["127.0.0.1", undefined, undefined],
    ["127.0.0.1", "", undefined],
    ["127.0.0.1", "unknown", undefined],
    ["127.0.0.1", "198.51.100.1:4711", "198.51.100.1"],
    ["127.0.0.1", "[2001:678::5]:4711", "2001:678::5"],
    ["127.0.0.1", "[2001:678::5]", "2001:678::5"],
    ["127.0.0.1", "[::ffff:198.51.100.1]:80, 10.1.2.3:80", "198.51.100.1"],
    ["127.0.0.1", "198.51.100.1:4711:1", undefined],
    ["127.0.0.1", "198.51.100.1, junk", undefined],
    ["127.0.0.1", "::ffff:10.1.2.3, ::ffff:198.51.100.1", "198.51.100.1"],
    ["fe80::1%eth0", "198.51.100.1", "fe80::1"],
  ]) {
    it(`is ${address} from ${socket} with ${header}`, () => {
      const incoming = { socket: { remoteAddress: socket }, headers: { "x-real-ip": header } };
      assert.equal(addressReader(proxies, "X-Real-IP")(incoming), address);
    });
  }
});
