import type { ScanInventory, SideLogFound, SideLogName } from "../../case/scan.ts";
import type { OtherLog } from "../../case/theft.ts";

const NAMES: Readonly<Record<SideLogName, string>> = {
  "s3-access-log": "S3 server access logs",
  "vpc-flow-log": "VPC flow logs",
  "okta-system-log": "Okta system logs",
};
const USES: Readonly<Record<SideLogName, string>> = {
  "s3-access-log":
    "corroborate CloudTrail's reads and fill in what it lacks; S3 delivers them as best it can, so that a missing line proves nothing",
  "vpc-flow-log": "are held against the bytes stolen and added to no total",
  "okta-system-log": "are joined to the sign-ins at the start of the role chain",
};
const WITHOUT: Readonly<Record<SideLogName, string>> = {
  "s3-access-log": "sizes at the time of the theft and partial reads rest on CloudTrail alone",
  "vpc-flow-log": "what left by the network on other ways than the S3 API is not known",
  "okta-system-log": "who signed in at the identity provider, from where and with which factors is not known",
};

/** The port's list travels through documents, so that an older case may lack it: then nothing was given. */
export const foundOf = (inventory: ScanInventory | undefined, log: SideLogName): SideLogFound | null =>
  inventory?.otherLogs?.find((one) => one.log === log) ?? null;

/** Why a log that was given could not be used. */
export type FailedLogs = Readonly<Partial<Record<SideLogName, string | undefined>>>;

/** What was and was not given, a sentence each. */
export const otherLogsOf = (inventory: ScanInventory | undefined, failed: FailedLogs): readonly OtherLog[] =>
  (Object.keys(NAMES) as readonly SideLogName[]).map((log) => {
    const found = foundOf(inventory, log);
    const [files, entries] = [found?.files ?? 0, found?.entries ?? 0];
    if (found === null)
      return { log, state: "not given", files, entries, says: `No ${NAMES[log]} were given: ${WITHOUT[log]}.` };
    const reason = found.failed ?? failed[log];
    if (reason !== undefined)
      return {
        log,
        state: "failed",
        files,
        entries,
        says: `${NAMES[log]} were given and could not be used: ${reason}`,
      };
    return { log, state: "used", files, entries, says: usedSentence(found) };
  });

const usedSentence = ({ log, files, entries, unread, earliest, latest }: SideLogFound): string => {
  const span = earliest === null ? "" : ` from ${earliest} to ${latest}`;
  const broken = unread === 0 ? "" : ` ${unread} lines could not be read.`;
  return `${NAMES[log]} (${files} files${span}, ${entries} entries in the window) ${USES[log]}.${broken}`;
};
