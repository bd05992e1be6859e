# Numbers from R for every method of the analysis. R is not needed to run the tests: `Rscript against_r.R > against_r.json`,
# run in this folder, writes them anew.
#
# Needs R with the packages survey, coin, psych and jsonlite. All counts are invented. Each case names a function of `analysis`,
# its arguments, what in R gave the number, and the fields to compare. Where no package has a method, it is written out here a
# second time, from its source and on single answers instead of counts.

suppressPackageStartupMessages({library(survey); library(coin); library(psych); library(jsonlite)})
cases <- list()
of <- function(name, ...) list(call = name, args = list(...))
case <- function(name, args, by, expected, tol = 1e-8)
  cases[[length(cases) + 1]] <<- list(call = name, args = args, by = by, expected = as.list(expected), tol = tol)
l <- function(v) I(v)                              # keep a vector of one a list
rows <- function(m) lapply(seq_len(nrow(m)), function(i) I(m[i, ]))
spread <- function(counts, values = seq_along(counts)) rep(values, counts)
wald <- function(p, n, z = qnorm(.975))            # limits of the score test, by its equation instead of its closed form
  sapply(c(-1, 1), function(s) { g <- function(q) s * (q - p) - z * sqrt(q * (1 - q) / n)
    uniroot(g, if (s < 0) c(0, p) else c(p, 1), tol = 1e-15)$root })
worth <- function(n, N) n * (N - 1) / (N - n)
both <- function(v) setNames(as.list(v), c("low", "high"))
limits <- function(v, name = "interval") setNames(as.list(v), paste0(name, c(".low", ".high")))

# ---- levels ---------------------------------------------------------------------------------------------------------------
case("estimates.wilson", list(17, 52), "stats::prop.test(correct = FALSE)", both(prop.test(17, 52, correct = FALSE)$conf.int))
case("estimates.score_limits", list(0.31, 46.85), "uniroot of the score equation", both(wald(0.31, 46.85)))
case("estimates.wilson_fpc", list(17, 52, 90), "uniroot of the score equation", both(wald(17 / 52, worth(52, 90))))
case("estimates.clopper_pearson", list(17, 52), "stats::binom.test", both(binom.test(17, 52)$conf.int))
exact <- function(x, n, N) range(Filter(function(K)
  phyper(x, K, N - K, n) > .025 && phyper(x - 1, K, N - K, n, lower.tail = FALSE) > .025, x:(N - n + x)))
for (k in list(c(17, 52, 90), c(0, 12, 40), c(29, 30, 31)))
  case("estimates.hypergeometric_interval", as.list(k), "stats::phyper over every number of people", both(exact(k[1], k[2], k[3])))
case("estimates.share", list(17, 52, 90), "stats::phyper over every number of people",
     c(share = 17 / 52, limits(exact(17, 52, 90) / 90)))
x <- c(9, 8, 6); n <- c(21, 14, 9); N <- c(33, 20, 15); W <- N / sum(N)
mover <- function(x, n, N) { W <- N / sum(N); p <- x / n
  u <- sapply(seq_along(x), function(h) wald(p[h], worth(n[h], N[h])))
  sum(W * p) + c(-1, 1) * sqrt(c(sum((W * (p - u[1, ]))^2), sum((W * (u[2, ] - p))^2))) }
case("estimates.stratified_share", list(x, n, N), "written out (MOVER)", c(share = sum(W * x / n), limits(mover(x, n, N))))
d <- data.frame(y = unlist(Map(function(a, b) rep(1:0, c(a, b - a)), x, n)), h = rep(1:3, n), N = rep(N, n), all = sum(N))
P <- postStratify(svydesign(~1, fpc = ~all, data = d), ~h, data.frame(h = 1:3, Freq = N)); m <- svymean(~y, P)
case("estimates.poststratified_share", list(x, n, N), "survey::postStratify; limits written out (MOVER)",
     c(share = coef(m)[[1]], standard_error = SE(m)[1], effective_n = sum(weights(P))^2 / sum(weights(P)^2), limits(mover(x, n, N))))
case("estimates.kish_effective_n", list(n, N), "weights of survey::postStratify", list(value = sum(weights(P))^2 / sum(weights(P)^2)))
f <- c(3, 8, 11, 6); v <- 0:3; y <- spread(f, v)
case("estimates.moments", list(v, f), "base::mean, stats::var", list(n = length(y), mean = mean(y), variance = var(y)))
case("estimates.mean", list(v, f), "stats::t.test", c(mean = mean(y), limits(t.test(y)$conf.int)))
D <- svydesign(~1, fpc = rep(41, 28), data = data.frame(y)); m <- svymean(~y, D)
case("estimates.mean", list(v, f, 41), "survey::svymean",
     c(mean = coef(m)[[1]], standard_error = SE(m)[1], limits(confint(m, df = degf(D)))))
