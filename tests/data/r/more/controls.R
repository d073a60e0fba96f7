# controls.R - partial correlations beside names and powers, by lm:  Rscript controls.R  (R 4.2)
# r is that of resid(lm(x ~ factors + numbers + powers)) and the same of y, or with semi of y
# itself; p by t with n - 2 - (rank - 1) degrees of freedom, the rank being lm's.
# spearman: ranks over the n rows in the place of numbers.  within: an interaction more.
# Writes controls.csv, NAME.case.csv, and controls.cases.
options(digits = 17, warn = 1, contrasts = c("contr.treatment", "contr.poly"))
num <- function(x) ifelse(is.na(x), "", trimws(formatC(x, digits = 17, format = "g")))

set.seed(11)
n <- 160
d <- data.frame(g = rep(c("a", "b", "c", "d"), c(60, 50, 42, 8)), f = sample(c("mid", "l2", "l10", "late"), n, TRUE),
  h = sample(c("p", "q", "r", "s", "t"), n, TRUE), k = sample(c(3, 7, 11), n, TRUE), w = sample(c(0.25, 1, 4), n, TRUE))
d$f[d$g == "b" & d$f == "l2"] <- "mid"          # a group without a level
d$f[n] <- "last"                                # a level of the last row alone
d$same <- toupper(d$f)                          # names that say the same
d$u <- round(runif(n, -3, 3), 2)
d$v <- round(rnorm(n) + match(d$h, letters) / 8, 3)
d$x <- round(0.5 * d$u + match(d$f, c("mid", "l2", "l10", "late", "last")) + rnorm(n), 3)
d$z <- round(100 + rnorm(n) + d$k, 1)
d$y <- round(0.3 * d$x - 0.4 * d$u^2 + match(d$h, letters) / 3 + rnorm(n), 3)
d$x[c(5, 70)] <- NA
d$u[c(6, 99)] <- NA
d$h[c(7, 111)] <- ""
write.csv(d, "controls.csv", row.names = FALSE, quote = FALSE, na = "")

one <- function(d, y, x, all, method, names, numbers, powers, within, weights, semi) {
  e <- d[complete.cases(d[c(x, y, all, numbers, names(powers), if (weights) "w")]) & apply(d[c(names, within)] != "", 1, all), ]
  n <- nrow(e)
  out <- c(n, nrow(d) - n, NA, NA, NA, NA)
  use <- function(v) if (method == "spearman") rank(v) else v
  m <- data.frame(one = rep(1, n))
  for (i in numbers) m[[i]] <- use(e[[i]])
  for (i in names(powers)) for (p in seq_len(powers[[i]])) m[[paste0(i, p)]] <- e[[i]]^p
  X <- as.matrix(m)
  for (i in names) X <- cbind(X, outer(as.character(e[[i]]), unique(as.character(e[[i]])), "=="))
  f <- do.call(paste, c(list(rep("", n)), unname(e[within]), sep = "|"))
  Z <- cbind(1, outer(f, unique(f), "=="))
  X <- cbind(X, Z)
  w <- if (weights) e$w else rep(1, n)
  fit <- lm.wfit(X, use(e[[x]]), w)
  ex <- fit$residuals
  ey <- lm.wfit(if (semi) Z else X, use(e[[y]]), w)$residuals
  df <- n - 1 - fit$rank
  if (df < 0 || sqrt(sum(w * ex^2)) < 1e-9 * sqrt(sum(w * e[[x]]^2))) return(out)
  r <- if (df == 0) sign(sum(w * ex * ey)) else sum(w * ex * ey) / sqrt(sum(w * ex^2) * sum(w * ey^2))
  out[3] <- r
  if (method == "pearson" && df > 1) out[4:5] <- tanh(atanh(r) + c(-1, 1) * qnorm(0.975) / sqrt(df - 1))
  if (df > 0) out[6] <- 2 * pt(-abs(r) * sqrt(df / (1 - r^2)), df)
  out
}

cases <- NULL
case <- function(name, y, x, names = NULL, numbers = NULL, powers = list(), within = NULL, methods = "pearson", groups = TRUE,
    weights = FALSE, semi = FALSE, complete = FALSE, plain = names) {
  rows <- NULL
  for (k in c("all", if (groups) c("a", "b", "c", "d"))) for (yy in y) for (xx in x) for (m in methods) {
    v <- one(if (k == "all") d else d[d$g == k, ], yy, xx, if (complete) c(x, y), m, names, numbers, powers, within, weights, semi)
    rows <- rbind(rows, data.frame(g = k, y = yy, x = xx, method = m, n = v[1], missing = v[2], r = v[3], ci_low = v[4],
      ci_high = v[5], p = v[6], q = NA))
  }
  rows$q <- ave(rows$p, rows$g, rows$y, rows$method, FUN = function(p) p.adjust(p, "BH"))
  for (f in c("r", "ci_low", "ci_high", "p", "q")) rows[[f]] <- num(rows[[f]])
  if (!groups) rows$g <- NULL
  write.csv(rows, paste0(name, ".case.csv"), row.names = FALSE, quote = FALSE)
  j <- function(o, v) if (length(v)) paste(o, paste(v, collapse = ","))
  cases <<- rbind(cases, data.frame(name, paste(na.omit(c(j("-y", y), j("-x", x), if (groups) "-g g" else "-g ''", j("-m", methods),
    j("-c", c(plain, numbers)), sprintf("--factor %s", setdiff(names, plain)),
    if (length(powers)) sprintf("--poly %s:%d", names(powers), as.integer(unlist(powers))),
    if (weights) "-w w", if (semi) "--semi", if (complete) "--complete", j("--within", within))), collapse = " "), "controls"))
}

both <- c("pearson", "spearman")
case("controls-name", "y", c("x", "z", "v"), "f", methods = both)
case("controls-names", c("y", "v"), c("x", "z"), c("f", "h"), methods = both)
case("controls-mixed", "y", c("x", "z"), c("h", "k"), c("u", "v"), methods = both, plain = "h")
case("controls-semi", "y", c("x", "z"), c("f", "h"), "u", methods = both, semi = TRUE)
case("controls-semi-name", "y", c("x", "z"), "f", methods = both, semi = TRUE)
case("controls-powers", "y", c("x", "z"), "f", "v", list(u = 3), groups = FALSE)
case("controls-power", "y", c("x", "z"), powers = list(u = 2), semi = TRUE)
case("controls-weights", c("y", "z"), c("x", "v"), c("f", "h"), "u", weights = TRUE)
case("controls-complete", c("y", "z"), c("x", "v"), c("f", "h"), "u", weights = TRUE, complete = TRUE)
case("controls-within", "y", c("x", "z"), "h", "u", within = "f", methods = both)
case("controls-within-semi", "y", c("x", "z"), c("h", "k"), within = c("f", "g"), groups = FALSE, semi = TRUE, plain = "h")
case("controls-same", "y", c("x", "z"), c("f", "same", "h"), "u", list(v = 2))
write.table(cases, "controls.cases", sep = "\t", quote = FALSE, row.names = FALSE, col.names = FALSE)
