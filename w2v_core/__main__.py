"""Train one of the six models on a text file from a shell: ``python -m w2v_core text.txt vectors.txt``."""

import argparse
import sys

from w2v_core import ARCHITECTURES, OBJECTIVES, Word2Vec
from w2v_core.errors import BookError, DivergenceError, TrainingInterrupted

OPTIONS = [
    ("dimension", 100, "numbers in a vector, d"),
    ("window", 5, "largest distance of a context word"),
    ("min-count", 5, "leave out words that occur less often"),
    ("subsample", 1e-3, "threshold for thinning out frequent words; 0 keeps all"),
    ("epochs", 5, "readings of the text"),
    ("learning-rate", 0.025, "at the start; it falls to almost zero"),
    ("batch-size", 16, "examples in a step; 1 is sequential SGD"),
    ("seed", 1, "fixes every random number"),
]


def main(arguments: list[str] | None = None) -> int:
    """Read the options, train, save the vectors; what was learnt is saved even if training ends early."""
    named = lambda things: {thing.__name__: thing for thing in things}  # noqa: E731
    parser = argparse.ArgumentParser(
        prog="w2v_core", description=__doc__.split(":")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("text", help="UTF-8 text, one sentence a line, plain or gzip")
    parser.add_argument("vectors", help="file to write, in word2vec's text format (binary if it ends in .bin)")
    parser.add_argument("--architecture", choices=named(ARCHITECTURES), default="skip_gram")
    parser.add_argument("--objective", choices=named(OBJECTIVES), default="NegativeSampling")
    for option, value, meaning in OPTIONS:
        parser.add_argument(f"--{option}", type=type(value), default=value, help=meaning)
    chosen = vars(parser.parse_args(arguments))
    path, training = chosen.pop("vectors"), {key: chosen.pop(key) for key in ("epochs", "batch_size", "learning_rate")}
    chosen["architecture"] = named(ARCHITECTURES)[chosen["architecture"]]
    chosen["objective"] = named(OBJECTIVES)[chosen["objective"]]
    try:
        model = Word2Vec(chosen.pop("text"), **chosen)
        try:
            model.train(**training)
        finally:
            if model.history.words:
                model.vectors.save(path, binary=path.endswith(".bin"))
                print(f"{len(model.vocabulary)} words written to {path}", file=sys.stderr)
    except BookError as problem:
        print(f"w2v_core: {problem}", file=sys.stderr)
        return 130 if isinstance(problem, TrainingInterrupted) else 1 + isinstance(problem, DivergenceError)
    return 0


if __name__ == "__main__":
    sys.exit(main())
