# commands.awk - make's lines that compile -> compile_commands.json; -v dir=DIRECTORY.
/ -c -o / || / -o [^ ]*unit\/[^ ]* tests\/unit\// {
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	match($0, /[^ ]*[.]c( |$)/)
	file = substr($0, RSTART, RLENGTH)
	sub(" $", "", file)
	printf "%s{\"directory\": \"%s\", \"file\": \"%s\", \"command\": \"%s\"}", n++ ? ",\n" : "[\n", dir, file, $0
}
END { print "\n]" }
