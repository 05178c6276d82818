r"""How fast, how good, how large: every implementation on one text, in one interleaved run (``make bench``).

Times are those of training alone: vocabulary and tables are timed as text preparation. Words are running words of the
vocabulary, before subsampling. Every comparison of speed is within a round. Quality is measured after training on the
whole text, for all of them: that takes most of the quarter of an hour of a run without options.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from functools import partial
from itertools import islice
from numbers import Real
from pathlib import Path

import numpy as np
from tqdm import tqdm

from w2v_core.architectures import cbow
from w2v_core.corpus import TextFile, Vocabulary
from w2v_core.costs import Within, interleaved, memory, seconds
from w2v_core.errors import BookError
from w2v_core.implementations import IMPLEMENTATIONS, MODES, Setting, has, objective_of, title, train
from w2v_core.objectives import FullSoftmax, HierarchicalSoftmax, NegativeSampling
from w2v_core.quality import held_out_examples, held_out_loss, neighbours, overlap, word_similarity
from w2v_core.toy import ToyCorpus, ToyScore, zipf_sentences
from w2v_core.vectors import WordVectors


def preparation(path: Path, setting: Setting, rounds: int, progress: bool = True) -> dict:
    """Seconds from a file of text to a model that is ready to train: vocabulary, subsampling, noise table or tree."""
    small, trials = replace(setting, dimension=1), {}  # without the time to draw the first vectors
    for mode in ((cbow, NegativeSampling), (cbow, HierarchicalSoftmax)):
        for name in ("fast", "gensim"):
            trials[f"{title(mode)}, {name}"] = partial(seconds, partial(IMPLEMENTATIONS[name], path, mode, small))
    return interleaved(trials, rounds, "text preparation", progress)


def speed(name: str, sentences: Iterable, mode: tuple, setting: Setting, limit: float) -> float:
    """Words/s of a new model that is given sentences until its time is over."""
    model, part = IMPLEMENTATIONS[name](sentences, mode, setting), Within(sentences, limit)
    took = seconds(lambda: train(model, part, replace(setting, epochs=1)))
    return sum(len(ids) for ids, _ in model.vocabulary.encoded_blocks(islice(sentences, part.given))) / took


def quality(
    name: str, train_on: list, held_out: list, mode: tuple, setting: Setting, seed: int = 1
) -> tuple[float, WordVectors]:
    """Held-out loss and vectors of a model trained on all of `train_on`."""
    model = IMPLEMENTATIONS[name](train_on, mode, setting, seed)
    train(model, train_on, setting)
    vocabulary = Vocabulary.from_sentences(train_on, setting.min_count)
    examples = held_out_examples(held_out, vocabulary, mode, setting)
    return held_out_loss(model, vocabulary, examples, objective_of(mode, setting)(vocabulary.counts)), model.vectors


def for_toy(setting: Setting) -> Setting:
    """What suits the toy corpus: small vectors, every word, and enough readings."""
    return replace(setting, dimension=20, min_count=1, subsample=0.0, learning_rate=0.05, epochs=10)


def toy_score(name: str, mode: tuple, setting: Setting) -> ToyScore:
    """What share of the toy corpus's structure a model recovers that is trained on it."""
    toy, setting = list(ToyCorpus()), for_toy(setting)
    model = IMPLEMENTATIONS[name](toy, mode, setting)
    train(model, toy, setting)
    return ToyCorpus().score(model.vectors)


