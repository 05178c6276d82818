"""The ledger is complete, each check matches its verdict, each link leads somewhere; spoilt formulas are refused."""

import hashlib
import inspect
import re
from collections import Counter

import pytest
from browser_fixtures import ROOT, visit
from sympy import Add, Indexed, MatrixExpr, Mul, Product, Sum, exp, log, sympify
from sympy.matrices.matrixbase import MatrixBase

from w2v_core import ledger, proofs
from w2v_core.errors import ProofError
from w2v_core.ledger import KINDS, STATEMENTS, LedgerError, checks, faults, function_name, judge, load, places, run
from w2v_core.proofs import C, D, V, array, check, d, delta, indices, refute, sigma, words

ENTRIES = load()
BY_CHECK = {function_name(entry["id"]): entry for entry in ENTRIES}
STATED = [line.split() for line in (ROOT / "tests" / "golden" / "statements.txt").read_text().splitlines()]
i, k = indices("i k", d)
w, x = indices("w x", V)
v = array("v", d)


def digest(entry):
    return hashlib.sha256(entry["printed"].encode()).hexdigest()[:12] if "printed" in entry else "-"


# --- The data ---


def test_every_statement_has_its_entry():
    assert [entry["id"] for entry in ENTRIES] == [statement for statement, _, _ in STATED]
    assert Counter(document for _, document, _ in STATED) == STATEMENTS


def test_what_is_printed_stays_as_it_was():
    stated = {statement: rest for statement, *rest in STATED}
    assert {e["id"] for e in ENTRIES if [e["document"], digest(e)] != stated[e["id"]]} == set()


def test_every_entry_but_those_off_topic_has_a_check_and_every_check_an_entry():
    needed = {function_name(entry["id"]) for entry in ENTRIES if entry["verdict"] != "off-topic"}
    assert needed - set(checks()) == set()
    assert set(checks()) - {function_name(entry["id"]) for entry in ENTRIES} == set()


def test_every_place_is_a_label():
    assert {entry["id"]: entry["place"] for entry in ENTRIES if entry["place"] not in places()} == {}


def test_every_kind_of_slip_has_its_lesson():
    text = (ROOT / "chapters" / "errata.md").read_text(encoding="utf-8")
    lessons = re.findall(r"^```\{errata\} (\S+)$", text, re.MULTILINE)
    assert sorted(lessons) == sorted({entry["kind"] for entry in ENTRIES if "kind" in entry})
    assert set(lessons) <= set(KINDS)
    assert text.count("*Why it happens:*") == text.count("*How to catch it:*") == len(lessons)


def test_a_line_is_a_line_of_the_formula():
    for entry in ENTRIES:
        if "line" in entry:
            rows = entry.get("printed", "").count("\\\\") + 1
            assert 1 <= entry["line"] <= max(rows, 2 + entry.get("printed", "").count("=")), entry["id"]


def test_only_our_own_words_say_what_is_claimed():
    fields = [entry.get(field, "") for entry in ENTRIES for field in ("says", "slip", "instead", "correct")]
    assert [text for text in fields if re.search(r"[^\x00-\u024f\u0370-\u03ff\u2010-\u22ff]", text)] == []


# --- The machinery ---

GOOD = {"id": "sum/eq99", "document": "summary", "section": "9", "printed": "a = a", "verdict": "right"}
GOOD |= {"scope": "every size", "place": "eq:softmax"}


def proves():
    """Proves."""
    check("a sum", Sum(v[i] + 1, i), Sum(v[i], i) + d)


def refutes():
    """Refutes."""
    refute("a sum", Sum(v[i] + 1, i), Sum(v[i], i))


def refutes_and_proves():
    """Does both."""
    refutes()
    proves()


def asserts():
    """Asserts."""
    assert len("two") == 3


def asserts_twice():
    """Asserts with a helper."""
    asserts()
    assert len("three") == 5


