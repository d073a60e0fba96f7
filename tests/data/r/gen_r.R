# gen_r.R - what R makes of heads.csv:  Rscript gen_r.R   (R 4.2)
# correlate.csv: cor.test by stage, with p.adjust BH within (stage, y).
# coef.csv, fit.csv: summary(lm), confint, AIC, BIC; vif from the R2 of each
# predictor on the others; beta from population deviations.  twice = 2 op - 3 is
# aliased.
h <- read.csv("heads.csv")
options(digits = 17)
num <- function(x) ifelse(is.na(x), "", trimws(formatC(x, digits = 17, format = "g")))
groups <- list(all = h, early = h[h$stage == "early", ], mid = h[h$stage == "mid", ], late = h[h$stage == "late", ])

out <- NULL
for (g in names(groups)) for (y in c("entropy", "logit_std")) {
  d <- groups[[g]]
  rows <- NULL
  for (x in c("op", "fro", "rank_eff", "spec_ent", "anisotropy", "stable_rank", "gini")) {
    ok <- !is.na(d[[x]]) & !is.na(d[[y]])
    t <- cor.test(d[[x]][ok], d[[y]][ok])
    rows <- rbind(rows, data.frame(stage = g, y = y, x = x, method = "pearson", n = sum(ok), missing = sum(!ok),
      r = t$estimate, ci_low = t$conf.int[1], ci_high = t$conf.int[2], p = t$p.value))
  }
  rows$q <- p.adjust(rows$p, "BH")
  out <- rbind(out, rows)
}
for (c in c("r", "ci_low", "ci_high", "p", "q")) out[[c]] <- num(out[[c]])
write.csv(out, "correlate.csv", row.names = FALSE, quote = FALSE)

coefs <- NULL; fits <- NULL
xs <- c("op", "spec_ent", "twice", "rank_eff", "anisotropy")
for (g in names(groups)) {
  d <- groups[[g]]
  n <- nrow(d)
  d <- d[complete.cases(d[, c("entropy", xs)]), ]
  m <- lm(entropy ~ op + spec_ent + twice + rank_eff + anisotropy, d)
  s <- summary(m)$coefficients; ci <- confint(m, level = 0.9)
  sdp <- function(v) sqrt(mean((v - mean(v))^2))
  for (t in c("(Intercept)", xs)) {
    k <- !is.na(coef(m)[[t]])
    others <- setdiff(xs, c(t, "twice"))
    v <- if (t == "(Intercept)" || !k) NA else 1 / (1 - summary(lm(reformulate(others, t), d))$r.squared)
    b <- if (t == "(Intercept)" || !k) NA else coef(m)[[t]] * sdp(d[[t]]) / sdp(d$entropy)
    row <- if (k) c(s[t, ], ci[t, ]) else rep(NA, 6)
    coefs <- rbind(coefs, c(g, "entropy", t, num(row), num(b), num(v)))
  }
  z <- summary(m); f <- z$fstatistic
  x <- scale(as.matrix(d[, xs]), scale = FALSE)
  fits <- rbind(fits, c(g, "entropy", nrow(d), n - nrow(d), m$rank, m$rank - 1, m$df.residual,
    num(c(z$r.squared, z$adj.r.squared, z$sigma, f[[1]], pf(f[[1]], f[[2]], f[[3]], lower.tail = FALSE),
    as.numeric(logLik(m)), AIC(m), BIC(m)))))
}
colnames(coefs) <- c("stage", "y", "term", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high", "beta", "vif")
colnames(fits) <- c("stage", "y", "n", "missing", "rank", "df", "df_residual", "r_squared", "adj_r_squared", "sigma",
  "f_statistic", "f_p_value", "log_lik", "aic", "bic")
write.csv(coefs, "coef.csv", row.names = FALSE, quote = FALSE)
write.csv(fits, "fit.csv", row.names = FALSE, quote = FALSE)
