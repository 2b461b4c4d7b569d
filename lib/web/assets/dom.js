// Everything on the page is built here, as elements and text nodes. Markup is never parsed from a string.

/**
 * An element with attributes and children; strings become text nodes, null and false are left out.
 * @param {string} name
 * @param {Record<string, any>} attributes `on…` takes a function; true sets an empty attribute; null and false set none
 * @param {...any} children
 * @returns {HTMLElement}
 */
export const el = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  fill(element, attributes, children);
  return element;
};

/**
 * The same for a picture.
 * @param {string} name
 * @param {Record<string, any>} attributes
 * @param {...any} children
 * @returns {SVGElement}
 */
export const svg = (name, attributes = {}, ...children) => {
  const element = /** @type {SVGElement} */ (document.createElementNS("http://www.w3.org/2000/svg", name));
  fill(element, attributes, children);
  return element;
};

/** @param {Element} element @param {Record<string, any>} attributes @param {any[]} children */
const fill = (element, attributes, children) => {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== false));
};

/** @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);

/**
 * Puts sections into a parent in order. A section is built again only when its data changed; the focus, what was
 * typed and what was folded open stay, so that figures may arrive while somebody types.
 * @param {Element} parent
 * @param {{id: string, data: unknown, build: () => HTMLElement}[]} sections
 */
export const place = (parent, sections) => {
  const wanted = sections.map(({ id, data, build }) => {
    const key = JSON.stringify(data);
    const known = byId(id);
    if (known?.dataset.key === key && known.parentElement === parent) return known;
    const fresh = build();
    fresh.id = id;
    fresh.dataset.key = key;
    if (known !== null) carryOver(known, fresh);
    return fresh;
  });
  if (wanted.length === parent.children.length && wanted.every((node, index) => parent.children[index] === node))
    return;
  const focused = document.activeElement?.id;
  parent.replaceChildren(...wanted);
  if (focused && document.activeElement?.id !== focused) byId(focused)?.focus({ preventScroll: true });
};

/** @param {Element} old @param {Element} fresh */
const carryOver = (old, fresh) => {
  for (const details of fresh.querySelectorAll("details[id]")) {
    const before = old.querySelector(`#${CSS.escape(details.id)}`);
    if (before instanceof HTMLDetailsElement && details instanceof HTMLDetailsElement) details.open = before.open;
  }
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (fresh.querySelectorAll("input[id], textarea[id]"))) {
    const before = /** @type {HTMLInputElement | null} */ (old.querySelector(`#${CSS.escape(field.id)}`));
    if (before === null) continue;
    field.value = before.value;
    field.checked = before.checked;
  }
};

/** What was said less than this ago is still being read out. */
const READ_OUT_MS = 5000;
let saidAt = 0;

/** Says something to people who hear the page; what was said just before is not cut off. @param {string} text */
export const announce = (text) => {
  const live = byId("live");
  live.textContent = Date.now() - saidAt < READ_OUT_MS ? `${live.textContent} ${text}` : text;
  saidAt = Date.now();
};
