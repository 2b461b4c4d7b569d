/**
 * The account concerned as a model: a snapshot taken with the AWS CLI, and over it what our calls have changed. It
 * answers in the shapes and with the error codes of the AWS APIs, so that actions cannot tell the difference. What it
 * is not: it evaluates no permissions but explicit denies (and says so), and it is consistent at once where IAM takes minutes.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ApiError, CordonError } from "../base/errors.ts";
import type { ApiRequest } from "../case/apiRequest.ts";
import type { Account, ApiAnswer } from "../ports/ports.ts";
import { readBucketFiles } from "./account/bucketFiles.ts";
import { managedReads, managedWrites } from "./account/iamManaged.ts";
import { roleReads, roleWrites } from "./account/iamRole.ts";
import { type IamPaths, readIamSnapshot } from "./account/iamSnapshot.ts";
import { userReads, userWrites } from "./account/iamUser.ts";
import { centerReads, centerWrites, storeReads } from "./account/identityCenter.ts";
import { s3Reads, s3Writes } from "./account/s3.ts";
import { serviceReads, serviceSettings } from "./account/serviceReads.ts";
import { serviceWrites } from "./account/serviceWrites.ts";
import { simulations } from "./account/simulate.ts";
import { type Json, openStore, type Store } from "./account/store.ts";
import { type AccountView, type Operation, type Operations, toJson } from "./account/world.ts";
import type { Alone } from "./database.ts";

export interface AccountOptions {
  /** Output of `aws iam get-account-authorization-details`, or null: identity is then not known. */
  readonly iamSnapshotPath: string | null;
  /** Why a snapshot that was given is not believed; then `iamSnapshotPath` is null. */
  readonly doubt?: string | null;
  /** List of `aws iam list-access-keys` outputs; by default `access-keys.json` beside the snapshot. */
  readonly accessKeysPath?: string | null;
  /** The decoded credential report; by default `credential-report.csv` beside the snapshot. */
  readonly credentialReportPath?: string | null;
  /** Recorded answers of other services; by default `services.json` beside the IAM snapshot. */
  readonly servicesPath?: string | null;
  /** Folder of `<bucket>.json` files, or null: bucket settings are then not known. */
  readonly bucketsDir: string | null;
  /** Where changes are kept; created if absent. */
  readonly overlayDir: string;
  /** Opens that place; absent: for this model alone. A host opens it once for all cases of an account. */
  readonly storeAt?: (folder: string) => Store;
  readonly accountId: string;
  /** How changes are made; the process that drives checks its lease there. */
  readonly alone?: Alone;
}

export interface EmbeddedAccount extends Account {
  /** Every changing call that was carried out, oldest first. */
  calls(): readonly ApiRequest[];
  close(): void;
}

interface Catalogue {
  readonly reads: Operations;
  readonly writes: Operations;
}

const IAM: Catalogue = {
  reads: { ...userReads, ...roleReads, ...managedReads, ...simulations },
  writes: { ...userWrites, ...roleWrites, ...managedWrites },
};
const S3: Catalogue = { reads: s3Reads, writes: s3Writes };

const CENTER: Catalogue = { reads: centerReads, writes: centerWrites };
const STORE: Catalogue = { reads: storeReads, writes: {} };
/** Of the organisation, not of the account: what was recorded of them is asked wherever they are administered. */
const ELSEWHERE: readonly ApiRequest["service"][] = ["sso-admin", "identitystore"];

const catalogueOf = (service: ApiRequest["service"]): Catalogue => {
  if (service === "iam") return IAM;
  if (service === "sso-admin") return CENTER;
  if (service === "identitystore") return STORE;
  return service === "s3" ? S3 : { reads: serviceReads(service), writes: serviceWrites(service) };
};

/**
 * Opens the model. A snapshot is read when it is first asked about: a case is shown also where its files are gone. A call
 * then throws INPUT_UNREADABLE.
 */
export const createAccount = (options: AccountOptions): EmbeddedAccount => {
  const { storeAt = openStore } = options;
  const store = storeAt(options.overlayDir);
  const world = createWorld(options, store);
  return {
    call: async (request) => answer(options, world, store, request),
    calls: () => store.calls() as unknown as readonly ApiRequest[],
    close: () => store.close(),
  };
};

