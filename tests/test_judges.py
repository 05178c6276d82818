"""The three judges: every form of a right answer is right; a wrong one is named, shown, and never makes them raise."""

import math
import re
import time
import warnings

import numpy as np
import pytest
from browser_fixtures import ROOT
from sympy import (
    Abs,
    Derivative,
    Eq,
    Function,
    I,
    IndexedBase,
    Integral,
    Matrix,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    acosh,
    cosh,
    diff,
    exp,
    log,
    nan,
    oo,
    sech,
    sqrt,
    sympify,
    tanh,
    zoo,
)
from sympy.codegen.cfunctions import expm1, log1p
from sympy.tensor.indexed import IndexException

from w2v_core import sigmoid, softmax
from w2v_core.judges import Formula, NotAnAnswer, Program, Value
from w2v_core.proofs import C, D, V, array, d, delta, indices, sigma

t, plain = Symbol("t", real=True), Symbol("t")
w, x, o = indices("w x o", V)
p, i = indices("p", C), indices("i", d)
q, h, u = array("q", V), array("h", C), array("u", V, d)
j, W, Q = Symbol("j"), Symbol("w"), IndexedBase("q")  # what a student makes who does not import ours
Z = Sum(exp(q[x]), x)
share = exp(q[w]) / Z

SLOPE = Formula(4 * sigma(2 * t) * (1 - sigma(2 * t)), "the slope in t")
ENTROPY = Formula(-log(share), "the loss in q[w]")
ERROR = Formula(share - delta(w, o), "the error in q[w] and delta", slips={"The target is forgotten.": share})
MEAN = Formula(Sum(h[p], p) / C, "the mean of h[p]")
SCORE = Formula(Sum(u[w, i] ** 2, i), "a sum", slips={"It is over the words.": Sum(u[x, i] ** 2, x)})
LETTERS = dict(zip("abcd", map(Symbol, "abcd"), strict=True))
TABLE = Formula(Matrix([[LETTERS["a"], LETTERS["b"]], [LETTERS["c"], LETTERS["d"]]]), "a matrix of a, b, c, d")
ROW = Formula(Matrix([[t, 2 * t, 3 * t]]), "a matrix with one row")

RIGHT = [
    (SLOPE, 1 - tanh(t) ** 2),
    (SLOPE, 1 - tanh(plain) ** 2),
    (SLOPE, sech(plain) ** 2),
    (SLOPE, 1 / cosh(t) ** 2),
    (SLOPE, diff(tanh(plain), plain)),
    (SLOPE, D(2 * sigma(2 * t) - 1, t)),
    (SLOPE, 4 * sigma(2 * t) * sigma(-2 * t)),
    (SLOPE, 4 * exp(-2 * t) / (1 + exp(-2 * t)) ** 2),
    (SLOPE, 4 / (expm1(2 * t) + 3 + exp(-2 * t))),
    (SLOPE, Piecewise((1 - tanh(t) ** 2, t > 0), (1 - tanh(-t) ** 2, True))),
    (SLOPE, Piecewise((sech(log(t)) ** 2, Eq(t, exp(99))), (sech(Abs(t)) ** 2, True))),
    (SLOPE, 1.0 - tanh(1.0 * t) ** 2.0),
    (ENTROPY, log(Z) - q[w]),
    (ENTROPY, log1p(Sum((1 - delta(x, w)) * exp(q[x]), x) / exp(q[w]))),
    (ENTROPY, log(Sum(exp(Q[j] - Q[W]), (j, 0, V - 1)))),
    (ENTROPY, -Sum(delta(w, x) * log(exp(q[x]) / Z), x)),
    (ENTROPY, -Product(log(share), (x, w, w))),
    (ERROR, Piecewise((share - 1, Eq(w, o)), (share, True))),
    (ERROR, D(log(Z) - q[o], q[w])),
    (ERROR, (exp(Q[W]) - delta(w, o) * Z) / Z),
    (MEAN, Sum(h[p] / C, p)),
    (MEAN, Sum(h[C - 1 - p], p) / C),
    (SCORE, Sum(u[W, j] ** 2, (j, 0, d - 1))),
    (TABLE, Matrix(2, 2, [LETTERS[x] for x in "abcd"])),
    (TABLE, [[LETTERS["a"], LETTERS["b"]], [LETTERS["c"], LETTERS["d"]]]),
    (TABLE, np.array([[LETTERS["a"], LETTERS["b"]], [LETTERS["c"], LETTERS["d"]]])),
    (ROW, [[t, 2 * t, 3 * t]]),
    (Formula(sympify(1) / 3, "a number"), 1 / 3),
    (Formula(sqrt(t**2), "a number"), Abs(plain)),
]

