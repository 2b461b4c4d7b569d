import { userInfo } from "node:os";
import { join } from "node:path";
import { CordonError } from "../base/errors.ts";
import { sha256Hex } from "../base/jcs.ts";
import { parseSettings, type Settings } from "../core/settings.ts";
import { createExclusively, readIfThere } from "./files.ts";
import { assertPrivate, type Home } from "./home.ts";
import { openKeyFile, publicKeyOf } from "./signer.ts";

/**
 * The settings of a data directory. The first use writes defaults: the person who runs Cordon here is its one approver,
 * with a key file of their own. `enforce` is the default here and dry run is the default in AWS, because an embedded run
 * changes only its own model of the account (docs/decisions/embedded-mode.md).
 */
export const openSettings = (home: Home, now: string): Settings => {
  const found = readIfThere(home.settings);
  if (found !== null) return parseSettings(parseJson(found, home.settings), home.settings);
  createExclusively(home.settings, Buffer.from(`${JSON.stringify(defaultSettings(home, now), null, 2)}\n`));
  return openSettings(home, now);
};

/** The key file of an approver in this data directory. */
export const approverKeyPath = (home: Home, humanId: string): string => join(home.keys, `approver-${humanId}.pem`);

/** The name under which the person at this machine approves. In a container a user id may have no name. */
export const localHuman = (): string => {
  const name = userName()
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]/g, "-");
  return /^[a-z0-9]/.test(name) ? name : "operator";
};

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return `user-${process.getuid?.() ?? "unknown"}`;
  }
};

const parseJson = (bytes: Uint8Array, where: string): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw new CordonError("SETTINGS_INVALID", `${where}: expected JSON`, { cause });
  }
};

/** What opens a case of a data directory that may not be there yet: nothing is made. Throws SETTINGS_INVALID. */
export const openingAt = (home: Home): Pick<Settings, "openOn" | "minimumSeverity"> => {
  assertPrivate(home);
  const found = readIfThere(home.settings);
  return found === null ? DEFAULT_OPENING : parseSettings(parseJson(found, home.settings), home.settings);
};

const DEFAULT_OPENING: Pick<Settings, "openOn" | "minimumSeverity"> = {
  openOn: [
    "Exfiltration:S3/*",
    "UnauthorizedAccess:S3/*",
    "Impact:S3/*",
    "AttackSequence:S3/*",
    "Discovery:S3/MaliciousIPCaller*",
    "Discovery:S3/TorIPCaller",
  ],
  minimumSeverity: 4,
};

export const defaultSettings = (home: Home, now: string): Settings => {
  const humanId = localHuman();
  return {
    foundedAt: now,
    ...DEFAULT_OPENING,
    mode: "enforce",
    lookbackHours: 72,
    lookaheadHours: 24,
    decisionDeadlineSeconds: 24 * 3600,
    quorum: { reversible: 1, externallyReversible: 1, irreversible: 2 },
    approvers: [
      {
        humanId,
        keys: [sha256Hex(publicKeyOf(openKeyFile(approverKeyPath(home, humanId))))],
        principals: [],
        since: now,
      },
    ],
    exemptArns: [],
    protected: { principals: [], buckets: [] },
    classification: { enabled: true, maximumBytes: 10 * 1024 ** 3 },
    watchMinutes: 0,
    waits: { scan: 0.1, classification: 0.1, propagation: 0.1, watch: 1, lateLogs: null, reminder: 3600 },
  };
};
