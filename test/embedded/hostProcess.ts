import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const FIXTURES = join(ROOT, "test/fixtures");

/** `cordon serve` as a process of its own on the OTRF case. */
export interface HostProcess {
  readonly child: ChildProcess;
  /** Everything it has said. */
  said(): string;
  ended: Promise<number | null>;
}

export const startHost = async (home: string, more: readonly string[] = []): Promise<HostProcess> => {
  const child = spawn(
    process.execPath,
    [
      join(ROOT, "bin/cordon.js"),
      ...["serve", "--home", home, "--watch", "0", "--logs", join(FIXTURES, "otrf/logs")],
      ...["--iam", join(FIXTURES, "otrf-case/iam.json"), "--buckets", join(FIXTURES, "otrf-case/buckets"), ...more],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let said = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk) => (said += String(chunk)));
  const ended = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
  const host = { child, said: () => said, ended };
  await until(() => /Inbox|"started"/.test(said) || child.exitCode !== null);
  return host;
};

export const until = async (is: () => boolean, seconds = 600): Promise<void> => {
  for (let waited = 0; !is(); waited += 0.1) {
    if (waited > seconds) throw new Error(`not within ${seconds} s`);
    await new Promise((done) => setTimeout(done, 100));
  }
};

/** The OTRF finding as another one: an id, a severity and an actor of its own. */
export const findingNumber = (number: number, severity: number): string => {
  const text = readFileSync(join(FIXTURES, "otrf-case/finding.json"), "utf8");
  const finding = JSON.parse(text);
  const detail = finding.detail ?? finding;
  const id = createHash("md5").update(String(number)).digest("hex");
  const spelt = (name: string): string => (name in detail ? name : `${name[0]!.toUpperCase()}${name.slice(1)}`);
  detail[spelt("id")] = id;
  detail[spelt("severity")] = severity;
  const resource = detail[spelt("resource")];
  const key = resource?.accessKeyDetails ?? resource?.AccessKeyDetails;
  if (key !== undefined && number > 0) {
    const [keyId, user, principal] =
      "accessKeyId" in key ? ["accessKeyId", "userName", "principalId"] : ["AccessKeyId", "UserName", "PrincipalId"];
    key[keyId] = `AKIA${id.slice(0, 16).toUpperCase()}`;
    key[user] = `actor-${number}`;
    key[principal] = `AIDA${id.slice(0, 16).toUpperCase()}`;
  }
  return JSON.stringify(finding);
};

/** Puts a finding into the inbox as a careful sender does: whole, by a rename. */
export const drop = (home: string, name: string, text: string): void => {
  writeFileSync(join(home, "inbox", `${name}.tmp`), text);
  renameSync(join(home, "inbox", `${name}.tmp`), join(home, "inbox", `${name}.json`));
};

export const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** Cases whose first question has been put. */
export const asked = (home: string): readonly string[] =>
  namesIn(join(home, "cases")).filter((caseId) => existsSync(join(home, "cases", caseId, "docs/plans/contain-1.json")));

/** Cases with sealed evidence. */
export const sealed = (home: string): readonly string[] =>
  namesIn(join(home, "vault")).filter((caseId) => existsSync(join(home, "vault", caseId, "r1")));
