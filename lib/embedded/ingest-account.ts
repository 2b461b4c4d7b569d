import type { InputAccount, OutsideLogs } from "../case/scan.ts";
import { deliveryOf } from "./ingest.ts";
import type { FileReport } from "./ingest-report.ts";

/** Names given of things that are no logs; the count tells how many there are. */
const NAMES = 5;

/** How every file ended. `outside`: names of files left unopened because they were delivered elsewhen. */
export const inputOf = (reports: readonly FileReport[], outside: readonly string[]): InputAccount => {
  const files = reports.filter(({ kind, lost }) => kind !== "archive" || lost > 0);
  const lost = files.filter((one) => one.lost > 0);
  const nothing = lost.filter(({ records, sides }) => records === 0 && sides.every(({ entries }) => entries === 0));
  return {
    files: files.length + outside.length,
    read: readIn(files),
    irrelevant: irrelevantIn(files),
    outside: outsideOf([...files.flatMap(elsewhen), ...outside.map(unopened)]),
    notUnderstood: nothing.length,
    inPart: lost.length - nothing.length,
    accounts: [...new Set(files.flatMap(({ inWindow, accounts }) => (inWindow > 0 ? accounts : [])))].sort(),
  };
};

const readIn = (files: readonly FileReport[]): InputAccount["read"] => {
  const logs = files.filter(({ kind }) => !["archive", "irrelevant", "unread"].includes(kind));
  return [...Map.groupBy(logs, ({ kind }) => kind)].map(([kind, group]) => ({
    kind,
    files: group.length,
    records: group.reduce(
      (sum, one) => sum + one.records + one.sides.reduce((all, { entries }) => all + entries, 0),
      0,
    ),
  }));
};

const irrelevantIn = (files: readonly FileReport[]): InputAccount["irrelevant"] => {
  const named = files.flatMap(({ name, irrelevant }) => Object.keys(irrelevant).map((because) => ({ name, because })));
  return [...Map.groupBy(named, ({ because }) => because)].map(([because, group]) => ({
    because,
    files: group.length,
    names: group.slice(0, NAMES).map(({ name }) => name),
  }));
};

type Elsewhen = Omit<OutsideLogs, "files">;

const elsewhen = ({ records, inWindow, earliest, latest, accounts }: FileReport): readonly Elsewhen[] =>
  records === 0 || inWindow > 0 ? [] : [{ account: accounts[0] ?? null, from: earliest!, to: latest! }];

const unopened = (name: string): Elsewhen => {
  const at = deliveryOf(name)!;
  return { account: /(?:^|\/)(\d{12})_CloudTrail_/.exec(name)?.[1] ?? null, from: at, to: at };
};

const outsideOf = (logs: readonly Elsewhen[]): readonly OutsideLogs[] =>
  [...Map.groupBy(logs, ({ account }) => account)].map(([account, group]) => ({
    account,
    from: group.map(({ from }) => from).toSorted()[0]!,
    to: group
      .map(({ to }) => to)
      .toSorted()
      .at(-1)!,
    files: group.length,
  }));
