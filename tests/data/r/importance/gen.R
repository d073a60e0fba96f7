# gen.R - LMG shares by lm over all subsets of the terms:  Rscript gen.R  (R 4.2, base
# alone), of ../formula/data.csv.  Writes NAME.csv and cases.txt, for each name the
# options and the formula.  Lindeman, Merenda & Gold (1980); the formula is Shapley's.
options(digits = 17, warn = 1)
num <- function(x) trimws(formatC(x, digits = 17, format = "g"))
d <- read.csv("../formula/data.csv", check.names = FALSE)
d$a <- factor(d$a, c("early", "mid", "late")); d$b <- factor(d$b)
d$z[!is.na(d$z) & d$z == 0] <- NA
d$k <- d$k + 1
write.csv(d, "data.csv", row.names = FALSE, quote = FALSE, na = "")

one <- function(name, terms, intercept = TRUE, weights = NULL, y = "y") {
  n <- length(terms)
  all <- reformulate(terms, y)
  u <- d[complete.cases(model.frame(all, d, na.action = na.pass)), ]
  u$.w <- if (is.null(weights)) 1 else u[[weights]]
  worth <- function(s) {
    f <- reformulate(c(if (intercept) "1" else "0", terms[s]), y)
    m <- lm(f, u, weights = .w)
    r <- summary(m)$r.squared
    if (length(r) == 0 || sum(s) == 0) 0 else r
  }
  sets <- as.matrix(expand.grid(rep(list(c(FALSE, TRUE)), n)))
  w <- apply(sets, 1, worth)
  bits <- 2^(0:(n - 1))
  share <- sapply(seq_len(n), function(i) {
    without <- which(!sets[, i]); k <- rowSums(sets)[without]
    sum(factorial(k) * factorial(n - k - 1) / factorial(n) * (w[without + bits[i]] - w[without]))
  })
  stopifnot(abs(sum(share) - w[length(w)]) < 1e-12)
  label <- gsub(", raw = TRUE", "", terms)
  label <- sub("^factor\\((.*)\\)$", "\\1", label)
  label <- ifelse(grepl(",", label), paste0("\"", label, "\""), label)
  write.csv(data.frame(y = y, term = label, share = num(share)), paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
  cat(name, ":", if (is.null(weights)) "" else paste("-w", weights), ":", y, " ~ ", paste(terms, collapse = " + "),
    if (intercept) "" else " - 1", "\n", sep = "", file = "cases.txt", append = TRUE)
}

unlink("cases.txt")
one("two", c("x", "z"))
one("one", "x")
one("five", c("x", "z", "`odd name`", "w", "k"))
one("factors", c("a", "b", "x", "factor(k)"))
one("poly", c("poly(x, 3, raw = TRUE)", "a", "log(z)", "I(w^2)"))

one("weights", c("x", "z", "a", "w"), weights = "k")
one("origin", c("x", "z", "w"), intercept = FALSE)
one("dependent", c("x", "I(x^2)", "poly(x, 2, raw = TRUE)", "z"))
one("eight", c("x", "z", "w", "k", "a", "b", "`odd name`", "sqrt(z)"), y = "v")