const answer = (options: AccountOptions, world: AccountView, store: Store, request: ApiRequest): ApiAnswer => {
  const { operation, service, input } = request;
  if (request.accountId !== options.accountId && !ELSEWHERE.includes(service)) {
    throw new ApiError(
      operation,
      "NotKnown",
      `the snapshot is of account ${options.accountId}, not of ${request.accountId}`,
    );
  }
  const catalogue = catalogueOf(service);
  const read = own(catalogue.reads, operation);
  if (read !== undefined) return { requestId: "embedded-read", output: read(world, input, operation) };
  const write = own(catalogue.writes, operation);
  if (write === undefined)
    throw new ApiError(operation, "UnknownOperation", `the embedded account does not know ${service}:${operation}`);
  const { alone = (work) => work() } = options;
  return alone(() =>
    store.change(() => {
      const output = write(world, input, operation);
      return { requestId: `embedded-${store.note(toJson(request))}`, output };
    }),
  );
};

const own = (operations: Operations, name: string): Operation | undefined =>
  Object.hasOwn(operations, name) ? operations[name] : undefined;

const createWorld = (options: AccountOptions, store: Store): AccountView => {
  let read: Snapshot | undefined;
  const snapshot = (): Snapshot => {
    read ??= readSnapshot(options);
    return read;
  };
  const find = (name: string): Json | undefined => {
    const changed = store.read(name);
    return changed === undefined ? snapshot().find(name) : changed;
  };
  return {
    accountId: options.accountId,
    doubt: options.doubt ?? null,
    find,
    write: store.write,
    names: (prefix) =>
      [...new Set([...snapshot().names, ...store.names()])]
        .filter((name) => name.startsWith(prefix) && find(name) !== null)
        .sort(),
  };
};

interface Snapshot {
  find(name: string): Json | undefined;
  readonly names: readonly string[];
}

const readSnapshot = (options: AccountOptions): Snapshot => {
  const iam = options.iamSnapshotPath === null ? null : readIamSnapshot(iamPaths(options, options.iamSnapshotPath));
  const buckets = options.bucketsDir === null ? () => undefined : readBucketFiles(options.bucketsDir);
  const services = readServices(options);
  return {
    find: (name) => {
      if (name.startsWith("bucket/") || name.startsWith("objects/")) return buckets(name);
      if (name.startsWith("service/")) return services.get(name);
      const value = iam?.get(name);
      return value === undefined && iam !== null && isCovered(name) ? null : value;
    },
    names: [...(iam?.keys() ?? [])],
  };
};

/**
 * A group or a policy that a snapshot does not hold does not exist. A user or a role that somebody asks about acted, or was
 * made, somewhere: it may be left out by a filter, or younger than the snapshot, and is not known.
 */
const isCovered = (name: string): boolean => /^(?:group|policy\/arn:[^:]+:iam::\d{12}:policy)\//.test(name);

const iamPaths = (options: AccountOptions, iamSnapshotPath: string): IamPaths => {
  const {
    accessKeysPath = beside(options, "access-keys.json"),
    credentialReportPath = beside(options, "credential-report.csv"),
  } = options;
  return { iamSnapshotPath, accessKeysPath, credentialReportPath };
};

const readServices = (options: AccountOptions): ReadonlyMap<string, Json> => {
  const { servicesPath = beside(options, "services.json") } = options;
  if (servicesPath === null) return new Map();
  try {
    return new Map(serviceSettings(JSON.parse(readFileSync(servicesPath, "utf8"))));
  } catch (cause) {
    throw new CordonError("INPUT_UNREADABLE", `${servicesPath}: expected recorded answers by service and operation`, {
      cause,
    });
  }
};

const beside = ({ iamSnapshotPath }: AccountOptions, file: string): string | null => {
  if (iamSnapshotPath === null) return null;
  const path = join(dirname(iamSnapshotPath), file);
  return existsSync(path) ? path : null;
};