g <- rbind(c(3, 8, 11, 6), c(1, 2, 5, 4)); NN <- c(41, 17)
d <- data.frame(y = c(spread(g[1, ], v), spread(g[2, ], v)), h = rep(1:2, rowSums(g))); d$N <- NN[d$h]; d$all <- sum(NN)
D <- svydesign(~1, strata = ~h, fpc = ~N, data = d); m <- svymean(~y, D)
case("estimates.stratified_mean", list(v, rows(g), NN), "survey::svymean",
     c(mean = coef(m)[[1]], standard_error = SE(m)[1], degrees_of_freedom = degf(D), limits(confint(m, df = degf(D)))))
P <- postStratify(svydesign(~1, fpc = ~all, data = d), ~h, data.frame(h = 1:2, Freq = NN)); m <- svymean(~y, P)
case("estimates.poststratified_mean", list(v, rows(g), NN), "survey::postStratify",
     c(mean = coef(m)[[1]], standard_error = SE(m)[1], limits(confint(m, df = nrow(d) - 1))))

# ---- domains and raking ---------------------------------------------------------------------------------------------------
inside <- c(12, 6, 5); dx <- c(5, 2, 3)
d <- do.call(rbind, lapply(1:3, function(h) data.frame(
  y = rep(c(1, 0, 0), c(dx[h], inside[h] - dx[h], n[h] - inside[h])), dom = rep(1:0, c(inside[h], n[h] - inside[h])), h = h, N = N[h])))
D <- svydesign(~1, strata = ~h, fpc = ~N, data = d); m <- svymean(~y, subset(D, dom == 1))
ps <- coef(m)[[1]]; es <- SE(m)[1]
case("domains.domain_share", list(dx, inside, n, N), "survey::svymean of a subset; limits by uniroot at its error",
     c(share = ps, people = coef(svytotal(~dom, D))[[1]], standard_error = es, limits(wald(ps, ps * (1 - ps) / es^2))))
cells <- rbind(c(11, 7, 5), c(6, 9, 8)); having <- rbind(c(7, 3, 1), c(2, 5, 6)); R <- c(38, 30); C <- c(24, 26, 18)
d <- expand.grid(r = 1:2, c = 1:3); d <- d[rep(1:6, as.vector(cells)), ]
d$y <- unlist(Map(function(a, b) rep(1:0, c(a, b - a)), as.vector(having), as.vector(cells)))
K <- rake(svydesign(~1, weights = ~rep(1, nrow(d)), data = d), list(~r, ~c),
          list(data.frame(r = 1:2, Freq = R), data.frame(c = 1:3, Freq = C)), control = list(maxit = 500, epsilon = 1e-12))
w <- weights(K); W2 <- tapply(w, list(d$r, d$c), mean); worthy <- sum(w)^2 / sum(w^2)
case("raking.rake", list(rows(cells), R, C), "survey::rake",
     c(setNames(as.list(t(W2)), paste0("weights.", rep(0:1, each = 3), ".", 0:2)), effective_n = worthy), 1e-6)
ps <- sum(w * d$y) / sum(w)
case("raking.raked_share", list(rows(having), rows(cells), of("raking.rake", rows(cells), R, C)),
     "survey::rake; limits by uniroot at Kish's n", c(share = coef(svymean(~y, K))[[1]], limits(wald(ps, worth(worthy, sum(R))))), 1e-6)

# ---- changes --------------------------------------------------------------------------------------------------------------
join <- function(p, q, a, b) q - p + c(-1, 1) * sqrt(c((q - b[1])^2 + (a[2] - p)^2, (b[2] - q)^2 + (p - a[1])^2))
w1 <- prop.test(17, 52, correct = FALSE)$conf.int; w2 <- prop.test(29, 55, correct = FALSE)$conf.int
case("change.newcombe", list(17, 52, 29, 55), "limits of stats::prop.test, joined", c(change = 29 / 55 - 17 / 52, limits(join(17 / 52, 29 / 55, w1, w2))))
f1 <- wald(17 / 52, worth(52, 90)); f2 <- wald(29 / 55, worth(55, 88))
case("change.newcombe_fpc", list(17, 52, 90, 29, 55, 88), "written out", c(change = 29 / 55 - 17 / 52, limits(join(17 / 52, 29 / 55, f1, f2))))
case("change.share_change", list(17, 52, 29, 55, 90, NULL), "written out", limits(join(17 / 52, 29 / 55, f1, w2)))
case("change.share_difference", list(of("estimates.share", 17, 52, 90), of("estimates.share", 29, 55, 88)), "written out",
     limits(join(17 / 52, 29 / 55, exact(17, 52, 90) / 90, exact(29, 55, 88) / 88)))
