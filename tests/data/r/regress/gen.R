# gen.R - what R makes of the tables of this directory:  Rscript gen.R  (R 4.2,
# base, and clubSandwich 0.5.8 for CR2).  Writes NAME.csv, the data; NAME.coef.csv with lm's standard
# errors, NAME.hc0.csv .. NAME.hc3.csv, NAME.cluster.csv and NAME.cr2.csv with
# robust ones, NAME.cross.csv and NAME.held.csv of folds left out, NAME.fit.csv, NAME.drop1.csv with
# F of each predictor (by refits; in NAME.drop1h.csv Wald's with hc3, in NAME.drop1c.csv
# with clusters, in NAME.drop1s.csv HTZ; the first row is that of all), with the F of clusters
# NAME.robust.csv, for few of them NAME.robusts.csv, and that of separate fits beside it, NAME.rows.csv; and cases.txt, the options for each NAME.
# Robust covariances are matrix formulas here (MacKinnon & White 1985; CR1), the
# rest is lm, summary, confint, logLik, AIC, BIC, kappa, hatvalues, rstandard,
# cooks.distance.
options(digits = 17, warn = 1)
num <- function(x) ifelse(is.finite(x), trimws(formatC(x, digits = 17, format = "g")), "")
out <- function(d, name) write.csv(d, name, row.names = FALSE, quote = FALSE, na = "")

# Columns of the terms times sqrt(w), centred if there is an intercept.
standard <- function(m, X, w, y) {
  int <- attr(terms(m), "intercept") == 1
  centre <- function(v) if (int) v - sum(w * v) / sum(w) else v
  Z <- apply(X, 2, centre) * sqrt(w)
  list(Z = Z, y = centre(y) * sqrt(w), int = int)
}

coefs <- function(m, terms, V, df, level) {
  b <- coef(m); kept <- !is.na(b)
  X <- model.matrix(m); y <- model.response(model.frame(m))
  w <- if (is.null(weights(m))) rep(1, length(y)) else weights(m)
  use <- w > 0; X <- X[use, , drop = FALSE]; y <- y[use]; w <- w[use]
  s <- standard(m, X, w, y)
  se <- t <- p <- lo <- hi <- beta <- vif <- rep(NA, length(b))
  se[kept] <- sqrt(diag(V))
  t[kept] <- b[kept] / se[kept]
  p[kept] <- 2 * pt(-abs(t[kept]), df)
  q <- qt((1 + level) / 2, df)
  lo[kept] <- b[kept] - q * se[kept]
  hi[kept] <- b[kept] + q * se[kept]
  slope <- kept; if (s$int) slope[1] <- FALSE
  norms <- sqrt(colSums(s$Z^2))
  beta[slope] <- b[slope] * norms[slope] / sqrt(sum(s$y^2))
  U <- sweep(s$Z[, slope, drop = FALSE], 2, norms[slope], "/")
  if (any(slope)) vif[slope] <- diag(solve(crossprod(U)))
  data.frame(term = terms, estimate = num(b), std_error = num(se), statistic = num(t), p_value = num(p),
    conf_low = num(lo), conf_high = num(hi), beta = num(beta), vif = num(vif))
}

sandwich <- function(m, type, cluster = NULL) {
  kept <- !is.na(coef(m))
  X <- model.matrix(m)[, kept, drop = FALSE]
  w <- if (is.null(weights(m))) rep(1, nrow(X)) else weights(m)
  e <- resid(m); use <- w > 0
  if (!is.null(cluster)) cluster <- cluster[use]
  X <- X[use, , drop = FALSE]; w <- w[use]; e <- e[use]
  n <- nrow(X); k <- ncol(X)
  # X sqrt(w) = Q R, C = (X'WX)^-1 = R^-1 R^-T: C X'diag(v)X C = R^-1 Q'diag(v)Q R^-T
  D <- qr(X * sqrt(w)); Q <- qr.Q(D); B <- backsolve(qr.R(D), diag(k)); e <- sqrt(w) * e
  h <- rowSums(Q^2)
  if (!is.null(cluster)) {
    S <- rowsum(Q * e, cluster, reorder = FALSE); G <- nrow(S)
    return(list(V = G / (G - 1) * (n - 1) / (n - k) * B %*% crossprod(S) %*% t(B), df = G - 1))
  }
  f <- switch(type, hc0 = 1, hc1 = n / (n - k), hc2 = 1 / (1 - h), hc3 = 1 / (1 - h)^2)
  list(V = B %*% crossprod(Q * e * sqrt(f)) %*% t(B), df = n - k)
}

