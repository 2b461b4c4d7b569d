import { examineMembers, MembersRequest } from "../doctor/memberRoles.ts";
import { onLambda } from "../lambda.ts";

/** Called by `cordon doctor`, and by nobody else: the roles trust functions, so a function must try them. */
export const createHandler = (bundle: string) =>
  onLambda((event, { ports }) => examineMembers(MembersRequest.parse(event), ports), bundle, "examineMembers");
