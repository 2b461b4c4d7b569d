/** Who and what a case is about, and its audit trail. Members may be added by later versions, so objects are open; what is named here is there. */

import * as z from "zod";
import { CaseHead } from "../../case/case.ts";
import { CaseView } from "../../case/caseView.ts";
import { Count } from "../../case/schema.ts";

/** Without paths of the machine that sealed. */
const Head = CaseHead.extend({ sealed: z.array(CaseHead.shape.sealed.element.omit({ path: true })) });

export const CaseRecord = z.strictObject({
  head: Head,
  view: CaseView.extend({ evidence: z.array(CaseView.shape.evidence.element.omit({ path: true })) }),
  sources: z.strictObject({ note: z.string(), files: Count.nullable() }),
  spending: z
    .looseObject({ lines: z.array(z.looseObject({ what: z.string() })), dollars: z.number(), prices: z.string() })
    .nullable()
    .exactOptional()
    .describe("what the response cost so far, as the report says it"),
  judged: z
    .record(
      z.string(),
      z.looseObject({ verdict: z.looseObject({ state: z.string() }), decisions: z.array(z.looseObject({})) }),
    )
    .exactOptional()
    .describe(
      "by plan: what the gate said at sealing, and the decisions whose signatures held; the report is built again from it",
    ),
});
