"""Figures: drawn where they were told to, with named axes, and showing what they should."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from w2v_core import HuffmanTree, WordVectors, plots
from w2v_core.style import COLOR
from w2v_core.training import History

SETTINGS = dict(plt.rcParams)
WORDS = ["king", "queen", "rose", "tulip"]
VECTORS = WordVectors(WORDS, np.array([[1.0, 0.1, 0.0], [1.0, -0.1, 0.2], [-1.0, 1.0, 0.0], [-1.0, 0.9, -0.2]]))
GROUPS = {"people": WORDS[:2], "flowers": WORDS[2:]}
HISTORY = History([10, 20, 30], [3.0, 2.0, 1.5], [0.3, 0.2, 0.1])
DRAWINGS = {
    "embedding_scatter": (VECTORS, GROUPS),
    "loss_curve": (HISTORY,),
    "heat_map": (np.array([[0.5, -1.0], [0.25, 0.0]]), ["a", "b"], ["c", "d"]),
    "similarity_matrix": (VECTORS, WORDS),
    "huffman_tree": (HuffmanTree(np.array([4, 3, 2, 1])), WORDS),
    "vectors_in_plane": (VECTORS.matrix[:, :2], WORDS, "input"),
}


@pytest.fixture(autouse=True)
def closed():
    """Leave no figure behind."""
    yield
    plt.close("all")


def texts(ax):
    """What is written inside the axes, in the order of drawing."""
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("name", DRAWINGS)
def test_each_drawing_uses_the_axes_it_is_given_or_makes_its_own(name):
    draw, mine = getattr(plots, name), plots.figure()
    assert draw(*DRAWINGS[name], ax=mine) is mine
    assert draw(*DRAWINGS[name]) not in (None, mine)
    assert draw.__doc__
    assert draw.__name__ == name


@pytest.mark.parametrize("name", DRAWINGS)
def test_each_drawing_says_what_its_axes_are_and_leaves_the_settings_alone(name):
    ax = getattr(plots, name)(*DRAWINGS[name])
    if name == "heat_map":  # a matrix has names of rows and columns
        assert [label.get_text() for label in ax.get_yticklabels() + ax.get_xticklabels()] == ["a", "b", "c", "d"]
    else:
        assert ax.get_ylabel()
        assert ax.get_xlabel() or name == "huffman_tree"  # from left to right a tree has no scale
    assert dict(plt.rcParams) == SETTINGS


@pytest.mark.parametrize("name", DRAWINGS)
def test_each_drawing_becomes_the_same_picture_every_time(name):
    pictures = [plots.show(getattr(plots, name)(*DRAWINGS[name]), alt="what it shows")._repr_html_() for _ in range(2)]
    assert pictures[0] == pictures[1]


def test_figure_gives_one_axes_or_an_array_of_them():
    assert isinstance(plots.figure(), plt.Axes)
    assert plots.figure(2, 3, size=(9.0, 4.0)).shape == (2, 3)


@given(arrays(float, (5, 3), elements=st.integers(-20, 20)))
def test_pca_is_the_eigendecomposition_of_the_covariance(matrix):
    centered = matrix - matrix.mean(axis=0)
    values, directions = np.linalg.eigh(centered.T @ centered)
    found = plots.pca(matrix, components=3)
    np.testing.assert_allclose(np.diag(found.T @ found), values[::-1], atol=1e-8)  # the spread along each direction
    np.testing.assert_allclose(found.T @ found, np.diag(values[::-1]), atol=1e-8)  # and none across
    gaps = np.diff(values[::-1], prepend=np.inf, append=-np.inf)
    for k in range(3):
        if min(-gaps[k], -gaps[k + 1]) > 0.5:  # a direction of its own
            along = centered @ directions[:, 2 - k]
            assert min(np.abs(found[:, k] - along).max(), np.abs(found[:, k] + along).max()) < 1e-8


def test_pca_by_hand():
    # the centre is (1, 1); all points lie on the line towards (2, 1), at -sqrt 5, 0 and sqrt 5
    matrix = np.array([[-1.0, 0.0], [1.0, 1.0], [3.0, 2.0]])
    np.testing.assert_allclose(plots.pca(matrix, components=1), [[-np.sqrt(5)], [0], [np.sqrt(5)]], atol=1e-12)


@given(st.permutations(range(6)), st.floats(0.5, 2))
def test_pca_does_not_flip_when_rows_change_places_or_move(order, stretch):
    matrix = np.array([[4.0, 1, 0], [-3, 0, 1], [1, 2, 0], [-1, -2, 0], [0, 0, 3], [2, 1, 1]])
    expected = stretch * plots.pca(matrix)[order]
    np.testing.assert_allclose(plots.pca(stretch * matrix[order] + 7), expected, atol=1e-9)


def test_embedding_scatter_shows_every_word_once_with_a_mark_for_each_group():
    ax = plots.embedding_scatter(VECTORS, GROUPS)
    assert texts(ax) == WORDS
    np.testing.assert_allclose([text.xy for text in ax.texts], plots.pca(VECTORS.matrix))
    people, flowers = ax.collections
    np.testing.assert_allclose(np.concatenate([people.get_offsets(), flowers.get_offsets()]), plots.pca(VECTORS.matrix))
    assert people.get_paths()[0].vertices.shape != flowers.get_paths()[0].vertices.shape
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["people", "flowers"]


def test_embedding_scatter_forgets_no_group_however_many_there_are():
    words = [f"word{n}" for n in range(len(plots.GROUP_MARKERS) + 2)]
    vectors = WordVectors(words, np.random.default_rng(1).normal(size=(len(words), 3)))
    assert texts(plots.embedding_scatter(vectors, {word: [word] for word in words})) == words


def test_loss_curves_of_two_runs_share_their_axes():
    ax = plots.loss_curve(HISTORY, label="first")
    plots.loss_curve(HISTORY, ax=ax, label="second", linestyle="--")
    assert [line.get_xydata().tolist() for line in ax.lines] == [[[10, 3], [20, 2], [30, 1.5]]] * 2
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["first", "second"]
    assert plots.loss_curve(HISTORY).get_legend() is None


def test_heat_map_writes_every_number_and_stripes_the_negative_ones():
    ax = plots.heat_map(*DRAWINGS["heat_map"])
    assert texts(ax) == ["0.50", "-1.00", "0.25", "0.00"]
    assert [text.get_position() for text in ax.texts] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    cells = [patch for patch in ax.patches if not patch.get_hatch()]
    assert [cell.get_alpha() for cell in cells] == [0.25, 0.5, 0.125, 0]  # the larger the darker
    striped = [patch.get_xy() for patch in ax.patches if patch.get_hatch()]
    assert striped == [cells[1].get_xy()]
    assert cells[1].get_facecolor()[:3] == plt.matplotlib.colors.to_rgb(COLOR["output"])


def test_a_heat_map_of_zeros_can_be_drawn():
    assert texts(plots.heat_map(np.zeros((1, 2)), ["a"], ["b", "c"])) == ["0", "0"]


def test_similarity_matrix_is_symmetric_with_ones_along_the_middle():
    numbers = np.array(texts(plots.similarity_matrix(VECTORS, WORDS)), dtype=float).reshape(4, 4)
    assert np.diag(numbers).tolist() == [1] * 4
    np.testing.assert_array_equal(numbers, numbers.T)
    assert numbers[0, 1] == pytest.approx(VECTORS.similarity("king", "queen"), abs=0.005)


def test_huffman_tree_has_a_branch_for_each_child_and_a_label_for_each_word():
    tree = HuffmanTree(np.array([4, 3, 2, 1]))
    ax = plots.huffman_tree(tree, WORDS)
    assert len(ax.lines) == 6  # two for each of three inner nodes
    assert len(ax.collections) == 3
    written = texts(ax)
    assert written[:6] == ["0", "1"] * 3
    assert written[6:] == ["king\n4", "queen\n3", "rose\n2", "tulip\n1"]
    heights = [-round(text.get_position()[1] + 0.15) for text in ax.texts[6:]]
    assert heights == tree.depths.tolist() == [1, 2, 3, 3]
    assert len({text.get_position()[0] for text in ax.texts[6:]}) == 4  # side by side
    assert len({line.get_linewidth() for line in ax.lines}) == 1


def test_huffman_tree_draws_the_path_to_one_word_thick():
    tree = HuffmanTree(np.array([4, 3, 2, 1]))
    for word in range(4):
        ax = plots.huffman_tree(tree, WORDS, highlight=word)
        thick = [line for line in ax.lines if line.get_linewidth() == 3]
        assert len(thick) == tree.depths[word]
        assert min(line.get_ydata().min() for line in thick) == -tree.depths[word]


def test_vectors_in_plane_draws_points_names_and_moves():
    points = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])
    ax = plots.vectors_in_plane(points, ["a", "b", "c"], "output", moves=np.array([[0.5, 0.5], [0, 0], [0, -1.0]]))
    assert ax.collections[0].get_offsets().tolist() == points.tolist()
    assert texts(ax) == ["a", "b", "c", "", ""]  # two arrows: nothing moves from b
    assert [tuple(arrow.xy) for arrow in ax.texts[3:]] == [(1.5, 0.5), (2, 1)]
    assert ax.get_aspect() == 1
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["output vector"]
    assert texts(plots.vectors_in_plane(points, ["a", "b", "c"], "output")) == ["a", "b", "c"]
