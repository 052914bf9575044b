// A verdict with its reasons, beside the text of the page that they stand in.
import { domainLink, el, figure, foreign, listLink, percent, say, signed, table } from "./dom.js";
import { admin, model } from "./service.js";
import { markedText, reveal } from "./text.js";

const LABELS = { farm: "Farm", review: "To review", ok: "OK", insufficient: "Can’t be judged" };
const REASONS = {
  empty: "It shows no text at all.",
  too_short: "It shows too little text for anybody to judge it by.",
  not_text: "It is no text: a PDF, an image, an archive or another binary.",
  parser_limit: "What could be read before a limit was met is too little to judge it by.",
};
const CUTS = {
  bytes: "bytes beyond the first 5 MB",
  attributes: "attributes, of which it has too many",
  depth: "elements nested too deep",
  elements: "elements, of which it has too many",
  links: "links, images, scripts or named domains, of which it has too many",
  text: "visible text beyond the first 400,000 characters",
  metadata: "metadata, which are too large",
  not_text: "all of it, because it is no text",
  empty: "nothing: there was nothing to begin with",
};

export const badge = (label) => el("strong", { class: `badge ${label}` }, LABELS[label] ?? "not scored");

/** Shows a verdict, an outcome and a page as `explain=full` gives them, into an element. */
export async function showVerdict(into, { verdict, outcome, page }) {
  const { features, thresholds } = await model();
  const meanings = new Map(features.map((feature) => [feature.name, feature]));
  const text = markedText(page, verdict.evidence);
  const go = (name, index) => reveal(text, name, index) || say("This has no place in the visible text.");
  into.replaceChildren(
    el("section", { class: "card", "aria-labelledby": "verdict-title" }, summary(verdict, outcome, thresholds)),
    el(
      "div",
      { class: "pair" },
      el(
        "div",
        { class: "why" },
        families(verdict),
        evidence(verdict, page.domain, go),
        promoted(page.promoted, go),
        flip(verdict, meanings),
        contributions(verdict, meanings),
      ),
      el("section", { class: "card read", "aria-labelledby": "text-title" }, el("h2", { id: "text-title" }, "Page as read"), text),
    ),
  );
  const reasons = [...into.querySelectorAll(".evidence li")];
  const back = (index) => reasons[index]?.querySelector("button")?.focus();
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape") back(reasons.findIndex((reason) => reason.querySelector("[aria-current]")));
  });
  text.addEventListener("click", (event) => back(event.target.dataset.evidence?.split(" ")[0]));
}

function summary(verdict, outcome, thresholds) {
  const scored = verdict.score !== null;
  return [
    el("h2", { id: "verdict-title" }, "Verdict ", badge(outcome.label), scored ? el("span", { class: "score" }, percent(outcome.score)) : null),
    scored ? scale(outcome.score, thresholds) : el("p", { class: "notice" }, REASONS[verdict.reason] ?? verdict.reason),
    outcome.by === "model" ? null : lists(verdict, outcome),
    verdict.cuts.length ? el("p", { class: "notice" }, `Left out: ${verdict.cuts.map((cut) => CUTS[cut] ?? cut).join("; ")}.`) : null,
    el("p", { class: "hint" }, "Model ", el("code", {}, verdict.model)),
  ];
}

function scale(score, thresholds) {
  const place = (className, share, text) => {
    const tick = el("span", { class: className }, text);
    tick.style.left = `${share * 100}%`;
    return tick;
  };
  const [review, farm] = [thresholds.review, thresholds.farm];
  return el(
    "div",
    { class: "scale", role: "img", "aria-label": `Score ${percent(score)}; to review from ${percent(review)}, farm from ${percent(farm)}` },
    place("tick", review, ""),
    place("tick", farm, ""),
    place("needle", score, ""),
  );
}

