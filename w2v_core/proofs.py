r"""Machine-check a derivation for every vocabulary size, dimension, context size and path length at once.

Write the statement as it stands in the book, with indices that know their range, then ask::

    w, x, o = indices("w x o", V)                     # words: any, summed over, observed
    i, k = indices("i k", d)                          # coordinates
    u, v = array("u", V, d), array("v", d)
    s = lambda w: Sum(u[w, i] * v[i], i)              # score
    y_hat = softmax(s, x)
    check("the gradient is the error, times u", D(-log(y_hat(o)), v[k]),
          Sum((y_hat(w) - delta(w, o)) * u[w, k], w))  # ✓ ... proved for every V and d

Two judges that share no code must agree. `normal_form` rewrites both sides, whatever the sizes, until only the names
of the summation indices can differ, and names these in one fixed way. `evaluate` draws sizes, indices and numbers at
random and adds up with plain loops. Everything is real, every size is at least 1, and a sum over nothing is 0.
"""

import itertools
import math
import random
import re
from functools import cache

from sympy import Add, Dummy, Function, Idx, Indexed, IndexedBase, Mul, Number, NumberSymbol, Pow, Product, S, Sum
from sympy.core import Symbol, Tuple, expand, symbols, sympify
from sympy.core.sorting import default_sort_key
from sympy.functions import KroneckerDelta as delta
from sympy.functions import Piecewise, exp, log
from sympy.logic.boolalg import BooleanAtom
from sympy.matrices.expressions.matexpr import MatrixElement, MatrixExpr
from sympy.matrices.matrixbase import MatrixBase
from sympy.polys import cancel, together
from sympy.printing import latex
from sympy.simplify import fraction, simplify

from w2v_core.errors import BookError, ProofError

__all__ = ["C", "D", "IndexCaptureError", "K", "Point", "V", "array", "check", "check_chain", "d", "delta", "evaluate"]
__all__ += ["indices", "instance", "normal_form", "prove", "refute", "residual", "sigma", "sizes", "softmax", "words"]

# --- Notation -----------------------------------------------------------------------------------------------------


class Index(Idx):
    """An index that knows its range, printed without it."""

    def _latex(self, printer):
        return printer.doprint(self.label)


class Words(IndexedBase):
    """An array whose entries are themselves indices; see `words`."""

    def __new__(cls, label, shape, of):
        """Keep in `args` how many different entries there are, so that it survives every substitution."""
        self = super().__new__(cls, label, shape or None, integer=True, nonnegative=True)
        self._args = (self.label, Tuple(*shape), sympify(of))
        return self


class sigma(Function):
    r"""The logistic function, :math:`\sigma(s) = 1 / (1 + e^{-s})`, with slope :math:`\sigma(s) (1 - \sigma(s))`."""

    nargs = 1

    def fdiff(self, argindex=1):
        """Slope, in terms of the value."""
        return self * (1 - self)

    def _eval_rewrite_as_exp(self, s, **_):
        return 1 / (1 + exp(-s))


def sizes(names):
    """Whole numbers of at least 1: ``M, L = sizes("M L")``."""
    return symbols(names, integer=True, positive=True)


V, d, C, K = sizes("V d C K")  # words in the vocabulary, numbers in a vector, context words, negatives


def indices(names, size):
    """Indices from 0 to size - 1, or in a given range: ``w, x = indices("w x", V)``, ``j = indices("j", (-m, m))``."""
    return symbols(names, cls=Index, range=size)


def array(name, *shape, **assumptions):
    """Real vector or matrix: ``u = array("u", V, d)``; path lengths: ``array("L", V, integer=True, positive=True)``."""
    return IndexedBase(name, shape=shape or None, real=True, **assumptions)


def words(name, *shape, of):
    """Words at positions: with ``c = words("c", C, of=V)``, each ``c[p]`` is one of V words, and words may repeat."""
    return Words(name, shape, of)


def softmax(score, x):
    r"""The function :math:`w \mapsto e^{s(w)} / \sum_x e^{s(x)}`; `x` is the index to sum over."""
    return lambda w: exp(score(w)) / Sum(exp(score(x)), x)


