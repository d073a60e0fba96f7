# within.R - correlation within keys by lm with a factor:  Rscript within.R  (R 4.2)
# r is the partial correlation beside the factor of the keys (Bland & Altman, BMJ 310
# (1995) 446 and 633: repeated measures), p that of x in lm(y ~ keys + controls + x).
# spearman: the same of ranks over the n rows.  kendall: S, its pairs and its variance
# summed over keys (Korn, Biometrics 40 (1984) 209-214), S by cor.test's own terms.
# Writes within.csv, within2.csv, NAME.case.csv, and within.cases.
options(digits = 17, warn = 1, contrasts = c("contr.treatment", "contr.poly"))
num <- function(x) ifelse(is.na(x), "", trimws(formatC(x, digits = 17, format = "g")))

set.seed(3)
n <- 240
d <- data.frame(subject = sample(c("s1", "s2", "s10", "ann", "bob", "eve"), n, TRUE), day = sample(1:3, n, TRUE),
  stage = sample(c("early", "mid", "late"), n, TRUE), w = sample(c(0.5, 1, 3), n, TRUE))
u <- setNames(10 * rnorm(6), unique(d$subject))
d$c <- round(rnorm(n) + u[d$subject], 3)
d$x <- round(u[d$subject] + rnorm(n) + 0.3 * d$c, 3)
d$y <- round(-2 * u[d$subject] + 0.4 * d$x + 2 * rnorm(n), 3)
d$z <- round(pmax(-1, rnorm(n)), 1)
d$x[c(4, 90, 91)] <- NA
d$subject[c(10, 77)] <- ""
d$c[c(11, 50)] <- NA
write.csv(d, "within.csv", row.names = FALSE, quote = FALSE, na = "")
# Keys of one row, of two, a group of one key, one of keys that name every row, far means
e <- data.frame(g = rep(c("a", "b", "c", "d"), c(12, 5, 6, 4)),
  k = c(1, 1, 1, 2, 3, 3, 3, 3, 4, 4, 5, 6,  1, 1, 1, 1, 1,  1:6,  7, 7, 8, 8))
e$x <- 1e6 * e$k + round(rnorm(nrow(e)), 4)
e$y <- round(rnorm(nrow(e)) + e$x - 1e6 * e$k, 4) - 1e5 * e$k
write.csv(e, "within2.csv", row.names = FALSE, quote = FALSE)

tau <- function(x, y, f) {
  s <- px <- py <- v <- 0
  keys <- split(seq_along(x), f)
  for (i in keys) {
    a <- x[i]; b <- y[i]; m <- length(i)
    if (m < 2) next
    s <- s + sum(sign(outer(a, a, "-")) * sign(outer(b, b, "-"))) / 2
    t <- table(a); u <- table(b)
    px <- px + m * (m - 1) / 2 - sum(t * (t - 1) / 2)
    py <- py + m * (m - 1) / 2 - sum(u * (u - 1) / 2)
    v <- v + (m * (m - 1) * (2 * m + 5) - sum(t * (t - 1) * (2 * t + 5)) - sum(u * (u - 1) * (2 * u + 5))) / 18 +
      sum(t * (t - 1)) * sum(u * (u - 1)) / (2 * m * (m - 1)) +
      (if (m > 2) sum(t * (t - 1) * (t - 2)) * sum(u * (u - 1) * (u - 2)) / (9 * m * (m - 1) * (m - 2)) else 0)
  }
  c(s / sqrt(px * py), 2 * pnorm(-abs(s) / sqrt(v)))
}