function lists(verdict, outcome) {
  const said = outcome.matches.map((match) =>
    el(
      "li",
      {},
      `${match.action} `, foreign(match.target), match.reason ? ` (${match.reason})` : "", ` by the list ${match.list}`,
      match.why ? [": ", foreign(match.why)] : null, match.author ? ` – ${match.author}` : "",
    ),
  );
  const without = `Lists decide here; the model alone says ${LABELS[verdict.label]}, ${percent(verdict.score)}.`;
  return el("div", { class: "notice" }, el("p", {}, without), el("ul", {}, said));
}

function families(verdict) {
  if (verdict.score === null) return null;
  const entries = Object.entries(verdict.families);
  const most = Math.max(1, Math.abs(verdict.base), ...entries.map(([, value]) => Math.abs(value)));
  const row = ([name, value]) => [name, bar(value, most), signed(value)];
  const caption = "What each family adds, in log-odds: right speaks for a farm, left against";
  const rows = [...entries, ["start", verdict.base]].map(row);
  return part("families", "Families of signals", table(caption, ["Family", "Weight", "Adds"], rows, "bars"));
}

function bar(value, most) {
  const fill = el("span", { class: value < 0 ? "fill against" : "fill" });
  const width = (Math.abs(value) / most) * 50;
  fill.style.width = `${width}%`;
  fill.style.left = `${value < 0 ? 50 - width : 50}%`;
  return el("span", { class: "bar", "aria-hidden": "true" }, fill);
}

function evidence(verdict, domain, go) {
  const items = verdict.evidence.map((item, index) => {
    const button = el(
      "button",
      { type: "button", class: "link foreign", onclick: () => show(index, button) },
      item.message,
    );
    return el(
      "li",
      { class: item.weight < 0 ? "against" : null },
      item.start === null ? foreign(item.message, "span") : button,
      el(
        "div",
        { class: "hint" },
        `${item.code} · ${item.weight ? signed(item.weight) : "no weight"}`,
        admin && domain ? [" · ", listLink({ action: "mute", target: domain, reason: item.code }, "Switch off for this site")] : null,
      ),
      item.excerpt ? foreign(item.excerpt, "q") : null,
    );
  });
  const list = el("ol", { class: "evidence" }, items);
  function show(index, button) {
    list.querySelectorAll("[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    button.setAttribute("aria-current", "true");
    go("evidence", index);
  }
  return part("evidence", `Evidence (${items.length})`, items.length ? list : el("p", { class: "hint" }, "None was seen."));
}

function promoted(domains, go) {
  if (!domains.length) return null;
  const rows = domains.map((item, index) => [
    domainLink(item.domain),
    item.linked ? "link" : "plain text",
    item.end > item.start ? el("button", { type: "button", class: "quiet", "aria-label": `Show ${item.domain} in the text`, onclick: () => go("promoted", index) }, "Show") : "no text",
  ]);
  return part("promoted", `Promoted domains (${rows.length})`, table("Foreign domains where promotion was seen", ["Domain", "As", "Place"], rows));
}

function flip(verdict, meanings) {
  if (!verdict.flip.length) return null;
  const items = verdict.flip.map((name) => el("li", {}, el("code", {}, name), " ", meanings.get(name)?.meaning ?? ""));
  return part("flip", "What the verdict hangs on", el("p", {}, "Without these the label would be another:"), el("ul", {}, items));
}

function contributions(verdict, meanings) {
  if (!verdict.contributions.length) return null;
  const rows = verdict.contributions.map((item) => {
    const known = meanings.get(item.feature);
    return [
      [el("code", {}, item.feature), known ? el("div", { class: "hint" }, known.meaning) : null],
      item.value === null ? "not measurable" : `${figure(item.value)} ${known?.unit ?? ""}`,
      signed(item.log_odds),
    ];
  });
  return el(
    "details",
    { class: "card" },
    el("summary", {}, `Every contribution (${rows.length})`),
    table("Contributions, in log-odds", ["Feature", "Value", "Adds"], rows),
  );
}

function part(name, title, ...content) {
  const id = `${name}-title`;
  return el("section", { class: "card", "aria-labelledby": id }, el("h2", { id }, title), content);
}
