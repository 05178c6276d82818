"""The exercises of "A network with one word of context"; what is right for CBOW and skip-gram as well is used there."""

import numpy as np
from sympy import Sum, tanh

from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import finite_differences, log_softmax, softmax
from w2v_core.objectives import FullSoftmax
from w2v_core.proofs import V, array, d, delta, indices
from w2v_core.proofs import softmax as softmax_of
from w2v_core.training import Embeddings, Examples, add_at, losses_and_gradients, sgd_step

w, z, a, o, c = indices("w z a o c", V)  # o is the observed word, c the input word
i, j, k, n = indices("i j k n", d)
v, u, h = array("v", V, d), array("u", V, d), array("h", d)
bias, bent, M = array("b", V), array("a", d), array("M", d, d)


def gathered(W_in, W_out, examples, wanted, loss):
    """Loss of some examples, and its gradients in both matrices."""
    in_W_in, in_W_out = np.zeros_like(W_in), np.zeros_like(W_out)
    losses, found = losses_and_gradients(Embeddings(W_in, W_out), examples, wanted, loss)
    add_at(in_W_in, examples.inputs, found.inputs)
    add_at(in_W_out, wanted.rows, found.rows)
    return losses.sum(), in_W_in, in_W_out


def summed(W_in, W_out, pairs):
    """Loss of some pairs (input words, target) with full softmax, and its gradients in both matrices."""
    if not pairs:
        return 0.0, np.zeros_like(W_in), np.zeros_like(W_out)
    objective, examples = FullSoftmax(np.ones(len(W_out), dtype=int)), Examples.pack(pairs)
    wanted = objective.candidates(examples.targets, np.random.default_rng())
    return gathered(W_in, W_out, examples, wanted, objective.loss)


def moved(W_in, W_out, batches, rate):
    """Both matrices after one step for each batch of pairs."""
    vectors = Embeddings(W_in.copy(), W_out.copy())
    objective = FullSoftmax(np.ones(len(W_out), dtype=int))
    for pairs in filter(None, batches):
        sgd_step(vectors, Examples.pack(pairs), objective, learning_rate=rate, rng=np.random.default_rng())
    return vectors.W_in, vectors.W_out


def descended(W_in, W_out, batches, rate, gradients, early=False):
    """Both matrices after one step for each batch, and the losses; `early` moves W_out first and asks it again."""
    losses = []
    for of in batches:
        loss, in_W_in, in_W_out = gradients(W_in, W_out, *of)
        if early:
            in_W_in = gradients(W_in, W_out - rate * in_W_out, *of)[1]
        W_in, W_out = W_in - rate * in_W_in, W_out - rate * in_W_out
        losses.append(loss)
    return W_in, W_out, losses


def by_hand(W_in, W_out, word, observed, errors=lambda p, y: p - y, guess=None):
    """The same for one pair, with errors of one's own, or with the logarithm of a guess; the slips are made of it."""
    scores, in_W_in = W_out @ W_in[word], np.zeros_like(W_in)
    log_p = np.log(guess(scores)) if guess else log_softmax(scores)
    e = errors(np.exp(log_p), np.eye(len(W_out))[observed])
    in_W_in[word] = e @ W_out
    return -log_p[observed], in_W_in, np.outer(e, W_in[word])


