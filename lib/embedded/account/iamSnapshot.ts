/**
 * Reads what `aws iam get-account-authorization-details` prints (one page, or pages appended to one file) and, where
 * given, `access-keys.json` (a list of `aws iam list-access-keys` outputs) and the credential report, because the
 * first holds no access keys, passwords or MFA devices.
 */
import { CordonError } from "../../base/errors.ts";
import { parseConcatenated } from "../../base/jsonStream.ts";
import type { Finding } from "../../case/finding.ts";
import { knownKind } from "../../core/finding/kinds.ts";
import { textOfFile } from "../plainText.ts";
import { readOnce } from "../readOnce.ts";
import { missingFrom } from "./iamWhole.ts";
import type { Json } from "./store.ts";
import { type Doc, listOf, toJson } from "./world.ts";

export interface IamPaths {
  readonly iamSnapshotPath: string;
  readonly accessKeysPath: string | null;
  readonly credentialReportPath: string | null;
}

/** The parts of the snapshot and the setting that each of their entries becomes. */
const PARTS = [
  { member: "UserDetailList", kind: "user", nameMember: "UserName", policies: "UserPolicyList" },
  { member: "RoleDetailList", kind: "role", nameMember: "RoleName", policies: "RolePolicyList" },
  { member: "GroupDetailList", kind: "group", nameMember: "GroupName", policies: "GroupPolicyList" },
  { member: "Policies", kind: "policy", nameMember: "Arn", policies: "PolicyVersionList" },
] as const;

/** Settings by name (`user/alice`, `keys/alice`, `login/alice`, `mfa/alice`, `role/…`, `group/…`, `policy/<arn>`). */
export const readIamSnapshot = (paths: IamPaths): ReadonlyMap<string, Json> =>
  settingsIn(paths.iamSnapshotPath, paths.accessKeysPath, paths.credentialReportPath);

const settingsIn = readOnce((iamSnapshotPath, accessKeysPath, credentialReportPath) =>
  settingsOf({
    iamSnapshotPath: iamSnapshotPath!,
    accessKeysPath: accessKeysPath ?? null,
    credentialReportPath: credentialReportPath ?? null,
  }),
);

const settingsOf = (paths: IamPaths): ReadonlyMap<string, Json> => {
  const settings = new Map<string, Json>();
  for (const page of readPages(paths.iamSnapshotPath)) addPage(settings, page);
  const users = [...settings.keys()]
    .filter((name) => name.startsWith("user/"))
    .map((name) => name.slice("user/".length));
  if (paths.accessKeysPath !== null) addKeys(settings, users, readPages(paths.accessKeysPath));
  if (paths.credentialReportPath !== null) addReport(settings, textOfFile(paths.credentialReportPath));
  return settings;
};

const readPages = (path: string): readonly Doc[] => {
  try {
    return parseConcatenated(textOfFile(path))
      .flat()
      .map((page) => toJson(page) as Doc);
  } catch (cause) {
    throw new CordonError("INPUT_UNREADABLE", `${path}: expected JSON as the aws CLI prints it`, { cause });
  }
};

const COMMAND = "aws iam get-account-authorization-details";

/**
 * Whether a file is a whole snapshot of some account: nothing that it does not hold exists then. Throws INPUT_INVALID for
 * another document, for pages of which one is missing, and for one that was filtered until no identity was left.
 */
export const assertIamSnapshot = (path: string): void => {
  const pages = readPages(path);
  const stranger = pages.find((page) => !PARTS.some(({ member }) => Array.isArray(page?.[member])));
  if (stranger !== undefined || pages.length === 0)
    throw invalid(path, `the output of \`${COMMAND}\` (UserDetailList, RoleDetailList, …)`, named(stranger));
  for (const { member, nameMember, policies } of PARTS)
    for (const entry of pages.flatMap((page) => listOf(page, member))) {
      if (typeof entry?.[nameMember] !== "string")
        throw invalid(path, `${nameMember} in each entry of ${member}`, "none");
      const broken = [policies, "AttachedManagedPolicies"].find((list) => !isListOfObjects(entry[list] ?? []));
      if (broken !== undefined)
        throw invalid(path, `${broken} of ${entry[nameMember]} to be a list of policies`, "something else");
    }
  if (pages.every(isIncomplete))
    throw invalid(path, `all pages of \`${COMMAND}\``, "one that says IsTruncated or NextToken: more are missing");
  if (pages.every((page) => listOf(page, "UserDetailList").length + listOf(page, "RoleDetailList").length === 0))
    throw invalid(path, "users or roles", "neither: it was taken with a filter");
};

const isListOfObjects = (value: Json): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null && !Array.isArray(one));

const isIncomplete = ({ IsTruncated, Marker, NextToken }: Doc): boolean =>
  IsTruncated === true || (IsTruncated === undefined && (Marker ?? NextToken ?? null) !== null);

