import { DISCOVERED, find, SCAN_ROUND } from "../../case/documents.ts";
import type { Finding } from "../../case/finding.ts";
import type { PrincipalRef } from "../../case/principal.ts";
import type { Ports } from "../../ports/ports.ts";
import { upstreamOf } from "./chain.ts";
import { ask } from "./queries.ts";

interface OwnerRow {
  readonly bucket: string;
  readonly account: string;
}

/**
 * The accounts whose logs a scan reads, where the deployment is over an organisation: that of the finding, those of
 * everybody who is known to be the actor, and those that own the buckets looked for. A request stands in the log of the
 * account that made it, so that this follows the actor from account to account, a round each. Undefined: all accounts.
 */
export const accountsConcerned = async (
  caseId: string,
  finding: Finding,
  buckets: readonly string[],
  ports: Ports,
): Promise<readonly string[] | undefined> => {
  if (ports.settings.scan?.accounts !== "concerned") return undefined;
  const found = await find(ports.cases, caseId, DISCOVERED);
  const upstream = await upstreamOf(caseId, ports);
  const actors = [...finding.principals, ...(found?.suspects ?? [])].flatMap(accountsOf);
  const all = [finding.accountId, ...actors, ...upstream.accounts, ...(await ownersOf(caseId, buckets, ports))];
  return [...new Set(all.filter((id) => id !== null && ACCOUNT.test(id)))].sort() as readonly string[];
};

/** What stands in logs becomes a folder that is read: only what has the form of an account's id. */
const ACCOUNT = /^\d{12}$/;

const accountsOf = ({ accountId, arn, issuerArn }: PrincipalRef): readonly (string | null)[] => [
  accountId,
  arn?.split(":")[4] ?? null,
  issuerArn?.split(":")[4] ?? null,
];

/** Once there is a case table. Whoever reads a bucket that was opened to everybody stands in its owner's log alone. */
const ownersOf = async (caseId: string, buckets: readonly string[], ports: Ports): Promise<readonly string[]> => {
  if ((await find(ports.cases, caseId, SCAN_ROUND.at("001"))) === null) return [];
  if ((await find(ports.cases, caseId, DISCOVERED)) === null) return [];
  const rows = await ask<OwnerRow>(caseId, "bucket-owners", [], ports);
  return rows.filter(({ bucket }) => buckets.includes(bucket)).map(({ account }) => account);
};
