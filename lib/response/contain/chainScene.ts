import type { Credential, Hop, RoleChain } from "../../case/chain.ts";
import { find, ROLE_CHAIN } from "../../case/documents.ts";
import type { Plan, Target } from "../../case/plan.ts";
import { PRINCIPAL_TYPES, type PrincipalRef } from "../../case/principal.ts";
import type { Scene } from "../../core/plan/action.ts";
import { nameOf } from "../../core/principal/credential.ts";
import { isAlive, isHeld } from "../../core/principal/hop.ts";
import { roleSessionOf } from "../../core/principal/principal.ts";
import type { Ports } from "../../ports/ports.ts";
import { isRole, roleNameOf, roleOf } from "./scene.ts";

/** A credential on the actor's way through roles, and why it must be cut, in a sentence. */
export interface Link {
  readonly ref: PrincipalRef;
  readonly because: string;
  /** When it was made, where a call shows it. */
  readonly at: string | null;
}

/**
 * What the role chain adds to a containment: where best to cut, what was opened from there and lives on by itself, and
 * every step that the actor took. Most upstream first; what is above the cut is its owner's and stays.
 */
export const linksOf = (chain: RoleChain | null): readonly Link[] => {
  if (chain === null) return [];
  const steps = [...chain.sessions, ...chain.chains.flatMap(({ hops }) => hops)].filter((hop) => isCut(hop, chain));
  const found = [
    ...(chain.cut === null ? [] : [linkOfCut(chain.cut)]),
    ...steps.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map(linkOfStep),
  ];
  return [...new Map(found.toReversed().map((link) => [nameOfRef(link.ref), link])).values()].toReversed();
};

/** What its owner opened and uses is left alone, and so is what has expired. Of a key made for a user the key is taken back (undo-minted-keys); the user may be somebody honest. */
const isCut = (hop: Hop, chain: RoleChain): boolean =>
  hop.how !== "CreateAccessKey" && isHeld(hop) && isAlive(hop, chain);

const linkOfCut = ({ credential, holder }: NonNullable<RoleChain["cut"]>): Link => ({
  ref: toRef(credential),
  because: `${nameOf(credential)} is the most upstream credential in the actor's hands: cut here, nothing new can be opened. ${
    holder === "thief-only" ? "Only the actor ever had it." : "Its owner has it too and is cut off with the actor."
  }`,
  at: null,
});

const linkOfStep = ({ how, at, eventId, from, to }: Hop): Link => ({
  ref: toRef(to),
  because: `${nameOf(to)} was opened by ${how} (event ${eventId}, ${at}) from ${from === null ? "no credential" : nameOf(from)}; it lives on until it is revoked, whatever happens above it.`,
  at,
});

const toRef = ({ type, accountId, principalId, arn, userName, accessKeyId, issuerArn }: Credential): PrincipalRef => ({
  type: PRINCIPAL_TYPES.find((known) => known === type) ?? "Unknown",
  accountId,
  principalId,
  arn,
  userName: type === "AssumedRole" ? null : userName,
  accessKeyId,
  roleSession: roleSessionOf(principalId),
  issuerArn,
});

const nameOfRef = ({ accessKeyId, principalId, arn }: PrincipalRef): string => accessKeyId ?? principalId ?? arn ?? "";

export const readChain = (caseId: string, { cases }: Pick<Ports, "cases">): Promise<RoleChain | null> =>
  find(cases, caseId, ROLE_CHAIN);

/** The scene with every link among the suspects, and their roles. */
export const withLinks = (scene: Scene, links: readonly Link[]): Scene => {
  const known = new Set(scene.suspects.map(nameOfRef));
  const suspects = [...scene.suspects, ...links.map(({ ref }) => ref).filter((ref) => !known.has(nameOfRef(ref)))];
  const roles = [...links.flatMap(({ ref }) => roleOf(ref, scene.partition)), ...scene.roles];
  const names = new Map(roles.toReversed().map((role) => [`${role.arn}|${role.session}`, role]));
  return { ...scene, suspects, roles: [...names.values()].toReversed() };
};

/** Why the chain puts a target into the plan; every link that it stands for, most upstream first. */
export const becauseOf = (target: Target, links: readonly Link[]): string =>
  links
    .filter(({ ref }) => isOf(target, ref))
    .map(({ because }) => because)
    .join(" ");

const isOf = ({ userName, roleName, arn }: Target, ref: PrincipalRef): boolean => {
  if (roleName !== undefined) return isRole(ref) && roleNameOf(ref) === roleName;
  return (
    userName !== undefined &&
    (ref.userName === userName || (arn !== undefined && [ref.arn, ref.issuerArn].includes(arn)))
  );
};

const isHere = ({ issuerArn, accountId }: PrincipalRef, scene: Scene): boolean =>
  (issuerArn?.split(":")[4] ?? accountId ?? scene.accountId) === scene.accountId;

/** Links in other accounts: nothing here reaches them. */
export const outOfReach = (scene: Scene, links: readonly Link[]): Plan["leftOut"] =>
  links
    .filter(({ ref }) => !isHere(ref, scene))
    .map(({ ref, because }) => ({
      kind: ref.type === "AssumedRole" ? "revoke-role-sessions" : "deny-user",
      target: ref.issuerArn ?? ref.arn ?? nameOfRef(ref),
      reason: `it is of another account, whose owner must act. ${because}`,
    }));

/**
 * Whether an earlier plan already puts this change to people. A revocation covers sessions until shortly after its plan
 * was made (revoke-role-sessions); of a role whose session was opened later it is due again.
 */
export const isProposed = (kind: string, target: Target, links: readonly Link[], earlier: readonly Plan[]): boolean => {
  const opened = links.filter(({ ref }) => isOf(target, ref)).flatMap(({ at }) => at ?? []);
  return earlier.some(
    ({ createdAt, actions }) =>
      actions.some((planned) => planned.kind === kind && planned.target.label === target.label) &&
      (kind !== "revoke-role-sessions" || opened.every((at) => Date.parse(at) <= Date.parse(createdAt))),
  );
};

/** Links of this account that no containment plan puts to people yet. */
export const uncutLinks = (scene: Scene, links: readonly Link[], earlier: readonly Plan[]): readonly Link[] =>
  links.filter(({ ref }) => {
    const [role] = roleOf(ref, scene.partition);
    if (!isHere(ref, scene)) return false;
    if (role !== undefined)
      return !isProposed(
        "revoke-role-sessions",
        { label: `role ${role.roleName}`, roleName: role.roleName },
        links,
        earlier,
      );
    const userName = ref.userName ?? (ref.type === "IAMUser" ? ref.arn?.split("/").at(-1) : undefined);
    return (
      userName !== undefined &&
      userName !== null &&
      !isProposed("deny-user", { label: `user ${userName}`, userName }, links, earlier)
    );
  });
