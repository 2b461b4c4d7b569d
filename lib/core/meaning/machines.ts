/** Machines, functions and jobs: where code runs, and with whose rights. */
import type { Call, Entry } from "./call.ts";
import { accountsIn, listAt, shortName, textAt } from "./requests.ts";

const functionOf = ({ request }: Call): string | null => shortName(textAt(request, "functionName") ?? "") || null;

const EC2_PLUMBING =
  /^((Create|Delete|Attach|Detach|Associate|Disassociate|Allocate|Release|Replace|Modify)(Vpc\w*|Subnet\w*|Route|RouteTable|InternetGateway|NatGateway|Address|NetworkInterface\w*|NetworkAcl\w*|Tags|Volume|SecurityGroup|FlowLogs|LaunchTemplate\w*|Dhcp\w*)|(Authorize|Revoke|Update|Modify)SecurityGroup\w*|RunInstances|StartInstances|StopInstances|TerminateInstances|RegisterImage|CreateSubnets?|CreateFlowLogs)$/;

export const MACHINES: readonly Entry[] = [
  {
    of: "ssm",
    calls: /^(SendCommand|StartSession|ResumeSession|StartAutomationExecution|CreateAssociation)$/,
    phase: "lateral movement",
    technique: "T1651",
    effect: "ran commands on {}",
    target: ({ request }) => textAt(request, "target") ?? (listAt(request, "instanceIds").join(", ") || "machines"),
  },
  {
    of: "ec2-instance-connect",
    calls: /^Send(SerialConsole)?SSHPublicKey$/,
    phase: "lateral movement",
    technique: "T1021.004",
    effect: "pushed a key of its own to {}",
    target: ({ request }) => textAt(request, "instanceId"),
  },
  {
    of: "ec2",
    calls: /^(EnableSerialConsoleAccess|ImportKeyPair|CreateKeyPair)$/,
    phase: "lateral movement",
    technique: "T1098.004",
    effect: "made a way onto machines: {}",
    target: ({ request, eventName }) => textAt(request, "keyName") ?? eventName,
  },
  {
    of: "ec2",
    calls: /^ModifyInstanceAttribute$/,
    phase: "ordinary",
    technique: null,
    effect: "changed the instance {}",
    target: ({ request }) => textAt(request, "instanceId"),
    means: ({ request }) =>
      /"userData"/.test(JSON.stringify(request))
        ? { phase: "lateral movement", technique: "T1059", effect: "changed what the instance {} runs when it starts" }
        : null,
  },
  {
    of: "ec2",
    calls: /^DescribeInstanceAttribute$/,
    phase: "reconnaissance",
    technique: "T1580",
    effect: "looked at instances",
    means: ({ request }) =>
      textAt(request, "attribute") === "userData"
        ? { phase: "credential access", technique: "T1552.005", effect: "read the start-up scripts of instances" }
        : null,
  },
  {
    of: "cloudshell",
    calls: /^(CreateEnvironment|CreateSession)$/,
    phase: "lateral movement",
    technique: "T1059.009",
    effect: "opened a cloud shell",
  },
  {
    of: "ecs batch",
    calls: /^(ExecuteCommand|RunTask|SubmitJob)$/,
    phase: "lateral movement",
    technique: "T1610",
    effect: "ran a container of its own",
  },
  {
    of: "lambda",
    calls: /^UpdateFunction(Code|Configuration)$/,
    phase: "persistence",
    technique: "T1525",
    effect: "changed the function {}",
    target: functionOf,
  },
  {
    of: "lambda",
    calls: /^CreateFunctionUrlConfig$/,
    phase: "persistence",
    technique: "T1098.003",
    effect: "gave the function {} a web address",
    target: functionOf,
  },
  {
    of: "lambda",
    calls: /^AddPermission$/,
    phase: "persistence",
    technique: "T1098.003",
    effect: "let others call the function {}",
    target: functionOf,
    means: ({ request, account }) => {
      const accounts = accountsIn([textAt(request, "principal") ?? ""]).filter((one) => one !== account);
      if (textAt(request, "principal") === "*") return { effect: "let everybody call the function {}" };
      return accounts.length === 0
        ? null
        : { effect: `let account ${accounts.join(", ")} call the function {}`, accounts };
    },
  },
  {
    of: "lambda",
    calls: /^(Create|Delete)Function$|^(RemovePermission|PublishVersion|CreateAlias)$/,
    phase: "ordinary",
    technique: null,
    effect: "made and removed functions",
  },
  {
    of: "glue sagemaker codebuild bedrock",
    calls:
      /^(CreateDevEndpoint|UpdateDevEndpoint|CreateJob|StartJobRun|CreateNotebookInstance|CreatePresigned\w+Url|CreateProcessingJob|CreateTrainingJob|UpdateProject|StartBuild|CreateKnowledgeBase|CreateDataSource|StartIngestionJob)$/,
    phase: "collection",
    technique: "T1648",
    effect: "had {} run code or read data with a role's rights",
    target: ({ eventSource }) => eventSource.split(".")[0]!,
  },
  {
    of: "ec2",
    calls: EC2_PLUMBING,
    phase: "ordinary",
    technique: null,
    effect: "made and removed networks and machines",
  },
  {
    of: "rds",
    calls: /^(Create|Delete)DB(Instance|Cluster|SubnetGroup)$/,
    phase: "ordinary",
    technique: null,
    effect: "made and removed databases",
  },
  {
    of: "rds",
    calls: /^(ModifyDB(Instance|Cluster)|RestoreDB\w+)$/,
    phase: "collection",
    technique: "T1098",
    effect: "changed or restored the database {}",
    target: ({ request }) => textAt(request, "dBInstanceIdentifier", "dBClusterIdentifier"),
  },
];
