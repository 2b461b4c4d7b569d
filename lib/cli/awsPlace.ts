import { existsSync } from "node:fs";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { KMSClient } from "@aws-sdk/client-kms";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { clientOptions } from "../aws/clientOptions.ts";
import { systemClock } from "../aws/clock.ts";
import { humansOf } from "../aws/decisionApi.ts";
import { type Discovered, discover } from "../aws/discover.ts";
import { toStepError } from "../aws/failures.ts";
import { type Caller, createPorts, ledgerStoresOf, publishedKeys, signerOf } from "../aws/ports.ts";
import { type DecisionDoor, postDecision, postRequest } from "../aws/postDecision.ts";
import { createSigner as createKmsSigner } from "../aws/signer.ts";
import type { KeySource } from "../aws/sigv4.ts";
import { CordonError } from "../base/errors.ts";
import { HUMAN_ID } from "../core/plan/decision.ts";
import type { Settings } from "../core/settings.ts";
import { createSigner as createFileSigner } from "../embedded/signer.ts";
import { flagsOf, type Typed } from "./command.ts";
import type { Approver, Place } from "./place.ts";

export const DEFAULT_STACK = "CordonStack";
/** A person waits at the other end; throttling and lost connections are retried meanwhile. */
export const PERSON_OPTIONS = { attempts: 4, connectTimeoutMs: 5_000, answerTimeoutMs: 20_000 } as const;
const PAUSE_MS = 500;

/** Whose credentials, and the region; from the options, else from where the SDK looks (environment, files, SSO, instance). */
export interface Access {
  readonly region: string;
  readonly credentials: KeySource;
}

export const accessOf = async ({ values }: Pick<Typed, "values">): Promise<Access> => {
  const own = typeof values.profile === "string" ? { profile: values.profile } : {};
  const region = typeof values.region === "string" ? values.region : await defaultRegion(own);
  return { region, credentials: fromNodeProviderChain({ ...own, clientConfig: { region } }) };
};

const defaultRegion = async (own: { readonly profile?: string }): Promise<string> => {
  try {
    return await new CloudFormationClient(own).config.region();
  } catch (cause) {
    throw new CordonError("USAGE", `expected --region, or a region in the profile: ${(cause as Error).message}`, {
      cause,
    });
  }
};

export const optionsWith = ({ region, credentials }: Access) => ({
  ...clientOptions({ ...PERSON_OPTIONS, region }),
  credentials,
});

/** The stack that a command line names. */
export const discoverTyped = async (typed: Typed): Promise<Discovered & { readonly access: Access }> => {
  const access = await accessOf(typed);
  const cloudFormation = new CloudFormationClient(optionsWith(access));
  return { ...(await discover(cloudFormation, String(typed.values.stack ?? DEFAULT_STACK))), access };
};

/** A deployment in AWS, with the rights of whoever calls. */
export const openAwsPlace = async (typed: Typed): Promise<Place> => {
  const { env, settings, decisionApi, access } = await discoverTyped(typed);
  const caller: Caller = { ...env, credentials: access.credentials };
  const ports = createPorts(caller, settings);
  const door = doorOf(decisionApi, access);
  return {
    inAws: true,
    faults: () => [],
    lostCases: [],
    ports,
    portsOf: () => ports,
    settings,
    ledger: await ledgerStoresOf(caller),
    ledgerKey: async () => (await signerOf(caller, env.CORDON_LEDGER_KEY)).publicKey(),
    keysPath: null,
    publishedKeys: () => publishedKeys(caller),
    human: (given) => humanOf(given, settings, access),
    approver: (given) => approverOf(given, settings, access),
    submit: (submission) => postDecision(submission, door),
    propose: (request) => postRequest(request, door),
    carryOn: async () => {},
    flags: flagsOf(typed),
  };
};

const doorOf = (decisionApi: string, { region, credentials }: Access): DecisionDoor => ({
  // As the SDK names the endpoints of its services, for a private endpoint or an emulator.
  url: process.env.AWS_ENDPOINT_URL_EXECUTE_API ?? decisionApi,
  region,
  credentials,
  clock: systemClock,
  answerTimeoutMs: PERSON_OPTIONS.answerTimeoutMs,
  pauseMs: PAUSE_MS,
});

/** The API asks for two proofs of one human: the caller's own ARN, and the key. Both are the person's at this machine. */
const approverOf = async (typed: Typed, settings: Settings, access: Access): Promise<Approver> => {
  const { key } = typed.values;
  if (typeof key !== "string")
    throw new CordonError("USAGE", "expected --key with your key file (PEM), or the ARN or alias of your KMS key");
  const humanId = await humanOf(typed, settings, access);
  if (/^(arn:|alias\/)/.test(key)) {
    const region = /^arn:[^:]+:kms:([^:]+):/.exec(key)?.[1] ?? access.region;
    return {
      humanId,
      signer: createKmsSigner(new KMSClient(optionsWith({ ...access, region })), key),
      assurance: "kms-key",
    };
  }
  if (!existsSync(key)) throw new CordonError("USAGE", `--key ${key}: there is no such file`);
  return { humanId, signer: createFileSigner(key), assurance: "key-file" };
};

const humanOf = async ({ values }: Typed, settings: Settings, access: Access): Promise<string> => {
  if (typeof values.as === "string") {
    if (HUMAN_ID.test(values.as)) return values.as;
    throw new CordonError("USAGE", `expected --as with an id of the policy, got ${JSON.stringify(values.as)}`);
  }
  const arn = await callerArn(access);
  const humans = humansOf(arn, settings);
  if (humans.length === 1) return humans[0]!;
  throw new CordonError(
    "USAGE",
    humans.length === 0
      ? `you are ${arn}, and no approver of this deployment acts under that name`
      : `you are ${arn}, under which ${humans.join(" and ")} act: say --as`,
  );
};

const callerArn = async (access: Access): Promise<string> => {
  try {
    return (await new STSClient(optionsWith(access)).send(new GetCallerIdentityCommand({}))).Arn!;
  } catch (error) {
    throw toStepError("STATE_UNKNOWN", "who calls", error);
  }
};
