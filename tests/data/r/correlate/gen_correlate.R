# gen_correlate.R - what R makes of these tables:  Rscript gen_correlate.R  (R 4.2)
# Writes the tables (data sets of R, and made ones), for each case NAME.csv, the
# table that hg-correlate should print, and the list of cases, "cases":
# NAME, options, table, apart by tabs.
#   pearson    cor.test; with weights cov.wt, p and interval by their formulas
#   spearman   cor.test(method = "spearman", exact = FALSE)
#   kendall    cor.test(method = "kendall")
#   controls   r from residuals of lm, p that of x in lm(y ~ x + controls); of
#              --semi from its r by t with the same df; interval by its formula
#   q          p.adjust(p, "BH") within group, y, method
# Where R stops (too few rows, a constant) the fields are empty.
options(digits = 17, warn = 1, contrasts = c("contr.treatment", "contr.poly"))
num <- function(x) ifelse(is.na(x), "", trimws(formatC(x, digits = 17, format = "g")))

data <- list()
data$airquality <- airquality
data$mtcars <- mtcars
data$iris <- setNames(iris, c("sl", "sw", "pl", "pw", "species"))
data$swiss <- setNames(swiss, tolower(names(swiss)))
data$swiss$w <- rep(c(1, 2.5, 0, 0.125, 7, 3), length.out = nrow(swiss))
data$swiss$twice <- 2 * data$swiss$education - 3
data$attitude <- attitude
data$longley <- setNames(longley, c("deflator", "gnp", "unemployed", "armed", "population", "year", "employed"))
data$anscombe <- anscombe
data$stackloss <- setNames(stackloss, c("air", "water", "acid", "loss"))
data$rock <- rock
set.seed(5)
n <- c(2:10, 12, 20, 33, 48, 49, 50, 51, 60)
data$sizes <- do.call(rbind, lapply(n, function(m) {
  x <- round(rnorm(m), 6)
  data.frame(size = m, x = x, y = round(0.3 * x + rnorm(m), 6), z = round(-0.2 * x^3 + rnorm(m), 6))
}))
data$ties <- data.frame(g = rep(c("a", "b", "a10", "a2"), c(40, 30, 7, 3)), x = sample(0:4, 80, TRUE),
  y = sample(c(1.5, 2, 8), 80, TRUE), z = round(runif(80), 1), w = rep(1:8, 10))
data$ties$z[c(3, 17, 44, 71)] <- NA
data$ties$y[c(5, 17, 50)] <- NA
data$ties$w[c(1, 20)] <- NA
data$offset <- data.frame(x = 1e9 + sample(1000, 200) / 8, y = 1e7 + sample(1000, 200) / 64, z = 1e-9 * rnorm(200))
data$odd <- data.frame(g = rep(c("one", "two", "three", "four", "flat", "none", "many"), c(1, 2, 3, 4, 5, 6, 9)),
  x = round(rnorm(30), 3), y = round(rnorm(30), 3), c = 7)
data$odd$x[data$odd$g == "flat"] <- 0.1
data$odd$y[data$odd$g == "none"] <- NA
for (d in names(data)) write.csv(data[[d]], paste0(d, ".csv"), row.names = FALSE, quote = FALSE, na = "")

fisher <- function(r, n, k, level) {
  if (is.na(r) || n - 3 - k < 1) return(c(NA, NA))
  tanh(atanh(r) + c(-1, 1) * qnorm((1 + level) / 2) / sqrt(n - 3 - k))
}
t.p <- function(r, df) if (is.na(r) || df < 1) NA else 2 * pt(-abs(r * sqrt(df / (1 - r^2))), df)
constant <- function(v) length(v) < 2 || all(v == v[1])

