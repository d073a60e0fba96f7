# compare.R - two correlations compared, by the formulas of psych::r.test:
# Rscript compare.R  (R 4.2), behind adjust.R and within.R, whose tables it reads.
# Dependent: Williams's t (Williams, JRSS B 21 (1959) 396-399; Steiger, Psychological
# Bulletin 87 (1980) 245-251, equation 7); independent: Fisher's z.  With controls, or
# within keys, r from residuals and n less one for each, and for each key but one.
# Writes NAME.case.csv and compare.cases.
options(digits = 17, warn = 1)
num <- function(x) ifelse(is.na(x), "", trimws(formatC(x, digits = 17, format = "g")))
read <- function(f) read.csv(f, na.strings = "", stringsAsFactors = FALSE)

williams <- function(r12, r13, r23, n) {
  if (is.na(r12 + r13 + r23) || n < 4) return(c(NA, NA, NA))
  det <- 1 - r12^2 - r13^2 - r23^2 + 2 * r12 * r13 * r23
  t <- (r12 - r13) * sqrt((n - 1) * (1 + r23) / (2 * (n - 1) / (n - 3) * det + ((r12 + r13) / 2)^2 * (1 - r23)^3))
  c(t, n - 3, 2 * pt(-abs(t), n - 3))
}

# r of all variables, the rows, and what is left of these
residuals.of <- function(d, v, controls, keys) {
  d <- d[complete.cases(d[c(v, controls, keys)]), ]
  k <- length(controls); f <- NULL
  if (length(keys)) { f <- interaction(d[keys], drop = TRUE); k <- k + nlevels(f) - 1 }
  design <- data.frame(one = rep(1, nrow(d)), d[controls])
  if (!is.null(f) && nlevels(f) > 1) design$f <- f
  e <- sapply(v, function(i) resid(lm(d[[i]] ~ ., design)))
  for (i in v) if (nrow(d) == 0 || all(d[[i]] == d[[i]][1])) e[, i] <- NA
  list(r = suppressWarnings(cor(e)), n = nrow(d), left = nrow(d) - k)
}

cases <- NULL
save <- function(name, rows, options, table) {
  for (f in intersect(c("r1", "r2", "r12", "t", "df", "z", "p", "q"), names(rows))) rows[[f]] <- num(rows[[f]])
  write.csv(rows, paste0(name, ".case.csv"), row.names = FALSE, quote = FALSE)
  cases <<- rbind(cases, data.frame(name, options, table))
}
opts <- function(y, x, g, controls, keys) paste(c("-y", paste(y, collapse = ","), "-x", paste(x, collapse = ","), "-g", g,
  if (length(controls)) c("-c", paste(controls, collapse = ",")), if (length(keys)) c("--within", paste(keys, collapse = ","))),
  collapse = " ")

case <- function(name, table, what, y, x, g, groups, controls = NULL, keys = NULL, how = "BH", family = "block") {
  d <- read(paste0(table, ".csv")); rows <- NULL
  share <- if (what == "x") y else x; other <- if (what == "x") x else y
  for (k in c("all", groups)) for (s in share) for (i in seq_along(other)) for (j in seq_along(other)) if (i < j) {
    m <- residuals.of(if (k == "all") d else d[d[[g]] == k, ], c(y, x), controls, keys)
    a <- m$r[s, other[i]]; b <- m$r[s, other[j]]; ab <- m$r[other[i], other[j]]
    t <- williams(a, b, ab, m$left)
    rows <- rbind(rows, data.frame(g = k, s = s, o1 = other[i], o2 = other[j], n = m$n, r1 = a, r2 = b, r12 = ab, t = t[1],
      df = if (m$left > 3) m$left - 3 else NA, p = t[3]))
  }
  block <- if (family == "all") rep(1, nrow(rows)) else paste(rows$g, rows$s)
  rows$q <- ave(rows$p, block, FUN = function(p) p.adjust(p, how))
  names(rows)[1:4] <- c(g, if (what == "x") c("y", "x1", "x2") else c("x", "y1", "y2"))
  save(name, rows, paste(opts(y, x, g, controls, keys), "--compare", what, "--adjust", how, "--family", family), table)
}

groups <- function(name, table, y, x, g, groups, controls = NULL, keys = NULL, family = "block") {
  d <- read(paste0(table, ".csv")); rows <- NULL
  for (yy in y) for (xx in x) for (i in seq_along(groups)) for (j in seq_along(groups)) if (i < j) {
    a <- residuals.of(d[d[[g]] == groups[i], ], c(yy, xx), controls, keys)
    b <- residuals.of(d[d[[g]] == groups[j], ], c(yy, xx), controls, keys)
    z <- (atanh(a$r[1, 2]) - atanh(b$r[1, 2])) / sqrt(1 / (a$left - 3) + 1 / (b$left - 3))
    rows <- rbind(rows, data.frame(g = groups[i], g2 = groups[j], y = yy, x = xx, n1 = a$n, n2 = b$n, r1 = a$r[1, 2],
      r2 = b$r[1, 2], z = z, p = 2 * pnorm(-abs(z))))
  }
  block <- if (family == "all") rep(1, nrow(rows)) else paste(rows$y, rows$x)
  rows$q <- ave(rows$p, block, FUN = function(p) p.adjust(p, "BH"))
  names(rows)[1:2] <- c(g, paste0(g, "_2"))
  save(name, rows, paste(opts(y, x, g, controls, keys), "--compare groups --family", family), table)
}

abc <- c("a", "b", "c"); stages <- c("early", "mid", "late")
case("compare-x", "adjust", "x", c("y", "z"), c("x1", "x2", "x3", "x4"), "g", abc)
case("compare-y", "adjust", "y", c("y", "z", "x4"), c("x1", "x2"), "g", abc, how = "holm", family = "all")
case("compare-constant", "adjust", "x", "y", c("x1", "x5", "x2"), "g", abc)
case("compare-control", "within", "x", "y", c("x", "z", "day"), "stage", stages, controls = "c")
case("compare-within", "within", "x", "y", c("x", "z", "day"), "stage", stages, controls = "c", keys = "subject")
groups("compare-groups", "adjust", c("y", "z"), c("x1", "x4"), "g", abc)
groups("compare-groups-within", "within", "y", c("x", "z"), "stage", stages, controls = "c", keys = "subject", family = "all")
write.table(cases, "compare.cases", sep = "\t", quote = FALSE, row.names = FALSE, col.names = FALSE)
