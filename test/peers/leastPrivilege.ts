/** Each function's statements in the deployed template against the calls that its code was seen to make. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CallRecorder } from "./callRecorder.ts";

/** Permissions that no call of the function shows: another service uses them in its name, or the story has no need of them. */
const UNSEEN: readonly { readonly actions: RegExp; readonly why: string }[] = [
  { actions: /^(logs|xray):/, why: "written by Lambda itself" },
  { actions: /^kms:(Decrypt|GenerateDataKey)$/, why: "used by S3, SNS and DynamoDB in the name of the caller" },
  { actions: /^s3:(PutObjectRetention)$/, why: "a header of PutObject" },
  {
    actions: /^s3:(AbortMultipartUpload|ListMultipartUploadParts|ListBucketMultipartUploads|GetBucketLocation)$/,
    why: "Athena writes results in the name of the caller",
  },
  {
    actions: /^sqs:(SendMessage|GetQueueAttributes|GetQueueUrl)$/,
    why: "Lambda hands on an event that failed, in the name of the function",
  },
  { actions: /^glue:/, why: "Athena reads the catalogue in the name of the caller" },
  { actions: /^athena:/, why: "answered by the gateway, which counts them itself" },
  { actions: /^macie2:/, why: "the emulator has no Macie" },
  {
    actions: /^s3:(GetObject|PutObject)$/,
    why: "a folder is read and written by one need; a step may do one of the two in this story",
  },
];

/** Rights that the story of this suite does not come by, each with the one that does. Any other fails the suite. */
const ELSEWHERE: readonly { readonly right: RegExp; readonly why: string }[] = [
  { right: /: sns:Publish$/, why: "tells people of what goes wrong, or of a glass that is broken; here nothing does" },
  { right: /: cloudtrail:ListPublicKeys$/, why: "signatures of digest files, which this incident's logs are without" },
  {
    right: /^askApproval: (dynamodb:GetItem|states:SendTaskSuccess)$/,
    why: "a decision that came while its question was being parked is woken at once",
  },
  {
    right: /: kms:GetPublicKey$/,
    why: "an append behind a sealing holds the ledger against its checkpoint; those of these functions came before the first",
  },
  { right: /^receiveDecision: states:StartExecution$/, why: "`cordon propose` and `rollback`, which ask for a plan" },
  {
    right: /^updateQuestion: (dynamodb:(GetItem|UpdateItem)|states:SendTaskSuccess|sts:AssumeRole)$/,
    why: "plans anew and withdraws the question that waits; here it was answered before the investigation ended",
  },
  {
    right: /^startClassification: sts:AssumeRole$/,
    why: "Macie and buckets of another account; the emulator has no Macie",
  },
  { right: /^startClassification: s3:ListBucket$/, why: "without it S3 answers denied for a document that is absent" },
];

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

/** Function → actions that its role allows, from the template as it was deployed. */
const grantedIn = (cdkOut: string): ReadonlyMap<string, ReadonlySet<string>> => {
  const { Resources } = JSON.parse(readFileSync(join(cdkOut, "CordonStack.template.json"), "utf8")) as {
    Resources: Readonly<Record<string, any>>;
  };
  const all = Object.values(Resources);
  const functions = all.filter(
    ({ Type, Properties }) => Type === "AWS::Lambda::Function" && Properties.Environment?.Variables?.CORDON_STEP,
  );
  return new Map(
    functions.map(({ Properties }) => {
      const role = Properties.Role["Fn::GetAtt"][0];
      const statements = all
        .filter(
          ({ Type, Properties: policy }) =>
            Type === "AWS::IAM::Policy" && policy.Roles.some((one: any) => one.Ref === role),
        )
        .flatMap(({ Properties: policy }) => policy.PolicyDocument.Statement as readonly Statement[])
        .filter(({ Effect }) => Effect === "Allow");
      return [Properties.Environment.Variables.CORDON_STEP, new Set(statements.flatMap(({ Action }) => Action))];
    }),
  );
};

/** Whoever is signed in may make it, whatever a policy says (STS API reference, GetCallerIdentity). */
const FREE = "sts:GetCallerIdentity";

/** Calls without a permission fail the suite; permissions without a call are listed, and fail it unless they are explained. */
export const judgePrivileges = (cdkOut: string, { own, assumed }: CallRecorder): void => {
  const granted = grantedIn(cdkOut);
  const missing: string[] = [];
  const unused: string[] = [];
  for (const [name, calls] of own) {
    const allowed = granted.get(name) ?? new Set();
    missing.push(...[...calls].filter((call) => call !== FREE && !allowed.has(call)).map((call) => `${name}: ${call}`));
    const idle = [...allowed].filter(
      (action) => !calls.has(action) && !UNSEEN.some(({ actions }) => actions.test(action)),
    );
    unused.push(...idle.map((action) => `${name}: ${action}`));
  }
  console.log(
    `privileges: ${own.size} functions called, ${[...own.values()].reduce((sum, calls) => sum + calls.size, 0)} kinds of calls`,
  );
  console.log(`never used in this story: ${unused.sort().join(", ") || "nothing"}`);
  console.log(
    `never called in this story: ${[...granted.keys()].filter((name) => !own.has(name)).join(", ") || "none"}`,
  );
  assert.deepEqual(missing.sort(), [], "calls that the role does not allow");
  assert.deepEqual(
    unused.filter((one) => !ELSEWHERE.some(({ right }) => right.test(one))),
    [],
    "rights that no call and no other story explains",
  );
  judgeMember(cdkOut, assumed);
};

/** In the accounts: the one function that contains has the containing role, every other one the reading role. */
const judgeMember = (cdkOut: string, assumed: CallRecorder["assumed"]): void => {
  const { Resources } = JSON.parse(readFileSync(join(cdkOut, "CordonMemberStack.template.json"), "utf8"));
  const allowedTo = (role: string): ReadonlySet<string> =>
    new Set(
      Object.values<any>(Resources)
        .filter(
          ({ Type, Properties }) =>
            Type === "AWS::IAM::Policy" && Properties.Roles.some((one: any) => one.Ref.startsWith(role)),
        )
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as readonly Statement[])
        .filter(({ Effect }) => Effect === "Allow")
        .flatMap(({ Action }) => Action),
    );
  const [read, contain] = [allowedTo("ReadRole"), allowedTo("ContainRole")];
  const missing = [...assumed].flatMap(([name, calls]) =>
    [...calls]
      .filter((call) => !(name === "applyContainment" ? contain : read).has(call))
      .map((call) => `${name}: ${call}`),
  );
  for (const [name, calls] of assumed) console.log(`in the account, ${name}: ${[...calls].sort().join(", ")}`);
  assert.deepEqual(missing.sort(), [], "calls in an account that the member role does not allow");
};