x2 <- c(15, 6, 8); n2 <- c(24, 11, 10); N2 <- c(35, 19, 14); p <- sum(N / sum(N) * x / n); q <- sum(N2 / sum(N2) * x2 / n2)
case("change.stratified_newcombe_fpc", list(x, n, N, x2, n2, N2), "written out",
     c(change = q - p, limits(join(p, q, mover(x, n, N), mover(x2, n2, N2)))))
h1 <- c(4, 9, 10, 5); h2 <- c(2, 6, 12, 11); y1 <- spread(h1, v); y2 <- spread(h2, v); tt <- t.test(y2, y1)
case("change.mean_change", list(of("estimates.mean", v, h1), of("estimates.mean", v, h2)), "stats::t.test",
     c(change = mean(y2) - mean(y1), limits(tt$conf.int)))
case("change.satterthwaite", list(c(var(y1) / 28, var(y2) / 31), c(27, 30)), "stats::t.test", list(value = tt$parameter[[1]]))
pairs <- outer(y1, y2, function(a, b) (a < b) + (a == b) / 2); P <- mean(pairs)
case("change.superiority", list(h1, h2), "every pair", list(value = P))
case("change.cliffs_delta", list(h1, h2), "every pair", list(value = mean(sign(outer(-y1, y2, "+")))))
va <- var(rowMeans(pairs)) / 28; vb <- var(colMeans(pairs)) / 31; dfp <- (va + vb)^2 / (va^2 / 27 + vb^2 / 30); se <- sqrt(va + vb)
logit <- function(P, se, df) plogis(qlogis(P) + c(-1, 1) * qt(.975, df) * se / (P * (1 - P)))
case("change.superiority_estimate", list(h1, h2), "every pair", c(probability = P, standard_error = se, limits(logit(P, se, dfp))))
case("change.cohens_h", list(17 / 52, 29 / 55), "base::asin", list(value = 2 * asin(sqrt(29 / 55)) - 2 * asin(sqrt(17 / 52))))
m <- 28 + 31 - 2; pooled <- sqrt((27 * var(y1) + 30 * var(y2)) / m)
hg <- (mean(y2) - mean(y1)) / pooled * gamma(m / 2) / (sqrt(m / 2) * gamma((m - 1) / 2))
case("change.hedges_g", list(v, h1, h2), "base::gamma", list(value = hg))
case("change.hedges_g_of", list(of("estimates.moments", v, h1), of("estimates.moments", v, h2)), "base::gamma", list(value = hg))
case("change.nonresponse_bounds", list(17, 52, 90), "both extremes", both(range(mean(rep(1:0, c(17, 73))), mean(rep(1:0, c(55, 35))))))

# ---- ranks over groups, overlap -------------------------------------------------------------------------------------------
T1 <- rbind(c(4, 9, 10, 5), c(3, 4, 2, 1)); T2 <- rbind(c(2, 6, 12, 11), c(1, 3, 4, 4)); N1 <- c(41, 15); N3 <- c(44, 16)
long <- function(T, NN) { d <- data.frame(y = c(spread(T[1, ]), spread(T[2, ])), h = rep(1:2, rowSums(T))); d$N <- NN[d$h]; d$w <- d$N / rowSums(T)[d$h]; d }
a <- long(T1, N1); b <- long(T2, N3); win <- outer(a$y, b$y, function(s, t) (s < t) + (s == t) / 2)
P <- sum(outer(a$w, b$w) * win) / (sum(a$w) * sum(b$w))
a$place <- as.vector(win %*% b$w) / sum(b$w); b$place <- as.vector(a$w %*% win) / sum(a$w)
err <- sapply(list(a, b), function(d) SE(svymean(~place, svydesign(~1, strata = ~h, fpc = ~N, data = d)))[1]); se <- sqrt(sum(err^2))
each <- unlist(lapply(list(a, b), function(d) sapply(1:2, function(h) { k <- d[d$h == h, ]; (k$N[1] / sum(unique(d[c("h", "N")])$N))^2 * (1 - nrow(k) / k$N[1]) * var(k$place) / nrow(k) })))
dfr <- sum(each)^2 / sum(each^2 / (c(rowSums(T1), rowSums(T2)) - 1))
case("ranks.stratified_superiority", list(rows(T1), N1, rows(T2), N3), "every pair; survey::svymean of the placements",
     c(probability = P, standard_error = se, degrees_of_freedom = dfr, limits(logit(P, se, dfr))))