def proves_an_instance():
    """Proves one size."""
    check("a sum", Sum(v[i], i), v[0] + v[1], d=2)


def says_nothing():
    pass


def fails():
    """Fails."""
    check("a sum", Sum(v[i] + 1, i), Sum(v[i], i))


def slipped(verdict):
    return GOOD | {"verdict": verdict, "kind": "term", "slip": "It is wrong.", "correct": "b = b"}


def asked(monkeypatch, function, entry):
    monkeypatch.setattr(ledger, "checks", lambda: {"sum_eq99": function})
    faults(entry)
    return judge(entry)


@pytest.mark.parametrize(
    ("entry", "function"),
    [
        (GOOD, proves),
        (GOOD | {"scope": "counted"}, asserts),
        (GOOD | {"scope": "this size: d = 2"}, proves_an_instance),
        (slipped("notation"), proves),
        (slipped("notation"), refutes_and_proves),
        (slipped("wrong"), refutes_and_proves),
        (slipped("wrong") | {"scope": "counted"}, asserts_twice),
        (GOOD | {"verdict": "definition"}, proves),
        (GOOD | {"verdict": "off-topic", "scope": "by reading"}, asserts),
    ],
)
def test_a_check_that_matches_is_accepted(monkeypatch, entry, function):
    assert asked(monkeypatch, function, entry).says == (inspect.getdoc(function) or "")


@pytest.mark.parametrize(
    ("entry", "function", "reason"),
    [
        (GOOD, refutes_and_proves, "do not show that it is right"),
        (GOOD, refutes, "do not show that it is right"),
        (GOOD, says_nothing, "do not show that it is right"),
        (GOOD, asserts, "do not hold for its scope, every size"),
        (GOOD, proves_an_instance, "do not hold for its scope, every size"),
        (GOOD | {"scope": "measured"}, proves, "do not hold for its scope, measured"),
        (GOOD, fails, "the check fails. ProofError"),
        (slipped("notation"), refutes, "do not show that it is notation"),
        (slipped("wrong"), proves, "do not show that it is wrong"),
        (slipped("wrong"), refutes, "do not show that it is wrong"),
        (slipped("wrong") | {"scope": "counted"}, asserts, "do not show that it is wrong"),
        (GOOD | {"verdict": "definition"}, says_nothing, "do not show that it is definition"),
    ],
)
def test_a_check_that_does_not_match_is_refused(monkeypatch, entry, function, reason):
    with pytest.raises(LedgerError, match=f"sum/eq99.*{re.escape(reason)}"):
        asked(monkeypatch, function, entry)


def test_a_missing_check_is_refused(monkeypatch):
    monkeypatch.setattr(ledger, "checks", dict)
    with pytest.raises(LedgerError, match="has no check sum_eq99"):
        judge(GOOD)
    assert judge(GOOD | {"verdict": "off-topic"}).steps == []


@pytest.mark.parametrize(
    "fault",
    [
        {"document": "another"}, {"section": ""}, {"verdict": "true"}, {"kind": "sign"}, {"slip": "A slip."},
        {"printed": ""}, {"says": "A claim, too."}, {"scope": "somewhere"}, {"place": "nowhere"}, {"verdict": "wrong"},
        {"verdict": "wrong", "kind": "typo", "slip": "A slip.", "correct": "a"},
        {"verdict": "wrong", "kind": "sign", "slip": "A slip."},
    ],
)  # fmt: skip
def test_an_entry_with_a_fault_is_refused(fault, tmp_path):
    faults(GOOD)
    with pytest.raises(LedgerError, match="Entry sum/eq99: look at"):
        faults(GOOD | fault)


def test_a_ledger_that_is_not_there_or_names_twice_is_refused(tmp_path):
    with pytest.raises(LedgerError, match=r"pip install -e \."):
        load(tmp_path / "ledger.yml")
    twice = [GOOD, GOOD | {"id": "sum/eq-99"}, GOOD | {"id": "sum/eq.99"}]
    (tmp_path / "ledger.yml").write_text(repr(twice), encoding="utf-8")
    with pytest.raises(LedgerError, match="sum_eq_99"):
        load(tmp_path / "ledger.yml")