# One row: n, r, interval, p; d has x, y, w and the controls
one <- function(d, method, controls, semi, weights, level) {
  x <- d$.x; y <- d$.y; n <- nrow(d)
  none <- c(n, NA, NA, NA, NA)
  if (constant(x) || constant(y)) return(none)
  if (method == "kendall") {
    t <- suppressWarnings(cor.test(x, y, method = "kendall"))
    return(c(n, t$estimate, NA, NA, t$p.value))
  }
  if (length(controls)) {
    z <- d[controls]
    if (method == "spearman") {
      x <- rank(x); y <- rank(y); z <- as.data.frame(lapply(z, rank))
    }
    x <- x - mean(x); y <- y - mean(y)          # lm is the better for it
    w <- if (weights) d$.w else rep(1, n)
    f <- function(v) lm(v ~ ., data = cbind(v = v, z), weights = w)
    k <- f(x)$rank - 1
    ex <- resid(f(x)); ey <- if (semi) y else resid(f(y))
    r <- cov.wt(cbind(ex, ey), w / sum(w), cor = TRUE)$cor[1, 2]
    p <- if (semi || n - 2 - k < 1) t.p(r, n - 2 - k) else {
      m <- lm(v ~ ., data = cbind(v = y, z, x = x), weights = w)
      summary(m)$coefficients["x", 4]
    }
    return(c(n, r, if (method == "pearson") fisher(r, n, k, level) else c(NA, NA), p))
  }
  if (method == "spearman") {
    r <- cor(rank(x), rank(y))
    p <- if (n > 2) cor.test(x, y, method = "spearman", exact = FALSE)$p.value else NA
    return(c(n, r, NA, NA, p))
  }
  if (weights) {
    r <- cov.wt(cbind(x, y), d$.w / sum(d$.w), cor = TRUE)$cor[1, 2]
    return(c(n, r, fisher(r, n, 0, level), t.p(r, n - 2)))
  }
  if (n == 2) return(c(n, sign(cor(x, y)), NA, NA, NA))
  t <- cor.test(x, y, conf.level = level)
  c(n, t$estimate, if (n > 3) t$conf.int else c(NA, NA), t$p.value)
}

cases <- NULL
groups.of <- function(d, keys) {
  if (!length(keys)) return(list(list(key = character(0), d = d)))
  g <- list(list(key = setNames(rep("all", length(keys)), keys), d = d))
  combos <- unique(d[keys])
  version <- function(v) if (is.numeric(v)) v else match(v, c("a", "a2", "a10", "b", "flat", "four", "many",
    "none", "one", "three", "two", "setosa", "versicolor", "virginica"))
  combos <- combos[do.call(order, lapply(combos, version)), , drop = FALSE]
  for (i in seq_len(nrow(combos))) {
    ok <- rep(TRUE, nrow(d))
    for (k in keys) ok <- ok & d[[k]] == combos[i, k]
    g <- c(g, list(list(key = sapply(combos[i, , drop = FALSE], as.character), d = d[ok, ])))
  }
  g
}

case <- function(name, table, y, x, g = NULL, method = "pearson", c = NULL, w = NULL, semi = FALSE,
    complete = FALSE, level = 0.95) {
  d <- data[[table]]
  rows <- NULL
  if (!is.null(w)) d <- d[is.na(d[[w]]) | d[[w]] != 0, ]
  for (grp in groups.of(d, g)) for (yy in y) {
    part <- NULL
    for (xx in x) for (m in method) {
      e <- grp$d
      e$.x <- e[[xx]]; e$.y <- e[[yy]]
      e$.w <- if (is.null(w)) 1 else e[[w]]
      need <- c(".x", ".y", ".w", c, if (complete) base::c(x, y))
      ok <- complete.cases(e[need])
      v <- one(e[ok, ], m, c, semi, !is.null(w), level)
      part <- rbind(part, data.frame(t(grp$key), y = yy, x = xx, method = m, n = v[1], missing = sum(!ok), r = v[2],
        ci_low = v[3], ci_high = v[4], p = v[5], q = NA))
    }
    for (m in method) part$q[part$method == m] <- p.adjust(part$p[part$method == m], "BH")
    rows <- rbind(rows, part)
  }
  for (f in base::c("r", "ci_low", "ci_high", "p", "q")) rows[[f]] <- num(rows[[f]])
  write.csv(rows, paste0(name, ".case.csv"), row.names = FALSE, quote = FALSE)
  opt <- function(o, v) if (length(v)) paste0(o, " ", paste(v, collapse = ",")) else NULL
  cases <<- rbind(cases, data.frame(name = name, options = paste(base::c(opt("-y", y), opt("-x", x), if (is.null(g)) "-g ''" else opt("-g", g),
    opt("-m", method), opt("-c", c), opt("-w", w), if (semi) "--semi", if (complete) "--complete",
    if (level != 0.95) paste("--level", level)), collapse = " "), table = table))
}