WRONG = [
    (SLOPE, -4 * sigma(2 * t) * sigma(-2 * t), "The sign is the other way round."),
    (SLOPE, tanh(t) ** 2 - 1, "The sign is the other way round."),
    (SLOPE, cosh(plain) ** 2, "It is upside down"),
    (SLOPE, 2 * sigma(2 * t) * (1 - sigma(2 * t)), "It is 0.5 times the right answer."),
    (SLOPE, 4 * sigma(2 * t), "Try it at t = "),
    (SLOPE, sigma(2 * t) ** 0 * 4, "A factor σ(1 − σ) of 2*t is missing."),
    (SLOPE, 4 * (sigma(2 * t) * (1 - sigma(2 * t))) ** 2, "There is a factor σ(1 − σ) of 2*t too many."),
    (SLOPE, 2 - tanh(t) ** 2, "It is off by the same number everywhere: +1."),
    (SLOPE, exp(sech(t) ** 2), "A logarithm is missing."),
    (SLOPE, log(sech(t) ** 2), "There is a logarithm too many."),
    (SLOPE, 0.9999999 * sech(t) ** 2, "Write numbers exactly: Rational(1, 3), log(2)"),
    (SLOPE, sympify(0), "yours gives 0"),
    (SLOPE, 3.5, "One number cannot be right everywhere. Write the slope in t.\nTry it at t = "),
    (SLOPE, nan, "real value"),
    (SLOPE, zoo, "real value"),
    (SLOPE, oo, "real value"),
    (SLOPE, I * t, "real value"),
    (SLOPE, acosh(tanh(t)), "real value"),
    (SLOPE, Integral(t, (t, 0, 1)), "real value"),
    (SLOPE, Function("f")(t), "real value"),
    (SLOPE, Matrix([t]), "Its shape is (1, 1). The shape should be a number."),
    (SLOPE, exp(exp(exp(exp(10 * t)))), "Try it at t = -"),
    (ENTROPY, share, "Try it at"),
    (ENTROPY, -share, "Try it at"),
    (ENTROPY, log(share), "The sign is the other way round."),
    (ENTROPY, log(-log(share)), "There is a logarithm too many."),
    (ENTROPY, Z / exp(q[w]), "A logarithm is missing."),
    (ENTROPY, log(Z) - q[w] + 1, "off by the same number everywhere: +1"),
    (ENTROPY, log(Sum(exp(q[x]), x) / V) - q[w], "Try it at V = 2, "),
    (ERROR, share, "The target is forgotten."),
    (ERROR, delta(w, o) - share, "The sign is the other way round."),
    (ERROR, share - 1, "Try it at V = 2, "),
    (ERROR, share + delta(w, o), "Try it at"),
    (ERROR, share - delta(w, 0), "The number 0 stands as an index in it; the answer is for every index.\nTry it at"),
    (ENTROPY, log(Z) - q[1], "The number 1 stands as an index in it"),
    (MEAN, Sum(h[p], p), "A factor 1/C is missing."),
    (MEAN, Sum(h[p], p) / C**2, "A factor C is missing."),
    (MEAN, -Sum(h[p], p) / C, "The sign is the other way round."),
    (MEAN, C / Sum(h[p], p), "It is upside down"),
    (MEAN, Sum(h[p], p) / (2 * C), "It is 0.5 times the right answer."),
    (SCORE, Sum(u[x, i] ** 2, x), "It is over the words."),
    (SCORE, Sum(u[w, i], i) ** 2, "Try it at "),
    (TABLE, TABLE.right.T, "Try it at"),
    (TABLE, -TABLE.right, "The sign is the other way round."),
    (TABLE, TABLE.right.row_insert(0, Matrix([[1, 2]])), "Its shape is (3, 2). The shape should be (2, 2)."),
    (TABLE, LETTERS["a"], "Its shape is a number."),
    (ROW, ROW.right.T, "It is the transpose. The shape should be (1, 3)."),
    (Formula(Rational(1, 3), "a number"), Rational(1, 2), "It is 1.5 times the right answer."),
]

