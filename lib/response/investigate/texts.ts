import { CordonError } from "../../base/errors.ts";

/** Athena takes 1,024 characters a parameter, its quotes included; values in one text are separated by line feeds. */
const TEXT_CHARACTERS = 1000;

/**
 * Values packed into `count` texts of at most 1,000 characters, one value a line; unused texts hold a blank that equals
 * no identifier. A value with a control character cannot equal one either and is left out. Throws INPUT_INVALID when
 * they do not fit: an indicator that is silently dropped would be an actor not looked for.
 */
export const textsOf = (values: readonly string[], count: number): readonly string[] => {
  const texts: string[] = [];
  for (const value of [...new Set(values)].filter((one) => one !== "" && !/[\u0000-\u001f]/.test(one)).sort()) {
    const last = texts.at(-1);
    if (last !== undefined && widthOf(`${last}\n${value}`) <= TEXT_CHARACTERS)
      texts[texts.length - 1] = `${last}\n${value}`;
    else texts.push(value);
  }
  if (texts.length > count || texts.some((text) => widthOf(text) > TEXT_CHARACTERS)) {
    throw new CordonError(
      "INPUT_INVALID",
      `query: expected values that fit ${count} texts of ${TEXT_CHARACTERS} characters, got ${values.length} values`,
    );
  }
  return [...texts, ...Array<string>(count - texts.length).fill(" ")];
};

/** Characters as a quoted SQL text: a quote inside is doubled. */
const widthOf = (text: string): number => text.length + text.split("'").length - 1;
