import type { SNSClient } from "@aws-sdk/client-sns";
import type { Ledger } from "../base/ledger.ts";
import type { Signer } from "../base/signer.ts";
import type { Environment as CaseEnvironment } from "../case/environment.ts";
import type { Settings } from "../core/settings.ts";
import { openLedger } from "../evidence/ledger/ledgerLog.ts";
import type { LedgerStore } from "../evidence/ledger/ledgerStore.ts";
import type {
  Account,
  Cases,
  Classifier,
  Decisions,
  Machines,
  Notifier,
  Ports,
  Trail,
  TrustRoots,
  Vault,
} from "../ports/ports.ts";
import { createTimeStamps } from "../response/seal/timeStampAuthority.ts";
import { organizationAccounts } from "./accounts.ts";
import { clientOptions, LAMBDA_OPTIONS } from "./clientOptions.ts";
import { systemClock, systemIds } from "./clock.ts";
import type { Environment } from "./environment.ts";
import type { NotifierOptions } from "./notifier.ts";
import type { Objects } from "./objects.ts";
import type { KeySource } from "./sigv4.ts";

const CASES = "cases/";
const HUNTS = "hunts/";
const BUNDLES = "bundles/";
const SCAN_SECONDS = 30 * 60;
const QUERY_SECONDS = 300;
const POLL_MS = 400;
const DAY_MS = 86_400_000;

/** A function's own place; or that of a person, who brings credentials of their own. */
export type Caller = Environment & { readonly credentials?: KeySource };

/**
 * The ports of one Lambda, or of a person at the command line. Each is made when it is first used, and only then are its
 * SDK clients loaded: a step that writes a case never loads Athena's. What a caller may really do is decided by IAM, not here.
 */
export const createPorts = (env: Caller, settings: Settings): Ports => ({
  settings,
  clock: systemClock,
  ids: systemIds,
  cases: lazily<Cases>(() => casesOf(env)),
  vault: lazily<Vault>(() => vaultOf(env)),
  signer: lazily<Signer>(() => signerOf(env, env.CORDON_EVIDENCE_KEY)),
  ledger: lazily<Ledger>(() => ledgerOf(env), { origin: env.CORDON_LEDGER_ORIGIN }),
  trustRoots: lazily<TrustRoots>(() => trustRootsOf(env, settings)),
  environment: () => environmentOf(env),
  ...(settings.timestampAuthority === undefined
    ? {}
    : { timeStamps: createTimeStamps(settings.timestampAuthority.url) }),
  decisions: lazily<Decisions>(() => decisionsOf(env)),
  ...(env.CORDON_RESPOND_MACHINE === undefined
    ? {}
    : { machines: lazily<Machines>(() => machinesOf(env, env.CORDON_RESPOND_MACHINE!)) }),
  notifier: lazily<Notifier>(() => notifierOf(env)),
  trail: lazily<Trail>(() => trailOf(env)),
  classifier: lazily<Classifier>(() => classifierOf(env, settings)),
  account: lazily<Account>(() => accountOf(env)),
});

/** An adapter that is loaded with its first call. Its methods are all asynchronous, so that this is not seen; what is not, is given. */
const lazily = <Port extends object>(load: () => Promise<Port>, given: Partial<Port> = {}): Port => {
  let loaded: Promise<Port> | undefined;
  const call = async (name: string, values: readonly unknown[]): Promise<unknown> => {
    // A container lives on after a failure: the next call tries again.
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    const port = (await loaded) as Readonly<Record<string, (...values: readonly unknown[]) => unknown>>;
    return port[name]!(...values);
  };
  return new Proxy(given as Port, {
    get: (target, name) => {
      // No port is a promise: `await` must not take it for one.
      if (typeof name !== "string" || name === "then") return undefined;
      return name in target ? target[name as keyof Port] : (...values: readonly unknown[]) => call(name, values);
    },
    ownKeys: () => {
      throw new TypeError("a port that is loaded with its first call cannot be copied: name what you need of it");
    },
  });
};

