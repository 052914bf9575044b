// Calls the service as the moderator who is logged in.
import { byId, once } from "./dom.js";

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const token = meta("csrf-token");

/** Name of the moderator, as it stands in the ledger. */
export const me = meta("author");
/** Whether the moderator may change lists. */
export const admin = meta("scope") === "admin";

/** A refusal, in words that can be shown. Status 0: the service was not reached. */
export class ServiceError extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Returns the answer; null where there is nothing to say (204). Throws ServiceError. */
export async function call(method, path, body) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = token;
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const response = await fetch(path, { method, headers, body: sent }).catch(() => {
    throw new ServiceError(0, "The service can’t be reached. Check the connection, then try again.");
  });
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new ServiceError(response.status, `${answer.title ?? "Error"}: ${answer.detail ?? response.status}`);
  }
  return answer;
}

/** A query string of the values that are not empty. */
export function query(values) {
  const given = Object.entries(values).filter(([, value]) => value);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

let description;
/** The model in service, asked once a page view. */
export const model = () => (description ??= call("GET", "/v1/model"));

byId("log-out")?.addEventListener(
  "click",
  once(async () => {
    await call("POST", "/console/logout");
    location.assign("/console/login");
  }),
);