case("overlap.overlap", list(52, 55, 90, 33, 15), "counting", list(least = max(52 + 55 - 90, 33), most = min(52, 55 - 15), by_chance = 52 * 55 / 90))
u1 <- c(0, 0, 1, 1, 0, 1); u2 <- c(0, 1, 1, 1, 0, 0); S1 <- combn(6, 2); S2 <- combn(6, 3)
mm <- do.call(rbind, apply(S1, 2, function(i) t(apply(S2, 2, function(j) c(sum(i %in% j), mean(u1[i]), mean(u2[j])))), simplify = FALSE))
for (k in 0:2) case("overlap.correlation_of_shares", list(2, 3, 6, k, cor(u1, u2)), "every pair of samples", list(value = cor(mm[mm[, 1] == k, 2:3])[1, 2]))
hi <- cor(sort(rep(0:1, c(35, 17) * 55)), sort(rep(0:1, c(26, 29) * 52)))
case("overlap.highest_correlation", list(17 / 52, 29 / 55), "correlation of sorted answers", list(value = hi))
tam <- function(k) hi * (k / (52 * 55) - 1 / 90) / sqrt((1 / 52 - 1 / 90) * (1 / 55 - 1 / 90)); rho <- c(tam(33), tam(40), 0)
s2 <- wald(29 / 55, worth(55, 90)); q <- 29 / 55; p <- 17 / 52
tied <- function(r) q - p + c(-1, 1) * sqrt(c((q - s2[1])^2 + (f1[2] - p)^2 - 2 * r * (q - s2[1]) * (f1[2] - p), (s2[2] - q)^2 + (p - f1[1])^2 - 2 * r * (s2[2] - q) * (p - f1[1])))
case("overlap.overlap_band", list(17, 52, 29, 55, 90, of("overlap.overlap", 52, 55, 90, 33, 15)), "written out",
     c(limits(tied(max(rho)), "narrowest"), limits(tied(min(rho)), "widest")))

case("overlap.among", list(of("overlap.overlap", 52, 55, 90, 33, 15), 52, 55, 50, 51, 90), "counting", list(least = max(50 + 51 - 90, 33 - 2 - 4), most = min(50, 51, 40), by_chance = 50 * 51 / 90))
grown <- sapply(c(33, 40), function(k) hi * (k / (52 * 55) - 1 / 96) / sqrt((1 / 52 - 1 / 90) * (1 / 55 - 1 / 96)))
case("overlap.correlations", list(of("overlap.overlap", 52, 55, 90, 33, 15), 52, 55, 90, hi, 96), "written out", list("0" = min(0, grown), "1" = max(0, grown)))
s0 <- mover(c(9, 8, 6), c(21, 14, 9), c(33, 20, 15)); s9 <- mover(c(14, 9, 4), c(20, 15, 9), c(33, 20, 15)); pa <- sum(c(33, 20, 15) / 68 * c(9, 8, 6) / c(21, 14, 9)); pb <- sum(c(33, 20, 15) / 68 * c(14, 9, 4) / c(20, 15, 9))
length_of <- function(v, r) sqrt(as.vector(v %*% matrix(c(1, -r, -r, 1), 2) %*% v))
apart <- function(r) pb - pa + c(-length_of(c(pb - s9[1], s0[2] - pa), r), length_of(c(s9[2] - pb, pa - s0[1]), r))
case("overlap.band", list(of("estimates.stratified_share", c(9, 8, 6), c(21, 14, 9), c(33, 20, 15)), of("estimates.stratified_share", c(14, 9, 4), c(20, 15, 9), c(33, 20, 15)), -.2, .3),
     "written out with matrices", c(limits(apart(.3), "narrowest"), limits(apart(-.2), "widest")))
z1 <- c(0, 1, 1, 2, 3, 3, 4, 2); z2 <- c(1, 1, 2, 2, 3, 4, 4, 1); dfz <- unname(t.test(z1, z2)$parameter)  # the same people twice: their differences
twice <- function(d) mean(z2 - z1) + c(-1, 1) * qt(.975, dfz) * sd(d) / sqrt(8)
case("overlap.band_of_means", list(of("estimates.mean", 0:4, tabulate(z1 + 1, 5)), of("estimates.mean", 0:4, tabulate(z2 + 1, 5)), -cor(z1, z2), cor(z1, z2)),
     "stats::sd of differences and sums", c(limits(twice(z2 - z1), "narrowest"), limits(twice(z2 + z1), "widest")))

# ---- tests ----------------------------------------------------------------------------------------------------------------
bos <- function(x1, n1, x2, n2) {
  O <- outer(0:n1, 0:n2, Vectorize(function(i, j) phyper(i, n1, n2, i + j))); U <- outer(0:n1, 0:n2, Vectorize(function(i, j) phyper(i - 1, n1, n2, i + j, lower.tail = FALSE)))
  side <- function(F) { Z <- F <= F[x1 + 1, x2 + 1] * (1 + 1e-12); f <- function(p) sum(outer(dbinom(0:n1, n1, p), dbinom(0:n2, n2, p))[Z])
    at <- seq(0, 1, length.out = 2001); k <- which.max(sapply(at, f)); optimize(f, at[pmin(2001, pmax(1, k + c(-1, 1)))], maximum = TRUE, tol = 1e-12)$objective }
  min(1, 2 * min(side(O), side(U))) }
