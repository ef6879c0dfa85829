/** For whoever trusts the gateway: what it does on the open internet, in every runtime. Each file has one topic. */
import "./gateway/attempts.mjs";
import "./gateway/metrics.mjs";
import "./gateway/once.mjs";
import "./gateway/pages.mjs";
import "./gateway/quota.mjs";
import "./gateway/records.mjs";
import "./gateway/robots.mjs";
import "./gateway/senders.mjs";
import "./gateway/setups.mjs";
import "./gateway/upstream.mjs";