fit <- function(m, total) {
  s <- summary(m); w <- weights(m); y <- model.response(model.frame(m))
  n <- if (is.null(w)) length(y) else sum(w > 0)
  f <- s$fstatistic
  if (is.null(f)) f <- c(NA, NA, NA)
  d <- data.frame(n = n, missing = total - n, rank = m$rank, df = m$rank - attr(terms(m), "intercept"),
    df_residual = m$df.residual, r_squared = num(s$r.squared), adj_r_squared = num(s$adj.r.squared), sigma = num(s$sigma),
    f_statistic = num(f[1]), f_p_value = num(pf(f[1], f[2], f[3], lower.tail = FALSE)),
    log_lik = num(as.numeric(logLik(m))), aic = num(AIC(m)), bic = num(BIC(m)))
  if (!anyNA(coef(m)) && length(coef(m)) > 1) {
    if (is.null(w)) w <- rep(1, length(y))
    Z <- standard(m, model.matrix(m), w, y)
    Z <- if (Z$int) Z$Z[, -1, drop = FALSE] else Z$Z
    sv <- svd(sweep(Z, 2, sqrt(colSums(Z^2)), "/"))$d
    d$condition <- num(max(sv) / min(sv))
  }
  d
}

influence_rows <- function(m, d, used) {
  r <- data.frame(fitted = rep(NA_real_, nrow(d)), residual = NA_real_, hat = NA_real_, std_residual = NA_real_, cooks_d = NA_real_)
  w <- weights(m); use <- if (is.null(w)) rep(TRUE, sum(used)) else w > 0
  i <- which(used)[use]
  r$fitted[i] <- fitted(m)[use]; r$residual[i] <- resid(m)[use]
  # These leave rows of weight 0 out.
  r$hat[i] <- hatvalues(m); r$std_residual[i] <- rstandard(m); r$cooks_d[i] <- cooks.distance(m)
  as.data.frame(lapply(r, num))
}

# clubSandwich's CR2 and Satterthwaite's df of the rows times sqrt(w), which have
# working variances of 1, in orthonormal columns, for it squares their condition.
cr2 <- function(m, cluster) {
  kept <- !is.na(coef(m))
  X <- model.matrix(m)[, kept, drop = FALSE]; y <- model.response(model.frame(m))
  w <- if (is.null(weights(m))) rep(1, nrow(X)) else weights(m)
  use <- w > 0; cluster <- droplevels(cluster[use])
  X <- (X * sqrt(w))[use, , drop = FALSE]; y <- (y * sqrt(w))[use]
  D <- qr(X); Q <- qr.Q(D); B <- backsolve(qr.R(D), diag(ncol(X)))
  s <- lm(y ~ 0 + Q)
  V <- clubSandwich::vcovCR(s, cluster = cluster, type = "CR2")
  df <- clubSandwich::linear_contrast(s, V, contrasts = B, test = "Satterthwaite")$df
  list(V = B %*% matrix(V, nrow(V)) %*% t(B), df = df)
}

