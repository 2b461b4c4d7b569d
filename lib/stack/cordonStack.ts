import { Aws, CfnOutput, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import type { EventBus } from "aws-cdk-lib/aws-events";
import { PolicyStatement, type Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Code, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { makeChat, makeChatBus } from "./chat.ts";
import { bucketName, type CordonContext, FROM_ORGANIZATIONS, memberRoleNames } from "./context.ts";
import { makeDecisionApi } from "./decisionApi.ts";
import { makeFunction, makeRole } from "./functions.ts";
import { type Places, statementsFor } from "./grants.ts";
import { huntPlanOf } from "./huntContext.ts";
import { makeDataKey, makeSigningKey, makeTokenKey } from "./keys.ts";
import { machineArn, makeMachines } from "./machines.ts";
import { makePageApi, makePageParts, type PageParts } from "./page.ts";
import { makePeoplePolicies } from "./people.ts";
import { makeRecord } from "./record.ts";
import { sidePlacesOf } from "./sideTables.ts";
import { DOORS, DRILL, HUNT, type Need, PAGE, SIGNER, STEPS, type Step } from "./steps.ts";
import { makeStorage, type Storage } from "./storage.ts";
import type { TrailParts } from "./trailStack.ts";
import { makeTrigger } from "./trigger.ts";
import { makeWatch } from "./watch.ts";

export interface CordonStackProps extends StackProps {
  readonly context: CordonContext;
  readonly trail: TrailParts;
  /** The bundled functions, one asset for all. */
  readonly code: Code;
}

const stepsOf = ({ page, hunt, drill }: CordonContext): Readonly<Record<string, Step>> => ({
  ...STEPS,
  ...DOORS,
  ...SIGNER,
  ...(page === null ? {} : PAGE),
  ...(hunt === null ? {} : HUNT),
  ...(drill ? DRILL : {}),
});

/** The response itself: machines, functions, buckets, keys, and what starts and watches them. */
export const makeCordonStack = (
  scope: Construct,
  id: string,
  { context, trail, code, ...props }: CordonStackProps,
): { readonly stack: Stack; readonly notices: Topic } => {
  const stack = new Stack(scope, id, props);
  const roles = new Map(Object.keys(stepsOf(context)).map((name) => [name, makeRole(stack, name, context)]));
  const keys = makeKeys(stack, (need) => rolesWith(need, roles), context);
  const notices = makeNotices(stack, keys.data, context);
  const parts: Parts = {
    keys,
    storage: makeStorage(stack, context, keys.data),
    table: makeTable(stack, keys.data),
    notices,
    trail,
    chatBus: context.chat === null ? null : makeChatBus(stack, context),
    page: context.page === null ? null : makePageParts(stack, context.page, keys.data, context),
    context,
  };
  const functions = makeFunctions(stack, parts, roles, code);
  const byName = makeMachines(stack, functions, keys.data, context);
  const machines = [...byName.values()];
  const undelivered = makeTrigger(
    stack,
    {
      receive: functions.get("receiveFinding")!,
      reconcile: functions.get("reconcileFindings")!,
      sign: functions.get("signLedger")!,
      hunt: functions.get("huntOnSchedule") ?? null,
      drill: functions.get("drillOnSchedule") ?? null,
    },
    machines,
    notices,
    context,
  );
  const api = makeDecisionApi(stack, functions.get("receiveDecision")!, keys.data, context);
  if (parts.chatBus !== null) makeChat(stack, parts.chatBus, context.chat!, undelivered, context);
  const page = functions.get("casePage");
  if (page !== undefined) makePageApi(stack, page, keys.data, context.page!, context);
  const doors = [...functions].filter(([name]) => !(name in STEPS)).map(([, made]) => made);
  makeWatch(stack, { machines, doors, undelivered, notices }, context);
  makePeoplePolicies(stack, api, placesOf(parts), context);
  makeOutputs(stack, parts);
  makeRecord(byName.get("respond")!, environmentOf(parts), api.apiEndpoint, context);
  return { stack, notices };
};

interface Keys {
  readonly data: Key;
  readonly evidence: Key;
  readonly ledger: Key;
  readonly token: Key;
}

interface Parts {
  readonly keys: Keys;
  readonly storage: Storage;
  readonly table: Table;
  readonly notices: Topic;
  readonly trail: TrailParts;
  readonly chatBus: EventBus | null;
  readonly page: PageParts | null;
  readonly context: CordonContext;
}

/** The functions that may sign, by what `steps.ts` says they need; no door is among them. */
const rolesWith = (need: Need, roles: ReadonlyMap<string, Role>): readonly string[] =>
  Object.entries({ ...STEPS, ...SIGNER })
    .filter(([, { needs }]) => needs.includes(need))
    .map(([step]) => roles.get(step)!.roleArn);

const makeKeys = (scope: Construct, signers: (need: Need) => readonly string[], context: CordonContext): Keys => ({
  data: makeDataKey(scope),
  evidence: makeSigningKey(scope, "EvidenceKey", "Cordon: signs evidence", signers("sign-evidence"), context),
  ledger: makeSigningKey(scope, "LedgerKey", "Cordon: signs the ledger", signers("sign-ledger"), context),
  token: makeTokenKey(scope),
});

const makeTable = (scope: Construct, encryptionKey: Key): Table =>
  new Table(scope, "Decisions", {
    partitionKey: { name: "kind", type: AttributeType.STRING },
    sortKey: { name: "id", type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });

const makeNotices = (scope: Construct, masterKey: Key, { noticeEmails }: CordonContext): Topic => {
  const topic = new Topic(scope, "Notices", { displayName: "Cordon", masterKey, enforceSSL: true });
  // A policy of ours takes the place of the one that SNS gives, which let every service of the account publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: "AlarmsRing",
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
    }),
  );
  for (const email of noticeEmails) topic.addSubscription(new EmailSubscription(email));
  return topic;
};

