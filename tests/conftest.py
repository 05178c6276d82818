"""What the test modules share: the six models as fixtures, and settings that make every run the same run."""

import sys

import jaxtyping
import matplotlib
import pytest
from hypothesis import settings

import w2v_core

matplotlib.use("Agg")
settings.register_profile("book", derandomize=True, deadline=None)
settings.load_profile("book")
collect_ignore = ["kit_runner.py"]  # a program, without doctests, that takes two seconds to import


@pytest.fixture(params=["skip_gram", "cbow"])
def architecture(request):
    """Each of the two architectures."""
    return getattr(w2v_core, request.param)


@pytest.fixture(params=["FullSoftmax", "HierarchicalSoftmax", "NegativeSampling"])
def objective(request):
    """Each of the three objectives, as a class."""
    return getattr(w2v_core, request.param)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Folder of the built book. The tests that ask for it are run last."""
    from browser_fixtures import built_book

    return built_book(tmp_path_factory)[0]


@pytest.fixture
def unchecked():
    """Run without the shape checks of the test run, as a reader does: faster, and wrong types reach our own errors."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


@pytest.fixture
def open_page(tmp_path):
    """Open widgets in a browser, as a file: `open_page(widget, ..., theme="dark", width=360)`."""
    from widget_fixtures import pages

    with pages(tmp_path) as open_page:
        yield open_page


def pytest_collection_modifyitems(items):
    """Build the book first and visit it last: everything else runs beside the build."""

    def place(item):
        return 0 if item.name == "test_book_builds_without_warnings" else 1 + ("site" in item.fixturenames)

    items.sort(key=place)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item):
    """Trace nothing under `no_cover`: in a worker, pytest-cov 7 pauses one tracer, and then another goes on."""
    trace = sys.gettrace()
    if item.get_closest_marker("no_cover"):
        sys.settrace(None)
    try:
        return (yield)
    finally:
        if sys.gettrace() is not trace:
            sys.settrace(trace)
