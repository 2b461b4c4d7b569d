import { CordonError } from "../base/errors.ts";
import { COMMON, EXIT, type Listed, type OptionSpecs, type Verb } from "./command.ts";
import { completionFor, SHELLS, type Shell, type VerbWords } from "./completionText.ts";

/** Static scripts out of the verbs that it is given. */
export const completionOf = (commands: readonly Listed[]): Verb => ({
  usage: "bash|zsh|fish",
  placeless: true,
  options: {},
  examples: [
    "cordon completion bash > ~/.local/share/bash-completion/completions/cordon",
    'cordon completion zsh > "$fpath[1]/_cordon"',
    "cordon completion fish > ~/.config/fish/completions/cordon.fish",
  ],
  run: async ({ positionals: [shell, ...rest] }) => {
    if (!SHELLS.includes(shell as Shell) || rest.length > 0)
      throw new CordonError("USAGE", `expected one of ${SHELLS.join(", ")}`);
    process.stdout.write(completionFor(shell as Shell, await wordsOf(commands)));
    return EXIT.ok;
  },
});

/** The verbs with their options, from the tables that parse them. */
const wordsOf = (commands: readonly Listed[]): Promise<readonly VerbWords[]> =>
  Promise.all(
    commands.map(async ({ name, summary, load }) => {
      const specs: OptionSpecs = { ...(await load()).options, ...COMMON };
      return {
        name,
        summary,
        options: Object.entries(specs).map(([option, { help, value }]) => ({ option, help, takes: value ?? null })),
      };
    }),
  );
