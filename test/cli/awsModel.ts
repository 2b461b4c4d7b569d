/**
 * A stack in AWS as the command line meets it over HTTP: CloudFormation, S3, KMS, STS, Step Functions and the decision
 * API, holding the very case, bundles, ledger and keys that an embedded run has made. What was called is on record.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { createCases } from "../../lib/aws/cases.ts";
import { takeCall } from "../../lib/aws/decisionApi.ts";
import { createObjects } from "../../lib/aws/objects.ts";
import { openDeployment } from "../../lib/embedded/deployment.ts";
import { openKeyFile, publicKeyOf } from "../../lib/embedded/signer.ts";
import type { Ports } from "../../lib/ports/ports.ts";
import { createS3Model, type S3Model } from "../aws/s3Model.ts";
import { json, optionsAt, type Reply, refusal, type Server, serve, type Wire, xml } from "../aws/wire.ts";
import { sealedFiles } from "../evidence/sealedFiles.ts";
import { packZip } from "../evidence/wholeZip.ts";

export const ACCOUNT = "111111111111";
export const REGION = "eu-central-1";
export const BUCKETS = { cases: "cordon-cases", evidence: "cordon-evidence" } as const;
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/`;
const RESPOND = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:cordon-respond`;
const STACK_ID = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/CordonStack/1`;

/** Access key id → the ARN that IAM knows it by. */
export const CALLERS: Readonly<Record<string, string>> = {
  AKIAALICE: `arn:aws:sts::${ACCOUNT}:assumed-role/Responder/alice`,
  AKIAMALLORY: `arn:aws:sts::${ACCOUNT}:assumed-role/Responder/mallory`,
};

export interface Call {
  readonly action: string;
  readonly resource: string;
}

export interface Model {
  readonly server: Server;
  readonly s3: S3Model;
  readonly calls: Call[];
  readonly started: Map<string, string>;
  /** Questions whose execution was woken. */
  readonly woken: string[];
  /** Instead of the answer to the nth call of an action; undefined: the answer. */
  instead: (call: Call, nth: number) => Reply | undefined;
}

/** Copies the data directory `home` into the model. */
export const startModel = async (home: string): Promise<Model> => {
  const deployment = openDeployment({ home, onBoundary: () => {}, print: null });
  const s3 = createS3Model();
  await copyCases(deployment.ports, s3);
  await copyBundles(deployment.ports, s3);
  copyLedger(home, s3);
  const origin = deployment.ports.ledger.origin;
  const { settings } = deployment;
  deployment.close();
  const parts = { s3, calls: [], started: new Map<string, string>(), woken: [] } as Omit<Model, "server" | "instead">;
  const model: { instead: Model["instead"]; server?: Server } & typeof parts = { ...parts, instead: () => undefined };
  const answers = answersOf(home, JSON.stringify(settings), origin, model as Model);
  model.server = await serve(async (wire) => {
    const [call, answer] = answers(wire);
    // The function behind the API has rights of its own.
    if (wire.headers.authorization?.includes("AKIDEXAMPLE") === true) return answer();
    model.calls.push(call);
    const nth = model.calls.filter(({ action }) => action === call.action).length;
    return model.instead(call, nth) ?? answer();
  });
  return model as Model;
};

const copyCases = async ({ cases }: Ports, { objects }: S3Model): Promise<void> => {
  for (const head of await cases.list()) {
    const at = (name: string): string => `${BUCKETS.cases}/cases/${head.caseId}/${name}`;
    const sealed = head.sealed.map((one) => ({ ...one, path: placeOf(head.caseId, one.revision) }));
    objects.set(at("head.json"), Buffer.from(JSON.stringify({ ...head, sealed })));
    for (const event of await cases.events(head.caseId))
      objects.set(at(`events/${String(event.seq).padStart(9, "0")}.json`), Buffer.from(JSON.stringify(event)));
    for (const name of await cases.names(head.caseId, ""))
      objects.set(at(`docs/${name}`), Buffer.from((await cases.read(head.caseId, name))!));
  }
};

