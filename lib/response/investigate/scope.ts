/**
 * Who a principal is, as far as the account answers. Every read stands alone: one that fails is listed in `notKnown`
 * with its reason and leaves its member null, and the rest is asked all the same.
 */

import type { KnownKey, PrincipalRef, ScopedPrincipal } from "../../case/principal.ts";
import type { Account } from "../../ports/ports.ts";
import { type Asking, createAsking } from "./scopeAsk.ts";
import { NO_FACTS, roleFacts, userFacts } from "./scopeIdentity.ts";

/** Why IAM has nothing to say about a principal of this type. */
const NO_ENTITY: Readonly<Partial<Record<PrincipalRef["type"], string>>> = {
  Root: "the root user is no entity of IAM; its keys and MFA show only in the credential report",
  AWSAccount: "it belongs to another account, which answers nobody here",
  AWSService: "a service of AWS acts by itself",
  Anonymous: "nobody signed the requests",
  Directory: "directory users are not held in IAM",
  IdentityCenterUser: "users of Identity Center are held in the identity store, not in IAM",
  SAMLUser: "the identity provider holds this user, not IAM",
  WebIdentityUser: "the identity provider holds this user, not IAM",
};

/** Asks the account about a principal. Never throws because a read failed. */
export const scopePrincipal = async (principal: PrincipalRef, account: Account): Promise<ScopedPrincipal> => {
  const asking = createAsking(principal.accountId, account);
  const { entity, name } = await entityOf(principal, asking);
  const base = { ...NO_FACTS, principal, entity, keys: [] };
  if (name === null) return { ...base, ...asking.missed() };
  if (entity === "role") return { ...base, ...(await roleFacts(name, asking)), ...asking.missed() };
  const facts = await userFacts(name, asking);
  return { ...base, ...facts, keys: await keysOf(name, asking), ...asking.missed() };
};

interface Entity {
  readonly entity: ScopedPrincipal["entity"];
  readonly name: string | null;
}

const entityOf = async (principal: PrincipalRef, asking: Asking): Promise<Entity> => {
  const reason = NO_ENTITY[principal.type];
  if (reason !== undefined) return unnamed("none", asking, reason);
  if (principal.type === "AssumedRole" || principal.type === "Role") {
    const name = principal.userName ?? roleNameOf(principal.arn) ?? roleNameOf(principal.issuerArn);
    return name === null ? unnamed("role", asking, "no source names the role") : { entity: "role", name };
  }
  const name =
    principal.type === "IAMUser" ? (principal.userName ?? userNameOf(principal.arn)) : userNameOf(principal.issuerArn);
  const owner = name ?? (await ownerOf(principal.accessKeyId, asking));
  return owner === null ? unnamed("user", asking, "no source names the user") : { entity: "user", name: owner };
};

const unnamed = (entity: ScopedPrincipal["entity"], asking: Asking, reason: string): Entity => {
  asking.miss("identity", reason);
  return { entity, name: null };
};

const userNameOf = (arn: string | null): string | null =>
  /^arn:[^:]+:iam::\d{12}:user\/(?:.*\/)?([^/]+)$/.exec(arn ?? "")?.[1] ?? null;

const roleNameOf = (arn: string | null): string | null =>
  /:assumed-role\/([^/]+)\//.exec(arn ?? "")?.[1] ?? /:role\/(?:.*\/)?([^/]+)$/.exec(arn ?? "")?.[1] ?? null;

/** IAM tells whose a long-term key is (GetAccessKeyLastUsed); of session keys it keeps no record. */
const ownerOf = async (accessKeyId: string | null, asking: Asking): Promise<string | null> => {
  if (accessKeyId === null || !accessKeyId.startsWith("AKIA")) return null;
  const output = await asking.ask("owner of the key", "GetAccessKeyLastUsed", { AccessKeyId: accessKeyId });
  return typeof output?.UserName === "string" ? output.UserName : null;
};

const keysOf = async (userName: string, asking: Asking): Promise<readonly KnownKey[]> => {
  const listed =
    (await asking.list("access keys", "ListAccessKeys", { UserName: userName }, "AccessKeyMetadata")) ?? [];
  return listed.map((key) => ({
    accessKeyId: String(key.AccessKeyId),
    status: key.Status === "Active" || key.Status === "Inactive" || key.Status === "Expired" ? key.Status : "Unknown",
    userName,
    createdAt: toIso(key.CreateDate),
  }));
};

/** SDKs give a Date, recorded answers give text. */
const toIso = (value: unknown): string | null => {
  const at = value instanceof Date ? value.getTime() : Date.parse(String(value));
  return Number.isNaN(at) ? null : new Date(at).toISOString();
};