NO_ANSWERS = [
    (SLOPE, "1 - tanh(t)**2", "without quotes"),
    (SLOPE, plain > 0, "this has the type StrictGreaterThan"),
    (SLOPE, lambda t: t, "That is a function. Write its value: the slope in t."),
    (SLOPE, np.array([1.0, 2.0]), "That is a NumPy array, not an expression in symbols. Write the slope in t."),
    (SLOPE, {1: 2}, "this has the type dict"),
    (SLOPE, [t, t], "this has the type list"),
    (SLOPE, True, "this has the type bool"),
    (SLOPE, object(), "this has the type object"),
    (SLOPE, Derivative(tanh(t), t), "A derivative is still waiting"),
    (SLOPE, tanh(Symbol("s")), "The answer holds s."),
    (ENTROPY, log(Z) - q, "Without an index, q is a whole array. Write the loss in q[w]."),
    (SCORE, u[IndexedBase("u"), 0], "Without an index, u is a whole array."),
    (Formula(q[w] * h[p], "q[w] and h[p]"), q * h, "Without an index, h and q are whole arrays."),
    (ENTROPY, log(exp(q[x])) - q[w], "The answer holds x. The index of a sum has no value outside of its Sum. Write"),
    (SLOPE, sech(t) ** 2 + Sum(t, (j, 0, V)), "The answer holds V."),
    (
        ENTROPY,
        log(Sum(exp(Q[j]), (j, 1, V))) - Q[W],
        "index 1 is outside q, whose shape is (V,). Indices count",
    ),
    (TABLE, [[1, 2], [3]], "this has the type list"),
    (Value(2.0, "a number"), "two", "this has the type str"),
    (Value(2.0, "a number"), 1 + 2j, "this has the type complex"),
    (Value([1.0, 2.0], "two numbers"), {1.0, 2.0}, "this has the type set"),
    (Value([1.0, 2.0], "two numbers"), "1, 2", "Write without quotes: two numbers."),
    (
        Value([1.0, 2.0], "two numbers"),
        [1.0, "two"],
        "Write two numbers. At place 1 stands 'two'. Places count from 0.",
    ),
    (Value([1.0, 2.0], "two numbers"), [1.0, [2.0]], "At place 1 stands [2]."),
    (Value([1.0, 2.0], "two numbers"), (V + 1, 2), "At place 0 stands V + 1."),
    (Value(2.0, "a number"), 2 * V, "Write a number. That is a formula: it holds V."),
    (Value([1.0, 2.0], "two numbers"), [[1.0], [1.0, 2.0]], "this has the type list"),
    (Value("yes", "yes or no"), True, "Write yes or no, in quotes; this has the type bool."),
    (Value("yes", "yes or no, in quotes"), True, "Write yes or no, in quotes; this has the type bool."),
    (
        Program(sigmoid, list, "a function"),
        sigmoid(np.array([1.0])),
        "Write a function; this has the type ndarray. Hand in",
    ),
]


