"""The softmax, in the hand: scores in, probabilities, errors and loss out."""

from html import escape

import numpy as np
import traitlets

from w2v_core.errors import SettingError, finite_number
from w2v_core.numerics import log_softmax
from w2v_core.widgets.base import Explorable, bar, show

WORDS, SCORES = ("mouse", "sofa", "purrs", "moon", "tax"), (2.0, 1.2, 0.5, -0.5, -2.0)


class SoftmaxExplorer(Explorable):
    r"""Move the scores of a few words; watch :math:`\hat y`, :math:`\hat y - y` and :math:`-\log\hat y_w`.

    `scores` lie between -1000 and 1000, `target` is the place of the word that really came next, `temperature`
    divides every score (0.01 to 100). Assign a new list to change the scores: ``explorer.scores = [...]``; to change
    the number of words too, assign both inside ``with explorer.hold_trait_notifications():``.

    >>> SoftmaxExplorer(words=["yes", "no"], scores=[0, 0]).describe()
    'Near “cat”, the target word yes has probability 0.500 and loss 0.693 (temperature 1).'
    """

    words = traitlets.List().tag(sync=True)
    scores = traitlets.List().tag(sync=True)
    target = traitlets.Any(0).tag(sync=True)
    temperature = traitlets.Any(1.0).tag(sync=True)
    center = traitlets.Unicode().tag(sync=True)

    def __init__(self, words=WORDS, scores=SCORES, target=0, temperature=1.0, center="cat"):
        """Check every setting, and that there is one score for each word."""
        super().__init__(words=list(words), scores=list(scores), target=target, temperature=temperature, center=center)

    @staticmethod
    def checked(words, scores, target, temperature, center):
        """At least two words, one score for each, a target among them, a temperature that divides."""
        if len(words) < 2 or not all(isinstance(word, str) for word in words):
            raise SettingError(f"words must be at least two strings, not {words!r}.")
        if len(scores) != len(words):
            raise SettingError(f"scores must hold one number for each of {len(words)} words, not {len(scores)}.")
        if isinstance(target, bool) or target not in range(len(words)):
            raise SettingError(f"target must be the place of a word, 0 to {len(words) - 1}, not {target!r}.")
        return {
            "words": words,
            "scores": [
                finite_number(f"the score of {word!r}", score, low=-1000, high=1000)
                for word, score in zip(words, scores, strict=True)
            ],
            "target": int(target),
            "temperature": finite_number("temperature", temperature, low=0.01, high=100),
            "center": center,
        }

    def _results(self):
        """Probabilities, errors and loss of the current state."""
        log_probabilities = log_softmax(np.array(self.scores) / self.temperature)
        probabilities = np.exp(log_probabilities)
        wanted = np.arange(len(self.words)) == self.target
        return probabilities, probabilities - wanted, -log_probabilities[self.target]

    def describe(self):
        """Say which word is the target, and how well the scores predict it."""
        probabilities, _, loss = self._results()
        return (
            (f"Near “{self.center}”, the" if self.center else "The")
            + f" target word {self.words[self.target]} has probability {show(probabilities[self.target])}"
            f" and loss {show(loss)} (temperature {self.temperature:g})."
        )

    def picture(self):
        """Draw a table of scores, probabilities and errors with their bars."""
        probabilities, errors, _ = self._results()
        head = "".join(
            f'<th scope="col" class="w2v-{quantity}"><span class="w2v-symbol" data-mark="{quantity}">{symbol}</span> '
            f"{name}</th>"
            for symbol, name, quantity in [
                ("y", "target", "target"),
                ("s", "score", "score"),
                ("ŷ", "probability", "probability"),
                ("ŷ − y", "error", "error"),
            ]
        )
        columns = zip(self.words, self.scores, probabilities, errors, strict=True)
        rows = "".join(
            f'<tr><th scope="row"><span class="w2v-word">{escape(word)}</span>'
            f'<span class="w2v-target w2v-star">{"★" if place == self.target else ""}</span></th>'
            f'<td class="w2v-number">{show(score, 2)}</td>'
            f"<td>{bar('probability', 0, p, show(p))}</td>"
            f"<td>{bar('error', 0.5, 0.5 + e / 2, ('+' if e > 0 else '') + show(e))}</td></tr>"
            for place, (word, score, p, e) in enumerate(columns)
        )
        return f'<table class="w2v-candidates"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
