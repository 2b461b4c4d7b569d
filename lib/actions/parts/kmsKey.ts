/** A key id or its ARN, as calls give it (KMS developer guide, Key identifiers); aliases are no names for a change. */
export const KEY = /^(?:arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/)?(?:mrk-)?[0-9a-f-]{32,36}$/;
