// Exchanges a key for a session, then goes where the moderator wanted to go.
import { byId, once } from "./dom.js";
import { call } from "./service.js";

byId("login").addEventListener("submit", (event) => {
  event.preventDefault();
  logIn();
});

const logIn = once(async () => {
  await call("POST", "/console/login", { key: byId("key").value.trim() });
  goOn();
});

/** Only pages of the console: an address from outside is never followed. */
function goOn() {
  const wanted = new URL(new URLSearchParams(location.search).get("next") ?? "/console", location.origin);
  const ours = wanted.origin === location.origin && /^\/console(\/|$)/.test(wanted.pathname);
  location.replace(ours ? wanted.pathname + wanted.search : "/console");
}

// Whoever comes from another site is logged in already, but browsers send the cookie from here on only.
call("GET", "/console/session").then(goOn, () => byId("key").focus());