@pytest.mark.parametrize(("judge", "answer"), RIGHT)
def test_every_form_of_a_right_formula_is_right(judge, answer):
    assert judge.judge(answer).mark == "✓"


@pytest.mark.parametrize(("judge", "answer", "words"), WRONG)
def test_a_wrong_formula_is_named_or_gets_a_small_counterexample(judge, answer, words):
    verdict = judge.judge(answer)
    assert verdict.mark == "✗"
    assert words in verdict.text
    assert str(judge.right) not in verdict.text or judge.right.is_number


@pytest.mark.parametrize(("judge", "answer", "words"), NO_ANSWERS)
def test_what_cannot_be_judged_is_said(judge, answer, words):
    with pytest.raises(NotAnAnswer) as told:
        judge.judge(answer)
    assert words in str(told.value)
    assert " at 0x" not in str(told.value)


def test_an_object_is_not_judged_by_what_it_prints():
    class Liar:
        def __repr__(self):
            return "1 - tanh(t)**2"

    with pytest.raises(NotAnAnswer, match="Liar"):
        SLOPE.judge(Liar())


@pytest.mark.parametrize("answer", [(t**2 + 2) ** (10**7), V ** (V ** (V ** (V ** (V**V))))], ids=["power", "tower"])
def test_a_formula_that_explodes_is_judged_at_once(answer):
    start = time.perf_counter()
    judge = Formula(V + 0 * t + exp(t), "a number")
    assert judge.judge(answer).mark == "✗"
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("slip", "told"),
    [
        (lambda: np.exp(q[w]), "loop of ufunc does not support argument 0 of type"),
        (lambda: math.exp(t), "Cannot convert expression to float"),
        (lambda: np.zeros(2)[w], "only integers, slices ("),
        (lambda: u[w], "Rank mismatch"),
        (lambda: sum(q[x] * t), "'Mul' object is not iterable"),
        (lambda: Sum(q[x]), "specify dummy variables"),
        (lambda: Sum(q[x], (x, 1, V)), "Summation will set Idx value too high"),
        (lambda: share(q[w]), "'Mul' object is not callable"),
        (lambda: (t + 1)(t), "'Add' object is not callable"),
        (lambda: q[w] ^ 2, "unsupported operand type(s) for ^"),
    ],
)
def test_the_kit_explains_what_python_says_before_a_judge_can(slip, told):
    with pytest.raises((TypeError, IndexError, ValueError, IndexException), match=re.escape(told)):
        slip()
    assert told in (ROOT / "chapters" / "_extensions" / "kit_readme.md").read_text(encoding="utf-8")


def test_a_counterexample_is_true():
    text = Formula(t**2 + 1, "a number").judge(t**2 + t).text
    found = re.fullmatch(r"Try it at t = (.*): yours gives (.*), it should be (.*)\.", text)
    at, yours, right = map(float, found.groups())
    assert yours == pytest.approx(at**2 + at, abs=5e-4)
    assert right == pytest.approx(at**2 + 1, abs=5e-4)


# --- Values ---


@pytest.mark.parametrize(
    ("right", "answer"),
    [
        (0.25, 1 / 4),
        (0.25, Rational(1, 4)),
        (0.25, "0.25"),
        (0.25, np.float32(0.2501)),
        (3, True + 2),
        ([1, 2], (1.0, 2.0)),
        ([[1, 2], [3, 4]], np.array([[1, 2], [3, 4]])),
        ([0.0, 1e6], [0, 1_000_400]),
        ("no", " No "),
        ("no", "No."),
        ("0 10 11", "0, 10, 11"),
        ("0 10 11", ["0", "10", "11"]),
    ],
)
def test_a_value_is_right_up_to_rounding_whatever_its_type(right, answer):
    assert Value(right, "a value").judge(answer).mark == "✓"