export const placeOf = (caseId: string, revision: number): string =>
  `s3://${BUCKETS.evidence}/bundles/${caseId}/r${revision}.zip?versionId=v1`;

const copyBundles = async ({ vault }: Ports, { objects }: S3Model): Promise<void> => {
  for (const name of await vault.list(""))
    objects.set(`${BUCKETS.evidence}/bundles/${name}.zip`, Buffer.from(packZip(await sealedFiles(vault, name))));
};

const copyLedger = (home: string, { objects }: S3Model): void => {
  for (const path of filesBelow(join(home, "ledger")))
    objects.set(`${BUCKETS.evidence}/ledger/${path}`, readFileSync(join(home, "ledger", path)));
};

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

type Answers = (wire: Wire) => readonly [Call, () => Reply | Promise<Reply>];

const answersOf = (home: string, settings: string, origin: string, model: Model): Answers => {
  const record = {
    schema: "cordon/deployment/v1",
    environment: environmentOf(origin),
    decisionApi: "https://decisions.invalid",
    context: "{}",
    settings,
  };
  return (wire) => {
    const target = wire.headers["x-amz-target"]?.split(".").at(-1);
    if (target !== undefined) return jsonAnswer(target, JSON.parse(wire.body.toString()), home, model);
    if (wire.path.startsWith("/v1/"))
      return [
        { action: "execute-api:Invoke", resource: `POST${wire.path}` },
        () => callApi(wire, settings, origin, model),
      ];
    const form = new URLSearchParams(wire.body.toString());
    const action = form.get("Action");
    if (action === "GetCallerIdentity")
      return [{ action: "sts:GetCallerIdentity", resource: "*" }, () => identity(wire)];
    if (action !== null)
      return [{ action: `cloudformation:${action}`, resource: STACK_ID }, () => stack(action, form, record)];
    return [s3Call(wire), () => model.s3.answer(wire)];
  };
};

const environmentOf = (origin: string): Readonly<Record<string, string>> => ({
  CORDON_CASE_BUCKET: BUCKETS.cases,
  CORDON_EVIDENCE_BUCKET: BUCKETS.evidence,
  CORDON_EVIDENCE_KEY: `${KEY}evidence`,
  CORDON_LEDGER_KEY: `${KEY}ledger`,
  CORDON_LEDGER_ORIGIN: origin,
  CORDON_TOKEN_KEY: `${KEY}token`,
  CORDON_DECISIONS_TABLE: "decisions",
  CORDON_NOTICES_TOPIC: `arn:aws:sns:${REGION}:${ACCOUNT}:notices`,
  CORDON_SETTINGS: "file:settings.json",
  CORDON_RETENTION: JSON.stringify({ mode: "GOVERNANCE", days: 30 }),
  CORDON_EXTERNAL_ID: "an-external-id",
  CORDON_DATABASE: "cordon",
  CORDON_WORKGROUP: "cordon",
  CORDON_LOGS: JSON.stringify({
    bucket: "trail",
    owner: ACCOUNT,
    prefix: "",
    organizationId: null,
    accounts: [ACCOUNT],
    regions: [REGION],
  }),
  CORDON_RESPOND_MACHINE: RESPOND,
});

const stack = (action: string, form: URLSearchParams, record: unknown): Reply => {
  if (form.get("StackName") !== "CordonStack")
    return xml(
      400,
      "<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id x does not exist</Message></Error></ErrorResponse>",
    );
  const output = "<member><OutputKey>FoundRecord</OutputKey><OutputValue>RespondMachine</OutputValue></member>";
  const metadata = JSON.stringify({ Cordon: record }).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const result =
    action === "DescribeStacks"
      ? `<Stacks><member><StackName>CordonStack</StackName><StackId>${STACK_ID}</StackId><Outputs>${output}</Outputs></member></Stacks>`
      : `<StackResourceDetail><LogicalResourceId>RespondMachine</LogicalResourceId><Metadata>${metadata}</Metadata></StackResourceDetail>`;
  return xml(200, `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`);
};

