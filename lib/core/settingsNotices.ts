import * as z from "zod";

/** A mail server on this machine itself: what goes there in the clear leaves it for nobody to read. */
const HERE = ["localhost", "127.0.0.1", "::1"];
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|::1)$/;
const ADDRESS = z.email().max(254);

const EmailSettings = z
  .strictObject({
    host: z.string().regex(HOST).describe("Your mail server."),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe("Where it listens. Absent: 465 for `tls`, 587 for `starttls`, 25 for `none`."),
    security: z
      .enum(["tls", "starttls", "none"])
      .describe(
        "`tls` from the first byte, or `starttls`, without which nothing is sent; `none` for a server on this machine alone.",
      ),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe("Certificate (PEM) of whoever vouches for the server. Absent: those that Node trusts."),
    userName: z.string().min(1).optional().describe("Who signs in there. Absent: nobody does."),
    passwordFile: z.string().min(1).optional().describe("File that holds the password. Absent: nobody signs in."),
    from: ADDRESS.describe("Whom the mail comes from."),
    to: z.array(ADDRESS).min(1).max(50).describe("Whom it goes to: a list or a rota rather than one person."),
  })
  .refine(({ security, host }) => security !== "none" || HERE.includes(host), {
    path: ["security"],
    message: "tls or starttls for a mail server that is not this machine",
  })
  .refine(({ userName, passwordFile }) => (userName === undefined) === (passwordFile === undefined), {
    path: ["passwordFile"],
    message: "userName and passwordFile together, or neither",
  });
export type EmailSettings = z.output<typeof EmailSettings>;

/** What messages may say, and where they go besides the terminal and files, or the topic of the stack. */
export const NoticeSettings = z.strictObject({
  names: z
    .boolean()
    .optional()
    .describe(
      "Whether messages name the identity and the buckets. Absent: no; the actor may have chosen the names, and a message goes where the case does not.",
    ),
  slack: z
    .strictObject({
      channel: z
        .string()
        .regex(/^[#A-Za-z0-9._-]{1,80}$/)
        .describe("Where the bot may write."),
      tokenFile: z.string().min(1).describe("File that holds the bot token, `xoxb-…`."),
    })
    .optional()
    .describe("Embedded only; in AWS it is `chat` of the context. Absent: none."),
  teams: z
    .strictObject({
      webhookFile: z
        .string()
        .min(1)
        .describe("File that holds the address of a Workflows webhook; the address is the secret."),
    })
    .optional()
    .describe("Embedded only; in AWS it is `chat` of the context. Absent: none."),
  email: EmailSettings.optional().describe("Embedded only; in AWS mail comes by the topic of the stack. Absent: none."),
});
