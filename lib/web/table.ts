import * as z from "zod";
import { type Bodies, chunksOf } from "../base/content.ts";
import { CordonError } from "../base/errors.ts";
import { createSpools, type Spools } from "../base/spool.ts";
import { PLAN, read } from "../case/documents.ts";
import { parseEntry } from "../evidence/ledger/ledger.ts";
import { verifyBundle } from "../evidence/verify.ts";
import { topFolderOf, zipChunks } from "../evidence/zip.ts";
import type { Ports } from "../ports/ports.ts";
import type { Receipt } from "../response/approve/decisions.ts";
import { noteRefusal } from "../response/approve/refusals.ts";
import { askForPlan, prepareKey, prepareReviewOf, reviewPlan, takeKey } from "./asks.ts";
import type { Assets } from "./assets.ts";
import { readJson } from "./body.ts";
import type { Work } from "./call.ts";
import { caseList } from "./caseList.ts";
import { casePage, type Reader } from "./casePage.ts";
import { AssertedSchema, prepareStatement, submitAsserted } from "./ceremony.ts";
import { AnswerSchema, answerPlan, type Place, refuseAnswer, toSign } from "./decide.ts";
import type { AppOptions } from "./options.ts";
import { download, file, json, refusal, taggedJson } from "./reply.ts";
import type { Route } from "./routes.ts";
import { IDLE_SECONDS, type Session } from "./sessions.ts";

/** Every address of the page. What is `open` holds no data; GET lines change nothing (a test walks this table). */
export const ROUTES = (): readonly Route<Work>[] => [
  { method: "GET", path: "/", open: true, work: shell },
  { method: "GET", path: "/cases/:caseId", open: true, work: shell },
  { method: "GET", path: "/key", open: true, work: shell },
  // Asked for by browsers that were shown a refusal, which names no icon.
  { method: "GET", path: "/favicon.ico", open: true, work: ({ options }) => asset(options.assets, "icon.svg") },
  {
    method: "GET",
    path: "/assets/:name",
    open: true,
    work: ({ values, options }) => asset(options.assets, values.name!),
  },
  { method: "POST", path: "/api/session", open: true, work: openSession },
  { method: "POST", path: "/api/session/renew", open: false, work: renewSession },
  { method: "POST", path: "/api/session/end", open: false, work: endSession },
  { method: "GET", path: "/api/key", open: false, work: prepareKey },
  { method: "POST", path: "/api/key/entry", open: false, work: takeKey },
  { method: "GET", path: "/api/cases", open: false, work: listCases },
  { method: "GET", path: "/api/cases/:caseId", open: false, work: showCase },
  { method: "GET", path: "/api/cases/:caseId/evidence/:file", open: false, work: downloadEvidence },
  { method: "GET", path: "/api/cases/:caseId/report/:file", open: false, work: downloadReport },
  { method: "POST", path: "/api/cases/:caseId/proposals", open: false, work: askForPlan },
  { method: "POST", path: "/api/cases/:caseId/reviews/:planId/statement", open: false, work: prepareReviewOf },
  { method: "POST", path: "/api/cases/:caseId/reviews/:planId", open: false, work: reviewPlan },
  { method: "POST", path: "/api/cases/:caseId/plans/:planId/statement", open: false, work: prepareDecision },
  { method: "POST", path: "/api/cases/:caseId/plans/:planId/decisions", open: false, work: decidePlan },
];

const shell: Work = ({ options }) => asset(options.assets, "index.html");

const asset = (assets: Assets, name: string): Response => {
  const found = assets.get(name);
  return found === undefined ? refusal(404, "NOT_FOUND", "There is nothing here.") : file(found.type, found.bytes);
};

const TokenSchema = z.strictObject({ token: z.string().regex(/^[0-9a-f]{64}$/) });

const openSession: Work = async ({ request, options }) => {
  const { token } = await readJson(request, TokenSchema);
  const opened = await options.sessions.exchange(token, request);
  if (opened === null)
    return refusal(401, "TOKEN", `This link was used already or is too old. ${options.site.howToEnter}`);
  const { secure, cookie } = options.site;
  const attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
  return json(200, sessionBody(opened.session), {
    "set-cookie": `${cookie(new URL(request.url))}=${opened.cookie}; ${attributes}`,
  });
};

const sessionBody = ({ csrf, humanId }: Session): unknown => ({ csrf, humanId, idleSeconds: IDLE_SECONDS });

const renewSession: Work = async ({ options, cookie, session }) => {
  await options.sessions.renew(cookie);
  return json(200, sessionBody(session!));
};

const endSession: Work = async ({ options, cookie, request }) => {
  await options.sessions.end(cookie);
  return json(
    200,
    {},
    {
      "set-cookie": `${options.site.cookie(new URL(request.url))}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict${options.site.secure ? "; Secure" : ""}`,
    },
  );
};

const readerOf = ({ humanId }: Session, { ceremony }: AppOptions): Reader => ({
  humanId,
  assurance: ceremony === undefined ? "key-file" : "webauthn",
});

const listCases: Work = async ({ request, session, options }) => {
  const { humanId: me, assurance } = readerOf(session!, options);
  return taggedJson(request, { ...(await caseList(options.ports)), me, assurance });
};

const showCase: Work = async ({ request, values, session, options }) =>
  taggedJson(request, await casePage(values.caseId!, readerOf(session!, options), options.ports));

