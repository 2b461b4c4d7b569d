/** The accounts of an organisation, asked for when they matter: no template and no environment holds the list. */
import { readFileSync } from "node:fs";
import type { OrganizationsClient } from "@aws-sdk/client-organizations";
import { CordonError } from "../base/errors.ts";
import { toStepError } from "./failures.ts";

/** Beside this file in the code bundle, where the context names a file of accounts. */
const FILE = new URL("./accounts.json", import.meta.url);

/** Ids, from the bundle's file or from AWS Organizations; once per container. */
export const organizationAccounts = (
  from: "file" | "organizations",
  client: () => Promise<OrganizationsClient>,
): (() => Promise<readonly string[]>) => {
  let known: Promise<readonly string[]> | undefined;
  return () => {
    known ??= (from === "file" ? fromFile() : client().then(listAccounts)).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
};

const fromFile = async (): Promise<readonly string[]> => {
  try {
    return JSON.parse(readFileSync(FILE, "utf8")) as readonly string[];
  } catch (cause) {
    throw new CordonError("SETTINGS_INVALID", "the accounts of the organisation are not in the code bundle", { cause });
  }
};

/**
 * Ids of the active accounts (`State` takes the place of `Status`, which AWS withdraws). Whoever asks must be of the management account or of a delegated administrator (Organizations
 * API, ListAccounts).
 */
export const listAccounts = async (organizations: OrganizationsClient): Promise<readonly string[]> => {
  const { ListAccountsCommand } = await import("@aws-sdk/client-organizations");
  const ids: string[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await organizations.send(
        new ListAccountsCommand({ MaxResults: 20, ...(token === undefined ? {} : { NextToken: token }) }),
      );
      ids.push(...(page.Accounts ?? []).filter((one) => (one.State ?? one.Status) === "ACTIVE").map(({ Id }) => Id!));
      token = page.NextToken;
    } while (token !== undefined);
  } catch (error) {
    throw toStepError("STATE_UNKNOWN", "Organizations: list the accounts", error);
  }
  return ids.sort();
};
