import assert from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CordonError } from "../../lib/base/errors.ts";
import { canonicalJson } from "../../lib/base/jcs.ts";
import type { Verb } from "../../lib/cli/command.ts";
import { evidenceGet, evidenceVerify } from "../../lib/cli/evidence.ts";
import { evidenceExport } from "../../lib/cli/evidenceExport.ts";
import { evidenceOpen } from "../../lib/cli/evidenceOpen.ts";
import { ledgerAudit } from "../../lib/cli/ledger.ts";
import { verdictOf } from "../../lib/cli/mcp/verdict.ts";
import { evidenceRedact } from "../../lib/cli/redact.ts";
import { homeAt } from "../../lib/embedded/home.ts";
import { inspectHome } from "../../lib/embedded/homeCheck.ts";
import { openReading } from "../../lib/embedded/reading.ts";
import { quiet, withHome } from "../response/run.ts";
import { openBareCase, sealNext } from "../response/sealedCase.ts";

interface Said {
  readonly errors?: readonly { readonly code: string }[];
  readonly faults?: readonly { readonly code: string }[];
  readonly report?: string;
}

/** Runs a verb in this process: exit code, or the code of what it refuses with, and what `--json` would print. */
const run = async (
  command: Verb,
  home: string,
  positionals: readonly string[],
  values = {},
): Promise<readonly [unknown, Said]> => {
  const heard: Said[] = [];
  const io = { ...quiet, result: (value: unknown) => void heard.push(value as Said) };
  try {
    return [await command.run({ positionals, values: { home, ...values } }, io), heard[0] ?? {}];
  } catch (error) {
    if (error instanceof CordonError) return [error.code, heard[0] ?? {}];
    throw error;
  }
};

test("every verb asks for the bundle that the case names: folders that were exchanged or altered in the vault give nothing", async () => {
  await withHome({}, async (deployment) => {
    const caseId = await openBareCase(deployment);
    await sealNext(caseId, deployment);
    await sealNext(caseId, deployment, "final");
    const { root, vault } = deployment.home;
    const [r1, r2, aside, out] = [
      join(vault, caseId, "r1"),
      join(vault, caseId, "r2"),
      join(root, "aside"),
      join(root, "out"),
    ];
    const verify = async (): Promise<readonly unknown[]> => {
      const [status, { errors }] = await run(evidenceVerify, root, [caseId]);
      return [status, errors?.[0]?.code];
    };
    const audit = async (): Promise<readonly unknown[]> => {
      const [status, { faults }] = await run(ledgerAudit, root, [], { memory: join(root, "memory") });
      return [status, ...new Set(faults?.map(({ code }) => code))];
    };
    assert.deepEqual([await verify(), await audit()], [[0, undefined], [0]]);

    // A report handed out is a copy of what was verified: the bundle cannot be changed under it.
    const [, { report }] = await run(evidenceOpen, root, [caseId]);
    assert.ok(!report!.startsWith(vault) && readFileSync(report!).equals(readFileSync(join(r2, "data/report.html"))));

    renameSync(r1, aside);
    renameSync(r2, r1);
    renameSync(aside, r2);
    assert.deepEqual(await verify(), [1, "OTHER_BUNDLE"]);
    assert.deepEqual(await audit(), [1, "ALTERED"]);
    assert.equal((await run(evidenceGet, root, [caseId], { out }))[0], "INPUT_INVALID");
    renameSync(r1, aside);
    renameSync(r2, r1);
    renameSync(aside, r2);

    const altered = join(r2, "data/report.html");
    chmodSync(altered, 0o600);
    writeFileSync(altered, "<h1>Nothing was stolen</h1>");
    assert.deepEqual(
      [await verify(), await audit()],
      [
        [1, "DIGEST"],
        [1, "ALTERED"],
      ],
    );
    for (const command of [evidenceOpen, evidenceGet, evidenceExport, evidenceRedact])
      assert.equal((await run(command, root, [caseId], { out, format: "ocsf" }))[0], "INPUT_INVALID");
    assert.ok(!existsSync(out));

    // A genuine older revision in the place of the newest, and a case that says where else to look.
    rmSync(r2, { recursive: true, force: true });
    cpSync(r1, r2, { recursive: true });
    await deployment.ports.cases.update(caseId, (head) => ({
      ...head,
      sealed: head.sealed.map((one) => ({ ...one, path: r1 })),
    }));
    assert.deepEqual(await verify(), [1, "OTHER_BUNDLE"]);
  });
});

const edit = (path: string, change: (text: string) => string): void => {
  chmodSync(path, 0o600);
  writeFileSync(path, change(readFileSync(path, "utf8")));
};

const SHOWN = "plans/contain-1.shown.txt";

