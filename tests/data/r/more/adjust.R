# adjust.R - p.adjust of what hg-correlate finds:  Rscript adjust.R  (R 4.2)
# Tests of three methods in four groups; q by each procedure, by block and of all.
# Writes adjust.csv, NAME.case.csv, and adjust.cases: NAME, options, table, apart by
# tabs.
options(digits = 17, warn = 1)
num <- function(x) ifelse(is.na(x), "", trimws(formatC(x, digits = 17, format = "g")))

set.seed(11)
n <- 60
d <- data.frame(g = rep(c("a", "b", "c"), n / 3), y = round(rnorm(n), 3), z = round(rnorm(n), 3))
d$x1 <- round(d$y + 2 * rnorm(n), 3)
d$x2 <- round(d$y - d$z + rnorm(n), 3)
d$x3 <- round(rnorm(n), 3)
d$x4 <- round(d$x1 + rnorm(n), 3)
d$x5 <- ifelse(d$g == "b", 1, d$x3^2)
write.csv(d, "adjust.csv", row.names = FALSE, quote = FALSE)

table <- NULL
for (g in c("all", "a", "b", "c")) for (y in c("y", "z")) for (x in paste0("x", 1:5)) for (m in c("pearson", "spearman", "kendall")) {
  e <- if (g == "all") d else d[d$g == g, ]
  flat <- all(e[[x]] == e[[x]][1])
  t <- if (flat) list(estimate = NA, p.value = NA) else if (m == "spearman") cor.test(e[[x]], e[[y]], method = m, exact = FALSE) else
    suppressWarnings(cor.test(e[[x]], e[[y]], method = m))
  ci <- if (m == "pearson" && !flat) t$conf.int else c(NA, NA)
  table <- rbind(table, data.frame(g = g, y = y, x = x, method = m, n = nrow(e), missing = 0, r = t$estimate,
    ci_low = ci[1], ci_high = ci[2], p = t$p.value))
}
cases <- NULL
for (how in c("BH", "BY", "holm", "bonferroni")) for (family in c("block", "all")) {
  t <- table
  block <- if (family == "all") rep(1, nrow(t)) else paste(t$g, t$y, t$method)
  t$q <- ave(t$p, block, FUN = function(p) p.adjust(p, how))
  for (f in c("r", "ci_low", "ci_high", "p", "q")) t[[f]] <- num(t[[f]])
  name <- paste("adjust", tolower(how), family, sep = "-")
  write.csv(t, paste0(name, ".case.csv"), row.names = FALSE, quote = FALSE)
  cases <- rbind(cases, data.frame(name, paste("-g g -y y,z -x x1,x2,x3,x4,x5 -m Pearson,SPEARMAN,kendall --adjust", how,
    "--family", family), "adjust"))
}
write.table(cases, "adjust.cases", sep = "\t", quote = FALSE, row.names = FALSE, col.names = FALSE)
