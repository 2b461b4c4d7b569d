// Calls to the server. The session cookie cannot be read here; the CSRF token lives in this origin's storage, which,
// unlike the cookie, is not shared with other ports of 127.0.0.1.

const CSRF = "cordon-csrf";

/** The difference between the server's clock and this one, in ms: deadlines are the server's. */
export let skew = 0;

/** @type {Map<string, {etag: string, value: any}>} */
const known = new Map();

/**
 * @param {string} path
 * @param {RequestInit} options
 */
const call = async (path, options = {}) => {
  const headers = { ...options.headers, "cordon-csrf": localStorage.getItem(CSRF) ?? "" };
  const response = await fetch(path, { ...options, headers, cache: "no-store", credentials: "same-origin" });
  const now = Date.parse(response.headers.get("cordon-now") ?? "");
  if (!Number.isNaN(now)) skew = now - Date.now();
  return response;
};

/** @param {string} path @param {unknown} body */
const post = (path, body) =>
  call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/**
 * A JSON document: `fresh` is false when nothing changed since the last time.
 * @param {string} path
 * @returns {Promise<{status: number, fresh: boolean, value: any}>}
 */
export const read = async (path) => {
  const before = known.get(path);
  const response = await call(path, before === undefined ? {} : { headers: { "if-none-match": before.etag } });
  if (response.status === 304 && before !== undefined) return { status: 200, fresh: false, value: before.value };
  const value = await response.json();
  const etag = response.headers.get("etag");
  if (response.ok && etag !== null) known.set(path, { etag, value });
  return { status: response.status, fresh: true, value };
};

/** Trades the one-time token for a session. @param {string} token @returns {Promise<string | null>} why it failed */
export const openSession = async (token) => {
  const response = await post("/api/session", { token });
  const body = await response.json();
  if (!response.ok) return body.why;
  localStorage.setItem(CSRF, body.csrf);
  return null;
};

/** The person is still here. @returns {Promise<boolean>} */
export const renewSession = async () => (await post("/api/session/renew", {})).ok;

export const endSession = async () => {
  await post("/api/session/end", {});
  localStorage.removeItem(CSRF);
};

/** @param {string} caseId @param {string} planId @param {"statement" | "decisions"} what @param {unknown} body */
export const sendAbout = async (caseId, planId, what, body) => {
  const response = await post(`/api/cases/${caseId}/plans/${planId}/${what}`, body);
  return { ok: response.ok, ...(await response.json()) };
};

/** @param {unknown} made what the authenticator made */
export const registerKey = async (made) => {
  const response = await post("/api/key/entry", made);
  return { ok: response.ok, ...(await response.json()) };
};

/** @param {string} caseId @param {string} planId @param {"" | "/statement"} what @param {unknown} body */
export const sendReview = async (caseId, planId, what, body) => {
  const response = await post(`/api/cases/${caseId}/reviews/${planId}${what}`, body);
  return { ok: response.ok, ...(await response.json()) };
};

/** Asks for a plan. @param {string} caseId @param {"contain" | "release"} purpose */
export const askForPlan = async (caseId, purpose) => {
  const response = await post(`/api/cases/${caseId}/proposals`, { purpose });
  return { ok: response.ok, ...(await response.json()) };
};

/** @param {string} caseId @param {number} revision */
export const downloadEvidence = (caseId, revision) =>
  save(`/api/cases/${caseId}/evidence/${revision}.zip`, `${caseId}-r${revision}.zip`);

/** @param {string} caseId @param {number} revision */
export const downloadReport = (caseId, revision) =>
  save(`/api/cases/${caseId}/report/${revision}.html`, `${caseId}-r${revision}-report.html`);

/** Fetched and saved here, because a plain link could not prove that this page asks. Why it failed, or null. @param {string} path @param {string} name */
const save = async (path, name) => {
  try {
    const response = await call(path);
    if (!response.ok) return /** @type {string} */ ((await response.json()).why);
    const url = URL.createObjectURL(await response.blob());
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    URL.revokeObjectURL(url);
    return null;
  } catch {
    return "The server did not answer. Nothing was saved.";
  }
};

/** SHA-256 of a text as the server computes it, lower-case hex. @param {string} text */
export const sha256 = async (text) =>
  [...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
