import assert from "node:assert/strict";
import { test } from "node:test";
import { createRouter } from "../../lib/web/routes.ts";

const line = (method: "GET" | "POST", path: string) => ({ method, path, open: false, work: path }) as const;

test("a path finds its line and gives its values; HEAD is GET", () => {
  const route = createRouter([line("GET", "/"), line("GET", "/cases/:caseId"), line("POST", "/cases/:caseId")]);
  assert.deepEqual(route("HEAD", "/cases/case-1"), {
    found: "route",
    route: line("GET", "/cases/:caseId"),
    values: { caseId: "case-1" },
  });
  assert.equal(route("GET", "/").found, "route");
  assert.deepEqual(route("PUT", "/cases/case-1"), { found: "other-method", allow: "GET, HEAD, POST" });
});

test("values that could become another path, and paths that are nearly right, find nothing", () => {
  const route = createRouter([line("GET", "/cases/:caseId")]);
  for (const path of [
    "/cases/",
    "/cases",
    "/cases/a/b",
    "/cases/..",
    "/cases/.hidden",
    "/cases/a%2fb",
    "/cases/a%00",
    `/cases/${"a".repeat(81)}`,
    "//cases/a",
    "/CASES/a",
    "/cases/a\u202e",
  ]) {
    assert.equal(route("GET", path).found, "nothing", path);
  }
});

test("a malformed table throws when it is built, not when it is asked", () => {
  for (const path of ["cases", "/cases/", "/:", "/a b", ""])
    assert.throws(() => createRouter([line("GET", path)]), TypeError, path);
});
