import { cases } from "./cases.ts";
import type { Command } from "./command.ts";
import { cost } from "./cost.ts";
import { decide } from "./decide.ts";
import { demo } from "./demo.ts";
import { doctor } from "./doctor.ts";
import { evidenceGet, evidenceList, evidenceVerify } from "./evidence.ts";
import { evidenceExport } from "./evidenceExport.ts";
import { evidenceOpen } from "./evidenceOpen.ts";
import { keys, keysRevoke, keysRotate } from "./keys.ts";
import { ledgerAudit, ledgerShow } from "./ledger.ts";
import { propose } from "./propose.ts";
import { evidenceRedact } from "./redact.ts";
import { respond } from "./respond.ts";
import { review } from "./review.ts";
import { rollback } from "./rollback.ts";
import { serve } from "./serve.ts";
import { show } from "./show.ts";

export const commands: readonly Command[] = [
  respond,
  serve,
  cases,
  show,
  decide,
  propose,
  review,
  rollback,
  evidenceList,
  evidenceGet,
  evidenceVerify,
  evidenceOpen,
  evidenceExport,
  evidenceRedact,
  ledgerAudit,
  ledgerShow,
  keys,
  keysRotate,
  keysRevoke,
  doctor,
  cost,
  demo,
];
