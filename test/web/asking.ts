/** A case with a decision due, and the answer that a careful person would send from the page. */
import { createHash } from "node:crypto";
import { discover } from "./scenes.ts";
import { get, openWorld, post, signIn, type World, type WorldOptions } from "./world.ts";

export interface Asking extends World {
  readonly headers: Record<string, string>;
  readonly url: string;
  readonly answer: Record<string, unknown> & {
    readonly choices: Record<string, string>;
    readonly planDigest: string;
    readonly shownDigest: string;
    readonly fingerprint: string;
  };
}

const REASON = "Confirmed with alice by phone: it is not her.";

/** Asks the page for the plan and answers it as the browser does: the digest is of the text received. */
export const openAsking = async (options: WorldOptions = {}): Promise<Asking> => {
  const world = await openWorld(options);
  await discover(world);
  await world.ask();
  const headers = await signIn(world);
  const page = (await (await world.app(get(`/api/cases/${world.caseId}`, headers))).json()) as {
    plans: {
      planId: string;
      digest: string;
      fingerprint: string;
      text: string;
      actions: { id: string; recommended: boolean }[];
    }[];
  };
  const plan = page.plans[0]!;
  return {
    ...world,
    headers,
    url: `/api/cases/${world.caseId}/plans/${plan.planId}/decisions`,
    answer: {
      kind: "decide",
      choices: Object.fromEntries(plan.actions.map(({ id, recommended }) => [id, recommended ? "approve" : "deny"])),
      reason: REASON,
      fingerprint: plan.fingerprint.slice(-4),
      planDigest: plan.digest,
      shownDigest: createHash("sha256").update(plan.text).digest("hex"),
    },
  };
};

export const send = async (
  asking: Asking,
  change: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Response> =>
  asking.app(post(asking.url, { ...asking.answer, ...change }, { ...asking.headers, ...headers }));

export const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code;
