/**
 * What a shell sources to complete `gracegate`. Each script hands the words of the line to the program, and evaluates nothing
 * of what somebody has typed.
 */

const bash = `# bash completion for gracegate. In ~/.bashrc: source <(gracegate completion bash)
_gracegate() {
  local words=() word last='' line rest=4 count=0 i
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # Readline divides --option=value into three words.
    if ((count > 0)) && [[ $last == --* && $word == = || $last == --*= ]]; then
      last=$last$word
      words[count - 1]=$last
    else
      last=$word
      words[count++]=$word
    fi
  done
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      rest=\${line#:}
      continue
    fi
    line=\${line%%$'\\t'*}
    # And it replaces only what comes after the sign.
    [[ $last == --*=* ]] && line=\${line#--*=}
    COMPREPLY+=("$line")
  done < <(gracegate complete -- "\${words[@]}" 2>/dev/null)
  case $rest in
    0) compopt -o default 2>/dev/null ;;
    16) compopt -o dirnames 2>/dev/null ;;
  esac
  return 0
}
complete -F _gracegate gracegate
`;

const zsh = `#compdef gracegate
# zsh completion for gracegate. In ~/.zshrc, after compinit: source <(gracegate completion zsh)
_gracegate() {
  local -a candidates
  local line rest=4
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      rest=\${line#:}
      continue
    fi
    line=\${line//:/\\\\:}
    candidates+=("\${line/$'\\t'/:}")
  done < <(gracegate complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then
    _describe gracegate candidates
    return
  fi
  [[ \${words[CURRENT]} == --*=* ]] && compset -P '*='
  case $rest in
    0) _files ;;
    16) _files -/ ;;
  esac
}
# As a file of $fpath it is called at once; sourced, it is registered.
if [[ \${funcstack[1]} == _gracegate ]]; then
  _gracegate "$@"
else
  compdef _gracegate gracegate
fi
`;

const fish = `# fish completion for gracegate. In ~/.config/fish/config.fish: gracegate completion fish | source
function __gracegate_complete
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    set -l lines (gracegate complete -- $words[2..-1] "$last" 2>/dev/null)
    test (count $lines) -gt 0; or return
    if test (count $lines) -gt 1
        string join \\n -- $lines[1..-2]
        return
    end
    set -l option (string match -r -- '^--[^=]*=' "$last")
    set -l begun (string replace -r -- '^--[^=]*=' '' "$last")
    switch $lines[-1]
        case :0
            __fish_complete_path "$begun" | string replace -r -- '^' "$option"
        case :16
            __fish_complete_directories "$begun" | string replace -r -- '^' "$option"
    end
end
complete -c gracegate -e
complete -c gracegate -f -a '(__gracegate_complete)'
`;

export const completionScripts = { bash, zsh, fish } as const;

export type Shell = keyof typeof completionScripts;
