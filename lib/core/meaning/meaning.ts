/**
 * What a call means: its phase in an attack, its technique, and its effect with the target in words. The one table that
 * the story, the settings changed and the report read. Techniques: MITRE ATT&CK v17, Enterprise.
 */

import { BUCKET_SETTINGS } from "./bucketSettings.ts";
import { BUCKETS } from "./buckets.ts";
import type { Call, Entry, Meaning } from "./call.ts";
import { IDENTITIES } from "./identities.ts";
import { LOGGING } from "./logging.ts";
import { LOOKING, ORDINARY } from "./looking.ts";
import { MACHINES } from "./machines.ts";
import { RIGHTS } from "./rights.ts";
import { SECRETS } from "./secrets.ts";
import { STORES } from "./stores.ts";

export type { Call, Meaning } from "./call.ts";

const TABLE: readonly Entry[] = [
  ...IDENTITIES,
  ...RIGHTS,
  ...BUCKETS,
  ...BUCKET_SETTINGS,
  ...LOGGING,
  ...SECRETS,
  ...STORES,
  ...MACHINES,
  ...LOOKING,
  ...ORDINARY,
];

/** A read of settings is looking around; a write that the table does not know has an effect nobody named yet. */
export const meaningOf = (call: Call): Meaning => {
  const service = call.eventSource.split(".")[0]!;
  const name = call.eventName.replace(/(20\d\d_?\d\d_?\d\d)(v\d+)?$/, "");
  const entry = TABLE.find(
    ({ of, calls }) => calls.test(name) && (of === undefined || service === "" || of.split(" ").includes(service)),
  );
  if (entry === undefined) return unknown(call, name);
  const { phase, technique, effect, target, means } = entry;
  return { phase, technique, effect, target: target?.(call) ?? null, ...refined(call, means) };
};

/** A record that is not what its kind of call looks like must not take the story down. */
const refined = (call: Call, means: Entry["means"]): Partial<Meaning> => {
  try {
    return means?.(call) ?? {};
  } catch {
    return {};
  }
};

const unknown = ({ readOnly, bucket }: Call, name: string): Meaning =>
  readOnly || /^(Get|List|Describe|Head|Lookup|Search|Batch(Get|Describe))/.test(name)
    ? { phase: "reconnaissance", technique: "T1580", effect: `called ${name}`, target: null }
    : {
        phase: "impact",
        technique: null,
        effect: bucket === null ? `called ${name}` : `called ${name} on {}`,
        target: bucket,
      };

/** The effect with its targets: `opened acme, acme-2 and 3 more to account 999988887777`. */
export const inWords = ({ effect }: Pick<Meaning, "effect">, targets: readonly string[], most = 5): string => {
  const named =
    targets.length <= most
      ? targets.join(", ")
      : `${targets.slice(0, most).join(", ")} and ${targets.length - most} more`;
  return effect.includes("{}")
    ? effect.replace(/ ?\{\}/, named === "" ? "" : effect.startsWith("{}") ? named : ` ${named}`)
    : effect;
};
