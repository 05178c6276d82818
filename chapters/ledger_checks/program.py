"""Checks of the statements told in the chapter "The program: word2vec.c against the formulas"."""

from inspect import signature

from sympy import Sum

from w2v_core.proofs import V, array, check, d, delta, indices
from w2v_core.word2vec_c import train

w, c = indices("w c", V)
k = indices("k", d)
v = array("v", V, d)


def und_00():
    """The default, 100, is below 150; sizes in use are above; d numbers do the work of V."""
    default = signature(train).parameters["size"].default
    used = {"demo-word.sh": 200, "both papers, published vectors": 300, "script for a large model": 500}
    assert default == 100 <= 150
    assert all(size > 150 for size in used.values())
    assert max(used.values()) < 30_000 / 50  # the document's own example of a vocabulary
    check("one-hot times matrix is a row of d numbers", Sum(delta(w, c) * v[w, k], w), v[c, k])
