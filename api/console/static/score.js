// Scores what is pasted, or shows a page that was scored before (?page=ID), and takes a decision on it.
import { takeAppeals } from "./appeal.js";
import { byId, el, foreign, once, say } from "./dom.js";
import { offer, onDecided } from "./decide.js";
import { pageHistory } from "./known.js";
import { call } from "./service.js";
import { showVerdict } from "./verdict.js";

const TAG = /<(!doctype|html|head|body|div|p|a|article|section|span|h\d)[\s>]/i;
const given = new URLSearchParams(location.search).get("page");
const result = byId("result");

const score = once(async () => {
  const content = byId("content").value;
  const form = byId("form").value || (TAG.test(content) ? "html" : "text");
  const page = { url: byId("url").value.trim(), [form]: content };
  say("Scoring …");
  const full = await call("POST", "/v1/score?explain=full", page);
  await showVerdict(result, full);
  result.hidden = false;
  byId("history").replaceChildren();
  offer({ page });
  say(`Scored: ${full.outcome.label}.`);
  result.focus();
});

const showKnown = once(async (id) => {
  const detail = await call("GET", `/v1/pages/${encodeURIComponent(id)}`);
  byId("page").hidden = true;
  document.querySelector("h1").replaceChildren("Page ", foreign(detail.title || detail.url || detail.id));
  if (detail.page) await showVerdict(result, detail);
  else result.replaceChildren(el("p", { class: "notice" }, "The text of this page is no longer kept."));
  result.prepend(el("p", {}, foreign(detail.url, "code")));
  result.hidden = false;
  offer({ page_id: detail.id });
  takeAppeals({ page_id: detail.id }, () => showHistory(id));
  byId("history").replaceChildren(...pageHistory(detail, () => showHistory(id)).filter(Boolean));
});

const showHistory = async (id) => {
  const detail = await call("GET", `/v1/pages/${encodeURIComponent(id)}`);
  byId("history").replaceChildren(...pageHistory(detail, () => showHistory(id)).filter(Boolean));
};

onDecided(async (label) => {
  await showHistory(label.page_id);
  say(`Noted as decision ${label.id}: ${label.verdict}.`);
});

byId("page").addEventListener("submit", (event) => {
  event.preventDefault();
  score();
});
if (given) showKnown(given);