const named = (page: Doc | undefined): string =>
  page === undefined
    ? "an empty file"
    : typeof page === "object" && page !== null
      ? (knownKind(page) ?? `a document of ${Object.keys(page).slice(0, 5).join(", ") || "no members"}`)
      : "something else";

const invalid = (path: string, expected: string, got: string): CordonError =>
  new CordonError("INPUT_INVALID", `${path}: expected ${expected}, got ${got}`, {
    faults: [{ path, expected, got }],
  });

/** Accounts that the users and roles of a snapshot belong to. */
export const accountsOf = (path: string): readonly string[] => accountsIn(path);

const accountsIn = readOnce((path): readonly string[] => [
  ...new Set(
    readPages(path!)
      .flatMap((page) => [...listOf(page, "UserDetailList"), ...listOf(page, "RoleDetailList")])
      .flatMap(({ Arn }) => /^arn:[^:]+:iam::(\d{12}):/.exec(String(Arn))?.[1] ?? []),
  ),
]);

const missingIn = readOnce((path) => missingFrom(readPages(path!)));

/** Why a snapshot cannot be believed about a finding, or null: it is of another account, does not know who acted, or is not whole. */
export const doubtAbout = (
  path: string,
  { accountId, principals }: Pick<Finding, "accountId" | "principals">,
): string | null => {
  const accounts = accountsOf(path);
  if (accounts.length > 0 && !accounts.includes(accountId))
    return `the snapshot is of account ${accounts.join(", ")}, not of ${accountId}`;
  const known = readIamSnapshot({ iamSnapshotPath: path, accessKeysPath: null, credentialReportPath: null });
  const missing = principals
    .filter((one) => one.accountId === accountId && one.userName !== null)
    .flatMap(({ type, userName }) =>
      type === "IAMUser" ? [`user/${userName}`] : type === "AssumedRole" ? [`role/${userName}`] : [],
    )
    .filter((name) => !known.has(name));
  if (missing.length === 0) return notWhole(path);
  return `the snapshot does not know ${missing.join(", ").replaceAll("/", " ")}, which acted: it was filtered, or taken at another time`;
};

const MOST_NAMED = 3;

const notWhole = (path: string): string | null => {
  const missing = missingIn(path);
  if (missing.length === 0) return null;
  const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : "";
  return `the snapshot is not whole: it lacks ${missing.slice(0, MOST_NAMED).join("; ")}${more}. A page is missing, or it was taken with a filter`;
};

const addPage = (settings: Map<string, Json>, page: Doc): void => {
  for (const { member, kind, nameMember, policies } of PARTS) {
    for (const entry of listOf(page, member)) {
      const documents = listOf(entry, policies).map(withText);
      const trust = entry.AssumeRolePolicyDocument;
      const text = trust === undefined ? {} : { AssumeRolePolicyDocument: textOfDocument(trust) };
      settings.set(`${kind}/${String(entry[nameMember])}`, { ...entry, [policies]: documents, ...text });
    }
  }
};

const withText = (policy: Doc): Doc => {
  const member = policy.Document === undefined ? "PolicyDocument" : "Document";
  return { ...policy, [member]: textOfDocument(policy[member] ?? {}) };
};

/** The CLI prints documents as objects; the API itself, and boto3 in part, as URL-encoded text. What is neither stays as it is. */
const textOfDocument = (document: Json): string => {
  if (typeof document !== "string") return JSON.stringify(document);
  try {
    return document.trimStart().startsWith("{") ? document : decodeURIComponent(document);
  } catch {
    return document;
  }
};

/** A key list is taken to cover the whole account: a user without an entry has no key. */
const addKeys = (settings: Map<string, Json>, users: readonly string[], pages: readonly Doc[]): void => {
  for (const user of users) settings.set(`keys/${user}`, []);
  for (const key of pages.flatMap((page) => listOf(page, "AccessKeyMetadata"))) {
    const name = `keys/${String(key.UserName)}`;
    settings.set(name, [...((settings.get(name) ?? []) as readonly Json[]), key]);
  }
};

/** Source of the columns: IAM user guide, "Get credential reports". Names and ARNs there hold no commas or quotes. */
const addReport = (settings: Map<string, Json>, report: string): void => {
  const [header = "", ...lines] = report.split(/\r?\n/).filter((line) => line !== "");
  const columns = header.split(",");
  for (const line of lines) {
    const row = new Map(line.split(",").map((cell, index) => [columns[index] ?? "", cell]));
    const user = row.get("user") ?? "";
    settings.set(`login/${user}`, loginOf(user, row));
    settings.set(`mfa/${user}`, row.get("mfa_active") === "true" ? null : []);
  }
};

/** The report knows when a password was set, not when the profile was made: the first stands for the second. */
const loginOf = (user: string, row: ReadonlyMap<string, string>): Json => {
  if (row.get("password_enabled") !== "true") return null;
  const changed = row.get("password_last_changed") ?? "";
  const made = changed.startsWith("2") ? changed : (row.get("user_creation_time") ?? null);
  return { UserName: user, CreateDate: made, PasswordResetRequired: false };
};
