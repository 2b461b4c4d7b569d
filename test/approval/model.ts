/**
 * Histories of a plan, and what may be executed in them by rules written down here a second time: from the ground truth
 * of who said what and when, without looking at signatures, records or the gate.
 */

import fc from "fast-check";
import { canonicalJson } from "../../lib/base/jcs.ts";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import type { Plan } from "../../lib/case/plan.ts";
import type { Settings } from "../../lib/core/settings.ts";
import type { KeyName } from "./world.ts";

export const ACTIONS = ["a1", "a2", "a5", "a8", "a9"] as const;
type ActionId = (typeof ACTIONS)[number];

export type Step =
  | {
      readonly do: "submit";
      readonly humanId: string;
      readonly key: KeyName;
      readonly choices: Readonly<Record<string, "approve" | "deny">>;
      readonly fuel: number | null;
    }
  | { readonly do: "withdraw"; readonly humanId: string; readonly key: KeyName }
  | {
      readonly do: "break-glass";
      readonly humanId: string;
      readonly key: KeyName;
      readonly choices: Readonly<Record<string, "approve">>;
    }
  | { readonly do: "advance"; readonly seconds: number }
  | {
      readonly do:
        | "supersede"
        | "tamper"
        | "mend"
        | "change policy"
        | "restore policy"
        | "lose a decision"
        | "plant a decision"
        | "wake"
        | "restart";
    }
  | { readonly do: "carry on" | "execute"; readonly fuel: number | null };

const HUMANS: readonly (readonly [string, KeyName])[] = [
  ["ada", "ada"],
  ["ada", "ada-2"],
  ["grace", "grace"],
  ["grace", "grace"],
  ["linus", "linus"],
  ["mallory", "mallory"],
  ["newcomer", "newcomer"],
  ["stranger", "stranger"],
  ["grace", "ada"],
  ["ada", "stranger"],
];
const who = fc.constantFrom(...HUMANS).map(([humanId, key]) => ({ humanId, key }));
const choice = fc.constantFrom("approve", "approve", "approve", "deny", null);
const choices = fc
  .tuple(...ACTIONS.map(() => choice))
  .map(
    (chosen) =>
      Object.fromEntries(
        ACTIONS.flatMap((id, index) => (chosen[index] === null ? [] : [[id, chosen[index]]])),
      ) as Record<string, "approve" | "deny">,
  );
