import type { CaseContents } from "./contents.ts";
import type { CustodyLine } from "./schemas/record.ts";
import { cordonId } from "./uuid.ts";

/** https://caseontology.org and https://unifiedcyberontology.org, 1.x. */
const CONTEXT = {
  kb: "https://cordon.dev/kb/",
  "case-investigation": "https://ontology.caseontology.org/case/investigation/",
  "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
  "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
  "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
  "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
  "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
  "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
  xsd: "http://www.w3.org/2001/XMLSchema#",
} as const;

type Node = Readonly<Record<string, unknown>>;

/** The chain of custody as CASE/UCO JSON-LD: an investigative action, a provenance record and a hashed file per item. */
export const caseUcoOf = (contents: CaseContents, custody: readonly CustodyLine[]): Node => {
  const { head, finding } = contents.dossier;
  const id = (kind: string, name: string): string => `kb:${kind}-${cordonId("case", head.caseId, kind, name)}`;
  const tool = id("tool", "cordon");
  const collector = id("organization", head.accountId);
  const performers = [...new Set(custody.map((item) => item.collector.principal))].sort();
  const nodes = custody.flatMap((item) => itemNodes(item, { id, tool }));
  const investigation = {
    "@id": id("investigation", head.caseId),
    "@type": "case-investigation:Investigation",
    "uco-core:name": head.caseId,
    "case-investigation:focus": [finding.type],
    "uco-core:object": nodes.map((node) => ({ "@id": node["@id"] })),
  };
  return {
    "@context": CONTEXT,
    "@graph": [
      investigation,
      {
        "@id": tool,
        "@type": "uco-tool:Tool",
        "uco-core:name": contents.producer.name,
        "uco-tool:version": contents.producer.version,
      },
      { "@id": collector, "@type": "uco-identity:Organization", "uco-core:name": `AWS account ${head.accountId}` },
      ...performers.map((name) => ({
        "@id": id("performer", name),
        "@type": "uco-identity:Identity",
        "uco-core:name": `${name}, a step of ${contents.producer.name} on behalf of AWS account ${head.accountId}`,
      })),
      ...nodes,
    ],
  };
};

interface Names {
  readonly id: (kind: string, name: string) => string;
  readonly tool: string;
}

const itemNodes = (item: CustodyLine, { id, tool }: Names): readonly Node[] => {
  const [file, record] = [id("file", item.itemId), id("provenance-record", item.itemId)];
  return [
    {
      "@id": id("investigative-action", item.itemId),
      "@type": "case-investigation:InvestigativeAction",
      "uco-core:name": `${item.source.service}: ${item.source.api}`,
      "uco-action:startTime": time(item.acquiredAt),
      "uco-action:endTime": time(item.acquiredAt),
      "uco-action:instrument": [{ "@id": tool }],
      "uco-action:performer": { "@id": id("performer", item.collector.principal) },
      "uco-action:result": [{ "@id": file }, { "@id": record }],
    },
    {
      "@id": record,
      "@type": "case-investigation:ProvenanceRecord",
      "case-investigation:exhibitNumber": item.itemId,
      "uco-core:description": [pathOf(item)],
      "uco-core:object": [{ "@id": file }],
    },
    fileNode(item, file, id),
  ];
};

/** In the bundle, or with its owner: what was read in place and only named. */
const pathOf = ({ file, source }: CustodyLine): string =>
  file === null ? (source.arn ?? `${source.service}: ${source.api}`) : `data/${file}`;

const fileNode = (item: CustodyLine, file: string, id: Names["id"]): Node => ({
  "@id": file,
  "@type": "uco-observable:File",
  "uco-core:hasFacet": [
    {
      "@id": id("file-facet", item.itemId),
      "@type": "uco-observable:FileFacet",
      "uco-observable:fileName": pathOf(item).split("/").at(-1),
      "uco-observable:filePath": pathOf(item),
      ...(item.bytes === null
        ? {}
        : { "uco-observable:sizeInBytes": { "@type": "xsd:integer", "@value": String(item.bytes) } }),
    },
    ...(item.sha256 === null ? [] : [hashFacet(item, item.sha256, id)]),
  ],
});

const hashFacet = (item: CustodyLine, sha256: string, id: Names["id"]): Node => ({
  "@id": id("content-data-facet", item.itemId),
  "@type": "uco-observable:ContentDataFacet",
  "uco-observable:hash": [
    {
      "@id": id("hash", item.itemId),
      "@type": "uco-types:Hash",
      "uco-types:hashMethod": "SHA256",
      "uco-types:hashValue": { "@type": "xsd:hexBinary", "@value": sha256.toUpperCase() },
    },
  ],
});

const time = (at: string): Node => ({ "@type": "xsd:dateTime", "@value": at });
