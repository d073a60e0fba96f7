# gen.R - what R makes of model formulas:  Rscript gen.R  (R 4.2, base alone).
# Writes data.csv; for each formula NAME.coef.csv and NAME.fit.csv, from lm on
# model.matrix's columns, and cases.txt, a formula a line behind its name.
#
# Terms are named in hg-regress's spelling: a level behind an =, powers of poly
# without raw = TRUE.  Columns of zeros, combinations that no row has, are left
# out.  beta and vif are of the columns of model.matrix, so that they check these.
options(digits = 17, warn = 1, contrasts = c("contr.treatment", "contr.poly"))
num <- function(x) ifelse(is.finite(x), trimws(formatC(x, digits = 17, format = "g")), "")
out <- function(d, name) {
  if (!is.null(d$term)) d$term <- ifelse(grepl(",", d$term), paste0("\"", d$term, "\""), d$term)
  write.csv(d, name, row.names = FALSE, quote = FALSE, na = "")
}

set.seed(11)
n <- 90
d <- data.frame(
  a = sample(c("early", "mid", "late"), n, TRUE),
  b = sample(c("p", "q"), n, TRUE),
  k = sample(0:3, n, TRUE),
  x = round(rnorm(n, 2, 1.5), 4),
  z = round(rexp(n, 0.4), 4),
  "odd name" = round(runif(n, 1, 9), 4),
  w = sample(1:4, n, TRUE), check.names = FALSE)
d$b[d$a == "early" & d$k == 2] <- "q"
d$y <- round(with(d, 3 + x - 0.3 * z + (a == "mid") * x + (b == "q") * 0.7 + rnorm(n)), 4)
d$v <- round(exp(0.2 * d$y + rnorm(n, 0, 0.3)), 4)
d$x[c(4, 40)] <- NA
d$z[c(7, 50, 51)] <- c(0, NA, 0)
write.csv(d, "data.csv", row.names = FALSE, quote = FALSE, na = "")
d$a <- factor(d$a, c("early", "mid", "late"))
d$b <- factor(d$b)
# log of 0 is -Inf in R and missing in hg-regress
log <- function(x) { r <- base::log(x); r[is.infinite(r)] <- NA; r }
log10 <- function(x) { r <- base::log10(x); r[is.infinite(r)] <- NA; r }

ours <- function(term) {
  part <- function(s) {
    s <- sub("^(a|b)(early|mid|late|p|q)$", "\\1=\\2", s)
    s <- sub("^factor\\(([^)]*)\\)(.+)$", "\\1=\\2", s)
    sub(", raw = TRUE", "", s)
  }
  sapply(strsplit(term, ":", fixed = TRUE), function(v) paste(part(v), collapse = ":"))
}

