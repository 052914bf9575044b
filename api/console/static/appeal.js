// The form that notes an owner's appeal against what is before the moderator.
import { byId, once, say } from "./dom.js";
import { call } from "./service.js";

const form = byId("appeal");
let subject = null;
let noted = async () => {};

/** Takes appeals on a subject: {page_id} or {domain}. Calls back once one is noted. */
export function takeAppeals(what, callback) {
  subject = what;
  noted = callback;
  form.hidden = false;
}

const send = once(async () => {
  const { text, contact } = Object.fromEntries(new FormData(form));
  const appeal = await call("POST", "/v1/appeals", { ...subject, text, contact });
  form.reset();
  await noted();
  say(`Noted as appeal ${appeal.id}; it waits in the queue.`);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
