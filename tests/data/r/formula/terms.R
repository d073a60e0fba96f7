# terms.R - random formulas and what R's terms() makes of each: whether there is an
# intercept, and the labels of its terms in order.  Rscript terms.R >terms.txt; R 4.2.
set.seed(11)
atoms <- c("x", "z", "w", "factor(a)", "factor(b)", "log(x)", "I(x^2)", "poly(z, 2, raw = TRUE)", "`odd name`",
	"sqrt(abs(w))")

pick <- function(...) sample(c(...), 1)

atom <- function(depth) if (depth > 0 && runif(1) < 0.3) paste0("(", sum_of(depth - 1), ")") else sample(atoms, 1)

power <- function(depth) {
	if (depth == 0 || runif(1) > 0.1)
		return(atom(depth))
	paste0("(", sum_of(depth - 1), ")^", sample(2:3, 1))
}

chain <- function(part, op, more) {
	s <- part()
	while (runif(1) < more)
		s <- paste0(s, pick("", " "), op, pick("", " "), part())
	s
}

product <- function(depth) chain(function() chain(function() power(depth), ":", 0.3), "*", 0.2)

# 0 and 1 stand outside of parentheses alone.
sum_of <- function(depth, top = FALSE) {
	s <- product(depth)
	if (top && runif(1) < 0.1)
		s <- paste0(pick("-", "- ", "0 + ", "1 + "), s)
	while (runif(1) < 0.6)
		s <- paste0(s, pick(" + ", " + ", "+", " - "), if (top && runif(1) < 0.1) pick("0", "1") else product(depth))
	s
}

n <- 0
while (n < 400) {
	f <- paste("~", sum_of(2, TRUE))
	t <- terms(as.formula(f))
	labels <- attr(t, "term.labels")
	if (any(attr(t, "order") > 6) || length(labels) > 40 || nchar(f) > 200)
		next
	cat(f, attr(t, "intercept"), gsub(", raw = TRUE", "", paste(labels, collapse = " + "), fixed = TRUE), sep = "\t")
	cat("\n")
	n <- n + 1
}
