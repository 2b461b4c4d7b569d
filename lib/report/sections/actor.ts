import type { PrincipalRef, ScopedPrincipal } from "../../case/principal.ts";
import {
  code,
  codes,
  facts,
  folded,
  heading,
  list,
  nothing,
  say,
  table,
  text,
  timeOrUnknown,
  UNKNOWN,
  when,
} from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import { identitiesOf } from "../identities.ts";
import type { Block, Inline, Section } from "../model.ts";
import { sourcesOf } from "../sources.ts";

export const actor = (dossier: CaseDossier): Section => ({
  id: "actor",
  title: "Compromised principal",
  blocks: [
    identity(dossier),
    ...chains(dossier),
    addresses(dossier),
    folded("What the account says of it: policies, keys, trust", [
      ...dossier.principals.flatMap(scopedBlocks),
      ...when(dossier.principals.length === 0, nothing("No principal was looked up in the account.")),
    ]),
  ],
});

const identity = ({ view: { principal: who } }: CaseDossier): Block =>
  facts([
    ["ARN", who?.arn ?? null],
    ...(who === null ? [] : ([["Type", who.type]] as const)),
    ...(who?.principalId ? ([["Principal ID", who.principalId]] as const) : []),
    ...(who?.roleSession
      ? ([["Role session", say`${who.roleSession}, issued by ${who.issuerArn ?? UNKNOWN}`]] as const)
      : []),
    ...(who === null || who.accessKeyIds.length === 0
      ? ([["Access Key", null]] as const)
      : who.accessKeyIds.map((key) => ["Access Key", key] as const)),
  ]);

/** From where, with which credential, as whom, to what: one chain per identity, told by the finding and by the logs. */
const chains = (dossier: CaseDossier): readonly Block[] => {
  const suspects = identitiesOf([...dossier.finding.principals, ...(dossier.discovered?.suspects ?? [])]);
  const { addresses: took, buckets } = dossier.view.theft;
  const from = took.length > 0 ? took : dossier.finding.addresses.map(({ ip }) => ip);
  return [
    heading(say`Chain of access ${sourcesOf(dossier, "actors")}`),
    ...when(suspects.length === 0, nothing("Neither the finding nor the logs name who acted.")),
    ...suspects.map((suspect) => path(suspect, from, buckets)),
  ];
};

const path = (suspect: PrincipalRef, from: readonly string[], buckets: readonly string[]): Block => ({
  as: "path",
  stops: [
    { label: "From", values: from },
    { label: "With", values: present([suspect.accessKeyId]) },
    ...(suspect.issuerArn === null ? [] : [{ label: "Issued by", values: [suspect.issuerArn] }]),
    { label: `As ${suspect.type}`, values: present([suspect.arn ?? suspect.principalId]) },
    ...(suspect.roleSession === null ? [] : [{ label: "Session", values: [suspect.roleSession] }]),
    { label: "Reached", values: buckets },
  ],
});

const present = (values: readonly (string | null)[]): readonly string[] => values.filter((value) => value !== null);

const addresses = ({ finding, view }: CaseDossier): Block => {
  const named = new Map(finding.addresses.map((address) => [address.ip, address]));
  return table({
    caption: "Source addresses",
    rows: [...new Set([...named.keys(), ...view.theft.addresses])],
    empty: "Source IP: not known.",
    columns: [
      { head: "Source IP", cell: (ip) => code(ip) },
      { head: "Owner, as GuardDuty says", kind: "name", cell: (ip) => ownerOf(named.get(ip)) },
      { head: "Country", cell: (ip) => named.get(ip)?.country ?? UNKNOWN },
      { head: "Took objects", cell: (ip) => (view.theft.addresses.includes(ip) ? "yes" : "not seen") },
    ],
  });
};

const ownerOf = (address: CaseDossier["finding"]["addresses"][number] | undefined): Inline => {
  const parts = [address?.organisation, address?.asn ? `AS ${address.asn}` : null].filter(Boolean);
  return parts.length === 0 ? UNKNOWN : parts.join(", ");
};

const ENTITIES: Readonly<Record<string, string>> = { role: "Role", user: "User" };

const scopedBlocks = (one: ScopedPrincipal): readonly Block[] => [
  heading(
    `${ENTITIES[one.entity] ?? "Principal"} ${one.principal.userName ?? one.arn ?? one.principal.arn ?? one.principal.principalId ?? "without a name"}`,
    4,
  ),
  facts([
    ["ARN", one.arn ?? one.principal.arn],
    ["Stable id", one.stableId ?? one.principal.principalId],
    ["Created", one.createdAt === null ? null : timeOrUnknown(one.createdAt)],
    ...(one.entity === "user" ? userFacts(one) : []),
    ["Attached policies", none(one.attachedPolicies)],
    ["Inline policies", none(one.inlinePolicies?.map(({ name }) => name) ?? null)],
    ["Permissions boundary", one.permissionsBoundary ?? (wasRead(one) ? "none" : null)],
    ...(one.entity === "role" ? roleFacts(one) : []),
  ]),
  keyTable(one),
  ...when(
    one.notKnown.length > 0,
    text("Not known of it:"),
    list(
      one.notKnown.map(({ what, reason }) => `${what}: ${reason}`),
      "",
    ),
  ),
];

type Pairs = readonly (readonly [string, Inline | null])[];

const userFacts = (one: ScopedPrincipal): Pairs => [
  ["Console password", one.consoleLogin === null ? null : one.consoleLogin ? "yes" : "none"],
  ["MFA devices", none(one.mfaDevices)],
  ["Groups", none(one.groups)],
];

const roleFacts = (one: ScopedPrincipal): Pairs => [
  ["May be assumed by", none(one.trust?.allows ?? null)],
  ["Instance profiles", none(one.instanceProfiles)],
];

const keyTable = ({ keys, notKnown }: ScopedPrincipal): Block =>
  table({
    caption: "Access keys",
    rows: keys,
    empty: notKnown.some(({ what }) => what.includes("key"))
      ? "Which access keys there are is not known."
      : "No access key is known.",
    columns: [
      { head: "Access key", cell: ({ accessKeyId }) => code(accessKeyId) },
      { head: "Status when looked at", cell: ({ status }) => (status === "Unknown" ? UNKNOWN : status) },
      { head: "Created", cell: ({ createdAt }) => timeOrUnknown(createdAt), kind: "time" },
    ],
  });

/** A user or role that was read has no boundary when it shows none. */
const wasRead = ({ entity, notKnown }: ScopedPrincipal): boolean =>
  entity !== "none" && !notKnown.some(({ what }) => ["user", "role", "identity"].includes(what));

const none = (values: readonly string[] | null): Inline | null =>
  values === null ? null : values.length === 0 ? "none" : codes(values);
