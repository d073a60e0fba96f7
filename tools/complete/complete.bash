# shellcheck shell=bash
# Completion of headgeom's programs for bash; candidates.awk says what there may be.

# _headgeom_plain WORD - sets plain to the word as the program would get it, and open to
# the quote that it leaves open; fails if the shell would expand something in it.
_headgeom_plain() {
	local s=$1 c expands=0
	plain='' open=''
	while [[ -n $s ]]; do
		c=${s:0:1} s=${s:1}
		if [[ $c == "$open" ]]; then
			open=''
		elif [[ $c == \\ && $open != \' && (-z $open || $s == [\"\\\$\`]*) ]]; then
			plain+=${s:0:1} s=${s:1}
		elif [[ -z $open && $c == [\'\"] ]]; then
			open=$c
		else
			[[ $open == \' || $c != [\$\`] ]] || expands=1
			plain+=$c
		fi
	done
	return $expands
}

# _headgeom_quoted NAME - sets quoted to what stands for the name behind the quote open.
_headgeom_quoted() {
	quoted=$1
	case $open in
	\') quoted=${quoted//\'/"'\\''"} ;;
	\")
		quoted=${quoted//\\/\\\\}
		quoted=${quoted//\"/'\"'}
		quoted=${quoted//\$/'\$'}
		quoted=${quoted//\`/'\`'}
		quoted=${quoted//!/'"\!"'}
		;;
	*)
		# %q has a backslash before each comma too, as if there were a { that is none.
		[[ $1 != *[!A-Za-z0-9_.,:=^-]* ]] || printf -v quoted %q "$1"
		quoted=${quoted//\\,/,}
		;;
	esac
	# Readline closes the quote, unless it takes the last character for that.
	[[ -z $open || $quoted != *"$open" ]] || quoted+=$open
}

# Readline parts words at = and : too.  words gets them whole; the one at the cursor as
# far as the cursor is number at.
_headgeom_words() {
	local rest=$COMP_LINE blank part last='' i over
	words=() at=-1
	for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
		part=${COMP_WORDS[i]}
		blank=${rest%%[![:blank:]]*}
		rest=${rest#"$blank"}
		rest=${rest#"$part"}
		if [[ ${#words[@]} -eq 0 || -n $blank || $part != [=:]* && $last != *[=:] ]]; then
			words+=('')
		elif ((at == ${#words[@]} - 1)); then
			continue
		fi
		last=$part
		if ((i == COMP_CWORD)); then
			at=$((${#words[@]} - 1))
			over=$((${#COMP_LINE} - ${#rest} - COMP_POINT))
			((over <= 0)) || part=${part:0:${#part}-over}
		fi
		words[${#words[@]}-1]+=$part
	done
}

# Of the word at the cursor, $2 is what the candidates take the place of.
_headgeom() {
	local words at plain open quoted word kept kind head name i
	_headgeom_words
	word=${words[at]}
	for i in "${!words[@]}"; do
		_headgeom_plain "${words[i]}" || ((i != at)) || return
		words[i]=$plain
	done
	_headgeom_plain "$word"
	word=$plain
	_headgeom_plain "$open$2"
	kept=${word%"$plain"}
	{
		IFS=$'\t' read -r kind head
		[[ $kind != files ]] || return
		compopt +o default 2>/dev/null
		[[ $kind != list ]] || compopt -o nospace 2>/dev/null
		while IFS=$'\t' read -r name _; do
			name=$head$name
			if [[ $name == "$word"* ]]; then
				_headgeom_quoted "${name#"$kept"}"
				COMPREPLY+=("$quoted")
			fi
		done
	} < <(LC_ALL=C awk -f '@data@/candidates.awk' "$at" "${words[@]}" 2>/dev/null)
}

complete -o default -F _headgeom @programs@
