import type { Members } from "./ingest-members.ts";

/**
 * Members as Athena and Java print them: `{bucketname=b, key=k}`. A value ends at a comma with a blank behind it or at a bracket, which
 * no identifier of AWS holds; a key may. Null: a name stands twice, so that a value has been chosen to look like a member.
 */
export const printedRow = (text: string): Members | null => {
  let at = 0;
  let isTwice = false;
  const row = (): Members => {
    const members: Record<string, unknown> = {};
    for (at++; at < text.length && text[at] !== "}"; ) {
      const equals = text.indexOf("=", at);
      if (equals === -1) break;
      const name = text.slice(at, equals);
      at = equals + 1;
      isTwice ||= Object.hasOwn(members, name);
      if (text[at] === "{") members[name] = row();
      else {
        const value = /^.*?(?=, |\}|$)/s.exec(text.slice(at, at + 4096))![0];
        members[name] = value === "null" ? null : value;
        at += value.length;
      }
      if (!text.startsWith(", ", at)) break;
      at += 2;
    }
    at++;
    return members;
  };
  const members = row();
  return isTwice ? null : members;
};
