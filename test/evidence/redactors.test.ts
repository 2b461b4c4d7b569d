import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { canonicalJson } from "../../lib/base/jcs.ts";
import { sealBundle } from "../../lib/evidence/seal.ts";
import { timeStampRequest } from "../../lib/evidence/timestamp.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import { coarseNumber, coarseText } from "../../lib/export/redact/coarse.ts";
import { createAuthority } from "./authority.ts";
import { redactedFiles } from "./redactedFiles.ts";
import { ATTACKER_SIGNER, EVIDENCE_SIGNER, sampleInput } from "./sample.ts";

const AT = "2026-11-21T09:00:00.000Z";
const secret = "11".repeat(32);
const salt = (): string => randomBytes(32).toString("hex");
const owner = await EVIDENCE_SIGNER.publicKey();
const redactor = await ATTACKER_SIGNER.publicKey();
const payload = new Map([
  ...sampleInput().payload,
  ["theft.json", Buffer.from('{"at":"2026-02-23T03:14:15Z","bytes":4712338467,"objects":12847,"severity":8}')],
]);
const original = await sealBundle(sampleInput({ payload, salt }));
const codes = async (files: ReadonlyMap<string, Uint8Array>, options: object): Promise<readonly string[]> =>
  (await verifyBundle(files, { trust: [owner], withoutLedger: true, ...options })).errors.map(({ code }) => code);

test("whoever may make copies may make nothing else: an original by the redactor's key is signed by a stranger", async () => {
  const copy = await redactedFiles(original, { secret, at: AT, signer: ATTACKER_SIGNER });
  assert.deepEqual(await codes(copy.files, {}), ["UNTRUSTED"]);
  assert.deepEqual(await codes(copy.files, { redactors: [redactor] }), []);
  const forged = await sealBundle(sampleInput({ payload, salt, signer: ATTACKER_SIGNER }));
  assert.deepEqual(await codes(forged, { redactors: [redactor] }), ["UNTRUSTED"]);
  const ofForged = await redactedFiles(forged, { secret, at: AT, signer: ATTACKER_SIGNER });
  assert.deepEqual(await codes(ofForged.files, { redactors: [redactor] }), ["UNTRUSTED"]);
});

test("a copy of what was replaced is replaced, and what it says is said to be the word of its maker", async () => {
  const copy = await redactedFiles(original, { secret, at: AT, signer: EVIDENCE_SIGNER });
  const options = { trust: [owner], withoutLedger: true, supersededBy: { revision: 3, digest: "ab".repeat(32) } };
  const report = await verifyBundle(copy.files, options);
  assert.equal(report.exitCode, 4);
  assert.match(report.checks.find(({ code }) => code === "REDACTION")!.detail, /word of whoever made the copy/);
});

test("sizes, counts and times are made coarse where that is asked for, and only there", async () => {
  const exact = await redactedFiles(original, { secret, at: AT, signer: EVIDENCE_SIGNER });
  const coarse = await redactedFiles(original, { secret, at: AT, signer: EVIDENCE_SIGNER, coarse: true });
  const theft = (files: ReadonlyMap<string, Uint8Array>): string =>
    Buffer.from(files.get("data/copy/theft.json")!).toString();
  assert.equal(theft(exact.files), Buffer.from(payload.get("theft.json")!).toString());
  assert.equal(
    theft(coarse.files),
    canonicalJson({ at: "2026-02-23T00:00:00Z", bytes: 4_000_000_000, objects: 10_000, severity: 8 }),
  );
  assert.deepEqual(await codes(coarse.files, {}), []);
  assert.match(Buffer.from(coarse.files.get("about-this-copy.txt")!).toString(), /Made coarse/);
});

test("a number keeps its first digit, whatever it is written like", () => {
  assert.deepEqual([-127, 0.93, 9, 4.7, 0.7, 1e21, 4_712_338_467].map(coarseNumber), [
    ...[-100, 0.9, 9, 4, 0.7, 1e21, 4_000_000_000],
  ]);
  const said = (text: string): string => coarseText(text, (digits) => digits === "123456789012");
  assert.equal(
    said("12,847 objects (4.7 GB) of 123456789012 by v3.11.8 at 2026-02-23T03:14:15.926Z, 2012-10-17, in 97 files."),
    "10,000 objects (4 GB) of 123456789012 by v3.11.8 at 2026-02-23T00:00:00Z, 2012-10-17, in 90 files.",
  );
  const stay = [
    ...["T1562.008", "sha256", "case-20260223-0123456789", "22ca7a80-767a-444d-aad5-1c662a096bf7", "us-east-1"],
    ...[
      "2012-10-17",
      "23/Feb/2026",
      "Feb 23, 2026",
      "Python/3.11.8",
      "v10.43.21",
      "1.43.21",
      "10.61.21",
      "cordon/plan/v1",
      "s3:GetObject",
    ],
    ...["a11", "contain-12", "round-001"],
  ];
  for (const text of stay) assert.equal(said(text), text);
});

