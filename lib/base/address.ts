/**
 * An address as RFC 5952 writes it, so that two spellings of one address are equal; an IPv4 address inside an IPv6 one
 * (RFC 4291, 2.5.5.2) is the IPv4 address. Anything else (a service's name, `AWS Internal`) stays as it is.
 */
export const canonicalAddress = (text: string): string => {
  if (!text.includes(":") || !/^[0-9a-fA-F:.]{2,45}$/.test(text)) return text;
  const host = URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1);
  if (host === undefined) return text;
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host) ?? [];
  return high === undefined || low === undefined ? host : [high, low].flatMap(bytesOf).join(".");
};

const bytesOf = (group: string): readonly number[] => {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
};
