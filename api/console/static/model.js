// The model in service: what it is, how it was measured, and how a shadow model differs.
import { byId, el, figure, moment, once, pageLink, percent, table } from "./dom.js";
import { call, model } from "./service.js";

const interval = (value) => value !== null && typeof value === "object" && "value" in value && "low" in value;
const plain = (value) => value === null || typeof value !== "object" || interval(value);

function shown(value) {
  if (interval(value)) return `${shown(value.value)} (${shown(value.low)} to ${shown(value.high)})`;
  return typeof value === "number" ? figure(value) : String(value ?? "–");
}

const show = once(async () => {
  const found = await model();
  byId("model").replaceChildren(
    ...(found.problem ? [el("p", { class: "notice bad" }, `A newer model was refused: ${found.problem}`)] : []),
    facts("In service", [
      ["Model", el("code", {}, found.model)],
      ["Since", moment(found.loaded_at)],
      ["Farm from", percent(found.thresholds.farm)],
      ["To review from", percent(found.thresholds.review)],
      ["Shadow", found.shadow ?? "none"],
      ["Features", String(found.features.length)],
    ]),
  );
  const { metrics = {}, schema, ...rest } = found.manifest;
  byId("more").replaceChildren(
    ...(found.shadow ? [shadow(await call("GET", "/v1/shadow"))] : []),
    el("section", { class: "card" }, el("h2", {}, "Measured at training"), ...group("Metrics", metrics)),
    el("details", { class: "card" }, el("summary", {}, "Manifest"), ...group("Manifest", rest)),
    el(
      "details",
      { class: "card" },
      el("summary", {}, "Features"),
      table("Features", ["Feature", "Unit", "Meaning"], found.features.map((one) => [el("code", {}, one.name), one.unit, one.meaning])),
    ),
  );
});

const facts = (caption, rows) => table(caption, ["What", "Value"], rows, "facts");

/** A mapping of any depth as tables: its plain values first, then each inner mapping under its own name. */
function group(caption, mapping) {
  const entries = Object.entries(mapping);
  const flat = entries.filter(([, value]) => plain(value) || (Array.isArray(value) && value.every(plain)));
  const deep = entries.filter((entry) => !flat.includes(entry));
  const cells = flat.map(([name, value]) => [name, Array.isArray(value) ? value.map(shown).join(" to ") : shown(value)]);
  return [
    ...(cells.length ? [facts(caption, cells)] : []),
    ...(entries.length ? [] : [el("p", { class: "hint" }, "Nothing is noted.")]),
    ...deep.flatMap(([name, value]) => group(`${caption}: ${name}`, value)),
  ];
}

function shadow(found) {
  return el(
    "section",
    { class: "card" },
    el("h2", {}, "Shadow ", el("code", {}, found.shadow)),
    el("p", {}, `${found.pages} pages scored by both; mean difference ${percent(found.mean_difference)}.`),
    table("Labels: in service > in shadow", ["Labels", "Pages"], Object.entries(found.labels).map(([labels, pages]) => [labels, String(pages)])),
    table("Largest differences", ["Page", "In service", "In shadow"], found.largest.map((one) => [
      pageLink(one.page_id, one.url || one.page_id), `${one.label} ${percent(one.score)}`, `${one.shadow_label} ${percent(one.shadow_score)}`,
    ])),
  );
}

show();
