import type { DatabaseSync } from "node:sqlite";
import type { Ports } from "../../ports/ports.ts";
import { submitDecision } from "../../response/approve/decisions.ts";
import { type Ceremony, type CredentialStore, credentialsOf } from "../../web/ceremony.ts";
import type { Alone } from "../database.ts";

/**
 * Decisions by security key on this machine's page: where the settings name a `webauthn` party, nothing falls back to a key
 * file there. Browsers bind security keys to a name, never to an address: `{"rpId": "localhost", "origin":
 * "http://localhost:<port>"}` with `serve --port <port>`. Null: the settings name none.
 */
export const createLocalCeremony = (ports: Ports, advance: CredentialStore["advance"]): Ceremony | null => {
  const { webauthn, approvers } = ports.settings;
  if (webauthn === undefined) return null;
  return {
    party: webauthn,
    credentials: { of: async (humanId) => credentialsOf(approvers, humanId), advance },
    submit: (submission) => submitDecision(submission, ports),
  };
};

const SCHEMA = `CREATE TABLE IF NOT EXISTS counters (credential TEXT PRIMARY KEY, sign_count INTEGER NOT NULL, proof TEXT NOT NULL) STRICT`;

/** Counters of security keys in the journal; the rule is that of `CredentialStore.advance`. */
export const createCounters =
  (db: DatabaseSync, alone: Alone): CredentialStore["advance"] =>
  async (credentialId, signCount, proof) =>
    alone(() => {
      db.exec(SCHEMA);
      const known = db.prepare("SELECT sign_count, proof FROM counters WHERE credential = ?").get(credentialId);
      const grew = known === undefined || Number(known.sign_count) < signCount;
      const isAllowed = grew || known.proof === proof || (signCount === 0 && Number(known.sign_count) === 0);
      if (isAllowed) db.prepare("INSERT OR REPLACE INTO counters VALUES (?, ?, ?)").run(credentialId, signCount, proof);
      return isAllowed;
    });
