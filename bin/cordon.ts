import { main } from "../lib/cli/main.ts";

process.exitCode = await main(process.argv.slice(2));
// Executions that wait for a human keep timers; their state is in the journal, so the process may go.
process.stdout.write("", () => process.exit());
