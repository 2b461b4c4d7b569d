/**
 * A deployment in memory: cases, parked questions, nonces, ledger and account as maps that can be copied, so that
 * thousands of small histories run in seconds. The code in front of the maps is the product's own wherever there is
 * any: event chain, ledger, operations of the account.
 */

import { wholeOf } from "../../lib/base/content.ts";
import { ApiError, CordonError } from "../../lib/base/errors.ts";
import type { Ledger } from "../../lib/base/ledger.ts";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import { nextEvent } from "../../lib/case/auditTrail.ts";
import type { CaseHead } from "../../lib/case/case.ts";
import type { CaseEvent } from "../../lib/case/events.ts";
import { readBucketFiles } from "../../lib/embedded/account/bucketFiles.ts";
import { managedReads, managedWrites } from "../../lib/embedded/account/iamManaged.ts";
import { roleReads, roleWrites } from "../../lib/embedded/account/iamRole.ts";
import { readIamSnapshot } from "../../lib/embedded/account/iamSnapshot.ts";
import { userReads, userWrites } from "../../lib/embedded/account/iamUser.ts";
import { s3Reads, s3Writes } from "../../lib/embedded/account/s3.ts";
import { serviceReads, serviceSettings } from "../../lib/embedded/account/serviceReads.ts";
import { serviceWrites } from "../../lib/embedded/account/serviceWrites.ts";
import { simulations } from "../../lib/embedded/account/simulate.ts";
import type { Json } from "../../lib/embedded/account/store.ts";
import type { AccountView, Operations } from "../../lib/embedded/account/world.ts";
import { openLedger } from "../../lib/evidence/ledger/ledgerLog.ts";
import type { Account, Cases, Clock, Decisions, Notice, ParkedQuestion } from "../../lib/ports/ports.ts";
import { ACCOUNT } from "../actions/names.ts";
import { SERVICES } from "../actions/services.ts";
import { makeKey } from "../evidence/ledgerFixture.ts";

const FIXTURE = new URL("../fixtures/moto-account/", import.meta.url).pathname;

/** Everything that outlives a process. */
export interface Disk {
  readonly heads: Map<string, CaseHead>;
  readonly events: Map<string, readonly CaseEvent[]>;
  readonly documents: Map<string, Uint8Array>;
  readonly parked: Map<string, ParkedQuestion & { readonly woken: string | null }>;
  readonly nonces: Map<string, string>;
  readonly ledger: Map<string, Uint8Array>;
  readonly settings: Map<string, Json>;
  readonly calls: ApiRequest[];
  readonly notices: Notice[];
}

export const emptyDisk = (): Disk => ({
  heads: new Map(),
  events: new Map(),
  documents: new Map(),
  parked: new Map(),
  nonces: new Map(),
  ledger: new Map(),
  settings: new Map(),
  calls: [],
  notices: [],
});

/** A second disk with the same content; what happens on one does not show on the other. */
export const copyOf = (disk: Disk): Disk => ({
  heads: new Map(disk.heads),
  events: new Map(disk.events),
  documents: new Map(disk.documents),
  parked: new Map(disk.parked),
  nonces: new Map(disk.nonces),
  ledger: new Map(disk.ledger),
  settings: new Map(disk.settings),
  calls: [...disk.calls],
  notices: [...disk.notices],
});

export const memoryCases = (disk: Disk, clock: Clock): Cases => {
  const head = (caseId: string): CaseHead => {
    const found = disk.heads.get(caseId);
    if (found === undefined) throw new CordonError("CASE_NOT_FOUND", caseId);
    return found;
  };
  const path = (caseId: string, name: string): string => `${caseId}/${name}`;
  return {
    claim: async (_actor, caseId) => caseId,
    open: async (opened) => {
      if (disk.heads.has(opened.caseId)) return false;
      disk.heads.set(opened.caseId, opened);
      return true;
    },
    head: async (caseId) => head(caseId),
    update: async (caseId, change) => {
      const before = head(caseId);
      const after = { ...change(before), version: before.version + 1 };
      disk.heads.set(caseId, after);
      return after;
    },
    list: async () => [...disk.heads.values()],
    append: async (caseId, event) => {
      const lines = disk.events.get(caseId) ?? [];
      const next = nextEvent(lines.at(-1) ?? null, structuredClone(event), clock.now());
      disk.events.set(caseId, [...lines, next]);
      return next;
    },
    events: async (caseId) => disk.events.get(caseId) ?? [],
    putOnce: async (caseId, name, bytes) => {
      const known = disk.documents.get(path(caseId, name));
      if (known !== undefined) return known;
      disk.documents.set(path(caseId, name), Uint8Array.from(bytes));
      return bytes;
    },
    createLarge: async (caseId, name, body) => {
      if (disk.documents.has(path(caseId, name))) return false;
      disk.documents.set(path(caseId, name), Uint8Array.from(wholeOf(body)));
      return true;
    },
    readLarge: async (caseId, name) => disk.documents.get(path(caseId, name)) ?? null,
    write: async (caseId, name, body) => void disk.documents.set(path(caseId, name), Uint8Array.from(wholeOf(body))),
    read: async (caseId, name) => disk.documents.get(path(caseId, name)) ?? null,
    names: async (caseId, prefix) =>
      [...disk.documents.keys()]
        .filter((name) => name.startsWith(path(caseId, prefix)))
        .map((name) => name.slice(caseId.length + 1))
        .sort(),
  };
};

