"""Checks of the statements told in the chapter "Three functions"."""

from sympy import Function, Symbol, diff, exp, simplify

from w2v_core.proofs import D, check_chain, sigma

x = Symbol("x", real=True)


def asg_e1():
    """Each line of the sigmoid's derivative, as printed."""
    lines = [
        D(exp(x) / (exp(x) + 1), x),
        (exp(x) * (exp(x) + 1) - exp(x) * exp(x)) / (exp(x) + 1) ** 2,
        exp(x) / (exp(x) + 1) ** 2,
        sigma(x) * (1 - sigma(x)),
    ]
    check_chain("the derivative of the sigmoid", lines)


def asg_e2():
    """The quotient rule, for any two differentiable functions."""
    u, v = Function("u")(x), Function("v")(x)
    assert simplify(diff(u / v, x) - (diff(u, x) * v - u * diff(v, x)) / v**2) == 0
