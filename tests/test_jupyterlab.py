"""Widgets in a real JupyterLab: browser and Python stay in step, and a saved notebook shows them without a kernel."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

from browser_fixtures import ROOT, visit
from playwright.sync_api import expect

from w2v_core import widgets

# What Python sets in each widget.
WIDGETS = {
    "CostMeter": "V = 500",
    "EmbeddingMap": "word = 'queen'",
    "ForceExplorer": "target = 2",
    "NoiseExplorer": "throws = 3",
    "SigmoidExplorer": "score = -2.5",
    "SoftmaxExplorer": "scores = [0, 0, 0, 0, 3]",
    "SpotTheSlip": "at = 3",
    "TrainingTheatre": "steps = 20",
    "TreeExplorer": "merged = 2",
    "WindowExplorer": "radius = 1",
}
SLIDERS = set(WIDGETS) - {"EmbeddingMap", "SpotTheSlip", "TrainingTheatre"}  # the others begin with a button
SETTINGS = "chapters/_extensions/jupyter"  # what `make lab` uses, too


def notebook(*sources):
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [cell | {"id": f"cell-{n}", "source": source} for n, source in enumerate(sources)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


@contextmanager
def jupyterlab(folder):
    """Serve a folder with JupyterLab to this machine only, with settings of its own and those of `make lab`."""
    (folder / "files").mkdir(exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = "HOME JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTER_RUNTIME_DIR JUPYTERLAB_WORKSPACES_DIR IPYTHONDIR".split()
    flags = {"ip": "127.0.0.1", "port": port, "IdentityProvider.token": "", "ServerApp.root_dir": folder / "files"}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--LabApp.news_url=None"]
    own = {place: str(folder / place) for place in places}
    environment = os.environ | own | {"PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_PATH": str(ROOT / SETTINGS)}
    with (folder / "lab.log").open("a") as log:
        command += [f"--{name}={value}" for name, value in flags.items()]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(300):
                if answers(url):
                    break
                time.sleep(0.1)
            yield url
        finally:
            server.terminate()  # and its kernels with it
            server.wait(20)


def answers(url):
    try:
        return urllib.request.urlopen(f"{url}/api", timeout=2).status == 200
    except OSError:
        return False


def seen(root):
    """Everything that a widget shows: its text and what stands in its controls.

    Without what was only announced, and without raised labels: which one finds room depends on the frame before.
    """
    return root.evaluate("""form => {
        const copy = form.cloneNode(true);
        for (const said of copy.querySelectorAll(".w2v-spoken[role=status], .w2v-front")) said.remove();
        return copy.textContent + [...form.elements].map((e) => e.type + e.value + e.checked + e.disabled);
    }""")


def session(folder):
    """Run every widget in a notebook; change it from Python, then by keyboard; save all; open it without a kernel."""
    names = list(WIDGETS)
    tell = "print(json.dumps({name: one.get_state(one._settings) for name, one in shown.items()}))"
    cells = ["import json\nfrom w2v_core import widgets\nshown = {}"]
    cells += [f"shown[{name!r}] = widgets.{name}()\nshown[{name!r}]" for name in names]
    cells += ["\n".join(f"shown[{name!r}].{change}" for name, change in WIDGETS.items()) + f"\n{tell}", tell]
    file = folder / "files" / "try.ipynb"
    file.parent.mkdir()
    file.write_text(notebook(*cells), "utf-8")
    notes = {name: {} for name in names}

    def form(page, name):
        return page.locator(".jp-CodeCell").nth(names.index(name) + 1).locator("form.w2v-widget")

    def note(page, when):
        for name in names:
            page.mouse.move(0, 0)  # the widget must not come to rest under it
            form(page, name).scroll_into_view_if_needed()
            notes[name][when] = seen(form(page, name))

    def run(page, cell):
        page.locator(".jp-CodeCell").nth(cell).locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        expect(page.locator(".jp-CodeCell").nth(cell).locator(".jp-InputPrompt")).to_have_text(re.compile(r"\d"))

    with jupyterlab(folder) as url, visit(f"{url}/lab/tree/try.ipynb") as page:
        page.get_by_text("(ipykernel) | Idle").wait_for()
        for cell in range(len(names) + 1):
            run(page, cell)
        expect(page.locator("form.w2v-widget")).to_have_count(len(names), timeout=20_000)  # live, not the page's copy
        note(page, "first")
        run(page, len(names) + 1)
        note(page, "after Python")
        for name in names:
            controls = form(page, name).locator("input[type=range]" if name in SLIDERS else "button:not(.w2v-term)")
            controls.and_(page.locator(":enabled")).filter(visible=True).first.focus()
            for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "Enter"):
                page.keyboard.press(key)  # JupyterLab must leave it to the widget
        run(page, len(names) + 2)
        note(page, "after the reader")
        page.keyboard.press("Control+s")
        expect(page.get_by_text("Saving completed")).to_be_visible()
        assert page.trouble == []
    with jupyterlab(folder) as url, visit(f"{url}/lab/tree/try.ipynb") as page:
        expect(page.locator("form.w2v-widget")).to_have_count(len(names), timeout=20_000)
        note(page, "opened again")
    outputs = [cell["outputs"] for cell in json.loads(file.read_text("utf-8"))["cells"]]
    for when, output in zip(("after Python", "after the reader"), outputs[len(names) + 1 :], strict=False):
        for name, state in json.loads("".join(output[0]["text"])).items():
            notes[name][f"Python {when}"] = state
    return notes


def test_every_widget_is_tried():
    assert sorted(WIDGETS) == sorted(set(widgets.__all__) - {"Explorable"})


def test_browser_and_python_stay_in_step_and_a_saved_notebook_shows_the_widgets_as_they_were(tmp_path):
    notes = session(tmp_path)  # one test: two workers would each start a JupyterLab
    for name, note in notes.items():
        assert note["first"] != note["after Python"] != note["after the reader"], name
        assert note["Python after Python"] != note["Python after the reader"], name
        assert note["opened again"] == note["after the reader"], name
