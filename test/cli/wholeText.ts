import type { CaseView } from "../../lib/case/caseView.ts";
import { wholeLines } from "../../lib/cli/fullView.ts";
import { plainRow, rowsOf } from "../../lib/cli/lines.ts";

/** What `cordon show --full` prints, on a terminal that breaks no line. */
export const wholeText = (view: CaseView): string =>
  wholeLines(view, [])
    .flatMap((line) => rowsOf(line, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY))
    .map(plainRow)
    .join("\n");
