import type { LedgerHead } from "../../base/ledger.ts";
import { keepSigned } from "../../evidence/ledger/heartbeat.ts";
import { systemClock } from "../clock.ts";
import { parseEnvironment } from "../environment.ts";
import { settingsOf } from "../lambda.ts";
import { createPorts, ledgerStoresOf } from "../ports.ts";

/** Runs every hour and takes nothing: what doors wrote is under a signature within one, whether or not a step runs. */
export const createHandler =
  (bundle: string): (() => Promise<Pick<LedgerHead, "size" | "root">>) =>
  async () => {
    const env = parseEnvironment(process.env);
    const { ledger } = createPorts(env, await settingsOf(env, new URL(bundle)));
    const { store } = await ledgerStoresOf(env);
    const { size, root } = await keepSigned(ledger, store, systemClock.now());
    return { size, root };
  };
