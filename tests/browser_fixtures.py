"""The built book and a browser to look at it: plain functions, so that any test module can make its fixtures of them.

The book is built once for a whole run, whichever worker asks first. Pages are visited with the network closed: a
request to any other host, a console error or warning and an uncaught exception are all written down in `trouble`.
"""

import atexit
import fcntl
import functools
import json
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import TimeoutError, sync_playwright

ROOT = Path(__file__).parents[1]
BUILD = "from jupyter_book.cli.main import main; main()"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = """--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking
--disable-component-update --disable-sync""".split()
FLAGS.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")  # the network is closed
WIDE = {"width": 1440, "height": 900}
IDLE = {}  # tabs that no visit uses just now, by the options that a tab keeps for good


def once(tmp_path_factory, name, make):
    """Return `make(folder)`, worked out by whichever worker of this run asks first and read by the others."""
    shared = tmp_path_factory.getbasetemp()
    if shared.name.startswith("popen-"):  # a worker's own corner of the run's folder
        shared = shared.parent
    kept = shared / f"{name}.json"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_text(json.dumps(make(shared)), encoding="utf-8")
    return json.loads(kept.read_text(encoding="utf-8"))


def built_book(tmp_path_factory):
    """Build the book afresh as `make book` does, once for a run; return the site's folder and what the build said."""

    def build(shared):
        command = [sys.executable, "-c", BUILD, "build", ROOT, "-n", "-W", "--keep-going", "--path-output", shared]
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return {"status": run.returncode, "log": run.stdout, "site": str(shared / "_build" / "html")}

    book = once(tmp_path_factory, "book", build)
    assert book["status"] == 0, f"The book does not build:\n{book['log']}"
    return Path(book["site"]), book["log"]


def pages_of(site):
    """Every page that a reader can open, without the front door that only sends them to the first chapter."""
    return sorted(page for page in site.rglob("*.html") if "<main" in page.read_text(encoding="utf-8"))


@contextmanager
def served(site):
    """Serve a folder on this machine only and give its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site)) as server:
        server.handle_error = lambda *args: None  # a browser that leaves early is not an error
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@functools.cache
def chromium():
    """Start the installed Chromium, once for each worker."""
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    path = next(filter(None, map(shutil.which, BROWSERS)), playwright.chromium.executable_path)
    if not Path(path).exists():
        raise RuntimeError(
            f"The site cannot be tested: none of {', '.join(BROWSERS)} is installed. "
            "Run `.venv/bin/playwright install chromium`, or on Debian `sudo apt-get install chromium`."
        )
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


def new_tab(**options):
    """Open a tab that writes down what it loads and what goes wrong. Chromium takes most of a second for it."""
    page = chromium().new_context(**options).new_page()

    def note(request):
        here = urlsplit(request.url)[:2] == page.own or request.url.startswith(("data:", "blob:", "about:"))
        (page.loaded if here else page.trouble).append(request.url if here else f"asks another host: {request.url}")

    def listen(said):
        if said.type in ("error", "warning"):
            page.trouble.append(f"{said.type}: {said.text}")

    page.on("request", note)
    page.on("console", listen)
    page.on("requestfailed", lambda request: page.trouble.append(f"did not load: {request.url}"))
    page.on("pageerror", lambda error: page.trouble.append(f"error: {error}"))
    return page


@contextmanager
def visit(url, *, viewport=WIDE, reduced_motion="no-preference", formulas=True, **options):
    """Open a page until its formulas are set; `page.trouble` says what went wrong, `page.loaded` what it asked for.

    A tab is taken up again by the next visit that asks for the same options: emptied, with nothing stored. What fails
    here may leave a key held down or worse, and so its tab is not.
    """
    idle = IDLE.setdefault(json.dumps(options, sort_keys=True), [])
    page = idle.pop() if idle else new_tab(**options)
    page.own, page.trouble, page.loaded = urlsplit(url)[:2], [], []
    try:
        page.set_viewport_size(viewport)
        page.emulate_media(media="screen", color_scheme="light", reduced_motion=reduced_motion)
        if not formulas:
            page.route("**/mathjax/**", lambda route: route.abort())
        page.goto(url, wait_until="load")
        if formulas and options.get("java_script_enabled", True):
            try:
                page.wait_for_function("window.MathJax ? window.MathJax.startup?.promise.then(() => true) : true")
            except TimeoutError as late:
                page.trouble.append(f"the formulas are never set: {late}")
        yield page
        page.evaluate("localStorage.clear(), sessionStorage.clear()")
        page.unroute_all()
        page.goto("about:blank")
        page.mouse.move(0, 0)
    except BaseException:
        page.context.close()
        raise
    page.context.clear_cookies()
    idle.append(page)
