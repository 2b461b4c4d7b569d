/**
 * The account concerned as a model: a snapshot taken with the AWS CLI, and over it what our calls have changed. It
 * answers in the shapes and with the error codes of the AWS APIs, so that actions cannot tell the difference. What it
 * is not: it evaluates no permissions, and it is consistent at once where IAM takes minutes.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { ApiError } from "../core/errors.ts";
import type { Account, ApiAnswer, ApiRequest } from "../ports.ts";
import { readBucketFiles } from "./account/bucketFiles.ts";
import { roleReads, roleWrites } from "./account/iamRole.ts";
import { type IamPaths, readIamSnapshot } from "./account/iamSnapshot.ts";
import { userReads, userWrites } from "./account/iamUser.ts";
import { s3Reads, s3Writes } from "./account/s3.ts";
import { type Json, openStore, type Store } from "./account/store.ts";
import { type Operation, type Operations, toJson, type World } from "./account/world.ts";

export interface AccountOptions {
  /** Output of `aws iam get-account-authorization-details`, or null: identity is then not known. */
  readonly iamSnapshotPath: string | null;
  /** List of `aws iam list-access-keys` outputs; by default `access-keys.json` beside the snapshot. */
  readonly accessKeysPath?: string | null;
  /** The decoded credential report; by default `credential-report.csv` beside the snapshot. */
  readonly credentialReportPath?: string | null;
  /** Folder of `<bucket>.json` files, or null: bucket settings are then not known. */
  readonly bucketsDir: string | null;
  /** Where changes are kept; created if absent. */
  readonly overlayDir: string;
  readonly accountId: string;
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

const SERVICES: Readonly<Partial<Record<ApiRequest["service"], Catalogue>>> = {
  iam: { reads: { ...userReads, ...roleReads }, writes: { ...userWrites, ...roleWrites } },
  s3: { reads: s3Reads, writes: s3Writes },
};

/** Opens the model. Throws INPUT_UNREADABLE when a snapshot file is not what it should be. */
export const createAccount = (options: AccountOptions): EmbeddedAccount => {
  const store = openStore(options.overlayDir);
  const world = createWorld(options, store);
  return {
    call: async (request) => answer(options, world, store, request),
    calls: () => store.calls() as unknown as readonly ApiRequest[],
    close: () => store.close(),
  };
};

const answer = (options: AccountOptions, world: World, store: Store, request: ApiRequest): ApiAnswer => {
  const { operation, service, input } = request;
  if (request.accountId !== options.accountId) {
    throw new ApiError(
      operation,
      "NotKnown",
      `the snapshot is of account ${options.accountId}, not of ${request.accountId}`,
    );
  }
  const catalogue = SERVICES[service];
  const read = own(catalogue?.reads, operation);
  if (read !== undefined) return { requestId: "embedded-read", output: read(world, input, operation) };
  const write = own(catalogue?.writes, operation);
  if (write === undefined)
    throw new ApiError(operation, "UnknownOperation", `the embedded account does not know ${service}:${operation}`);
  return store.change(() => {
    const output = write(world, input, operation);
    return { requestId: `embedded-${store.note(toJson(request))}`, output };
  });
};

const own = (operations: Operations | undefined, name: string): Operation | undefined =>
  operations !== undefined && Object.hasOwn(operations, name) ? operations[name] : undefined;

const createWorld = (options: AccountOptions, store: Store): World => {
  const snapshot = readSnapshot(options);
  const find = (name: string): Json | undefined => {
    const changed = store.read(name);
    return changed === undefined ? snapshot.find(name) : changed;
  };
  return {
    accountId: options.accountId,
    find,
    write: store.write,
    names: (prefix) => snapshot.names.filter((name) => name.startsWith(prefix) && find(name) !== null),
  };
};

interface Snapshot {
  find(name: string): Json | undefined;
  readonly names: readonly string[];
}

const readSnapshot = (options: AccountOptions): Snapshot => {
  const iam = options.iamSnapshotPath === null ? null : readIamSnapshot(iamPaths(options, options.iamSnapshotPath));
  const buckets = options.bucketsDir === null ? () => undefined : readBucketFiles(options.bucketsDir);
  return {
    find: (name) => {
      if (name.startsWith("bucket/") || name.startsWith("objects/")) return buckets(name);
      const value = iam?.get(name);
      // The snapshot covers all users, roles and groups: one that is not in it does not exist.
      return value === undefined && iam !== null && /^(user|role|group)\//.test(name) ? null : value;
    },
    names: [...(iam?.keys() ?? [])].sort(),
  };
};

const iamPaths = (options: AccountOptions, iamSnapshotPath: string): IamPaths => {
  const beside = (file: string): string | null => {
    const path = join(dirname(iamSnapshotPath), file);
    return existsSync(path) ? path : null;
  };
  const { accessKeysPath = beside("access-keys.json"), credentialReportPath = beside("credential-report.csv") } =
    options;
  return { iamSnapshotPath, accessKeysPath, credentialReportPath };
};
