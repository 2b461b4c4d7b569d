import { count, counted } from "../../base/figures.ts";
import { sum } from "../../base/lists.ts";
import { visible } from "../../base/visible.ts";
import type { InputAccount, OutsideLogs, SetAside, UnreadRecords } from "../../case/scan.ts";

/** Files named in a sentence; `setAside` and the report have them all. */
const NAMED = 5;

/** Names of the kinds of files that were read, by what documents call them. */
export type KindNames = Readonly<Record<string, string>>;

/** How every file ended, a sentence each; the first one counts. */
export const inputSentences = (input: InputAccount, names: KindNames): readonly string[] => [
  countSentence(input, names),
  ...input.outside.map(outsideSentence),
  ...input.irrelevant.map(
    ({ because, files, names }) =>
      `Irrelevant: ${counted(files, "file")}, ${because} (${listed(names.map(visible), files)}).`,
  ),
];

const countSentence = (
  { files, read, notUnderstood, inPart, irrelevant, outside }: InputAccount,
  names: KindNames,
): string => {
  const parts = [
    ...read.map(({ kind, files: of, records }) =>
      kind === "digest" || records === null
        ? `${of} of ${names[kind] ?? kind}`
        : `${of} of ${names[kind] ?? kind} with ${count(records)} records`,
    ),
    ...(notUnderstood === 0 ? [] : [`${notUnderstood} not understood`]),
    ...(inPart === 0 ? [] : [`${inPart ?? "an unknown number"} of these understood in part`]),
    ...(irrelevant.length === 0 ? [] : [`${filesOf(irrelevant)} irrelevant`]),
    ...(outside.length === 0 ? [] : [`${filesOf(outside)} outside this case`]),
  ];
  return `${counted(files, "file")}: ${parts.length === 0 ? "nothing in them" : parts.join(", ")}.`;
};

/** `55 files of account 218007301253, July 2023, outside this case.` */
export const outsideSentence = ({ account, from, to, files }: OutsideLogs): string =>
  `${counted(files, "file")} ${account === null ? "of an account that is not named" : `of account ${visible(account)}`}, ${span(from, to)}, outside this case.`;

/** Files that may hold records and were not understood: what they hold is missing from every figure. */
export const notUnderstoodSentence = (setAside: readonly SetAside[]): string =>
  `${counted(setAside.length, "file")} could not be read, or not all of it: ${listed(
    setAside.slice(0, NAMED).map(({ file }) => visible(file)),
    setAside.length,
  )}. What is missing from them is not known.`;

/** Files with records that nobody made an event of, and that nobody can name. */
export const unnamedSentence = ({ unnamedFiles }: UnreadRecords): readonly string[] =>
  unnamedFiles === 0
    ? []
    : [
        `${counted(unnamedFiles, "more file")} of which not every record could be read: they are too many to be named. What is missing from them is not known.`,
      ];

/** What is said where nobody could tell which records were read. */
export const unreadSentence = ({ notKnown }: UnreadRecords): readonly string[] =>
  notKnown === null ? [] : [`Whether every record in the log files was read is not known: ${visible(notKnown)}`];

const listed = (names: readonly string[], all: number): string =>
  `${names.join(", ")}${all > names.length ? ` and ${all - names.length} more` : ""}`;

const filesOf = (groups: readonly { readonly files: number }[]): number => sum(groups.map(({ files }) => files));

const MONTHS = "January February March April May June July August September October November December".split(" ");

const span = (from: string, to: string): string =>
  month(from) === month(to) ? month(from) : `${month(from)} to ${month(to)}`;

const month = (time: string): string => `${MONTHS[Number(time.slice(5, 7)) - 1]} ${time.slice(0, 4)}`;
