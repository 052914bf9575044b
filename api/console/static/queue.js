// The review queue: take an item, see why it waits, decide by button or key, take it back.
import { byId, el, foreign, once, percent, say } from "./dom.js";
import { decide, offer, onDecided } from "./decide.js";
import { appeals, domainPanel, pageHistory } from "./known.js";
import { call, me, query } from "./service.js";
import { badge, showVerdict } from "./verdict.js";

const KEYS_OFF = "chaffinch.keys-off";
const REASONS = {
  uncertain: "the model is unsure",
  recurrence: "several flagged sites promote it",
  appeal: "its owner objects",
};
const keysOn = byId("keys-on");
const done = []; // what can be taken back: {item, label} of a decision, {item} of a skip
let current = null;

const filters = () => ({ reason: byId("reason").value || null, domain: byId("domain").value.trim() || null });

async function refresh() {
  const { items, open } = await call("GET", `/v1/queue${query(filters())}`);
  byId("open").textContent = `${open} in all`;
  byId("items").replaceChildren(
    ...(items.length ? items.map(entry) : [el("li", { class: "hint" }, "Nothing waits that fits.")]),
  );
}

function entry(item) {
  const taken = item.claimed_by && item.claimed_by !== me && new Date(item.claimed_until) > new Date();
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", onclick: () => (taken ? look(item.id) : take(item.id)), "aria-current": item.id === current?.id ? "true" : null },
      foreign(item.title || item.url || item.domain, "span"),
      el("span", { class: "hint foreign" }, item.page_id ? item.domain : "whole domain"),
      el("span", { class: "facts" }, item.page_id ? badge(item.label) : null, ` ${item.reason} · ${percent(item.score)} · reach ${item.reach.toLocaleString()}`),
      taken ? el("span", { class: "hint" }, `with ${item.claimed_by}`) : null,
    ),
  );
}

async function show({ item, page, domain }, mine) {
  current = mine ? item : null;
  byId("item-title").replaceChildren(foreign(page?.title || item.domain));
  const about = el(
    "p",
    {},
    page ? foreign(page.url, "code") : "A whole domain. ",
    el("span", { class: "hint" }, ` Waits because ${REASONS[item.reason]}. Reach ${item.reach.toLocaleString()}. ${item.wanted > 1 ? `${item.wanted} moderators judge it. ` : ""}${mine ? "" : `${item.claimed_by} has it: you can only look.`}`),
  );
  const verdict = el("div");
  if (page?.page) await showVerdict(verdict, page);
  else if (page) verdict.append(el("p", { class: "notice" }, "The text of this page is no longer kept."));
  const objections = page ? appeals(page.appeals) : null;
  byId("item").replaceChildren(...[about, objections, verdict].filter(Boolean));
  const history = page ? pageHistory({ ...page, appeals: [] }, () => take(item.id)) : [];
  byId("known").replaceChildren(...[...history, ...domainPanel(domain, () => take(item.id))].filter(Boolean));
  offer(mine ? { ...(page ? { page_id: page.id } : { domain: item.domain }), item_id: item.id } : null);
  byId("item-title").focus();
}

function clear(message) {
  current = null;
  offer(null);
  byId("item-title").replaceChildren("Review queue");
  byId("item").replaceChildren(el("p", { class: "card" }, message));
  byId("known").replaceChildren();
}

async function takeNext() {
  const found = await call("POST", "/v1/queue/claim", filters());
  if (found) await show(found, true);
  else clear("Nothing waits that you may judge.");
  await refresh();
  byId("undo").disabled = !done.length;
}

async function takeItem(id) {
  await show(await call("POST", `/v1/queue/${id}/claim`), true);
  await refresh();
}

const next = once(takeNext);
const take = once(takeItem);
const look = once(async (id) => show(await call("GET", `/v1/queue/${id}`), false));

const giveBack = once(async (skip) => {
  if (!current) return;
  const item = current.id;
  await call("POST", `/v1/queue/${item}/release`, { skip });
  if (!skip) {
    clear("Given back.");
    await refresh();
    return;
  }
  done.push({ item });
  await takeNext();
  say("Skipped: it will not be offered to you again.");
});

const undo = once(async () => {
  const last = done.at(-1);
  if (!last) return;
  if (last.label) await call("POST", `/v1/labels/${last.label}/undo`);
  done.pop();
  byId("undo").disabled = !done.length;
  await takeItem(last.item);
  say(last.label ? `Decision ${last.label} is taken back.` : "The skipped item is before you again.");
});

onDecided(async (label) => {
  done.push({ item: label.item_id, label: label.id });
  await takeNext();
  say(`Noted as decision ${label.id}: ${label.verdict}.`);
});

const KEYS = {
  f: () => decide("farm"),
  l: () => decide("legit"),
  s: () => giveBack(true),
  r: () => giveBack(false),
  u: undo,
  n: next,
};

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (writing || !keysOn.checked || event.repeat || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = KEYS[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
});

keysOn.checked = localStorage.getItem(KEYS_OFF) === null;
keysOn.addEventListener("change", () => {
  if (keysOn.checked) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "1");
});
byId("next").addEventListener("click", next);
byId("skip").addEventListener("click", () => giveBack(true));
byId("release").addEventListener("click", () => giveBack(false));
byId("undo").addEventListener("click", undo);
byId("filters").addEventListener("submit", (event) => {
  event.preventDefault();
  once(refresh)();
});
clear("Take the next item, or choose one that waits.");
once(refresh)();
