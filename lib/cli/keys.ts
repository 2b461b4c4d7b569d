import { writeFileSync } from "node:fs";
import { CordonError } from "../base/errors.ts";
import { parseTrustRoot, type RootKey, type TrustRoot, trustRootDigest } from "../evidence/trustRoot.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import { newPath } from "./evidence.ts";
import type { Io } from "./io.ts";
import { type Revocation, revokeKey, rotateKey } from "./keyRotation.ts";
import { ignoreBoundaries } from "./named.ts";
import { withPlace } from "./places.ts";
import { withDeployment } from "./session.ts";
import { trustIn } from "./trust.ts";

export const keys: Verb = {
  usage: "",
  options: { out: { type: "string", value: "FILE", help: "writes keys.json, to be pinned; must not exist yet" } },
  examples: ["cordon keys", "cordon keys --profile security --out keys.json"],
  run: (typed, io) =>
    withPlace(
      typed,
      io,
      ignoreBoundaries,
      async (place) => {
        const { bytes } = await trustIn(place);
        const path = keep(typed.values.out, bytes) ?? place.keysPath;
        const root = parseTrustRoot(bytes);
        io.result({ path, digest: trustRootDigest(bytes), ...root });
        io.print(
          [
            `keys.json    ${path ?? "not kept: --out FILE writes it, to be pinned"}`,
            `version      ${root.version}, sha256 ${trustRootDigest(bytes)}`,
            `ledger       ${root.origin}`,
            "",
            ...root.keys.flatMap(keyLines),
          ].join("\n"),
        );
        return EXIT.ok;
      },
      true,
    ),
};

const keep = (out: unknown, bytes: Uint8Array): string | null => {
  if (out === undefined) return null;
  const path = newPath(out);
  writeFileSync(path, bytes);
  return path;
};

export const keysRotate: Verb = {
  usage: "[--ledger]",
  dataDirectoryOnly: true,
  options: {
    ledger: { type: "boolean", help: "the key that signs the ledger's checkpoints, instead of the evidence key" },
  },
  examples: ["cordon keys rotate", "cordon keys rotate --ledger"],
  run: (typed, io) =>
    withDeployment(typed, io, ignoreBoundaries, async (deployment) =>
      told(await rotateKey(typed.values.ledger === true ? "ledger" : "evidence", deployment), io),
    ),
};

export const keysRevoke: Verb = {
  usage: "KEY --at TIME --reason TEXT",
  dataDirectoryOnly: true,
  options: {
    at: { type: "string", value: "TIME", help: "from when on the key was in wrong hands (ISO 8601 UTC)" },
    reason: { type: "string", value: "TEXT", help: "why, for whoever reads keys.json" },
  },
  examples: ['cordon keys revoke 3f2a91c0 --at 2026-11-20T08:00:00Z --reason "laptop stolen"'],
  run: (typed, io) =>
    withDeployment(typed, io, ignoreBoundaries, async (deployment) =>
      told(await revokeKey(revocationFrom(typed), deployment), io),
    ),
};

const told = (root: TrustRoot, io: Io): number => {
  io.result(root);
  io.print(
    [
      `keys.json is now version ${root.version}; give auditors the new file and its signatures (keys-v${root.version}.*.dsse.json)`,
      "",
      ...root.keys.flatMap(keyLines),
    ].join("\n"),
  );
  return EXIT.ok;
};

const revocationFrom = ({ values, positionals: [key] }: Typed): Revocation => {
  const at = new Date(String(values.at ?? ""));
  if (key === undefined || !/^[0-9a-f]{8,64}$/.test(key))
    throw new CordonError("USAGE", "expected a key: at least 8 hex digits of its SHA-256");
  if (Number.isNaN(at.getTime())) throw new CordonError("USAGE", `--at: expected a time, got ${String(values.at)}`);
  if (typeof values.reason !== "string" || values.reason.trim() === "")
    throw new CordonError("USAGE", "expected --reason TEXT");
  return { key, at: at.toISOString(), reason: values.reason };
};

const keyLines = ({
  purpose,
  id,
  opensshFingerprint,
  validFrom,
  validTo,
  revokedAt,
  reason,
}: RootKey): readonly string[] => [
  `${purpose.padEnd(12)} sha256  ${id}`,
  `             openssh ${opensshFingerprint}`,
  `             counts from ${validFrom}${validTo === null ? "" : ` to ${validTo}`}${revokedAt === null ? "" : `; REVOKED as of ${revokedAt}: ${reason ?? "no reason given"}`}`,
];