def D(expr, variable):
    r"""Derivative by a scalar, or by one entry: ``D(loss, v[k])`` is :math:`\partial J / \partial v_k`.

    >>> i, k = indices("i k", d)
    >>> D(Sum(array("h", d)[i] ** 2, i), array("h", d)[k])
    2*h[k]

    Raises `IndexCaptureError` where the variable's index is also a summation index: SymPy's own ``diff`` silently
    takes the two for one, and its answer is wrong.
    """
    expr = sympify(expr)
    if not isinstance(variable, Indexed | Symbol):
        raise TypeError(f"Differentiate by a symbol or by an entry such as v[k], not by {variable}.")
    for total in expr.atoms(Sum, Product):
        if clash := set(total.variables) & variable.atoms(Idx, Symbol):
            raise IndexCaptureError(f"{clash.pop()} is summed over in {total}: differentiate by another index.")
    return _readable(normal_form(_derivative(normal_form(expr), variable)), expr)


class IndexCaptureError(BookError, ValueError):
    """The index of the variable is also summed over: rename one of the two."""


def _derivative(e, x):
    """Derivative of a normal form, whose summation indices have names of their own: nothing can be captured."""
    if isinstance(e, Indexed):
        same = isinstance(x, Indexed) and e.base == x.base
        return Mul(*map(delta, e.indices, x.indices)) if same else S.Zero
    if isinstance(e, Add):
        return Add(*(_derivative(a, x) for a in e.args))
    if isinstance(e, Mul):
        return Add(*(Mul(*e.args[:n], _derivative(a, x), *e.args[n + 1 :]) for n, a in enumerate(e.args)))
    if isinstance(e, Pow):
        b, n = e.args
        return n * b ** (n - 1) * _derivative(b, x) + e * log(b) * _derivative(n, x)
    if isinstance(e, Sum):
        return Sum(_derivative(e.function, x), *e.limits)
    if isinstance(e, Function) and not isinstance(e, delta):
        return Add(*(e.fdiff(n) * _derivative(a, x) for n, a in enumerate(e.args, 1)))
    return S(int(e == x))


# --- First judge: a normal form, whatever the sizes ---------------------------------------------------------------
# A term is a pair (bound, factors): the sum, over the bound indices, of the product of the factors.


@cache
def normal_form(expr):
    """Rewrite `expr` so that equal sums become the same expression, whatever the sizes.

    >>> w, o = indices("w o", V)
    >>> normal_form(Sum(delta(w, o) * array("q", V)[w], w))
    q[o]
    """
    e = sympify(expr)
    if isinstance(e, Add):
        return Add(*map(normal_form, e.args))
    return Add(*(_joined(*t) for term in _terms(e) for t in _collapsed(*term)))


def _terms(e):
    """Multiply out, open every sum, and give each summation index a new name and a range that starts at 0."""
    if isinstance(e, Add):
        return [term for a in e.args for term in _terms(a)]
    if isinstance(e, Mul):
        return _product(map(_terms, e.args))
    if isinstance(e, Pow) and e.exp.is_Integer and e.exp > 1:
        return _product(_terms(e.base) for _ in range(e.exp))
    if isinstance(e, Sum):
        body, x, low, high = _outermost(e)
        new = Index(Dummy(x.name, integer=True), (0, high - low))
        return [((new, *bound), factors) for bound, factors in _terms(_substitute(body, x, new + low))]
    if isinstance(e, Symbol | Idx | Indexed | Number | NumberSymbol | delta | MatrixElement):
        return [((), (e,))]
    new = _rewritten(e)
    return [((), (e,))] if new == e else _terms(new)


def _product(lists):
    """Terms of a product of sums of terms: every choice of one from each."""
    choices = itertools.product(*lists)
    return [(sum((bound for bound, _ in c), ()), sum((factors for _, factors in c), ())) for c in choices]


def _outermost(e):
    """Take off the last limit, which SymPy sums over last."""
    *inner, limit = e.limits
    return e.func(e.function, *inner) if inner else e.function, *limit


def _substitute(e, x, value):
    """Put `value` for x, except where an inner sum uses the name x for its own index."""
    if e == x or not e.has(x):
        return value if e == x else e
    if isinstance(e, Sum | Product):
        body, y, low, high = _outermost(e)
        if y == x:
            return e.func(body, (y, _substitute(low, x, value), _substitute(high, x, value)))
        return e.func(*(_substitute(a, x, value) for a in (body, Tuple(y, low, high))))
    return e.func(*(_substitute(a, x, value) for a in e.args))


