"""The exercises of "Hierarchical softmax I: a path in a tree"."""

import heapq

import numpy as np
from sympy import Sum, log, symbols

from w2v_core.corpus import Vocabulary
from w2v_core.exercises.one_word_network import EARLY, OTHER_SIGN, SLOPE, UPHILL, gathered
from w2v_core.huffman import HuffmanTree
from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import sigmoid
from w2v_core.objectives import Candidates, HierarchicalSoftmax
from w2v_core.proofs import array, d, indices, sigma
from w2v_core.toy import ToyCorpus
from w2v_core.training import Examples

i, k = indices("i k", d)
root, low, h = array("root", d), array("low", d), array("h", d)
s1, s2 = symbols("s1 s2", real=True)
at_root, at_low = (sigma(Sum(u[i] * h[i], i)) for u in (root, low))  # of "first"

LABELS = "The label is 1 - bit: 1 where the path takes the first child."
NO_LABEL = "The label of a first child is 1: the error is the probability minus that."
WORD_FIRST = "Of a word and a node with the same count, the word was there first."


def codes(counts):
    """The code of each word."""
    tree = HuffmanTree(counts)
    return [tree.code(word) for word in range(len(counts))]


def merged(counts, *, nodes_first=False, weight=1):
    """The same with a heap; with nodes before words of the same count, or negative weights: slips."""
    heap = [(weight * int(count), word, [word]) for word, count in enumerate(counts)]
    found = [[] for _ in counts]
    heapq.heapify(heap)
    for node in range(len(counts), 2 * len(counts) - 1):
        children = [heapq.heappop(heap) for _ in range(2)]
        for bit, (_, _, below) in enumerate(children):
            for word in below:
                found[word].insert(0, bit)
        first, second = children
        place = node - 2 * len(counts) if nodes_first else node
        heapq.heappush(heap, (first[0] + second[0], place, first[2] + second[2]))
    return found


def written(codes):
    """All codes in one line."""
    return " ".join("".join(map(str, code)) for code in codes)


def turned(codes):
    """All bits the other way round."""
    return [[1 - bit for bit in code] for code in codes]


def texts():
    """Counts: two words, the small example, ties, words in any order, a comb; then as in a text."""
    for counts in ([1, 1], [4, 2, 1], [1, 1, 1, 1], [10, 9, 4, 3, 1, 1], [2, 8, 3, 5, 4], 2 ** np.arange(12)):
        yield (np.array(counts),)
    yield (np.random.default_rng(0).integers(1, 9, 30),)
    yield (2000 // np.arange(1, 201),)


def gradients(W_in, W_out, inputs, rows, code):
    """Loss of one path, and its gradients in both matrices."""
    example = Examples.pack([(list(inputs), 0)])
    wanted = Candidates(np.array([rows]), 1.0 - np.array([code]), np.ones((1, len(rows)), dtype=bool))
    return gathered(W_in, W_out, example, wanted, HierarchicalSoftmax.loss)


def path_gradient(rows, code, U, h):
    """Loss of one path, and its gradients in the node vectors and in the hidden vector."""
    loss, in_h, in_U = gradients(h[None], U, [0], rows, code)
    return loss, in_U, in_h[0]


def by_hand(rows, code, U, h, errors):
    """The same with errors of one's own; the slips are made of it."""
    e, in_U = errors(sigmoid(U[rows] @ h), code), np.zeros_like(U)
    in_U[rows] = np.outer(e, h)
    return path_gradient(rows, code, U, h)[0], in_U, e @ U[rows]


def rounded(rows, code, U, h):
    """The loss as the logarithm of a product of probabilities."""
    p = sigmoid(U[rows] @ h)
    return -np.log(np.prod(np.where(code == 1, 1 - p, p))), *path_gradient(rows, code, U, h)[1:]


def paths():
    """Paths: one node, the small example, three of four nodes, all of nine; then scores of ±1000."""
    yield np.array([0]), np.array([1]), np.array([[0.5]]), np.array([2.0])
    yield np.array([1, 0]), np.array([0, 1]), np.array([[-1.0, 1.0], [1.0, 0.0]]), np.array([np.log(2), 0.0])
    numbers = np.random.default_rng(0)
    yield np.array([3, 2, 0]), np.array([1, 0, 1]), numbers.normal(size=(4, 2)), numbers.normal(size=2)
    yield numbers.permutation(9), numbers.integers(2, size=9), numbers.normal(size=(9, 5)), numbers.normal(size=5)
    yield np.array([1, 0]), np.array([0, 0]), np.array([[1.0], [-1.0]]), np.array([1000.0])


def off_their_places(rows, code, U, h):
    """The gradients of the nodes in the order of the path."""
    loss, in_U, in_h = path_gradient(rows, code, U, h)
    return loss, in_U[rows], in_h


def first_nodes(rows, code, U, h):
    """Place j of the path taken for node j."""
    return path_gradient(np.arange(len(rows)), code, U, h)


def step(W_in, W_out, inputs, rows, code, rate):
    """Both matrices after one step."""
    _, in_W_in, in_W_out = gradients(W_in, W_out, inputs, rows, code)
    return W_in - rate * in_W_in, W_out - rate * in_W_out


def slipped(W_in, W_out, inputs, rows, code, rate, *, share=None, once=False, early=False, total=False, turn=False):
    """A step in plain NumPy; the options are slips."""
    h = W_in[inputs].sum(axis=0) if total else W_in[inputs].mean(axis=0)
    rows, code = np.array(rows), 1 - np.array(code) if turn else np.array(code)
    _, in_W_out, in_h = path_gradient(rows, code, W_out, h)
    if early:
        e = sigmoid(W_out[rows] @ h) + code - 1
        in_h = e @ (W_out - rate * in_W_out)[rows]
    often = np.bincount(inputs, minlength=len(W_in)) * (share or 1 / len(inputs))
    often = np.minimum(often, 1 / len(inputs)) if once else often
    return W_in - rate * np.outer(often, in_h), W_out - rate * in_W_out


def steps():
    """Steps: one node and one input; two inputs; a word that stands twice; many; a rate of 0."""
    yield np.array([[2.0], [1.0]]), np.array([[0.5]]), [0], [0], [0], 0.5
    matrices = np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]]), np.array([[0.5, 0.0], [1.0, -1.0]])
    yield *matrices, [0, 1], [1, 0], [0, 1], 0.5
    yield *matrices, [2, 0, 2], [1, 0], [1, 0], 0.5
    numbers = np.random.default_rng(1)
    matrices = numbers.normal(size=(5, 3)), numbers.normal(size=(4, 3))
    yield *matrices, [0, 1, 2, 3, 4, 4, 4], [3, 1], [1, 1], 0.1
    yield *matrices, [3], [3], [1], 0.0


