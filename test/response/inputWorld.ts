import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CaseView } from "../../lib/case/caseView.ts";
import { OBJECTS, readLines } from "../../lib/case/documents.ts";
import type { TakenObject } from "../../lib/case/objects.ts";
import { type Files, type Rec, THEFT } from "../embedded/theftShapes.ts";
import { lookAt } from "./look.ts";
import { FIXTURES, withHome } from "./run.ts";

export const FINDING: unknown = JSON.parse(
  readFileSync(join(FIXTURES, "field-cases/silent-half-elastic/finding.json"), "utf8"),
);
export const BUCKET = "harbor-ledgers-0391";
export const ACCOUNT = "444455556666";

/** A GetObject call of the actor of the field cases; members may be replaced. */
export const read = (key: string, members: Rec = {}): Rec => ({
  ...THEFT[0],
  eventID: randomUUID(),
  requestID: randomUUID(),
  requestParameters: { bucketName: BUCKET, key },
  resources: [object(BUCKET, key), bucket(BUCKET, ACCOUNT)],
  ...members,
});

export const object = (name: string, key: string) => ({ type: "AWS::S3::Object", ARN: `arn:aws:s3:::${name}/${key}` });
export const bucket = (name: string, accountId: string) => ({
  type: "AWS::S3::Bucket",
  accountId,
  ARN: `arn:aws:s3:::${name}`,
});

export const jsonLines = (records: readonly unknown[]): string =>
  records.map((one) => `${JSON.stringify(one)}\n`).join("");

export interface Looked {
  readonly view: CaseView;
  readonly objects: readonly TakenObject[];
}

/** What the steps that read the logs make of a folder. `prepare` may add what is no file. */
export const look = async (
  files: Files,
  {
    finding = FINDING,
    prepare = () => {},
  }: { finding?: unknown; prepare?: (logs: string, outside: string) => void } = {},
): Promise<Looked> => {
  const root = mkdtempSync(join(tmpdir(), "cordon-input-"));
  const [logs, outside] = [join(root, "logs"), join(root, "outside")];
  mkdirSync(logs);
  mkdirSync(outside);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(logs, name, ".."), { recursive: true });
    writeFileSync(join(logs, name), bytes);
  }
  prepare(logs, outside);
  let looked: Looked | undefined;
  try {
    await withHome({}, async (deployment) => {
      const view = await lookAt({ finding, logs, iam: null, buckets: null }, deployment);
      const { cases } = deployment.portsOf(view.caseId);
      looked = { view, objects: await readLines(cases, view.caseId, OBJECTS) };
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return looked!;
};

export const placesOf = ({ objects }: Looked): readonly string[] =>
  objects.map(({ bucket: name, key }) => `${name}/${key}`).sort();
