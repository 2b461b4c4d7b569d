import { CordonError } from "../core/errors.ts";
import { type Command, EXIT } from "./command.ts";

export const serve: Command = {
  name: "serve",
  usage: "--logs DIR [--iam FILE] [--buckets DIR]",
  summary: "The hands-off host: case page, parked approvals, and an inbox whose findings start their responses.",
  options: {},
  examples: ["cordon serve --logs ./cloudtrail --iam iam.json --buckets ./buckets"],
  run: async () => {
    throw new CordonError("USAGE", "not built yet");
  },
};
void EXIT;
