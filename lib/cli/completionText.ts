/** A verb as a shell completes it. */
export interface VerbWords {
  /** One word, or two. */
  readonly name: string;
  readonly summary: string;
  readonly options: readonly {
    readonly option: string;
    readonly help: string;
    /** What stands behind it; null: nothing. */
    readonly takes: string | null;
  }[];
}

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** A static script: it runs nothing of ours when a key is pressed. */
export const completionFor = (shell: Shell, verbs: readonly VerbWords[]): string => TEXTS[shell](verbs);

const firstWords = (verbs: readonly VerbWords[]): readonly string[] => [
  ...new Set(verbs.map(({ name }) => name.split(" ")[0]!)),
];

const secondWords = (verbs: readonly VerbWords[], first: string): readonly string[] =>
  verbs.flatMap(({ name }) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []));

const families = (verbs: readonly VerbWords[]): readonly string[] =>
  firstWords(verbs).filter((first) => secondWords(verbs, first).length > 0);

const PATHS = /^(DIR|FILE|PATH|KEY)/;
const flagsOf = ({ options }: VerbWords): string => options.map(({ option }) => `--${option}`).join(" ");
const pathFlags = (verbs: readonly VerbWords[]): string =>
  [
    ...new Set(
      verbs.flatMap(({ options }) =>
        options.flatMap((one) => (PATHS.test(one.takes ?? "") ? [`--${one.option}`] : [])),
      ),
    ),
  ].join("|");

const bash = (verbs: readonly VerbWords[]): string => `# bash completion for cordon, from its own tables
_cordon() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" verb="\${COMP_WORDS[1]}"
  case "$before" in ${pathFlags(verbs)}) COMPREPLY=($(compgen -f -- "$word")); return ;; esac
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${firstWords(verbs).join(" ")} help" -- "$word")); return; fi
  case "$verb" in ${families(verbs).join("|")}) [[ "\${COMP_WORDS[2]}" == -* ]] || verb="$verb \${COMP_WORDS[2]}" ;; esac
  if [ "$COMP_CWORD" -eq 2 ]; then
    case "\${COMP_WORDS[1]}" in
${families(verbs)
  .map((first) => `      ${first}) COMPREPLY=($(compgen -W "${secondWords(verbs, first).join(" ")}" -- "$word")) ;;`)
  .join("\n")}
    esac
    [ "\${#COMPREPLY[@]}" -gt 0 ] && return
  fi
  case "$word" in
    -*)
      case "\${verb% }" in
${verbs.map((verb) => `        "${verb.name}") COMPREPLY=($(compgen -W "${flagsOf(verb)}" -- "$word")) ;;`).join("\n")}
      esac ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -F _cordon cordon
`;

/** In single quotes of a shell; brackets and colons are zsh's own. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const described = (text: string): string => text.replace(/[[\]:\\]/g, (character) => `\\${character}`);

const zsh = (verbs: readonly VerbWords[]): string => `#compdef cordon
# zsh completion for cordon, from its own tables
_cordon() {
  local verb="\${words[2]}"
  if (( CURRENT == 2 )); then
    local -a verbs=(${firstWords(verbs)
      .map((first) =>
        quoted(`${first}:${described(verbs.find(({ name }) => name === first)?.summary ?? `${first} …`)}`),
      )
      .join(" ")})
    _describe verb verbs
    return
  fi
  case "$verb" in
${families(verbs)
  .map(
    (first) =>
      `    ${first}) (( CURRENT == 3 )) && compadd -- ${secondWords(verbs, first).join(" ")}; [[ "\${words[3]}" == -* ]] || verb="$verb \${words[3]}" ;;`,
  )
  .join("\n")}
  esac
  case "\${verb% }" in
${verbs
  .map(
    ({ name, options }) =>
      `    "${name}") _arguments -S ${options
        .map(({ option, help, takes }) =>
          quoted(
            `*--${option}[${described(help)}]${takes === null ? "" : `:${takes}:${PATHS.test(takes) ? "_files" : ""}`}`,
          ),
        )
        .join(" ")} '*:file:_files' ;;`,
  )
  .join("\n")}
  esac
}
_cordon "$@"
`;

const fish = (verbs: readonly VerbWords[]): string =>
  [
    "# fish completion for cordon, from its own tables",
    ...firstWords(verbs).map(
      (first) =>
        `complete -c cordon -n __fish_use_subcommand -f -a ${first} -d ${fishQuoted(verbs.find(({ name }) => name === first)?.summary ?? "")}`,
    ),
    ...families(verbs).map(
      (first) =>
        `complete -c cordon -n '__fish_seen_subcommand_from ${first}; and not __fish_seen_subcommand_from ${secondWords(verbs, first).join(" ")}' -f -a ${fishQuoted(secondWords(verbs, first).join(" "))}`,
    ),
    ...verbs.flatMap(({ name, options }) =>
      options.map(({ option, help, takes }) => {
        const seen = name
          .split(" ")
          .map((word) => `__fish_seen_subcommand_from ${word}`)
          .join("; and ");
        return `complete -c cordon -n '${seen}' -l ${option}${takes === null ? "" : ` -r${PATHS.test(takes) ? " -F" : ""}`} -d ${fishQuoted(help)}`;
      }),
    ),
    "",
  ].join("\n");

/** In single quotes of fish, where a backslash escapes. */
const fishQuoted = (text: string): string => `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;

const TEXTS: Readonly<Record<Shell, (verbs: readonly VerbWords[]) => string>> = { bash, zsh, fish };
