import type { Random } from "./random.ts";
import type { LogFile } from "./story.ts";

/** One event of Okta's system log, as far as the story needs it. Times are milliseconds since 1970. */
export interface OktaEvent {
  readonly at: number;
  readonly type: string;
  readonly result: "SUCCESS" | "FAILURE";
  readonly reason?: string;
  readonly user: { readonly id: string; readonly login: string; readonly name: string };
  readonly address: string;
  readonly agent: string;
  readonly country: string;
  readonly session: string;
  readonly credentialType?: string;
  readonly application?: string;
}

/** A file of JSON lines. Source: Okta API reference, "System Log", LogEvent object. */
export const oktaLog = (random: Random, events: readonly OktaEvent[]): LogFile => ({
  path: "okta/system-log.jsonl",
  text: events.map((event) => `${JSON.stringify(eventOf(random, event))}\n`).join(""),
});

const eventOf = (random: Random, event: OktaEvent) => ({
  uuid: random.uuid(),
  published: new Date(event.at).toISOString(),
  eventType: event.type,
  version: "0",
  severity: event.result === "SUCCESS" ? "INFO" : "WARN",
  actor: { id: event.user.id, type: "User", alternateId: event.user.login, displayName: event.user.name },
  client: {
    userAgent: { rawUserAgent: event.agent, os: "Linux", browser: "FIREFOX" },
    zone: "null",
    device: "Computer",
    ipAddress: event.address,
    geographicalContext: { country: event.country },
  },
  outcome: { result: event.result, reason: event.reason ?? null },
  target:
    event.application === undefined
      ? null
      : [
          { id: "0oa9k2exampleAWS5d7", type: "AppInstance", alternateId: "AWS", displayName: event.application },
          { id: "0ua3x7exampleUSR1d7", type: "AppUser", alternateId: event.user.login, displayName: event.user.name },
        ],
  authenticationContext: {
    authenticationStep: 0,
    externalSessionId: event.session,
    credentialType: event.credentialType ?? null,
  },
  debugContext: { debugData: {} },
  securityContext: {},
});
