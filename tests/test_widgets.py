"""All widgets: how they travel, and what every reader meets in each of them."""

import itertools
import re
import subprocess
import sys

import pytest
from node import call
from playwright.sync_api import expect
from widget_fixtures import FOLDER, HOSTILE, assert_accessible, assert_no_overflow, live, payload

from w2v_core import widgets
from w2v_core.errors import BookError
from w2v_core.widgets import SoftmaxExplorer
from w2v_core.widgets.base import join, show, whole

WIDGETS = [getattr(widgets, name) for name in widgets.__all__ if name != "Explorable"]


@pytest.fixture(params=WIDGETS, ids=lambda widget: widget.__name__)
def widget(request):
    """Each widget as it comes, without a setting."""
    return request.param


def test_numbers_read_the_same_in_browser_and_still():
    values = [0, 1, -1, 2e-261, 9.7e-100, 1e100, 0.0004, -0.0006, 12345.678, 1e5, -2.5e300, 3e-9, 0.9999, 1000.0]
    values += [0.25, 0.0625, 1_250_000]  # halfway: both go up
    answers = call(FOLDER / "parts.mjs", [["show", value, digits] for value in values for digits in (1, 3)])
    assert answers == [show(value, digits) for value in values for digits in (1, 3)]


def test_counts_read_the_same_in_browser_and_still():
    counts = [0, 7, 999, 1000, 2.5, 3.5, 1_234_567.4, 3_000_002_000]
    answers = call(FOLDER / "parts.mjs", [["whole", count] for count in counts])
    assert answers == [whole(count) for count in counts]


def test_ticks_are_round_lie_on_the_axis_and_read_well():
    axes = [(-6, 6, 7), (0, 1, 5), (-6, 2, 5), (0, 0.0123, 5), (-1e6, 2e6, 5), (3.3, 3.4, 4), (5, 5, 3)]
    answers = call(FOLDER / "chart.mjs", [["ticks", {"from": low, "to": high}, count] for low, high, count in axes])
    assert answers[0] == [-6, -4, -2, 0, 2, 4, 6]
    assert answers[-1] == [5]
    for (low, high, count), ticks in zip(axes[:-1], answers[:-1], strict=True):
        steps = {float(f"{b - a:.6g}") for a, b in itertools.pairwise(ticks)}
        assert len(steps) == 1
        assert f"{steps.pop():e}"[0] in "125"
        assert low - 1e-9 <= ticks[0] < ticks[-1] <= high + 1e-9
        assert count / 3 < len(ticks) <= count + 1
    powers = call(FOLDER / "chart.mjs", [["ticks", {"from": 10, "to": 1e6, "log": True}, 5]])[0]
    assert powers == [10, 100, 1000, 10_000, 100_000, 1_000_000]
    texts = {-2: "−2", 0.30000000000000004: "0.3", -1e5: "−10⁵", 2e-4: "2×10⁻⁴", 20_000: "20000", 0: "0"}
    assert call(FOLDER / "chart.mjs", [["tickText", value] for value in texts]) == list(texts.values())


# --- the module they travel in ---


def test_join_takes_each_file_once_and_leaves_no_import(tmp_path):
    (tmp_path / "base.mjs").write_text("export const one = 1;\n")
    (tmp_path / "middle.mjs").write_text('import { one } from "./base.mjs";\nexport const two = one + 1;\n')
    (tmp_path / "top.mjs").write_text(
        'import {\n  two,\n} from "./middle.mjs";\nimport { one } from "./base.mjs";\n'
        "export const sum = () => one + two;\n"
    )
    module = join(tmp_path / "top.mjs")
    assert "import" not in module
    assert module.count("const one") == 1
    (tmp_path / "joined.mjs").write_text(module)
    assert call(tmp_path / "joined.mjs", [["sum"]]) == [3]


def test_join_refuses_an_import_it_would_lose(tmp_path):
    (tmp_path / "bad.mjs").write_text('import * as all from "./base.mjs";\n')
    with pytest.raises(BookError, match="cannot join"):
        join(tmp_path / "bad.mjs")


def test_joined_widget_and_page_load_in_node(tmp_path, widget):
    code = payload(widget().html())["code"]
    assert not re.search(r"^\s*(import|//|/\*)", code, re.MULTILINE)
    (tmp_path / "page.mjs").write_text(code, "utf-8")
    assert call(tmp_path / "page.mjs", [["show", 0.5]]) == ["0.500"]


def test_html_is_the_same_bytes_twice_and_stands_alone(widget):
    one = widget()
    html = one.html()
    assert html == one.html() == widget().html()
    assert one.model_id not in html
    assert not re.search(r'\sid="', html)
    assert not re.search(r"https?://(?!www\.w3\.org/)", html)
    assert len(html.encode()) < 150_000


