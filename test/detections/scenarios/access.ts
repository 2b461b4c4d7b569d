import {
  ANONYMOUS,
  at,
  bucketCall,
  by,
  call,
  denied,
  FOREIGN,
  from,
  HOUR,
  OFFICE_IP,
  OWN,
  objectCall,
  roleSession,
  SERVICE,
  STRANGER,
  THIEF_IP,
  times,
  USER,
  when,
} from "../events.ts";
import { attempt, fires, lookAlike, ofSuspect, quiet, type Scenarios } from "../scenario.ts";

const assumeRole = (roleArn: string) => call("sts", "AssumeRole", { roleArn, roleSessionName: "x" });
const instance = roleSession("i-0317f6c6b66ae9c40", "Web");
const networkEvent = { eventCategory: "NetworkActivity", eventType: "AwsVpceEvent", vpcEndpointId: "vpce-0a1b2c3d" };
const presigned = { "X-Amz-Expires": "3600", "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-SignedHeaders": "host" };
const signedInQuery = { additionalEventData: { bytesTransferredOut: 500, AuthenticationMethod: "QueryString" } };

export const access: Scenarios = {
  "s3-access-new-address": [
    fires(
      "an address that comes 20 hours after the first one",
      [
        from(OFFICE_IP, objectCall("GetObject", "a")),
        when(20 * HOUR, objectCall("GetObject", "b")),
        when(20 * HOUR + 5, objectCall("GetObject", "c")),
      ],
      { sourceip: THIEF_IP, bucket: "acme-data", events: 2, objects: 2, bytes_out: 2000 },
    ),
    lookAlike("the same old address 20 hours later", [
      objectCall("GetObject", "a"),
      when(20 * HOUR, objectCall("GetObject", "b")),
    ]),
    quiet("a second address within the learning time", [
      from(OFFICE_IP, objectCall("GetObject", "a")),
      when(2 * HOUR, objectCall("GetObject", "b")),
    ]),
    quiet("a new address that was refused", [
      from(OFFICE_IP, objectCall("GetObject", "a")),
      when(20 * HOUR, denied(objectCall("GetObject", "b"))),
    ]),
    quiet("a service, whose address is a name", [
      from(OFFICE_IP, objectCall("GetObject", "a")),
      when(20 * HOUR, from("athena.amazonaws.com", objectCall("GetObject", "b"))),
    ]),
  ],
  "access-key-new-address": [
    fires(
      "a long-term key that turns up elsewhere after 20 hours",
      [from(OFFICE_IP, bucketCall("ListBuckets")), when(20 * HOUR, bucketCall("ListBuckets"))],
      { sourceip: THIEF_IP, access_key_id: USER.accessKeyId },
    ),
    lookAlike("a temporary key, which moves with its session", [
      from(OFFICE_IP, by(roleSession("x"), bucketCall("ListBuckets"))),
      when(20 * HOUR, by(roleSession("x"), bucketCall("ListBuckets"))),
    ]),
    quiet("the same address for two days", [bucketCall("ListBuckets"), when(40 * HOUR, bucketCall("ListBuckets"))]),
  ],
  "uncommon-s3-client": [
    fires(
      "S3 Browser",
      [objectCall("GetObject", "a", {}, { userAgent: "[S3 Browser/11.6.7 (https://s3browser.com)]" })],
      { client: "s3 browser" },
    ),
    fires("TruffleHog asking who it is", [call("sts", "GetCallerIdentity", null, { userAgent: "TruffleHog" })], {
      client: "trufflehog",
    }),
    lookAlike("a web browser", [
      objectCall("GetObject", "a", {}, { userAgent: "[Mozilla/5.0 (Windows NT 10.0) Chrome/131.0.0.0 Safari/537.36]" }),
    ]),
    quiet("an SDK", [objectCall("GetObject", "a")]),
    quiet("Cyberduck being refused", [denied(objectCall("GetObject", "a", {}, { userAgent: "Cyberduck/8.7" }))]),
  ],
  "anonymous-access": [
    fires(
      "reads by nobody",
      [by(ANONYMOUS, objectCall("GetObject", "a")), by(ANONYMOUS, objectCall("GetObject", "b"))],
      { principal: "anonymous", events: 2, objects: 2 },
    ),
    fires("the other spelling of nobody", [
      by(
        { type: "Unknown", principalId: "ANONYMOUS_PRINCIPAL", accountId: "ANONYMOUS_PRINCIPAL" },
        objectCall("ListObjects", ""),
      ),
    ]),
    lookAlike("a caller of another account, who has an id", [by(STRANGER, objectCall("GetObject", "a"))]),
    quiet("our own user", [objectCall("GetObject", "a")]),
    attempt("nobody being refused", [denied(by(ANONYMOUS, objectCall("GetObject", "a")))]),
  ],
  "presigned-url-access": [
    fires("a signed query with an expiry", [objectCall("GetObject", "a", presigned, signedInQuery)], {
      longest_seconds: 3600,
      objects: 1,
      bytes_out: 500,
    }),
    lookAlike("a signed query without an expiry", [objectCall("GetObject", "a", {}, signedInQuery)]),
    quiet("a signed header, whatever the query says", [objectCall("GetObject", "a", presigned)]),
    quiet("an expired URL", [denied(objectCall("GetObject", "a", presigned, signedInQuery))]),
  ],
  "role-chaining": [
    fires(
      "a session that assumes a role of another account",
      [by(roleSession("x"), assumeRole(`arn:aws:iam::${FOREIGN}:role/Admin`))],
      { severity: "medium", role_arn: `arn:aws:iam::${FOREIGN}:role/Admin` },
    ),
    fires(
      "a session that assumes our own role, which weighs less",
      [by(roleSession("x"), assumeRole(`arn:aws:iam::${OWN}:role/Admin`))],
      { severity: "low" },
    ),
    lookAlike("a user who assumes a role: the first hop", [assumeRole(`arn:aws:iam::${OWN}:role/Admin`)]),
    quiet("a service that assumes its role", [by(SERVICE, assumeRole(`arn:aws:iam::${OWN}:role/Lambda`))]),
    attempt("a chain that was refused", [
      denied(by(roleSession("x"), assumeRole(`arn:aws:iam::${FOREIGN}:role/Admin`))),
    ]),
  ],
  "instance-role-outside": [
    fires(
      "an instance's session seen from two public addresses",
      [by(instance, from(OFFICE_IP, bucketCall("ListBuckets"))), by(instance, objectCall("GetObject", "a"))],
      { severity: "high", instance: "i-0317f6c6b66ae9c40" },
      2,
    ),
    ofSuspect(
      String(instance.principalId),
      fires("one public address", [by(instance, objectCall("GetObject", "a"))], { severity: "medium" }),
    ),
    quiet("one public address, which is the instance's own", [by(instance, objectCall("GetObject", "a"))]),
    fires("one public address and the agent of a laptop", [
      by(instance, objectCall("GetObject", "a", {}, { userAgent: "aws-cli/2.0 Python/3.8 Darwin/19.6.0" })),
    ]),
    lookAlike("the instance inside its VPC", [
      by(instance, from("10.0.3.7", objectCall("GetObject", "a"))),
      by(instance, from("172.31.0.4", objectCall("GetObject", "a"))),
    ]),
    quiet("the instance through a VPC endpoint", [
      by(instance, objectCall("GetObject", "a", {}, { vpcEndpointId: "vpce-0a1b2c3d" })),
    ]),
    quiet("a person's session with a public address", [
      by(roleSession("jane@example.com"), objectCall("GetObject", "a")),
    ]),
    quiet("AWS acting for the instance", [by(instance, from("AWS Internal", objectCall("GetObject", "a")))]),
  ],
  "vpc-endpoint-outside-address": [
    fires("an endpoint used from a public address", [objectCall("GetObject", "a", {}, networkEvent)], {
      vpcendpointid: "vpce-0a1b2c3d",
    }),
    lookAlike("an endpoint used from inside", [
      from("10.0.0.1", objectCall("GetObject", "a", {}, networkEvent)),
      from("100.64.1.1", objectCall("GetObject", "a", {}, networkEvent)),
      from("fd00::5", objectCall("GetObject", "a", {}, networkEvent)),
    ]),
    quiet("a public address without an endpoint", [objectCall("GetObject", "a")]),
    attempt("the endpoint policy saying no", [
      objectCall("GetObject", "a", {}, { ...networkEvent, errorCode: "VpceAccessDenied" }),
    ]),
  ],
  "foreign-principal-access": [
    fires(
      "another account's reads",
      [by(STRANGER, objectCall("GetObject", "a")), by(STRANGER, objectCall("GetObject", "b"))],
      { principal_account: FOREIGN, objects: 2, principal: "AROASTRANGER:session" },
    ),
    lookAlike("a caller without an ARN who is of our account", [
      by({ ...STRANGER, accountId: OWN }, objectCall("GetObject", "a")),
    ]),
    quiet("our own user", [objectCall("GetObject", "a")]),
    {
      ...quiet("an account of ours that sends no logs but is listed", [by(STRANGER, objectCall("GetObject", "a"))]),
      parameters: [`${OWN},${FOREIGN}`],
    },
    quiet("another account being refused", [denied(by(STRANGER, objectCall("GetObject", "a")))]),
  ],
};