const BYTES = [
  ...["4712338467", "4,712,338,467", "4.712.338.467", "4 712 338 467", "4\u00a0712\u00a0338\u00a0467", "4'712'338'467"],
  ...[
    "4_712_338_467",
    "4712338467B",
    "size=4712338467",
    "bytes:4712338467",
    "x4712338467y",
    "/4712338467/",
    "4.712338467 GB",
  ],
  ...[
    "4.712338467e9",
    "4712.338467 MB",
    "4,712338467 GB",
    "-4712338467",
    "4712338467.0",
    "0004712338467",
    "0x118E0F1A3",
  ],
  ...["GB/4.712338467", "471233846700", "v4712338467", "4.7 GB", "4.39 GiB", "4712 MB"],
];
const TIMES = [
  ...[
    "2026-02-23T03:14:15Z",
    "2026-02-23T03:14:15.926535Z",
    "2026-02-23 03:14:15",
    "2026-02-23 03:14 UTC",
    "2026-02-23T03",
  ],
  ...[
    "2026-02-23T03:14:15+05:45",
    "2026-02-23T03:14Z",
    "20260223T031415Z",
    "20260223T0314Z_a1.json.gz",
    "20260223031415",
  ],
  ...[
    "20260223-031415",
    "2026/02/23/03/14",
    "2026-02-23-03-14-15-ABCDEF",
    "2026.02.23 03.14.15",
    "2026-02-23_03-14-15",
  ],
  ...[
    "Mon, 23 Feb 2026 03:14:15 GMT",
    "[23/Feb/2026:03:14:15 +0000]",
    "Feb 23, 2026, 3:14:15 AM",
    "3:14 a.m.",
    "03h14m15s",
  ],
  ...[
    "1771816455",
    "1771816455.926",
    "1771816455926",
    "at 1771816455,",
    "t1771816455",
    "03:14:15,926",
    "3 am",
    "2026-054T03:14:15",
    "03.14.15",
    "at 03.14.15, UTC",
  ],
];

test("no form of a size or of a time gets through where a copy is coarse: in texts, in texts of JSON, as a member's name", async () => {
  const forms = [...BYTES, ...TIMES];
  const document = {
    plain: forms.map((form) => `about ${form} it was`),
    alone: forms,
    text: JSON.stringify({ inner: forms }),
    keyed: Object.fromEntries(forms.map((form) => [form, 1])),
    numbers: [4712338467, 1771816455.926, 4.712338467, 1771816455926],
  };
  const hostile = await sealBundle(
    sampleInput({ payload: new Map([...payload, ["notes.json", Buffer.from(canonicalJson(document))]]), salt }),
  );
  const { files } = await redactedFiles(hostile, { secret, at: AT, signer: EVIDENCE_SIGNER, coarse: true });
  const copy = JSON.parse(Buffer.from(files.get("data/copy/notes.json")!).toString()) as typeof document;
  assert.equal(Object.keys(copy.keyed).length, forms.length);
  assert.deepEqual(copy.numbers, [4_000_000_000, 1_000_000_000, 4, 1_000_000_000_000]);
  const said = [...copy.plain, ...copy.alone, ...(JSON.parse(copy.text) as { inner: string[] }).inner];
  for (const text of [...said, ...Object.keys(copy.keyed).map((key) => key.replace(/ \(\d+\)$/, ""))]) {
    const left = text.replace(/2026[-/.]02[-/.]23|20260223|23[ /]Feb[ /]2026|Feb 23, 2026/, "");
    assert.match(left, /^(?:\D|(?<![1-9]0*)[1-9]0*(?!\d)|0)*$/, text);
    assert.doesNotMatch(left, /0?3[:h.]|[1-9] ?a\.?m/i, text);
  }
});

test("who sealed, on which machine, and who signed in are tokens everywhere, and envelopes with names in base64 are not shared", async () => {
  const people = {
    "environment.json": { host: "forensics-laptop", user: "dana", platform: "linux" },
    "role-chain.json": {
      signIn: { actor: { id: "00u1dana", name: "Dana.Example@corp.example", display: "Dana Q. Example" } },
    },
    "queries/sign-ins.json": {
      parameters: ["dana.example@corp.example\ndana.example"],
      rows: [{ actor_id: "00u1dana", actor_name: "Dana.Example@corp.example", actor_display: "Dana Q. Example" }],
      more: [{ app_users: "dqe-prod\ndqe-admin", alternate: "seen as dqe-admin" }],
    },
    "timeline.json": [
      { actor: "human:Uma Other", data: { why: "asked by Uma Other, from forensics-laptop", humanId: null } },
      { data: { envelope: Buffer.from("Dana Q. Example").toString("base64").repeat(100) } },
    ],
    "reviews/plan-1/uma.json": { envelope: "ZGFuYQ==" },
    "marks/1.json": { envelope: "ZGFuYQ==" },
  };
  const files = Object.entries(people).map(([name, value]) => [name, Buffer.from(canonicalJson(value))] as const);
  const sealed = await sealBundle(sampleInput({ payload: new Map([...payload, ...files]), salt }));
  const copy = await redactedFiles(sealed, { secret, at: AT, signer: EVIDENCE_SIGNER });
  const shared = [...copy.files].flatMap(([path, bytes]) =>
    path.startsWith("data/copy/") ? [Buffer.from(bytes).toString()] : [],
  );
  const all = shared.join("\n");
  for (const name of [
    "forensics",
    "dana",
    "Dana",
    "Example",
    "example",
    "00u1",
    "dqe",
    "Uma",
    "RGFuYSBRLi",
    "ZGFuYQ==",
  ])
    assert.equal(all.includes(name), false, name);
  assert.ok(all.includes("linux"));
  assert.deepEqual(await codes(copy.files, {}), []);
});

test("a time stamp of the original survives in its copy, and a copy of what was not stamped has none", async () => {
  const authority = createAuthority();
  const stamped = await sealBundle(
    sampleInput({
      payload,
      salt,
      stamp: async (bytes) => authority.stamp(timeStampRequest(bytes, "0102030405060708")),
    }),
  );
  const asked = { timeStampAuthorities: [authority.ca] };
  const copy = await redactedFiles(stamped, { secret, at: AT, signer: EVIDENCE_SIGNER });
  assert.deepEqual(await codes(copy.files, asked), []);
  const unstamped = await redactedFiles(original, { secret, at: AT, signer: EVIDENCE_SIGNER });
  assert.deepEqual(await codes(unstamped.files, asked), ["TIMESTAMP_UNTRUSTED"]);
});