for (k in list(c(17, 52, 29, 55), c(1, 9, 7, 11))) case("significance.boschloo", as.list(k), "stats::phyper, stats::dbinom, optimize", list(p_value = do.call(bos, as.list(k))), 1e-6)
s <- prop.test(c(170, 290), c(520, 550), correct = FALSE)
case("significance.score_test", list(170, 520, 290, 550), "stats::prop.test(correct = FALSE)", list(p_value = s$p.value, statistic = sqrt(s$statistic[[1]])))
cube <- function(x, n, x2, n2) array(unlist(Map(function(a, b, c, d) c(a, b - a, c, d - c), x, n, x2, n2)), c(2, 2, length(x)))
s <- mantelhaen.test(cube(x, n, x2, n2), correct = FALSE)
case("significance.cochran_mantel_haenszel", list(x, n, x2, n2), "stats::mantelhaen.test", list(p_value = s$p.value, statistic = s$statistic[[1]]))
case("significance.cochran_mantel_haenszel", list(c(1, 0, 1), c(6, 4, 5), c(3, 2, 1), c(7, 5, 4)), "stats::mantelhaen.test(exact = TRUE)",
     list(p_value = mantelhaen.test(cube(c(1, 0, 1), c(6, 4, 5), c(3, 2, 1), c(7, 5, 4)), exact = TRUE)$p.value))
bm <- (mean(pairs) - .5) / sqrt(va + vb)
case("significance.brunner_munzel", list(h1, h2), "every pair", list(p_value = 2 * pt(-abs(bm), dfp), statistic = bm, degrees_of_freedom = dfp))
two <- data.frame(y = c(spread(c(3, 4, 2, 1)), spread(c(1, 2, 5, 4))), g = factor(rep(1:2, c(10, 12))))
case("significance.permutation", list(c(3, 4, 2, 1), c(1, 2, 5, 4)), "coin::wilcox_test(distribution = 'exact')",
     list(p_value = as.numeric(pvalue(wilcox_test(y ~ g, two, distribution = "exact")))))
e <- rbind(cbind(a, g = 1), cbind(b, g = 2)[names(cbind(a, g = 1))]); e$g <- factor(e$g); e$h <- factor(e$h)
ve <- independence_test(y ~ g | h, e, ytrafo = function(data) trafo(data, numeric_trafo = function(y) rank_trafo(y) / (length(y) + 1), block = e$h), teststat = "scalar")
case("significance.van_elteren", list(rows(T1), rows(T2)), "coin::independence_test, ranks over n + 1 within blocks",
     list(p_value = as.numeric(pvalue(ve)), statistic = -as.numeric(statistic(ve))))
case("significance.welch", list(v, h1, h2), "stats::t.test", list(p_value = tt$p.value, statistic = tt$statistic[[1]], degrees_of_freedom = tt$parameter[[1]]))
mw <- function(T, NN) { W <- NN / sum(NN); k <- lapply(1:2, function(h) spread(T[h, ], v)); n <- sapply(k, length); list(m = sum(W * sapply(k, mean)), v = W^2 * sapply(k, var) / n, d = n - 1) }
A <- mw(T1, N1); B <- mw(T2, N3); vv <- c(A$v, B$v); st <- (B$m - A$m) / sqrt(sum(vv)); sd <- sum(vv)^2 / sum(vv^2 / c(A$d, B$d))
case("significance.stratified_welch", list(v, rows(T1), N1, rows(T2), N3), "written out", list(p_value = 2 * pt(-abs(st), sd), statistic = st, degrees_of_freedom = sd))
parts <- function(T, NN) lapply(1:2, function(h) list(NN[h] / sum(NN), of("estimates.moments", v, T[h, ])))
case("significance.weighted_welch", list(parts(T1, N1), parts(T2, N3)), "written out", list(p_value = 2 * pt(-abs(st), sd), statistic = st))

