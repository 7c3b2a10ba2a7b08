/** The shells that there is a script for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The command that the scripts ask: the words of the line, the last one unfinished. */
export const COMPLETE = '__complete';

// Bash takes a colon for the end of a word, so it gets the line as it is; the tool cuts it.
const BASH = `# fio completion bash: source this, or put it into ~/.local/share/bash-completion/completions/fio
_fio() {
  local candidates
  candidates=$("\${COMP_WORDS[0]}" ${COMPLETE} --line "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null) || return
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$candidates" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _fio fio
`;

const ZSH = `#compdef fio
# fio completion zsh: put it into a folder of $fpath as _fio, or source it after compinit
_fio() {
  local -a candidates
  candidates=("\${(@f)$("\${words[1]}" ${COMPLETE} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n \${candidates[1]} ]]; then compadd -- "\${candidates[@]}"; else _files; fi
}
if [ "\${funcstack[1]}" = _fio ]; then _fio "$@"; else compdef _fio fio; fi
`;

const FISH = `# fio completion fish: put it into ~/.config/fish/completions/fio.fish
function __fio_complete
  set -l words (commandline -opc) (commandline -ct)
  $words[1] ${COMPLETE} -- $words[2..-1] 2>/dev/null
end
complete -c fio -a '(__fio_complete)'
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
