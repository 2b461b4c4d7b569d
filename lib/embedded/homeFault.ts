/** One thing that is wrong in a data directory, and what can be done about it. */
export interface HomeFault {
  readonly where: "journal" | "documents" | "vault" | "ledger" | "home";
  readonly caseId: string | null;
  readonly what: string;
  readonly remedy: string;
  /** Something of somebody else that lies there and changes nothing (`.DS_Store`). */
  readonly harmless?: true;
}

export const CASE_ID = /^case-\d{8}-[0-9a-f]{10}$/;
export const STRAY = { remedy: "it does no harm; remove it", harmless: true } as const;
export const BACKUP = "put the data directory back from a backup";

export const printed = (name: string): string => JSON.stringify(name);
