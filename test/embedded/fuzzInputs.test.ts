import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { CordonError } from "../../lib/base/errors.ts";
import { parseSettings } from "../../lib/core/settings.ts";
import { accountsOf, assertIamSnapshot, doubtAbout, readIamSnapshot } from "../../lib/embedded/account/iamSnapshot.ts";
import { contentOf } from "../../lib/embedded/ingest-content.ts";
import { kindOf } from "../../lib/embedded/ingest-kind.ts";
import { LINE_SOURCES } from "../../lib/logs/index.ts";
import { runs } from "../sample.ts";
import { tempDir } from "./trailWorld.ts";

const RUNS = { numRuns: runs(400, 200_000), seed: 12 };

/** Whatever is wrong with what somebody hands in is said in our own words. */
const refusing = (work: () => void): void => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof CordonError, String((error as Error).stack));
  }
};

const odd = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    '"',
    '""',
    "\\",
    "[",
    "]",
    "[06/Feb/2019:00:00:38 +0000]",
    "-",
    " ",
    "  ",
    "\t",
    "%",
    "%zz",
    "\u0001",
    "+",
  ),
  fc.constantFrom(
    "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
    "REST.GET.OBJECT",
    "200",
    "ACCEPT",
    "OK",
  ),
  fc.constantFrom(
    "2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 5000 6 9 840 1431280876 1431280934 ACCEPT OK",
    "1e309",
    "NaN",
  ),
);

test("a line of any log, whatever is in it, is an entry, a header or none", () => {
  fc.assert(
    fc.property(fc.array(odd, { maxLength: 30 }), fc.constantFrom(" ", "", "\t"), (parts, between) => {
      const line = parts.join(between);
      kindOf("a.log", contentOf(Buffer.from(line)));
      for (const { reads } of LINE_SOURCES) {
        const entry = reads.isLine(line) ? reads.reader()(line) : null;
        if (entry !== null && entry !== "header") assert.doesNotThrow(() => JSON.stringify(entry));
      }
    }),
    RUNS,
  );
});

/** Characters that patterns are offered during some work: what is looked at again counts again. */
const offered = (work: () => void): number => {
  const { exec } = RegExp.prototype;
  let characters = 0;
  const counting = function (this: RegExp, text: string): RegExpExecArray | null {
    characters += String(text).length - (this.global || this.sticky ? this.lastIndex : 0);
    return exec.call(this, text);
  };
  Object.assign(RegExp.prototype, { exec: counting });
  try {
    work();
  } finally {
    Object.assign(RegExp.prototype, { exec });
  }
  return characters;
};

test("a line of a megabyte is looked at a few times, whatever it is made of", () => {
  for (const part of ['"', " ", "[", "- ", "a ", "%25", '" 200 - 1 1 1 1 ', '" "- x y z SigV4 - AuthHeader ']) {
    const line = part.repeat(1_000_000 / part.length);
    const looks = offered(() => {
      for (const { reads } of LINE_SOURCES) if (reads.isLine(line)) reads.reader()(line);
      for (const { reads } of LINE_SOURCES) reads.reader()(line);
    });
    assert.ok(looks > 0 && looks <= 20 * line.length, `${part}: ${looks / line.length} times`);
  }
});

const json = fc.jsonValue({ maxDepth: 3 });
const text = fc.oneof(fc.constantFrom("alice", "%", "%7B%7D", "{", "{}", "arn:aws:iam::111122223333:user/alice"), json);
const entry = fc.oneof(
  json,
  fc.record(
    {
      UserName: text,
      RoleName: text,
      GroupName: text,
      Arn: text,
      AssumeRolePolicyDocument: text,
      UserPolicyList: fc.oneof(json, fc.array(fc.record({ PolicyName: text, PolicyDocument: text }), { maxLength: 2 })),
      PolicyVersionList: fc.oneof(json, fc.array(fc.record({ VersionId: text, Document: text }), { maxLength: 2 })),
    },
    { requiredKeys: [] },
  ),
);
const list = fc.oneof(json, fc.array(entry, { maxLength: 3 }));
const page = fc.oneof(
  json,
  fc.record(
    {
      UserDetailList: list,
      RoleDetailList: list,
      GroupDetailList: list,
      Policies: list,
      IsTruncated: json,
      Marker: json,
    },
    { requiredKeys: [] },
  ),
);

