# boots.R - intervals from all draws that there are of a few clusters:  Rscript boots.R  (R 4.2)
# Of G clusters there are G^G draws, each as likely.  r of each by lm; the quantiles of these
# r, which are atoms: so a great many random draws have the same, to the last digit.  BCa as Efron,
# JASA 82 (1987) 171-185, from the same.  Writes boots.csv, NAME.boots.csv, and boots.list: NAME,
# options, table, apart by tabs.
options(digits = 17, warn = 1)

set.seed(21)
n <- 28
d <- data.frame(k = rep(c("a", "b", "c", "d"), c(6, 8, 5, 9)), f = sample(c("p", "q", "r"), n, TRUE), w = sample(c(0.5, 1, 2), n, TRUE),
  u = round(runif(n, -2, 2), 2))
shift <- c(a = 0, b = 1, c = 3, d = 2)
d$x <- round(rnorm(n) + d$u + shift[d$k], 2)
d$y <- round(0.7 * d$x + rnorm(n) - 0.5 * d$u - shift[d$k] + match(d$f, letters) / 9, 2)
write.csv(d, "boots.csv", row.names = FALSE, quote = FALSE)

r_of <- function(e, names, numbers, method, weights, semi) {
  w <- if (weights) e$w else rep(1, nrow(e))
  if (method == "spearman") for (i in c("x", "y", numbers)) e[[i]] <- rank(e[[i]])
  X <- matrix(1, nrow(e), 1)
  for (i in numbers) X <- cbind(X, e[[i]])
  for (i in names) X <- cbind(X, outer(e[[i]], unique(e[[i]]), "=="))
  ex <- lm.wfit(X, e$x, w)$residuals
  ey <- lm.wfit(if (semi) X[, 1, drop = FALSE] else X, e$y, w)$residuals
  if (sum(w * ex^2) < 1e-18 * sum(w * e$x^2)) return(NA)
  sum(w * ex * ey) / sqrt(sum(w * ex^2) * sum(w * ey^2))
}

# The interval of the greatest level of which no other atom is within what N random draws
# can be off; with that level.
interval <- function(method, kind, names, numbers, weights, semi) {
  of <- function(keys) r_of(do.call(rbind, split(d, d$k)[keys]), names, numbers, method, weights, semi)
  keys <- unique(d$k)
  all <- apply(expand.grid(keys, keys, keys, keys, stringsAsFactors = FALSE), 1, of)
  less <- sapply(keys, function(k) of(setdiff(keys, k)))
  e <- mean(less) - less
  a <- sum(e^3) / (6 * sum(e^2)^1.5)
  below <- mean(all < of(keys) - 1e-12)
  atoms <- sort(all)                                # dies of one that is undefined
  stopifnot(length(atoms) == length(keys)^length(keys))
  at <- function(h) atoms[pmax(1, pmin(length(atoms), floor(h * length(atoms)) + 1))]
  for (level in seq(0.95, 0.4, -0.002)) {
    p <- c(1 - level, 1 + level) / 2
    bca <- function(below) { z <- qnorm(below) + qnorm(p); pnorm(qnorm(below) + z / (1 - a * z)) }
    q <- if (kind == "bca") bca(below) else p
    far <- if (kind == "bca") abs(bca(below + 2.5 * sqrt(below * (1 - below) / N)) - q) else 0
    far <- far + 2.5 * sqrt(q * (1 - q) / N)
    if (all(abs(at(q + far) - at(q - far)) < 1e-10)) return(c(at(q), level))
  }
  stop("no level will do")
}

N <- 50000
list <- NULL
case <- function(name, method = "pearson", kind = "percentile", names = NULL, numbers = NULL, weights = FALSE, semi = FALSE) {
  v <- interval(method, kind, names, numbers, weights, semi)
  write.csv(data.frame(y = "y", x = "x", method, boot_low = v[1], boot_high = v[2]), paste0(name, ".boots.csv"), row.names = FALSE, quote = FALSE)
  o <- paste0("-y y -x x -g '' --cluster k --boot ", N, " --boot-kind ", kind, " -m ", method, if (length(c(names, numbers))) " -c ",
    paste(c(names, numbers), collapse = ","), if (weights) " -w w", if (semi) " --semi", " --level ", v[3])
  list <<- c(list, paste(name, o, "boots", sep = "\t"))
}
case("boots-plain")
case("boots-control", numbers = "u")
case("boots-control-bca", numbers = "u", kind = "bca")
case("boots-spearman", "spearman", numbers = "u")
case("boots-weight", weights = TRUE)
case("boots-weight-bca", weights = TRUE, kind = "bca")
case("boots-name", names = "f", numbers = "u")
case("boots-name-semi", names = "f", weights = TRUE, semi = TRUE)
writeLines(list, "boots.list")
