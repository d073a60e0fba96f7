# wild.R - the restricted wild cluster bootstrap-t, row by row:  Rscript wild.R  (R 4.2, base).
# Writes few9.csv, the data, and few9.wild.csv, few9.wildw.csv (with weights): p and
# the interval of each coefficient over all 2^(G - 1) signs.  Every response is built and fitted.
options(digits = 17)
num <- function(x) ifelse(is.finite(x), trimws(formatC(x, digits = 17, format = "g")), "")
set.seed(20261128)
n <- 60
d <- data.frame(k = paste0("g", sample(1:9, n, TRUE)), a = round(rnorm(n), 2), wt = round(rexp(n) + 0.1, 2))
d$b <- round(d$a + rnorm(9)[as.integer(factor(d$k))], 2)
d$y <- round(1 + 0.3 * d$a - 0.2 * d$b + rnorm(9)[as.integer(factor(d$k))] + rnorm(n), 3)
write.csv(d, "few9.csv", row.names = FALSE, quote = FALSE)

t_of <- function(X, Y, key, j, beta) {          # of each column of Y
  C <- solve(crossprod(X)); B <- C %*% crossprod(X, Y); E <- Y - X %*% B
  v <- rep(0, ncol(Y))
  for (k in unique(key)) v <- v + (C[j, ] %*% crossprod(X[key == k, , drop = FALSE], E[key == k, , drop = FALSE]))^2
  (B[j, ] - beta) / sqrt(v)
}

p_of <- function(X, y, key, j, beta) {
  ks <- unique(key); G <- length(ks)
  Z <- X[, -j, drop = FALSE]; r <- y - beta * X[, j]
  e <- r - Z %*% qr.coef(qr(Z), r); fit <- y - e
  W <- as.matrix(expand.grid(rep(list(c(1, -1)), G - 1))); W <- t(cbind(1, W))
  Y <- as.vector(fit) + as.vector(e) * W[match(key, ks), ]
  t <- abs(t_of(X, Y, key, j, beta))
  mean(t >= abs(t_of(X, cbind(y), key, j, beta))[1] * (1 - 1e-10))
}

# The outermost crossing on a grid of 1/64 errors, then by bisection.
edge <- function(p, b, step) {
  grid <- b + step * seq(0, 40, by = 1 / 64)
  last <- max(which(sapply(grid, p) >= 0.05))
  stopifnot(last < length(grid))
  inside <- grid[last]; outside <- grid[last + 1]
  for (i in 1:60) { m <- (inside + outside) / 2; if (p(m) >= 0.05) inside <- m else outside <- m }
  inside
}

for (w in c("", "w")) {
  s <- if (w == "") rep(1, n) else sqrt(d$wt)
  X <- cbind(1, d$a, d$b) * s; y <- d$y * s
  b <- qr.coef(qr(X), y)
  r <- NULL; b <- unname(b)
  for (j in 1:3) {
    p <- function(beta) p_of(X, y, d$k, j, beta)
    se <- unname(b[j]) / t_of(X, cbind(y), d$k, j, 0)
    r <- rbind(r, data.frame(p_value = num(p(0)),
      conf_low = num(unname(edge(p, b[j], -abs(se)))), conf_high = num(unname(edge(p, b[j], abs(se))))))
  }
  write.csv(r, paste0("few9.wild", w, ".csv"), row.names = FALSE, quote = FALSE)
}
