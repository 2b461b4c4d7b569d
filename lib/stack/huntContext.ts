import * as z from "zod";
import type { HuntLists, HuntPlan } from "../aws/huntPlan.ts";
import { CordonError } from "../base/errors.ts";
import { huntMonth } from "../core/cost/hunt.ts";
import { LIST_PRICES } from "../core/cost/prices.ts";
import { AllowList } from "../core/hunt/allow.ts";
import { parseRanges } from "../core/hunt/ranges.ts";

/** The member `hunt` of the context. */
export const HuntContext = z.strictObject({
  /** How often, `1h` to `24h`. */
  every: z
    .string()
    .regex(/^([1-9]|1\d|2[0-4])h$/, "expected 1h to 24h")
    .default("6h"),
  /** Days before the judged hours that are read as habit: they make most of the price. */
  habitDays: z.int().min(1).max(30).default(8),
  /** Compressed bytes of log files above which a hunt does not begin, and says so. */
  maximumBytes: z.int().min(10_000_000).default(50_000_000_000),
  /** Of an organisation: the accounts whose logs it reads. */
  accounts: z
    .array(z.string().regex(/^\d{12}$/, "expected an account id of twelve digits"))
    .min(1)
    .max(50, "expected at most 50 accounts")
    .nullable()
    .default(null),
  /** JSON file of what is expected, and a text file of ranges; bundled with the code. */
  allow: z.string().min(1).nullable().default(null),
  ranges: z.string().min(1).nullable().default(null),
  /** Whether alerts become findings of Security Hub in this region too. */
  securityHub: z.boolean().default(false),
});
export type HuntContext = z.output<typeof HuntContext>;

/** Reads the files that the hunt's lists lie in. Throws SETTINGS_INVALID. */
export const readHuntLists = (hunt: HuntContext | null, read: (path: string) => string): HuntLists => {
  const { allow = null, ranges = null } = hunt ?? {};
  const text = ranges === null ? "" : readFrom("ranges", ranges, read);
  guarded("ranges", () => parseRanges(text));
  return {
    allow: allow === null ? [] : guarded("allow", () => AllowList.parse(JSON.parse(readFrom("allow", allow, read)))),
    ranges: text,
  };
};

const readFrom = (name: string, path: string, read: (path: string) => string): string =>
  guarded(name, () => read(path));

const guarded = <T>(name: string, work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    const expected = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    const fault = { path: `cordon.hunt.${name}`, expected, got: "something else" };
    throw new CordonError("SETTINGS_INVALID", `context: ${fault.path}: ${expected}`, { cause, faults: [fault] });
  }
};

export const minutesOf = ({ every }: HuntContext): number => Number(every.slice(0, -1)) * 60;

/** `CORDON_HUNT`. */
export const huntPlanOf = (hunt: HuntContext): HuntPlan => {
  const { habitDays, maximumBytes, accounts, securityHub } = hunt;
  return { everyMinutes: minutesOf(hunt), habitDays, maximumBytes, accounts, securityHub };
};

/** What it may cost at most, for whoever turns it on; `isUnknownAllowed`: a hunt begins though nobody knows what it would read. */
export const huntPriceSentence = (hunt: HuntContext, isUnknownAllowed: boolean): string => {
  const { maximumBytes, every } = hunt;
  const { dollars, runs } = huntMonth({ everyMinutes: minutesOf(hunt), bytesPerHunt: maximumBytes }, LIST_PRICES);
  const price = `the hunt runs every ${every} and reads at most ${maximumBytes} bytes each time: at most ${Math.ceil(dollars)} dollars a month for ${runs} of them`;
  return isUnknownAllowed
    ? `${price}; where that cannot be estimated it begins all the same, for scan.unknownEstimate is allow, and scanCapBytes alone ends it`
    : price;
};