def test_the_recorder_leaves_no_trace():
    before = proofs._decide, proofs._show
    with pytest.raises(ProofError):
        run(fails)
    assert (proofs._decide, proofs._show) == before
    left, right, sizes = run(proves).steps[0].equations[0]
    assert (left, right, sizes) == (Sum(v[i] + 1, i), Sum(v[i], i) + d, {})


# --- Mutation: a formula that is perturbed a little is no longer proved ---


def mutants(e):
    """Each fourth way to spoil a formula by one small slip, as (what was done, the spoilt formula)."""
    slips = [(e, -e, "sign of all")]
    for part in sorted(e.atoms(Add, Mul, Sum, Product, Indexed, delta, log, exp, sigma), key=str):
        slips += [(part, *slip) for slip in slips_in(part)]
    for part, spoilt, what in slips[::4]:
        yield what, e.xreplace({part: spoilt})


def slips_in(part):
    if isinstance(part, Add):
        for term in part.args:
            yield part - 2 * term, "sign"
            yield part - term, "term"
    if isinstance(part, Mul):
        factors = [f for f in part.args if f != -1 and not isinstance(f, Sum)]
        yield from ((part.func(*(g for g in part.args if g != f)), "factor") for f in factors)
    if isinstance(part, log | exp):
        yield part.args[0], type(part).__name__
    if isinstance(part, delta):
        yield sympify(1), "delta"
    if isinstance(part, sigma):
        yield sigma(-part.args[0]), "sigma"
    if isinstance(part, Indexed) and isinstance(part.base, proofs.IndexedBase) and len(part.indices) == 2:
        yield part.base[part.indices[::-1]], "index"


def formulas(record):
    """The equations that a check proved for every size."""
    for step in record.steps:
        for left, right, sizes in step.equations if step.mark == "✓" else ():
            left, right = sympify(left), sympify(right)
            matrices = any(isinstance(e, MatrixBase | MatrixExpr) for e in (left, right))
            if not (sizes or matrices or right.has(MatrixExpr)) and right.args:
                yield left, right


def provoke(name, what, left, spoilt):
    proofs.prove(left, spoilt)
    print(f"{name}, {what}: {left} = {spoilt} is proved, and yet it is false.")


@pytest.mark.no_cover  # counting lines would take twice as long as the proofs
@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("module", sorted({f.__module__ for f in checks().values()}))
def test_the_checks_match_their_verdicts_and_no_spoilt_formula_is_proved(module, capsys):
    names = [name for name, function in checks().items() if function.__module__ == module]
    records = {name: judge(BY_CHECK[name]) for name in names}  # once: these proofs take half of the time
    assert [name for name in names if not records[name].says] == []
    assert capsys.readouterr().out == ""
    proved = {sides: name for name in names for sides in formulas(records[name])}
    tried = different = 0
    for (left, right), name in proved.items():
        for what, spoilt in mutants(right):
            agrees = None
            try:
                for *_, agrees in proofs._at_random(left, spoilt):
                    if not agrees:
                        break
            except ProofError:  # an index outside its array: refused, and no formula at all
                continue
            tried += agrees is not None
            if agrees is False:
                different += 1
                with pytest.raises(ProofError):
                    provoke(name, what, left, spoilt)
    assert different > 0.8 * tried  # the others are other ways to write the same
    assert different >= len(proved)


def test_the_factor_of_the_mean_is_not_forgotten():
    c, y = words("c", C, of=V), array("y", V)
    inputs, p, a = array("v", V, d), indices("p", C), indices("a", V)
    hidden = Sum(inputs[c[p], k], p) / C
    counted = Sum(delta(c[p], a), p)
    check("mean", D(hidden * y[x], inputs[a, k]), counted * y[x] / C)
    for spoilt in (counted * y[x], counted * y[x] / C**2, C * counted * y[x], y[x] / C):
        refute("mean, spoilt", D(hidden * y[x], inputs[a, k]), spoilt)


