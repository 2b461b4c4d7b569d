import * as z from "zod";
import { CordonError } from "../../base/errors.ts";
import { CASE_STATUSES } from "../../case/case.ts";
import { CERTAINTIES } from "../../case/objects.ts";
import { renderPlan } from "../../core/plan/renderPlan.ts";
import type { Reading } from "../../ports/ports.ts";
import { objectPage, timelinePage } from "../../response/caseLists.ts";
import { caseView } from "../../response/caseView.ts";
import { readPlan } from "../../response/contain/planRecords.ts";
import { filteredCases } from "../caseFilter.ts";
import { huntNames, readHunt } from "../huntFiles.ts";
import { verdictOf } from "./verdict.ts";

/** One thing that an assistant may ask. It is given a reading and nothing else: there is nothing in it that writes or decides. */
export interface Tool<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string;
  readonly description: string;
  readonly input: Shape;
  /** Its schema under docs/schemas; null: it has none of its own. */
  readonly schema: string | null;
  run(input: z.infer<z.ZodObject<Shape>>, place: Asked): Promise<unknown>;
}

/** A deployment to be read, and the hunts beside it; null in AWS, where nothing is hunted. */
export interface Asked {
  readonly reading: Reading;
  readonly huntsFolder: string | null;
}

const tool = <Shape extends z.ZodRawShape>(one: Tool<Shape>): Tool => one as unknown as Tool;

const CASE = {
  case_id: z
    .string()
    .regex(/^case-\d{8}-[0-9a-f]{10}$/)
    .describe("as `cases` lists it"),
};
const PAGE = {
  after: z.int().min(0).max(10_000_000).default(0).describe("leave out the first so many"),
  limit: z.int().min(1).max(200).default(50),
};
const NAME = z.string().max(1024);

/** Everything that can be asked. All of it reads; a test holds this list. */
export const TOOLS: readonly Tool[] = [
  tool({
    name: "cases",
    description: "Lists the cases, oldest first, as `cordon cases --json` does. Filters are optional.",
    input: {
      status: z.enum(CASE_STATUSES).optional(),
      bucket: NAME.optional(),
      principal: NAME.optional().describe("a part of an ARN, id, name or access key"),
      since: z.string().max(40).optional().describe("opened at or after this date or time (UTC)"),
      ...PAGE,
    },
    schema: "cases",
    run: async ({ after, limit, ...filters }, { reading: { ports } }) => {
      const all = await filteredCases({ values: filters, positionals: [] }, ports);
      return { total: all.length, cases: all.slice(after, after + limit), next: nextOf(all.length, after, limit) };
    },
  }),
  tool({
    name: "case",
    description:
      "What is known of one case and what is not: finding, principal, what was taken and how sure that is, plans, evidence.",
    input: CASE,
    schema: "case",
    run: ({ case_id }, { reading }) => caseView(case_id, reading.ports),
  }),
  tool({
    name: "timeline",
    description: "The audit trail of one case in words, oldest first.",
    input: { ...CASE, ...PAGE },
    schema: "case-timeline",
    run: ({ case_id, ...page }, { reading }) => timelinePage(case_id, page, reading.ports),
  }),
  tool({
    name: "objects",
    description: "The objects that were taken in one case, by bucket, beginning or part of the key, and certainty.",
    input: {
      ...CASE,
      bucket: NAME.optional(),
      prefix: NAME.optional(),
      contains: NAME.optional(),
      certainty: z.enum(CERTAINTIES).optional(),
      ...PAGE,
    },
    schema: "case-objects",
    run: ({ case_id, ...query }, { reading }) => objectPage(case_id, query, reading.ports),
  }),
  tool({
    name: "plan",
    description:
      "A plan exactly as an approver is shown it: every call, the state before, the way back. It can be read here and not decided.",
    input: { ...CASE, plan_id: z.string().regex(/^[a-z]+(-[a-z]+)*-\d{1,6}$/), ...PAGE },
    schema: null,
    run: async ({ case_id, plan_id, after, limit }, { reading: { ports } }) => {
      const { plans } = await caseView(case_id, ports);
      const known = plans.find(({ planId }) => planId === plan_id);
      if (known === undefined)
        throw new CordonError("USAGE", `${case_id} has ${plans.map(({ planId }) => planId).join(", ") || "no plan"}`);
      const lines = renderPlan(await readPlan(case_id, plan_id, ports)).split("\n");
      const { status, closed, fingerprint, expiresAt } = known;
      const next = nextOf(lines.length, after, limit);
      return { planId: plan_id, status, closed, fingerprint, expiresAt, text: lines.slice(after, after + limit), next };
    },
  }),
  tool({
    name: "evidence",
    description:
      "Verifies a sealed revision of a case and gives the verdict check by check; the newest if none is named.",
    input: { ...CASE, revision: z.int().min(1).max(999_999).optional() },
    schema: "evidence-verdict",
    run: ({ case_id, revision }, { reading }) => verdictOf(case_id, revision, reading),
  }),
  tool({
    name: "hunts",
    description:
      "The hunts that were run here (`cordon hunt`), or with hunt_id the suspects that one found, with the reasons.",
    input: {
      hunt_id: z
        .string()
        .regex(/^hunt-[0-9a-f]{12}$/)
        .optional(),
    },
    schema: "hunt",
    run: async ({ hunt_id }, { huntsFolder }) => {
      if (huntsFolder === null) throw new CordonError("USAGE", "hunts are kept in a data directory, not in AWS");
      return hunt_id === undefined ? { hunts: huntNames(huntsFolder) } : readHunt(huntsFolder, hunt_id);
    },
  }),
];

const nextOf = (total: number, after: number, limit: number): number | null =>
  after + limit < total ? after + limit : null;
