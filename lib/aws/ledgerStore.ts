import { CordonError } from "../base/errors.ts";
import type { LedgerStore } from "../evidence/ledger/ledgerStore.ts";
import type { Objects } from "./objects.ts";

const NAME = /^[a-z0-9]+(?:\/[a-z0-9]+)*(?:\.[a-z0-9]+)?$/;

/** A ledger in a bucket with Object Lock: the one winner of `If-None-Match: *` is the order, and nobody takes it back. */
export const createLedgerStore = (objects: Objects): LedgerStore => {
  const checked = (name: string): string => {
    if (NAME.test(name)) return name;
    throw new CordonError("INPUT_INVALID", `Ledger: not a document name: ${JSON.stringify(name)}`);
  };
  return {
    create: async (name, bytes) => objects.create(checked(name), bytes),
    has: async (name) => objects.has(checked(name)),
    read: async (name) => (await objects.read(checked(name)))?.bytes ?? null,
    list: async (folder) => objects.list(`${checked(folder.replace(/\/$/, ""))}/`),
  };
};
