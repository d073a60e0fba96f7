# gen.R - what R makes of keys of many levels:  Rscript gen.R  (R 4.2, base, and
# clubSandwich 0.5.8 for CR2; two minutes).  lm with a column for each level; hg-regress takes
# their means out.  Writes data.csv and pairs.csv; NAME.coef.csv, NAME.fit.csv (but for the condition),
# NAME.hc1.csv, NAME.hc3.csv (of pairs.csv), NAME.rows.csv (of some), NAME.drop1.csv, and with clusters NAME.cluster.csv
# and NAME.cr2.csv; and cases.txt, the options and the formula behind each NAME.
options(digits = 17, warn = 1)
num <- function(x) ifelse(is.finite(x), trimws(formatC(x, digits = 17, format = "g")), "")
out <- function(d, name) write.csv(d, name, row.names = FALSE, quote = FALSE, na = "")

set.seed(43)
n <- 2400
k <- c(sample(560, n - 30, TRUE), 560 + 1:30)   # the last ones have one row each
d <- data.frame(k = sprintf("k%03d", k), b = sample(c("p", "q", "r"), n, TRUE), c = sprintf("c%d", k %% 12),
  x = round(rnorm(n) + k / 200, 4), z = round(rexp(n), 4), v = k %% 7, w = sample(c(0.5, 1, 2.5), n, TRUE))
d$y <- round(with(cbind(d, .k = k), 10 + 0.8 * x - 0.3 * z + .k / 90 + (b == "q") * (0.4 + 0.3 * z) + rnorm(n) * (1 + 0.2 * (.k %% 12))), 4)
d$x[sample(n, 20)] <- NA
write.csv(d, "data.csv", row.names = FALSE, quote = FALSE, na = "")
# where no row decides its own fitted value
ok <- complete.cases(d)
pairs <- d[d$k %in% names(which(table(d$k[ok]) > 1)), ]
write.csv(pairs, "pairs.csv", row.names = FALSE, quote = FALSE, na = "")

# B: C = B B' with X sqrt(w) = Q B^-1
parts <- function(m) {
  kept <- !is.na(coef(m))
  w <- if (is.null(weights(m))) rep(1, length(resid(m))) else weights(m)
  D <- qr(model.matrix(m)[, kept] * sqrt(w)); R <- qr.R(D)
  list(kept = kept, w = w, Q = qr.Q(D), B = backsolve(R, diag(nrow(R))), e = resid(m) * sqrt(w))
}

table_of <- function(m, p, se, df, absorbed) {
  b <- coef(m); X <- model.matrix(m); w <- p$w; y <- model.response(model.frame(m))
  centre <- function(v) (v - sum(w * v) / sum(w)) * sqrt(w)
  norms <- sqrt(colSums(apply(X, 2, centre)^2))
  s <- d2 <- vif <- rep(NA, length(b)); s[p$kept] <- se; d2[p$kept] <- df
  vif[p$kept] <- rowSums(p$B^2); vif <- vif * norms^2
  t <- b / s; q <- qt(0.975, d2)
  r <- data.frame(y = "y", term = sub("^b(.)", "b=\\1", sub(":b(.)$", ":b=\\1", names(b))), estimate = num(b), std_error = num(s), statistic = num(t),
    p_value = num(2 * pt(-abs(t), d2)), conf_low = num(b - q * s), conf_high = num(b + q * s),
    beta = num(b * norms / sqrt(sum(centre(y)^2))), vif = num(ifelse(is.na(b), NA, vif)))
  list(r = r[!grepl(absorbed, names(b)), ], df = d2[!grepl(absorbed, names(b))])
}

