// Allow, block and mute entries: see them, add one (?action=&target=&reason= fill it in), end one.
import { byId, el, once, say } from "./dom.js";
import { entries } from "./known.js";
import { call, query } from "./service.js";

const PAGE = 100;
const form = byId("add"); // for admins only
let rows = [];

const load = once(async (before) => {
  const found = await call("GET", `/v1/lists${query({
    action: byId("only").value, removed: byId("ended").checked, before, limit: PAGE,
  })}`);
  rows = before ? [...rows, ...found] : found;
  byId("entries").replaceChildren(entries(rows, () => load()) ?? el("p", { class: "hint" }, "None."));
  byId("earlier").hidden = found.length < PAGE;
});

const add = once(async () => {
  const fields = Object.fromEntries(new FormData(form));
  const entry = await call("POST", "/v1/lists", {
    ...fields,
    reason: fields.action === "mute" ? fields.reason : "",
    expires_at: fields.expires_at ? new Date(fields.expires_at).toISOString() : null,
  });
  form.reset();
  fit();
  await load();
  say(`Entry ${entry.id} is in force: ${entry.action} ${entry.target}.`);
});

/** Asks for a reason where one is to be switched off. */
function fit() {
  const mutes = form.elements.action.value === "mute";
  byId("reason-field").hidden = !mutes;
  form.elements.reason.required = mutes;
}

function fill(given) {
  for (const name of ["action", "target", "reason"]) {
    if (given.has(name)) form.elements[name].value = given.get(name);
  }
  fit();
  if (given.has("target")) form.elements.why.focus();
}

if (form) {
  fill(new URLSearchParams(location.search));
  form.elements.action.addEventListener("change", fit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add();
  });
}
byId("filters").addEventListener("submit", (event) => {
  event.preventDefault();
  load();
});
byId("earlier").addEventListener("click", () => load(rows.at(-1).id));
load();