def compare(
    sentences: list,
    path: Path,
    mode: tuple,
    *,
    names: Sequence[str],
    setting: Setting,
    rounds: int = 5,
    limit: float = 2.0,
    similarity: Sequence[str] = (),
    progress: bool = True,
) -> list[dict]:
    """A row for each implementation of a mode: speed, quality, memory. The last fiftieth of the text is held out.

    `path` is the file of the sentences, for memory. Full softmax needs a small vocabulary: it gets the toy corpus.
    """
    if on_toy := mode[1] is FullSoftmax:
        sentences, setting, similarity = list(ToyCorpus()), for_toy(setting), ()
    cut = len(sentences) - max(1, len(sentences) // 50)
    train_on, held_out = sentences[:cut], sentences[cut:]
    names = [name for name in names if has(name, mode)]
    trials = {name: partial(speed, name, train_on, mode, setting, limit) for name in names}
    speeds = interleaved(trials, rounds, f"{title(mode)}: speed", progress)
    rows, vectors = [], {}
    for name in (bar := tqdm(names, disable=not progress)):
        bar.set_description(f"{title(mode)}: quality and memory of {name}")
        loss, vectors[name] = quality(name, train_on, held_out, mode, setting)
        row = {"mode": title(mode), "name": name, "words_per_second": speeds[name], "loss": loss}
        row["analogies"] = (ToyCorpus().score(vectors[name]) if on_toy else toy_score(name, mode, setting)).analogies
        row["similarity"] = {file: word_similarity(vectors[name], file) for file in similarity}
        row["memory"] = None if on_toy else memory(name, path, mode, setting, limit=limit)
        rows.append(row)
    if "gensim" in names:
        words = Vocabulary.from_sentences(train_on, setting.min_count).words
        ruler = words[100:1100] or words  # the most frequent words have no meaning, so no neighbours
        near = {name: neighbours(found, ruler) for name, found in vectors.items()}
        again = neighbours(quality("gensim", train_on, held_out, mode, setting, seed=2)[1], ruler)
        for row in rows:
            name = row["name"]
            row["overlap"] = overlap(again if name == "gensim" else near[name], near["gensim"])
            row["ratio"] = [mine / base for mine, base in zip(speeds[name], speeds["gensim"], strict=True)]
    return rows


def spread(numbers: Sequence[Real], form: str = ",.0f") -> str:
    """Median and range.

    >>> spread([1, 9, 4])
    '4 (1-9)'
    """
    low, middle, high = (format(float(number), form) for number in np.percentile(numbers, [0, 50, 100]))
    return f"{middle} ({low}-{high})"


def table(report: dict) -> str:
    """The report as plain text."""
    lines = [f"{name}: {value}" for name, value in report["about"].items()]
    lines += ["", f"{'seconds to prepare the text':34}median (range)"]
    lines += [f"{name:34}{spread(times, '.3f')}" for name, times in report["preparation"].items()]
    form = "{:18}{:8}{:>30}{:>18}{:>9}{:>9}{:>10}{:>9}  {}"
    heads = ("mode", "", "words/s", "x gensim", "loss", "overlap", "analogies", "MB", "similarity")
    lines += ["", form.format(*heads)]
    for row in report["rows"]:
        cells = (
            spread(row["words_per_second"]),
            spread(row["ratio"], ".2f") if "ratio" in row else "",
            f"{row['loss']:.4f}",
            f"{row['overlap']:.3f}" if "overlap" in row else "",
            f"{row['analogies']:.2f}",
            f"{row['memory']['peak'] / 1e6:.0f}" if row["memory"] else "",
            " ".join(f"{rho:.3f} ({pairs})" for rho, pairs in row["similarity"].values()),
        )
        lines.append(form.format(row["mode"], row["name"], *cells).rstrip())
    return "\n".join(lines)


NOTE = """\
words/s: running words of the vocabulary, median (range) of the rounds; training alone. x gensim: ratio within a round.
loss: of held-out examples, the same for all, after training on all the rest of the text.
overlap: share of the ten nearest neighbours in common with gensim's, for the words of ranks 101 to 1100; gensim's own
line: with another seed of itself. analogies: on the toy corpus. similarity: Spearman's (pairs).
MB: peak of memory beyond the imports, while training from a file for as long as a round.
clean takes steps of 16 examples, naive of one: the same mathematics. Full softmax is trained and judged on the toy
corpus, with settings that suit it."""


def main(arguments: list[str] | None = None) -> int:
    """Read the options, measure, print the table."""
    parser = argparse.ArgumentParser(prog="w2v_core.bench", description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", help="any text file; without one, a million tokens are made up")
    parser.add_argument("--tokens", type=int, default=1_000_000, help="how many tokens to make up")
    parser.add_argument("--rounds", type=int, default=5, help="at least five for a range that means something")
    parser.add_argument("--seconds", type=float, default=2.0, help="training time of each in each round")
    parser.add_argument("--models", nargs="+", choices=IMPLEMENTATIONS, default=list(IMPLEMENTATIONS))
    titles = list(map(title, MODES))
    parser.add_argument("--modes", nargs="+", choices=titles, default=titles, help="in quotes")
    parser.add_argument("--similarity", nargs="+", default=[], metavar="FILE", help="lines 'word word score'")
    parser.add_argument("--json", metavar="FILE", help="also write every number there")
    for option, value in asdict(Setting()).items():
        parser.add_argument(f"--{option.replace('_', '-')}", type=type(value), default=value)
    chosen = vars(parser.parse_args(arguments))
    setting = Setting(**{option: chosen.pop(option) for option in asdict(Setting())})
    report, problem = {"about": {}, "preparation": {}, "rows": []}, None
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(chosen["corpus"] or Path(folder, "zipf.txt"))
            if not chosen["corpus"]:
                made = zipf_sentences(chosen["tokens"])
                path.write_text("".join(" ".join(sentence) + "\n" for sentence in made), encoding="utf-8")
            sentences = list(TextFile(path))
            report["about"] = {
                "corpus": chosen["corpus"] or "made up, Zipfian with topics",
                "tokens": sum(map(len, sentences)),
                "vocabulary": len(Vocabulary.from_sentences(sentences, setting.min_count)),
                "setting": ", ".join(f"{name} {value}" for name, value in asdict(setting).items()),
                "threads of the linear algebra": os.environ.get("OPENBLAS_NUM_THREADS", "not fixed: use make bench"),
            }
            report["preparation"] = preparation(path, setting, chosen["rounds"])
            options = {"names": chosen["models"], "setting": setting, "rounds": chosen["rounds"]}
            options |= {"limit": chosen["seconds"], "similarity": chosen["similarity"]}
            for mode in MODES:
                if title(mode) in chosen["modes"]:
                    report["rows"] += compare(sentences, path, mode, **options)
    except (BookError, KeyboardInterrupt) as error:  # a run can be long: what was measured before is shown
        problem = error if isinstance(error, BookError) else "stopped."
    print(table(report), NOTE, sep="\n\n")
    if chosen["json"]:
        Path(chosen["json"]).write_text(json.dumps(report, indent=1), encoding="utf-8")
    if problem:
        print(f"bench: {problem}", file=sys.stderr)
    return int(problem is not None)


if __name__ == "__main__":
    sys.exit(main())
