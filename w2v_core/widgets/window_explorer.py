"""From a text to training pairs: windows to slide, and the two dice that training throws."""

from html import escape

import numpy as np
import traitlets

from w2v_core.architectures import cbow, skip_gram
from w2v_core.corpus import Vocabulary, keep_probability, sentences_of, windows
from w2v_core.errors import SettingError, finite_number, positive_integer
from w2v_core.widgets.base import Explorable, whole

TEXT = "the king wears a crown\nthe queen wears a crown\nthe dog eats a bone\nthe wolf eats a bone"
LONGEST_TEXT = 60_000  # characters; some 10,000 words
SHOWN, BLOCK = 60, 20  # words of a long text on the page, and how far they move at once
NAMES = ("CBOW", "skip-gram")


class WindowExplorer(Explorable):
    """Slide a window over a text; see the examples of CBOW and skip-gram, and how many a text gives.

    `text` has one sentence a line. `center` is the place of a word in the whole text, from 0; beyond the end it means
    the last word. `radius` is m (1 to 10). With `dynamic`, each window throws its own radius, 1 to m. `subsample` is
    the threshold t of `keep_probability`, 0 keeps every word. `seed` starts the generator that throws: the same
    generator in `Word2Vec.examples` leaves the same words and lays the same windows.

    >>> explorer = WindowExplorer("to be or not", center=1, radius=1)
    >>> print(explorer.describe())
    CBOW predicts “be” from: to, or. Skip-gram predicts each of them from “be”. All 4 words give 4 CBOW examples and 6 \
skip-gram examples.
    >>> explorer.windows()[1]
    [0, 2]
    """

    text = traitlets.Any(TEXT).tag(sync=True)
    center = traitlets.Any(2).tag(sync=True)
    radius = traitlets.Any(2).tag(sync=True)
    dynamic = traitlets.Any(False).tag(sync=True)
    subsample = traitlets.Any(0.0).tag(sync=True)
    seed = traitlets.Any(1).tag(sync=True)

    def __init__(self, text=TEXT, center=2, radius=2, dynamic=False, subsample=0.0, seed=1):
        """Check every setting."""
        super().__init__(text=text, center=center, radius=radius, dynamic=dynamic, subsample=subsample, seed=seed)

    @staticmethod
    def checked(text, center, radius, dynamic, subsample, seed):
        """A text that is not endless, whole numbers for center, radius and seed, a threshold from 0 to 1."""
        if not isinstance(text, str) or len(text) > LONGEST_TEXT:
            given = f"one of {len(text):,}" if isinstance(text, str) else repr(text)
            raise SettingError(f"text must be a string of at most {LONGEST_TEXT:,} characters, not {given}.")
        for name, value in (("center", center), ("seed", seed)):
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 0 <= value < 2**53:
                raise SettingError(f"{name} must be a whole number of at least 0, not {value!r}.")
        if not isinstance(dynamic, bool):
            raise SettingError(f"dynamic must be True or False, not {dynamic!r}.")
        if positive_integer("radius", radius) > 10:
            raise SettingError(f"radius must be at most 10, not {radius!r}.")
        subsample = finite_number("subsample", subsample, low=0, high=1)
        return {
            "text": text,
            "center": int(center),
            "radius": int(radius),
            "dynamic": dynamic,
            "subsample": subsample,
            "seed": int(seed),
        }

    def sentences(self):
        """The text as a list of sentences, each a list of words, as a `TextFile` of it would read."""
        return sentences_of(self.text)

    def _throw(self):
        """Places of the words that are left, and the windows laid over them: {center: its context}, all places."""
        sentences, left, laid, start = self.sentences(), [], {}, 0
        if not sentences:
            return left, laid
        rng = np.random.default_rng(self.seed)
        vocabulary = Vocabulary.from_sentences(sentences, min_count=1)
        keep = keep_probability(vocabulary.counts, self.subsample)
        for sentence in sentences:
            places = range(start, start + len(sentence))
            if keep.min() < 1:
                chances, draws = keep[vocabulary.encode(sentence)], rng.random(len(sentence))
                places = [place for place, is_kept in zip(places, draws < chances, strict=True) if is_kept]
            left.extend(places)
            laid.update(windows(places, self.radius, rng if self.dynamic else None))
            start += len(sentence)
        return left, laid

    def windows(self):
        """The windows of this throw as {place of the center: places of its context}."""
        return self._throw()[1]

    def _state(self):
        """Words, the center's place (None without words), the places left, and the windows."""
        words = [word for sentence in self.sentences() for word in sentence]
        return words, min(self.center, len(words) - 1) if words else None, *self._throw()

    def describe(self):
        """Say what the window at the center gives, and how much the whole text gives."""
        words, center, left, laid = self._state()
        if not words:
            return "There is no word in the text: a window needs at least two."
        if len(words) == 1:
            return f"The text has only one word, “{words[0]}”: a window needs at least two."
        if center in laid:
            context = ", ".join(words[place] for place in laid[center])
            here = (
                f"CBOW predicts “{words[center]}” from: {context}. "
                f"Skip-gram predicts each of them from “{words[center]}”."
            )
        else:
            why = "has no neighbour" if center in left else "was thrown out"
            here = f"“{words[center]}” {why}, so it is the center of no window."
        kept = f"All {whole(len(words))}" if len(left) == len(words) else f"{whole(len(left))} of {whole(len(words))}"
        counts = [
            f"{whole(count)} {name} example{'s' * (count != 1)}"
            for name, count in zip(NAMES, _counts(laid), strict=True)
        ]
        return f"{here} {kept} words give {' and '.join(counts)}."

    def picture(self):
        """Draw the words around the center, its examples, and the counts."""
        words, center, left, laid = self._state()
        if len(words) < 2:
            return f'<p class="w2v-chips">{escape(" ".join(words)) or "(no words)"}</p>'
        context, left = laid.get(center, []), set(left)
        first = first_shown(center, len(words))
        rows, place = [], 0
        for sentence in self.sentences():
            row = []
            for word in sentence:
                kind = "is-center" if place == center else "is-context" if place in context else ""
                tag = "span" if place in left else "s"
                if first <= place < first + SHOWN:
                    row.append(f'<{tag} class="w2v-chip {kind}"><bdi>{escape(word)}</bdi></{tag}>')
                place += 1
            if row:
                rows.append(f'<div class="w2v-chiprow">{" ".join(row)}</div>')
        lists = "".join(
            f"<div><strong>{name}</strong><ul>{_examples(words, architecture, center, context)}</ul></div>"
            for name, architecture in zip(NAMES, (cbow, skip_gram), strict=True)
        )
        return f'<div class="w2v-chips">{"".join(rows)}</div><div class="w2v-examples">{lists}</div>'


def first_shown(center, count):
    """The first word on the page, of a text of `count` words (`firstShown` in window_explorer.mjs)."""
    return max(0, min(center // BLOCK * BLOCK - BLOCK, count - SHOWN))


def _counts(laid):
    """How many examples all windows give, for CBOW and for skip-gram."""
    return [
        sum(len(architecture(center, context)) for center, context in laid.items())
        for architecture in (cbow, skip_gram)
    ]


def _examples(words, architecture, center, context):
    """The examples of one window as list items: input words, an arrow, the target."""
    mark = lambda quantity, place: (  # noqa: E731
        f'<bdi class="w2v-{quantity}" data-mark="{quantity}">{escape(words[place])}</bdi>'
    )
    if not context:
        return "<li>none</li>"
    return "".join(
        f"<li>{' '.join(mark('input', place) for place in inputs)} → {mark('target', target)}</li>"
        for inputs, target in architecture(center, context)
    )