/** Port calls until the process dies; null: it lives. */
const fuel = fc.option(fc.integer({ min: 1, max: 120 }), { freq: 3 });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({ do: fc.constant("submit" as const), who, choices, fuel })
      .map(({ who: by, ...rest }) => ({ ...rest, ...by })),
  },
  { weight: 2, arbitrary: who.map((by) => ({ do: "withdraw" as const, ...by })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        who,
        fc.constantFrom(
          { a1: "approve" as const },
          { a1: "approve" as const, a5: "approve" as const },
          { a8: "approve" as const },
        ),
      )
      .map(([by, chosen]) => ({ do: "break-glass" as const, ...by, choices: chosen })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(0.001, 1, 600, 1800, 3500, 3598.999, 7000)
      .map((seconds) => ({ do: "advance" as const, seconds })),
  },
  { weight: 5, arbitrary: fuel.map((left) => ({ do: "carry on" as const, fuel: left })) },
  { weight: 4, arbitrary: fuel.map((left) => ({ do: "execute" as const, fuel: left })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        "supersede" as const,
        "tamper" as const,
        "change policy" as const,
        "lose a decision" as const,
        "plant a decision" as const,
      )
      .map((name) => ({ do: name })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom("mend" as const, "restore policy" as const, "wake" as const, "restart" as const)
      .map((name) => ({ do: name })),
  },
);

export interface History {
  readonly quorum: 1 | 2;
  readonly glass: boolean;
  readonly steps: readonly Step[];
}

export const history: fc.Arbitrary<History> = fc.record({
  quorum: fc.constantFrom(1 as const, 1 as const, 2 as const),
  glass: fc.boolean(),
  steps: fc.array(step, { minLength: 3, maxLength: 14 }),
});

/** Whose key it is; mallory shares the suspect's role, the newcomer came too late, and nobody knows the stranger. */
const OWNER: Readonly<Record<KeyName, string>> = {
  ada: "ada",
  "ada-2": "ada",
  grace: "grace",
  linus: "linus",
  mallory: "mallory",
  newcomer: "newcomer",
  stranger: "stranger",
};
const MAY_DECIDE = ["ada", "grace", "linus"];

interface Said {
  readonly humanId: string;
  readonly kind: "decide" | "withdraw" | "break-glass";
  readonly choices: Readonly<Record<string, string>>;
  /** The process died while it was recorded: it may count or not. */
  readonly maybe: boolean;
}

/** The ground truth of one history. */
export interface Truth {
  readonly plan: Plan;
  readonly quorum: number;
  readonly glass: boolean;
  readonly said: Said[];
  superseded: boolean;
  tampered: boolean;
  policyChanged: boolean;
  lost: boolean;
  ended: boolean;
}

export const truthOf = (plan: Plan, { quorum, glass }: History): Truth => ({
  plan,
  quorum,
  glass,
  said: [],
  superseded: false,
  tampered: false,
  policyChanged: false,
  lost: false,
  ended: false,
});

export const mayBeHeard = (humanId: string, key: KeyName): boolean =>
  OWNER[key] === humanId && MAY_DECIDE.includes(humanId);

/** What somebody said that was taken down: heard only if he may speak, in time, with a key of his own. */
export const hear = (truth: Truth, said: Said & { readonly key: KeyName }, at: string): void => {
  const { key, ...rest } = said;
  if (mayBeHeard(said.humanId, key) && at < truth.plan.expiresAt) truth.said.push(rest);
  else throw new Error(`${said.humanId} with the key of ${OWNER[key]} was heard at ${at}`);
};

/** Why this call must not be made at this moment, or null. */
export const whyNot = (truth: Truth, request: ApiRequest, made: readonly ApiRequest[], now: string): string | null => {
  const text = canonicalJson(request);
  const action = truth.plan.actions.find(({ requests }) => requests.some((one) => canonicalJson(one) === text));
  if (action === undefined) return "not a call of the plan";
  if (made.some((one) => canonicalJson(one) === text)) return "made before";
  if (action.requires.some((id) => !isMade(truth.plan, id, made))) return "made before what it needs";
  return closedWhy(truth, now) ?? (isApproved(truth, action.id as ActionId) ? null : `${action.id} has no quorum`);
};

export const isMade = ({ actions }: Plan, id: string, made: readonly ApiRequest[]): boolean =>
  actions
    .find((action) => action.id === id)!
    .requests.every((one) => made.some((other) => canonicalJson(other) === canonicalJson(one)));

export const closedWhy = (truth: Truth, now: string): string | null => {
  const { plan } = truth;
  const window = Date.parse(plan.expiresAt) - Date.parse(plan.createdAt);
  if (truth.tampered) return "the stored plan is not the one approved";
  if (truth.superseded) return "superseded";
  if (truth.policyChanged) return "the policy is another";
  if (truth.lost) return "a decision on record is gone";
  if (truth.ended) return "the question was closed";
  return Date.parse(now) < Date.parse(plan.expiresAt) + window ? null : "approved too long ago";
};

/** `sure`: without what may or may not have been recorded. */
export const isApproved = (truth: Truth, id: string, sure = false): boolean => {
  const certain = truth.said.filter(({ maybe }) => !maybe);
  const withdrawn = certain.filter(({ kind }) => kind === "withdraw").map(({ humanId }) => humanId);
  const standing = (all: readonly Said[]) =>
    all.filter(({ humanId, kind }) => kind !== "withdraw" && !withdrawn.includes(humanId));
  if (standing(certain).some(({ choices: chosen }) => chosen[id] === "deny")) return false;
  const approving = standing(sure ? certain : truth.said).filter(({ choices: chosen }) => chosen[id] === "approve");
  const irreversible = truth.plan.actions.find((action) => action.id === id)!.reversibility === "irreversible";
  const needed = irreversible ? 2 : truth.quorum;
  const alone =
    truth.glass && !irreversible && approving.some(({ kind, humanId }) => kind === "break-glass" && humanId === "ada");
  return alone || new Set(approving.map(({ humanId }) => humanId)).size >= needed;
};

export const settingsOf = ({ quorum, glass }: History): Partial<Settings> => ({
  quorum: { reversible: quorum, externallyReversible: quorum, irreversible: 2 },
  ...(glass ? { breakGlass: { humanIds: ["ada"] } } : {}),
});