_ANY = Symbol("any", integer=True)


def _rewritten(e):
    """One step on a function: its arguments in normal form, then the laws of exp, log and sigma."""
    if isinstance(e, Product) and _positive(e.function):
        return exp(Sum(log(e.function), *e.limits))
    if isinstance(e, log):
        return _log(e.args[0])
    if not isinstance(e, Function | Pow):
        raise ProofError(f"Only sums, products of positive factors, and functions can be checked, not {e}.")
    e = e.func(*map(normal_form, e.args))
    if isinstance(e, sigma):
        nameless = {x: _ANY for x in e.atoms(Idx) if isinstance(x.label, Dummy)}  # a name must not decide the sign
        return 1 - sigma(-e.args[0]) if e.args[0].xreplace(nameless).could_extract_minus_sign() else e
    if isinstance(e, Pow) and isinstance(e.base, Add) and len(e.base.args) == 2 and e.exp.is_Integer:
        if all(f == 1 or isinstance(f, exp) for f in e.base.args):
            s, t = (S.Zero if f == 1 else f.args[0] for f in e.base.args)
            return (exp(-s) * sigma(s - t)) ** -e.exp  # 1 / (e^s + e^t) = e^(-s) sigma(s - t)
    return e


def _log(a):
    """Logarithm: of a product of positive factors, the sum of their logarithms."""
    if isinstance(a, Mul) and any(map(_positive, a.args)):
        rest = Mul(*(f for f in a.args if not _positive(f)))
        return Add(*(_log(f) for f in a.args if _positive(f)), log(rest))
    if isinstance(a, exp):
        return a.args[0]
    if isinstance(a, Pow) and _positive(a.base):
        return a.exp * _log(a.base)
    if isinstance(a, Product) and _positive(a.function):
        return Sum(log(a.function), *a.limits)
    if normal_form(a) != a:
        return _log(normal_form(a))
    if isinstance(a, Add) and isinstance(1 - a, sigma):
        return log(1 - a) - (1 - a).args[0]  # log sigma(-s) = log sigma(s) - s
    return log(a)


def _positive(e):
    """Is e positive for sure?"""
    if isinstance(e, Add | Mul):
        return isinstance(1 - e, sigma) or all(map(_positive, e.args))
    if isinstance(e, Sum):
        return _positive(e.function) and all(_at_least_0(high - low) for _, low, high in e.limits)
    if isinstance(e, Product | Pow):
        return _positive(e.args[0])
    return isinstance(e, exp | sigma) or (
        isinstance(e, Symbol | Indexed | Number | NumberSymbol) and bool(e.is_positive)
    )


def _at_least_0(e):
    """Is e at least 0 for all sizes? Count each size from 1: then no coefficient may be negative."""
    factors = {f for t in Add.make_args(expand(e)) for f in Mul.make_args(t)}
    shifted = expand(e).xreplace({f: f + 1 for f in factors if f.is_integer and f.is_positive and not f.is_number})
    return all(t.is_nonnegative for t in Add.make_args(expand(shifted)))


def _values(a):
    """Smallest and largest value of an index, or of a word at a position; anything else is only itself."""
    if isinstance(a, Indexed) and isinstance(a.base, Words):
        return S.Zero, a.base.args[2] - 1
    return (a.lower, a.upper) if isinstance(a, Idx) and a.upper is not None else (a, a)


def _covers(x, value):
    """Does `value` always lie in the range of the index x?"""
    low = high = S.Zero
    for term in Add.make_args(value):
        factor, a = term.as_coeff_Mul()
        ends = [factor * end for end in _values(a)]
        low, high = low + ends[factor.is_negative], high + ends[not factor.is_negative]
    return _at_least_0(low - x.lower) and _at_least_0(x.upper - high)


