# commands.awk - make's lines that compile -> compile_commands.json, but those for fuzzers, which compile the same
# files once more; -v dir=DIRECTORY.
/ -o [^ ]*held\// { next }
/ -c -o / || / -o [^ ]*unit\/[^ ]* tests\/unit\// {
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	match($0, /[^ ]*[.]c( |$)/)
	file = substr($0, RSTART, RLENGTH)
	sub(" $", "", file)
	printf "%s{\"directory\": \"%s\", \"file\": \"%s\", \"command\": \"%s\"}", n++ ? ",\n" : "[\n", dir, file, $0
}
END { print "\n]" }
