/** Mail from one machine, against a mail server of the test (RFC 5321, STARTTLS of RFC 3207, AUTH PLAIN of RFC 4616). */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import { linesOf, mailValues, titleOf } from "../../lib/core/notice.ts";
import { NoticeSettings } from "../../lib/core/settingsNotices.ts";
import { withChat } from "../../lib/embedded/chat.ts";
import { sendMail } from "../../lib/embedded/mail.ts";
import type { Notice, Notifier } from "../../lib/ports/ports.ts";

const root = mkdtempSync(join(tmpdir(), "cordon-mail-"));
after(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string): string => join(root, name);
execFileSync(
  "openssl",
  ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"].concat([
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost",
    "-keyout",
    at("key.pem"),
    "-out",
    at("ca.pem"),
  ]),
  { stdio: "ignore" },
);
writeFileSync(at("password"), "geheim\n");
const PROOF = { key: readFileSync(at("key.pem")), cert: readFileSync(at("ca.pem")) };

interface Heard {
  readonly lines: string[];
  /** Lines that came after the connection was encrypted. */
  readonly secret: string[];
}

interface Manners {
  readonly security: "tls" | "starttls" | "none";
  /** Answers by the beginning of a command instead of what a good server says; "" says nothing at all. */
  readonly answers?: Readonly<Record<string, string>>;
}

const GOOD: readonly (readonly [command: RegExp, answer: string])[] = [
  [/^EHLO/, "250-here\r\n250-AUTH PLAIN\r\n250 OK"],
  [/^AUTH PLAIN/, "235 welcome"],
  [/^DATA/, "354 go on"],
  [/^\.$/, "250 queued"],
  [/^QUIT/, "221 bye"],
  [/^(?:MAIL|RCPT|RSET)/, "250 OK"],
];

const mailServer = async ({ security, answers = {} }: Manners) => {
  const heard: Heard = { lines: [], secret: [] };
  const talk = (socket: Socket, isSecret: boolean): void => {
    let rest = "";
    let inData = false;
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      const lines = `${rest}${bytes}`.split("\r\n");
      rest = lines.pop()!;
      for (const line of lines) {
        heard.lines.push(line);
        if (isSecret) heard.secret.push(line);
        if (inData && line !== ".") continue;
        inData = line === "DATA";
        if (line === "STARTTLS" && security === "starttls") {
          socket.write("220 go on\r\n");
          socket.removeAllListeners("data");
          talk(new TLSSocket(socket, { isServer: true, ...PROOF }), true);
          return;
        }
        const own = Object.entries(answers).find(([command]) => line.startsWith(command))?.[1];
        const offer = security === "starttls" && !isSecret ? "250-STARTTLS\r\n" : "";
        const good = GOOD.find(([command]) => command.test(line))?.[1] ?? "500 what?";
        const said = own ?? (line.startsWith("EHLO") ? good.replace("250-here\r\n", `250-here\r\n${offer}`) : good);
        if (said !== "") socket.write(`${said}\r\n`);
      }
    });
    if (!isSecret || security === "tls") socket.write("220 here\r\n");
  };
  const server: Server =
    security === "tls"
      ? createTlsServer(PROOF, (socket) => talk(socket, true))
      : createServer((socket) => talk(socket, false));
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => void open.add(socket));
  server.on("tlsClientError", () => {});
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return { heard, port: (server.address() as { readonly port: number }).port };
};

const settingsFor = (port: number, security: Manners["security"], more: object = {}) =>
  NoticeSettings.parse({
    email: {
      ...{ host: "localhost", port, security, caFile: "ca.pem", from: "cordon@example.com", to: ["soc@example.com"] },
      ...more,
    },
  }).email!;

const NOTICE: Notice = {
  ...{ caseId: "case-20260223-0123456789", kind: "attention", severity: 9, facts: null },
  text: "2 steps failed for acme_data.\r\nBcc: everybody@example.com",
};
const FILES: Notifier = { notify: async () => ({ delivered: true, channel: "file", reason: null }) };
const AUTH = { userName: "cordon", passwordFile: "password" };
const bodyIn = ({ lines }: Heard): string => lines.join("\n").replaceAll("=\n", "").replaceAll("=3D", "=");

