/**
 * What a listing of identities speaks of and does not hold. IAM deletes no group, policy or boundary that is in use, and
 * shows a user or a role that is gone by its id in the policies that trust it: what is missing was left out.
 */
import { type Doc, listOf } from "./world.ts";

interface Named {
  readonly kind: "user" | "role" | "group";
  readonly name: string;
  readonly entry: Doc;
}

/** Each as part of a sentence, none where the listing may be whole. */
export const missingFrom = (pages: readonly Doc[]): readonly string[] => {
  const all = (member: string): readonly Doc[] => pages.flatMap((page) => listOf(page, member));
  const named = (kind: Named["kind"], member: string, name: string): readonly Named[] =>
    all(member).map((entry) => ({ kind, name: String(entry[name]), entry }));
  const entities = [
    ...named("user", "UserDetailList", "UserName"),
    ...named("role", "RoleDetailList", "RoleName"),
    ...named("group", "GroupDetailList", "GroupName"),
  ];
  const held = new Set([
    ...entities.map(({ kind, name }) => `${kind} ${name}`),
    ...all("Policies").map(({ Arn }) => `policy ${Arn}`),
  ]);
  const accounts = new Set(entities.map(({ entry }) => accountIn(entry.Arn)));
  const absent = entities.flatMap((one) =>
    [...new Set(spokenOf(one, accounts))]
      .filter((other) => !held.has(other))
      .map((other) => `${other}, which ${one.kind} ${one.name} has, is in, or trusts`),
  );
  return [...absent, ...uncounted(all("Policies"), entities), ...withoutRoles(entities)];
};

const spokenOf = ({ entry }: Named, accounts: ReadonlySet<string | null>): readonly string[] => [
  ...textsIn(entry.GroupList).map((name) => `group ${name}`),
  ...[...policiesOf(entry), ...boundaryOf(entry)]
    .filter((arn) => accounts.has(accountIn(arn)))
    .map((arn) => `policy ${arn}`),
  ...trustedBy(entry).flatMap((arn) => identityIn(arn, accounts)),
];

/** A policy says how many hold it: more than are here. */
const uncounted = (policies: readonly Doc[], entities: readonly Named[]): readonly string[] => {
  const found = Map.groupBy(
    entities.flatMap(({ entry }) => policiesOf(entry)),
    (arn) => arn,
  );
  return policies.flatMap(({ Arn, AttachmentCount: told }) => {
    const here = found.get(String(Arn))?.length ?? 0;
    return typeof told === "number" && told > here ? [`${told - here} of ${told} that hold policy ${Arn}`] : [];
  });
};

/** Every account has the roles of AWS Support and Trusted Advisor, which nobody can delete. Source: AWS Support user guide. */
const withoutRoles = (entities: readonly Named[]): readonly string[] =>
  entities.some(({ kind }) => kind === "user") && !entities.some(({ kind }) => kind === "role") ? ["all roles"] : [];

const policiesOf = (entry: Doc): readonly string[] =>
  listIn(entry.AttachedManagedPolicies).flatMap((one) => textsIn([(one as Doc | null)?.PolicyArn]));
const boundaryOf = ({ PermissionsBoundary: boundary }: Doc): readonly string[] =>
  textsIn([(boundary as Doc | null | undefined)?.PermissionsBoundaryArn]);

/** ARNs in the trust of a role; none where it cannot be read. */
const trustedBy = ({ AssumeRolePolicyDocument: document }: Doc): readonly string[] => {
  try {
    const policy = (
      typeof document === "string"
        ? JSON.parse(/^\s*\{/.test(document) ? document : decodeURIComponent(document))
        : document
    ) as Doc;
    return [policy.Statement]
      .flat()
      .flatMap((one) => [((one as Doc).Principal as Doc | undefined)?.AWS].flat())
      .flatMap((arn) => textsIn([arn]));
  } catch {
    return [];
  }
};

const identityIn = (arn: string, accounts: ReadonlySet<string | null>): readonly string[] => {
  const [, account, kind, path] = /^arn:[^:]+:(?:iam|sts)::(\d{12}):(user|role|assumed-role)\/(.+)$/.exec(arn) ?? [];
  if (account === undefined || !accounts.has(account)) return [];
  const parts = path!.split("/");
  return [kind === "assumed-role" ? `role ${parts[0]}` : `${kind} ${parts.at(-1)}`];
};

const accountIn = (arn: unknown): string | null => /^arn:[^:]+:iam::(\d{12}):/.exec(String(arn))?.[1] ?? null;

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textsIn = (value: unknown): readonly string[] => listIn(value).filter((one) => typeof one === "string");
