import { readFile } from "node:fs/promises";
import { counted } from "../base/figures.ts";
import type { EmailSettings } from "../core/settingsNotices.ts";

const PORTS = { tls: 465, starttls: 587, none: 25 } as const;

export interface Mail {
  readonly subject: string;
  readonly text: string;
}

/** Sends one mail to everybody named. Throws a sentence without anything that the server said: that may quote what was sent. */
export const sendMail = async (
  settings: EmailSettings,
  pathOf: (file: string) => string,
  mail: Mail,
  patienceMs: number,
): Promise<void> => {
  const { host, security, port = PORTS[security], from, to, userName, passwordFile, caFile } = settings;
  const { createTransport } = await import("nodemailer");
  const secret = async (file: string): Promise<string> => (await readFile(pathOf(file), "utf8")).trim();
  const transport = createTransport({
    ...{ host, port, secure: security === "tls", requireTLS: security === "starttls", ignoreTLS: security === "none" },
    ...{
      connectionTimeout: patienceMs,
      greetingTimeout: patienceMs,
      socketTimeout: patienceMs,
      dnsTimeout: patienceMs,
    },
    tls: { minVersion: "TLSv1.2", ...(caFile === undefined ? {} : { ca: await secret(caFile) }) },
    ...(userName === undefined || passwordFile === undefined
      ? {}
      : { auth: { user: userName, pass: await secret(passwordFile) } }),
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    const { rejected } = await within(patienceMs, transport.sendMail({ from, to: [...to], ...mail }));
    if (rejected.length > 0)
      throw new MailError(
        `the mail server refused ${rejected.length} of ${counted(to.length, "address", "addresses")}`,
      );
  } catch (error) {
    throw error instanceof MailError ? error : new MailError(sentenceOf(error), { cause: error });
  } finally {
    transport.close();
  }
};

/** What went wrong, in words of ours: safe to be written into the case. */
export class MailError extends Error {
  override readonly name = "MailError";
}

/** Codes of nodemailer (`errors.js`). */
const WORDS: Readonly<Record<string, string>> = {
  EAUTH: "the mail server did not take user name and password",
  ETLS: "no encrypted connection to the mail server could be made",
  ESOCKET: "no connection to the mail server, or its certificate does not hold",
  ECONNECTION: "no connection to the mail server",
  ETIMEDOUT: "the mail server did not answer in time",
  EDNS: "the name of the mail server is not known",
  EENVELOPE: "the mail server refused the addresses",
  EMESSAGE: "the mail server refused the message",
};

const sentenceOf = (error: unknown): string => {
  const { code = "", responseCode } = error as { readonly code?: string; readonly responseCode?: number };
  const said = WORDS[code] ?? "the mail could not be sent";
  return `${said} (${[code, responseCode].filter((part) => part !== "" && part !== undefined).join(" ") || "no code"})`;
};

/** A server that answers a byte at a time must not hold up a response either. */
const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new MailError(WORDS.ETIMEDOUT)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
