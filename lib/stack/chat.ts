import { SecretValue } from "aws-cdk-lib";
import {
  ApiDestination,
  Authorization,
  Connection,
  EventBus,
  EventField,
  HttpMethod,
  HttpParameter,
  type IApiDestination,
  Rule,
  RuleTargetInput,
} from "aws-cdk-lib/aws-events";
import { ApiDestination as ApiDestinationTarget } from "aws-cdk-lib/aws-events-targets";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { CHAT_DETAIL_TYPE, CHAT_SOURCE } from "../aws/chat.ts";
import { NOTICE_FIELDS, type NoticeValues, rowsOf, slackMessage, teamsMessage, titleOf } from "../core/notice.ts";
import type { CordonContext } from "./context.ts";

export type Chat = NonNullable<CordonContext["chat"]>;

/** Kinds of notices that may wake somebody at night; chat hears of all of them. */
const URGENT = ["approval-asked", "reminder", "attention"];
const PER_SECOND = 5;

/** The bus that notices go to; on a bus of its own a function that may notify can imitate no other event. */
export const makeChatBus = (scope: Construct, { name }: CordonContext): EventBus =>
  new EventBus(scope, "ChatBus", { eventBusName: `${name}-notices` });

/** Rules from the bus to Slack, Microsoft Teams and PagerDuty. The text is a template of ours; what comes from a case is ids and a link. */
export const makeChat = (
  scope: Construct,
  eventBus: EventBus,
  { slack, teams, pagerDuty }: Chat,
  deadLetterQueue: Queue,
  context: CordonContext,
): void => {
  const to = (id: string, destination: ApiDestination, kinds: readonly string[] | null, body: object): void => {
    const rule = new Rule(scope, `${id}Rule`, {
      eventBus,
      description: `Notices to ${id}`,
      eventPattern: {
        source: [CHAT_SOURCE],
        detailType: [CHAT_DETAIL_TYPE],
        ...(kinds === null ? {} : { detail: { kind: [...kinds] } }),
      },
    });
    rule.addTarget(
      new ApiDestinationTarget(destination as IApiDestination, {
        event: RuleTargetInput.fromObject(body),
        deadLetterQueue,
      }),
    );
  };
  if (slack !== null) to("Slack", makeSlack(scope, slack), null, slackMessage(slack.channel, VALUES));
  if (teams !== null) to("Teams", makeTeams(scope, teams), null, teamsMessage(VALUES, caseLink(context)));
  if (pagerDuty !== null) to("PagerDuty", makePagerDuty(scope, pagerDuty), URGENT, pageBody(context));
};

const field = (name: string): string => EventField.fromPath(`$.detail.${name}`);

const VALUES = Object.fromEntries(NOTICE_FIELDS.map((name) => [name, field(name)])) as NoticeValues;

const caseLink = ({ pageOrigin }: CordonContext): string | null =>
  pageOrigin === null ? null : `${pageOrigin}/cases/${field("caseId")}`;

/** Events API v2; the routing key is put in by the connection. The same case and kind again is the same alert. */
const pageBody = (context: CordonContext): object => ({
  event_action: "trigger",
  dedup_key: `cordon-${field("caseId")}-${field("kind")}`,
  payload: {
    summary: titleOf(VALUES),
    source: "cordon",
    severity: "critical",
    custom_details: Object.fromEntries(rowsOf(VALUES)),
  },
  ...(caseLink(context) === null ? {} : { links: [{ href: caseLink(context), text: "The case" }] }),
});

/** `chat.postMessage` with a bot token and not a webhook: the address of a webhook is itself the secret, and would be shown. */
const makeSlack = (scope: Construct, { secretName }: NonNullable<Chat["slack"]>): ApiDestination =>
  new ApiDestination(scope, "Slack", {
    endpoint: "https://slack.com/api/chat.postMessage",
    httpMethod: HttpMethod.POST,
    rateLimitPerSecond: PER_SECOND,
    connection: new Connection(scope, "SlackConnection", {
      authorization: Authorization.apiKey("Authorization", SecretValue.secretsManager(secretName)),
    }),
  });

/**
 * A Workflows webhook ("When a Teams webhook request is received"): who has its whole address may post. The part that is
 * the secret, the value of `sig`, comes from Secrets Manager and is put in by the connection; the rest stands in the context.
 */
const makeTeams = (scope: Construct, { secretName, url }: NonNullable<Chat["teams"]>): ApiDestination => {
  const sig = SecretValue.secretsManager(secretName);
  return new ApiDestination(scope, "Teams", {
    endpoint: url,
    httpMethod: HttpMethod.POST,
    rateLimitPerSecond: PER_SECOND,
    connection: new Connection(scope, "TeamsConnection", {
      authorization: Authorization.apiKey("X-Cordon-Signature", sig),
      queryStringParameters: { sig: HttpParameter.fromSecret(sig) },
    }),
  });
};

/** A connection must have a header of its own; PagerDuty reads the key in the body alone. */
const makePagerDuty = (scope: Construct, { secretName }: NonNullable<Chat["pagerDuty"]>): ApiDestination => {
  const key = SecretValue.secretsManager(secretName);
  return new ApiDestination(scope, "PagerDuty", {
    endpoint: "https://events.pagerduty.com/v2/enqueue",
    httpMethod: HttpMethod.POST,
    rateLimitPerSecond: PER_SECOND,
    connection: new Connection(scope, "PagerDutyConnection", {
      authorization: Authorization.apiKey("X-Routing-Key", key),
      bodyParameters: { routing_key: HttpParameter.fromSecret(key) },
    }),
  });
};