@pytest.mark.parametrize(
    ("right", "answer", "words"),
    [
        (0.25, -0.25, "sign"),
        (0.25, 0.26, "Too large."),
        (0.25, 0.24, "Too small."),
        (0.25, float("nan"), "finite"),
        (0.25, [0.25], "One number is asked for; that has the shape (1,). Write a value."),
        (0.25, (0, 25), "A number is written with a point, and without commas"),
        (0.253, 0.2, "Too small."),
        (0.253, 0.26, "Too large."),
        (0.2537, 0.25, "That is rounded too much. Write one digit more."),
        ([1, 2], [1, 3], "1 of 2 numbers are right; look again at place 1"),
        ([1, 2], [1, np.inf], "finite"),
        ([1, 2], [[1], [2]], "shape (2, 1), not (2,)"),
        ([1, 2], [-1, -2], "sign"),
        ([[1, 2], [3, 4]], [[1, 3], [2, 4]], "It is the transpose."),
        ("no", "yes", "Not that. Write a value."),
        ("0 10 11", "0 11 10", "Not that: 1 of 3 are right; look again at place 1, 2. Places count from 0."),
        ("0 10 11", "0 10", "Not that: it holds 2, and should hold 3. Write a value."),
        (0.25, float("inf"), "That is not a finite number"),
        (12.5, (12, 5), "without commas"),
        ([1, 2], 1, "That is one number, and the shape should be (2,). Write a value."),
        ([50_000, 6], [50, 0, 6], "A number is written with a point, and without commas: 0.5, 50000."),
        ([1, 2], [1, 2, 0.5], "That has the shape (3,), not (2,). Write a value."),
        ([1, 2, 3], [1, 3, 2], "place 1, 2. Places count from 0. They are the right numbers, in another order."),
        ([1, 2], [1, -2], "place 1. Places count from 0. A sign is wrong there."),
        ([0.625, 0.5], [0.6, 0.5], "place 0. Places count from 0. There it is rounded too much: write one digit more."),
        (2 / 3, 0.7, "That is rounded too much."),
        (0.75, 1, "Too large."),
    ],
)
def test_a_wrong_value_is_told_what_is_wrong(right, answer, words):
    verdict = Value(right, "a value").judge(answer)
    assert verdict.mark == "✗"
    assert words in verdict.text


def test_another_order_is_named_only_where_no_number_comes_twice():
    told = Value([1, 0, 0], "1 or 0").judge([0, 1, 0]).text  # the order is all there is to find out
    assert told == "1 of 3 numbers are right; look again at place 0, 1. Places count from 0."


def test_the_slip_behind_a_value_is_named_first():
    judge = Value([1, 2], "two numbers", slips={"In the other order.": [2, 1]})
    assert judge.judge([2, 1]).text == "In the other order."
    assert Value("a", "a or b", slips={"Why b?": "b"}).judge("B").text == "Why b?"


# --- Functions ---

CASES = [(np.array([0.0, 1.0]),), (np.array([1000.0, -1000.0]),), (np.zeros((2, 3)),)]
SIGMOID = Program(sigmoid, lambda: CASES, "a function of scores", slips={"Logarithm.": lambda s: np.log(sigmoid(s))})
OUTER = Program(np.outer, lambda: [(np.array([1.0, 2.0]), np.array([3.0, 4.0]))], "a function of two vectors")
PAIRS = Program(lambda words: [(a, b) for a in words for b in words], lambda: [(["a", "b"],)], "a list of pairs")
TWO = Program(lambda a: (float(a.sum()), {"rows": a, "words": ["x"]}), lambda: [(np.eye(2),)], "two things")
THROW = Program(lambda rng, n: rng.integers(9, size=n), lambda: [(np.random.default_rng(5), 4)], "random numbers")


def changing(s):
    s *= -1
    return 1 / (1 + np.exp(s))