# Hotelling's T^2 as an F of the coefficients i of those kept: HTZ of Pustejovsky & Tipton (2018),
# section 3.2, row by row, with H the hat matrix of the rows times sqrt(w).  Where the digits of
# clubSandwich's eigenvalues allow, it must say the same.
htz <- function(m, cluster, i, alike) {
  kept <- !is.na(coef(m)); q <- length(i)
  none <- data.frame(df1 = q, df2 = NA, f = NA, p = NA)
  X <- model.matrix(m)[, kept, drop = FALSE]; y <- model.response(model.frame(m))
  w <- if (is.null(weights(m))) rep(1, nrow(X)) else weights(m)
  use <- w > 0; cluster <- droplevels(cluster[use]); g <- levels(cluster); G <- length(g)
  X <- (X * sqrt(w))[use, , drop = FALSE]; y <- (y * sqrt(w))[use]
  D <- qr(X); Q <- qr.Q(D); b <- qr.coef(D, y)[i]; e <- qr.resid(D, y)
  if (q == 0 || q > G) return(none)
  c <- t(backsolve(qr.R(D), diag(ncol(X)))[i, , drop = FALSE])
  norm <- sqrt(colSums(c^2)); b <- b / norm; c <- sweep(c, 2, norm, "/")
  N <- diag(nrow(X)) - tcrossprod(Q)
  U <- matrix(0, nrow(X), q)
  for (k in g) {
    r <- which(cluster == k); d <- eigen(N[r, r], symmetric = TRUE)
    root <- ifelse(d$values > 1e-12, 1 / sqrt(pmax(d$values, 1e-12)), 0)
    U[r, ] <- d$vectors %*% (root * crossprod(d$vectors, Q[r, , drop = FALSE] %*% c))
  }
  P <- function(k, l) { r <- which(cluster == k); s <- which(cluster == l); t(U[r, , drop = FALSE]) %*% N[r, s] %*% U[s, , drop = FALSE] }
  O <- eigen(Reduce(`+`, lapply(g, function(k) P(k, k))), symmetric = TRUE)
  S <- crossprod(rowsum(U * e, cluster))
  if (min(O$values) < 1e-10 || rcond(S / sqrt(outer(diag(S), diag(S)))) < 1e-15) return(none)
  o <- sweep(O$vectors, 2, sqrt(O$values), "/")
  total <- 0
  for (k in g) for (l in g) { p <- t(o) %*% P(k, l) %*% o; total <- total + sum(p * t(p)) + sum(diag(p))^2 }
  eta <- q * (q + 1) / total; df <- eta - q + 1
  if (df <= 0) return(none)
  F <- df / eta / q * sum(b * solve(S, b))
  if (alike) {
    s <- lm(y ~ 0 + Q)
    h <- clubSandwich::Wald_test(s, constraints = t(c), vcov = clubSandwich::vcovCR(s, cluster = cluster, type = "CR2"), test = "HTZ")
    stopifnot(abs(h$Fstat / F - 1) < 1e-7, abs(h$df_denom / df - 1) < 1e-7)
  }
  data.frame(df1 = q, df2 = df, f = F, p = pf(F, q, df, lower.tail = FALSE))
}

# Chow's F of the common fit against separate ones, by anova's formula: each cluster has its own
# columns.
chow <- function(m, cluster) {
  kept <- !is.na(coef(m)); X <- model.matrix(m)[, kept, drop = FALSE]; y <- model.response(model.frame(m))
  w <- if (is.null(weights(m))) rep(1, nrow(X)) else weights(m)
  use <- w > 0; cluster <- droplevels(cluster[use]); X <- X[use, , drop = FALSE]; y <- y[use]; w <- w[use]
  Z <- do.call(cbind, lapply(levels(cluster), function(k) X * (cluster == k)))
  s <- lm.wfit(Z, y, w)
  df1 <- s$rank - sum(kept); df2 <- s$df.residual
  rss <- c(sum(w * resid(m)[use]^2), sum(w * s$residuals^2))
  F <- if (df1 > 0 && df2 > 0) (rss[1] - rss[2]) / df1 / (rss[2] / df2) else NA
  data.frame(f_chow = num(F), f_chow_df1 = df1, f_chow_df2 = df2, f_chow_p_value = num(pf(F, df1, df2, lower.tail = FALSE)))
}

small_tests <- function(m, terms, cluster, alike) {
  kept <- which(!is.na(coef(m))); var <- sub("[=^].*", "", terms); vars <- setdiff(unique(var), "(Intercept)"); r <- NULL
  for (v in c(list(vars), as.list(vars))) {
    h <- htz(m, cluster, match(intersect(which(var %in% v), kept), kept), alike)
    r <- rbind(r, data.frame(test = if (length(v) > 1) paste0("\"", paste(v, collapse = ","), "\"") else v, df1 = h$df1,
      df2 = num(h$df2), f_statistic = num(h$f), p_value = num(h$p)))
  }
  r
}

# Columns that --cluster brings; refuse: no p where clusters are fewer than coefficients.
clustered <- function(t, m, df, G, refuse) {
  kept <- !is.na(coef(m)); d <- rep(NA, length(kept)); d[kept] <- df
  if (refuse && G < sum(kept)) { t$p_value <- t$conf_low <- t$conf_high <- ""; d <- NA }
  cbind(t, df = num(d), clusters = G)
}

