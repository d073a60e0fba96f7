# pool.R - correlations pooled over models by metafor:  Rscript pool.R  (R 4.2, metafor 3.8)
# rma(method = "REML", test = "knha") of Fisher's z; the prediction interval by its formula
# (t with k - 2 degrees of freedom: Higgins, Thompson & Spiegelhalter, JRSS A 172 (2009)
# 137-159, section 4; Riley, Higgins & Deeks, BMJ 342 (2011) d549).
# Writes pool.csv, NAME.case.csv, and pool.cases.
suppressMessages(library(metafor))
options(digits = 17, warn = 1)
num <- function(x) ifelse(is.na(x), "", trimws(formatC(x, digits = 17, format = "g")))

set.seed(29)
models <- paste0("m", 1:9)
d <- NULL
for (i in seq_along(models)) for (s in c("early", "mid", "late")) {
  n <- if (i == 9) 3 else if (i == 8 && s != "late") next else sample(8:40, 1)
  b <- if (s == "early") 0.8 else if (s == "mid") 0.5 + 0.7 * sin(3 * i) else 0
  x <- rnorm(n); y <- b * x + rnorm(n)
  d <- rbind(d, data.frame(model = models[i], stage = s, head = seq_len(n), x = round(x, 4), y = round(y, 4), z = round(rnorm(n) + 0.2 * y, 4),
    c = round(rnorm(n) + 0.5 * x, 4)))
}
d$z[d$model == "m3"] <- NA
d$y[d$model == "m4"][1:4] <- NA
# stages of one and of two models
d <- rbind(d, data.frame(model = "m1", stage = "s1", head = 1:6, x = c(1, 4, 2, 3, 6, 5), y = c(2, 1, 3, 5, 4, 7), z = 0, c = c(1, 1, 2, 9, 1, 4)))
d <- rbind(d, data.frame(model = rep(c("m1", "m2"), c(6, 7)), stage = "s2", head = c(1:6, 1:7), x = c(1, 4, 2, 3, 6, 5, 1, 3, 2, 7, 5, 5, 4),
  y = c(2, 1, 3, 5, 4, 7, 4, 2, 6, 1, 3, 2, 2), z = c(1, 0, 1, 0, 0, 1, 2, 5, 1, 1, 2, 1, 0), c = c(1, 1, 2, 9, 1, 4, 1, 1, 3, 2, 1, 2, 7)))
write.csv(d, "pool.csv", row.names = FALSE, quote = FALSE, na = "")

one <- function(e, y, x, controls) {
  ok <- complete.cases(e[c(y, x, controls)]); e <- e[ok, ]
  n <- nrow(e); k <- length(controls)
  v <- c(n, sum(!ok), NA, NA, NA, NA)
  if (n < 2 + k || length(unique(e[[x]])) < 2) return(v)
  f <- function(i) resid(lm(e[[i]] ~ ., cbind(one = 1, e[controls])))
  r <- if (n == 2 + k) sign(cor(f(x), f(y))) else cor(f(x), f(y))
  v[3] <- r
  df <- n - 2 - k
  if (df > 1) v[4:5] <- tanh(atanh(r) + c(-1, 1) * qnorm(0.975) / sqrt(df - 1))
  if (df > 0) v[6] <- 2 * pt(-abs(r) * sqrt(df / (1 - r^2)), df)
  v
}

