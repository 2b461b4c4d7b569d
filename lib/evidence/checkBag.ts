import { EvidenceError, type EvidenceFault, faultOf } from "../base/evidenceError.ts";
import { BAGIT_TXT, parseManifest, renderBagInfo } from "./bag.ts";
import { heldFile } from "./checkAttestation.ts";
import { type Inventory, isUnread } from "./inventory.ts";
import { FILES, isPayload, isTagFile } from "./layout.ts";
import type { BundlePredicate } from "./predicate.ts";

const REQUIRED_TAGS: readonly string[] = [FILES.bagit, FILES.bagInfo, FILES.manifest, FILES.key];
/** A second manifest, of a weaker digest perhaps, would give tools something else to check. */
const OTHER_MANIFEST = /^(?:tag)?manifest-/;

/** Every file outside `data/` against the tag manifest. */
export const checkTagFiles = (inventory: Inventory): readonly EvidenceFault[] =>
  checkListing(inventory, FILES.tagManifest, isAllowedTag, isTagFile, REQUIRED_TAGS);

/** Every file under `data/` against the manifest. */
export const checkPayload = (inventory: Inventory): readonly EvidenceFault[] =>
  checkListing(inventory, FILES.manifest, isPayload, isPayload, []);

/** bagit.txt and bag-info.txt must be what the signed predicate leads to, and its counts must be those of the files here. */
export function assertBag(inventory: Inventory, predicate: BundlePredicate): void {
  if (textOf(inventory, FILES.bagit) !== BAGIT_TXT)
    throw new EvidenceError("VERSION", `${FILES.bagit}: not BagIt 1.0 in UTF-8`);
  if (textOf(inventory, FILES.bagInfo) !== renderBagInfo(predicate)) {
    throw new EvidenceError("BAGINFO", `${FILES.bagInfo} does not agree with the signed statement`);
  }
  if (inventory.unread.length > 0) return;
  const payload = inventory.digests.entries().filter(([path]) => isPayload(path));
  const here = payload.reduce((sum, [, file]) => ({ files: sum.files + 1, bytes: sum.bytes + file.bytes }), {
    files: 0,
    bytes: 0,
  });
  if (here.files !== predicate.payload.files || here.bytes !== predicate.payload.bytes) {
    throw new EvidenceError("BAGINFO", `signed: ${JSON.stringify(predicate.payload)}, here: ${JSON.stringify(here)}`);
  }
}

/** Compares a manifest with the files of its part of the bundle, both ways. */
function checkListing(
  inventory: Inventory,
  manifest: string,
  mayList: (path: string) => boolean,
  isPart: (path: string) => boolean,
  required: readonly string[],
): readonly EvidenceFault[] {
  const listed: { paths: ReadonlyMap<string, string> } = { paths: new Map() };
  const fault = faultOf(() => {
    listed.paths = parseManifest(heldFile(inventory, manifest), mayList);
    const absent = required.find((path) => !listed.paths.has(path));
    if (absent !== undefined) throw new EvidenceError("MANIFEST", `${manifest}: does not list ${absent}`);
  });
  if (fault) return [fault];
  const present = inventory.digests.keys().filter(isPart);
  return [
    ...listed.paths.entries().flatMap(([path, sha256]) => compare(inventory, path, sha256)),
    ...present
      .filter((path) => !listed.paths.has(path))
      .map((path) => ({ code: "EXTRA", detail: `${path}: not in ${manifest}` }) as const),
  ];
}

function compare(inventory: Inventory, path: string, sha256: string): readonly EvidenceFault[] {
  const here = inventory.digests.get(path);
  if (here === undefined) return isUnread(inventory, path) ? [] : [{ code: "MISSING", detail: path }];
  return here.sha256 === sha256 ? [] : [{ code: "DIGEST", detail: `${path}: listed ${sha256}, here ${here.sha256}` }];
}

const isAllowedTag = (path: string): boolean =>
  isTagFile(path) && (path === FILES.manifest || !OTHER_MANIFEST.test(path));
const textOf = (inventory: Inventory, path: string): string => Buffer.from(heldFile(inventory, path)).toString("utf8");
