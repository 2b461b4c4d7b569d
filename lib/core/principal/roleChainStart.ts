import type { Credential, Start } from "../../case/chain.ts";
import type { ChainActor, ChainRow, KnownCredentials } from "./credential.ts";
import { roleSessionOf } from "./principal.ts";

type Found = Pick<Start, "kind" | "name" | "provider" | "basis" | "why">;

/** `credential` is the most upstream one, null where `first`, the call that opened the chain, was made by no credential. */
export const startOf = (credential: Credential | null, first: ChainRow | null, world: KnownCredentials): Start => {
  const seen = credential === null ? [] : world.actors.filter((row) => isUse(row, credential));
  const found = credential === null ? ofCall(first!) : ofCredential(credential, seen, world.rows);
  return {
    ...found,
    sourceIdentity:
      [first?.given_identity, first?.source_identity, ...seen.map((row) => row.source_identity)].find(isText) ?? null,
    onBehalfOf: [first?.on_behalf_of].find(isText) ?? null,
  };
};

const isText = (text: string | null | undefined): text is string => typeof text === "string" && text !== "";

const isUse = (row: ChainActor, { accessKeyId, principalId }: Credential): boolean =>
  accessKeyId === null ? principalId !== null && row.principal_id === principalId : row.access_key_id === accessKeyId;

/** A call that no credential made: an identity provider's assertion, or a service on behalf of a workload. */
const ofCall = (row: ChainRow): Found => {
  const { eventid, eventname } = row;
  const session = roleSessionOf(row.minted_session) ?? row.session_name ?? null;
  if (eventname === "AssumeRoleWithSAML")
    return {
      kind: "saml",
      name: row.saml_subject ?? row.user_name ?? session,
      provider: row.saml_provider ?? null,
      basis: "record",
      why: `AssumeRoleWithSAML (${eventid}) names the subject of the assertion.`,
    };
  if (eventname === "AssumeRoleWithWebIdentity")
    return {
      kind: "web-identity",
      name: row.web_subject ?? row.user_name ?? session,
      provider: row.web_provider ?? null,
      basis: "record",
      why: `AssumeRoleWithWebIdentity (${eventid}) names the subject of the token.`,
    };
  const service = row.invoked_by ?? row.sourceip;
  return {
    kind: workloadOf(service, session),
    name: session,
    provider: service,
    basis: "record",
    why: `${service ?? "a service"} opened the session itself (${eventname}, ${eventid}).`,
  };
};

/** EC2 names the session by the instance id; Lambda by the function; ECS by the task id (facts: IAM containment). */
const workloadOf = (service: string | null, session: string | null): Start["kind"] => {
  if (/^i-[0-9a-f]{8,17}$/.test(session ?? "") || service === "ec2.amazonaws.com") return "instance";
  if (service === "lambda.amazonaws.com") return "function";
  return service === "ecs-tasks.amazonaws.com" ? "task" : "service";
};

const ofCredential = (credential: Credential, seen: readonly ChainActor[], rows: readonly ChainRow[]): Found => {
  const { type, accountId, principalId } = credential;
  const [name, none] = [
    credential.userName ?? credential.arn ?? principalId,
    { provider: null, basis: "record" as const },
  ];
  switch (type) {
    case "IAMUser":
      return ofUser(credential, rows);
    case "Root":
      return { kind: "root", name: accountId, ...none, why: "The account's root user called." };
    case "AWSAccount":
      return /^anonymous/i.test(`${accountId ?? principalId}`)
        ? { kind: "anonymous", name: null, ...none, why: "The caller gave no name." }
        : {
            kind: "other-account",
            name: accountId ?? principalId,
            ...none,
            why: "The caller belongs to another account; only that account's logs tell more.",
          };
    case "Anonymous":
      return { kind: "anonymous", name: null, ...none, why: "The caller gave no name." };
    case "AWSService":
      return { kind: "service", name, ...none, why: "An AWS service called by itself." };
    case "SAMLUser":
      return { kind: "saml", name, ...none, why: "The caller is a user of a SAML provider." };
    case "WebIdentityUser":
      return { kind: "web-identity", name, ...none, why: "The caller is a user of a web identity provider." };
    case "IdentityCenterUser":
      return { kind: "identity-center", name, ...none, why: "The caller is an Identity Center user." };
    default:
      return ofSession(credential, seen);
  }
};

/** A user's `ASIA…` key that no call made is a console session's, or a session token older than the logs read. */
const ofUser = ({ accessKeyId, userName, arn, principalId }: Credential, rows: readonly ChainRow[]): Found => {
  const name = userName ?? arn?.split("/").at(-1) ?? principalId;
  if (accessKeyId?.startsWith("AKIA") === true)
    return {
      kind: "user-key",
      name,
      provider: null,
      basis: "record",
      why: `${accessKeyId} is a long-term key; no call in the logs made it.`,
    };
  const login = rows.filter((row) => row.eventname === "ConsoleLogin" && isSameUser(row, principalId, arn)).at(-1);
  if (login !== undefined)
    return {
      kind: "user-console",
      name,
      provider: login.sourceip,
      basis: "record",
      why: `ConsoleLogin ${login.eventid} at ${login.eventtime}, MFA ${login.mfa_used ?? "not stated"}.`,
    };
  if (accessKeyId === null)
    return {
      kind: "user-console",
      name,
      provider: null,
      basis: "name",
      why: "The calls carry no key, as those of the console do; the sign-in is not in the logs read.",
    };
  return {
    kind: "unknown",
    name,
    provider: null,
    basis: "none",
    why: "neither the sign-in nor the GetSessionToken that made this temporary key is in the logs read.",
  };
};

const isSameUser = (row: ChainRow, principalId: string | null, arn: string | null): boolean =>
  (principalId !== null && row.principal_id === principalId) || (arn !== null && row.principal_arn === arn);

/** A role session whose opening is not in the logs: its name and agent are hints and no more. */
const ofSession = ({ principalId, issuerArn, arn }: Credential, seen: readonly ChainActor[]): Found => {
  const session = roleSessionOf(principalId);
  const agents = seen.map(({ useragent }) => useragent ?? "");
  const hint = { name: session, provider: null, basis: "name" as const };
  if (
    `${issuerArn}`.includes(":role/aws-reserved/sso.amazonaws.com/") ||
    /:assumed-role\/AWSReservedSSO_/.test(arn ?? "")
  )
    return {
      kind: "identity-center",
      ...hint,
      why: "Identity Center opens the sessions of its roles and names them by its user.",
    };
  if (/^i-[0-9a-f]{8,17}$/.test(session ?? ""))
    return {
      kind: "instance",
      ...hint,
      why: "The session is named by an instance id, as EC2 does; its opening is not in the logs read.",
    };
  if (agents.some((agent) => agent.includes("exec-env/AWS_Lambda")))
    return { kind: "function", ...hint, why: "Its user agent says AWS Lambda, which is the caller's own claim." };
  if (agents.some((agent) => agent.includes("exec-env/AWS_ECS")))
    return { kind: "task", ...hint, why: "Its user agent says Amazon ECS, which is the caller's own claim." };
  return {
    kind: "unknown",
    name: session,
    provider: null,
    basis: "none",
    why: "the call that opened this session is not in the logs read.",
  };
};