all3 <- c("pearson", "spearman", "kendall")
case("missing", "airquality", "Ozone", c("Solar.R", "Wind", "Temp"), method = all3)
case("months", "airquality", c("Ozone", "Solar.R"), c("Wind", "Temp"), "Month", all3, complete = TRUE, level = 0.9)
case("keys", "mtcars", "mpg", c("disp", "hp", "wt", "qsec"), c("cyl", "gear"), all3)
case("species", "iris", c("sl", "sw"), c("pl", "pw"), "species", all3, level = 0.99)
case("partial", "swiss", c("fertility", "infant.mortality"), c("agriculture", "examination"),
  c = c("catholic", "education"), method = c("pearson", "spearman"))
case("aliased", "swiss", "fertility", c("agriculture", "examination"), c = c("education", "twice", "catholic"))
case("semi", "swiss", c("fertility", "infant.mortality"), c("agriculture", "examination"), c = c("catholic", "education"),
  method = c("spearman", "pearson"), semi = TRUE)
case("controls", "airquality", c("Ozone", "Solar.R"), "Wind", "Month", c("pearson", "spearman"), c = "Temp")
case("listwise", "airquality", c("Ozone", "Solar.R"), c("Wind", "Day"), "Month", c("pearson", "spearman"), c = "Temp",
  complete = TRUE)
case("weights", "swiss", "fertility", c("agriculture", "examination", "education"), w = "w")
case("weighted", "ties", c("y", "z"), "x", "g", w = "w", level = 0.8)
case("held", "swiss", "fertility", c("agriculture", "examination"), c = c("catholic", "education"), w = "w")
case("sizes", "sizes", "y", c("x", "z"), "size", all3)
case("ties", "ties", c("y", "z"), "x", "g", all3)
case("offset", "offset", c("x", "y"), "z", method = all3)
case("offset2", "offset", "x", "y", c = "z", method = c("pearson", "spearman"))
case("odd", "odd", "y", c("x", "c"), "g", all3)
case("anscombe", "anscombe", c("y1", "y2", "y3", "y4"), c("x1", "x2", "x3", "x4"), method = all3)
case("stackloss", "stackloss", "loss", c("air", "water", "acid"), method = all3)
case("rock", "rock", "perm", c("area", "peri", "shape"), method = all3)
case("attitude", "attitude", "rating", c("complaints", "privileges", "learning", "raises"), c = "advance",
  method = c("pearson", "spearman"))

matrix.case <- function(name, table, x, method, g = NULL, complete = FALSE) {
  rows <- NULL
  for (grp in groups.of(data[[table]], g)) for (m in method) {
    r <- suppressWarnings(cor(grp$d[x], use = if (complete) "complete.obs" else "pairwise.complete.obs", method = m))
    rows <- rbind(rows, data.frame(t(grp$key), method = m, column = x, matrix(num(r), length(x), dimnames = list(NULL, x))))
  }
  write.csv(rows, paste0(name, ".case.csv"), row.names = FALSE, quote = FALSE)
  cases <<- rbind(cases, data.frame(name = name, options = paste("--matrix -x", paste(x, collapse = ","), if (is.null(g)) "-g ''" else
    paste("-g", g), "-m", paste(method, collapse = ","), if (complete) "--complete" else ""), table = table))
}
matrix.case("longley", "longley", c("deflator", "gnp", "unemployed", "armed", "population", "year", "employed"), all3)
matrix.case("square", "airquality", c("Ozone", "Solar.R", "Wind", "Temp"), all3, "Month")
matrix.case("whole", "airquality", c("Ozone", "Solar.R", "Wind", "Temp"), all3, "Month", TRUE)
write.table(cases, "cases", sep = "\t", quote = FALSE, row.names = FALSE, col.names = FALSE)