const question = (eventName: string, seconds: number) => when(seconds, bucketCall(eventName));
const ORIENTATION = ["GetCallerIdentity", "ListBuckets", "ListRoles", "GetBucketPolicy"];

export const reconnaissance: Scenarios = {
  "bucket-enumeration": [
    fires(
      "eight buckets looked at within eight seconds",
      times(8, (n) => when(n, bucketCall("GetBucketPolicy", { bucketName: `b${n}` }))),
      { items: 8, buckets: 8 },
    ),
    fires(
      "a role session, which the published rule leaves out",
      times(6, (n) => when(n * 60, by(roleSession("x"), bucketCall("GetBucketTagging", { bucketName: `b${n}` })))),
      { items: 6 },
    ),
    lookAlike(
      "one bucket asked the same thing fifty times",
      times(50, (n) => when(n, bucketCall("GetBucketLocation"))),
    ),
    quiet(
      "eight buckets over two hours",
      times(8, (n) => when(n * 900, bucketCall("GetBucketPolicy", { bucketName: `b${n}` }))),
    ),
    quiet(
      "a service's own rounds",
      times(8, (n) => when(n, by(SERVICE, bucketCall("GetBucketPolicy", { bucketName: `b${n}` })))),
    ),
    attempt(
      "eight refused looks",
      times(8, (n) => when(n, denied(bucketCall("GetBucketPolicy", { bucketName: `b${n}` })))),
    ),
  ],
  "bucket-posture-burst": [
    fires(
      "sixteen buckets within ten seconds",
      times(16, (n) => when(Math.floor(n / 2), bucketCall("GetBucketAcl", { bucketName: `b${n}` }))),
      { buckets: 16 },
    ),
    lookAlike(
      "fifteen buckets, the number that is still ordinary",
      times(15, (n) => when(0, bucketCall("GetBucketAcl", { bucketName: `b${n}` }))),
    ),
    quiet(
      "sixteen buckets over a minute",
      times(16, (n) => when(n * 4, bucketCall("GetBucketAcl", { bucketName: `b${n}` }))),
    ),
    quiet(
      "sixteen refusals",
      times(16, (n) => denied(bucketCall("GetBucketAcl", { bucketName: `b${n}` }))),
    ),
  ],
  "access-denied-burst": [
    fires(
      "forty refusals of several services within four minutes",
      times(40, (n) => when(n * 6, denied(n % 2 ? objectCall("GetObject", `k${n}`) : call("iam", "ListRoles", null)))),
      { events: 40, kinds: 2, outcome: "attempted" },
    ),
    fires(
      "EC2's word for it",
      times(40, (n) => when(n, call("ec2", "DescribeInstances", null, { errorCode: "Client.UnauthorizedOperation" }))),
    ),
    lookAlike(
      "forty answers that are no refusals",
      times(40, (n) => when(n, bucketCall("GetBucketPolicy", {}, { errorCode: "NoSuchBucketPolicy" }))),
    ),
    quiet(
      "thirty-nine refusals",
      times(39, (n) => when(n, denied(objectCall("GetObject", `k${n}`)))),
    ),
    quiet(
      "forty refusals over a day",
      times(40, (n) => when(n * 1800, denied(objectCall("GetObject", `k${n}`)))),
    ),
  ],
  "enumeration-cluster": [
    fires(
      "four questions of orientation within two minutes",
      ORIENTATION.map((name, n) => question(name, n * 40)),
      { kinds: 4 },
    ),
    lookAlike(
      "one question asked forty times",
      times(40, (n) => question("GetCallerIdentity", n)),
    ),
    quiet(
      "four questions over a day",
      ORIENTATION.map((name, n) => question(name, n * 6 * HOUR)),
    ),
    quiet(
      "a service acting for the caller",
      ORIENTATION.map((name, n) => by({ ...USER, invokedBy: "cloudformation.amazonaws.com" }, question(name, n))),
    ),
  ],
  "object-listing-burst": [
    fires(
      "51 listings that straddle a full hour",
      times(51, (n) => when(HOUR - 200 + n * 10, objectCall("ListObjects", ""))),
    ),
    lookAlike(
      "51 reads, which are no listings",
      times(51, (n) => when(n, objectCall("GetObject", `k${n}`))),
    ),
    quiet(
      "50 listings",
      times(50, (n) => when(n, objectCall("ListObjects", ""))),
    ),
    quiet(
      "51 listings, one a minute",
      times(51, (n) => when(n * 60, objectCall("ListObjects", ""))),
    ),
  ],
  "decoy-bucket-access": [
    {
      ...fires("a decoy being read", [objectCall("GetObject", "passwords.xlsx")]),
      parameters: ["other-decoy,acme-data"],
    },
    {
      ...fires("a decoy that refused", [denied(objectCall("GetObject", "passwords.xlsx"))], { outcome: "attempted" }),
      parameters: ["acme-data"],
    },
    quiet("any bucket while no decoy is named", [objectCall("GetObject", "passwords.xlsx")]),
    {
      ...lookAlike("a bucket whose name only begins like a decoy", [objectCall("GetObject", "a")]),
      parameters: ["acme"],
    },
  ],
};

