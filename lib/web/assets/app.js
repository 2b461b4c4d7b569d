// Entry: signs in with the one-time token of the address, then shows a case or the list and keeps it current.
import { endSession, openSession, read, renewSession, skew } from "./api.js";
import { deeds } from "./deeds.js";
import { announce, byId, el, place } from "./dom.js";
import { coverage, identity, unknowns, warnings } from "./facts.js";
import { headline } from "./headline.js";
import { keySection } from "./key.js";
import { caseTable, order } from "./list.js";
import { chain, rotation, theftOrNot } from "./opinion.js";
import { noPlanYet, planSection } from "./plan.js";
import { askSection } from "./propose.js";
import { evidence, report, timeline } from "./record.js";
import { reviewSection } from "./review.js";
import { taken } from "./taken.js";
import { duration } from "./words.js";

const POLL_MS = 2000;
const POLL_HIDDEN_MS = 10_000;
/** A sign of life is told to the server at most this often. */
const RENEW_MS = 60_000;
/** The server ends a session after 15 minutes without one; the page warns two minutes before. */
const WARN_MS = 13 * 60_000;

const caseId = /^\/cases\/([A-Za-z0-9._-]+)$/.exec(location.pathname)?.[1] ?? null;
const isKeyPage = location.pathname === "/key";
const path = isKeyPage ? "/api/key" : caseId === null ? "/api/cases" : `/api/cases/${caseId}`;
const main = byId("main");
let lastSentence = "";
let lastRenewed = Date.now();
let isSignedOut = false;
let trouble = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Takes the token out of the address at once, so that it stays in no history and no screenshot. */
const signIn = async () => {
  const token = /^#token=([0-9a-f]{64})$/.exec(location.hash)?.[1];
  if (token === undefined) return;
  history.replaceState(null, "", location.pathname);
  const why = await openSession(token);
  if (why !== null) announce(why);
};

const poll = async () => {
  clearTimeout(timer);
  try {
    const { status, fresh, value } = await read(path);
    trouble = "";
    if (status === 401 || status === 403) return signedOut(value.why);
    if (status !== 200) return problem(value.why);
    if (fresh) show(value);
  } catch {
    trouble = "No connection; what you see may be old.";
  }
  timer = setTimeout(poll, document.hidden ? POLL_HIDDEN_MS : POLL_MS);
};

/** @param {any} value */
const show = (value) => {
  if (isKeyPage) place(main, [{ id: "key-section", data: value, build: () => keySection(value) }]);
  else if (caseId === null) {
    place(main, [{ id: "list", data: [value, order()], build: () => caseTable(value, () => show(value)) }]);
    account(value.me, value.assurance);
  } else showCase(value);
  tick();
};

/** @param {import("../casePage.ts").CasePage} page */
const showCase = (page) => {
  const { view, plans } = page;
  const context = { caseId: view.caseId, me: page.me, assurance: page.assurance, refresh: () => void poll() };
  const waiting = plans.filter(({ may }) => may.decide);
  const others = plans.filter(({ may }) => !may.decide).toReversed();
  if (byId("grid") === null)
    main.replaceChildren(
      el("div", { id: "top" }),
      el("div", { id: "grid" }, el("div", { id: "left" }), el("div", { id: "right" }), el("div", { id: "bottom" })),
    );
  place(byId("top"), [
    {
      id: "headline",
      data: [view.state, view.principal, view.finding, view.theft, page.opinion.theft, view.reviews, page.ask],
      build: () => headline(page, context),
    },
    { id: "taken", data: [view.theft, page.scan, view.coverage.filesRead, view.closedAt], build: () => taken(page) },
  ]);
  const sectionsOf = (/** @type {typeof plans} */ some) =>
    some.map((plan) => ({
      id: `section-${plan.planId}`,
      data: /** @type {unknown} */ (plan),
      build: () => planSection(plan, context),
    }));
  const told = { id: "deeds", data: [page.deeds, page.cutAt, view.closedAt], build: () => deeds(page) };
  const wanted = page.ask.plan || page.ask.release || page.ask.newSuspects > 0;
  const isReviewed = view.reviews.length > 0 || view.quarantine !== null;
  const reviewing = {
    id: "review-section",
    data: [view.reviews, view.quarantine, page.me],
    build: () => reviewSection(page, context),
  };
  const asking = { id: "ask-section", data: [page.ask, plans.length], build: () => askSection(page, context) };
  // What a person must do stands before what was done.
  const isStuck = view.state.tone === "bad" || page.ask.newSuspects > 0;
  const asksFirst = wanted && isStuck && waiting.length === 0;
  const reviewsFirst = isReviewed && [...view.reviews, view.quarantine].some((due) => due?.overdue);
  const warned = view.warnings ?? [];
  place(byId("left"), [
    ...(warned.length > 0 ? [{ id: "warnings", data: warned, build: () => warnings(warned) }] : []),
    ...(asksFirst ? [asking] : []),
    ...(reviewsFirst ? [reviewing] : []),
    ...(plans.length > 0
      ? sectionsOf(waiting)
      : [{ id: "no-plan-section", data: view.closedAt, build: () => noPlanYet(view.closedAt !== null) }]),
    told,
    ...sectionsOf(others),
    ...(isReviewed && !reviewsFirst ? [reviewing] : []),
    ...(wanted && !asksFirst ? [asking] : []),
  ]);
  place(byId("bottom"), [{ id: "timeline", data: page.timeline, build: () => timeline(page) }]);
  place(byId("right"), [
    {
      id: "identity",
      data: [view.principal, page.finding, view.theft.addresses, view.theft.buckets],
      build: () => identity(page),
    },
    ...(page.opinion.theft === null
      ? []
      : [{ id: "theft-or-not", data: page.opinion.theft, build: () => theftOrNot(page.opinion, context) }]),
    ...(page.opinion.chain === null
      ? []
      : [{ id: "chain", data: page.opinion.chain, build: () => chain(page.opinion) }]),
    ...(page.opinion.rotation === null
      ? []
      : [{ id: "rotation", data: page.opinion.rotation, build: () => rotation(page.opinion) }]),
    { id: "unknowns", data: [view.notKnown, view.coverage, view.closedAt], build: () => unknowns(page) },
    { id: "coverage", data: view.coverage, build: () => coverage(page) },
    { id: "report", data: view.evidence, build: () => report(page) },
    { id: "evidence", data: view.evidence, build: () => evidence(page) },
  ]);
  byId("crumb").replaceChildren(el("a", { href: "/" }, "All cases"), el("span", {}, view.caseId));
  byId("jump").replaceChildren(
    ...waiting.slice(0, 1).map(({ planId }) => el("a", { class: "jump", href: `#plan-${planId}` }, "Decide")),
  );
  account(page.me, page.assurance);
  document.body.dataset.tone = view.state.tone;
  document.title = `${view.state.word} · ${view.caseId} · Cordon`;
  if (lastSentence !== "" && lastSentence !== view.state.sentence) announce(view.state.sentence);
  lastSentence = view.state.sentence;
};