const optionsOf = ({ AWS_REGION, credentials }: Caller, region = AWS_REGION) => ({
  ...clientOptions({ ...LAMBDA_OPTIONS, region }),
  ...(credentials === undefined ? {} : { credentials }),
});

const caseObjects = async (env: Caller, folder = CASES): Promise<Objects> => {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const { createObjects } = await import("./objects.ts");
  return createObjects({
    s3: new S3Client(optionsOf(env)),
    bucket: env.CORDON_CASE_BUCKET,
    owner: env.CORDON_ACCOUNT,
    folder,
    fault: "AUDIT_UNAVAILABLE",
  });
};

/** Entries, and what was signed over them, as they lie in the evidence bucket. */
export const ledgerStoresOf = async (
  env: Caller,
): Promise<{ readonly store: LedgerStore; readonly signed: LedgerStore }> => {
  const { createLedgerStore } = await import("./ledgerStore.ts");
  const [store, signed] = await Promise.all(
    ["ledger/log/", "ledger/signed/"].map((folder) => lockedObjects(env, folder, "AUDIT_UNAVAILABLE")),
  );
  return { store: createLedgerStore(store!.objects), signed: createLedgerStore(signed!.objects) };
};

const casesOf = async (env: Caller): Promise<Cases> => {
  const { createCases } = await import("./cases.ts");
  return createCases(await caseObjects(env), systemClock);
};

/** Explicitly on every object, besides the default of the bucket: a bucket whose default was taken away still keeps these. */
const lockOf =
  ({ CORDON_RETENTION: { mode, days } }: Caller) =>
  () => ({ ObjectLockMode: mode, ObjectLockRetainUntilDate: new Date(Date.parse(systemClock.now()) + days * DAY_MS) });

const lockedObjects = async (env: Caller, folder: string, fault: "SEAL_FAILED" | "AUDIT_UNAVAILABLE") => {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const { createObjects } = await import("./objects.ts");
  const s3 = new S3Client(optionsOf(env));
  return {
    s3,
    objects: createObjects({
      s3,
      bucket: env.CORDON_EVIDENCE_BUCKET,
      owner: env.CORDON_ACCOUNT,
      folder,
      fault,
      lock: lockOf(env),
    }),
  };
};

const vaultOf = async (env: Caller): Promise<Vault> => {
  const { createVault } = await import("./vault.ts");
  const { s3, objects } = await lockedObjects(env, BUNDLES, "SEAL_FAILED");
  return createVault(objects, s3, env.CORDON_ACCOUNT);
};

const environmentOf = async (env: Caller): Promise<CaseEnvironment> => {
  const { STSClient } = await import("@aws-sdk/client-sts");
  const { measureInAws } = await import("./measured.ts");
  const { AWS_LAMBDA_FUNCTION_NAME: name, AWS_LAMBDA_FUNCTION_VERSION: version } = process.env;
  const host = name === undefined ? null : `${name}:${version ?? "$LATEST"}`;
  return measureInAws(new STSClient(optionsOf(env)), () => systemClock.now(), host)();
};

export const signerOf = async (env: Caller, keyId: string): Promise<Signer> => {
  const { KMSClient } = await import("@aws-sdk/client-kms");
  const { createSigner } = await import("./signer.ts");
  return createSigner(new KMSClient(optionsOf(env)), keyId);
};

const ledgerOf = async (env: Caller): Promise<Ledger> => {
  const { sign, publicKey } = await signerOf(env, env.CORDON_LEDGER_KEY);
  const { formerLedgerKeys } = await import("./trustRoots.ts");
  const { objects } = await lockedObjects(env, "ledger/keys/", "AUDIT_UNAVAILABLE");
  return openLedger({
    ...(await ledgerStoresOf(env)),
    signer: { name: env.CORDON_LEDGER_ORIGIN, sign, publicKey },
    formerKeys: await formerLedgerKeys(objects, publicKey),
  });
};