test("a notice goes out by mail in the lines of the one template, encrypted from the first byte or after STARTTLS", async () => {
  for (const security of ["tls", "starttls"] as const) {
    const { heard, port } = await mailServer({ security });
    const notifier = withChat(FILES, { email: settingsFor(port, security, AUTH) }, root);
    assert.deepEqual(await notifier.notify(NOTICE), { delivered: true, channel: "file+email", reason: null });
    const values = mailValues(NOTICE, "a person must look", `with: cordon show ${NOTICE.caseId}`);
    for (const line of [titleOf(values), ...linesOf(values)]) assert.ok(bodyIn(heard).includes(line), line);
    assert.match(bodyIn(heard), /^Subject: Cordon case-20260223-0123456789: a person must look$/m);
    assert.doesNotMatch(bodyIn(heard), /^Bcc/m);
    // Neither who signs in nor what is said crosses the wire in the clear.
    const clear = heard.lines.filter((line) => !heard.secret.includes(line));
    assert.deepEqual(
      clear.filter((line) => !/^(?:EHLO|STARTTLS)/.test(line)),
      [],
    );
    assert.ok(heard.secret.includes(`AUTH PLAIN ${Buffer.from("\0cordon\0geheim").toString("base64")}`));
  }
});

test("a server that offers no STARTTLS, or one with a certificate of somebody else, is told nothing", async () => {
  const bare = await mailServer({ security: "none" });
  const stripped = withChat(FILES, { email: settingsFor(bare.port, "starttls", AUTH) }, root);
  assert.match((await stripped.notify(NOTICE)).reason!, /^email: no encrypted connection/);
  const foreign = await mailServer({ security: "tls" });
  const unproven = withChat(FILES, { email: settingsFor(foreign.port, "tls", { caFile: undefined, ...AUTH }) }, root);
  assert.match((await unproven.notify(NOTICE)).reason!, /^email: /);
  for (const { heard } of [bare, foreign]) assert.ok(!heard.lines.some((line) => /^(?:AUTH|MAIL|DATA)/.test(line)));
});

test("what the server refuses is named by its code, and never in the server's own words", async () => {
  for (const [answers, said] of [
    [{ AUTH: "535 no, geheim is wrong" }, /^email: the mail server did not take user name and password \(EAUTH 535\)$/],
    [{ RCPT: "550 no such soc@example.com" }, /^email: the mail server refused the addresses \(EENVELOPE 550\)$/],
    [{ MAIL: "554 blocked" }, /^email: the mail server refused the addresses \(EENVELOPE 554\)$/],
    [{ ".": "552 too much" }, /^email: the mail server refused the message \(EMESSAGE 552\)$/],
    [{ "RCPT TO:<b@": "550 gone" }, /^email: the mail server refused 1 of 2 addresses$/],
  ] as const) {
    const { port } = await mailServer({ security: "tls", answers });
    const to = "RCPT TO:<b@" in answers ? ["soc@example.com", "b@example.com"] : ["soc@example.com"];
    const { delivered, reason } = await withChat(
      FILES,
      { email: settingsFor(port, "tls", { ...AUTH, to }) },
      root,
    ).notify(NOTICE);
    assert.match(reason!, said);
    // The files of this machine have it all the same.
    assert.equal(delivered, true);
  }
});

test("a server that says nothing holds up nobody for longer than the patience that is set", async () => {
  const { port } = await mailServer({ security: "tls", answers: { EHLO: "" } });
  const mail = { subject: "s", text: "t" };
  await assert.rejects(sendMail(settingsFor(port, "tls"), at, mail, 200), /did not answer in time/);
});

test("in the clear mail goes to this machine alone, and a name without a password is refused", async () => {
  const { heard, port } = await mailServer({ security: "none" });
  await withChat(FILES, { email: settingsFor(port, "none") }, root).notify(NOTICE);
  assert.ok(heard.lines.includes("MAIL FROM:<cordon@example.com>"));
  for (const wrong of [
    { host: "mail.example.com", security: "none" },
    { host: "mail.example.com\nx", security: "tls" },
    { userName: "cordon" },
    { to: [] },
    { to: ["soc@example.com\r\nBcc: x@example.com"] },
    { from: "nobody" },
  ])
    assert.throws(() => settingsFor(25, "tls", wrong), { name: "ZodError" }, JSON.stringify(wrong));
});