/** Who called, by the key that signed; what the signature is worth is judged in test/aws/sigv4.test.ts. */
const callerOf = ({ headers }: Wire): string =>
  CALLERS[/Credential=([A-Z0-9]+)\//.exec(headers.authorization ?? "")?.[1] ?? ""] ??
  "arn:aws:iam::000000000000:user/nobody";

const identity = (wire: Wire): Reply =>
  xml(
    200,
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${callerOf(wire)}</Arn><Account>${ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  );

const jsonAnswer = (target: string, input: any, home: string, { started }: Model): ReturnType<Answers> => {
  if (target === "StartExecution")
    return [
      { action: "states:StartExecution", resource: input.stateMachineArn },
      () => {
        if (started.has(input.name)) return refusal(400, "ExecutionAlreadyExists");
        started.set(input.name, input.input);
        return json(200, { executionArn: "arn", startDate: 0 });
      },
    ];
  const file = join(home, "keys", `${String(input.KeyId).split("/").at(-1)}.pem`);
  return [
    { action: `kms:${target}`, resource: input.KeyId },
    () =>
      target === "GetPublicKey"
        ? json(200, { KeyId: input.KeyId, PublicKey: Buffer.from(publicKeyOf(openKeyFile(file))).toString("base64") })
        : signed(input, file),
  ];
};

/** As KMS does: the digest is signed as it comes, here by openssl, because Node signs no ready digest. */
const signed = ({ Message, MessageType }: { Message: string; MessageType: string }, file: string): Reply => {
  if (MessageType !== "DIGEST" || Buffer.from(Message, "base64").length !== 32)
    return refusal(400, "ValidationException");
  const Signature = execFileSync("openssl", ["pkeyutl", "-sign", "-inkey", file], {
    input: Buffer.from(Message, "base64"),
  });
  return json(200, { Signature: Signature.toString("base64"), SigningAlgorithm: "ECDSA_SHA_256" });
};

const s3Call = (wire: Wire): Call => {
  const list = wire.query.get("list-type") === "2";
  const action = list ? "s3:ListBucket" : wire.method === "PUT" ? "s3:PutObject" : "s3:GetObject";
  return { action, resource: `arn:aws:s3:::${list ? wire.path.split("/")[1] : wire.path.slice(1)}` };
};

/** API Gateway and the function behind it. */
const callApi = async (wire: Wire, settings: string, origin: string, model: Model): Promise<Reply> => {
  const event = {
    routeKey: `POST ${wire.path}`,
    body: wire.body.toString(),
    requestContext: { authorizer: { iam: { userArn: callerOf(wire) } } },
  };
  const { statusCode, body } = await takeCall(event, apiPorts(settings, origin, model));
  return { status: statusCode, headers: { "content-type": "application/json" }, body };
};

const apiPorts = (settings: string, origin: string, { server, woken, started }: Model): Ports => {
  const clock = { now: () => new Date().toISOString() };
  const s3 = new S3Client(optionsAt(server.endpoint));
  const objects = createObjects({
    s3,
    bucket: BUCKETS.cases,
    owner: ACCOUNT,
    folder: "cases/",
    fault: "AUDIT_UNAVAILABLE",
  });
  return {
    settings: JSON.parse(settings),
    clock,
    cases: createCases(objects, clock),
    ledger: { origin, append: async () => ({ seq: 0, leafHash: "" }) },
    decisions: { wake: async (caseId: string, planId: string) => Boolean(woken.push(`${caseId}/${planId}`)) },
    machines: {
      start: async ({ name, input }: { name: string; input: unknown }) => {
        started.set(name, JSON.stringify(input));
        return "running";
      },
    },
  } as unknown as Ports;
};