# ---- three and more waves -------------------------------------------------------------------------------------------------
tx <- c(14, 22, 25, 37); tn <- c(50, 55, 52, 58); when <- c(0, 1, 2.5, 4); s <- prop.trend.test(tx, tn, when)
case("significance.cochran_armitage", list(tx, tn, when), "stats::prop.trend.test", list(p_value = s$p.value, statistic = s$statistic[[1]]))
days <- as.Date(c("2024-05-02", "2025-04-30", "2027-11-01")); at <- as.numeric(days - days[1]) / 365.25
case("trend.years", list(lapply(format(days), function(d) of("date", d))), "base::as.Date", list("0" = at[1], "1" = at[2], "2" = at[3]))
W4 <- rbind(c(9, 14, 16, 8), c(7, 11, 18, 12), c(5, 12, 15, 16)); NT <- c(70, 72, 68); k <- coef(lm(diag(3) ~ at))[2, ]
sh <- W4[, 4] / rowSums(W4); U <- sapply(1:3, function(i) exact(W4[i, 4], rowSums(W4)[i], NT[i]) / NT[i])
slope <- unname(coef(lm(sh ~ at))[2])
ends <- slope + c(-1, 1) * sqrt(c(sum((k * sh - pmin(k * U[1, ], k * U[2, ]))^2), sum((pmax(k * U[1, ], k * U[2, ]) - k * sh)^2)))
case("trend.share_slope", list(lapply(1:3, function(i) of("estimates.share", W4[i, 4], rowSums(W4)[i], NT[i])), at), "stats::lm; MOVER written out", c(change = slope, limits(ends)))
ms <- lapply(1:3, function(i) spread(W4[i, ], v)); mn <- sapply(ms, mean); vr <- k^2 * (1 - rowSums(W4) / NT) * sapply(ms, var) / rowSums(W4)
msl <- unname(coef(lm(mn ~ at))[2]); md <- sum(vr)^2 / sum(vr^2 / (rowSums(W4) - 1))
case("trend.mean_slope", list(lapply(1:3, function(i) of("estimates.mean", v, W4[i, ], NT[i])), at), "stats::lm", c(change = msl, limits(msl + c(-1, 1) * qt(.975, md) * sqrt(sum(vr)))))
vf <- k^2 * sapply(ms, var) / rowSums(W4); mf <- sum(vf)^2 / sum(vf^2 / (rowSums(W4) - 1)); slack <- c(.01, .02, .015)
for (off in list(0, sum(abs(k) * slack))) { mt <- (abs(msl) - off) / sqrt(sum(vf))
  case("trend.mean_trend", list(lapply(1:3, function(i) of("estimates.mean", v, W4[i, ])), at, off), "stats::lm, stats::pt", list(p_value = 2 * pt(-mt, mf), statistic = sign(msl) * mt)) }
case("trend.rounding_of_slope", list(slack, at), "coefficients of stats::lm", list(value = sum(abs(k) * slack)))
yy <- unlist(ms); gg <- rep(1:3, rowSums(W4)); kt <- cor.test(gg, yy, method = "kendall", exact = FALSE)
case("trend.jonckheere", list(rows(W4), at), "stats::cor.test(method = 'kendall')", list(p_value = kt$p.value, statistic = kt$statistic[[1]]))
lb <- (length(yy) - 1) * cor(at[gg], yy)^2; lc <- lbl_test(table(gg, yy), scores = list(gg = at, yy = c(0, 1, 2, 3)))
stopifnot(abs(as.numeric(statistic(lc))^2 - lb) < 1e-8)
case("trend.linear_by_linear", list(rows(W4), at, v), "coin::lbl_test", list(p_value = as.numeric(pvalue(lc)), statistic = lb))
case("trend_lines.shares_of_time", list(lapply(format(days), function(d) of("date", d))), "base::as.Date", list("0" = 0, "1" = as.numeric(days[2] - days[1]) / as.numeric(days[3] - days[1]), "2" = 1))
lines <- list(list(c(24, 30, 42), c(.4, .5, .7), c(.33, .42, .63), c(.47, .58, .77)), list(c(24, 26, 27), c(.4, .43, .45), c(.33, .36, .38), c(.47, .5, .52)))
un <- at / max(at); kk <- coef(lm(diag(3) ~ un))[2, ]
told <- lapply(lines, function(z) list(s = sum(kk * z[[2]]), e = sum(kk * z[[2]]) + c(-1, 1) * sqrt(c(sum((kk * z[[2]] - pmin(kk * z[[3]], kk * z[[4]]))^2), sum((pmax(kk * z[[3]], kk * z[[4]]) - kk * z[[2]])^2))), p = prop.trend.test(z[[1]], c(60, 60, 60), un)$p.value))
word <- ifelse(p.adjust(sapply(told, `[[`, "p"), "holm") < .05, "clear_rise", "no_clear_change")
case("trend_lines.trend_lines", list(lapply(lines, function(z) lapply(1:3, function(i) of("trend_lines.Point", z[[1]][i], 60, z[[2]][i], z[[3]][i], z[[4]][i]))), lapply(format(days), function(d) of("date", d))),
     "stats::lm, stats::prop.trend.test, stats::p.adjust",
     unlist(lapply(1:2, function(i) setNames(list(told[[i]]$s, told[[i]]$e[1], told[[i]]$e[2], word[i]), paste0(i - 1, c(".change", ".low", ".high", ".verdict")))), recursive = FALSE))