def _collapsed(bound, factors):
    """Use up every delta: it ends a sum if the other index lies in its range, else it renames its neighbours."""
    factors = Mul.make_args(_times(factors))
    for f in (f for f in factors if isinstance(f, delta)):
        a, b = f.args
        others = [g for g in factors if g != f]
        for x in bound:
            slope = expand(a - b).coeff(x)
            value = expand(x - slope * (a - b))  # has x also when it has an index whose range depends on x
            if slope**2 == 1 and not value.has(x) and _covers(x, value):
                rest = tuple(y.xreplace({x: value}) for y in bound if y != x)
                return _reopened(rest, [g.xreplace({x: value}) for g in others])
        keep, gone = f.args  # SymPy sorts them: an index before a word at a position
        if isinstance(gone, Idx | Indexed) and not keep.has(gone) and not any(y.args[1].has(gone) for y in bound):
            renamed = [g.xreplace({gone: keep}) for g in others]  # delta(c[p], a) F(c[p]) = delta(c[p], a) F(a)
            if renamed != others:
                return _reopened(bound, [f, *renamed])
    for x in bound:
        used = any(e.has(x) for e in (*factors, *(y.args[1] for y in bound)))
        if not used and _at_least_0(x.upper + 1):  # a constant, summed; an empty range must not count as -1
            return _reopened(tuple(y for y in bound if y != x), [x.upper + 1, *factors])
    return [(bound, factors)]


def _reopened(bound, factors):
    """A substitution can wake up another delta, deep inside a factor."""
    return [t for more, fs in _product(map(_terms, factors)) for t in _collapsed(bound + more, fs)]


def _times(factors):
    """Product with the exponentials gathered into one; SymPy leaves e^(-a) e^(a + b) as it is."""
    powers = [f.args[0] for f in factors if isinstance(f, exp)]
    return Mul(exp(Add(*powers)), *(f for f in factors if not isinstance(f, exp)))


def _joined(bound, factors):
    """Pull out what does not depend on an index: a term becomes a product of sums that cannot be split further."""
    needs = lambda e: frozenset(x for x in bound if e.has(x))  # noqa: E731
    parts = [(needs(x), S.One) for x in bound]
    for f in factors:
        powers = Add.make_args(f.args[0]) if isinstance(f, exp) else ()  # e^(a + b) = e^a e^b
        parts += [(n, exp(Add(*(p for p in powers if needs(p) == n)))) for n in {needs(p): 0 for p in powers}]
        parts += [] if powers else [(needs(f), f)]
    blocks = []
    for need, f in parts:
        linked = [block for block in blocks if block[0] & need]
        blocks = [block for block in blocks if not block[0] & need]
        blocks.append((need.union(*(n for n, _ in linked)), [f, *(g for _, fs in linked for g in fs)]))
    return _times([_named_sum([x for x in bound if x in need], _times(fs)) for need, fs in blocks])


_HEIGHT = {}  # canonical label -> how many sums are nested up to it


@cache
def _label(height, place):
    """The name of index number `place` of every sum that is `height` sums high."""
    label = Dummy(f"i{height}{place}", integer=True)
    _HEIGHT[label] = height
    return label


def _named_sum(bound, body):
    """Sum with its indices named by nesting height, in the order that sorts first."""
    if not bound:
        return body
    height = 1 + max((_HEIGHT.get(x.label, 0) for x in body.atoms(Idx)), default=0)
    sums = []
    for order in itertools.permutations(bound):
        names = {}
        for place, x in enumerate(order):
            names[x] = Index(_label(height, place), (0, x.upper.xreplace(names)))
        if not any(y.has(*bound) for y in names.values()):  # else an index comes before one that its range depends on
            sums.append(Sum(body.xreplace(names), *((y, 0, y.upper) for y in reversed(names.values()))))
    return min(sums, key=default_sort_key) if len(sums) > 1 else sums[0]


def _readable(e, *like):
    """Give summation indices the author's names, where these are not taken."""
    taken = {x for x in e.atoms(Idx) if x.label not in _HEIGHT}
    wishes = [x for source in like for s in sorted(source.atoms(Sum, Product), key=str) for x in s.variables]
    names = {}
    for x in sorted((x for x in e.atoms(Idx) if x.label in _HEIGHT), key=lambda x: x.label.name):
        free = [y for y in wishes if y.args[1:] == x.args[1:] and y not in taken]
        names |= {x: free[0]} if free else {}
        taken |= set(free[:1])
    return e.xreplace(names)


