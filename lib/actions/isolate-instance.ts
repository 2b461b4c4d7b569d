import type { Target } from "../case/plan.ts";
import type { Scene } from "../core/plan/action.ts";
import { withProtection } from "./parts/exempt.ts";
import { INSTANCE_ID, instruction, sidOf } from "./parts/instruction.ts";
import { accountOf } from "./parts/suspects.ts";

/** What was there first, then what keeps the evidence, then the cut: the order in which nothing is lost. */
const steps = (instanceId: string, scene: Scene): string => {
  const at = `--region ${scene.region}`;
  const name = `${sidOf(scene.caseId)}-isolated`;
  return [
    `1. Keep what is there now, for the way back: aws ec2 describe-instances ${at} --instance-ids ${instanceId} --query "Reservations[].Instances[].{Vpc: VpcId, Interfaces: NetworkInterfaces[].{Id: NetworkInterfaceId, Groups: Groups[].GroupId}}" --output json > ${instanceId}.json`,
    `2. Keep it from being replaced: aws autoscaling describe-auto-scaling-instances ${at} --instance-ids ${instanceId}; where it names a group: aws autoscaling detach-instances ${at} --instance-ids ${instanceId} --auto-scaling-group-name GROUP --no-should-decrement-desired-capacity. Take it out of its load balancers (aws elbv2 deregister-targets).`,
    `3. Keep its disks: aws ec2 create-snapshots ${at} --instance-specification InstanceId=${instanceId} --description "Cordon ${scene.caseId}"`,
    `4. A group that lets nothing through: aws ec2 create-security-group ${at} --group-name ${name} --description "Cordon ${scene.caseId}" --vpc-id VPC-OF-1, then aws ec2 revoke-security-group-egress ${at} --group-id GROUP-OF-4 --ip-permissions IpProtocol=-1,IpRanges=[{CidrIp=0.0.0.0/0}], and, in a VPC with IPv6, aws ec2 revoke-security-group-egress ${at} --group-id GROUP-OF-4 --ip-permissions IpProtocol=-1,Ipv6Ranges=[{CidrIpv6=::/0}]. It lets nothing through when aws ec2 describe-security-group-rules ${at} --filters Name=group-id,Values=GROUP-OF-4 lists no rule.`,
    `5. Every interface of 1: aws ec2 modify-network-interface-attribute ${at} --network-interface-id ID --groups GROUP-OF-4. Connections that are open go on until the network drops them: a network ACL of the subnet, or a reboot, ends them.`,
    `6. The credentials that it was given work elsewhere: take the profile off (isolate-instance-profile) and revoke the sessions of the role (revoke-role-sessions).`,
    `7. When the case is released: the groups of ${instanceId}.json back on each interface, aws ec2 delete-security-group ${at} --group-id GROUP-OF-4, and the instance back into its group and load balancers.`,
  ].join("\n");
};

const targets = (scene: Scene): readonly Target[] => {
  const own = scene.roles.filter(
    ({ arn, session }) => session !== null && INSTANCE_ID.test(session) && accountOf(arn) === scene.accountId,
  );
  return [...new Map(own.map((role) => [role.session!, role])).values()].map(({ session, roleName, arn }) =>
    withProtection(
      {
        label: `network of instance ${session}`,
        instanceId: session!,
        arn,
        instruction: steps(session!, scene),
      },
      scene,
      [session, roleName, arn],
      "principals",
    ),
  );
};

export const isolateInstance = instruction(
  {
    id: "isolate-instance",
    title: "Cut the instance off the network, and keep its disks",
    side: "identity",
    offer: "optional",
    limits: [
      "Whether the actor sits on the instance, or carried its credentials away, no log of S3 says: look at the addresses first. Carried away, the credentials go on working, and isolating the instance stops honest work alone.",
      "Everything that runs on the instance stops.",
      "A security group does not end connections that are open and tracked.",
      "Cordon holds no right to change networks: a person does this, or runs AWS's own runbook AWSSupport-ContainEC2Instance, which does the same and takes it back.",
    ],
    sources: [
      "Systems Manager Automation runbook reference, AWSSupport-ContainEC2Instance",
      "EC2 API reference, ModifyNetworkInterfaceAttribute and CreateSnapshots",
      "EC2 API reference, CreateSecurityGroup and RevokeSecurityGroupEgress (a new group lets everything out, by IPv6 too)",
      "EC2 user guide, Security group connection tracking",
    ],
  },
  targets,
);
