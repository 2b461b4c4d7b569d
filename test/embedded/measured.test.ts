import assert from "node:assert/strict";
import { hostname, tmpdir, userInfo } from "node:os";
import { test } from "node:test";
import { Environment } from "../../lib/case/environment.ts";
import { systemClock } from "../../lib/embedded/clock.ts";
import { measureHere } from "../../lib/embedded/measured.ts";

test("what is said of a host was asked of it, and what it does not tell is named and left out", async () => {
  const facts = await measureHere(systemClock, { memoryLimitMb: 100, threads: 2, spillFolder: tmpdir() })();
  Environment.parse(facts);
  assert.deepEqual([facts.host, facts.user], [hostname(), userInfo().username]);
  assert.equal(facts.runtime.node, process.versions.node);
  assert.match(facts.engine!.version, /^v\d+\.\d+\.\d+/);
  assert.deepEqual([facts.engine!.settings.TimeZone, facts.engine!.settings.threads], ["UTC", "2"]);
  const unmeasured = facts.notMeasured.map(({ what }) => what);
  for (const what of ["host", "user", "engine", "clock"] as const)
    assert.equal(facts[what] === undefined, unmeasured.includes(what), what);
});
