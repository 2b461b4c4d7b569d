import { readdirSync, readFileSync } from "node:fs";

/** A file that the browser loads: plain HTML, CSS and JavaScript, no build. */
export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array;
}

export type Assets = ReadonlyMap<string, Asset>;

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Reads every file of `assets/` once: a request names one of these, and never a path on disk. */
export const loadAssets = (folder: URL = new URL("./assets/", import.meta.url)): Assets =>
  new Map(
    readdirSync(folder)
      .filter((name) => TYPES[extensionOf(name)] !== undefined)
      .map((name) => [name, { type: TYPES[extensionOf(name)]!, bytes: readFileSync(new URL(name, folder)) }]),
  );

const extensionOf = (name: string): string => name.split(".").at(-1)!;
