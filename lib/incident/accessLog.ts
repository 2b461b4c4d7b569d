import type { Random } from "./random.ts";
import { BASE64 } from "./random.ts";
import type { Doc } from "./records.ts";
import type { Deed, LogFile } from "./story.ts";

const OWNER = "3f1c9a5be0d24c7f8a6b5e4d3c2b1a09f8e7d6c5b4a3928170615243f0e1d2c3";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * The server access log of these deeds' successful object reads, as S3 delivers it: files of an hour, some lines twice in
 * another file, times whole seconds. Source: Amazon S3 user guide, "Amazon S3 server access log format".
 */
export const accessLogOf = (random: Random, deeds: readonly Deed[]): readonly LogFile[] => {
  const reads = deeds.filter(({ loot, record }) => loot !== null && record.eventName === "GetObject");
  const hours = Map.groupBy(reads, ({ record }) => record.eventTime.slice(0, 13));
  const files = [...hours].map(([hour, part]) =>
    fileOf(
      random,
      hour,
      part.map((deed) => lineOf(random, deed)),
    ),
  );
  const again = reads.filter(() => random.chance(0.05)).map((deed) => lineOf(random, deed));
  return again.length === 0 ? files : [...files, fileOf(random, "2026-02-23T09", again)];
};

const fileOf = (random: Random, hour: string, lines: readonly string[]): LogFile => ({
  path: `s3-access/${hour.replace("T", "-")}-20-00-${random.text("0123456789ABCDEF", 16)}`,
  text: lines.map((line) => `${line}\n`).join(""),
});

const lineOf = (random: Random, { record, loot }: Deed): string => {
  const asked = record.requestParameters as { readonly bucketName: string; readonly key: string };
  const { object, bytesOut } = loot!;
  const key = encodeURIComponent(asked.key).replaceAll("%2F", "/");
  const status = bytesOut < object.size ? 206 : 200;
  const agent = String(record.userAgent).replace(/^\[(.*)\]$/, "$1");
  return [
    OWNER,
    asked.bucketName,
    `[${timeOf(record.eventTime)}]`,
    record.sourceIPAddress,
    requesterOf(record.userIdentity as Doc),
    record.requestID,
    `REST.GET.OBJECT ${key} "GET /${key} HTTP/1.1" ${status} - ${bytesOut} ${object.size} ${random.between(20, 900)} ${random.between(5, 40)}`,
    `"-" "${agent}" - ${random.text(BASE64, 75)}= SigV4 TLS_AES_128_GCM_SHA256 AuthHeader`,
    `${asked.bucketName}.s3.us-east-1.amazonaws.com TLSv1.3 - -`,
  ].join(" ");
};

const requesterOf = ({ arn }: Doc): string => (typeof arn === "string" ? arn : "-");

/** `23/Feb/2026:02:47:03 +0000` */
const timeOf = (iso: string): string =>
  `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