def remembering(s, seen=[]):  # noqa: B006  that is the trap
    seen.append(s)
    return sigmoid(seen[0])


def in_itself(words):
    words = []
    words.append(words)
    return words


def naive(s):
    return np.exp(s) / (1 + np.exp(s))


def broken(s):
    return s @ s[:1]


def forever(s):
    return forever(s)


def endless():
    while True:
        yield "a", "a"


@pytest.mark.parametrize(
    ("judge", "answer"),
    [
        (SIGMOID, sigmoid),
        (SIGMOID, lambda s: sigmoid(s).tolist()),
        (SIGMOID, lambda s: sigmoid(s).astype(np.float32).astype(object)),
        (SIGMOID, lambda s: np.vectorize(lambda one: 1 / (1 + np.exp(-one)))(s)),
        (SIGMOID, lambda s: (1 + np.tanh(s / 2)) / 2),
        (Program(lambda a: a[::-1], lambda: CASES[:2], "the reverse"), lambda a: a[::-1]),  # a view of the argument
        (Program(lambda a: a, lambda: CASES, "the same"), lambda a: a),
        (OUTER, lambda a, b: a[:, None] @ b[None]),
        (PAIRS, lambda words: ([a, b] for a in words for b in words)),
        (PAIRS, lambda words: np.array([(a, b) for a in words for b in words])),
        (TWO, lambda a: [2, {"words": ("x",), "rows": [[1, 0], [0, 1]]}]),
        (THROW, lambda rng, n: [rng.integers(9) for _ in range(n)]),
        (Program(lambda a: a > 0, lambda: CASES, "which are positive"), lambda a: np.sign(a) == 1),
        (Program(lambda f: f(2), lambda: [(lambda a: a**2,)], "the function at 2"), lambda f: f(2)),
        (Program(lambda a: None, lambda: [(1,)], "nothing"), lambda a: None),
    ],
)
def test_a_right_function_is_right_whatever_it_returns_it_in(judge, answer):
    assert judge.judge(answer).mark == "✓"


