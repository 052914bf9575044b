// What is known of a domain (?name=DOMAIN), and a decision on the whole of it.
import { takeAppeals } from "./appeal.js";
import { byId, foreign, once, say } from "./dom.js";
import { offer, onDecided } from "./decide.js";
import { domainPanel } from "./known.js";
import { call } from "./service.js";

const name = new URLSearchParams(location.search).get("name") ?? "";

const load = once(async () => {
  const known = await call("GET", `/v1/domains/${encodeURIComponent(name)}`);
  byId("name").replaceChildren(foreign(known.domain));
  byId("known").replaceChildren(...domainPanel(known, () => load()).filter(Boolean));
  offer({ domain: known.domain });
  takeAppeals({ domain: known.domain }, () => load());
});

onDecided(async (label) => {
  await load();
  say(`Noted as decision ${label.id}: ${label.verdict}.`);
});
load();