case <- function(name, formula, ours, absorbed, dropped, clusters = FALSE, weighted = FALSE, data = "data") {
  d <- if (data == "data") d else pairs
  d$.w <- if (weighted) d$w else 1
  m <- if (weighted) lm(formula, d, weights = .w) else lm(formula, d)
  used <- complete.cases(d); p <- parts(m); N <- length(p$e); K <- m$rank; df <- m$df.residual
  S <- function(M) sqrt(diag(p$B %*% crossprod(M) %*% t(p$B)))
  h <- rowSums(p$Q^2); sigma <- sqrt(sum(p$e^2) / df)
  out(table_of(m, p, sigma * sqrt(rowSums(p$B^2)), df, absorbed)$r, paste0(name, ".coef.csv"))
  if (max(h) < 1 - 1e-9) out(table_of(m, p, S(p$Q * p$e / (1 - h)), df, absorbed)$r, paste0(name, ".hc3.csv"))
  out(table_of(m, p, sqrt(N / df) * S(p$Q * p$e), df, absorbed)$r, paste0(name, ".hc1.csv"))
  s <- summary(m); f <- s$fstatistic
  out(data.frame(y = "y", n = N, missing = nrow(d) - N, rank = K, df = K - 1, df_residual = df, r_squared = num(s$r.squared),
    adj_r_squared = num(s$adj.r.squared), sigma = num(s$sigma), f_statistic = num(f[1]),
    f_p_value = num(pf(f[1], f[2], f[3], lower.tail = FALSE)), log_lik = num(as.numeric(logLik(m))), aic = num(AIC(m)), bic = num(BIC(m))),
    paste0(name, ".fit.csv"))
  rows <- data.frame(fitted = rep(NA_real_, nrow(d)), residual = NA_real_, hat = NA_real_, std_residual = NA_real_, cooks_d = NA_real_)
  one <- h > 1 - 1e-9; e <- p$e; e[one] <- 0
  rows[used, ] <- cbind(model.response(model.frame(m)) - e / sqrt(p$w), e / sqrt(p$w), ifelse(one, 1, h), ifelse(one, NA, e / (sigma * sqrt(1 - h))),
    ifelse(one, NA, (e / (sigma * (1 - h)))^2 * h / K))
  if (weighted || length(dropped) > 3) out(as.data.frame(lapply(rows, num)), paste0(name, ".rows.csv"))
  r <- NULL
  for (x in setdiff(names(dropped), setdiff(labels(m), drop.scope(m)))) {     # not what is part of an interaction
    m0 <- if (weighted) lm(as.formula(dropped[[x]]), d[used, ], weights = .w) else lm(as.formula(dropped[[x]]), d[used, ])
    a <- anova(m0, m)
    r <- rbind(r, data.frame(y = "y", test = x, df1 = a$Df[2], df2 = df, f_statistic = num(a$F[2]), p_value = num(a$`Pr(>F)`[2])))
  }
  out(r, paste0(name, ".drop1.csv"))
  if (clusters) {
    c <- factor(d$c[used]); G <- nlevels(c)
    t <- table_of(m, p, sqrt(G / (G - 1) * (N - 1) / df) * S(rowsum(p$Q * p$e, c)), G - 1, absorbed)
    out(cbind(t$r, df = num(t$df), clusters = G), paste0(name, ".cluster.csv"))
    # clubSandwich's, of orthonormal columns
    l <- lm(e ~ 0 + Q, list(e = model.response(model.frame(m)) * sqrt(p$w), Q = p$Q))
    V <- clubSandwich::vcovCR(l, cluster = c, type = "CR2")
    show <- which(!grepl(absorbed, names(coef(m)[p$kept])))
    df2 <- rep(NA, K); df2[show] <- clubSandwich::linear_contrast(l, V, contrasts = p$B[show, , drop = FALSE], test = "Satterthwaite")$df
    t <- table_of(m, p, sqrt(rowSums((p$B %*% matrix(V, K)) * p$B)), df2, absorbed)
    out(cbind(t$r, df = num(t$df), clusters = G), paste0(name, ".cr2.csv"))
  }
  cat(name, ":", data, ".csv", if (weighted) " -w w", ":", ours, "\n", sep = "", file = "cases.txt", append = TRUE)
}

unlink("cases.txt")
key <- "^.Intercept|^k"
case("one", y ~ k + x + z, "y ~ x + z | k", key, list(k = "y ~ x + z", x = "y ~ k + z", z = "y ~ k + x"), clusters = TRUE)
case("weights", y ~ k + x + z, "y ~ x + z | k", key, list(k = "y ~ x + z", x = "y ~ k + z", z = "y ~ k + x"), clusters = TRUE, weighted = TRUE)
case("pairs", y ~ k + x + z, "y ~ x + z | k", key, list(k = "y ~ x + z", x = "y ~ k + z", z = "y ~ k + x"), clusters = TRUE, data = "pairs")
case("factor", y ~ k + x + b + z:b, "y ~ x + b + z:b | k", key, list(k = "y ~ x + b + z:b", x = "y ~ k + b + z:b", b = "y ~ k + x + z:b",
  "b:z" = "y ~ k + x + b"))
case("two", y ~ b + k + x + z, "y ~ x + z | b + k", "^.Intercept|^k|^b", list(b = "y ~ k + x + z", k = "y ~ b + x + z", x = "y ~ k + b + z", z = "y ~ k + b + x"))