const iam = (eventName: string, request: object, over = {}) => call("iam", eventName, request, over);
const policyDocument = (principal: unknown) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }],
  });

export const identity: Scenarios = {
  "credentials-created": [
    fires(
      "an access key for somebody else",
      [
        iam(
          "CreateAccessKey",
          { userName: "backup" },
          { responseElements: { accessKey: { accessKeyId: "AKIANEWKEY0000000000", userName: "backup" } } },
        ),
      ],
      { minted_key: "AKIANEWKEY0000000000" },
    ),
    fires(
      "a federation token",
      [
        call(
          "sts",
          "GetFederationToken",
          { name: "x" },
          { responseElements: { credentials: { accessKeyId: "ASIANEWKEY0000000000" } } },
        ),
      ],
      { minted_key: "ASIANEWKEY0000000000" },
    ),
    lookAlike("a list of access keys", [iam("ListAccessKeys", { userName: "backup" })]),
    quiet("a role assumed", [call("sts", "AssumeRole", { roleArn: `arn:aws:iam::${OWN}:role/App` })]),
    attempt("an access key refused", [denied(iam("CreateAccessKey", { userName: "backup" }))]),
  ],
  "privileges-raised": [
    fires(
      "administrator rights attached",
      [iam("AttachUserPolicy", { userName: "backup", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" })],
      { severity: "high" },
    ),
    fires(
      "an inline policy that allows everything",
      [
        iam("PutUserPolicy", {
          userName: "b",
          policyName: "x",
          policyDocument: '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
        }),
      ],
      { severity: "high" },
    ),
    fires(
      "a role opened to another account",
      [
        iam("UpdateAssumeRolePolicy", {
          roleName: "r",
          policyDocument: policyDocument({ AWS: `arn:aws:iam::${FOREIGN}:root` }),
        }),
      ],
      { severity: "high" },
    ),
    fires(
      "a role opened to an account of ours, which weighs less",
      [
        iam("UpdateAssumeRolePolicy", {
          roleName: "r",
          policyDocument: policyDocument({ AWS: `arn:aws:iam::${OWN}:root` }),
        }),
      ],
      { severity: "medium" },
    ),
    lookAlike("AWS's own quarantine of a key", [
      iam("AttachUserPolicy", { userName: "b", policyArn: "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3" }),
    ]),
    quiet("rights taken away", [
      iam("DetachUserPolicy", { userName: "b", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
    ]),
    attempt("administrator rights refused", [
      denied(iam("AttachUserPolicy", { userName: "b", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" })),
    ]),
  ],
  "s3-browser-placeholder-policy": [
    fires("the template unedited", [
      iam("PutUserPolicy", {
        userName: "b",
        policyName: "p",
        policyDocument:
          '{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::<YOUR-BUCKET-NAME>/*"}]}',
      }),
    ]),
    lookAlike("the template with a bucket filled in", [
      iam(
        "PutUserPolicy",
        {
          userName: "b",
          policyName: "p",
          policyDocument: '{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::acme-data/*"}]}',
        },
        { userAgent: "[S3 Browser/11.6.7]" },
      ),
    ]),
    quiet("the placeholder as a user's name", [
      iam("PutUserPolicy", { userName: "<YOUR-BUCKET-NAME>", policyName: "p", policyDocument: "{}" }),
    ]),
  ],
  "key-quarantined": [
    fires(
      "the quarantine policy attached",
      [
        iam("AttachUserPolicy", {
          userName: "leaky",
          policyArn: "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2",
        }),
      ],
      { user_name: "leaky" },
    ),
    lookAlike("the quarantine policy detached", [
      iam("DetachUserPolicy", {
        userName: "leaky",
        policyArn: "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2",
      }),
    ]),
    quiet("another policy attached", [
      iam("AttachUserPolicy", { userName: "leaky", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
    ]),
  ],
};
void at;
