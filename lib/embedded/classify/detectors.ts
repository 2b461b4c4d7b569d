/**
 * What the local scanner recognises, under Macie's category names. It counts, and keeps nothing of what it found.
 * E-mail addresses are counted as personal information; Macie itself has no identifier for them.
 */

export interface Detection {
  readonly category: "PERSONAL_INFORMATION" | "FINANCIAL_INFORMATION" | "CREDENTIALS";
  readonly type: string;
}

interface Detector extends Detection {
  /** Bounded everywhere, so that hostile text costs no more than its length. */
  readonly pattern: RegExp;
  readonly accept?: (match: string) => boolean;
}

const DETECTORS: readonly Detector[] = [
  {
    category: "PERSONAL_INFORMATION",
    type: "EMAIL_ADDRESS",
    pattern: /(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}/g,
  },
  {
    category: "PERSONAL_INFORMATION",
    type: "USA_SOCIAL_SECURITY_NUMBER",
    pattern: /(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])/g,
    accept: (match) => isSocialSecurityNumber(match),
  },
  {
    category: "FINANCIAL_INFORMATION",
    type: "CREDIT_CARD_NUMBER",
    pattern: /(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])/g,
    accept: (match) => isCardNumber(match.replace(/[ -]/g, "")),
  },
  {
    category: "CREDENTIALS",
    type: "AWS_ACCESS_KEY_ID",
    pattern: /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/g,
  },
  {
    category: "CREDENTIALS",
    type: "AWS_CREDENTIALS",
    pattern: /secret_?access_?key["']?[ \t]{0,4}[:=][ \t]{0,4}["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/gi,
  },
  {
    category: "CREDENTIALS",
    type: "PRIVATE_KEY",
    pattern: /-----BEGIN (?:[A-Z]{1,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g,
  },
];

/** Counts by detection. No match reaches over the end of a line. */
export const countDetections = (text: string): ReadonlyMap<Detection, number> => {
  const counts = new Map<Detection, number>();
  for (const detector of DETECTORS) {
    const count = text
      .matchAll(detector.pattern)
      .reduce((sum, [match]) => sum + (detector.accept?.(match) === false ? 0 : 1), 0);
    if (count > 0) counts.set(detector, count);
  }
  return counts;
};

/** Ranges that were never issued (Social Security Administration, SSN randomization FAQ). */
const isSocialSecurityNumber = (text: string): boolean => {
  const [area = "", group = "", serial = ""] = text.split("-");
  return area !== "000" && area !== "666" && !area.startsWith("9") && group !== "00" && serial !== "0000";
};

/** Lengths and first digits of the large networks (ISO/IEC 7812), and the Luhn check digit. */
const isCardNumber = (digits: string): boolean =>
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35\d{14})$/.test(
    digits,
  ) && hasLuhnDigit(digits);

const hasLuhnDigit = (digits: string): boolean => {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
};
