import { readFileSync } from "node:fs";
import { parseTrustRoot, type RootKey, trustRootDigest } from "../evidence/trustRoot.ts";
import { type Command, EXIT } from "./command.ts";
import { ignoreBoundaries, withDeployment } from "./session.ts";
import { trustRootOf } from "./trust.ts";

export const keys: Command = {
  name: "keys",
  usage: "",
  summary:
    "Prints the keys of this deployment and their fingerprints, to be given to auditors by another way than the bundles.",
  options: {},
  examples: ["cordon keys", "cordon keys --json"],
  run: (typed, io) =>
    withDeployment(typed, io, ignoreBoundaries, async (deployment) => {
      const { path } = await trustRootOf(deployment);
      const bytes = readFileSync(path);
      const root = parseTrustRoot(bytes);
      io.result({ path, digest: trustRootDigest(bytes), ...root });
      io.print(
        [
          `keys.json    ${path}`,
          `version      ${root.version}, sha256 ${trustRootDigest(bytes)}`,
          `ledger       ${root.origin}`,
          "",
          ...root.keys.flatMap(keyLines),
        ].join("\n"),
      );
      return EXIT.ok;
    }),
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
  `${purpose.padEnd(12)} sha256  ${id.match(/.{8}/g)!.join(" ")}`,
  `             openssh ${opensshFingerprint}`,
  `             counts from ${validFrom}${validTo === null ? "" : ` to ${validTo}`}${revokedAt === null ? "" : `; REVOKED as of ${revokedAt}: ${reason ?? "no reason given"}`}`,
];