# Wald's F of all terms but the intercept.
wald <- function(m, V, G) {
  b <- coef(m); b <- b[!is.na(b)]
  i <- if (attr(terms(m), "intercept") == 1) -1 else seq_along(b)
  b <- b[i]; q <- length(b)
  if (q == 0 || q > G - 1) return(data.frame(clusters = G, f_robust = "", f_robust_p_value = "", f_robust_df2 = ""))
  D <- sqrt(diag(V))[i]
  F <- sum((b / D) * solve(V[i, i, drop = FALSE] / outer(D, D), b / D)) / q
  data.frame(clusters = G, f_robust = num(F), f_robust_p_value = num(pf(F, q, G - 1, lower.tail = FALSE)), f_robust_df2 = G - 1)
}

# F of the terms of each predictor, and of all.
tests <- function(m, terms, how, V = NULL, df2 = m$df.residual, most = Inf) {
  b <- coef(m); kept <- which(!is.na(b)); X <- model.matrix(m)
  y <- model.response(model.frame(m)); w <- if (is.null(weights(m))) rep(1, length(y)) else weights(m)
  var <- sub("[=^].*", "", terms); vars <- setdiff(unique(var), "(Intercept)")
  r <- NULL
  for (v in c(list(vars), as.list(vars))) {
    i <- which(var %in% v)
    if (how == "refit") {
      f <- lm.fit(X[, -i, drop = FALSE] * sqrt(w), y * sqrt(w))
      q <- m$rank - f$rank
      F <- (sum(f$residuals^2) - sum(w * resid(m)^2)) / q / (sum(w * resid(m)^2) / m$df.residual)
    } else {
      l <- match(intersect(i, kept), kept); q <- length(l)
      F <- NA
      if (q > 0 && q <= most) {
        D <- sqrt(diag(V))[l]; z <- b[kept][l] / D
        F <- sum(z * solve(V[l, l, drop = FALSE] / outer(D, D), z)) / q
      }
    }
    if (q == 0) F <- NA
    r <- rbind(r, data.frame(test = if (length(v) > 1) paste0("\"", paste(v, collapse = ","), "\"") else v, df1 = q, df2 = num(if (is.na(F)) NA else df2), f_statistic = num(F),
      p_value = num(pf(F, q, df2, lower.tail = FALSE))))
  }
  r
}

# Each fold by lm of the others: what is predicted of its rows (NULL: not of the same
# rank), and how well.
leave_out <- function(m, key) {
  X <- model.matrix(m); y <- model.response(model.frame(m)); kept <- !is.na(coef(m))
  w <- if (is.null(weights(m))) rep(1, length(y)) else weights(m)
  int <- attr(terms(m), "intercept") == 1
  h <- mean <- rep(NA_real_, length(y)); key <- as.character(key); key[w == 0] <- NA
  for (k in unique(na.omit(key))) {
    out <- which(key == k); s <- which(key != k)
    q <- qr(X[s, kept, drop = FALSE] * sqrt(w[s]), tol = 1e-12)
    if (q$rank < sum(kept)) next
    h[out] <- X[out, kept, drop = FALSE] %*% qr.coef(q, y[s] * sqrt(w[s]))
    mean[out] <- if (int) sum(w[s] * y[s]) / sum(w[s]) else 0
  }
  u <- w > 0; y <- y[u]; w <- w[u]; held <- h; h <- h[u]; mean <- mean[u]
  c <- function(v) v - sum(w * v) / sum(w)
  r <- if (int) sum(w * c(y) * c(h)) / sqrt(sum(w * c(y)^2) * sum(w * c(h)^2)) else NA
  d <- data.frame(folds = length(unique(na.omit(key))), r_squared_cross = 1 - sum(w * (y - h)^2) / sum(w * (y - mean)^2),
    rmse_cross = sqrt(sum(w * (y - h)^2) / sum(w)), r_cross = r)
  d[-1] <- lapply(d[-1], num)
  list(held = held, fit = d)
}