/** `keys.json` as it was published last, or null before the first sealing. */
export const publishedKeys = async (env: Caller): Promise<Uint8Array | null> => {
  const { newestTrustRoot } = await import("./trustRoots.ts");
  return newestTrustRoot((await lockedObjects(env, "ledger/keys/", "SEAL_FAILED")).objects);
};

const trustRootsOf = async (env: Caller, { foundedAt }: Settings): Promise<TrustRoots> => {
  const { createTrustRoots } = await import("./trustRoots.ts");
  const { objects } = await lockedObjects(env, "ledger/keys/", "SEAL_FAILED");
  const [evidence, ledger] = await Promise.all([
    signerOf(env, env.CORDON_EVIDENCE_KEY),
    signerOf(env, env.CORDON_LEDGER_KEY),
  ]);
  return createTrustRoots({ objects, origin: env.CORDON_LEDGER_ORIGIN, foundedAt, evidence, ledger });
};

const decisionsOf = async (env: Caller): Promise<Decisions> => {
  const [{ DynamoDBClient }, { KMSClient }, { SFNClient }] = await Promise.all([
    import("@aws-sdk/client-dynamodb"),
    import("@aws-sdk/client-kms"),
    import("@aws-sdk/client-sfn"),
  ]);
  const { createDecisions } = await import("./decisions.ts");
  const options = optionsOf(env);
  return createDecisions({
    dynamo: new DynamoDBClient(options),
    kms: new KMSClient(options),
    sfn: new SFNClient(options),
    table: env.CORDON_DECISIONS_TABLE,
    tokenKey: env.CORDON_TOKEN_KEY,
    clock: systemClock,
  });
};

const machinesOf = async (env: Caller, respondArn: string): Promise<Machines> => {
  const { SFNClient } = await import("@aws-sdk/client-sfn");
  const { createMachines } = await import("./startMachine.ts");
  return createMachines({ sfn: new SFNClient(optionsOf(env)), respondArn });
};

const notifierOf = async (env: Caller): Promise<Notifier> => {
  const [{ SNSClient }, { createNotifier }] = await Promise.all([
    import("@aws-sdk/client-sns"),
    import("./notifier.ts"),
  ]);
  const sns = new SNSClient(optionsOf(env));
  return createNotifier({
    sns,
    topicArn: env.CORDON_NOTICES_TOPIC,
    pageOrigin: env.CORDON_PAGE_ORIGIN ?? null,
    chat: env.CORDON_CHAT_BUS === undefined ? null : await chatOf(env, env.CORDON_CHAT_BUS, sns),
  });
};

/** The bus is asked with the credentials of the client that is there anyway. */
const chatOf = async (env: Caller, bus: string, { config }: SNSClient): Promise<NotifierOptions["chat"]> => {
  const { putNotice } = await import("./chat.ts");
  const service = {
    ...{ service: "events", target: "AWSEvents", region: env.AWS_REGION, partition: env.CORDON_PARTITION },
    ...{ credentials: config.credentials, clock: systemClock, endpointUrl: process.env.AWS_ENDPOINT_URL },
  };
  return (notice) => putNotice(service, bus, notice);
};

/** Hunts lie beside the cases, scan the lake itself, and ask no other log. */
export const huntPlacesOf = async (env: Caller): Promise<{ readonly objects: Objects; readonly trail: Trail }> => {
  const objects = await caseObjects(env, HUNTS);
  const { CORDON_SIDE_LOGS: _, ...own } = env;
  return { objects, trail: await trailOf(own, objects) };
};

