import { CUSTOMERS, FINANCE } from "./cast.ts";
import type { StoredObject } from "./inventory.ts";
import type { Random } from "./random.ts";

/**
 * Card numbers that payment companies publish for tests; they pass the Luhn check and belong to nobody.
 * Sources: Stripe and PayPal developer documentation, test card numbers.
 */
const TEST_CARDS = [
  "4111111111111111",
  "4012888888881881",
  "4242424242424242",
  "5555555555554444",
  "5105105105105100",
  "378282246310005",
  "6011111111111117",
  "3530111333300000",
] as const;
const FIRST = ["Ada", "Ben", "Chen", "Dina", "Emil", "Fatou", "Goran", "Hana", "Ivo", "Jun"] as const;
const LAST = ["Archer", "Baker", "Castillo", "Diaz", "Eriksen", "Fischer", "Garcia", "Hughes"] as const;

/** The first rows of an object, for a classifier to look into; null for kinds that are not text. */
export const sampleBody = (random: Random, object: StoredObject): string | null => {
  if (object.bucket === CUSTOMERS) return table(random, ["id", "name", "email", "ssn", "phone"], customer);
  if (object.bucket === FINANCE)
    return table(random, ["invoice", "name", "card_number", "expires", "amount"], settlement);
  return null;
};

const table = (
  random: Random,
  header: readonly string[],
  row: (random: Random, at: number) => readonly string[],
): string =>
  [header, ...Array.from({ length: 40 }, (_, at) => row(random, at))].map((cells) => `${cells.join(",")}\n`).join("");

const customer = (random: Random, at: number): readonly string[] => {
  const [first, last] = [random.pick(FIRST), random.pick(LAST)];
  return [
    String(10_000 + at),
    `${first} ${last}`,
    `${first}.${last}${at}@example.com`.toLowerCase(),
    ssn(random),
    phone(random),
  ];
};

const settlement = (random: Random, at: number): readonly string[] => [
  `INV-${String(70_000 + at)}`,
  `${random.pick(FIRST)} ${random.pick(LAST)}`,
  random.pick(TEST_CARDS),
  `0${random.between(1, 9)}/2${random.between(7, 9)}`,
  `${random.between(5, 900)}.${random.between(10, 99)}`,
];

/** Valid in form; the area numbers 773 to 899 had not been given out when numbers still told an area (SSA, 2011). */
const ssn = (random: Random): string =>
  `${random.between(773, 899)}-${random.between(10, 99)}-${random.between(1_000, 9_999)}`;

/** 555-01xx is kept for fiction (North American Numbering Plan). */
const phone = (random: Random): string => `+1-312-555-01${random.between(10, 99)}`;
