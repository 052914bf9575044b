// What people said: decisions with their history, appeals, and what is known of a domain.
import { domainLink, el, foreign, moment, once, pageLink, percent, table } from "./dom.js";
import { call, me } from "./service.js";
import { badge } from "./verdict.js";

const VERDICTS = { farm: "farm", legit: "legit", unsure: "can’t tell", undo: "taken back" };

/** Decisions, latest first; one's own that stand can be taken back. `onUndone` is called after that. */
export function decisions(caption, rows, onUndone) {
  const undone = new Set(rows.map((row) => row.undoes));
  const cells = rows.map((row) => [
    moment(row.at),
    row.author,
    row.page_id ? pageLink(row.page_id, row.domain || "page") : domainLink(row.domain),
    [
      undone.has(row.id) ? el("s", {}, VERDICTS[row.verdict]) : VERDICTS[row.verdict],
      row.kind ? ` · ${row.kind}` : "",
      row.confidence === "low" ? " · not certain" : "",
    ],
    row.note ? foreign(row.note) : "",
    [percent(row.score), el("div", { class: "hint" }, row.model)],
    row.author === me && row.verdict !== "undo" && !undone.has(row.id) ? undoButton(row, onUndone) : "",
  ]);
  if (!cells.length) return el("p", { class: "hint" }, "No decision yet.");
  return table(caption, ["When", "Who", "On", "Decision", "Note", "Score then", ""], cells);
}

function undoButton(row, onUndone) {
  const undo = once(async () => {
    await call("POST", `/v1/labels/${row.id}/undo`);
    await onUndone();
  });
  return el("button", { type: "button", class: "quiet", onclick: undo }, "Take back");
}

export function appeals(rows) {
  if (!rows.length) return null;
  const items = rows.map((row) =>
    el(
      "li",
      {},
      foreign(row.text, "blockquote"),
      el("div", { class: "hint" }, moment(row.at), row.contact ? [" · ", foreign(row.contact)] : null),
    ),
  );
  return section("Appeals of the owner", el("ul", { class: "appeals" }, items));
}

/** What a page's history says, as GET /v1/pages/{id} gives it. */
export function pageHistory(detail, onUndone) {
  return [
    appeals(detail.appeals),
    section("History of this page", decisions("Decisions on this page", detail.labels, onUndone)),
  ];
}

/** All that is known of a domain, as GET /v1/domains/{domain} gives it. */
export function domainPanel(known, onUndone) {
  const labels = Object.entries(known.labels).map(([label, count]) => `${count} ${label}`).join(", ");
  const promoters = (caption, rows) =>
    rows.length ? table(caption, ["Domain", "Flagged pages"], rows.map((row) => [domainLink(row.domain), String(row.pages)])) : null;
  return [
    section(
      ["Domain ", domainLink(known.domain)],
      el("p", {}, `Pages seen: ${known.pages}${labels ? ` (${labels})` : ""}. Mean score ${percent(known.mean_score)}.`),
      entries(known.lists),
      el("div", { class: "pair" }, promoters("Promoted by", known.promoted_by), promoters("Promotes", known.promotes)),
      known.recent.length
        ? table("Pages, latest first", ["Page", "Label", "Score"], known.recent.map((page) => [
            pageLink(page.id, page.title || page.url || page.id), badge(page.label), percent(page.score),
          ]))
        : null,
      decisions("Decisions on this domain and its pages", known.decisions, onUndone),
    ),
    appeals(known.appeals),
  ];
}

function entries(rows) {
  if (!rows.length) return null;
  const cells = rows.map((row) => [
    foreign(row.target),
    [row.action, row.reason ? ` ${row.reason}` : "", row.removed_at ? ` (removed by ${row.removed_by})` : ""],
    foreign(row.why),
    [row.author, " ", moment(row.at)],
    row.expires_at ? moment(row.expires_at) : "never",
  ]);
  return table("List entries", ["Target", "Action", "Why", "By", "Expires"], cells);
}

function section(title, ...content) {
  return el("section", { class: "card" }, el("h2", {}, title), content);
}
