import type { PrincipalRef, ScopedPrincipal } from "../../case/principal.ts";
import type { CaseDossier } from "../dossier.ts";
import { code, facts, list, type Section, table, timeOrUnknown, UNKNOWN } from "../elements.ts";
import { type Html, html, type Part } from "../html.ts";
import { identitiesOf } from "../identities.ts";
import { sourcesOf } from "../sources.ts";

export const actor = (dossier: CaseDossier): Section => ({
  id: "actor",
  title: "Who did it",
  body: html`${chains(dossier)}
${addresses(dossier)}
${dossier.principals.length === 0 ? html`<p class="none">No principal was looked up in the account.</p>` : dossier.principals.map(dossierOf)}`,
});

/** From where, with which credential, as whom, to what: one chain per identity, told by the finding and by the logs. */
const chains = (dossier: CaseDossier): Html => {
  const suspects = identitiesOf([...dossier.finding.principals, ...(dossier.discovered?.suspects ?? [])]);
  const { addresses, buckets } = dossier.view.theft;
  return html`<h3>Chain of access ${sourcesOf(dossier, "actors")}</h3>
${suspects.length === 0 ? html`<p class="none">Neither the finding nor the logs name who acted.</p>` : suspects.map((suspect) => chain(suspect, addresses.length > 0 ? addresses : dossier.finding.addresses.map(({ ip }) => ip), buckets))}`;
};

const chain = (
  suspect: PrincipalRef,
  addresses: readonly string[],
  buckets: readonly string[],
): Html => html`<ol class="chain">
${link("From", addresses)}
${link("With", suspect.accessKeyId === null ? [] : [suspect.accessKeyId])}
${suspect.issuerArn === null ? "" : link("Issued by", [suspect.issuerArn])}
${link(
  `As ${suspect.type}`,
  [suspect.arn ?? suspect.principalId ?? ""].filter((name) => name !== ""),
)}
${suspect.roleSession === null ? "" : link("Session", [suspect.roleSession])}
${link("Reached", buckets)}
</ol>`;

const link = (label: string, values: readonly string[]): Html =>
  html`<li><span class="label">${label}</span> ${values.length === 0 ? UNKNOWN : values.map((value, index) => html`${index === 0 ? "" : ", "}${code(value)}`)}</li>
`;

const addresses = ({ finding, view }: CaseDossier): Html => {
  const named = new Map(finding.addresses.map((address) => [address.ip, address]));
  const all = [...new Set([...named.keys(), ...view.theft.addresses])];
  return table({
    caption: "Addresses",
    rows: all,
    empty: "No address is known.",
    columns: [
      { head: "Address", cell: (ip) => code(ip) },
      {
        head: "Owner, as GuardDuty says",
        cell: (ip) =>
          [named.get(ip)?.organisation, named.get(ip)?.asn ? `AS ${named.get(ip)?.asn}` : null]
            .filter(Boolean)
            .join(", ") || UNKNOWN,
      },
      { head: "Country", cell: (ip) => named.get(ip)?.country ?? UNKNOWN },
      { head: "Took objects", cell: (ip) => (view.theft.addresses.includes(ip) ? "yes" : "not seen") },
    ],
  });
};

const dossierOf = (
  one: ScopedPrincipal,
): Html => html`<h3>${one.entity === "role" ? "Role" : one.entity === "user" ? "User" : "Principal"} ${one.principal.userName ?? one.arn ?? one.principal.arn ?? one.principal.principalId ?? "without a name"}</h3>
${facts([
  ["ARN", one.arn ?? one.principal.arn],
  ["Stable id", one.stableId ?? one.principal.principalId],
  ["Created", one.createdAt === null ? null : timeOrUnknown(one.createdAt)],
  ...(one.entity === "user"
    ? ([
        ["Console password", one.consoleLogin === null ? null : one.consoleLogin ? "yes" : "none"],
        ["MFA devices", none(one.mfaDevices)],
        ["Groups", none(one.groups)],
      ] as const)
    : []),
  ["Attached policies", none(one.attachedPolicies)],
  ["Inline policies", none(one.inlinePolicies?.map(({ name }) => name) ?? null)],
  ["Permissions boundary", one.permissionsBoundary ?? (wasRead(one) ? "none" : null)],
  ...(one.entity === "role"
    ? ([
        ["May be assumed by", none(one.trust?.allows ?? null)],
        ["Instance profiles", none(one.instanceProfiles)],
      ] as const)
    : []),
])}
${table({
  caption: "Access keys",
  rows: one.keys,
  empty: one.notKnown.some(({ what }) => what.includes("key"))
    ? "Which access keys there are is not known."
    : "No access key is known.",
  columns: [
    { head: "Access key", cell: ({ accessKeyId }) => code(accessKeyId) },
    { head: "Status when looked at", cell: ({ status }) => (status === "Unknown" ? UNKNOWN : status) },
    { head: "Created", cell: ({ createdAt }) => timeOrUnknown(createdAt), kind: "time" },
  ],
})}
${
  one.notKnown.length === 0
    ? ""
    : html`<p>Not known of it:</p>${list(
        one.notKnown.map(({ what, reason }) => `${what}: ${reason}`),
        "",
      )}`
}`;

/** A user or role that was read has no boundary when it shows none. */
const wasRead = ({ entity, notKnown }: ScopedPrincipal): boolean =>
  entity !== "none" && !notKnown.some(({ what }) => ["user", "role", "identity"].includes(what));

const none = (values: readonly string[] | null): Part | null =>
  values === null
    ? null
    : values.length === 0
      ? "none"
      : values.map((value, index) => html`${index === 0 ? "" : ", "}${code(value)}`);
