"""The noise, in the hand: counts and an exponent in, negatives thrown from a seed, what subsampling keeps."""

from html import escape

import numpy as np
import traitlets

from w2v_core.corpus import keep_probability
from w2v_core.errors import SettingError, finite_number, positive_integer
from w2v_core.objectives import NegativeSampling
from w2v_core.widgets.base import Explorable, bar, show, whole
from w2v_core.widgets.words import checked_words

WORDS, COUNTS = ("the", "of", "tea", "saucer"), (256, 81, 16, 1)
MOST_WORDS, MOST_SHOWN, MOST_NEGATIVES, MOST_THROWS, LARGEST_SEED = 5000, 12, 20, 1000, 2**32 - 1


def mean(number):
    """Write an expected number of words."""
    return show(number, 1) if number < 100 else whole(number)


class NoiseExplorer(Explorable):
    r"""Turn counts into the noise :math:`P_n(w) = n_w^\alpha / \sum_x n_x^\alpha`; throw negatives; subsample.

    `power` is the exponent α (0 to 1), `negatives` is K (1 to 20), `throws` says how often K negatives have been thrown
    (up to 1000), all from a generator with this `seed`: see `thrown`. `threshold` is t, for subsampling (above 0, up to
    1). `word` is the place of the word in the formulas. Of many words, up to 5000, the 12 most frequent have a row
    each. To change the number of words, assign `words` and `counts` inside
    ``with explorer.hold_trait_notifications():``.

    >>> explorer = NoiseExplorer(throws=2, negatives=3)
    >>> explorer.describe()
    'With exponent 0.75, tea makes up 0.045 of the text and 0.080 of the noise. Subsampling keeps 1.000 of its places.'
    >>> explorer.thrown()
    [['the', 'tea', 'the'], ['tea', 'the', 'the']]
    """

    words = traitlets.List().tag(sync=True)
    counts = traitlets.List().tag(sync=True)
    word = traitlets.Any(0).tag(sync=True)
    power = traitlets.Any(0.75).tag(sync=True)
    negatives = traitlets.Any(5).tag(sync=True)
    seed = traitlets.Any(1).tag(sync=True)
    throws = traitlets.Any(0).tag(sync=True)
    threshold = traitlets.Any(0.05).tag(sync=True)

    def __init__(self, words=WORDS, counts=COUNTS, word=2, power=0.75, negatives=5, seed=1, throws=0, threshold=0.05):
        """Check every setting, and that there is a count for each word."""
        settings = {"power": power, "negatives": negatives, "seed": seed, "throws": throws, "threshold": threshold}
        super().__init__(words=list(words), counts=list(counts), word=word, **settings)

    @staticmethod
    def checked(words, counts, word, power, negatives, seed, throws, threshold):
        """From 2 to 5000 words with counts, one of them chosen; numbers in their ranges."""
        whole_numbers = {
            "word": (word, len(words) - 1),
            "negatives": (negatives, MOST_NEGATIVES),
            "seed": (seed, LARGEST_SEED),
            "throws": (throws, MOST_THROWS),
        }
        settings = checked_words(words, counts, MOST_WORDS)
        for name, (value, most) in whole_numbers.items():
            if isinstance(value, bool) or value not in range(most + 1):
                raise SettingError(f"{name} must be a whole number from 0 to {most}, not {value!r}.")
            settings[name] = int(value)
        return settings | {
            "negatives": positive_integer("negatives", negatives),
            "power": finite_number("power", power, low=0, high=1),
            "threshold": finite_number("threshold", threshold, low=0, high=1, low_open=True),
        }

    def _objective(self):
        return NegativeSampling(np.array(self.counts), negatives=self.negatives, power=self.power)

    def _rows(self):
        """Thrown so far: places of words, a row a throw."""
        targets = np.zeros(self.throws, dtype=int)
        return self._objective().candidates(targets, np.random.default_rng(self.seed)).rows[:, 1:]

    def thrown(self):
        """Thrown so far: words, a list a throw. `NegativeSampling` draws the same from a generator with this seed."""
        return [[self.words[place] for place in row] for row in self._rows()]

    def _results(self):
        """For each word: its share of the text and of the noise, how often it was thrown, what is kept of it."""
        counts = np.array(self.counts)
        tally = np.bincount(self._rows().ravel(), minlength=len(counts))
        return counts / counts.sum(), self._objective().noise, tally, keep_probability(counts, self.threshold)

    def describe(self):
        """Say how the chosen word fares in the text, in the noise, and in subsampling."""
        share, noise, _, kept = (values[self.word] for values in self._results())
        return (
            f"With exponent {self.power:g}, {self.words[self.word]} makes up {show(share)} of the text and "
            f"{show(noise)} of the noise. Subsampling keeps {show(kept)} of its places."
        )

    def picture(self):
        """Draw a table: shares of text and noise, what was thrown, what is kept; the rare words in one row."""
        share, noise, tally, kept = self._results()
        order = np.argsort(-np.array(self.counts), kind="stable")
        groups = [(escape(self.words[w]), [w]) for w in order[:MOST_SHOWN]]
        if len(order) > MOST_SHOWN:
            groups.append((f"{whole(len(order) - MOST_SHOWN)} others", order[MOST_SHOWN:]))
        total = self.throws * self.negatives
        scale = max(max(share[group].sum(), len(group) / len(order) * (len(group) > 1)) for _, group in groups)
        rows = ""
        for name, group in groups:
            text, likely, seen = share[group].sum(), noise[group].sum(), tally[group].sum()
            chance = (share[group] * kept[group]).sum() / text
            cells = [
                bar("plain", 0, text / scale, show(text)),
                bar("probability", 0, min(1, likely / scale), show(likely)),
                bar("plain", 0, min(1, seen / max(total, 1) / scale), f"{whole(seen)} ({mean(total * likely)})"),
                bar("plain", 0, chance, show(chance)),
            ]
            count = whole(np.array(self.counts)[group].sum())
            rows += (
                f'<tr><th scope="row"><span class="w2v-word">{name}</span> <span class="w2v-number">{count}</span></th>'
                + "".join(f"<td>{cell}</td>" for cell in cells)
                + "</tr>"
            )
        heads = ["word, count", "share of the text", "share of the noise", "thrown (expected)", "kept"]
        head = "".join(f'<th scope="col">{name}</th>' for name in heads)
        return f'<table class="w2v-noise"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