const makeFunctions = (
  scope: Construct,
  parts: Parts,
  roles: ReadonlyMap<string, Role>,
  code: Code,
): ReadonlyMap<string, LambdaFunction> => {
  const environment = environmentOf(parts);
  const places = placesOf(parts);
  const made = Object.entries(stepsOf(parts.context)).map(([name, step]): readonly [string, LambdaFunction] => {
    const statements = statementsFor(step.needs, places, parts.context);
    const own = {
      ...environment,
      ...(step.needs.includes("findings")
        ? { CORDON_FINDING_REGIONS: [parts.context.region, ...parts.context.findingRegions].join(",") }
        : {}),
      ...(name in HUNT ? { CORDON_HUNT: JSON.stringify(huntPlanOf(parts.context.hunt!)) } : {}),
      ...(name in PAGE ? { CORDON_PAGE: parts.page!.environment } : {}),
      CORDON_MEMBER_ROLE: memberRoleNames(parts.context)[step.needs.includes("contain-member") ? "contain" : "read"],
    };
    return [
      name,
      makeFunction(
        scope,
        { name, step, role: roles.get(name)!, code, environment: own, dataKey: parts.keys.data, statements },
        parts.context,
      ),
    ];
  });
  return new Map(made);
};

/** What `lib/aws/environment.ts` reads. */
const environmentOf = ({
  keys,
  storage,
  table,
  notices,
  chatBus,
  trail,
  context,
}: Parts): Readonly<Record<string, string>> => ({
  CORDON_ACCOUNT: Aws.ACCOUNT_ID,
  CORDON_PARTITION: Aws.PARTITION,
  CORDON_CASE_BUCKET: storage.cases.bucketName,
  CORDON_EVIDENCE_BUCKET: storage.evidence.bucketName,
  CORDON_EVIDENCE_KEY: keys.evidence.keyArn,
  CORDON_LEDGER_KEY: keys.ledger.keyArn,
  CORDON_LEDGER_ORIGIN: `cordon.dev/ledger/${context.name}-${context.account}-${context.region}`,
  CORDON_TOKEN_KEY: keys.token.keyArn,
  CORDON_DECISIONS_TABLE: table.tableName,
  CORDON_NOTICES_TOPIC: notices.topicArn,
  CORDON_SETTINGS: "file:settings.json",
  CORDON_RETENTION: JSON.stringify(context.retention),
  CORDON_EXTERNAL_ID: context.externalId,
  CORDON_DATABASE: trail.database,
  CORDON_WORKGROUP: trail.workgroup,
  CORDON_LOGS: JSON.stringify(trail.logPlace),
  ...(context.organization === null
    ? {}
    : { CORDON_ACCOUNTS: context.accountsFile === null ? FROM_ORGANIZATIONS : "file" }),
  CORDON_SIDE_LOGS: JSON.stringify(sidePlacesOf(context)),
  CORDON_RESPOND_MACHINE: machineArn(context, "respond"),
  ...(chatBus === null ? {} : { CORDON_CHAT_BUS: chatBus.eventBusName }),
  ...(context.pageOrigin === null ? {} : { CORDON_PAGE_ORIGIN: context.pageOrigin }),
});

const bucketArn = (name: string): string => `arn:${Aws.PARTITION}:s3:::${name}`;

const placesOf = ({ keys, table, notices, chatBus, trail, page, context }: Parts): Places => ({
  partition: Aws.PARTITION,
  account: Aws.ACCOUNT_ID,
  region: Aws.REGION,
  caseBucket: bucketArn(bucketName(context, "cases")),
  evidenceBucket: bucketArn(bucketName(context, "evidence")),
  resultsBucket: bucketArn(bucketName(context, "results")),
  logBucket: bucketArn(trail.logPlace.bucket),
  logKey: context.logs.keyArn,
  dataKey: keys.data.keyArn,
  resultsKey: trail.resultsKey.keyArn,
  evidenceKey: keys.evidence.keyArn,
  ledgerKey: keys.ledger.keyArn,
  tokenKey: keys.token.keyArn,
  table: table.tableArn,
  pageTable: page?.table.tableArn ?? null,
  topic: notices.topicArn,
  chatBus: chatBus?.eventBusArn ?? null,
  workgroup: `arn:${Aws.PARTITION}:athena:${Aws.REGION}:${Aws.ACCOUNT_ID}:workgroup/${trail.workgroup}`,
  database: trail.database,
  respondMachine: machineArn(context, "respond"),
  waitingMachines: [machineArn(context, "contain"), machineArn(context, "release")],
});

/** What the command line finds the deployment by. */
const makeOutputs = (scope: Construct, { keys, storage, table, notices }: Parts): void => {
  const outputs = {
    CaseBucket: storage.cases.bucketName,
    EvidenceBucket: storage.evidence.bucketName,
    EvidenceKey: keys.evidence.keyArn,
    LedgerKey: keys.ledger.keyArn,
    DecisionsTable: table.tableName,
    NoticesTopic: notices.topicArn,
  };
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(scope, `Found${name}`, { value });
};