one <- function(name, formula, rformula = formula, hide = NULL, weights = NULL) {
  f <- as.formula(rformula)
  d$.w <- if (is.null(weights)) 1 else d[[weights]]
  m <- lm(f, d, weights = .w)
  b <- coef(m); V <- vcov(m, complete = FALSE); df <- m$df.residual
  X <- model.matrix(m); y <- model.response(model.frame(m)); w <- m$weights
  int <- attr(terms(m), "intercept") == 1
  centre <- function(v) if (int) v - sum(w * v) / sum(w) else v
  kept <- !is.na(b)
  se <- t <- p <- lo <- hi <- beta <- vif <- rep(NA, length(b))
  se[kept] <- sqrt(diag(V)); t[kept] <- b[kept] / se[kept]
  p[kept] <- 2 * pt(-abs(t[kept]), df)
  q <- qt(0.975, df); lo[kept] <- b[kept] - q * se[kept]; hi[kept] <- b[kept] + q * se[kept]
  slope <- kept; if (int) slope[1] <- FALSE
  Z <- apply(X, 2, centre) * sqrt(w)
  norms <- sqrt(colSums(Z^2))
  beta[slope] <- b[slope] * norms[slope] / sqrt(sum(w * centre(y)^2))
  if (any(slope)) {
    U <- sweep(Z[, slope, drop = FALSE], 2, norms[slope], "/")
    vif[slope] <- rowSums(backsolve(qr.R(qr(U)), diag(sum(slope)))^2)
  }
  show <- colSums(X != 0) > 0
  if (!is.null(hide)) show <- show & !grepl(hide, names(b))
  out(data.frame(y = deparse(f[[2]]), term = ours(names(b)), estimate = num(b), std_error = num(se), statistic = num(t),
    p_value = num(p), conf_low = num(lo), conf_high = num(hi), beta = num(beta), vif = num(vif))[show, ],
    paste0(name, ".coef.csv"))
  s <- summary(m); F <- s$fstatistic; if (is.null(F)) F <- c(NA, NA, NA)
  out(data.frame(y = deparse(f[[2]]), n = length(y), missing = nrow(d) - length(y), rank = m$rank,
    df = m$rank - int, df_residual = df, r_squared = num(s$r.squared), adj_r_squared = num(s$adj.r.squared),
    sigma = num(s$sigma), f_statistic = num(F[1]), f_p_value = num(pf(F[1], F[2], F[3], lower.tail = FALSE)),
    log_lik = num(logLik(m)), aic = num(AIC(m)), bic = num(BIC(m))), paste0(name, ".fit.csv"))
  cat(name, ":", if (is.null(weights)) "" else paste("-w", weights), ":", formula, "\n", sep = "", file = "cases.txt", append = TRUE)
}

unlink("cases.txt")
one("f01", "y ~ x")
one("f02", "y ~ x + z")
one("f03", "y ~ log(z) + sqrt(z) + exp(x) + abs(x)")
one("f04", "y ~ log10(z)")
one("f05", "y ~ a")
one("f06", "y ~ a - 1")
one("f07", "y ~ 0 + x + a + b")
one("f08", "y ~ a*b")
one("f09", "y ~ a + a:b")
one("f10", "y ~ a:b")
one("f11", "y ~ a:b - 1")
one("f12", "y ~ b:a + x")
one("f13", "y ~ x*a")
one("f14", "y ~ a*x - x")
one("f15", "y ~ x:a")
one("f16", "y ~ a:x - 1")
one("f17", "y ~ x + x:a")
one("f18", "y ~ x:z")
one("f19", "y ~ x*z*a")
one("f20", "y ~ (x + a + b)^2")
one("f21", "y ~ (x + a + b)^3 - x:a:b - a:b")
one("f22", "y ~ poly(x, 3, raw = TRUE)")
one("f23", "y ~ poly(x, 2, raw = TRUE)*a")
one("f24", "y ~ b:poly(x, 2, raw = TRUE)")
one("f25", "y ~ I(x^2) + x + I(x^3):b")
one("f26", "y ~ factor(k)*b")
one("f27", "y ~ factor(k) + factor(k):a + x")
one("f28", "log(v) ~ a + poly(log(z), 2, raw = TRUE)")
one("f29", "y ~ `odd name` + log(`odd name`):a")
one("f30", "y ~ (a + b)*(x + z) - a:z")
one("f31", "y ~ 1")
one("f32", "y ~ a*b*x", weights = "w")
one("f33", "y ~ x + a | k", "y ~ factor(k) + x + a", hide = "Intercept|^factor.k.")
one("f34", "y ~ x*a | k + b", "y ~ factor(k) + b + x*a", hide = "Intercept|^factor.k.|^b")
one("f35", "y ~ x:a | k^b", "y ~ factor(k):b + x:a", hide = "Intercept|^factor.k.")
one("f36", "y ~ a + b + x + 0 - b + b:x + 1")
one("f37", "y ~ -1 + x:z + a:b:x")
one("f38", "y ~ a:b:factor(k)", weights = "w")
one("f39", "y ~ z:x + x - 1 + z:a - z:a")
one("f40", "log10(v) ~ (a*x*z)^2 - a:x:z + sqrt(abs(x)):b - x")