test("a snapshot of whatever shape is believed as a whole, or refused in our own words", (context) => {
  const path = join(tempDir(context), "iam.json");
  let size = 0;
  fc.assert(
    fc.property(fc.array(page, { maxLength: 2 }), (pages) => {
      // Another length each time: what a file held is remembered by its size and times.
      size = (size + 1) % 997;
      writeFileSync(path, pages.map((one) => JSON.stringify(one)).join("\n") + " ".repeat(size));
      refusing(() => {
        assertIamSnapshot(path);
        accountsOf(path);
        readIamSnapshot({ iamSnapshotPath: path, accessKeysPath: null, credentialReportPath: null });
        doubtAbout(path, { accountId: "111122223333", principals: [] });
      });
    }),
    RUNS,
  );
});

const WHOLE = readFileSync(new URL("../fixtures/moto-account/iam.json", import.meta.url), "utf8");
const WORDS = ["null", "[]", "{}", '""', "7", '"%"', "true", "[null]", '{"Statement":{"Principal":{"AWS":[7]}}}'];
/** A snapshot of which some values are others, some names are gone, and a piece is cut out or put in. */
const mutated = fc
  .record({
    values: fc.array(fc.tuple(fc.nat(), fc.constantFrom(...WORDS)), { maxLength: 4 }),
    names: fc.array(fc.nat(), { maxLength: 2 }),
    cut: fc.option(fc.tuple(fc.nat(), fc.nat({ max: 200 }), fc.constantFrom(...'}],"\0')), { freq: 3 }),
  })
  .map(({ values, names, cut }) => {
    let count = 0;
    const chosen = new Map(values.map(([at, word]) => [at % 400, word]));
    const dropped = new Set(names.map((at) => at % 400));
    const text = JSON.stringify(JSON.parse(WHOLE), (name, value) => {
      const word = chosen.get(count);
      const isDropped = dropped.has(count++) && name !== "";
      return isDropped ? undefined : word === undefined ? value : JSON.parse(word);
    });
    if (cut === null || text === undefined) return text ?? "";
    const at = cut[0] % (text.length + 1);
    return text.slice(0, at) + cut[2] + text.slice(at + cut[1]);
  });

test("a snapshot that was changed anywhere is believed, doubted or refused in our own words", (context) => {
  const path = join(tempDir(context), "iam.json");
  let size = 0;
  const verdicts = new Set<string>();
  fc.assert(
    fc.property(mutated, (text) => {
      size = (size + 1) % 997;
      writeFileSync(path, text + " ".repeat(size));
      let verdict = "refused";
      refusing(() => {
        assertIamSnapshot(path);
        readIamSnapshot({ iamSnapshotPath: path, accessKeysPath: null, credentialReportPath: null });
        verdict = doubtAbout(path, { accountId: "123456789012", principals: [] }) === null ? "believed" : "doubted";
      });
      verdicts.add(verdict);
    }),
    RUNS,
  );
  assert.deepEqual([...verdicts].sort(), ["believed", "doubted", "refused"]);
});

const setting = fc.constantFrom(
  ..."foundedAt openOn minimumSeverity mode lookbackHours lookaheadHours decisionDeadlineSeconds quorum approvers".split(
    " ",
  ),
  ..."exemptArns protected classification watchMinutes waits baseline notices __proto__ constructor".split(" "),
);

test("settings of whatever shape are taken, or refused with what is wrong", () => {
  fc.assert(
    fc.property(fc.oneof(json, fc.dictionary(setting, json)), (value) => {
      refusing(() => void parseSettings(value, "settings.json"));
    }),
    RUNS,
  );
});
