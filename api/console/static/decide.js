// The form that takes a decision on whatever is before the moderator.
import { byId, once } from "./dom.js";
import { call } from "./service.js";

const form = byId("decide");
let subject = null;
let decided = async () => {};

/** Offers a decision on a subject: the fields of POST /v1/labels that say what it is on; null offers none. */
export function offer(what) {
  subject = what;
  form.hidden = !what;
  form.reset();
}

/** Calls back with each decision that the service has acknowledged. */
export function onDecided(callback) {
  decided = callback;
}

/** Decides, where there is something to decide on. */
export const decide = once(async (verdict) => {
  if (!subject) return;
  const fields = new FormData(form);
  const label = await call("POST", "/v1/labels", {
    ...subject,
    verdict,
    kind: fields.get("kind"),
    note: fields.get("note"),
    confidence: fields.has("low") ? "low" : "high",
  });
  form.reset();
  await decided(label);
});

form.addEventListener("submit", (event) => event.preventDefault()); // Enter in the note decides nothing
form.querySelectorAll("[data-verdict]").forEach((button) => {
  button.addEventListener("click", () => decide(button.dataset.verdict));
});
