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
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== false));
  return element;
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

/** Says something to people who hear the page. @param {string} text */
export const announce = (text) => {
  byId("live").textContent = text;
};
