# Completion of headgeom's programs for fish; candidates.awk says what there may be.
# Of the line fish shows what stands before the cursor: no files behind it.
function __headgeom_candidates
	set -l before (commandline -opc)
	set -l word (commandline -ct)
	# A quote may still be open.
	set -l plain (string unescape -- "$word"; or string unescape -- "$word'"; or string unescape -- "$word\"")
	set -l said (LC_ALL=C awk -f '@data@/candidates.awk' (count $before) $before "$plain" 2>/dev/null)
	set -l first (string split \t -- "$said[1]")
	switch $first[1]
		case files
			for path in (__fish_complete_path (string sub --start (math (string length -- "$first[2]") + 1) -- "$plain"))
				printf '%s%s\n' $first[2] $path
			end
		case words list
			for line in $said[2..]
				printf '%s%s\n' $first[2] $line
			end
	end
end

complete -c (status basename | string replace -r '\.fish$' '') -f -a '(__headgeom_candidates)'
