"""Labels of a scatter plot: none covers another or leaves the frame, and each can be brought up."""

from hypothesis import given, settings
from hypothesis import strategies as st
from node import call
from playwright.sync_api import expect
from widget_fixtures import FOLDER, live

from w2v_core import ToyCorpus
from w2v_core.widgets import TrainingTheatre

FRAME = [40, 8, 340, 290]
spot = st.tuples(st.floats(20, 360), st.floats(0, 310), st.floats(8, 90), st.booleans(), st.integers(-1, 7))


def place(*clouds):
    """Where placeLabels puts the labels of each cloud of spots."""
    spots = [
        [
            {"at": [x, y], "width": width, "first": first, "last": None if last < 0 else last}
            for x, y, width, first, last in cloud
        ]
        for cloud in clouds
    ]
    return call(FOLDER / "scatter.mjs", [["placeLabels", cloud, FRAME] for cloud in spots])


def covers(a, b):
    """Whether two boxes (middle, whole width, whole height) have more than an edge in common."""
    return all(abs(a[k] - b[k]) < (a[k + 2] + b[k + 2]) / 2 - 1e-9 for k in (0, 1))


@settings(max_examples=3)  # each a Node process, with twenty clouds
@given(clouds=st.lists(st.lists(spot, max_size=60), min_size=20, max_size=20))
def test_no_label_covers_a_label_or_a_point_or_leaves_the_frame(clouds):
    for cloud, found in zip(clouds, place(*clouds), strict=True):
        left, top, right, bottom = FRAME
        seen = [(x, y, 9, 9) for x, y, *_ in cloud if left <= x <= right and top <= y <= bottom]
        boxes = []
        for (_, _, width, first, _), label in zip(cloud, found, strict=True):
            if not label:
                continue
            box = (*label["at"], width, 14)
            assert left + width / 2 <= box[0] <= right - width / 2
            assert top + 7 <= box[1] <= bottom - 7
            assert not any(covers(box, other) for other in boxes + ([] if first else seen))
            boxes.append(box)


def test_those_that_come_first_get_room_and_a_label_keeps_its_side():
    crowd = [(100 + i, 100, 60, False, -1) for i in range(30)]
    found, with_first, kept = place(crowd, [*crowd, (130, 100, 60, True, -1)], [(100, 100, 60, False, 3)])
    assert sum(label is not None for label in found) < 10
    assert with_first[-1]
    assert kept[0]["side"] == 3


def test_arrow_keys_find_the_nearest_point_on_their_side():
    spots = [[0, 0], [10, 1], [30, 0], [0, 20], [-5, -5]]
    keys = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"]
    assert call(FOLDER / "scatter.mjs", [["neighbour", spots, 0, key] for key in keys]) == [1, 3, 4, 4]
    assert call(FOLDER / "scatter.mjs", [["neighbour", spots, 2, "ArrowRight"]]) == [2]


def test_hidden_labels_appear_when_their_point_is_focused(open_page):
    text = "\n".join(" ".join(sentence) for sentence in ToyCorpus(60))
    page = open_page(TrainingTheatre(text, steps=1), width=720)
    points = live(page).locator(".w2v-point")
    boxes = points.evaluate_all("""points => points.map(point => point.querySelector("text"))
        .filter(text => getComputedStyle(text).visibility === "visible").map(text => text.getBoundingClientRect())
        .map(box => [box.x + box.width / 2, box.y + box.height / 2, box.width, box.height - 3])""")
    assert 10 < len(boxes) < points.count()
    assert not any(covers(a, b) for i, a in enumerate(boxes) for b in boxes[:i])
    hidden = points.filter(has=page.locator(".w2v-unplaced")).last  # which lies on top
    name, front = hidden.locator("text").text_content(), live(page).locator(".w2v-front text")
    expect(front).to_have_text("")
    hidden.hover()
    expect(front).to_have_text(name)
    page.mouse.move(1, 1)
    expect(front).to_have_text("")
    points.first.focus()
    before = front.text_content()
    page.keyboard.press("ArrowRight")
    expect(front).not_to_have_text(before)
    assert live(page).locator(".w2v-point[tabindex='0']").count() == 1
