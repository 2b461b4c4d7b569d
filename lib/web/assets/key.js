// Registering a security key: makes an entry that an administrator puts into the policy. Nothing is enrolled here.
import { registerKey } from "./api.js";
import { announce, byId, el } from "./dom.js";
import { toBytes, toText } from "./securityKey.js";
import { counted } from "./words.js";

/** @typedef {{humanId: string, known: string[], options: any}} KeyPage */

/** @param {KeyPage} page */
export const keySection = ({ humanId, known, options }) =>
  el(
    "section",
    { class: "card key", "aria-labelledby": "key-h" },
    el("h1", { id: "key-h" }, "Register a security key"),
    el(
      "p",
      { class: "lead" },
      `You are ${humanId}. The policy holds ${counted(known.length, "security key")} of yours.`,
    ),
    el(
      "p",
      {},
      "Your key makes an entry. It decides nothing until an administrator has put the entry into the settings, and 24 hours have passed since.",
    ),
    el(
      "div",
      { class: "buttons" },
      el(
        "button",
        { type: "button", class: "primary", id: "register", onclick: () => register(options) },
        "Register a key",
      ),
    ),
    el("p", { class: "fault", id: "key-fault", role: "alert" }),
    el("div", { id: "key-entry" }),
  );

/** @param {any} options */
const register = async (options) => {
  const pressed = byId("register");
  pressed.disabled = true;
  byId("key-fault").textContent = "";
  try {
    const made = await registerKey(await makeCredential(options));
    if (made.ok) showEntry(made);
    else byId("key-fault").textContent = made.why;
  } catch (error) {
    byId("key-fault").textContent =
      error instanceof DOMException && error.name === "InvalidStateError"
        ? "This key is in the policy already."
        : error instanceof DOMException
          ? "The security key was not used. Nothing was registered."
          : "The server did not answer. Press again.";
  } finally {
    pressed.disabled = false;
  }
};

/** @param {any} options */
const makeCredential = async (options) => {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: options.excludeCredentials.map((/** @type {any} */ one) => ({ ...one, id: toBytes(one.id) })),
  };
  const credential = /** @type {any} */ (await navigator.credentials.create({ publicKey }));
  const { clientDataJSON, attestationObject } = credential.response;
  return {
    credentialId: credential.id,
    clientDataJSON: toText(clientDataJSON),
    attestationObject: toText(attestationObject),
  };
};

/** @param {{humanId: string, key: string, securityKey: {credentialId: string, publicKey: string}}} made */
const showEntry = ({ humanId, key, securityKey }) => {
  const entry = JSON.stringify({ humanId, keys: [key], securityKeys: [securityKey] }, null, 2);
  byId("key-entry").replaceChildren(
    el("h2", {}, "Give this to an administrator"),
    el(
      "p",
      {},
      "Over a channel on which they know you. They compare the first characters of ",
      el("code", {}, "keys"),
      " with you, add both lists to your entry in ",
      el("code", {}, "approvers"),
      " and set its ",
      el("code", {}, "since"),
      " to now. Plans that wait are closed by that; a new one is asked for.",
    ),
    el("p", {}, el("span", { class: "label" }, "To compare"), el("span", { class: "fingerprint" }, groups(key))),
    el(
      "pre",
      { class: "text", id: "entry", tabindex: "0", role: "region", "aria-label": "Entry for the settings" },
      entry,
    ),
  );
  announce("The key made an entry. Give it to an administrator.");
};

/** @param {string} key */
const groups = (key) => (key.slice(0, 20).match(/.{4}/g) ?? []).join("-");