def test_hostile_words_end_no_script_and_start_no_tag():
    html = SoftmaxExplorer(words=HOSTILE, scores=range(5)).html()
    assert "<img" not in html
    assert "<!--" not in html
    assert "-->" not in html
    assert html.count("</script>") == 2


def test_every_reader_gets_a_representation(widget):
    data, _ = widget()._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain", "application/vnd.jupyter.widget-view+json"}
    assert data["text/plain"] == widget().describe()
    assert "0x" not in data["text/plain"]


def test_package_does_not_load_the_widgets():
    check = "import sys, w2v_core; w2v_core.softmax; sys.exit('anywidget' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True, cwd=FOLDER.parent.parent)


# --- what a reader meets, in every widget ---


def test_two_copies_fit_every_screen_and_every_reader(open_page, widget):
    page = open_page(widget(), widget())
    expect(page.locator(".w2v-still").first).to_be_hidden()
    for width in (1440, 768, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert_no_overflow(page)
    for theme, paper in (("light", "white"), ("dark", "#14181e")):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'; document.body.style.background = '{paper}'")
        assert_accessible(page)
    page.emulate_media(media="print")
    expect(page.locator(".w2v-still").first).to_be_visible()
    expect(live(page)).to_be_hidden()
    assert_accessible(page)


def test_no_widget_changes_the_look_of_another(open_page):
    """Each brings the common style sheet along, perhaps after the own one of another, and its own names."""
    page = open_page(*[widget() for widget in WIDGETS])
    for width in (900, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        changed = page.evaluate("""() => {
            const pages = [...document.querySelectorAll(".w2v-page")];
            const seen = (page) => [...page.querySelectorAll("*")].filter((node) => node.getClientRects().length);
            const look = (page) => seen(page).map((node) => {
                const [box, corner] = [node.getBoundingClientRect(), page.getBoundingClientRect()];
                const place = [box.left - corner.left, box.top - corner.top, box.width, box.height];
                return [node.outerHTML.slice(0, 80), ...place.map((one) => one.toFixed(1))].join(" ");
            });
            const choose = (wanted) => pages.forEach((page) => page.querySelector("style").disabled = !wanted(page));
            const together = pages.map(look);
            return pages.flatMap((page, i) => {
                choose((other) => other === page);
                const alone = look(page);
                choose(() => true);
                const at = alone.findIndex((line, j) => line !== together[i][j]);
                return at < 0 ? [] : [[page.className, alone[at], together[i][at]]];
            });
        }""")
        assert changed == []


def test_without_scripts_there_is_a_figure_that_says_what_it_shows(open_page, widget):
    page = open_page(widget(), java_script_enabled=False, width=360)
    expect(page.get_by_role("figure")).to_contain_text(widget().describe())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_control_is_reached_by_the_keyboard(open_page, widget):
    page = open_page(widget())
    wanted = "input:not([type=radio], :disabled), select, button:not(.w2v-term, :disabled), [role=slider], summary"
    controls = live(page).locator(wanted).filter(visible=True)
    controls.evaluate_all("found => found.forEach(control => control.dataset.unreached = '')")
    for _ in range(4 * controls.count() + 20):
        page.keyboard.press("Tab")
        page.evaluate("delete document.activeElement.dataset.unreached")
    left = live(page).locator("[data-unreached]").filter(visible=True)
    assert left.evaluate_all("found => found.map(control => control.outerHTML)") == []


def test_a_change_takes_less_than_a_frame(open_page, widget):
    page = open_page(widget())
    milliseconds = page.evaluate("""() => [...document.querySelectorAll(".w2v-live input[type=range]")].map(slider => {
        const times = Array.from({ length: 30 }, (_, step) => {
            slider.value = Number(slider.min) + step / 29 * (slider.max - slider.min);
            const start = performance.now();
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            document.body.offsetWidth;  // style and layout belong to the frame
            return performance.now() - start;
        });
        return times.sort((a, b) => a - b)[15];
    })""")
    assert all(time < 16 for time in milliseconds), milliseconds


def test_a_removed_widget_stops_listening(open_page, widget):
    page = open_page(widget())
    left = page.evaluate("""async () => {
        const { code, state } = JSON.parse(document.querySelector(".w2v-page script").textContent);
        const { default: widget } = await import("data:text/javascript;charset=utf-8," + encodeURIComponent(code));
        const hearers = new Set();
        const model = { get: (name) => state[name], set() {}, save_changes() {},
            on: (names, hear) => hearers.add(names + hear), off: (names, hear) => hearers.delete(names + hear) };
        const el = document.createElement("div");
        const stop = widget.render({ model, el });
        const before = [hearers.size > 0, el.children.length];
        stop();
        return [before, [hearers.size, el.children.length]];
    }""")
    assert left == [[True, 1], [0, 0]]
