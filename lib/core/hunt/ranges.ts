import { BlockList, isIP } from "node:net";
import { CordonError } from "../../base/errors.ts";

/** Networks of hosting companies or of Tor, from a list of the deployment's own: what its name says, and which label holds an address. */
export interface Ranges {
  labelOf(address: string): string | null;
}

export const NO_RANGES: Ranges = { labelOf: () => null };

/**
 * Reads a list of ranges: one CIDR or address a line, a label behind it (`185.220.101.0/24 Tor exit`); `#` begins a
 * comment. Throws INPUT_INVALID naming the first five lines that are neither.
 */
export const parseRanges = (text: string): Ranges => {
  const lists = new Map<string, BlockList>();
  const bad: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [range = "", ...words] = line.replace(/#.*$/, "").trim().split(/\s+/);
    if (range === "") continue;
    const label = words.join(" ") || "listed range";
    const list = lists.get(label) ?? new BlockList();
    if (!add(list, range)) bad.push(`line ${index + 1}`);
    else lists.set(label, list);
  }
  if (bad.length > 0)
    throw new CordonError(
      "INPUT_INVALID",
      `expected an address or a range like 192.0.2.0/24 a line, with a label behind it: ${bad.slice(0, 5).join(", ")}`,
    );
  return {
    labelOf: (address) => {
      const family = isIP(address);
      if (family === 0) return null;
      for (const [label, list] of lists) if (list.check(address, family === 4 ? "ipv4" : "ipv6")) return label;
      return null;
    },
  };
};

const add = (list: BlockList, range: string): boolean => {
  const [address = "", bits] = range.split("/");
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (family === 0 || length < 0 || length > most) return false;
  list.addSubnet(address, length, family === 4 ? "ipv4" : "ipv6");
  return true;
};
