import { isIP } from "node:net";
import { isOrdinary } from "./ordinaryWords.ts";

/** What a token stands for. */
export type Kind = "digest" | "address" | "key" | "principal" | "name" | "bucket" | "object" | "text";

/** Members that hold identifiers, by their letters alone (`access_key_id`, `accessKeyIds`), and what they hold. */
const BY_MEMBER: Readonly<Record<string, Kind>> = {
  accesskeyid: "key",
  accesskeyids: "key",
  actordisplay: "name",
  actorid: "name",
  actorname: "name",
  appusers: "name",
  approver: "name",
  approvals: "name",
  assumedroleid: "principal",
  because: "text",
  bucket: "bucket",
  bucketname: "bucket",
  buckets: "bucket",
  copysource: "object",
  destinationbucket: "bucket",
  display: "name",
  displayname: "name",
  envelope: "text",
  filter: "text",
  findingid: "digest",
  grantee: "name",
  groupname: "name",
  groups: "name",
  host: "name",
  hostname: "name",
  humanid: "name",
  instance: "name",
  key: "object",
  nonce: "digest",
  mintedkey: "key",
  mintedsession: "principal",
  minteduser: "name",
  objectkey: "object",
  operator: "name",
  orderedby: "principal",
  orderedkey: "key",
  policyname: "name",
  prefix: "object",
  principal: "principal",
  principalid: "principal",
  principals: "principal",
  reason: "text",
  rolename: "name",
  rolesession: "name",
  rolesessionname: "name",
  sourceidentity: "name",
  user: "name",
  userid: "principal",
  username: "name",
  versionid: "object",
};

/** Members of an actor, who is a person. */
const OF_ACTOR: Readonly<Record<string, Kind>> = { id: "name", name: "name" };

/** Identifiers that show themselves wherever they stand: addresses, ARNs, keys and unique ids of IAM, mail addresses. */
const PATTERNS: readonly (readonly [Kind, RegExp])[] = [
  // Of a line, an answer or a file with a name in it: whoever tries all names would find the one that gives it. The nonce of a
  // plan and the id of a finding keep the plain digests of both, which the ledger holds, from being found like that.
  ["digest", /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])/g],
  ["principal", /arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:[0-9]{12}:[^\s"'\\,;)\]}]+/g],
  ["bucket", /arn:aws[a-z-]*:s3:::[^\s"'\\,;)\]}]+/g],
  ["key", /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}\b/g],
  ["principal", /\b(?:AROA|AIDA|AGPA|AIPA|ANPA|ANVA|APKA|ASCA)[A-Z0-9]{12,}(?::[\w+=,.@-]+)?/g],
  ["name", /\bi-[0-9a-f]{8,17}\b/g],
  ["name", /(?<=^human:).+$/g],
  ["name", /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g],
  ["address", /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g],
  ["address", /(?<![0-9a-fA-F:])(?:[0-9a-fA-F]{1,4}:){2,7}:?[0-9a-fA-F]{0,4}(?:::?[0-9a-fA-F]{1,4})*(?![0-9a-fA-F:])/g],
];

const IS_ACCOUNT = /^\d{12}$/;

/** Names inside an ARN: user, role, session, bucket and key. */
const ARN_PARTS =
  /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:user|role|assumed-role|instance-profile|group|federated-user|policy)\/(.+)$/;

/** Texts remembered, most of a large file being those of the line before. */
const REMEMBERED = 10_000;

/** Words that a member may hold and that name nobody. */
const ORDINARY = /^(?:|-|none|null|true|false|unknown|not known|root|\*|[\w.-]+\.amazonaws\.com|AWS Internal)$/i;

/** Where names are gathered; the kind that one was first given stays. */
export interface Found {
  has(text: string): boolean;
  set(text: string, kind: Kind): void;
  account(id: string): void;
}

/** Gathers the names that occur in a document. What is looked through once need not be again: `seen` remembers texts of late. */
export const identifiersIn = (value: unknown, found: Found, seen: Set<string> = new Set()): void => {
  if (seen.size > REMEMBERED) seen.clear();
  walk(value, null, {
    has: (text) => found.has(text),
    set: (text, kind) => found.set(text, kind),
    account: (id) => found.account(id),
    seen,
  });
};

type Gathering = Found & { readonly seen: Set<string> };

const walk = (value: unknown, kind: Kind | null, found: Gathering): void => {
  if (typeof value === "string") note(value, kind, found);
  else if (Array.isArray(value)) for (const item of value) walk(item, kind, found);
  else if (typeof value === "object" && value !== null)
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === "string" && IS_ACCOUNT.test(member) && /account/i.test(name)) found.account(member);
      if (isActor(name, member)) walkActor(member, found);
      else walk(member, kindOf(name, member), found);
    }
};

const isActor = (name: string, member: unknown): member is Readonly<Record<string, unknown>> =>
  name === "actor" && typeof member === "object" && member !== null && !Array.isArray(member);

const walkActor = (actor: Readonly<Record<string, unknown>>, found: Gathering): void => {
  for (const [name, member] of Object.entries(actor)) walk(member, OF_ACTOR[name] ?? kindOf(name, member), found);
};

/** `name` and `arn` say little by themselves; a list of buckets has `name`s that are buckets. */
const kindOf = (name: string, member: unknown): Kind | null => {
  const kind = BY_MEMBER[name.toLowerCase().replaceAll(/[^a-z0-9]/g, "")] ?? null;
  return kind === "bucket" || typeof member === "string" || Array.isArray(member) ? kind : null;
};

const note = (text: string, kind: Kind | null, found: Gathering): void => {
  const looked = `${kind}\n${text}`;
  if (found.seen.has(looked)) return;
  found.seen.add(looked);
  for (const [of, pattern] of PATTERNS) for (const [match] of text.matchAll(pattern)) add(match, of, found);
  if (kind !== null && !text.startsWith("arn:"))
    for (const line of text.includes("\n") ? [text, ...text.split("\n")] : [text])
      add(line, isIP(line) === 0 ? kind : "address", found);
  const inner = /^\s*[[{]/.test(text) ? parse(text) : undefined;
  if (inner !== undefined) walk(inner, null, found);
};

const add = (text: string, kind: Kind, found: Found): void => {
  if (ORDINARY.test(text) || found.has(text)) return;
  if (kind === "address" && isIP(text) === 0) return;
  found.set(text, kind);
  const account = /^arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:(\d{12}):/.exec(text)?.[1];
  if (account !== undefined) found.account(account);
  if (kind === "name") for (const other of otherForms(text)) add(other, kind, found);
  const path = ARN_PARTS.exec(text)?.[1];
  if (path !== undefined) for (const part of path.split("/")) add(part, "name", found);
  const [bucket, ...key] = /^arn:aws[a-z-]*:s3:::(.+)$/.exec(text)?.[1]?.split("/") ?? [];
  if (bucket !== undefined) add(bucket, "bucket", found);
  if (key.length > 0 && key.join("/") !== "*") add(key.join("/"), "object", found);
  if (kind === "principal" && /^A[A-Z]{3}[A-Z0-9]{12,}:/.test(text))
    for (const part of [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)])
      add(part, "principal", found);
};

/** Names are asked for in lower case and without their domain too, where that names them still. */
const otherForms = (name: string): readonly string[] =>
  [name.toLowerCase(), name.split("@", 1)[0]!].filter((form) => form !== name && form !== "" && !isOrdinary(form));

export const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
