"""Writes golden.csv: what SciPy says about the statistics of src/statistics.

Needs numpy and scipy (made with 1.17.1): python golden.py > golden.csv. Each line is a kind, the
numbers that are put in, a bar, and the numbers that come out. The confidence sequence is not in SciPy:
its mixture of likelihood ratios is integrated numerically, and its ends are searched for.
"""

import math

import numpy as np
from scipy import integrate, optimize, stats

rng = np.random.default_rng(7)


def line(kind, given, expected):
    print(",".join([kind, *map(repr, map(float, given)), "|", *map(repr, map(float, expected))]))


for probability in (0.001, 0.2, 0.5, 0.8, 0.9, 0.975, 0.995, 0.9999):
    line("normal", [probability], [stats.norm.ppf(probability)])
    for degrees in (1, 2, 2.5, 4, 9, 29.3, 100, 1000, 1e5, 1e6, 1e8):
        line("student", [probability, degrees], [stats.t.ppf(probability, degrees)])

for hits, count in ((0, 1), (1, 1), (0, 20), (7, 20), (20, 20), (511, 1000), (3, 100000)):
    for level in (0.05, 0.01):
        found = stats.binomtest(hits, count).proportion_ci(1 - level, method="wilson")
        line("wilson", [hits, count, level], [found.low, found.high])

for first, second, level in ((2, 2, 0.05), (5, 40, 0.05), (30, 31, 0.01), (200, 90, 0.1)):
    one = rng.normal(0.1, 1.0, first)
    other = rng.standard_t(4, second) * 0.3 + 0.2
    mean = stats.ttest_1samp(one, 0.0).confidence_interval(1 - level)
    line("mean", [level, *one], [one.mean(), mean.low, mean.high])
    welch = stats.ttest_ind(other, one, equal_var=False).confidence_interval(1 - level)
    line("welch", [level, first, *one, *other], [other.mean() - one.mean(), welch.low, welch.high])


def mixture(score, pairs, precision):
    """The mixture of likelihood ratios exp(a score - a² pairs / 2) over a ~ N(0, 1 / precision)."""
    middle = score / (pairs + precision)
    width = 1.0 / math.sqrt(pairs + precision)
    scale = stats.norm(0.0, 1.0 / math.sqrt(precision))

    def integrand(a):
        return math.exp(a * score - a * a * pairs / 2) * scale.pdf(a)

    ends = middle - 12 * width, middle + 12 * width
    return integrate.quad(integrand, *ends, epsabs=0, epsrel=1e-11)[0]


for level in (0.05, 0.01):
    twice = -2 * math.log(level)
    precision = 200 / (twice + math.log(1 + twice))
    for pairs in (30, 77.5, 200, 5000):
        for deviation, estimate in ((1.0, 0.05), (0.2, -0.03)):
            score = pairs * estimate / deviation
            p_value = min(1.0, 1.0 / mixture(score, pairs, precision))
            root = math.sqrt(pairs)
            end = optimize.brentq(
                lambda radius: math.log(mixture(pairs * radius, pairs, precision) * level),
                0.5 / root,
                15 / root,
                xtol=1e-13,
            )
            line("sequence", [level, pairs, deviation, estimate], [end * deviation, p_value])
