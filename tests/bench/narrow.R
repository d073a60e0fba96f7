# What a user of R would write for the narrow table: correlate or regress, FILE.
library(data.table)
arg <- commandArgs(TRUE)
d <- fread(cmd = paste("zcat", arg[2]), showProgress = FALSE)
if (arg[1] == "correlate") {
	print(cor(d[, c("op", "fro", "trace", "rank_eff", "spec_ent", "anisotropy", "condition")], d[, c("entropy", "logit_std")]))
} else {
	print(coef(summary(lm(entropy ~ op + spec_ent + rank_eff + anisotropy, d))))
}