def residual(left, right):
    """What left - right leaves in normal form: 0 if the identity is proved, for every size."""
    left, right = sympify(left), sympify(right)
    rest = normal_form(left - right)
    odds = {s.args[0]: s / (1 - s) for s in rest.atoms(sigma)}  # a second look: e^s = sigma(s) / (1 - sigma(s)),
    swaps = {e: odds[s] ** n for e in rest.atoms(exp) for s in odds if (n := cancel(e.args[0] / s)).is_Integer}
    if swaps or any(isinstance(f.base, Add) for f in rest.atoms(Pow)):  # over a common denominator
        rest = S.Zero if normal_form(fraction(together(rest.xreplace(swaps)))[0]) == 0 else rest
    return _readable(rest, left, right)


def prove(left, right):
    """Return if the two are equal for every size and index, else raise `ProofError`, showing what is left over."""
    if (rest := residual(left, right)) != 0:
        raise ProofError(f"Not proved: left - right leaves {rest}.")


# --- Second judge: numbers, by plain loops ------------------------------------------------------------------------


class Point(dict):
    """One random instance: each size, index, scalar and entry is drawn when it is first asked for, then kept.

    When two free indices have the same range, `match` says whether the second takes the value of the first (True),
    another value if there is one (False), or whatever comes (None).
    """

    def __init__(self, seed, largest=3, match=None):
        """Sizes run from 1 to `largest`."""
        super().__init__()
        self.random, self.largest, self.match, self.drawn = random.Random(seed), largest, match, []

    def __missing__(self, key):
        """Draw; the key of an entry is (base, indices)."""
        kind = key[0] if isinstance(key, tuple) else key
        if isinstance(kind, Words):
            self[key] = self.random.randrange(evaluate(kind.args[2], self))
        elif isinstance(kind, Idx) and kind.upper is not None:
            inside = range(evaluate(kind.lower, self), evaluate(kind.upper, self) + 1)
            wished = [n for n in inside if self.match is not None and ((inside, n) in self.drawn) == self.match]
            self[key] = self.random.choice(wished or inside)
            self.drawn.append((inside, self[key]))
        elif kind.is_integer:
            self[key] = self.random.randint(int(bool(kind.is_positive)), self.largest)
        else:
            size = self.random.choice([2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13]) / 8  # exact, easy to read, never 0 or 1
            self[key] = size if kind.is_positive else self.random.choice([-size, size])
        return self[key]


def evaluate(expr, at):
    """Number that `expr` has at a `Point`, or at a dict of values; plain loops, nothing simplified.

    Raises `ProofError` when an index leaves the declared shape of its array, `ValueError` or `ArithmeticError` where
    there is no real value.
    """
    e = sympify(expr)
    if isinstance(e, Sum | Product):
        return (sum if isinstance(e, Sum) else math.prod)(list(_loop(e.function, e.limits, at)))
    if isinstance(e, Number | NumberSymbol):
        return int(e) if e.is_Integer else float(e)
    if isinstance(e, Symbol | Idx | MatrixElement):
        return at[e]
    if isinstance(e, Indexed):
        place = tuple(evaluate(n, at) for n in e.indices)
        for n, size in zip(place, e.base.shape or (), strict=False):
            if not 0 <= n < evaluate(size, at):
                raise ProofError(f"In {e}, index {n} is outside {e.base}, whose shape is {tuple(e.base.shape)}.")
        return at[e.base, place]
    if isinstance(e, Piecewise):
        return next((evaluate(value, at) for value, condition in e.args if evaluate(condition, at)), math.nan)
    values = [evaluate(a, at) for a in e.args]
    if isinstance(e, Add | Mul):
        return (sum if isinstance(e, Add) else math.prod)(values)
    if isinstance(e, delta):
        return int(values[0] == values[1])
    if isinstance(e, Pow) and (values[0] > 0 or e.exp.is_integer):
        return (values[0] if abs(values[1]) < 100 else float(values[0])) ** values[1]  # a float says if it is too large
    if isinstance(e, sigma):
        return 1 / (1 + math.exp(-values[0]))
    if isinstance(e, exp | log):
        return (math.exp if isinstance(e, exp) else math.log)(values[0])
    value = e.func(*values)
    return bool(value) if isinstance(value, BooleanAtom) else float(value)


