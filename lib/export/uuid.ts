import { createHash } from "node:crypto";

/** RFC 9562 appendix: the namespace for names that are URLs. */
const URL_NAMESPACE = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";
/** STIX 2.1 section 2.9: the namespace of deterministic ids of cyber-observable objects. */
export const STIX_NAMESPACE = "00abedb4-aa42-466c-9c01-fed23315a9b7";

/** A version 5 UUID (RFC 9562 section 5.5): the same namespace and name always give the same one. */
export const uuidV5 = (namespace: string, name: string): string => {
  const hash = createHash("sha1")
    .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
    .update(name, "utf8")
    .digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
};

/** Ids of ours: named by URL, so that nobody else's can be the same by chance. */
export const cordonId = (...parts: readonly string[]): string =>
  uuidV5(URL_NAMESPACE, `https://cordon.dev/${parts.join("/")}`);
