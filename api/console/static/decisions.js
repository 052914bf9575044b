// The ledger, where moderators differ, and how far they agree.
import { byId, domainLink, el, foreign, once, pageLink, table } from "./dom.js";
import { decisions } from "./known.js";
import { call, query } from "./service.js";

const PAGE = 100;
let rows = [];

const load = once(async (before) => {
  const found = await call("GET", `/v1/labels${query({
    author: byId("author").value.trim(), domain: byId("domain").value.trim(), before, limit: PAGE,
  })}`);
  rows = before ? [...rows, ...found] : found;
  byId("ledger").replaceChildren(decisions("Decisions, latest first", rows, () => load()));
  byId("earlier").hidden = found.length < PAGE;
});

async function showDisagreements() {
  const found = await call("GET", "/v1/disagreements");
  const items = found.map((item) =>
    el(
      "article",
      { class: "card" },
      el("h3", {}, item.page_id ? pageLink(item.page_id, item.url || item.domain || "page") : domainLink(item.domain)),
      table(
        "What each says",
        ["Who", "Decision", "Kind", "Note"],
        item.labels.map((label) => [label.author, label.verdict, label.kind, foreign(label.note)]),
      ),
    ),
  );
  byId("disagreements").replaceChildren(...(items.length ? items : [el("p", { class: "hint" }, "Nowhere.")]));
}

async function showAgreement() {
  const { reviewers, agreements } = await call("GET", "/v1/reviewers");
  byId("agreement").replaceChildren(
    el(
      "div",
      { class: "pair" },
      table("Pairs of moderators: Cohen’s kappa is 1 for full agreement, 0 for chance", ["Who", "Judged both", "Agreed", "Kappa"],
        agreements.map((pair) => [pair.authors.join(" and "), String(pair.pages), String(pair.agreed), pair.kappa === null ? "undefined" : pair.kappa.toFixed(2)])),
      table("Moderators", ["Who", "Decisions", "Golden pages right"],
        reviewers.map((one) => [one.author, String(one.decisions), `${one.golden_right} of ${one.golden}`])),
    ),
  );
}

byId("filters").addEventListener("submit", (event) => {
  event.preventDefault();
  load();
});
byId("earlier").addEventListener("click", () => load(rows.at(-1).id));
once(showDisagreements)();
once(showAgreement)();
load();