def test_a_union_is_no_intersection():
    s, noise, n = array("s", V), words("n", proofs.K, of=V), indices("n", proofs.K)
    target = indices("o", V)
    union = log(sigma(s[target])) + Sum(log(sigma(-s[noise[n]])), n)
    likelihood = sigma(s[target]) * Product(sigma(-s[noise[n]]), n)
    check("the target and the noise", log(likelihood), union)
    refute("only words that are both", log(likelihood), Sum(delta(noise[n], target) * log(sigma(-s[noise[n]])), n))
    refute("nothing: the two do not meet", log(likelihood), 0)


# --- The page ---


@pytest.fixture
def page_of_ledger(site):
    return (site / "chapters" / "ledger.html").as_uri()


def shown(page):
    return page.locator(".ledger-entry:visible").count(), page.locator(".ledger-filter output").text_content()


def test_every_puzzle_leads_to_its_place(site):
    chapters = site / "chapters"
    links = [puzzle["link"].split("#") for puzzle in ledger.puzzles()]
    assert [link for link in links if f'id="{link[1]}"' not in (chapters / link[0]).read_text(encoding="utf-8")] == []


def test_the_ledger_shows_every_statement_without_javascript(page_of_ledger):
    with visit(page_of_ledger, java_script_enabled=False) as page:
        assert page.locator(".ledger-entry:visible").count() == 191
        assert page.locator("main select").count() == 0


def test_the_ledger_is_filtered_by_document_chapter_and_verdict(page_of_ledger):
    wrong = sum(entry["verdict"] == "wrong" for entry in ENTRIES)
    both = sum(entry["verdict"] == "wrong" and entry["document"] == "summary" for entry in ENTRIES)
    with visit(page_of_ledger, formulas=False) as page:
        assert shown(page) == (191, "191 of 191 statements")
        select = {name: page.locator(f"select[name={name}]") for name in ("document", "chapter", "verdict")}
        labels = [control.evaluate("control => control.labels[0].firstChild.data") for control in select.values()]
        assert labels == ["Document ", "Chapter ", "Verdict "]
        select["verdict"].select_option("wrong")
        assert shown(page) == (wrong, f"{wrong} of 191 statements")
        select["document"].select_option("summary")
        assert shown(page) == (both, f"{both} of 191 statements")
        assert page.url.endswith("#document=summary&verdict=wrong")
        page.locator(".ledger-filter button").press("Enter")
        page.wait_for_function("!location.hash")
        assert shown(page)[0] == 191
        select["chapter"].press("ArrowDown")
        assert 0 < shown(page)[0] < 191


def test_the_address_keeps_the_choice(page_of_ledger):
    with visit(f"{page_of_ledger}#verdict=wrong&document=nobody", formulas=False) as page:
        assert shown(page)[0] == sum(entry["verdict"] == "wrong" for entry in ENTRIES)
        page.evaluate("location.hash = 'entry-hd-07'")  # a link to an entry that the filter hides
        page.wait_for_function("document.querySelector('#entry-hd-07').checkVisibility()")
        top = page.locator("#entry-hd-07").evaluate("entry => entry.getBoundingClientRect().top")
        assert 0 <= top < 900


def test_a_link_to_an_entry_shows_what_its_check_found(page_of_ledger):
    with visit(f"{page_of_ledger}#entry-hd-19", formulas=False) as page:
        assert shown(page)[0] == 191
        assert page.locator("#entry-hd-19").is_visible()
        entry = page.locator("#entry-hd-19").inner_text()
    for said in ("✗ wrong (log)", "The slip (line 1)", "Checked (every size)", "left = ", "each of 3 steps proved for"):
        assert said in entry
