# coef.R - coefficients pooled over models by metafor:  Rscript coef.R  (R 4.2, metafor 3.8)
# rma(method = "REML", test = "knha") of the coefficients of lm, their variances those of
# the classical errors, of HC3, or of CR1, each by its formula; the prediction interval by
# its formula (as in pool.R).  Of pool.csv, which pool.R writes, that is coef.csv: some
# columns more.  Writes coef.csv, NAME.coef.csv, and coef.list.
suppressMessages(library(metafor))
options(digits = 17, warn = 1)
num <- function(x) ifelse(is.na(x), "", trimws(formatC(x, digits = 17, format = "g")))

set.seed(31)
d <- read.csv("pool.csv")
d$w <- sample(1:3, nrow(d), TRUE)
d$part <- sample(1:4, nrow(d), TRUE)
d$tiny <- d$y * 1e-200
write.csv(d, "coef.csv", row.names = FALSE, quote = FALSE, na = "")

# estimates and variances of one group
fit <- function(e, f, kind, weights) {
  e$.w <- if (is.null(weights)) 1 else e[[weights]]
  m <- tryCatch(lm(f, e, weights = .w), error = function(x) NULL)
  if (is.null(m) || m$df.residual == 0 || anyNA(coef(m))) return(NULL)
  X <- model.matrix(m); w <- m$weights; C <- solve(crossprod(X * sqrt(w))); r <- resid(m)
  h <- rowSums((X %*% C) * X) * w
  if (kind == "hc3" && max(h) > 1 - 1e-10) return(NULL)
  V <- if (kind == "classical") vcov(m) else if (kind == "hc3") C %*% crossprod(X * (w * r / (1 - h))) %*% C else {
    g <- e$part[as.integer(rownames(X))]; n <- length(r); G <- length(unique(g))
    if (G < 2) return(NULL)
    G / (G - 1) * (n - 1) / m$df.residual * C %*% crossprod(rowsum(X * (w * r), g)) %*% C
  }
  list(b = coef(m), v = diag(V))
}

pooled <- function(y, s, unit) {
  k <- length(y)
  v <- c(b = NA, se = NA, t = NA, p = NA, lo = NA, hi = NA, k = k, tau2 = NA, i2 = NA, Q = NA, qp = NA, pl = NA, ph = NA)
  if (k == 1) v["b"] <- y * unit
  if (k < 2) return(v)
  tau2 <- rma(y, s, method = "REML", control = list(maxiter = 100000))$tau2
  # metafor's scoring ends near it: the root of the derivative of the restricted likelihood
  slope <- function(t) { w <- 1 / (s + t); mu <- sum(w * y) / sum(w); sum(w^2) / sum(w) - sum(w) + sum(w^2 * (y - mu)^2) }
  tau2 <- if (tau2 < 1e-7) 0 else uniroot(slope, tau2 * c(0.99, 1.01), extendInt = "yes", tol = 1e-17 * tau2, maxiter = 10000)$root
  m <- rma(y, s, method = "REML", test = "knha", tau2 = tau2)
  v[c("b", "se", "lo", "hi")] <- c(m$b, m$se, m$ci.lb, m$ci.ub) * unit
  v[c("t", "p")] <- c(m$zval, m$pval)
  v[c("tau2", "i2", "Q", "qp")] <- c(if (unit < 1e-150 && tau2 > 0) NA else m$tau2 * unit * unit, m$tau2 / (m$tau2 + (k - 1) * sum(1 / s) / (sum(1 / s)^2 - sum(1 / s^2))), m$QE,
    pchisq(m$QE, k - 1, lower.tail = FALSE))
  if (k > 2) v[c("pl", "ph")] <- (m$b[1] + c(-1, 1) * qt(0.975, k - 2) * sqrt(m$tau2 + m$se^2)) * unit
  v
}

cases <- NULL
case <- function(name, keys, y, f, args, kind = "classical", weights = NULL, unit = 1) {
  stages <- c("early", "mid", "late", "s1", "s2")
  sets <- if (length(keys) > 1) stages else "all"
  rows <- NULL
  for (s in sets) for (yy in y) {
    part <- if (s == "all") d else d[d$stage == s, ]
    fits <- lapply(sort(unique(part$model)), function(m) { e <- part[part$model == m, ]; rownames(e) <- NULL; fit(e, as.formula(paste(yy, f)), kind, weights) })
    fits <- fits[!sapply(fits, is.null)]
    for (i in seq_along(fits[[1]]$b)) {
      v <- pooled(sapply(fits, function(m) m$b[i]), sapply(fits, function(m) m$v[i]), unit)
      rows <- rbind(rows, data.frame(stage = s, y = if (unit == 1) yy else "tiny", term = sub("stage", "stage=", names(fits[[1]]$b)[i]), t(num(v[1:6])), beta = "", vif = "",
        df = if (kind == "cr1") num(if (v[["k"]] > 1) v["k"] - 1 else NA) else "-", clusters = "", t(num(v[7:13]))))
    }
  }
  if (kind != "cr1") rows <- rows[!names(rows) %in% c("df", "clusters")]
  if (length(keys) == 1) rows <- rows[-1]
  write.csv(rows, paste0(name, ".coef.csv"), row.names = FALSE, quote = FALSE)
  cases <<- rbind(cases, data.frame(name, paste("-g", paste(keys, collapse = ","), "--pool model -y", if (unit == 1) paste(y, collapse = ",") else "tiny", args)))
}
case("coef-plain", "model", c("y", "c"), "~ x", "-x x")
case("coef-stages", c("stage", "model"), "y", "~ x", "-x x")
case("coef-hc3", "model", "y", "~ x + c", "-x x,c --robust HC3", "hc3")
case("coef-cr1", "model", "y", "~ x", "-x x --cluster part", "cr1")
case("coef-weights", c("stage", "model"), "y", "~ x", "-x x -w w", weights = "w")
case("coef-tiny", "model", "y", "~ x", "-x x", unit = 1e-200)   # whose variances are no numbers
write.table(cases, "coef.list", sep = "\t", quote = FALSE, row.names = FALSE, col.names = FALSE)
