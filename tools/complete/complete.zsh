#compdef @programs@
# Completion of headgeom's programs for zsh; candidates.awk says what there may be.
local line kind head
local -a said names shown
said=("${(@f)$(LC_ALL=C awk -f '@data@/candidates.awk' $((CURRENT - 1)) "${(@Q)words[1,CURRENT-1]}" \
	"${(Q)PREFIX}" "${(@Q)words[CURRENT+1,-1]}" 2>/dev/null)}")
kind=${said[1]%%$'\t'*}
head=${said[1]#*$'\t'}
if [[ $kind = files ]]; then
	[[ -z $head ]] || compset -p $#head
	_files
	return
fi
for line in "${(@)said[2,-1]}"; do
	names+=("$head${line%%$'\t'*}")
	if [[ $line = *$'\t'* ]]; then
		line="${(r:18:)line%%$'\t'*}-- ${line#*$'\t'}"
	fi
	shown+=("${line[1,COLUMNS-1]}")
done
if [[ $kind = list ]]; then
	compadd -S '' -d shown -a names
else
	compadd -d shown -a names
fi
