import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sourceOf } from "../../lib/response/seal/producer.ts";
import { writeBuild } from "../../lib/stack/bundle.ts";

const withFolder = (use: (folder: string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-producer-"));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
    encoding: "utf8",
  }).trim();

test("a checkout is named by its commit, and a change in it is said; a folder that is neither claims nothing", () => {
  withFolder((folder) => {
    assert.equal(sourceOf(folder), "unknown");
    git(folder, "init", "-q");
    writeFileSync(join(folder, "a.ts"), "1");
    git(folder, "add", ".");
    git(folder, "commit", "-qm", "first");
    const commit = git(folder, "rev-parse", "HEAD");
    assert.equal(sourceOf(folder), `git:${commit}`);
    writeFileSync(join(folder, "a.ts"), "2");
    const changed = sourceOf(folder);
    assert.match(changed, new RegExp(`^git:${commit}, with changes not committed, sha256:[0-9a-f]{64}$`));
    writeFileSync(join(folder, "new.ts"), "3");
    const added = sourceOf(folder);
    writeFileSync(join(folder, "new.ts"), "4");
    const other = sourceOf(folder);
    assert.equal(new Set([changed, added, other]).size, 3);
    // Names that git quotes where it lists them for people.
    writeFileSync(join(folder, "é new.ts"), "5");
    const named = sourceOf(folder);
    writeFileSync(join(folder, "é new.ts"), "6");
    assert.match(named, /^git:.*sha256:/);
    assert.notEqual(sourceOf(folder), named);
  });
});

test("a build is named by the list of its files as sha256sum prints it, and another byte is another name", () => {
  withFolder((folder) => {
    mkdirSync(join(folder, "lib"));
    writeFileSync(join(folder, "lib/b.mjs"), "b");
    writeFileSync(join(folder, "a.mjs"), "a");
    writeBuild(folder);
    const listed = execFileSync("sh", ["-c", "sha256sum a.mjs lib/b.mjs | sha256sum | cut -c1-64"], {
      cwd: folder,
      encoding: "utf8",
    }).trim();
    assert.equal(sourceOf(folder), `sha256:${listed}`);
    writeFileSync(join(folder, "a.mjs"), "A");
    writeBuild(folder);
    assert.notEqual(sourceOf(folder), `sha256:${listed}`);
  });
});