cases <- NULL
# One data set: rows d, lm's formula, our options, terms as we call them, columns
# that make a row whole, weights, cluster columns, groups.
case <- function(name, d, formula, opts, terms, need, y = "y", w = NULL, cluster = "k", g = NULL, level = 0.95, prepare = identity) {
  plain <- d
  for (c in names(plain)) if (is.numeric(plain[[c]])) plain[[c]] <- num(plain[[c]])
  out(plain, paste0(name, ".csv"))
  sets <- list(all = rep(TRUE, nrow(d)))
  if (!is.null(g)) for (l in levels(d[[g]])) sets[[l]] <- d[[g]] == l
  tabs <- list(); rows <- NULL
  for (l in names(sets)) {
    s <- d[sets[[l]], ]
    used <- complete.cases(s[, need])
    q <- prepare(s[used, ])
    q$.w <- if (is.null(w)) rep(1, nrow(q)) else q[[w]]
    m <- if (is.null(w)) lm(formula, q) else lm(formula, q, weights = .w)
    add <- function(tab, rows) {
      rows <- cbind(y = y, rows)
      if (!is.null(g)) { rows <- cbind(x = l, rows); names(rows)[1] <- g }
      tabs[[tab]] <<- rbind(tabs[[tab]], rows)
    }
    add("coef", coefs(m, terms, vcov(m, complete = FALSE), m$df.residual, level))
    for (h in c("hc0", "hc1", "hc2", "hc3")) {
      v <- sandwich(m, h)
      add(h, coefs(m, terms, v$V, v$df, level))
    }
    key <- interaction(q[, strsplit(cluster, ",")[[1]]], drop = TRUE)
    v <- sandwich(m, "cluster", key)
    add("cluster", clustered(coefs(m, terms, v$V, v$df, level), m, v$df, v$df + 1, TRUE))
    add("robust", cbind(wald(m, v$V, v$df + 1), chow(m, key)))
    if (length(terms) > 1) {
      add("drop1", tests(m, terms, "refit"))
      add("drop1h", tests(m, terms, "wald", sandwich(m, "hc3")$V))
      add("drop1c", tests(m, terms, "wald", v$V, v$df, v$df))
      s1 <- small_tests(m, terms, key, name != "alone")
      add("drop1s", s1)
      add("robusts", cbind(data.frame(clusters = v$df + 1, f_robust = s1$f_statistic[1], f_robust_p_value = s1$p_value[1],
        f_robust_df2 = s1$df2[1]), chow(m, key)))
    }
    lo <- leave_out(m, key)
    add("cross", lo$fit)
    if (is.null(g)) { held <- rep(NA_real_, nrow(s)); held[used] <- lo$held; out(data.frame(cross_fitted = num(held)), paste0(name, ".held.csv")) }
    v2 <- cr2(m, key)
    add("cr2", clustered(coefs(m, terms, v2$V, v2$df, level), m, v2$df, v$df + 1, FALSE))
    zero <- if (is.null(w)) 0 else sum(s[[w]] == 0, na.rm = TRUE)       # as if not there
    add("fit", fit(m, nrow(s) - zero))
    r <- influence_rows(m, s, used)
    if (is.null(g)) rows <- r
    else if (l != "all") {
      if (is.null(rows)) rows <- as.data.frame(matrix("", nrow(d), 5, dimnames = list(NULL, names(r))))
      rows[sets[[l]], ] <- r
    }
  }
  for (t in names(tabs)) out(tabs[[t]], paste0(name, ".", t, ".csv"))
  out(rows, paste0(name, ".rows.csv"))
  cases <<- c(cases, paste0(name, ":", cluster, ":--level ", level, " ", opts))
}

set.seed(20261125)
n <- 80
stage <- factor(rep(c("early", "mid", "late"), length.out = n), levels = c("early", "mid", "late"))
block <- factor(paste0("b", sample(c(2, 10, 1), n, TRUE)), levels = c("b1", "b2", "b10"))
k <- sample(1:12, n, TRUE)
a <- rnorm(n); b <- a + 0.5 * rnorm(n); c <- round(runif(n, 0, 5))
wt <- round(rexp(n), 2) + 0.01
y <- 1 + 2 * a - b + 0.3 * c + 0.5 * as.integer(stage) + 0.2 * rnorm(12)[k] + rnorm(n) * (0.5 + abs(a))
holes <- function(v, m) { v[sample(length(v), m)] <- NA; v }

