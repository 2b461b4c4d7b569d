/** Records of whole months, by the day and hour, and a hunt over them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Suspect } from "../../lib/core/hunt/suspects.ts";
import { createTrail } from "../../lib/embedded/trail.ts";
import { hunt } from "../../lib/response/hunt/hunt.ts";
import type { Rec } from "../embedded/theftShapes.ts";
import { ACCOUNT, BUCKET, bucket, jsonLines, object, read } from "./inputWorld.ts";

const START = Date.parse("2026-10-01T00:00:00Z");
export const at = (day: number, hour: number, second = 0): string =>
  new Date(START + day * 86_400_000 + hour * 3_600_000 + second * 1000).toISOString().replace(".000Z", "Z");

export const user = (name: string): Rec => ({
  ...{ type: "IAMUser", principalId: `AIDA${name.toUpperCase().padEnd(16, "0")}`, accountId: ACCOUNT, userName: name },
  ...{ arn: `arn:aws:iam::${ACCOUNT}:user/${name}`, accessKeyId: `AKIA${name.toUpperCase().padEnd(16, "0")}` },
});
export const role = (name: string, session: string): Rec => {
  const principalId = `AROA${name.toUpperCase().replaceAll("-", "").padEnd(16, "0")}`;
  const arn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
  return {
    ...{
      type: "AssumedRole",
      principalId: `${principalId}:${session}`,
      accountId: ACCOUNT,
      accessKeyId: `ASIA${name.toUpperCase().replaceAll("-", "").padEnd(16, "1")}`,
    },
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/${session}`,
    sessionContext: { sessionIssuer: { type: "Role", principalId, arn, accountId: ACCOUNT, userName: name } },
  };
};

export interface Reading {
  readonly who: Rec;
  readonly from: string;
  readonly day: number;
  readonly hour: number;
  readonly objects: number;
  readonly places?: readonly string[];
  readonly bytes?: number;
}

/** So many objects read one a second, in turn from each bucket. */
export const reading = ({
  who,
  from,
  day,
  hour,
  objects,
  places = [BUCKET],
  bytes = 50_000,
}: Reading): readonly Rec[] =>
  Array.from({ length: objects }, (_, index) => {
    const name = places[index % places.length]!;
    const key = `data/${day}/${index}`;
    return read(key, {
      ...{ eventTime: at(day, hour, index), sourceIPAddress: from, userIdentity: who },
      requestParameters: { bucketName: name, key },
      resources: [object(name, key), bucket(name, ACCOUNT)],
      additionalEventData: { bytesTransferredOut: bytes },
    });
  });

export const call = (
  who: Rec,
  from: string,
  day: number,
  hour: number,
  eventSource: string,
  eventName: string,
  more: Rec = {},
): Rec =>
  read("", {
    ...{
      eventTime: at(day, hour),
      sourceIPAddress: from,
      userIdentity: who,
      eventSource,
      eventName,
      requestParameters: {},
      resources: [],
    },
    ...more,
  });

export const days = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, day) => from + day);

const ALWAYS = { from: "1970-01-01T00:00:00.000Z", to: "2999-01-01T00:00:00.000Z" };

/** Who stands out in a folder with these records alone, gravest first. */
export const huntOver = async (records: readonly Rec[]): Promise<readonly Suspect[]> => {
  const root = mkdtempSync(join(tmpdir(), "cordon-innocent-"));
  try {
    writeFileSync(join(root, "logs.jsonl"), jsonLines(records));
    const trail = createTrail({ logsDir: root, caseDir: (id) => `${root}-${id}`, memoryLimitMb: 400, threads: 2 });
    const { suspects } = await hunt({ huntId: "hunt-1", read: ALWAYS, judge: null, indicator: {} }, trail, () =>
      sleep(20),
    );
    return suspects;
  } finally {
    rmSync(root, { recursive: true, force: true });
    rmSync(`${root}-hunt-1`, { recursive: true, force: true });
  }
};