@pytest.mark.parametrize(
    ("judge", "answer", "words"),
    [
        (SIGMOID, lambda s: np.exp(s) / (1 + np.exp(s)), "gives [nan, 0.]; it should give [1., 0.]"),
        (SIGMOID, lambda s: np.log(sigmoid(s)), "Logarithm."),
        (SIGMOID, lambda s: -sigmoid(s), "The sign is the other way round."),
        (SIGMOID, changing, "changing([0., 1.]) changes its arguments."),
        (SIGMOID, remembering, "remembering([1000., -1000.]) gives"),
        (SIGMOID, lambda s: sigmoid(s).sum(axis=-1, keepdims=True), "has the shape (1,); it should have (2,)."),
        (SIGMOID, lambda s: sigmoid(s)[0], "gives 0.5; it should give [0.5"),
        (SIGMOID, lambda s: sigmoid(s) + 0j, "gives [0.5"),
        (SIGMOID, naive, "inf and nan mostly come from an exponential that overflows"),
        (SIGMOID, lambda s: s.probability, "stops: AttributeError"),
        (SIGMOID, broken, "\nThis happens in the line return s @ s[:1]"),
        (SIGMOID, broken, "ValueError: matmul: size 1 is different from 2"),
        (SIGMOID, lambda: 1, "stops: TypeError"),
        (SIGMOID, lambda s: "0.5", "gives '0.5'"),
        (SIGMOID, lambda s: [[0.5], [0.5, 1]], "gives [[0.5], [0.5, 1]]"),
        (SIGMOID, lambda s: object(), "gives <object object>; it"),
        (SIGMOID, lambda s: np.zeros((10**6, 10**6, 10**3)), "MemoryError"),
        (SIGMOID, forever, "forever([0., 1.]) stops: RecursionError"),
        (SIGMOID, lambda s: None if s.size > 2 else sigmoid(s), "nothing comes back. Is a return missing there?"),
        (OUTER, lambda a, b: np.outer(b, a), "It is the transpose."),
        (OUTER, lambda a, b: a @ b, "gives 11; it should give"),
        (PAIRS, lambda words: zip(words, words, strict=True), "gives [('a', 'a'), ('b', 'b')]; it should give"),
        (PAIRS, lambda words: endless(), "it should give [('a', 'a'), ('a', 'b')"),
        (PAIRS, lambda words: [(a, words.pop()) for a in "ab"], "changes its arguments"),
        (PAIRS, lambda words: "aabb", "gives 'aabb'"),
        (PAIRS, lambda words: np.array(3), "gives 3"),
        (PAIRS, in_itself, "gives [[[[[...]]]]]; it should give"),
        (Program(np.array, lambda: [(["a"],)], "an array"), lambda words: np.array(["b"]), "gives ['b']; it"),
        (TWO, lambda a: (2.0, {"rows": a}), "[1] gives {'rows'"),
        (TWO, lambda a: (3.0, {"rows": a, "words": ["x"]}), "[0] gives 3; it should give 2."),
        (TWO, lambda a: (-2.0, {"rows": a, "words": ["x"]}), "The sign is the other way round."),
        (TWO, lambda a: ({"rows": a, "words": ["x"]}, 2.0), "These are the right results, in another order.\n"),
        (TWO, lambda a: 2.0, "gives 1 result; it should give 2."),
        (TWO, lambda a: (2.0, 2.0, 2.0), "gives 3 results; it should give 2."),
        (TWO, lambda a: (np.array([2.0]), {}), "[0] gives an array of the shape (1,); it should give a number."),
        (PAIRS, lambda words: [np.float64(1 / 3), np.int64(2)], "gives [0.333333, 2]; it should give"),
        (THROW, lambda rng, n: [rng.integers(9)] * n, "gives"),
    ],
)
def test_a_wrong_function_gets_the_smallest_case_that_fails(judge, answer, words):
    verdict = judge.judge(answer)
    assert verdict.mark == "✗"
    assert words in verdict.text
    assert " at 0x" not in verdict.text
    assert len(verdict.text) < 600


def test_many_results_are_not_tried_in_every_order():
    start = time.perf_counter()
    assert Program(lambda: tuple(range(12)), lambda: [()], "").judge(lambda: (1,) * 12).mark == "✗"
    assert time.perf_counter() - start < 2


def test_what_may_be_chance_in_one_case_is_not_called_a_slip():
    cases = [(np.array([1.0, -1.0]),), (np.array([2.0, 3.0]),)]
    judge = Program(lambda a: 2 * a, lambda: cases, "twice")
    reverse, minus = judge.judge(lambda a: 2 * a[::-1]).text, judge.judge(lambda a: -2 * a).text
    assert reverse.startswith("<lambda>([1., -1.]) gives [-2., 2.]; it should")
    assert minus.startswith("The sign is the other way round.")


def test_looking_for_a_slip_makes_no_noise(capsys):
    def talking(scores):
        print("called")
        warnings.warn("careful", stacklevel=1)
        return -sigmoid(scores)

    with pytest.warns(UserWarning, match="careful") as heard:
        assert SIGMOID.judge(talking).text.startswith("The sign")
    assert (capsys.readouterr().out, len(heard)) == ("called\n", 1)


def test_formulas_in_the_place_of_numbers_are_called_so():
    total = Program(lambda s: float(s.sum()), lambda: CASES, "")
    assert total.judge(lambda s: log(sigma(1.0))).text.startswith(
        "That holds a formula, not numbers. With numbers, write"
    )
    assert total.judge(lambda s: log(3)).text.startswith("<lambda>")


