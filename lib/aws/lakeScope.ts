/** Which accounts a statement over the lake reads. */
import { CordonError } from "../base/errors.ts";

const DAYS = "day >= ? AND day <= ?";
const ACCOUNT = /^\d{12}$/;

/**
 * A statement that reads some days, of some accounts only: a condition on the partition, as literals, because Athena prunes
 * by them and an injected partition wants them (user guide, partition projection). Undefined: all accounts.
 */
export const ofAccounts = (sql: string, accounts: readonly string[] | undefined): string =>
  accounts === undefined ? sql : sql.replace(DAYS, `${accountsIn(accounts)} AND ${DAYS}`);

/** `account IN ('…', …)`. Throws INPUT_INVALID for what is no account's id, because it becomes SQL. */
export const accountsIn = (accounts: readonly string[]): string => {
  const strange = accounts.find((id) => !ACCOUNT.test(id));
  if (strange !== undefined || accounts.length === 0)
    throw new CordonError(
      "INPUT_INVALID",
      `accounts of a scan: expected ids of twelve digits, got ${strange ?? "none"}`,
    );
  return `account IN (${accounts.map((id) => `'${id}'`).join(", ")})`;
};
