"""What one example costs: multiplications counted, seconds measured, as the vocabulary grows."""

import math

import traitlets

from w2v_core.errors import SettingError, finite_number, positive_integer
from w2v_core.widgets.base import Explorable, whole
from w2v_core.widgets.still import chart

OBJECTIVES = {  # by class name: how readers call it, and the dashes of its line
    "FullSoftmax": ("full softmax", "", "solid line"),
    "HierarchicalSoftmax": ("hierarchical softmax", "7 4", "dashed line"),
    "NegativeSampling": ("negative sampling", "2 4", "dotted line"),
}
LIMITS = {"V": (10, 1_000_000), "dimension": (1, 1000), "negatives": (1, 100), "inputs": (1, 20)}


def balanced_depth(V):
    """Mean depth of V words in a balanced tree; with equal counts the Huffman tree is one, otherwise it needs less.

    >>> balanced_depth(8), balanced_depth(6)
    (3.0, 2.6666666666666665)
    """
    full = V.bit_length() - 1  # levels without a gap
    return full + 2 * (V - 2**full) / V


def multiplications(R, C, d):
    r"""Multiplications for the scores and gradients of one example, :math:`(3R + 2C)\,d` (eq:update-cost).

    R is the number of candidate rows, C of input words, d of coordinates. The mean of the inputs takes C d, the scores
    R d, the gradient of the hidden vector R d, that of the rows R d, and the shares of the inputs C d.

    >>> multiplications(R=6, C=1, d=100)
    2000
    """
    return (3 * R + 2 * C) * d


class CostMeter(Explorable):
    """Let the vocabulary grow; compare what one example costs under the three objectives.

    `V` words (10 to 1,000,000), `dimension` d (1 to 1000), `negatives` K (1 to 100), `inputs` C (1 to 20). `measured`
    is a list of ``[objective, V, microseconds]``, with the objective's class name; `measured_with` says with which
    ``[dimension, negatives, inputs]``, by default with those that the widget starts with.

    >>> CostMeter(V=1024, dimension=10).describe()
    'With V = 1,024, d = 10, C = 1 and K = 5, one example takes 30,740 multiplications with full softmax, 320 with \
hierarchical softmax and 200 with negative sampling.'
    """

    V = traitlets.Any(10_000).tag(sync=True)
    dimension = traitlets.Any(100).tag(sync=True)
    negatives = traitlets.Any(5).tag(sync=True)
    inputs = traitlets.Any(1).tag(sync=True)
    measured = traitlets.List().tag(sync=True)
    measured_with = traitlets.List().tag(sync=True)

    def __init__(self, V=10_000, dimension=100, negatives=5, inputs=1, measured=(), measured_with=None):
        """Check every setting, and that every time is one."""
        super().__init__(
            V=V,
            dimension=dimension,
            negatives=negatives,
            inputs=inputs,
            measured=list(measured),
            measured_with=list(measured_with or [dimension, negatives, inputs]),
        )

    @staticmethod
    def checked(measured, measured_with, **sizes):
        """Whole numbers within their limits; times above zero, of objectives that exist."""
        if len(measured_with) != 3:
            raise SettingError(f"measured_with must be [dimension, negatives, inputs], not {measured_with!r}.")
        for name, value in (*sizes.items(), *zip(("dimension", "negatives", "inputs"), measured_with, strict=True)):
            low, high = LIMITS[name]
            if not low <= positive_integer(name, value) <= high:
                raise SettingError(f"{name} must be from {low:,} to {high:,}, not {value!r}.")
        times = []
        for entry in measured:
            if len(entry) != 3 or entry[0] not in OBJECTIVES:
                raise SettingError(f"measured must hold [{' | '.join(OBJECTIVES)}, V, microseconds], not {entry!r}.")
            objective, V, time = entry
            time = finite_number("a time in microseconds", time, low=0, low_open=True)
            low, high = LIMITS["V"]
            if not low <= positive_integer("V of a time", V) <= high:
                raise SettingError(f"V of a time must be from {low:,} to {high:,}, not {V!r}.")
            times.append([objective, int(V), time])
        return {
            **{name: int(value) for name, value in sizes.items()},
            "measured": times,
            "measured_with": [int(value) for value in measured_with],
        }

    def rows(self, objective, V):
        """Candidate rows of one example: R."""
        return {
            "FullSoftmax": V,
            "HierarchicalSoftmax": balanced_depth(V),
            "NegativeSampling": self.negatives + 1,
        }[objective]

    def count(self, objective, V):
        """Multiplications for one example of this objective."""
        return multiplications(self.rows(objective, V), self.inputs, self.dimension)

    def describe(self):
        """Say what one example costs under each objective."""
        *first, last = (f"{whole(self.count(one, self.V))} with {OBJECTIVES[one][0]}" for one in OBJECTIVES)
        sentence = (
            f"With V = {whole(self.V)}, d = {self.dimension}, C = {self.inputs} and K = {self.negatives}, one example "
            f"takes {first[0].replace(' with', ' multiplications with')}, {first[1]} and {last}."
        )
        if self.measured:
            V = max(V for _, V, _ in self.measured)
            times = (f"{whole(time)} with {OBJECTIVES[one][0]}" for one, size, time in self.measured if size == V)
            sentence += f" Microseconds measured at V = {whole(V)}: {', '.join(times)}."
        return sentence

    def picture(self):
        """Draw the counts over V, and the times if there are any, both axes in powers of ten."""
        sizes = [10 ** (step / 4) for step in range(4, 25)]
        lines = [
            ("ink", dash, [(math.log10(round(V)), math.log10(self.count(one, round(V)))) for V in sizes])
            for one, (_, dash, _) in OBJECTIVES.items()
        ]
        across = ("V, as a power of ten", [1, 2, 3, 4, 5, 6])
        pictures = [
            chart(
                "Multiplications of the three objectives as V grows",
                across,
                ("multiplications, as a power of ten", [1, 4, 7, 10]),
                lines,
            )
        ]
        if self.measured:
            times = {one: [] for one in OBJECTIVES}
            for one, V, time in self.measured:
                times[one].append((math.log10(V), math.log10(time)))
            powers = [power for points in times.values() for _, power in points]
            pictures.append(
                chart(
                    "Measured times of the three objectives as V grows",
                    across,
                    ("microseconds, as a power of ten", [*range(math.floor(min(powers)), math.floor(max(powers)) + 2)]),
                    [("ink", OBJECTIVES[one][1], sorted(points)) for one, points in times.items() if points],
                    [("ink", point) for points in times.values() for point in points],
                )
            )
        names = "".join(
            f'<th scope="col">{name.replace("archical", "ar&shy;chical")}<br><small>{line}</small></th>'
            for name, _, line in OBJECTIVES.values()
        )
        rows = "".join(
            f'<tr><th scope="row">V = {whole(V)}</th>'
            + "".join(f'<td class="w2v-number">{whole(self.count(one, V))}</td>' for one in OBJECTIVES)
            + "</tr>"
            for V in (100, 10_000, 1_000_000)
        )
        return (
            f'<div class="w2v-meters">{"".join(f"<div>{one}</div>" for one in pictures)}</div>'
            f'<table class="w2v-costs"><thead><tr><th scope="col">multiplications</th>{names}</tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )
