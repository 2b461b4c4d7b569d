import { appendFileSync, statSync } from "node:fs";
import { visibleJson } from "../../base/visible.ts";
import type { RefusedRequest } from "../../web/options.ts";

/** Whoever floods the page must not fill the disk: after this the log says no more. */
const MAXIMUM_BYTES = 10 * 1024 * 1024;
const MAXIMUM_PATH = 200;

/** Requests that were turned away, one JSON line each in a file of mode 0600; no cookies, tokens or bodies. */
export const createAccessLog =
  (path: string): ((refused: RefusedRequest) => void) =>
  (refused) => {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAXIMUM_BYTES) return;
    const line = visibleJson({ ...refused, path: refused.path.slice(0, MAXIMUM_PATH) });
    appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  };