one <- function(d, y, x, method, keys, controls, weights, semi) {
  ok <- complete.cases(d[c(x, y, controls, if (weights) "w")]) & apply(d[keys] != "", 1, all)
  e <- d[ok, ]
  f <- interaction(e[keys], drop = TRUE)
  n <- nrow(e); G <- nlevels(f)
  out <- c(n, nrow(d) - n, NA, NA, NA, NA)
  df <- n - 1 - G - length(controls)
  if (df < 0) return(out)
  if (method == "kendall") { out[c(3, 6)] <- tau(e[[x]], e[[y]], f); return(out) }
  v <- data.frame(.x = e[[x]], .y = e[[y]], e[controls])
  if (method == "spearman") v <- as.data.frame(lapply(v, rank))
  w <- if (weights) e$w else rep(1, n)
  # far means would cost lm its digits: taken out first, which changes nothing
  for (i in names(v)) for (l in levels(f)) v[[i]][f == l] <- v[[i]][f == l] - weighted.mean(v[[i]][f == l], w[f == l])
  ex <- resid(lm(.x ~ ., cbind(v[setdiff(names(v), ".y")], f = if (G > 1) f else 0), weights = w))
  ey <- if (semi) v$.y else resid(lm(.y ~ ., cbind(v[setdiff(names(v), ".x")], f = if (G > 1) f else 0), weights = w))
  r <- sum(w * ex * ey) / sqrt(sum(w * ex^2) * sum(w * ey^2))
  out[3] <- r
  if (method == "pearson" && df - 1 > 0) out[4:5] <- tanh(atanh(r) + c(-1, 1) * qnorm(0.975) / sqrt(df - 1))
  if (df > 0) out[6] <- if (semi) 2 * pt(-abs(r) * sqrt(df / (1 - r^2)), df) else
    summary(lm(.y ~ ., cbind(v, f = if (G > 1) f else 0), weights = w))$coefficients[".x", 4]
  out
}

cases <- NULL
case <- function(name, table, d, y, x, keys, g = NULL, methods = "pearson", controls = NULL, weights = FALSE, semi = FALSE,
    groups = NULL) {
  rows <- NULL
  for (k in c("all", groups)) for (yy in y) for (xx in x) for (m in methods) {
    v <- one(if (k == "all") d else d[d[[g]] == k, ], yy, xx, m, keys, controls, weights, semi)
    rows <- rbind(rows, data.frame(g = k, y = yy, x = xx, method = m, n = v[1], missing = v[2], r = v[3], ci_low = v[4],
      ci_high = v[5], p = v[6], q = NA))
  }
  rows$q <- ave(rows$p, rows$g, rows$y, rows$method, FUN = function(p) p.adjust(p, "BH"))
  for (f in c("r", "ci_low", "ci_high", "p", "q")) rows[[f]] <- num(rows[[f]])
  if (is.null(g)) rows$g <- NULL else names(rows)[1] <- g
  write.csv(rows, paste0(name, ".case.csv"), row.names = FALSE, quote = FALSE)
  j <- function(o, v) if (length(v)) paste(o, paste(v, collapse = ","))
  cases <<- rbind(cases, data.frame(name, paste(c(j("-y", y), j("-x", x), if (is.null(g)) "-g ''" else j("-g", g), j("-m", methods),
    j("-c", controls), if (weights) "-w w", if (semi) "--semi", j("--within", keys)), collapse = " "), table))
}

all3 <- c("pearson", "spearman", "kendall")
case("within", "within", d, c("y", "z"), c("x", "c"), "subject", methods = all3)
case("within-groups", "within", d, "y", c("x", "z"), c("subject", "day"), "stage", all3, groups = c("early", "mid", "late"))
case("within-control", "within", d, c("y", "z"), "x", "subject", "stage", c("pearson", "spearman"), controls = "c",
  groups = c("early", "mid", "late"))
case("within-semi", "within", d, "y", c("x", "z"), "subject", methods = c("pearson", "spearman"), controls = "c", semi = TRUE)
case("within-weights", "within", d, "y", c("x", "z"), "subject", "stage", weights = TRUE, groups = c("early", "mid", "late"))
case("within-held", "within", d, "y", c("x", "z"), "subject", weights = TRUE, controls = "c")
case("within-few", "within2", e, "y", "x", "k", "g", groups = c("a", "b", "c", "d"))
write.table(cases, "within.cases", sep = "\t", quote = FALSE, row.names = FALSE, col.names = FALSE)
