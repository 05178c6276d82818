"""Widgets in a real JupyterLab: browser and Python stay in step."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from browser_fixtures import visit
from playwright.sync_api import expect
from test_softmax_explorer import DEFAULT, expect_softmax
from widget_fixtures import FOLDER


def notebook(*sources):
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{n}",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for n, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def lab(tmp_path):
    """Serve a folder with JupyterLab to this machine only, with settings of its own."""
    (tmp_path / "files").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = "HOME JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTER_RUNTIME_DIR JUPYTERLAB_WORKSPACES_DIR IPYTHONDIR".split()
    flags = {"ip": "127.0.0.1", "port": port, "IdentityProvider.token": "", "ServerApp.root_dir": tmp_path / "files"}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--LabApp.news_url=None"]
    environment = (
        os.environ | {place: str(tmp_path / place) for place in places} | {"PYTHONPATH": str(FOLDER.parents[1])}
    )
    with (tmp_path / "lab.log").open("w") as log:
        server = subprocess.Popen(
            command + [f"--{name}={value}" for name, value in flags.items()], env=environment, stdout=log, stderr=log
        )
        try:
            yield f"http://127.0.0.1:{port}", tmp_path / "files"
        finally:
            server.terminate()  # and its kernels with it
            server.wait(20)


def answers(url):
    try:
        return urllib.request.urlopen(f"{url}/api", timeout=2).status == 200
    except OSError:
        return False


def test_jupyterlab_keeps_browser_and_python_in_step(lab):
    url, folder = lab
    (folder / "try.ipynb").write_text(
        notebook(
            "from w2v_core.widgets import SoftmaxExplorer\nwidget = SoftmaxExplorer()\nwidget",
            "widget.scores = [0, 0, 0, 0, 3]",
            "print(widget.scores, widget.target)",
            "with widget.hold_trait_notifications():\n"
            "    widget.words, widget.scores, widget.target = ['yes', 'no'], [1, 2], 1",
        )
    )
    for _ in range(200):
        if answers(url):
            break
        time.sleep(0.1)
    with visit(f"{url}/lab/tree/try.ipynb") as page:
        page.get_by_text("(ipykernel) | Idle").wait_for()

        def run(number):
            page.locator(".jp-CodeCell").nth(number).locator(".cm-content").click()
            page.keyboard.press("Shift+Enter")

        run(0)
        root = page.locator("form.w2v-widget")
        expect(root).to_have_count(1, timeout=20_000)  # the live view, not the page's copy
        expect_softmax(root, DEFAULT)
        run(1)
        expect(root.get_by_label("score of tax, number")).to_have_value("3.0")
        expect_softmax(root, [0, 0, 0, 0, 3])
        root.get_by_label("score of mouse, slider").focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")  # JupyterLab must leave the key to the slider
        root.get_by_label("purrs", exact=True).check()
        run(2)
        output = page.locator(".jp-CodeCell").nth(2).locator(".jp-OutputArea-output")
        expect(output).to_have_text("[0.3, 0.0, 0.0, 0.0, 3.0] 2\n")
        run(3)
        expect(root.locator(".w2v-word")).to_have_text(["yes", "no"])
        expect(root.get_by_label("score of no, number")).to_have_value("2.0")
        expect_softmax(root, [1, 2], target=1)
