import { EvidenceError, printable } from "../base/evidenceError.ts";
import type { FileDigest } from "./inventory.ts";
import { nameFault } from "./layout.ts";
import type { BundlePredicate } from "./predicate.ts";

/** RFC 8493 section 2.1.1. */
export const BAGIT_TXT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const LINE = /^([0-9a-f]{64}) {2}(.+)$/;

/** bag-info.txt, wholly derived from the signed predicate, so that the verifier can rebuild and compare it. */
export function renderBagInfo(predicate: BundlePredicate): string {
  const { caseId, revision, sealedAt, deployment, payload, producer } = predicate;
  const lines = [
    ["Source-Organization", `AWS account ${deployment.accountId} (${deployment.region})`],
    ["Bagging-Date", sealedAt.slice(0, 10)],
    ["Bag-Software-Agent", `${producer.name} ${producer.version}`],
    ["External-Identifier", `${caseId}/r${revision}`],
    ["Payload-Oxum", `${payload.bytes}.${payload.files}`],
  ];
  return lines.map(([label, value]) => `${label}: ${value}\n`).join("");
}

/** A manifest as `sha256sum` prints it, sorted by path. */
export function renderManifest(digests: ReadonlyMap<string, Pick<FileDigest, "sha256">>): string {
  const paths = [...digests.keys()].sort();
  return paths.map((path) => `${digests.get(path)!.sha256}  ${path}\n`).join("");
}

/**
 * Parses a manifest: path → SHA-256 (hex). Fault MANIFEST for anything but what `renderManifest` writes: lower-case hex,
 * two spaces, safe paths accepted by `belongs`, sorted, each once, LF after every line, at least one line.
 */
export function parseManifest(bytes: Uint8Array, belongs: (path: string) => boolean): ReadonlyMap<string, string> {
  const lines = Buffer.from(bytes).toString("latin1").split("\n");
  if (lines.pop() !== "" || lines.length === 0) throw new EvidenceError("MANIFEST", "expected lines, each ended by LF");
  const listed = new Map<string, string>();
  let previous = "";
  for (const [index, line] of lines.entries()) {
    const [, sha256, path] = LINE.exec(line) ?? [];
    if (sha256 === undefined || path === undefined || path <= previous || nameFault(path) || !belongs(path)) {
      throw new EvidenceError("MANIFEST", printable(`line ${index + 1}: not allowed here, or not in order: ${line}`));
    }
    listed.set(path, sha256);
    previous = path;
  }
  return listed;
}