/** @param {string} me @param {string} assurance */
const account = (me, assurance) =>
  place(byId("account"), [
    {
      id: "who-am-i",
      data: [me, assurance],
      build: () => (assurance === "webauthn" ? el("a", { href: "/key" }, me) : el("span", {}, me)),
    },
    {
      id: "sign-out",
      data: null,
      build: () => el("button", { type: "button", class: "small", onclick: leave }, "Sign out"),
    },
  ]);

/** Deadlines run on the server's clock; what is wrong stands in the bar. */
const tick = () => {
  const ending = !isSignedOut && Date.now() - lastRenewed > WARN_MS ? "Press a key to stay signed in." : "";
  const node = byId("connection");
  if (node.textContent !== (trouble || ending)) node.textContent = trouble || ending;
  for (const left of document.querySelectorAll(".countdown[data-until]")) {
    if (left instanceof HTMLElement)
      left.textContent = duration(Date.parse(left.dataset.until ?? "") - Date.now() - skew);
  }
  for (const age of document.querySelectorAll(".age[data-since]")) {
    if (age instanceof HTMLElement) age.textContent = duration(Date.now() + skew - Date.parse(age.dataset.since ?? ""));
  }
};

/** Nothing of a case stays on a screen whose session ended. @param {string} why */
const signedOut = (why) => {
  isSignedOut = true;
  for (const id of ["account", "jump", "crumb"]) byId(id).replaceChildren();
  delete document.body.dataset.tone;
  document.title = "Cordon";
  main.replaceChildren(
    el(
      "section",
      { class: "headline" },
      el("h1", {}, "Signed out"),
      el("p", { class: "lead" }, why),
      location.protocol === "https:" ? signInLink() : el("p", {}, TERMINAL_LINK),
    ),
  );
};

const TERMINAL_LINK =
  "The terminal that runs Cordon prints a link that opens this page once, for ten minutes. A link in a message cannot.";

/** Only a deployed page is behind TLS, and it has a login; it leads back to this case. */
const signInLink = () =>
  el("p", {}, el("a", { href: `/login?to=${encodeURIComponent(location.pathname)}` }, "Sign in"));

/** @param {string} why */
const problem = (why) => {
  main.replaceChildren(
    el(
      "section",
      { class: "headline" },
      el("h1", {}, "Nothing to show"),
      el("p", { class: "lead" }, why),
      el("p", {}, el("a", { href: "/" }, "All cases")),
    ),
  );
};

const leave = async () => {
  clearTimeout(timer);
  await endSession();
  signedOut("You signed out.");
};

/** Only a person's hand keeps a session alive; the page's own polling does not. */
const alive = () => {
  if (isSignedOut || Date.now() - lastRenewed < RENEW_MS) return;
  lastRenewed = Date.now();
  void renewSession().catch(() => undefined);
};

for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, alive, { passive: true });
document.addEventListener("visibilitychange", () => !document.hidden && !isSignedOut && void poll());
setInterval(tick, 1000);
await signIn();
await poll();
