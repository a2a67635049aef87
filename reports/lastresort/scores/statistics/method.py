"""What is done to arrive at estimates and verdicts, in words for reports."""

from lastresort.scores.statistics.resampling import RESAMPLES

METHOD = (
    "Every estimate is a ratio of sums over seeds. Intervals are 95 % studentized bootstrap intervals from "
    f"{RESAMPLES:,} resamples of whole seeds, on the jackknife standard error, neither end nearer than Student's t; "
    "BCa, likewise, or percentile, with Hesterberg's correction for few seeds where the note says why. Scores that "
    "are 0 or 1 in every run have Wilson's interval, their differences Newcombe's paired interval and McNemar's "
    "exact test. Differences are paired by seed, except where pairing saves no variance and the correlation over "
    "seeds is compatible with zero: there, each policy's seeds are resampled on their own. All other p values come "
    "from Student's t on the jackknife standard error. Those of no difference are adjusted by Holm's method over "
    "all primary differences, and so are, by themselves, those of equivalence (two one-sided tests against the "
    "smallest difference of interest): the chance of any false finding of either kind is at most about 5 %. A "
    "difference is equivalent if its adjusted p value of equivalence is below 2.5 % and its interval lies within "
    "the smallest difference of interest, better or worse if its interval excludes zero and its adjusted p value is "
    "below 5 %, inconclusive otherwise. Differences on all other scores are exploratory: they have no verdict, and "
    "their p values are adjusted by Benjamini and Hochberg's method over all of them."
)