pooled <- function(parts, controls) {
  n <- sapply(parts, `[`, 1); miss <- sapply(parts, `[`, 2); r <- sapply(parts, `[`, 3)
  ok <- !is.na(r) & n - 3 - length(controls) > 0
  v <- c(n = sum(n[ok]), missing = sum(miss[ok]) + sum((n + miss)[!ok]), r = NA, lo = NA, hi = NA, p = NA, q = NA,
    k = sum(ok), tau2 = NA, i2 = NA, Q = NA, qp = NA, pl = NA, ph = NA)
  z <- atanh(r[ok]); s <- 1 / (n[ok] - 3 - length(controls)); k <- sum(ok)
  if (k == 1) v["r"] <- r[ok]
  if (k < 2) return(v)
  # its scoring ends near 0, not at 0
  m <- rma(z, s, method = "REML", test = "knha", control = list(threshold = 1e-15, maxiter = 100000))
  if (m$tau2 < 1e-12) m <- rma(z, s, method = "REML", test = "knha", tau2 = 0)
  v[c("r", "lo", "hi")] <- tanh(c(m$b, m$ci.lb, m$ci.ub))
  v["p"] <- m$pval
  v[c("tau2", "i2", "Q", "qp")] <- c(m$tau2, m$tau2 / (m$tau2 + (k - 1) * sum(1 / s) / (sum(1 / s)^2 - sum(1 / s^2))), m$QE, pchisq(m$QE, k - 1, lower.tail = FALSE))
  if (k > 2) v[c("pl", "ph")] <- tanh(m$b[1] + c(-1, 1) * qt(0.975, k - 2) * sqrt(m$tau2 + m$se^2))
  v
}

cases <- NULL
case <- function(name, keys, y, x, controls = NULL, family = "block") {
  stages <- c("early", "mid", "late", "s1", "s2")
  groups <- if ("stage" %in% keys) merge(data.frame(stage = stages), data.frame(model = models)) else data.frame(model = models)
  groups <- groups[apply(groups, 1, function(g) any(apply(sapply(keys, function(k) d[[k]] == g[[k]]), 1, all))), , drop = FALSE]
  o <- lapply(keys, function(k) match(groups[[k]], if (k == "stage") stages else models))
  groups <- groups[do.call(order, o), keys, drop = FALSE]
  rows <- NULL
  part <- function(g) { ok <- rep(TRUE, nrow(d)); for (k in keys) ok <- ok & d[[k]] == g[[k]]; d[ok, ] }
  add <- function(key, yy, xx, v) rows <<- rbind(rows, data.frame(t(unlist(key)), y = yy, x = xx, method = "pearson", n = v[1], missing = v[2],
    r = v[3], ci_low = v[4], ci_high = v[5], p = v[6], q = NA, k = v[8], tau2 = v[9], i2 = v[10], q_stat = v[11], q_p = v[12],
    pred_low = v[13], pred_high = v[14]))
  every <- function(key, e) for (yy in y) for (xx in x) add(key, yy, xx, c(one(e, yy, xx, controls), rep(NA, 8)))
  every(setNames(rep("all", length(keys)), keys), d)
  for (i in seq_len(nrow(groups))) every(groups[i, , drop = FALSE], part(groups[i, , drop = FALSE]))
  sets <- unique(groups[setdiff(keys, "model")])
  for (s in seq_len(max(1, nrow(sets)))) for (yy in y) for (xx in x) {
    g <- if (ncol(sets)) groups[groups$stage == sets$stage[s], , drop = FALSE] else groups
    v <- pooled(lapply(seq_len(nrow(g)), function(i) one(part(g[i, , drop = FALSE]), yy, xx, controls)), controls)
    key <- g[1, , drop = FALSE]; key$model <- "pooled"
    add(key, yy, xx, v)
  }
  block <- if (family == "all") rep(1, nrow(rows)) else paste(do.call(paste, rows[keys]), rows$y)
  rows$q <- ave(rows$p, block, FUN = function(p) p.adjust(p, "BH"))
  for (f in c("r", "ci_low", "ci_high", "p", "q", "k", "tau2", "i2", "q_stat", "q_p", "pred_low", "pred_high")) rows[[f]] <- num(rows[[f]])
  write.csv(rows, paste0(name, ".case.csv"), row.names = FALSE, quote = FALSE)
  cases <<- rbind(cases, data.frame(name, paste("-g", paste(keys, collapse = ","), "-y", paste(y, collapse = ","), "-x", paste(x, collapse = ","),
    if (length(controls)) paste("-c", paste(controls, collapse = ",")), "--pool model --family", family), "pool"))
}
case("pool", "model", "y", c("x", "z"))
case("pool-stages", c("stage", "model"), "y", c("x", "z"), family = "all")
case("pool-control", c("model", "stage"), c("y", "z"), "x", controls = "c")
write.table(cases, "pool.cases", sep = "\t", quote = FALSE, row.names = FALSE, col.names = FALSE)
