import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import type { HuntLists } from "../aws/huntPlan.ts";
import { sha256Hex } from "../base/jcs.ts";
import type { Settings } from "../core/settings.ts";
import { EVERY_STEP, STEPS } from "./steps.ts";

/** Files that the code reads beside itself; they keep their places. */
const DATA: readonly { readonly folder: string; readonly ending: RegExp }[] = [
  { folder: "lib/sql", ending: /\.sql$/ },
  { folder: "lib/logs", ending: /\.sql$/ },
  { folder: "lib/aws", ending: /\.sql$/ },
  { folder: "lib/detections", ending: /\.sql$/ },
  { folder: "lib/embedded", ending: /\.sql$/ },
  { folder: "lib/skim", ending: /\.wasm$/ },
  { folder: "stateMachines", ending: /\.json$/ },
  { folder: "docs/schemas", ending: /\.json$/ },
  { folder: "lib/web/assets", ending: /\.(html|css|js|svg)$/ },
];
/** `require` for what is CommonJS inside, and the folder of the build: entries lie in it, chunks one below, the worker two. */
export const BANNER = `import { createRequire as __createRequire } from "node:module";
const require = __createRequire(import.meta.url);
const __bundle = new URL(/\\/chunks\\/[^/]*$/.test(import.meta.url) ? ".." : /\\/lib\\/embedded\\/[^/]*$/.test(import.meta.url) ? "../.." : ".", import.meta.url);`;

/**
 * Bundles every function into one folder: an entry each, and shared chunks, so that a function loads what it uses and
 * the SDK is there once. Returns the folder. A whole bundling takes about a second.
 */
export const bundleFunctions = async (
  root: string,
  out: string,
  settings: Settings,
  accounts: readonly string[] | null = null,
  hunt: HuntLists = { allow: [], ranges: "" },
): Promise<string> => {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await build({
    entryPoints: Object.keys(EVERY_STEP).map((name) => ({ in: `cordon:${name}`, out: name })),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    // The ESM builds: `import()` of a CommonJS one has no named exports in a bundle.
    mainFields: ["module", "main"],
    target: "node24",
    minify: true,
    legalComments: "none",
    banner: { js: BANNER },
    plugins: [entries(root), places(root)],
    logLevel: "warning",
  });
  copyData(root, out);
  writeFileSync(join(out, "settings.json"), `${JSON.stringify(settings, null, 2)}\n`);
  writeFileSync(join(out, "hunt.json"), JSON.stringify(hunt));
  // Beside lib/aws/accounts.ts, which reads it.
  if (accounts !== null) writeFileSync(join(out, "lib/aws", "accounts.json"), JSON.stringify(accounts));
  writeBuild(out);
  return out;
};

const textOf = (name: string): string =>
  name in STEPS
    ? `import { handler as step } from "./handlers/${name}.ts"; import { onLambda } from "./lib/aws/lambda.ts"; export const handler = onLambda(step, import.meta.url, "${name}");`
    : `import { createHandler } from "./lib/aws/doors/${name}.ts"; export const handler = createHandler(import.meta.url);`;

/** Entries of three lines that are in no file: the handler, and what makes a Lambda of it. */
const entries = (root: string): Plugin => ({
  name: "entries",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^cordon:/ }, ({ path }) => ({ path: path.slice("cordon:".length), namespace: "entry" }));
    onLoad({ filter: /.*/, namespace: "entry" }, ({ path }) => ({
      contents: textOf(path),
      loader: "ts",
      resolveDir: root,
    }));
  },
});

/** A worker is an entry of its own, beside where its source stands. */
const WORKER = /(new Worker\(new URL\("[^"]+)\.ts"(, import\.meta\.url\))/g;

/** A module that reads files beside itself still finds them when it has become part of a chunk. */
export const places = (root: string): Plugin => ({
  name: "places",
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]lib[\\/][^?]*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (path.includes("node_modules") || !text.includes("import.meta.url")) return undefined;
      const place = relative(root, path).replaceAll("\\", "/");
      return {
        contents: text
          .replaceAll(WORKER, '$1.mjs"$2')
          .replaceAll("import.meta.url", `new URL(${JSON.stringify(place)}, __bundle).href`),
        loader: "ts",
      };
    });
  },
});

/** What was built says so itself: SHA-256 over the list of its files, as `sha256sum` prints it. The last thing that is written. */
export const writeBuild = (out: string): void => {
  const files = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "build.json")
    .map((entry) => relative(out, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
  const list = files.map((file) => `${sha256Hex(readFileSync(join(out, file)))}  ${file}\n`).join("");
  writeFileSync(join(out, "build.json"), JSON.stringify({ digest: `sha256:${sha256Hex(list)}` }));
};

export const copyData = (root: string, out: string): void => {
  for (const { folder, ending } of DATA) {
    mkdirSync(join(out, folder), { recursive: true });
    for (const name of readdirSync(resolve(root, folder)).filter((each) => ending.test(each)))
      cpSync(resolve(root, folder, name), join(out, folder, name));
  }
  const { name, version } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")) as Readonly<
    Record<string, string>
  >;
  writeFileSync(join(out, "package.json"), JSON.stringify({ name, version, type: "module" }));
};