def test_names_are_those_that_the_reader_types():
    judge = Formula(delta(w, o) * q[w] + t, "q_[w], delta(w, target) and T", names={"o": "target", "q": "q_", "t": "T"})
    assert re.search(r"target = \d.* q_\[\d\] = ", judge.judge(2 * q[w] + t).text)
    assert judge.judge(delta(Symbol("target"), w) * q[w] + Symbol("T")).solved
    assert judge.judge(delta(o, w) * q[w] + plain).solved
    with pytest.raises(NotAnAnswer, match="q_ is a whole array"):
        judge.judge(q + t)


def test_a_counterexample_shows_the_digits_that_differ():
    assert Formula(V * log(2), "").judge(V * 0.693).text.endswith("yours gives 0.693, it should be 0.6931.")
    assert Formula(V * log(2), "").judge(V * 0.69314).text.endswith("yours gives 0.69314, it should be 0.69315.")


def test_a_slip_that_cannot_go_as_far_is_passed_over():
    judge = Program(np.sum, lambda: CASES, "", slips={"First.": lambda s: [][0], "Last.": lambda s: s.ravel()[-1] * 2})
    assert judge.judge(lambda s: 2 * s.flat[-1]).text.startswith("Last.")


def test_an_empty_function_is_not_tried_yet():
    def my_sigmoid(s): ...

    told = "my_sigmoid([0., 1.]): nothing is written yet, or a return is missing. Write a function of scores."
    assert str(SIGMOID.judge(my_sigmoid)) == f"○ {told}"
    assert SIGMOID.judge(lambda s: ...).mark == "○"


def test_numpy_stays_as_loud_as_it_was():
    SIGMOID.judge(lambda s: np.exp(s) / (1 + np.exp(s)))
    with np.errstate(all="raise"):
        Program(softmax, lambda: [(np.array([1.0, 2.0]),)], "").judge(lambda s: np.exp(s * 1e9))
        assert np.geterr()["over"] == "raise"


def test_extreme_cases_are_named_only_where_there_are_some():
    assert SIGMOID.judge(sigmoid).text == "Right in all 3 cases, the extreme ones too."
    assert OUTER.judge(np.outer).text == "Right."
    words = [(np.array([20_000, 3]),), ([0.5, 5000],)]  # counts are large, but not extreme
    assert Program(np.sum, lambda: words, "a sum").judge(np.sum).text == "Right in all 2 cases."
    lists = [([1.0],), ([1.0, [-1000.0]],)]
    assert Program(len, lambda: lists, "a length").judge(len).text == "Right in all 2 cases, the extreme ones too."


def test_what_rounding_leaves_of_nought_is_shown_as_nought():
    assert Formula(1e-16 * t, "nothing").judge(t).text.endswith("it should be 0.")


def test_an_array_on_one_line_has_no_columns():
    assert "gives [[0.5, -1.25], [-10., 0.]]; it" in OUTER.judge(lambda a, b: np.array([[0.5, -1.25], [-10, 0]])).text


def test_code_in_a_verdict_comes_to_a_page_to_the_letter():
    told = PAIRS.judge(lambda words: "it's *_*")._repr_markdown_()
    assert "gives `\"it's *_*\"`; it should give `[('a', 'a'), ('a', 'b')" in told
    assert "changes its arguments. Work on a copy, or write `x = x - y`" in SIGMOID.judge(changing)._repr_markdown_()
    assert Value("u", 'one of "u", "v"').judge("w")._repr_markdown_() == '✗ Not that. Write one of `"u"`, `"v"`.'
    assert PAIRS.judge(lambda words: "`")._repr_markdown_().count("`") % 2 == 0


def test_a_verdict_is_shown_as_text_and_as_markdown_that_changes_nothing():
    verdict = Formula(q[w] * t, "").judge(q[w] * t**2)
    assert str(verdict).startswith("✗ Try it at")
    assert verdict._repr_markdown_().replace("\\", "") == str(verdict)
    assert r"q\[" in verdict._repr_markdown_()