d <- data.frame(a, b, c, stage, k, y)
case("plain", d, y ~ a + b + c, "-x a,b,c", c("(Intercept)", "a", "b", "c"), c("a", "b", "c", "y"))
d <- data.frame(a = holes(round(a, 1), 7), b = holes(round(b, 1), 5), c = holes(c, 3), k, y = holes(round(y), 6))
case("missing", d, y ~ a + b + c, "-x a,b,c", c("(Intercept)", "a", "b", "c"), c("a", "b", "c", "y"), level = 0.8)
w0 <- wt; w0[c(3, 17, 40)] <- 0
d <- data.frame(a, b = holes(b, 4), k, wt = holes(w0, 5), y)
case("weights", d, y ~ a + b, "-x a,b -w wt", c("(Intercept)", "a", "b"), c("a", "b", "wt", "y"), w = "wt")
d <- data.frame(stage, a, k, y)
case("factor", d, y ~ a + stage, "-x a --factor stage", c("(Intercept)", "a", "stage=mid", "stage=late"), c("a", "stage", "y"))
d <- data.frame(stage, block, a = holes(a, 4), k, wt, y)
case("factors", d, y ~ stage + a + block, "-x stage,a --factor stage=late --factor block -w wt",
  c("(Intercept)", "stage=early", "stage=mid", "a", "block=b2", "block=b10"), c("stage", "block", "a", "wt", "y"), w = "wt",
  prepare = function(q) { q$stage <- relevel(q$stage, "late"); q })
d <- data.frame(a = a + 3, b, k, y)
case("origin", d, y ~ 0 + a + b, "-x a,b --no-intercept", c("a", "b"), c("a", "b", "y"))
d <- data.frame(stage, block, a, k, wt = w0, y)
case("cells", d, y ~ 0 + stage + block + a, "-x stage,block,a --factor block --factor stage --no-intercept -w wt",
  c("stage=early", "stage=mid", "stage=late", "block=b2", "block=b10", "a"), c("stage", "block", "a", "wt", "y"), w = "wt")
d <- data.frame(a = round(a, 2), b = round(b, 2), k, y)
d$s <- round(d$a + d$b, 2); d$one <- 7; d$c <- c
case("aliased", d, y ~ a + b + s + one + c, "-x a,b,s,one,c", c("(Intercept)", "a", "b", "s", "one", "c"), c("a", "b", "s", "c", "y"))
d <- data.frame(stage, a = holes(a, 3), b, k, wt, y = holes(y, 4))
case("groups", d, y ~ a + b, "-x a,b -g stage", c("(Intercept)", "a", "b"), c("a", "b", "y"), g = "stage")
case("groupw", d, y ~ a + b, "-x a,b -g stage -w wt", c("(Intercept)", "a", "b"), c("a", "b", "y"), g = "stage", w = "wt")
d <- data.frame(a = round(a, 3), k, wt, c, y)
case("powers", d, y ~ c + a + I(a^2) + I(a^3), "-x c --poly a:3 -w wt", c("(Intercept)", "c", "a", "a^2", "a^3"),
  c("a", "c", "wt", "y"), w = "wt")
d <- data.frame(stage, a, c, k, y)
case("clusters", d, y ~ a + c, "-x a,c", c("(Intercept)", "a", "c"), c("a", "c", "y"), cluster = "stage,k")
d <- data.frame(year = 1990 + c + a / 8, size = 1e5 + 100 * b, k, y = y + 1000)
case("offset", d, y ~ year + size, "-x year,size", c("(Intercept)", "year", "size"), c("year", "size", "y"))
d <- data.frame(a = a[1:5], b = b[1:5], k = 1:5, y = y[1:5])
case("few", d, y ~ a + b, "-x a,b", c("(Intercept)", "a", "b"), c("a", "b", "y"))
d <- data.frame(k, y = holes(y, 9))
case("mean", d, y ~ 1, "-x ''", "(Intercept)", "y")
d <- data.frame(a, b = b * 1e-9, c = c * 1e8, k, y = y * 1e-5)
case("units", d, y ~ a + b + c, "-x a,b,c", c("(Intercept)", "a", "b", "c"), c("a", "b", "c", "y"))
# One fold nearly alone knows what b does.
d <- data.frame(a, b = ifelse(k == 3, b, 1e-4 * c), k, y)
case("alone", d, y ~ a + b, "-x a,b", c("(Intercept)", "a", "b"), c("a", "b", "y"))
writeLines(cases, "cases.txt")
