// Makes elements and tells what happens. Strings become text, never markup: all that is shown here is untrusted.

/** Makes an element. Attributes named on… are listeners; absent, null and false ones are left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Text from a page or a person: kept from reordering or overflowing what stands around it. */
export const foreign = (text, tag = "bdi") => el(tag, { class: "foreign" }, text);

/** A table with a caption; cells are strings, elements or null. The first cell of a row is its header. */
export function table(caption, heads, rows, kind = "") {
  const cell = (content, index) => el(index ? "td" : "th", index ? {} : { scope: "row" }, content);
  return el(
    "div",
    { class: "scroll", role: "region", "aria-label": caption, tabindex: 0 },
    el(
      "table",
      { class: kind },
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map(cell)))),
    ),
  );
}

/** Tells a state politely (it is read out); an empty text hides it. */
export function say(text) {
  show(byId("status"), text);
  byId("alert").hidden = true;
}

/** Tells an error at once; a session that is over leads to where one logs in. */
export function fail(error) {
  show(byId("alert"), error.message);
  byId("status").hidden = true;
  if (error.status === 401) {
    const next = encodeURIComponent(location.pathname + location.search);
    byId("alert").append(" ", el("a", { href: `/console/login?next=${next}` }, "Log in"));
  }
  byId("alert").scrollIntoView({ block: "nearest" });
}

/** Runs a task once at a time: a key held down, or a second click, does nothing. Errors are told. */
export function once(task) {
  let running = false;
  return async (...given) => {
    if (running) return undefined;
    running = true;
    document.body.setAttribute("aria-busy", "true");
    try {
      return await task(...given);
    } catch (error) {
      return fail(error);
    } finally {
      running = false;
      document.body.removeAttribute("aria-busy");
    }
  };
}

export const domainLink = (name) =>
  el("a", { href: `/console/domain?name=${encodeURIComponent(name)}`, class: "foreign" }, name);

export const pageLink = (id, text) => el("a", { href: `/console?page=${encodeURIComponent(id)}`, class: "foreign" }, text);

/** Leads to the form for a list entry, filled in with its fields. */
export const listLink = (fields, text) => el("a", { href: `/console/lists?${new URLSearchParams(fields)}` }, text);

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
export const moment = (iso) => el("time", { datetime: iso }, MOMENT.format(new Date(iso)));

/** A probability in per cent; never rounded to certainty. */
export function percent(score) {
  if (score === null || score === undefined) return "–";
  if (score > 0.999 && score < 1) return "> 99.9 %";
  if (score < 0.001 && score > 0) return "< 0.1 %";
  return `${(score * 100).toFixed(1)} %`;
}

/** Log-odds with their sign. */
export const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;

export const figure = (value) => (Number.isInteger(value) ? value.toLocaleString() : Number(value.toPrecision(4)).toString());

function show(element, text) {
  element.replaceChildren(text);
  element.hidden = !text;
}
