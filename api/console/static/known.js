// What people said: decisions with their history, appeals, and what is known of a domain.
import { domainLink, el, foreign, listLink, moment, once, pageLink, percent, table } from "./dom.js";
import { admin, call, me } from "./service.js";
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

/** All that is known of a domain, as GET /v1/domains/{domain} gives it. `onChanged`: see decisions, entries. */
export function domainPanel(known, onChanged) {
  const labels = Object.entries(known.labels).map(([label, count]) => `${count} ${label}`).join(", ");
  const promoters = (caption, rows) =>
    rows.length ? table(caption, ["Domain", "Flagged pages"], rows.map((row) => [domainLink(row.domain), String(row.pages)])) : null;
  return [
    section(
      ["Domain ", domainLink(known.domain)],
      el("p", {}, `Pages seen: ${known.pages}${labels ? ` (${labels})` : ""}. Mean score ${percent(known.mean_score)}.`),
      entries(known.lists, onChanged),
      admin ? el("p", {}, listLink({ target: known.domain }, "Add a list entry")) : null,
      el("div", { class: "pair" }, promoters("Promoted by", known.promoted_by), promoters("Promotes", known.promotes)),
      known.recent.length
        ? table("Pages, latest first", ["Page", "Label", "Score"], known.recent.map((page) => [
            pageLink(page.id, page.title || page.url || page.id), badge(page.label), percent(page.score),
          ]))
        : null,
      decisions("Decisions on this domain and its pages", known.decisions, onChanged),
    ),
    appeals(known.appeals),
  ];
}

/** List entries, null for none; an admin can end those in force. `onEnded` is called after that. */
export function entries(rows, onEnded) {
  if (!rows.length) return null;
  const cells = rows.map((row) => [
    foreign(row.target),
    [row.action, " ", row.reason ? foreign(row.reason, "code") : null],
    [foreign(row.why), row.evidence_url ? el("div", {}, foreign(row.evidence_url, "code")) : null],
    [row.author, " ", moment(row.at)],
    end(row, onEnded),
  ]);
  return table("List entries, latest first", ["Target", "Action", "Why", "By", "Ends"], cells);
}

function end(row, onEnded) {
  if (row.removed_at) return [`ended by ${row.removed_by} `, moment(row.removed_at)];
  const when = row.expires_at ? moment(row.expires_at) : "never";
  if (row.expires_at && new Date(row.expires_at) < new Date()) return ["ran out ", when];
  const task = once(async () => {
    await call("DELETE", `/v1/lists/${row.id}`);
    await onEnded();
  });
  const name = `End ${row.action} ${row.target}`;
  return [when, " ", admin ? el("button", { type: "button", class: "quiet", "aria-label": name, onclick: task }, "End now") : null];
}

function section(title, ...content) {
  return el("section", { class: "card" }, el("h2", {}, title), content);
}
