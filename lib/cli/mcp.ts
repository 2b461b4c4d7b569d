import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { version } from "../base/version.ts";
import { systemIds } from "../embedded/clock.ts";
import type { Reading } from "../ports/ports.ts";
import { EXIT, type Typed, type Verb } from "./command.ts";
import { huntsFolder } from "./huntFiles.ts";
import { createServer } from "./mcp/server.ts";
import { homeOf, isInAws } from "./named.ts";
import { readingOf } from "./readings.ts";

const MARK_BYTES = 12;

export const mcp: Verb = {
  usage: "",
  options: {},
  examples: [
    "cordon mcp --home /var/lib/cordon      (as the command of a server in your assistant's settings)",
    "cordon mcp --profile security-readonly --region eu-central-1",
  ],
  run: async (typed, io) => {
    const { reading, hunts } = await opened(typed);
    const transport = new StdioServerTransport();
    const closed = new Promise<void>((done) => process.stdin.once("end", done).once("close", done));
    const server = createServer({
      version: version(),
      place: { reading, huntsFolder: hunts },
      mark: () => systemIds.random(MARK_BYTES),
      warn: io.warn,
    });
    try {
      await server.connect(transport);
      await closed;
      await server.close();
    } finally {
      reading.close();
    }
    return EXIT.ok;
  },
};

const opened = async (typed: Typed): Promise<{ readonly reading: Reading; readonly hunts: string | null }> => ({
  reading: await readingOf(typed),
  hunts: isInAws(typed) ? null : huntsFolder(homeOf(typed)),
});
