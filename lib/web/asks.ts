import * as z from "zod";
import type { Ports } from "../ports/ports.ts";
import { requestPlan } from "../response/approve/requestPlan.ts";
import { readJson } from "./body.ts";
import type { Work } from "./call.ts";
import { AssertedSchema } from "./ceremony.ts";
import type { Place } from "./decide.ts";
import { enrolled, RegistrationSchema, registrationOptions } from "./enrol.ts";
import { json, refusal } from "./reply.ts";
import { answerOf, dueFor, prepareReview, ReviewAnswerSchema, takeAssertedReview } from "./review.ts";

const NO_PARTY = "No page is set up for security keys here (settings: webauthn).";

/** Registering a security key makes an entry for an administrator and changes nothing: nobody lets themselves in. */
export const prepareKey: Work = async ({ session, options: { ceremony } }) => {
  if (ceremony === undefined || ceremony.party.rpId === "") return refusal(404, "NOT_FOUND", NO_PARTY);
  const known = await ceremony.credentials.of(session!.humanId);
  return json(200, {
    humanId: session!.humanId,
    known: known.map(({ credentialId }) => credentialId),
    options: await registrationOptions(session!, ceremony.party, known),
  });
};

export const takeKey: Work = async ({ request, session, options: { ceremony } }) => {
  const given = await readJson(request, RegistrationSchema);
  if (ceremony === undefined || ceremony.party.rpId === "") return refusal(404, "NOT_FOUND", NO_PARTY);
  return json(200, await enrolled(given, session!, ceremony.party));
};

const ProposalSchema = z.strictObject({ purpose: z.enum(["contain", "release"]) });

/** A new plan is no decision: it is made, shown and decided about like the first one. */
export const askForPlan: Work = async ({ request, values, session, options: { ports } }) => {
  const { purpose } = await readJson(request, ProposalSchema);
  const { humanId } = session!;
  const asked = await requestPlan({ caseId: values.caseId!, purpose, humanId, actions: [] }, ports);
  return asked.requested ? json(202, asked) : refusal(409, asked.code, asked.why);
};

const NOT_DUE = "This was reviewed meanwhile, or the verdict is another one now. Look at the case again.";

export const prepareReviewOf: Work = async ({ request, values, session, options: { ports, ceremony } }) => {
  const given = await readJson(request, ReviewAnswerSchema);
  const { caseId, planId } = values as unknown as Place;
  await ports.cases.head(caseId);
  const due = await dueFor(caseId, planId, given, ports);
  if (due === null) return refusal(409, "NOT_DUE", NOT_DUE);
  if (ceremony === undefined) return refusal(404, "NOT_FOUND", "Reviews are signed with the approver's key file here.");
  return json(200, await prepareReview(caseId, due, given, session!.humanId, ceremony, ports));
};

const WithAssertion = ReviewAnswerSchema.safeExtend({ assertion: AssertedSchema });

/** Where security keys decide, a review needs one as well. */
export const reviewPlan: Work = async ({ request, values, session, options: { ports, ceremony, review } }) => {
  const { caseId, planId } = values as unknown as Place;
  const { humanId } = session!;
  await ports.cases.head(caseId);
  const given = await readJson(request, ceremony === undefined ? ReviewAnswerSchema : WithAssertion);
  const due = await dueFor(caseId, planId, given, ports);
  if (due === null) return refusal(409, "NOT_DUE", NOT_DUE);
  const receipt =
    ceremony !== undefined
      ? await takeAssertedReview(
          caseId,
          due,
          given,
          (given as z.output<typeof WithAssertion>).assertion,
          humanId,
          ceremony,
          ports,
        )
      : await review?.(caseId, due, answerOf(given, humanId, "key-file", ports.clock.now()));
  if (receipt === undefined) return refusal(404, "NOT_FOUND", "Reviews are given on the command line here.");
  if (!receipt.recorded) return refusal(409, receipt.code, receipt.why);
  return json(200, given.about === "verdict" ? { ...receipt, ...(await askedAnew(caseId, humanId, ports)) } : receipt);
};

/** Another verdict changes what is recommended: the question is asked anew, as on the command line. */
const askedAnew = async (caseId: string, humanId: string, ports: Ports) => {
  const asked = await requestPlan({ caseId, purpose: "contain", humanId, actions: [] }, ports);
  return asked.requested ? { asked: asked.planId } : { asked: null, why: asked.why };
};
