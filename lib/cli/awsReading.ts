import type { LedgerDocuments } from "../base/ledger.ts";
import { withSpools } from "../base/spool.ts";
import type { Reading } from "../ports/ports.ts";
import { openAwsPlace } from "./awsPlace.ts";
import type { Typed } from "./command.ts";

/** A deployment in AWS to be read. What reaches whoever reads has no method that changes anything; what the caller may do is decided by IAM. */
export const openAwsReading = async (typed: Typed): Promise<Reading> => {
  const { ports, settings, ledger, publishedKeys } = await openAwsPlace(typed);
  const { cases, vault, clock } = ports;
  return {
    ports: {
      cases: {
        head: (caseId) => cases.head(caseId),
        list: () => cases.list(),
        events: (caseId) => cases.events(caseId),
        read: (caseId, name) => cases.read(caseId, name),
        names: (caseId, prefix) => cases.names(caseId, prefix),
      },
      ledger: { origin: ports.ledger.origin },
      settings,
      clock,
    },
    lostCases: [],
    bundle: (name, work) => withSpools(async (spools) => work(await vault.files(name, spools))),
    ledger: { store: documentsOf(ledger.store), signed: documentsOf(ledger.signed) },
    publishedKeys,
    close: () => {},
  };
};

const documentsOf = (store: LedgerDocuments): LedgerDocuments => ({
  has: (name) => store.has(name),
  read: (name) => store.read(name),
  list: (folder) => store.list(folder),
});