/** What somebody with the data directory in their hands does to it, and which verbs must say so. */
const HARM: Readonly<Record<string, { readonly by: (home: string, caseId: string) => void; readonly seen: string }>> = {
  "a link put into a bundle": {
    by: (home, caseId) => symlinkSync("/etc/hostname", join(home, "vault", caseId, "r2/data/extra")),
    seen: "verify open audit assistant",
  },
  "a revision that is a link": {
    by: (home, caseId) => {
      const [from, to] = [join(home, "vault", caseId, "r2"), join(home, "elsewhere")];
      chmodSync(from, 0o700);
      renameSync(from, to);
      symlinkSync(to, from);
    },
    seen: "audit check",
  },
  "an entry of the ledger that is a link": {
    by: (home) => {
      const [from, to] = [join(home, "ledger/log/entry/000000000001.json"), join(home, "elsewhere")];
      renameSync(from, to);
      symlinkSync(to, from);
    },
    seen: "audit check",
  },
  "an entry with another date": {
    by: (home) =>
      edit(join(home, "ledger/log/entry/000000000000.json"), (text) => text.replace('"at":"20', '"at":"19')),
    seen: "verify open audit assistant",
  },
  "entries and signatures taken off the end": {
    by: (home, caseId) => {
      rmSync(lastIn(join(home, "ledger/log/entry")));
      rmSync(lastIn(join(home, "ledger/signed/signed")));
      const [markers] = readdirSync(join(home, "ledger/log/case")) as [string];
      rmSync(lastIn(join(home, "ledger/log/case", markers)));
      assert.ok(caseId);
    },
    seen: "verify open audit assistant",
  },
  "no signature at all": {
    by: (home) => rmSync(join(home, "ledger/signed"), { recursive: true }),
    seen: "verify open audit assistant",
  },
  "a signature that is none": {
    by: (home) => writeFileSync(lastIn(join(home, "ledger/signed/signed")), "none"),
    seen: "verify open audit assistant",
  },
  "keys.json in another order": {
    by: (home) => edit(join(home, "keys/keys.json"), reordered),
    seen: "verify open audit",
  },
  "another evidence key": {
    by: (home) => cpSync(join(home, "keys/ledger.pem"), join(home, "keys/evidence.pem")),
    seen: "verify open audit",
  },
  "a plan written anew": {
    by: (home, caseId) => edit(join(home, "cases", caseId, "docs", SHOWN), () => "cut nobody"),
    seen: "audit check",
  },
};

const lastIn = (folder: string): string => join(folder, readdirSync(folder).sort().at(-1)!);

const reordered = (text: string): string => {
  const root = JSON.parse(text) as { keys: unknown[] };
  return canonicalJson({ ...root, keys: root.keys.toReversed() });
};

test("whatever was done to vault, ledger, keys and documents, no verb that shows the bundle calls it well", async () => {
  await withHome({}, async (deployment) => {
    const caseId = await openBareCase(deployment);
    await deployment.ports.cases.putOnce(caseId, SHOWN, Buffer.from("cut jane"));
    await sealNext(caseId, deployment);
    await sealNext(caseId, deployment, "final");
    const { root } = deployment.home;
    const aside = mkdtempSync(join(tmpdir(), "cordon-harm-"));
    try {
      for (const [name, { by, seen }] of [["nothing", { by: () => {}, seen: "" }] as const, ...Object.entries(HARM)]) {
        const home = join(aside, name.replaceAll(/[^a-z]/g, "-"));
        cpSync(root, home, { recursive: true, verbatimSymlinks: true });
        by(home, caseId);
        const ill = {
          verify: async () => (await run(evidenceVerify, home, [caseId]))[0],
          open: async () => (await run(evidenceOpen, home, [caseId]))[0],
          audit: async () => (await run(ledgerAudit, home, [], { memory: join(aside, "memory", name) }))[0],
          assistant: async () => {
            const reading = openReading(home);
            return verdictOf(caseId, undefined, reading)
              .then(
                ({ exitCode }) => exitCode,
                ({ code }: CordonError) => code,
              )
              .finally(reading.close);
          },
          check: async () => inspectHome(homeAt(home)).faults.filter(({ harmless }) => harmless !== true).length,
        };
        for (const [verb, look] of Object.entries(ill))
          if (name === "nothing") assert.equal(await look(), 0, `${verb} of nothing`);
          else if (seen.includes(verb)) assert.notEqual(await look(), 0, `${verb} after ${name}`);
      }
    } finally {
      rmSync(aside, { recursive: true, force: true });
    }
  });
});

test("a case that hides its newest revision gives out no older one unasked", async () => {
  await withHome({}, async (deployment) => {
    const caseId = await openBareCase(deployment);
    await sealNext(caseId, deployment);
    await sealNext(caseId, deployment, "final");
    const { root } = deployment.home;
    await deployment.ports.cases.update(caseId, (head) => ({ ...head, sealed: head.sealed.slice(0, 1) }));
    assert.equal((await run(evidenceVerify, root, [caseId]))[0], 4);
    assert.equal((await run(evidenceOpen, root, [caseId]))[0], "INPUT_INVALID");
    assert.equal((await run(evidenceOpen, root, [caseId], { revision: "1" }))[0], 0);
    await deployment.ports.cases.update(caseId, (head) => ({
      ...head,
      sealed: [head.sealed[0]!, { ...head.sealed[0]!, revision: 2 }],
    }));
    const [status, { faults }] = await run(ledgerAudit, root, [], { memory: join(root, "memory") });
    assert.deepEqual([status, faults?.map(({ code }) => code)], [1, ["ALTERED"]]);
  });
});