export const memoryDecisions = (disk: Disk): Decisions => {
  const key = (caseId: string, planId: string): string => `${caseId}/${planId}`;
  return {
    park: async (question) => void disk.parked.set(key(question.caseId, question.planId), { ...question, woken: null }),
    read: async (caseId, planId) => disk.parked.get(key(caseId, planId)) ?? null,
    open: async () => [...disk.parked.values()].filter(({ woken }) => woken === null),
    wake: async (caseId, planId, outcome) => {
      const parked = disk.parked.get(key(caseId, planId));
      if (parked === undefined || parked.woken !== null) return false;
      disk.parked.set(key(caseId, planId), { ...parked, woken: outcome });
      return true;
    },
    claim: async (nonce, by) => {
      if (!disk.nonces.has(nonce)) disk.nonces.set(nonce, by);
      return disk.nonces.get(nonce) === by;
    },
  };
};

const ledgerKey = makeKey();

export const memoryLedger = (disk: Disk, origin: string): Ledger => {
  const store = {
    create: async (name: string, bytes: Uint8Array): Promise<boolean> => {
      if (disk.ledger.has(name)) return false;
      disk.ledger.set(name, Uint8Array.from(bytes));
      return true;
    },
    has: async (name: string): Promise<boolean> => disk.ledger.has(name),
    read: async (name: string): Promise<Uint8Array | null> => disk.ledger.get(name) ?? null,
    list: async (folder: string): Promise<readonly string[]> =>
      [...disk.ledger.keys()].filter((name) => name.startsWith(folder)).sort(),
  };
  return openLedger({
    store,
    signed: store,
    signer: { name: origin, sign: ledgerKey.sign, publicKey: ledgerKey.publicKey },
    formerKeys: [],
  });
};

const iam = readIamSnapshot({
  iamSnapshotPath: `${FIXTURE}iam.json`,
  accessKeysPath: `${FIXTURE}access-keys.json`,
  credentialReportPath: `${FIXTURE}credential-report.csv`,
});
const buckets = readBucketFiles(`${FIXTURE}buckets`);
const services = new Map(serviceSettings(JSON.parse(JSON.stringify(SERVICES))));
const FIXTURE_NAMES = [...iam.keys()].sort();

const fixture = (name: string): Json | undefined => {
  if (name.startsWith("bucket/") || name.startsWith("objects/")) return buckets(name);
  if (name.startsWith("service/")) return services.get(name);
  return iam.get(name) ?? (/^(user|role|group|policy\/arn:aws:iam::\d{12}:policy)\//.test(name) ? null : undefined);
};

/** The account of test/actions/world.ts: alice, bob, carol, three roles, two buckets, a task and a transfer. */
export const memoryAccount = (disk: Disk): Account => {
  const find = (name: string): Json | undefined => (disk.settings.has(name) ? disk.settings.get(name) : fixture(name));
  const world: AccountView = {
    accountId: ACCOUNT,
    doubt: null,
    find,
    write: (name, value) => void disk.settings.set(name, value),
    names: (prefix) =>
      [...new Set([...FIXTURE_NAMES, ...disk.settings.keys()])]
        .filter((name) => name.startsWith(prefix) && find(name) !== null)
        .sort(),
  };
  return {
    call: async (request) => {
      const [reads, writes] = operationsOf(request.service);
      const read = reads[request.operation];
      if (read !== undefined) return { requestId: "read", output: read(world, request.input, request.operation) };
      const write = writes[request.operation];
      if (write === undefined) throw new ApiError(request.operation, "UnknownOperation", request.service);
      const output = write(world, request.input, request.operation);
      disk.calls.push(structuredClone(request));
      return { requestId: `call-${disk.calls.length}`, output };
    },
  };
};

const operationsOf = (service: ApiRequest["service"]): readonly [Operations, Operations] => {
  if (service === "iam")
    return [
      { ...userReads, ...roleReads, ...managedReads, ...simulations },
      { ...userWrites, ...roleWrites, ...managedWrites },
    ];
  return service === "s3" ? [s3Reads, s3Writes] : [serviceReads(service), serviceWrites(service)];
};

/** Gives alice a second key that works, so that one action takes two calls. */
export const activateBothKeys = (disk: Disk): void => {
  const keys = iam.get("keys/alice");
  disk.settings.set("keys/alice", JSON.parse(JSON.stringify(keys).replaceAll('"Inactive"', '"Active"')) as Json);
};
