import type { Bodies, Body } from "../base/content.ts";
import { canonicalJson } from "../base/jcs.ts";
import { type Spools, spooled } from "../base/spool.ts";
import { detections } from "../detections/index.ts";
import { controlMap } from "../report/controls.ts";
import { accessTimelineOf, firstObjectsInto } from "./accessTimeline.ts";
import { artifactIndex } from "./artifacts.ts";
import { attributionOf } from "./attribution.ts";
import { baselineOf } from "./baseline.ts";
import { caseUcoOf } from "./caseUco.ts";
import { clockFileOf } from "./clockFile.ts";
import type { CaseContents } from "./contents.ts";
import { custodyOf } from "./custody.ts";
import { impactOf } from "./impact.ts";
import { inventoryInto } from "./inventory.ts";
import { networkOf, takenInto } from "./network.ts";
import { noticesOf } from "./notices.ts";
import { ocsfOf } from "./ocsf.ts";
import { permissionsOf } from "./permissions.ts";
import { rulesOf } from "./rules.ts";
import { stixOf } from "./stix.ts";
import { tally } from "./tally.ts";
import { volumeOf, volumesInto } from "./volume.ts";

/** Names of the exports, below `data/`. */
export const EXPORTS = {
  ocsf: "exports/ocsf.jsonl",
  stix: "exports/stix.json",
  case: "exports/chain-of-custody.jsonld",
} as const;

/** Every file of a bundle that is worked out from the case and is no document of it. Pure: the same case, the same bytes. */
export const derivedFiles = (contents: CaseContents, spools: Spools): Bodies => {
  const { events } = contents.dossier;
  const product = `${contents.producer.name} ${contents.producer.version}`;
  const { inventory, ...objects } = tally(contents.objects, {
    inventory: inventoryInto(spools),
    first: firstObjectsInto(),
    taken: takenInto(),
    volumes: volumesInto(),
  });
  const lines = (values: Iterable<unknown>): Body => spooled(spools, linesOf(values));
  const settled = { ...contents, documents: new Map([...contents.documents, ...inventory]) };
  const custody = custodyOf(settled);
  return new Map<string, Body>([
    ...inventory,
    ["custody.jsonl", lines(custody)],
    ...(contents.environment === null ? [] : [["environment.json", json(contents.environment)] as const]),
    ["clocks.json", json(clockFileOf(contents.dossier))],
    ["notices.jsonl", lines(noticesOf(events))],
    ["rules.jsonl", lines(rulesOf(detections, product))],
    ["artifacts.json", json(artifactIndex())],
    ["access-timeline.jsonl", lines(accessTimelineOf(contents, objects.first))],
    ["actor-attribution.json", json(attributionOf(contents))],
    ["impact-assessment.json", json(impactOf(contents))],
    ["network-traffic-analysis.json", json(networkOf(contents, objects.taken))],
    ["data-volume-report.json", json(volumeOf(contents, objects.volumes))],
    ["permission-analysis.json", json(permissionsOf(contents))],
    ["previous-activity-baseline.json", json(baselineOf(contents))],
    [EXPORTS.ocsf, lines(ocsfOf(contents))],
    [EXPORTS.stix, json(stixOf(contents))],
    [EXPORTS.case, json(caseUcoOf(contents, custody))],
  ]);
};

/** `controls.json`, once all names are known. */
export const controlsFile = (names: Iterable<string>): Uint8Array => json(controlMap([...names, "controls.json"]));

const json = (value: unknown): Uint8Array => Buffer.from(canonicalJson(value));

function* linesOf(values: Iterable<unknown>): Generator<string> {
  for (const value of values) yield `${canonicalJson(value)}\n`;
}
