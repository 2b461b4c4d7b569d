import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { trustRootOf } from "../../lib/cli/trust.ts";
import { FILES } from "../../lib/evidence/layout.ts";
import { stampIn } from "../../lib/evidence/sigstore.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { createAuthority } from "../evidence/authority.ts";
import { sealedFiles } from "../evidence/sealedFiles.ts";
import { eventTypes, withHome } from "./run.ts";
import { openBareCase, sealNext } from "./sealedCase.ts";

const listening = async (
  answer: (request: Uint8Array) => Promise<Uint8Array | null>,
): Promise<{ server: Server; url: string }> => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = await answer(Buffer.concat(chunks));
    response.writeHead(bytes === null ? 503 : 200).end(bytes ?? "");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
};

test("where an authority is configured every sealed revision carries its token, and the auditor can demand it", async () => {
  const authority = createAuthority();
  const { server, url } = await listening(authority.stamp);
  try {
    await withHome({ timestampAuthority: { url } }, async (deployment) => {
      const caseId = await openBareCase(deployment);
      for (const kind of ["preliminary", "final"] as const) await sealNext(caseId, deployment, kind);
      const { evidence } = await caseView(caseId, deployment.portsOf(caseId));
      assert.equal(evidence.length, 2);
      const { options } = await trustRootOf(deployment);
      for (const { path } of evidence) {
        const report = await verifyBundle(path, { ...options, timeStampAuthorities: [authority.ca] });
        assert.deepEqual([report.exitCode, report.errors], [0, []]);
        assert.ok(report.checks.some(({ code, ok }) => code === "TIMESTAMP" && ok));
      }
      assert.ok((await eventTypes(caseId, deployment)).includes("evidence.stamped"));
    });
  } finally {
    server.close();
  }
});

test("sealing does not wait for an authority that fails or stamps something else; the case says so", async () => {
  const authority = createAuthority();
  const wrong = async (): Promise<Uint8Array> =>
    authority
      .stamp(Buffer.from("302f020101302b300706052b0e03021a0420", "hex"))
      .catch(() => Buffer.from("3003020100", "hex"));
  for (const answer of [async () => null, wrong]) {
    const { server, url } = await listening(answer);
    try {
      await withHome({ timestampAuthority: { url } }, async (deployment) => {
        const caseId = await openBareCase(deployment);
        await sealNext(caseId, deployment);
        const { evidence } = await caseView(caseId, deployment.portsOf(caseId));
        const { options } = await trustRootOf(deployment);
        assert.equal((await verifyBundle(evidence[0]!.path, options)).exitCode, 0);
        const files = await sealedFiles(deployment.ports.vault, `${caseId}/r1`);
        assert.equal(stampIn(files.get(FILES.sigstore)!), null);
        assert.ok((await eventTypes(caseId, deployment)).includes("evidence.not-stamped"));
      });
    } finally {
      server.close();
    }
  }
});
