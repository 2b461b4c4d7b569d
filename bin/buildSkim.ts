/** Compiles `lib/skim/*.as` into `lib/skim/skim.wasm`. The same source gives the same bytes, which test/skim/artefact.test.ts holds. */
import { readFileSync, writeFileSync } from "node:fs";

/** As the compiler names its files. */
const SOURCES: ReadonlyMap<string, URL> = new Map(
  ["skim", "calls", "json"].map((name) => [`${name}.ts`, new URL(`../lib/skim/${name}.as`, import.meta.url)]),
);
export const ARTEFACT = new URL("../lib/skim/skim.wasm", import.meta.url);

interface Compiler {
  main(
    words: readonly string[],
    files: {
      readFile(name: string): string | null;
      writeFile(name: string, contents: Uint8Array): void;
      listFiles(): readonly string[];
    },
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}
/** By a name that the type checker does not follow: its own types are for AssemblyScript and change those of Node. */
const COMPILER: string = "assemblyscript/asc";

export const compileSkim = async (): Promise<Uint8Array> => {
  const { default: asc } = (await import(COMPILER)) as { readonly default: Compiler };
  let wasm: Uint8Array | undefined;
  const options = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd,bulk-memory", "--initialMemory", "80"];
  const { error, stderr } = await asc.main(["skim.ts", ...options, "--outFile", "skim.wasm"], {
    readFile: (name) => {
      const source = SOURCES.get(name);
      return source === undefined ? null : withNumbers(readFileSync(source, "utf8"));
    },
    writeFile: (name, contents) => {
      if (name === "skim.wasm") wasm = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || wasm === undefined) throw new Error(`skim.as: ${stderr.toString()}`, { cause: error });
  return wasm;
};

/** `word8("text")`: the number that its bytes are in memory. */
const withNumbers = (text: string): string =>
  text.replaceAll(/word([48])\("((?:[^"\\]|\\.){4,9})"\)/g, (_, size: string, quoted: string) => {
    const bytes = Buffer.from(quoted.replaceAll("\\", ""));
    if (bytes.length !== Number(size)) throw new Error(`skim.as: word${size}("${quoted}") has ${bytes.length} bytes`);
    return `0x${bytes.reverse().toString("hex")}`;
  });

if (process.argv[1] === import.meta.filename) writeFileSync(ARTEFACT, await compileSkim());
