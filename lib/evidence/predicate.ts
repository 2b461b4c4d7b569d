import { EvidenceError, printable } from "../base/evidenceError.ts";
import { assertMembers } from "./statement.ts";

/** What a signed bundle says about itself. No member may be left out: its absence must never read as good news. */
export interface BundlePredicate {
  readonly caseId: string;
  /** 1, 2, … per case. */
  readonly revision: number;
  /** The revision this one replaces and its bundle digest. */
  readonly supersedes: { readonly revision: number; readonly digest: string } | null;
  /** ISO 8601 UTC with milliseconds. */
  readonly sealedAt: string;
  readonly deployment: { readonly accountId: string; readonly region: string; readonly ledgerOrigin: string };
  /** Files under `data/` and their bytes together. */
  readonly payload: { readonly files: number; readonly bytes: number };
  readonly producer: { readonly name: string; readonly version: string; readonly sourceDigest: string };
  /** The newest ledger checkpoint before sealing: the bundle commits to all history before it. `size` is decimal. */
  readonly ledgerHead: { readonly size: string; readonly rootSha256: string } | null;
  /** `openActions`: what was due and is not in force, and what the actor opened and nothing has closed; 0 always by 0.1.0, which did not count. */
  readonly result: { readonly verdict: string; readonly contained: boolean; readonly openActions: number };
  /** True for a drill or a replay. */
  readonly exercise: boolean;
}

type Test = (value: unknown) => boolean;

const matches =
  (pattern: RegExp): Test =>
  (value) =>
    typeof value === "string" && pattern.test(value);
const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isRevision: Test = (value) => isCount(value) && (value as number) >= 1;
const isFlag: Test = (value) => typeof value === "boolean";
/** One line of printable ASCII: it is also written into bag-info.txt. */
const isLine = matches(/^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/);
const isHex256 = matches(/^[0-9a-f]{64}$/);
const isInstant: Test = (value) => {
  const milliseconds = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString() === value;
};

const MEMBERS: Readonly<Record<keyof BundlePredicate, Test | Readonly<Record<string, Test>>>> = {
  caseId: matches(/^[a-z0-9][a-z0-9-]{0,99}$/),
  revision: isRevision,
  supersedes: { revision: isRevision, digest: isHex256 },
  sealedAt: isInstant,
  deployment: { accountId: matches(/^\d{12}$/), region: isLine, ledgerOrigin: isLine },
  payload: { files: isRevision, bytes: isCount },
  producer: { name: isLine, version: isLine, sourceDigest: isLine },
  ledgerHead: { size: matches(/^(?:0|[1-9]\d{0,15})$/), rootSha256: isHex256 },
  result: { verdict: isLine, contained: isFlag, openActions: isCount },
  exercise: isFlag,
};
const MAY_BE_NULL: ReadonlySet<string> = new Set(["supersedes", "ledgerHead"]);

/** Checks every member of the predicate; throws fault PREDICATE at the first fault. */
export function parsePredicate(value: unknown): BundlePredicate {
  assertMembers(value, Object.keys(MEMBERS), "predicate", "PREDICATE");
  for (const [name, test] of Object.entries(MEMBERS)) checkMember(name, value[name], test);
  const predicate = value as unknown as BundlePredicate;
  if (predicate.supersedes !== null && predicate.supersedes.revision >= predicate.revision)
    throw refused("supersedes", predicate.supersedes);
  return predicate;
}

function checkMember(name: string, value: unknown, test: Test | Readonly<Record<string, Test>>): void {
  if (value === null && MAY_BE_NULL.has(name)) return;
  if (typeof test === "function") {
    if (!test(value)) throw refused(name, value);
    return;
  }
  assertMembers(value, Object.keys(test), `predicate.${name}`, "PREDICATE");
  for (const [inner, innerTest] of Object.entries(test)) checkMember(`${name}.${inner}`, value[inner], innerTest);
}

const refused = (name: string, got: unknown): EvidenceError =>
  new EvidenceError("PREDICATE", printable(`predicate.${name}: not allowed: ${JSON.stringify(got)}`));