SMALL = np.array([[np.log(2), -np.log(2)], [0.5, 0.5], [-1.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])


def pairs():
    """Two words with one coordinate, the small example, a word that meets itself, more words; then scores of ±1000."""
    yield np.array([[1.0], [2.0]]), np.array([[0.5], [-0.5]]), 0, 1
    yield *SMALL, 0, 1
    yield *SMALL, 2, 2
    yield *np.random.default_rng(0).normal(size=(2, 5, 4)), 3, 1
    yield np.array([[1000.0], [0.0]]), np.array([[1.0], [-1.0]]), 0, 1


def texts():
    """Pairs of neighbours: one, one twice, then many, in which words come back."""
    yield *SMALL, [(0, 1)], 0.5
    yield *SMALL, [(0, 1), (0, 1), (2, 2)], 0.5
    numbers = np.random.default_rng(1)
    yield *numbers.normal(size=(2, 4, 3)), [tuple(pair) for pair in numbers.integers(4, size=(40, 2)).tolist()], 0.1


class Named:
    """A function that shows its name where an error message shows an argument."""

    def __init__(self, name, function):
        """`name` is what a reader will see."""
        self.name, self.function = name, function

    def __call__(self, *arguments):
        """Call the function."""
        return self.function(*arguments)

    def __repr__(self):
        """Show the name."""
        return self.name


def claims():
    """Functions with what somebody takes for their gradient: some right, some wrong in one way or another."""
    squares, two = Named("sum of squares", lambda x: (x**2).sum()), np.array([1.0, -3.0])
    yield squares, Named("twice the array", lambda x: 2 * x), two
    yield squares, Named("the array", lambda x: x), two
    yield squares, Named("twice the array, without signs", lambda x: 2 * np.abs(x)), two
    yield squares, Named("twice the array, but 0 at the last place", lambda x: 2 * x * [1, 0]), two
    yield squares, Named("twice the array", lambda x: 2 * x), np.array([[1000.0, 0.0], [-2000.0, 1.0]])
    loss = Named("-log softmax, entry [1, 0]", lambda s: -log_softmax(s)[1, 0])
    target = np.array([[0.0, 0.0], [1.0, 0.0]])
    at = np.array([[0.3, -1.0], [2.0, 0.5]])
    yield loss, Named("softmax minus target, in row 1", lambda s: (softmax(s) - target) * [[0], [1]]), at
    yield loss, Named("softmax minus target, in both rows", lambda s: softmax(s) - target), at


def check_of(f, gradient, at):
    """Whether a claimed gradient agrees with finite differences at this point."""
    return bool(np.allclose(gradient(at), finite_differences(f, at), rtol=1e-4, atol=1e-6))


def first_below(limit, rate):
    """How many steps on the small example bring the loss below a limit."""
    W_in, W_out, steps = *SMALL, 0
    while summed(W_in, W_out, [([0], 1)])[0] >= limit:
        (W_in, W_out), steps = moved(W_in, W_out, [[([0], 1)]], rate), steps + 1
    return steps


def run(W_in, W_out, pairs, rate, *, bend=False, early=False):
    """Both matrices and the losses of one pair after the other; through a tanh; with W_out moved too early."""
    W_in, W_out, losses = W_in.copy(), W_out.copy(), []
    for word, observed in pairs:
        hidden = np.tanh(W_in[word]) if bend else W_in[word].copy()
        log_p, old = log_softmax(W_out @ hidden), W_out.copy()
        losses.append(-log_p[observed])
        errors = np.exp(log_p) - np.eye(len(W_out))[observed]
        W_out -= rate * np.outer(errors, hidden)
        W_in[word] -= rate * (errors @ (W_out if early else old)) * (1 - hidden**2 if bend else 1)
    return W_in, W_out, losses


def all_rows(W_in, W_out, *pair):
    """The gradients, with the one row of W_in written into all of them."""
    loss, in_W_in, in_W_out = by_hand(W_in, W_out, *pair)
    return loss, np.tile(in_W_in.sum(axis=0), (len(W_in), 1)), in_W_out


p_table = softmax_of(lambda w: Sum(u[w, i] * v[c, i], i), z)
p_bias = softmax_of(lambda w: Sum(u[w, i] * h[i], i) + bias[w], z)
p_bent = softmax_of(lambda w: Sum(u[w, i] * tanh(bent[i]), i), z)
p_two = softmax_of(lambda w: Sum(u[w, i] * Sum(M[i, j] * h[j], j), i), z)
p_one = softmax_of(lambda w: Sum(v[w, i] * v[c, i], i), z)


def back(p, vectors=u):
    """What the errors send back to coordinate k."""
    return Sum((p(w) - delta(w, o)) * vectors[w, k], w)


# Slips that several chapters share
NO_TARGET = "The target is forgotten: the error is probability minus target."
TWICE = "The errors are multiplied by y(1 - y): that belongs to a sigmoid with a squared error."
SLOPE = "It multiplies by σ(1 - σ): that cancels, because the loss is a logarithm."
ROUNDED = "The loss overflows: the probability is rounded to 0 before its logarithm is taken. Use log_softmax."
OVERFLOW = "The softmax overflows: subtract the largest score first."
OTHER_SIGN = "The sign of the errors is the other way round."
WRONG_SUM = "The sum is over the wrong index: each word in the sum brings its own error."
UPHILL = "It goes uphill: a step is against the gradient."
EARLY = "W_out moved first, and W_in met the new one. Compute both gradients with the old matrices."

EXERCISES = {
    "ex:numbers-move": Value(
        [2_000_000, 1_000_100, 700],
        "three numbers in a list, in the order of the question",
        within=1e-6,
        slips={
            "In W_in only one row moves.": [2_000_000, 2_000_000, 1200],
            "In W_in only one row moves, but it does move.": [2_000_000, 1_000_000, 600],
            "The target is compared, too: that makes 1 + 5 rows.": [2_000_000, 1_000_100, 600],
        },
    ),
    "ex:one-word-derive": Formula(
        delta(a, c) * back(p_table),
        "the derivative by v_[a, k], for any word a, in p_hot(w), u_[w, k], delta and Sum",
        slips={
            "That is right for the input word only. What do the other words get?": back(p_table),
            NO_TARGET: delta(a, c) * Sum(p_table(w) * u[w, k], w),
            WRONG_SUM: delta(a, c) * (p_table(a) - delta(a, o)) * Sum(u[w, k], w),
            "Each error is multiplied by y(1 - y): that belongs to a sigmoid with a squared error.": delta(a, c)
            * Sum((p_table(w) - delta(w, o)) * p_table(w) * (1 - p_table(w)) * u[w, k], w),
            "That is the derivative by the output vector.": (p_table(a) - delta(a, o)) * v[c, k],
            "The input vectors stand where the output vectors belong.": delta(a, c) * back(p_table, v),
        },
    ),
    "ex:one-word-gradients": Program(
        lambda W_in, W_out, word, observed: summed(W_in, W_out, [([word], observed)]),
        pairs,
        "a function that returns three things: the loss, the gradient in W_in, the gradient in W_out",
        slips={
            ROUNDED: lambda *of: by_hand(*of, guess=softmax),
            OVERFLOW: lambda *of: by_hand(*of, guess=lambda s: np.exp(s) / np.exp(s).sum()),
            NO_TARGET: lambda *of: by_hand(*of, errors=lambda p, y: p),
            OTHER_SIGN: lambda *of: by_hand(*of, errors=lambda p, y: y - p),
            TWICE: lambda *of: by_hand(*of, errors=lambda p, y: (p - y) * p * (1 - p)),
            "Every row of W_in gets the gradient; only the row of the input word was used.": all_rows,
            "The two gradients are exchanged: W_in comes first.": lambda *of: by_hand(*of)[::2] + by_hand(*of)[1:2],
        },
    ),
    "ex:gradient-check": Program(check_of, claims, "a function that returns True or False"),
    "ex:one-word-step": Program(
        lambda W_in, W_out, word, observed, rate: moved(W_in, W_out, [[([word], observed)]], rate),
        lambda: ((*case, 0.5) for case in pairs()),
        "a function that returns two new matrices, W_in and W_out",
        slips={
            EARLY: (
                lambda W_in, W_out, word, observed, rate: run(W_in, W_out, [(word, observed)], rate, early=True)[:2]
            ),
            UPHILL: (lambda W_in, W_out, word, observed, rate: moved(W_in, W_out, [[([word], observed)]], -rate)),
            "The learning rate is missing.": (
                lambda W_in, W_out, word, observed, rate: moved(W_in, W_out, [[([word], observed)]], 1.0)
            ),
        },
    ),
    "ex:one-word-curve": Value(
        [first_below(0.1, rate) for rate in (0.1, 0.5, 1.0)],
        "three whole numbers in a list, for the rates 0.1, 0.5 and 1",
    ),
    "ex:bias": Formula(
        p_bias(w) - delta(w, o),
        "the derivative by bias[w] in p_b(w) and delta(w, target)",
        slips={
            "The target is forgotten: the bias of the observed word stands in both terms.": p_bias(w),
            "That is the case of the observed word; write one formula for every word, with delta.": p_bias(w) - 1,
            "It is multiplied by y(1 - y): the softmax is differentiated a second time.": (p_bias(w) - delta(w, o))
            * p_bias(w)
            * (1 - p_bias(w)),
        },
    ),
    "ex:hidden-tanh": Formula(
        (1 - tanh(bent[k]) ** 2) * back(p_bent),
        "the derivative by a_[k], in p_t(w), u_[w, k], delta, tanh and Sum",
        slips={
            "That is what arrives at h. The slope of the bend is missing.": back(p_bent),
            "The slope of tanh is 1 - tanh squared.": tanh(bent[k]) * back(p_bent),
            "That is the slope of a sigmoid.": tanh(bent[k]) * (1 - tanh(bent[k])) * back(p_bent),
            "The target is forgotten.": (1 - tanh(bent[k]) ** 2) * Sum(p_bent(w) * u[w, k], w),
        },
    ),
    "ex:second-layer": Formula(
        back(p_two) * h[n],
        "the derivative by M_[k, n], in p_M(w), u_[w, k], h_[n], delta and Sum",
        slips={
            "It is transposed: entry [k, n] takes coordinate n from the side of the input.": h[k]
            * Sum((p_two(w) - delta(w, o)) * u[w, n], w),
            "The target is forgotten.": Sum(p_two(w) * u[w, k], w) * h[n],
            "What came in is missing: a weight is multiplied by its input.": back(p_two),
        },
    ),
    "ex:second-layer-b": Formula(
        Sum(M[k, n] * back(p_two), k),
        "the derivative by h_[n], in M_[k, n], p_M(w), u_[w, k], delta and Sum",
        slips={
            "It is transposed: going back, the sum is over the other index of M.": Sum(M[n, k] * back(p_two), k),
            "That is what arrives behind the new layer; it has still to go through M.": Sum(
                (p_two(w) - delta(w, o)) * u[w, n], w
            ),
        },
    ),
    "ex:second-layer-c": Value(
        "no", "yes or no", slips={"Two matrices, one after the other, make one matrix: which one?": "yes"}
    ),
    "ex:one-table": Formula(
        (p_one(a) - delta(a, o)) * v[c, k] + delta(a, c) * back(p_one, v),
        "the derivative by v_[a, k], in p_1(w), v_, delta and Sum",
        slips={
            "That is its share as an output vector. The input word's vector also gets one as the input.": (
                p_one(a) - delta(a, o)
            )
            * v[c, k],
            "That is its share as the input vector. Every word gets one as an output vector.": delta(a, c)
            * back(p_one, v),
            "Right for the input word; the others get the first part only.": (p_one(a) - delta(a, o)) * v[c, k]
            + back(p_one, v),
        },
    ),
    "ex:layers": Program(
        lambda *of: run(*of)[2],
        texts,
        "a function that builds the layers, takes one step for each pair, and returns the list of losses",
        slips={
            "Layer 2 moved before it passed the gradient back: it must send back with the old weights.": (
                lambda *of: run(*of, early=True)[2]
            )
        },
    ),
    "ex:layers-b": Program(
        lambda *of: run(*of, bend=True)[2],
        texts,
        "the same function with the tanh layer in between",
        slips={"There is no tanh in it.": lambda *of: run(*of)[2]},
    ),
}