# ---- equivalence, families, smallest visible change -----------------------------------------------------------------------
rs <- function(x1, n1, x2, n2, d) { p <- optimize(function(p) dbinom(x1, n1, p, log = TRUE) + dbinom(x2, n2, p + d, log = TRUE), c(max(0, -d), min(1, 1 - d)), maximum = TRUE, tol = 1e-12)$maximum; c(p, p + d) }
r <- rs(17, 52, 29, 55, .1)
case("equivalence.restricted_shares", list(17, 52, 29, 55, .1), "stats::optimize of the likelihood", list("0" = r[1], "1" = r[2]), 1e-6)
fm <- function(d) { r <- rs(33, 52, 36, 55, d); (36 / 55 - 33 / 52 - d) / sqrt(sum(r * (1 - r) / c(52, 55))) }
case("equivalence.equivalent_share", list(33, 52, 36, 55, .2), "stats::optimize of the likelihood", list(p_value = max(pnorm(-fm(-.2)), pnorm(fm(.2)))), 1e-6)
case("equivalence.equivalent_mean", list(v, h1, h2, .9), "stats::t.test on both sides",
     list(p_value = max(t.test(y2, y1, mu = -.9, alternative = "greater")$p.value, t.test(y2, y1, mu = .9, alternative = "less")$p.value)))
case("equivalence.equivalent_superiority", list(h1, h2, .3), "every pair", list(p_value = pt(-(.3 - abs(mean(pairs) - .5)) / sqrt(va + vb), dfp)))
xs1 <- c(9, 8, 6); ns1 <- c(21, 14, 9); xs2 <- c(11, 7, 5); ns2 <- c(22, 13, 10); Ns1 <- c(33, 20, 15); Ns2 <- c(36, 18, 15)
over <- function(d) { w1 <- Ns1 / sum(Ns1); w2 <- Ns2 / sum(Ns2); v <- sum(sapply(1:3, function(h) { r <- rs(xs1[h], ns1[h], xs2[h], ns2[h], d); sum(c(w1[h], w2[h])^2 * r * (1 - r) / c(ns1[h], ns2[h])) }))
  (sum(w2 * xs2 / ns2) - sum(w1 * xs1 / ns1) - d) / sqrt(v) }
case("equivalence.stratified_equivalent_share", list(xs1, ns1, Ns1, xs2, ns2, Ns2, .25), "stats::optimize of each likelihood", list(p_value = max(pnorm(-over(-.25)), pnorm(over(.25)))), 1e-6)
wmean <- function(y, w) sum(w * sapply(y, mean)); wvar <- function(y, w) w^2 * sapply(y, var) / sapply(y, length)
ya <- list(c(1, 2, 2, 4, 3), c(0, 1, 3, 3)); yb <- list(c(2, 2, 3, 4), c(1, 1, 2, 3, 4)); wa <- c(.6, .4); wb <- c(.55, .45); each <- c(wvar(ya, wa), wvar(yb, wb)); mo <- function(y, w) Map(function(k, x) list(k, of("estimates.moments", 0:4, tabulate(x + 1, 5))), w, y)
case("equivalence.equivalent_moments", list(mo(ya, wa), mo(yb, wb), 1.5, .1), "single answers", list(p_value = pt(-(1.5 - .1 - abs(wmean(yb, wb) - wmean(ya, wa))) / sqrt(sum(each)), sum(each)^2 / sum(each^2 / (c(lengths(ya), lengths(yb)) - 1)))))
ps <- c(.004, .02, .011, .6, .03)
for (k in c("holm", "benjamini_hochberg", "bonferroni"))
  case(paste0("multiplicity.", k), list(ps), "stats::p.adjust", setNames(as.list(p.adjust(ps, c(holm = "holm", benjamini_hochberg = "BH", bonferroni = "bonferroni")[[k]])), 0:4))
reach <- qnorm(.975) + qnorm(.8)
few <- uniroot(function(d) d - reach * sqrt(.02 * .98 / 52 + (.02 + d) * (.98 - d) / 55), c(.001, .9), tol = 1e-14)$root
case("detectable.smallest_visible_share", list(52, 55, .4), "written out", list(value = reach * sqrt(.4 * .6 * (1 / 52 + 1 / 55))))
case("detectable.smallest_visible_share", list(52, 55, .02), "uniroot", list(value = max(few, reach * sqrt(.02 * .98 * (1 / 52 + 1 / 55)))))
case("detectable.smallest_visible_share_fpc", list(52, 90, 55, 88, .4), "written out", list(value = reach * sqrt(.4 * .6 * ((1 - 52 / 90) / 52 + (1 - 55 / 88) / 55))))
big <- power.t.test(n = 400, sd = 2, power = .8)$delta
case("detectable.smallest_visible_mean", list(4, 400, 4, 400), "stats::power.t.test (t instead of normal)", list(value = big), 1e-3)
case("detectable.smallest_visible_mean_fpc", list(.137, .136), "written out", list(value = reach * sqrt(.137^2 + .136^2)))
w0 <- wilcox_test(y ~ factor(g), data.frame(y = c(y1, y2), g = rep(1:2, c(28, 31))))
case("detectable.smallest_visible_superiority", list(h1, h2), "variance of coin::wilcox_test", list(value = reach * sqrt(as.numeric(variance(w0))) / (28 * 31)))

