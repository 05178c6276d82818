"""The sigmoid, in the hand: one score, its probability, the slopes, the loss of a yes or a no."""

import numpy as np
import traitlets

from w2v_core.errors import SettingError, finite_number
from w2v_core.numerics import log_sigmoid, sigmoid
from w2v_core.widgets import still
from w2v_core.widgets.base import Explorable, show

EDGE = 6  # of the charts; the score may go further


class SigmoidExplorer(Explorable):
    r"""Move one score; watch :math:`\sigma(s)`, :math:`\log\sigma(s)`, their slopes, and the error of an answer.

    `score` lies between -1000 and 1000; `label` is the right answer y, 1 for yes and 0 for no.

    >>> SigmoidExplorer(score=0, label=0).describe()
    'At score 0 the probability of yes is 0.500, with slope 0.250. The right answer is no: loss 0.693, error +0.500.'
    """

    score = traitlets.Any(1.0).tag(sync=True)
    label = traitlets.Any(1).tag(sync=True)

    def __init__(self, score=1.0, label=1):
        """Check both."""
        super().__init__(score=score, label=label)

    @staticmethod
    def checked(score, label):
        """A score that is a number, and an answer that is yes or no."""
        if isinstance(label, bool) or label not in (0, 1):
            raise SettingError(f"label must be 1 for yes or 0 for no, not {label!r}.")
        return {"score": finite_number("score", score, low=-1000, high=1000), "label": int(label)}

    def _results(self):
        """Probability of yes, slope of the sigmoid there, log-probability of the right answer, error."""
        both = np.array([self.score, -self.score])
        yes, no = sigmoid(both)  # the mirror, not 1 - yes, which loses its digits
        return yes, yes * no, log_sigmoid(both)[0 if self.label else 1], -no if self.label else yes

    def describe(self):
        """Say the score, its probability, and how good that is."""
        yes, slope, log_probability, error = self._results()
        return (
            f"At score {f'{self.score:g}'.replace('-', '−')} the probability of yes is {show(yes)}, with slope "
            f"{show(slope)}. The right answer is {'yes' if self.label else 'no'}: loss {show(-log_probability)}, "
            f"error {'+' if error > 0 else ''}{show(error)}."
        )

    def picture(self):
        """Draw both functions with their slopes, the point and its tangents."""
        yes, slope, log_probability, error = self._results()
        s = np.linspace(-EDGE, EDGE, 61)
        side = 1 if self.label else -1
        at = min(max(self.score, -EDGE), EDGE)
        ends = at + np.array([-2, 2])

        def drawn(alt, y, function, derivative, value, tangent):
            lines = [("probability", "", zip(s, function, strict=True))]
            lines.append(("ink", "5 4", zip(s, derivative, strict=True)))
            if at == self.score:
                lines.append(("ink", "", zip(ends, value + tangent * (ends - at), strict=True)))
            return still.chart(alt, ("score s", [-6, -3, 0, 3, 6]), y, lines, [("probability", (at, value))])

        left = drawn(
            "The sigmoid rises from 0 to 1; dashed, its slope, a bump at score 0.",
            ("probability of yes", [0, 0.2, 0.4, 0.6, 0.8, 1]),
            sigmoid(s), sigmoid(s) * sigmoid(-s), yes, slope,
        )  # fmt: skip
        right = drawn(
            "The log-probability of the right answer falls like a straight line on the wrong side; dashed, its slope.",
            ("log-probability", [-6, -4, -2, 0, 2]),
            log_sigmoid(side * s), side * sigmoid(-side * s), max(log_probability, -EDGE), -error,
        )  # fmt: skip
        return f'<div class="w2v-two">{left}{right}</div>'