/** `hunts`: where those of a hunt are kept; null: they are of cases. */
const trailOf = async (env: Caller, hunts: Objects | null = null): Promise<Trail> => {
  const [{ AthenaClient }, { S3Client }] = await Promise.all([
    import("@aws-sdk/client-athena"),
    import("@aws-sdk/client-s3"),
  ]);
  const [{ createAthena }, { createLogLister }, { createLogReader }, { publicKeysOf }, { createTrail }] =
    await Promise.all([
      import("./athena.ts"),
      import("./logFiles.ts"),
      import("./logReader.ts"),
      import("./publicKeys.ts"),
      import("./trail.ts"),
    ]);
  const athena = createAthena({
    athena: new AthenaClient(optionsOf(env)),
    workgroup: env.CORDON_WORKGROUP,
    database: env.CORDON_DATABASE,
    clock: systemClock,
    querySeconds: QUERY_SECONDS,
    pollMs: POLL_MS,
  });
  const s3 = new S3Client({ ...optionsOf(env), followRegionRedirects: true });
  const securityLake = env.CORDON_LOGS.securityLake ?? null;
  // Security Lake's files are Iceberg's to name: none is listed, and what stands on a listing is said to be not known.
  const logs = securityLake === null ? createLogLister(s3, env.CORDON_LOGS) : UNLISTED;
  const objects = hunts ?? (await caseObjects(env));
  const keysOf = (region: string, from: string, to: string) => publicKeysOf(optionsOf(env, region), from, to);
  return createTrail({
    athena,
    reader: createLogReader({ s3, place: env.CORDON_LOGS, logs, keysOf, clock: systemClock }),
    database: env.CORDON_DATABASE,
    objects,
    logs,
    ...{ securityLake, everyAccount: everyAccountOf(env) },
    lake:
      env.CORDON_ACCOUNTS === undefined || hunts !== null || securityLake !== null
        ? null
        : { athena, database: env.CORDON_DATABASE, objects, place: env.CORDON_LOGS, now: systemClock.now },
    sideLogs: env.CORDON_SIDE_LOGS ?? {},
    clock: systemClock,
    scanSeconds: SCAN_SECONDS,
  });
};

const UNLISTED = { list: async () => null, measure: async () => null };

/** Null: the lake's table knows its accounts. */
const everyAccountOf = (env: Caller): (() => Promise<readonly string[]>) | null =>
  env.CORDON_ACCOUNTS === undefined
    ? null
    : organizationAccounts(env.CORDON_ACCOUNTS, async () => {
        const { OrganizationsClient } = await import("@aws-sdk/client-organizations");
        return new OrganizationsClient(optionsOf(env));
      });

const classifierOf = async (env: Caller, settings: Settings): Promise<Classifier> => {
  const { Macie2Client } = await import("@aws-sdk/client-macie2");
  const [{ createClassifier }, { createMacie }, { createCoverage }] = await Promise.all([
    import("./classifier.ts"),
    import("./macie.ts"),
    import("./macieCoverage.ts"),
  ]);
  const regions = [...new Set([env.AWS_REGION, ...env.CORDON_LOGS.regions])];
  return createClassifier({
    macieOf: (region) => createMacie(new Macie2Client(optionsOf(env, region))),
    regions,
    objects: await caseObjects(env),
    maximumBytes: settings.classification.maximumBytes,
    coveredBytes: createCoverage(await accountOf(env)),
    pauseMs: 11_000,
  });
};

const accountOf = async (env: Caller): Promise<Account> => {
  const { STSClient } = await import("@aws-sdk/client-sts");
  const [{ createAccount }, { createServiceClients }] = await Promise.all([
    import("./account.ts"),
    import("./serviceClients.ts"),
  ]);
  const role = {
    sts: new STSClient(optionsOf(env)),
    roleName: env.CORDON_MEMBER_ROLE,
    externalId: env.CORDON_EXTERNAL_ID,
    partition: env.CORDON_PARTITION,
    sessionName: `cordon-${env.CORDON_STEP}`,
  };
  return createAccount(createServiceClients(role, { ...LAMBDA_OPTIONS, region: env.AWS_REGION }));
};
