import { withSpools } from "../base/spool.ts";
import { readAll } from "../evidence/ledger/ledgerInspect.ts";
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
    ledgerEntries: async () =>
      (await readAll(ledger.store, await ledger.store.list("entry/"))).filter((bytes) => bytes !== null),
    publishedKeys,
    close: () => {},
  };
};
