import { isIP } from "node:net";
import { canonicalJson } from "../base/jcs.ts";
import { identitiesOf } from "../report/identities.ts";
import type { CaseContents } from "./contents.ts";
import { cordonId, STIX_NAMESPACE, uuidV5 } from "./uuid.ts";

/** TLP:AMBER as STIX 2.1 section 7.2.1.4 fixes it, id and all: to be shared with those who need to know. */
const TLP_AMBER = {
  type: "marking-definition",
  spec_version: "2.1",
  id: "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
  created: "2017-01-20T00:00:00.000Z",
  definition_type: "tlp",
  name: "TLP:AMBER",
  definition: { tlp: "amber" },
} as const;

type StixObject = Readonly<Record<string, unknown>> & { readonly type: string; readonly id: string };

/**
 * The case as a STIX 2.1 bundle for partners: who reports, the incident, addresses, the account used, techniques and what
 * was done. Only what may be shared: no bucket, no object key, no key id. Ids are deterministic, so that a later revision
 * updates and does not double. Times carry milliseconds.
 */
export const stixOf = (contents: CaseContents): Readonly<Record<string, unknown>> => {
  const { head } = contents.dossier;
  const observables = observablesOf(contents);
  const domain = domainObjects(contents, observables);
  const marked = [...observables, ...domain, ...relationsOf(domain, contents)].map((one) => ({
    ...one,
    object_marking_refs: [TLP_AMBER.id],
  }));
  return {
    type: "bundle",
    id: `bundle--${cordonId("stix", head.caseId, `r${contents.dossier.revision}`)}`,
    objects: [TLP_AMBER, ...marked],
  };
};

/** Cyber-observables carry no times; their ids follow from their contents (section 2.9). */
const observablesOf = ({ dossier }: CaseContents): readonly StixObject[] => {
  const { finding, view, discovered } = dossier;
  const addresses = [...new Set([...finding.addresses.map(({ ip }) => ip), ...view.theft.addresses])]
    .filter((ip) => isIP(ip) !== 0)
    .sort();
  const accounts = [
    ...new Set(
      identitiesOf([...finding.principals, ...(discovered?.suspects ?? [])]).flatMap(
        ({ principalId }) => principalId ?? [],
      ),
    ),
  ].sort();
  return [
    ...addresses.map((value) => observable(isIP(value) === 6 ? "ipv6-addr" : "ipv4-addr", { value })),
    ...accounts.map((user_id) => observable("user-account", { user_id })),
  ];
};

export const observable = (type: string, members: Readonly<Record<string, string>>): StixObject => ({
  type,
  spec_version: "2.1",
  id: `${type}--${uuidV5(STIX_NAMESPACE, canonicalJson(members))}`,
  ...members,
});

const domainObjects = (contents: CaseContents, observables: readonly StixObject[]): readonly StixObject[] => {
  const { finding, view, head, detections, plans } = contents.dossier;
  const techniques = [
    ...new Set(detections.filter(({ rows }) => rows.length > 0).flatMap(({ technique }) => technique ?? [])),
  ].sort();
  const applied = [
    ...new Set(
      plans.flatMap(({ records }) => records.filter(({ status }) => status === "applied").map(({ kind }) => kind)),
    ),
  ].sort();
  const first = instant(view.theft.firstAt ?? finding.window.firstSeen);
  return [
    {
      ...domainObject("identity", "reporter", contents),
      name: `Cordon, AWS account ${head.accountId}`,
      identity_class: "system",
    },
    {
      ...domainObject("incident", "incident", contents),
      name: `Theft of data from Amazon S3 (${head.caseId})`,
      description: `${finding.type}, severity ${finding.severity} of 10.`,
    },
    ...(observables.length === 0
      ? []
      : [
          {
            ...domainObject("observed-data", "observed", contents),
            first_observed: first,
            last_observed: instant(view.theft.lastAt ?? finding.window.lastSeen),
            number_observed: Math.min(Math.max(1, view.theft.certain?.calls ?? finding.count), 999_999_999),
            object_refs: observables.map(({ id }) => id),
          },
        ]),
    ...observables
      .filter(({ value }) => typeof value === "string")
      .map(({ type, value }) => ({
        ...domainObject("indicator", `indicator/${value}`, contents),
        name: `Address used in the theft: ${value}`,
        pattern: `[${type}:value = '${value}']`,
        pattern_type: "stix",
        valid_from: first,
      })),
    ...techniques.map((technique) => ({
      ...domainObject("attack-pattern", `technique/${technique}`, contents),
      name: technique,
      external_references: [{ source_name: "mitre-attack", external_id: technique }],
    })),
    ...applied.map((kind) => ({ ...domainObject("course-of-action", `action/${kind}`, contents), name: kind })),
  ];
};

const domainObject = (type: string, name: string, { dossier }: CaseContents): StixObject => {
  const { head, finding, sealedAt } = dossier;
  const reporter = `identity--${cordonId("stix", head.caseId, "reporter")}`;
  return {
    type,
    spec_version: "2.1",
    id: `${type}--${cordonId("stix", head.caseId, name)}`,
    created_by_ref: reporter,
    created: instant(finding.createdAt),
    modified: instant([finding.createdAt, sealedAt].toSorted().at(-1)!),
  };
};

/** Techniques belong to the incident; an indicator points at the technique of the theft, a course of action works against it. */
const relationsOf = (objects: readonly StixObject[], contents: CaseContents): readonly StixObject[] => {
  const of = (type: string): readonly StixObject[] => objects.filter((one) => one.type === type);
  const incident = of("incident")[0]!;
  const relate = (source: StixObject, kind: string, target: StixObject): StixObject => ({
    ...domainObject("relationship", `${source.id}/${kind}/${target.id}`, contents),
    relationship_type: kind,
    source_ref: source.id,
    target_ref: target.id,
  });
  return [
    ...of("attack-pattern").map((technique) => relate(incident, "related-to", technique)),
    ...of("indicator").map((indicator) => relate(indicator, "related-to", incident)),
    ...of("indicator").flatMap((indicator) =>
      of("attack-pattern").map((technique) => relate(indicator, "indicates", technique)),
    ),
    ...of("course-of-action").flatMap((course) =>
      of("attack-pattern").map((technique) => relate(course, "mitigates", technique)),
    ),
  ];
};

const instant = (at: string): string => new Date(at).toISOString();