def fewest_tokens(questions):
    """Tokens of the shortest text with a word so deep, by the rule of the weights."""
    lower, upper = 1, 2
    for _ in range(questions - 1):
        lower, upper = upper, lower + upper
    return upper


SIX = np.array([10, 9, 4, 3, 1, 1])
SIX_DEPTHS = HuffmanTree(SIX).depths
COUNTS = Vocabulary.from_sentences(ToyCorpus(size=500, seed=1)).counts
EVEN = HuffmanTree(np.ones(len(COUNTS), dtype=int)).depths
TREE, SHARES = HuffmanTree(COUNTS), COUNTS / COUNTS.sum()
STARTS = np.array([TREE.mean_depth * np.log(2), np.log(len(COUNTS)), -SHARES @ np.log(SHARES)])

EXERCISES = {
    "ex:tree-zero": Value(
        [1 / 16, 4 * np.log(2)],
        "a list of two numbers: the probability, and the loss in nats",
        slips={
            "The loss is in bits. The book's logarithm is the natural one.": [1 / 16, 4],
            "That is one question: the path has four.": [1 / 2, np.log(2)],
            "The leaf asks no question: the path has four.": [1 / 32, 5 * np.log(2)],
        },
    ),
    "ex:tree-zero-b": Value(
        4,
        "the length of the fifth code",
        slips={"Add up: one sixteenth is left for the fifth word, and a longer code leaves something over.": 5},
    ),
    "ex:tree-by-hand": Value(
        written(codes(SIX)),
        "the six codes, in the order of the counts, with a blank between two codes",
        slips={
            "The bits are the other way round: 0 is the first child, the rarer node.": written(turned(codes(SIX))),
            WORD_FIRST: written(merged(SIX, nodes_first=True)),
            "The codes begin at the leaf; they should begin at the root.": written(code[::-1] for code in codes(SIX)),
            "These are the right codes, in the order of the counts turned round.": written(codes(SIX)[::-1]),
        },
    ),
    "ex:tree-by-hand-b": Value(
        HuffmanTree(SIX).mean_depth,
        "the mean number of questions of a running word",
        slips={
            "That is the mean over the six words. A frequent word counts more often.": SIX_DEPTHS.mean(),
            "That is the sum over the text: divide by the number of tokens.": float(SIX_DEPTHS @ SIX),
        },
    ),
    "ex:tree-write-codes": Program(
        codes,
        texts,
        "a function of an array of counts that returns a list of codes, each a list of bits",
        slips={
            "The bits are the other way round: 0 is the first child, the rarer node.": lambda n: turned(codes(n)),
            "Return a list of lists of bits, not of words in quotes.": lambda n: [
                "".join(map(str, code)) for code in codes(n)
            ],
            "The codes begin at the leaf; they should begin at the root.": lambda n: [c[::-1] for c in codes(n)],
            WORD_FIRST: lambda n: merged(n, nodes_first=True),
            "Merge the two rarest nodes, not the two most frequent.": lambda n: merged(n, weight=-1),
        },
    ),
    "ex:tree-two-words": Formula(
        s1 - s2,
        "the score of the node as an expression in s1 and s2",
        slips={
            "The other word's score counts, too: only the difference matters in a softmax.": s1,
            "That is the probability. Which score has this sigmoid?": sigma(s1 - s2),
            "The softmax divides the exponentials, not the scores.": s1 / s2,
            "Below the fraction of the softmax, divide every exponential by that of s1.": s1 + s2,
        },
    ),
    "ex:tree-two-words-b": Value(
        [50, 100],
        "a list of two numbers: those of the tree, those of the softmax",
        slips={
            "The tree has an output vector for each inner node; there is one.": [100, 100],
            "These are vectors; each has d = 50 numbers.": [1, 2],
        },
    ),
    "ex:tree-derive": Formula(
        (at_root - 1) * root[k] + at_low * low[k],
        "the derivative by h_[k] as an expression in root, low and h_",
        slips={
            NO_LABEL: at_root * root[k] + at_low * low[k],
            LABELS: at_root * root[k] + (at_low - 1) * low[k],
            SLOPE: (at_root - 1) * at_root * (1 - at_root) * root[k] + at_low**2 * (1 - at_low) * low[k],
            "These are the errors: each goes back along the vector of its node.": at_root - 1 + at_low,
            "A score has the slope root[k] or low[k] in h_[k], not h_[k].": (at_root - 1 + at_low) * h[k],
            "The second decision is missing.": (at_root - 1) * root[k],
            "The first decision is missing.": at_low * low[k],
            "At the low node the path takes the second child: the label is 0.": (
                (at_root - 1) * root[k] + (at_low - 1) * low[k]
            ),
            "At the low node the probability of second is σ of minus the score: a minus for the inner derivative.": (
                (at_root - 1) * root[k] - at_low * low[k]
            ),
            "The error of second is σ of the score itself, not of minus the score.": (
                (at_root - 1) * root[k] + (1 - at_low) * low[k]
            ),
            "σ(1 - σ) is the slope of the probability. The loss is minus its logarithm.": (
                at_root * (1 - at_root) * root[k] + at_low * (1 - at_low) * low[k]
            ),
            "That is the gradient of the probability. The loss is minus its logarithm.": (
                at_root * (1 - at_low) * ((1 - at_root) * root[k] - at_low * low[k])
            ),
            "That is the loss itself. What is its derivative?": -log(at_root) - log(1 - at_low),
        },
        names={"h": "h_"},
    ),
    "ex:tree-derive-b": Formula(
        (at_root - 1) * h[k],
        "the derivative by root[k] as an expression in root and h_",
        slips={
            "The label of a first child is 1: subtract it.": at_root * h[k],
            "In root[k] the score has the slope h_[k].": (at_root - 1) * root[k],
            "The vector of the root is not in the score of the low node.": (at_root - 1 + at_low) * h[k],
            "h_[k] is missing: the error is multiplied with the other vector of the score.": at_root - 1,
            "That is the error at the low node, with the label of a first child.": (at_low - 1) * h[k],
            "σ(1 - σ) is the slope of the probability. The loss is minus its logarithm.": at_root
            * (1 - at_root)
            * h[k],
        },
        names={"h": "h_"},
    ),
    "ex:tree-write-gradient": Program(
        path_gradient,
        paths,
        "a function of rows, code, U and h that returns the loss, the gradient in U and the gradient in h",
        slips={
            LABELS: lambda *of: by_hand(*of, lambda p, bit: p - bit),
            NO_LABEL: lambda *of: by_hand(*of, lambda p, bit: p),
            SLOPE: lambda *of: by_hand(*of, lambda p, bit: (p - 1 + bit) * p * (1 - p)),
            OTHER_SIGN: lambda *of: by_hand(*of, lambda p, bit: 1 - bit - p),
            "In the gradient in U, each row stands at the place of its node, with zeros elsewhere.": off_their_places,
            "Node j of the path is rows[j], not node j.": first_nodes,
            "In the loss each score has the sign of its answer: + for first, - for second.": lambda rows, code, U, h: (
                path_gradient(rows, 1 - code, U, h)[0],
                *path_gradient(rows, code, U, h)[1:],
            ),
            "The loss is a sum over the path, not a mean.": lambda rows, *of: (
                path_gradient(rows, *of)[0] / len(rows),
                *path_gradient(rows, *of)[1:],
            ),
            "That is the probability; the loss is minus its logarithm.": lambda *of: (
                np.exp(-path_gradient(*of)[0]),
                *path_gradient(*of)[1:],
            ),
            "The probability is rounded to 0: add up logarithms, with log_sigmoid.": rounded,
        },
    ),
    "ex:tree-check": Value(
        "B",
        "the letter of the right gradient",
        slips={
            "A takes the bits for the labels.": "A",
            "C multiplies by σ(1 - σ), which cancels in the derivation.": "C",
            "D stops before the last decision.": "D",
        },
    ),
    "ex:tree-check-b": Value(
        4,
        "the factor as a whole number",
        slips={
            "So it is with differences to one side. Nudge to both sides.": 2,
            "The first term that is left over has the step squared.": 8,
            "Divide the larger error by the smaller one.": 1 / 4,
        },
    ),
    "ex:tree-train": Program(
        step,
        steps,
        "a function of W_in, W_out, inputs, rows, code and rate that returns both matrices after the step",
        slips={
            "Each input word gets its share, 1/C of the gradient in the hidden vector.": (
                lambda *of: slipped(*of, share=1)
            ),
            "A word that stands twice must move twice: W_in[inputs] -= ... keeps one of the moves.": (
                lambda *of: slipped(*of, once=True)
            ),
            EARLY: lambda *of: slipped(*of, early=True),
            UPHILL: lambda *of: step(*of[:-1], -of[-1]),
            LABELS: lambda *of: slipped(*of, turn=True),
            "The learning rate is missing.": lambda *of: step(*of[:-1], 1.0),
            "The hidden vector is the mean of the input vectors, not their sum.": lambda *of: slipped(
                *of, total=True, share=1
            ),
            "Only W_in has moved.": lambda *of: (step(*of)[0], of[1]),
            "Only W_out has moved.": lambda *of: (of[0], step(*of)[1]),
        },
    ),
    "ex:tree-run": Value(
        [5 / 8, 2 / 8, 1 / 8],
        "a list of three probabilities: of tea, milk and water, after drinks",
        within=0.05,
        slips={
            "These are shares of the whole text. Asked is: after the word drinks.": [5 / 16, 2 / 16, 1 / 16],
            "These are counts: divide each by their sum.": [5, 2, 1],
            "These are percent: the probabilities add up to 1.": [62.5, 25, 12.5],
            "That is the model before its training.": 0.5 ** HuffmanTree(np.array([8, 5, 2, 1])).depths[1:],
        },
    ),
    "ex:tree-plot": Value(
        STARTS,
        "a list of three losses in nats: tree at the start, softmax at the start, counts only",
        slips={
            "These are bits. One bit is log 2 nats.": STARTS / np.log(2),
            "The tree's depth must be weighed: frequent words come more often.": [
                TREE.depths.mean() * np.log(2),
                *STARTS[1:],
            ],
        },
    ),
    "ex:tree-greedy": Value(
        [1 / 2, 2 / 3],
        "a list of two probabilities: from where, to where",
        slips={
            "Near 1 the walk ends at the right word: both words below the first child are then likely.": [1 / 2, 1],
            "Below one half the walk goes to tea at once.": [0, 2 / 3],
        },
    ),
    "ex:tree-greedy-b": Value(
        999,
        "how many scores",
        within=0,
        slips={
            "Scores belong to the inner nodes: there is one less than words.": 1000,
            "That is enough for one word; here all must be compared.": 10,
        },
    ),
    "ex:tree-deep": Value(
        fewest_tokens(40),
        "how many tokens",
        within=0,
        slips={
            "One step too few: start with the weights 1 and 2 and count the questions.": fewest_tokens(39),
            "The text with counts that double is deep enough, but a far shorter one is, too.": 2**40,
            "The counts 1, 1, 2, 3, 5, ... are enough, but 1, 1, 1, 2, 3, ... are, too, if ties fall so.": (
                fewest_tokens(41) - 1
            ),
        },
    ),
    "ex:tree-place": Value(
        [TREE.mean_depth, EVEN @ SHARES],
        "a list of two numbers: questions of a running word with Huffman's tree, and with the balanced tree",
        slips={
            "Those are means over the words. A frequent word counts more often.": [TREE.depths.mean(), EVEN.mean()],
            "Weigh the balanced tree with the real counts, too: its own are all equal.": [TREE.mean_depth, EVEN.mean()],
            "Huffman's tree asks fewer: they are in the other order.": [EVEN @ SHARES, TREE.mean_depth],
        },
    ),
}
