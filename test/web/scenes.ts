/** Cases as a responder meets them: nothing known yet, a decision due, contained, and names chosen to do harm. */

import type { Signer } from "../../lib/base/signer.ts";
import { COVERAGE_SUMMARY, DISCOVERED, PLAN, read, THEFT_SUMMARY, write } from "../../lib/case/documents.ts";
import type { CoverageView, TheftView } from "../../lib/case/theft.ts";
import type { Choice } from "../../lib/core/plan/decision.ts";
import { submitDecision } from "../../lib/response/approve/decisions.ts";
import { choicesFor, signDecision } from "../../lib/response/approve/sign.ts";
import { propose } from "../../lib/response/contain/planContainment.ts";
import { ACCOUNT, alice } from "../actions/world.ts";
import type { World } from "./world.ts";

const THEFT: TheftView = {
  certain: { objects: 12_847, calls: 13_102, bytes: 4_704_216_338 },
  likely: { objects: 12_902, calls: 13_177, bytes: 4_731_000_112 },
  upperBound: null,
  notKnown: ["Reads of the bucket plain are not logged: what was taken from it cannot be counted."],
  firstAt: "2026-11-21T02:11:09.000Z",
  lastAt: "2026-11-21T02:57:44.000Z",
  buckets: ["shared", "plain"],
  addresses: ["198.51.100.7", "203.0.113.99"],
};

const COVERAGE: CoverageView = {
  watermark: "2026-11-21T03:01:12.000Z",
  filesRead: 1284,
  filesSetAside: 1,
  setAside: [
    {
      file: "123456789012_CloudTrail_us-east-1_20261121T0220Z_a1b2.json.gz",
      reason: "not gzip: the stream ends early",
    },
  ],
  buckets: [
    { name: "shared", dataEvents: "covered" },
    { name: "plain", dataEvents: "absent" },
  ],
  holes: ["No log file covers 02:25 to 02:30 in us-east-1."],
};

/** Nothing open: only over such logs does the product name an upper bound. */
const WHOLE: CoverageView = {
  ...COVERAGE,
  filesSetAside: 0,
  setAside: [],
  buckets: [{ name: "shared", dataEvents: "covered" }],
  holes: [],
};

/** What the investigation writes as it goes. */
export const investigate = async (
  { ports, caseId }: Pick<World, "ports" | "caseId">,
  theft: Partial<TheftView> = {},
): Promise<void> => {
  const told = { ...THEFT, ...theft };
  await write(ports.cases, caseId, THEFT_SUMMARY, told);
  await write(ports.cases, caseId, COVERAGE_SUMMARY, told.upperBound === null ? COVERAGE : WHOLE);
};

/** The logs name the identity fully, so that the buckets can be closed to it as well. */
export const discover = async ({ ports, caseId }: World): Promise<void> =>
  write(ports.cases, caseId, DISCOVERED, {
    suspects: [{ ...alice, accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/alice` }],
    keys: [],
    buckets: [],
    addresses: ["203.0.113.99"],
    changes: [],
  });

/** One decision of a human, signed with his key file, past the page. */
export const decideAs = async (
  { ports, caseId }: World,
  humanId: string,
  signer: Signer,
  approve: "all" | readonly string[],
  {
    planId = "contain-1",
    kind = "decide",
  }: { readonly planId?: string; readonly kind?: "decide" | "break-glass" } = {},
): Promise<void> => {
  const plan = await read(ports.cases, caseId, PLAN.at(planId));
  const answer = {
    humanId,
    kind,
    choices: kind === "decide" ? choicesFor(plan, approve) : approvedOnly(choicesFor(plan, approve)),
    reason: "Confirmed with the owner by phone: not her.",
    channel: "cli",
    assurance: "key-file",
    decidedAt: ports.clock.now(),
  } as const;
  await submitDecision(await signDecision(plan, answer, signer), ports);
};

const approvedOnly = (choices: Readonly<Record<string, Choice>>): Readonly<Record<string, Choice>> =>
  Object.fromEntries(Object.entries(choices).filter(([, choice]) => choice === "approve"));

/** A plan over things that the actor named, asked about as any other. */
export const proposeHostile = async (world: World): Promise<void> => {
  const { ports, caseId } = world;
  await world.ask();
  const plan = await read(ports.cases, caseId, PLAN.at("contain-1"));
  const actions = plan.actions.map((action) => ({
    ...action,
    target: { ...action.target, label: `bucket ${HOSTILE.bidi} ${HOSTILE.markup}` },
    blastRadius: [`${HOSTILE.ansi} uses ${HOSTILE.url}`],
    rollback: [],
    requests: action.requests.map((request) => ({
      ...request,
      input: { ...request.input, Policy: HOSTILE.zeroWidth },
    })),
  }));
  await propose(
    {
      ...plan,
      planId: "follow-up-1",
      purpose: "follow-up",
      nonce: "0".repeat(32),
      actions,
      leftOut: [{ kind: "deny-user", target: HOSTILE.markup, reason: HOSTILE.bidi }],
    },
    ports,
  );
};

/** Right-to-left marks, terminal escapes, markup, a script URL and zero-width letters, as an attacker may name things. */
export const HOSTILE = {
  markup: '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>',
  bidi: "report\u202Efdp.exe",
  ansi: "\u001b[2J\u001b[31mAPPROVED\u001b[0m",
  url: "javascript:window.hacked=1",
  zeroWidth: "al\u200Bice",
} as const;
