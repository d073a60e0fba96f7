# words.awk - what columns, options and pictures are, in words.

function definitions() {
	WHAT["op"] = "s<sub>1</sub>, the spectral norm: how strongly the head can respond at most"
	WHAT["fro"] = "√Σs², the Frobenius norm: size over all directions"
	WHAT["trace"] = "Σs, the nuclear norm"
	WHAT["rank_eff"] = "Σs / s<sub>1</sub>: how many values of full size give the same sum"
	WHAT["spec_ent"] = "−Σ p ln p, in nats: flatness of the energies"
	WHAT["anisotropy"] = "s<sub>1</sub> / mean s: how far the first value sticks out"
	WHAT["condition"] = "s<sub>1</sub> / s<sub>n</sub>"
	WHAT["stable_rank"] = "Σs² / s<sub>1</sub>²: how many values of full size give the same energy"
	WHAT["part_ratio"] = "(Σs²)² / Σs⁴, the participation ratio"
	WHAT["erank"] = "exp(−Σ q ln q), the effective rank (Roy and Vetterli 2007)"
	WHAT["spec_perp"] = "exp(−Σ p ln p), the perplexity of the energies"
	WHAT["spec_ent_norm"] = "−Σ p ln p / ln n, from 0 to 1, where all are equal"
	WHAT["k90"] = "the least k whose first k values hold 90 % of Σs²"
	WHAT["gap"] = "s<sub>1</sub> / s<sub>2</sub>: how much the first direction leads"
	WHAT["log_cond"] = "log<sub>10</sub>(s<sub>1</sub> / s<sub>n</sub>)"
	WHAT["gini"] = "Gini’s coefficient of the s: 0 is flat, large is unequal"
	WHAT["alpha"] = "the exponent of the power law that fits the tail of s² by maximum likelihood (Clauset, Shalizi and Newman 2009)"
	WHAT["alpha_ks"] = "the Kolmogorov-Smirnov distance of that tail from its power law"
	WHAT["alpha_ww"] = "the exponent that WeightWatcher 0.7.7 has by default"
	WHAT["align"] = "fro / (‖W<sub>Q</sub>‖ ‖W<sub>K</sub>‖), Frobenius norms, from 0 to 1"
	WHAT["sym"] = "(1 + tr M² / fro²) / 2, the share of the symmetric part in the energy of M"
	WHAT["null_op"] = "the op to be expected of independent Gaussian W<sub>Q</sub> and W<sub>K</sub> of the same norms"
	WHAT["null_cond"] = "the condition to be expected likewise"
	WHAT["eig_mean"] = "tr M / d<sub>model</sub>, the mean eigenvalue of M"
	WHAT["eig_var"] = "tr M² / d<sub>model</sub> − (tr M / d<sub>model</sub>)², the variance of the eigenvalues if they are real"
	WHAT["entropy"] = "mean attention entropy −Σ p ln p, in nats"
	WHAT["logit_std"] = "standard deviation of the attention logits"
	WHAT["relative_entropy"] = "entropy over ln of the number of keys that the query sees"
	WHAT["max_prob"] = "the largest attention probability, mean over queries"
	WHAT["first_prob"] = "attention to the first key of the passage, mean over queries"
	WHAT["special_prob"] = "attention to special tokens, mean over queries"
	WHAT["distance"] = "distance between query and key, in tokens"
	WHAT["logit_row_std"] = "standard deviation of the logits over the keys of a query, mean over queries"
	WHAT["logit_max"] = "the largest logit"
	WHAT["copying"] = "which way the eigenvalues of M point"
	WHAT["directionality"] = "whether keys or queries have inputs of large norm in M"
	WHAT["q_fro"] = "‖W<sub>Q</sub>‖, Frobenius norm"
	WHAT["k_fro"] = "‖W<sub>K</sub>‖, Frobenius norm"
	WHAT["v_fro"] = "‖W<sub>V</sub>‖, Frobenius norm"
	WHAT["o_fro"] = "‖W<sub>O</sub>‖, Frobenius norm"
	WHAT["tr1"] = "tr M"
	WHAT["tr2"] = "tr M²"
	WHAT["weights"] = "types of the weights as they were stored"
	WHAT["circuit"] = "qk, what a head looks at, or ov, what it moves"
	WHAT["pair"] = "pair of components that rotary positions turn"
	WHAT["frequency"] = "its frequency"
	WHAT["metric"] = "what the singular values are of: full W<sub>K</sub>ᵀ W<sub>Q</sub>, its core W<sub>K</sub> W<sub>Q</sub>ᵀ, or a given matrix"
	WHAT["fold"] = "1 if the norm in front was folded into the weights"
	WHAT["logit_scale"] = "the factor of the logits that is in s"
	WHAT["d_model"] = "width of the model"
	WHAT["d_head"] = "width of a head, the most singular values that are not 0"
	WHAT["window"] = "keys that a layer of sliding attention sees"
	ranges("0", "entropy logit_std distance logit_row_std q_fro k_fro v_fro o_fro op fro trace spec_ent log_cond null_op")
	ranges("0 1", "relative_entropy max_prob first_prob special_prob spec_ent_norm gini align sym")
	ranges("1", "rank_eff anisotropy condition stable_rank part_ratio erank spec_perp k90 gap")
	DIFFERS["weights"] = "rounding differs too"
	DIFFERS["circuit"] = "these are different matrices, which no statistic below should mix"
	DIFFERS["metric"] = "these singular values are of different matrices and do not compare"
	DIFFERS["fold"] = "op, fro and trace do not compare between them"
	DIFFERS["logit_scale"] = "op, fro and trace do not compare between them"
	DIFFERS["d_head"] = "rank_eff, spec_ent, anisotropy and condition depend on how many values there are"
	DIFFERS["window"] = "the entropy that a head can have depends on how many keys it sees"
	DIFFERS["distance"] = "a head has a row for each"
	DIFFERS["pair"] = "a head has a row for each"
}

# ranges(range, names) - the least value that these columns can have, and the greatest, if
# there is one.
function ranges(range, names,   a, n, i) {
	n = words(names, a)
	for (i = 1; i <= n; i++)
		RANGE[a[i]] = range
}

# pictures() - what those of hg-plot show, in words: the alternative, and the caption.
function pictures() {
	PICTURE["forest"] = "Correlations with their intervals, by response, predictor and group; the tables above have the same numbers"
	PICTURE["terms"] = "Standardised coefficients with their intervals; the tables above have the same numbers"
	PICTURE["matrix"] = "Matrix of the correlations among the predictors"
	PICTURE["spectrum"] = "Singular values by their number, on a logarithmic scale, a line for each head"
	CAPTION["forest"] = "Correlations and their 95 % intervals, of heads as independent draws."
	CAPTION["terms"] = "Standardised coefficients and their 95 % intervals; of several models, each fitted alone."
	CAPTION["matrix"] = "How the predictors go with each other. Close relatives share one finding, and their coefficients mean little alone."
	CAPTION["residuals"] = "Residuals of the regression: against fitted values, against the normal distribution, and Cook’s distance of each row."
	CAPTION["spectrum"] = "Each line is a head, in the colour of its layer; median and quartiles over them."
	CAPTION["profile"] = "Means of the heads of each layer, and from the least to the greatest of them."
	CAPTION["scatter"] = "The line is that of least squares, the band the 95 % interval of its mean; the heads that move it most are named layer.head."
}