# ---- quality of a scale ---------------------------------------------------------------------------------------------------
set.seed(7); core <- rnorm(70); X <- sapply(c(.9, .7, .6, .8), function(b) pmin(5, pmax(1, round(3 + b * core + rnorm(70, sd = .8)))))
sums <- list(70, colSums(X), rows(crossprod(X))); al <- suppressWarnings(psych::alpha(as.data.frame(X))); a0 <- al$total$raw_alpha
case("scales.cronbach_alpha", sums, "psych::alpha; limits by stats::qf", c(alpha = a0, limits(1 - (1 - a0) * qf(c(.975, .025), 69, 69 * 3))))
B <- (X > 3) * 1; spread <- sd(rowSums(B)); b0 <- suppressWarnings(psych::alpha(as.data.frame(B)))$total$raw_alpha
case("scales.kuder_richardson", list(70, lapply(unname(colSums(B)), rep, 2), rep(spread, 2)), "psych::alpha; limits by stats::qf",
     c(alpha = b0, limits(1 - (1 - b0) * qf(c(.975, .025), 69, 69 * 3))))
case("scales.item_rest_correlations", sums, "psych::alpha", setNames(as.list(al$item.stats$r.drop), 0:3))
fit <- optim(rep(.7, 4), function(b) { r <- cov(X) - tcrossprod(b); sum(r[upper.tri(r)]^2) }, method = "BFGS", control = list(reltol = 1e-16, maxit = 1000))$par
mr <- abs(fa(cov(X), fm = "minres", covar = TRUE, n.obs = 70)$loadings[, 1]); stopifnot(max(abs(abs(fit) - mr)) < 1e-3)
case("scales.omega_total", sums, "stats::optim; psych::fa to three digits", list(value = sum(fit)^2 / (sum(fit)^2 + sum(diag(cov(X)) - fit^2))), 1e-5)
case("scales.item_difficulty", list(17, 52), "base::mean", list(value = mean(rep(1:0, c(17, 35)))))

# ---- several municipalities, and the points of a score ----------------------------------------------------------------------
lv <- c(.41, .58, .37, .62, .5, .44); lo <- c(.3, .45, .25, .44, .41, .3); hi <- c(.52, .7, .5, .77, .6, .58)
case("between.between", list(Map(function(a, b, c) of("between.Shown", a, b, c), lv, lo, hi)), "stats::median, base::range",
     list(n = 6, median = median(lv), least = min(lv), most = max(lv), common_low = max(lo), common_high = min(hi), by_chance = 6 * (1 - .95)))
most <- 14; people <- 220; mean0 <- 8.3; sd0 <- 2.8; ways <- list()
for (r in c(2, 1.5, 1, .5)) for (w in 1:most) {
  first <- max(0, ceiling(mean0 - r * sd0)); last <- min(most, floor(mean0 + r * sd0))
  b <- unique(c(0, first + w * 0:((last + 1 - first) %/% w))); b <- b[b <= most]
  if (length(b) >= 3) ways[[length(ways) + 1]] <- b }
sizes <- lapply(ways, function(b) sort(people * diff(pnorm(c(-Inf, b[-1] - .5, Inf), mean0, sd0))))
enough <- sapply(sizes, `[`, 1) >= max(10, people / 5); ways <- ways[enough]; sizes <- sizes[enough]
long <- which(lengths(ways) == max(lengths(ways))); ranked <- do.call(order, c(as.data.frame(do.call(rbind, sizes[long])), decreasing = TRUE))
b <- ways[[long[ranked[1]]]]; k <- seq_along(b) - 1
case("point_cuts.cut", list(most, people, mean0, sd0), "stats::pnorm",
     c(setNames(as.list(b), paste(k, 0, sep = ".")), setNames(as.list(c(b[-1] - 1, most)), paste(k, 1, sep = "."))))

software <- paste0(R.version.string, ", survey ", packageVersion("survey"), ", coin ", packageVersion("coin"), ", psych ", packageVersion("psych"))
line <- function(each) toJSON(each, auto_unbox = TRUE, digits = 15, null = "null")
cat("{\"software\": ", line(software), ", \"cases\": [\n", paste(sapply(cases, line), collapse = ",\n"), "\n]}\n", sep = "")