const downloadEvidence: Work = async ({ values: { caseId, file: name }, options: { ports } }) => {
  const spools = createSpools();
  const bundle = await soundBundle(caseId!, /^([1-9]\d{0,5})\.zip$/.exec(name!)?.[1], spools, ports);
  if (bundle instanceof Response) return bundle;
  const { files, revision } = bundle;
  const zip = zipChunks(files, topFolderOf({ caseId: caseId!, revision }));
  return download("application/zip", zip, spools.dispose, {
    "content-disposition": `attachment; filename="${caseId}-r${revision}.zip"`,
  });
};

/** The report as it was sealed. A file to save and no page of this origin: what is in it cannot act here. */
const downloadReport: Work = async ({ values: { caseId, file: name }, options: { ports } }) => {
  const spools = createSpools();
  const bundle = await soundBundle(caseId!, /^([1-9]\d{0,5})\.html$/.exec(name!)?.[1], spools, ports);
  if (bundle instanceof Response) return bundle;
  const report = bundle.files.get("data/report.html");
  if (report === undefined) {
    spools.dispose();
    return refusal(404, "NOT_FOUND", "This revision of evidence holds no report.");
  }
  return download("text/html; charset=utf-8", chunksOf(report)[Symbol.iterator](), spools.dispose, {
    "content-disposition": `attachment; filename="${caseId}-r${bundle.revision}-report.html"`,
  });
};

interface Sound {
  readonly revision: number;
  readonly files: Bodies;
}

/** The files of a revision, after they were verified; or why there are none, and then nothing is left behind. */
const soundBundle = async (
  caseId: string,
  wanted: string | undefined,
  spools: Spools,
  ports: Ports,
): Promise<Sound | Response> => {
  const head = await ports.cases.head(caseId);
  const named = head.sealed.find((one) => String(one.revision) === wanted);
  const files = named === undefined ? null : await ports.vault.files(`${head.caseId}/r${named.revision}`, spools);
  if (named === undefined || files === null)
    return refusal(404, "NOT_FOUND", "This case has no such revision of evidence.");
  const sealings = (await ports.ledger.caseEntries(caseId)).map(parseEntry);
  if (!sealings.some(({ type, digest }) => type === "bundle-sealed" && digest === named.digest)) {
    spools.dispose();
    return refusal(
      409,
      "INPUT_INVALID",
      "The ledger holds no sealing of this revision. Tell whoever keeps the evidence.",
    );
  }
  const { exitCode, errors } = await verifyBundle(files, {
    trust: [await ports.signer.publicKey()],
    withoutLedger: true,
    expected: { caseId: head.caseId, revision: named.revision, digest: named.digest },
  });
  // 3: an earlier evidence key, for whom the verifier of whoever downloads it asks.
  if (exitCode !== 1 && exitCode !== 2) return { revision: named.revision, files };
  spools.dispose();
  return refusal(
    409,
    "INPUT_INVALID",
    `This is not the bundle that was sealed: ${errors[0]!.code}. Tell whoever keeps the evidence.`,
  );
};

const answerRefusal = (receipt: Extract<Receipt, { recorded: false }>): Response =>
  refusal(receipt.code === "LATE" ? 410 : 409, receipt.code, receipt.why);

/** Before a security key is asked: the statement it is to sign for, made from an answer that was checked. */
const prepareDecision: Work = async ({ request, values, session, options: { ports, ceremony } }) => {
  const place = values as unknown as Place;
  if (ceremony === undefined)
    return refusal(404, "NOT_FOUND", "Decisions are signed with the approver's key file here.");
  await ports.cases.head(place.caseId);
  const given = await readAnswer(request, place, session!.humanId, AnswerSchema, ports);
  const refused = await refuseAnswer(place, session!.humanId, given, ports);
  if (refused !== null) return answerRefusal(refused);
  const plan = await read(ports.cases, place.caseId, PLAN.at(place.planId));
  return json(200, await prepareStatement(plan, toSign(given, session!.humanId), ceremony, ports));
};

const decidePlan: Work = async ({ request, values, cookie, session, options }) => {
  const place = values as unknown as Place;
  await options.ports.cases.head(place.caseId);
  const receipt = await receiptOf(request, place, session!.humanId, options);
  await options.sessions.renew(cookie);
  if (!receipt.recorded) return answerRefusal(receipt);
  const { repeated, verdict, note } = receipt;
  return json(200, { recorded: true, repeated, state: verdict.state, why: note ?? verdict.why });
};

/** Where security keys decide, an answer without an assertion is no answer: nothing falls back to a weaker proof. */
const receiptOf = async (
  request: Request,
  place: Place,
  humanId: string,
  { ports, decide, ceremony }: AppOptions,
): Promise<Receipt> => {
  if (ceremony === undefined)
    return answerPlan(place, humanId, await readAnswer(request, place, humanId, AnswerSchema, ports), decide, ports);
  const { assertion, ...given } = await readAnswer(
    request,
    place,
    humanId,
    AnswerSchema.safeExtend({ assertion: AssertedSchema }),
    ports,
  );
  return answerPlan(
    place,
    humanId,
    given,
    (caseId, planId, answer) => submitAsserted({ caseId, planId }, answer, assertion, ceremony, ports),
    ports,
  );
};

/** An answer that cannot be read leaves a line as well: somebody signed in tried to decide. */
const readAnswer = async <Schema extends z.ZodType>(
  request: Request,
  { caseId, planId }: Place,
  humanId: string,
  schema: Schema,
  ports: Ports,
): Promise<z.output<Schema>> => {
  try {
    return await readJson(request, schema);
  } catch (error) {
    if (error instanceof CordonError)
      await noteRefusal(
        {
          ...{ caseId, planId, actor: "page", source: `human:${humanId}` },
          ...{ code: error.code, why: error.message.slice(0, 500) },
        },
        ports,
      );
    throw error;
  }
};