def _loop(body, limits, at):
    *inner, (x, low, high) = limits
    outside = {x: at[x]} if x in at else {}  # the same name may also be free, or belong to a sum further out
    for n in range(evaluate(low, at), evaluate(high, at) + 1):
        at[x] = n
        yield from _loop(body, inner, at) if inner else [evaluate(body, at)]
    at.pop(x, None)
    at.update(outside)


def _at_random(left, right):
    """Evaluate both sides at 30 points: each point where both have a value, these values, and whether they agree."""
    for seed in range(30):
        at = Point(seed, largest=1 + min(seed // 3, 2), match=[True, False, None][seed % 3])
        try:
            a, b = evaluate(left, at), evaluate(right, at)
        except (ValueError, ArithmeticError, LookupError, TypeError):  # no real value here: try elsewhere
            continue
        yield at, a, b, math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def _search(left, right):
    """How many of 30 points give both sides a value, and a clear counterexample with few numbers."""
    tried = list(_at_random(left, right))
    found = [((abs(a - b) < 0.05, len(at)), at, a, b) for at, a, b, agree in tried if not agree]
    best = min((rank for rank, *_ in found), default=None)
    return len(tried), min((_witness(*rest) for rank, *rest in found if rank == best), default="")


def _witness(at, a, b):
    """Counterexample in words: sizes first, then indices, then entries."""
    named = {k[0][k[1]] if isinstance(k, tuple) else k: n for k, n in at.items()}
    order = sorted(named, key=lambda k: (isinstance(k, Indexed), isinstance(k, Idx), str(k)))
    return f"at {', '.join(f'{k} = {named[k]:g}' for k in order)}: left = {a:.6g}, right = {b:.6g}"


# --- Verdicts: what a chapter calls -------------------------------------------------------------------------------


def check(title, left, right, **only):
    """Prove left = right for every size, then evaluate both sides at random; print one line that says what was shown.

    With sizes given (``check(..., V=3, d=2)``), or for explicit matrices, it decides that one instance and says so.
    Raises `ProofError` if it is false, with what is left over and a counterexample, or if it cannot be proved.

    >>> s = Symbol("s", real=True)
    >>> check("slope of the logistic function", D(sigma(s), s), sigma(s) * sigma(-s))
    ✓ slope of the logistic function: proved for every real s; both sides agree at 30 random points
    """
    sides, tested = _require(title, left, right, only)
    _show("✓", title, f"{_scope(sides, only)}; both sides agree at {tested} random points")


def check_chain(title, lines, **only):
    """Check every line of a derivation against the line before; `ProofError` names the first that does not follow.

    Comparing only the ends proves little: a chain with a wrong line in the middle can still end in the right result.
    """
    steps = [
        _require(f"{title}, line {n} from line {n - 1}", *pair, only)
        for n, pair in enumerate(itertools.pairwise(lines), 2)
    ]
    if not steps:
        raise ProofError(f"{title}: a chain needs at least two lines.")
    scope = _scope([side for sides, _ in steps for side in sides], only)
    points = sum(tested for _, tested in steps)
    _show("✓", title, f"each of {len(steps)} steps {scope}; both sides agree at {points} random points")


def refute(title, left, right, **only):
    """Show that a statement is false: print a small counterexample and what is left over.

    Raises `ProofError` if the statement is true after all, or if no numbers contradict it.

    >>> s = Symbol("s", real=True)
    >>> refute("slope, with a factor forgotten", D(sigma(s), s), sigma(s))
    ✗ slope, with a factor forgotten: false at s = -0.25: left = 0.246134, right = 0.437823; \
left - right = -sigma(s)**2
    """
    _, tested, leftover, witness = _decide(title, left, right, only)
    if leftover == 0 or not witness:
        raise ProofError(f"{title}: not refuted; both sides agree at {tested} random points.")
    _show("✗", title, f"false {witness}", leftover)


def instance(expr, **only):
    """Write out `expr` at given sizes, so that a reader can see every summand.

    >>> i = indices("i", d)
    >>> instance(Sum(array("h", d)[i] ** 2, i), d=2)
    h[0]**2 + h[1]**2
    """
    e = sympify(expr)
    e = e.as_explicit() if isinstance(e, MatrixExpr) else e
    e = e.xreplace({s: sympify(only[s.name]) for s in e.atoms(Symbol) if s.name in only and s.is_positive})
    return e.applyfunc(_written_out) if isinstance(e, MatrixBase) else _written_out(e)


def _written_out(e):
    if isinstance(e, Sum | Product) and all(end.is_Integer for end in e.limits[-1][1:]):
        body, x, low, high = _outermost(e)
        parts = [_written_out(_substitute(body, x, sympify(n))) for n in range(low, high + 1)]
        return (Add if isinstance(e, Sum) else Mul)(*parts)
    return e.func(*map(_written_out, e.args)) if e.args and not isinstance(e, Idx | IndexedBase) else e


def _explicit_residual(left, right):
    """Residual of written-out expressions: each value of each index that is still a letter, and SymPy's simplifier."""
    rest = residual(left, right)
    if rest == 0 or rest.has(Sum, Product):
        return rest
    for a in rest.atoms(Idx, Indexed):
        low, high = _values(a)
        if a != low and high.is_Integer:
            cases = ((e.xreplace({a: sympify(n)}) for e in (left, right)) for n in range(low, high + 1))
            return next((r for case in cases if (r := _explicit_residual(*case)) != 0), S.Zero)
    return simplify(rest.rewrite(exp))


def _decide(title, left, right, only):
    """Ask both judges: sides, points tried, leftover, counterexample. Raise if they contradict each other."""
    sides = [instance(e, **only) if only or isinstance(e, MatrixExpr) else sympify(e) for e in (left, right)]
    shapes = [e.shape if isinstance(e, MatrixBase) else () for e in sides]
    if shapes[0] != shapes[1]:
        raise ProofError(f"{title}: the two sides have different shapes, {shapes[0]} and {shapes[1]}.")
    tested, leftover, witness = 0, S.Zero, ""
    for pair in zip(*sides, strict=True) if shapes[0] else [sides]:
        rest = _explicit_residual(*pair) if only or shapes[0] else residual(*pair)
        tried, found = _search(*pair)
        if not tried:
            raise ProofError(f"{title}: no random point gives both sides a real value.")
        if rest == 0 and found:
            raise ProofError(f"{title}: equal by algebra, yet different {found}. One of the two judges is wrong.")
        tested, leftover, witness = tested + tried, leftover or rest, witness or found
    return sides, tested, leftover, witness


def _require(title, left, right, only):
    sides, tested, leftover, witness = _decide(title, left, right, only)
    if leftover != 0:
        fault = f"false {witness}" if witness else f"not proved, though both sides agree at {tested} random points"
        raise ProofError(f"{title}: {fault}\nleft - right = {leftover}")
    return sides, tested


def _scope(sides, only):
    """For which sizes: read off the expressions, so that a verdict cannot claim more than was decided."""
    atoms = set().union(*(e.atoms(Symbol, Idx, Indexed, MatrixElement) for e in sides), sides)
    general = {a.name for a in atoms if isinstance(a, Symbol) and a.is_integer and a.is_positive}
    if only:
        return "checked for " + ", ".join(f"{name} = {n}" for name, n in only.items()) + " only"
    if not general and any(isinstance(a, Idx | Indexed | MatrixElement | MatrixBase) for a in atoms):
        return "checked for this size only"
    *most, last = sorted(general or {a.name for a in atoms if isinstance(a, Symbol)}) or ["number"]
    return f"proved for every {'' if general else 'real '}{', '.join(most)}{' and ' if most else ''}{last}"


def _show(mark, title, verdict, formula=None):
    """Print one line; in a notebook, as Markdown with the leftover as a formula, if it is short enough to tell much."""
    from IPython.core.interactiveshell import InteractiveShell  # slow to import, and only needed to print
    from IPython.display import display

    text = f"{mark} {title}: {verdict}"
    page = f"{mark} **{_escaped(title)}**: {_escaped(verdict)}"
    if formula is not None:
        text = f"{text}; left - right = {formula}"
        page += f"; left − right $= {latex(formula)}$" if len(latex(formula)) < 120 else ""
    if InteractiveShell.initialized():
        display({"text/plain": text, "text/markdown": page}, raw=True)
    else:
        print(text)


def _escaped(text):
    """Text that Markdown leaves alone."""
    return re.sub(r"([\\`*_\[\]<>$|])", r"\\\1", text)
