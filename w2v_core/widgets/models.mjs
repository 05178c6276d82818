// The six models for the browser, under the book's names; the tests hold them against w2v_core, draw by draw and step
// by step. Words are row numbers, vectors are rows: plain arrays of numbers.
import { dotProduct, logSigmoid, logSoftmax, sigmoid, softmax } from "./numerics.mjs";
import { generator } from "./random.mjs";

const TOO_FAR = 1e100; // no number in a step may be as large: the vectors stay finite, whatever happens
const LONGEST = 1000; // words of a sentence; a longer line is cut, as w2v_core.corpus.TextFile cuts it
// White space of Python's str.split(): JavaScript's \s, with the separators U+001C to U+001F and U+0085, and without
// the byte order mark U+FEFF, which is part of a word unless the text starts with it.
const WHITE_SPACE = /(?:[^\S\uFEFF]|[\x1C-\x1F\x85])+/;

const zeros = (length) => new Array(length).fill(0);
const sumOf = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** An error with the name that w2v_core gives it: CorpusError, SettingError, DivergenceError. */
const failure = (name, message) => Object.assign(new Error(message), { name });

function positiveInteger(name, value) {
  if (Number.isInteger(value) && value >= 1) return value;
  throw failure("SettingError", `${name} must be a whole number of at least 1, not ${value}.`);
}

function finiteNumber(name, value, isOpen = false) {
  if (Number.isFinite(value) && (isOpen ? value > 0 : value >= 0)) return value;
  throw failure("SettingError", `${name} must be a finite number ${isOpen ? "above" : "at least"} 0, not ${value}.`);
}

// --- from text to examples ---

/** Sentences of a text, as Python reads a file: one a line, words split at white space. */
export function sentencesOf(text) {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  return lines.flatMap((line) => {
    const words = line.split(WHITE_SPACE).filter((word) => word);
    const cuts = Array.from({ length: Math.ceil(words.length / LONGEST) }, (_, cut) => cut * LONGEST);
    return cuts.map((cut) => words.slice(cut, cut + LONGEST));
  });
}

/** The words seen `minCount` times, by falling count, ties in order of first sight; their counts; word to row. */
export function vocabulary(sentences, minCount = 5) {
  positiveInteger("minCount", minCount);
  const counted = new Map(); // no plain object: "__proto__" is a word like any other
  for (const sentence of sentences) for (const word of sentence) counted.set(word, (counted.get(word) ?? 0) + 1);
  if (!counted.size) throw failure("CorpusError", "The corpus is empty: it has no words.");
  const ranked = [...counted].sort(([, a], [, b]) => b - a); // keeps the order of ties
  const kept = ranked.filter(([, count]) => count >= minCount);
  if (!kept.length) {
    const [word, count] = ranked[0];
    throw failure("CorpusError",
      `No word occurs minCount = ${minCount} times; the most frequent, “${word}”, occurs ${count} times. ` +
      `Use ${count} or less, or a longer text.`);
  }
  const [words, counts] = [0, 1].map((part) => kept.map((pair) => pair[part]));
  return { words, counts, index: new Map(words.map((word, w) => [word, w])), tokens: sumOf(counts) };
}

/** Word rows of a sentence; unknown words vanish. */
export function encode({ index }, sentence) {
  return sentence.map((word) => index.get(word)).filter((w) => w !== undefined);
}

/** Chance that an occurrence of each word survives subsampling at this threshold; 0 keeps all. */
export function keepProbability(counts, threshold) {
  finiteNumber("subsample", threshold);
  const tokens = sumOf(counts);
  if (!threshold) return counts.map(() => 1);
  return counts.map((count) => Math.min(1, Math.sqrt(threshold / (count / tokens)))); // eq:subsampling
}

/** Each word of a sentence as a center with its context; with `rng`, each window draws its reach from 1 to `radius`. */
export function windows(sentence, radius, rng = null) {
  const found = sentence.map((center, position) => {
    const reach = rng ? 1 + Math.floor(radius * rng.random()) : radius;
    const left = sentence.slice(Math.max(0, position - reach), position);
    return { center, context: [...left, ...sentence.slice(position + 1, position + 1 + reach)], position, reach };
  });
  return found.filter(({ context }) => context.length);
}

/** The center predicts each word of its context, one example a word. */
export function skipGram(center, context) {
  return context.map((word) => ({ inputs: [center], target: word })); // eq:skip-gram-examples
}

/** The whole context together predicts the center, one example a window. */
export function cbow(center, context) {
  return [{ inputs: context, target: center }]; // eq:cbow-examples
}

export const ARCHITECTURES = { skip_gram: skipGram, cbow };

// --- what an example is compared with ---

/**
 * The Huffman tree: leaves 0 .. V-1, inner nodes V .. 2V-2 in the order of their making, the root last. `merges[n]` are
 * the children of inner node V + n, the rarer first (bit 0); `parent[node]` is [inner node, bit], null at the root.
 * `weights[node]` is the number of tokens below a node.
 */
export function huffmanTree(counts) {
  const V = counts.length;
  if (V < 2) throw failure("CorpusError", `A tree needs at least two words, not ${V}: one leaves nothing to decide.`);
  const size = [...counts];
  const leaves = counts.map((_, word) => word).sort((a, b) => counts[a] - counts[b]); // keeps the order of ties
  const [merges, parent] = [[], Array.from({ length: 2 * V - 1 }, () => null)];
  let [leaf, inner] = [0, V]; // inner nodes are made in rising order: no heap is needed
  const rarest = () => (leaf < V && !(size[inner] < size[leaves[leaf]]) ? leaves[leaf++] : inner++);
  for (let node = V; node < 2 * V - 1; node++) {
    const [first, second] = [rarest(), rarest()];
    merges.push([first, second]);
    size.push(size[first] + size[second]);
    [parent[first], parent[second]] = [[node, 0], [node, 1]];
  }
  const climb = (word) => {
    const steps = [];
    for (let step = parent[word]; step; step = parent[step[0]]) steps.push(step);
    return steps.reverse();
  };
  const depth = zeros(2 * V - 1);
  for (let node = 2 * V - 3; node >= 0; node--) depth[node] = depth[parent[node][0]] + 1;
  const depths = depth.slice(0, V);
  return {
    V, merges, parent, depths, weights: size,
    meanDepth: dotProduct(depths, counts) / sumOf(counts), // eq:huffman-bounds
    path: (word) => climb(word).map(([node]) => node - V), // rows of W_out, eq:tree-path
    code: (word) => climb(word).map(([, bit]) => bit),
  };
}

function atLeastTwoWords(counts) {
  const V = counts.length;
  if (V < 2) throw failure("CorpusError", `The vocabulary has ${V} word; predicting needs at least two.`);
  const bad = counts.find((count) => !(count >= 1));
  if (bad !== undefined) throw failure("SettingError", `Every word must have a count of at least 1, not ${bad}.`);
  return V;
}

/** Cross-entropy of the target, and the errors ŷ − y. */
function softmaxLoss(scores, { labels }) {
  const logs = logSoftmax(scores);
  const probabilities = logs.map(Math.exp);
  return {
    loss: -dotProduct(labels, logs), // eq:softmax-loss
    probabilities,
    errors: probabilities.map((probability, r) => probability - labels[r]), // eq:error
  };
}

/** Sum of yes-or-no losses, and the errors σ(s) − y; an entry outside the mask counts for nothing. */
function logisticLoss(scores, { labels, mask }) {
  const probabilities = scores.map(sigmoid);
  const losses = scores.map((score, r) => (mask[r] ? -logSigmoid(labels[r] === 1 ? score : -score) : 0));
  return {
    loss: sumOf(losses), // eq:logistic-loss
    probabilities,
    errors: probabilities.map((probability, r) => (mask[r] ? probability - labels[r] : 0)), // eq:error
  };
}

/** Compare the target with every word of the vocabulary. */
export function fullSoftmax(counts) {
  const M = atLeastTwoWords(counts);
  const rows = counts.map((_, word) => word);
  const mask = rows.map(() => true);
  const candidates = (target) => ({ rows, labels: rows.map((row) => (row === target ? 1 : 0)), mask });
  return { M, candidates, loss: softmaxLoss };
}

/** Walk down a Huffman tree; label 1 where the path takes the first child. */
export function hierarchicalSoftmax(counts) {
  const M = atLeastTwoWords(counts) - 1;
  const tree = huffmanTree(counts);
  const candidates = (target) => {
    const code = tree.code(target);
    return { rows: tree.path(target), labels: code.map((bit) => 1 - bit), mask: code.map(() => true) };
  };
  return { M, tree, candidates, loss: logisticLoss };
}

/** Node scores whose word probabilities are the words' shares of the text: at each node, the log-odds of “first”. */
export function sharesAsScores({ merges, weights }) {
  return merges.map(([first, second]) => Math.log(weights[first] / weights[second])); // eq:tree-log-odds
}

/** Tell the target from K words of noise; `skipTarget` leaves out draws of the target itself. */
export function negativeSampling(counts, { negatives = 5, power = 0.75, skipTarget = false } = {}) {
  const M = atLeastTwoWords(counts);
  positiveInteger("negatives", negatives);
  finiteNumber("power", power);
  const weights = ((most) => counts.map((count) => (count / most) ** power))(counts.reduce((a, b) => Math.max(a, b)));
  const total = sumOf(weights);
  const noise = weights.map((weight) => weight / total); // eq:noise-distribution
  let reached = 0;
  const cumulative = noise.map((share) => (reached += share));
  const draw = (rng) => {
    const place = rng.random() * reached;
    let [low, high] = [0, M];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (place < cumulative[middle]) high = middle;
      else low = middle + 1;
    }
    return low; // the first word whose share ends beyond the place
  };
  const candidates = (target, rng) => {
    const rows = [target, ...Array.from({ length: negatives }, () => draw(rng))];
    const mask = rows.map((row, r) => !(skipTarget && r > 0 && row === target));
    return { rows, labels: rows.map((_, r) => (r === 0 ? 1 : 0)), mask };
  };
  return { M, noise, candidates, loss: logisticLoss };
}

export const OBJECTIVES = {
  FullSoftmax: fullSoftmax,
  HierarchicalSoftmax: hierarchicalSoftmax,
  NegativeSampling: negativeSampling,
};

// --- one example, one step, one loop ---

/** Input vectors even on [-0.5/d, 0.5/d), output vectors zero. */
export function startEmbeddings(V, M, d, rng) {
  const rows = (count, entry) => Array.from({ length: count }, () => Array.from({ length: d }, entry));
  return { W_in: rows(V, () => (rng.random() - 0.5) / d), W_out: rows(M, () => 0) };
}

function addTo(vector, factor, other) {
  for (let i = 0; i < vector.length; i++) vector[i] += factor * other[i];
}

/** Everything about one example, from the hidden vector to the gradients, at the present embeddings. */
export function predict({ W_in, W_out }, { inputs, target }, wanted, objective) {
  const hidden = zeros(W_in[0].length);
  for (const input of inputs) addTo(hidden, 1 / inputs.length, W_in[input]); // eq:hidden
  const scores = wanted.rows.map((row) => dotProduct(W_out[row], hidden)); // eq:score
  const { loss, probabilities, errors } = objective.loss(scores, wanted);
  const hiddenGradient = zeros(hidden.length);
  wanted.rows.forEach((row, r) => addTo(hiddenGradient, errors[r], W_out[row])); // eq:gradient-input
  return {
    inputs, target, ...wanted, hidden, scores, probabilities, errors, loss, hiddenGradient,
    inputGradient: hiddenGradient.map((slope) => slope / inputs.length), // of each input word: its share of the mean
    rowGradients: errors.map((error) => hidden.map((coordinate) => error * coordinate)), // eq:gradient-output
  };
}

/** Move both matrices against the summed gradients of `predictions`, or not at all: DivergenceError. */
export function applyGradients({ W_in, W_out }, predictions, learningRate) {
  const near = (number) => Math.abs(learningRate * number) < TOO_FAR; // nor is NaN
  for (const { loss, inputGradient, rowGradients } of predictions) {
    if (Math.abs(loss) < TOO_FAR && inputGradient.every(near) && rowGradients.every((row) => row.every(near))) continue;
    const total = sumOf(predictions.map((one) => one.loss));
    throw failure("DivergenceError",
      `A step at learning rate ${learningRate} leads out of all bounds (loss ${total.toPrecision(3)}). ` +
      "Use a smaller rate.");
  }
  for (const { inputs, inputGradient, rows, rowGradients } of predictions) { // eq:sgd
    for (const input of inputs) addTo(W_in[input], -learningRate, inputGradient); // a word there twice moves twice
    rows.forEach((row, r) => addTo(W_out[row], -learningRate, rowGradients[r]));
  }
}

/** Draw first, differentiate second, move third; returns the losses before the step. */
export function sgdStep(embeddings, examples, objective, learningRate, rng) {
  const wanted = examples.map(({ target }) => objective.candidates(target, rng));
  const predictions = examples.map((example, b) => predict(embeddings, example, wanted[b], objective));
  applyGradients(embeddings, predictions, learningRate);
  return predictions.map(({ loss }) => loss);
}

/** Batches of examples across the ends of sentences and epochs, each with the words read since the last. */
function* batches(read, epochs, batchSize) {
  let [waiting, words] = [[], 0];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const sentence of read()) {
      for (const example of sentence.examples) waiting.push(example); // too many for push(...) at times
      words += sentence.words;
      while (waiting.length >= batchSize) {
        yield { examples: waiting.splice(0, batchSize), words };
        words = 0;
      }
    }
  }
  if (waiting.length) yield { examples: waiting, words };
}

/**
 * One of the six models on a list of sentences, before training: its vocabulary, first vectors and generators.
 * `architecture` and `objective` are Python's names; `options` go to the objective. `subsample` 0 keeps every word.
 */
export function word2vec({
  sentences, architecture = "skip_gram", objective: kind = "NegativeSampling", options = {}, dimension = 100,
  window = 5, dynamicWindow = true, minCount = 5, subsample = 1e-3, seed = 1,
}) {
  positiveInteger("window", window);
  positiveInteger("dimension", dimension);
  const known = vocabulary(sentences, minCount);
  const keep = keepProbability(known.counts, subsample);
  const objective = OBJECTIVES[kind](known.counts, options);
  const [textRng, noiseRng] = generator(seed).spawn(2);
  const embeddings = startEmbeddings(known.words.length, objective.M, dimension, textRng);
  const history = { words: [], loss: [], learningRate: [] };
  const subsampling = keep.some((chance) => chance < 1);

  /** Read the corpus once: of each sentence its examples, and how many of its words are in the vocabulary. */
  function* examples() {
    for (const [number, sentence] of sentences.entries()) {
      const words = encode(known, sentence);
      const kept = subsampling ? words.filter((word) => textRng.random() < keep[word]) : words;
      const place = { sentence: number, kept };
      const made = (window) => ARCHITECTURES[architecture](window.center, window.context)
        .map((example, which) => Object.assign(example, { place, window, which })); // for those who show where it stands
      yield { examples: windows(kept, window, dynamicWindow ? textRng : null).flatMap(made), words: words.length };
    }
  }

  /** Loss of an example when all scores are zero; for the rarest word, where it is largest. */
  function chanceLoss() {
    const wanted = objective.candidates(known.words.length - 1, generator(0));
    return objective.loss(zeros(wanted.rows.length), wanted).loss;
  }

  const model = {
    sentences, vocabulary: known, keep, objective, embeddings, textRng, noiseRng, history, examples, chanceLoss,
    trainer: (settings) => trainer(model, settings),
  };
  return model;
}

/**
 * The loop of `Word2Vec.train`, in pieces, so that a page can stop between them. `draw()` gives the next batch with its
 * candidates, null at the end; `forward(batch)` adds its predictions; `update(batch)` moves the vectors and adds the
 * losses. `next()` does all three. `stop()` ends the training early, with what is learnt so far noted in the history.
 */
function trainer(model, { epochs = 5, learningRate = 0.025, batchSize = 16 } = {}) {
  positiveInteger("epochs", epochs);
  positiveInteger("batchSize", batchSize);
  finiteNumber("learningRate", learningRate, true);
  const { embeddings, objective, noiseRng, history } = model;
  const reader = batches(model.examples, epochs, batchSize);
  const total = epochs * model.vocabulary.tokens;
  const before = history.words.at(-1) ?? 0;
  const chance = model.chanceLoss();
  let [smooth, done, rate, stopped] = [chance, 0, learningRate, false];
  let [noteAt, lossSince, examplesSince] = [total / 200, 0, 0]; // the next line of the history, and what goes into it

  const note = () => {
    history.words.push(before + done);
    history.loss.push(lossSince / examplesSince);
    history.learningRate.push(rate);
    [noteAt, lossSince, examplesSince] = [done + total / 200, 0, 0];
  };
  const run = {
    total,
    chance,
    get done() { return done; }, // words
    get smoothedLoss() { return smooth; },
    draw() {
      const { value: batch } = reader.next();
      if (!batch) {
        if (!stopped && !done) {
          throw failure("CorpusError",
            "No sentence has two words left after minCount and subsampling: nothing to predict.");
        }
        run.stop();
        return null;
      }
      rate = learningRate * Math.max(1 - done / total, 1e-4); // eq:learning-rate
      const wanted = batch.examples.map(({ target }) => objective.candidates(target, noiseRng));
      return { ...batch, wanted, learningRate: rate };
    },
    forward(batch) {
      batch.predictions = batch.examples.map((example, b) => predict(embeddings, example, batch.wanted[b], objective));
      return batch;
    },
    update(batch) {
      try {
        applyGradients(embeddings, batch.predictions, batch.learningRate);
        batch.losses = batch.predictions.map(({ loss }) => loss);
        const loss = sumOf(batch.losses);
        lossSince += loss;
        examplesSince += batch.losses.length;
        done += batch.words;
        smooth = 0.99 * smooth + (0.01 * loss) / batch.losses.length;
        if (smooth > 10 * chance) {
          throw failure("DivergenceError",
            `The loss has grown from ${chance.toPrecision(3)} to ${smooth.toPrecision(3)} after ${done} words, at ` +
            `learning rate ${rate.toPrecision(3)} and batches of ${batchSize}. Use a smaller rate or smaller batches.`);
        }
      } catch (error) {
        run.stop();
        throw error;
      }
      if (done >= noteAt) note();
      return batch;
    },
    next() {
      const batch = run.draw();
      return batch ? { done: false, ...run.update(run.forward(batch)) } : { done: true, losses: [] };
    },
    stop() {
      stopped = true;
      reader.return();
      if (examplesSince) note();
    },
  };
  return run;
}

// --- trained vectors ---

/** A vector scaled to length 1; a zero vector has no direction and stays zero. */
export function unitVector(vector) {
  const peak = vector.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const scaled = peak ? vector.map((x) => x / peak) : vector; // now no square overflows or vanishes
  const length = Math.max(Math.sqrt(dotProduct(scaled, scaled)), 1);
  return scaled.map((x) => x / length);
}

/** Cosine of two vectors, rounded to 12 decimals: ties are ties on every machine, and -0 is 0. */
export function cosine(a, b) {
  return roundedCosine(unitVector(a), unitVector(b));
}

const roundedCosine = (a, b) => Math.round(dotProduct(a, b) * 1e12) / 1e12 + 0;

/** The `count` rows nearest to a row (given by its number) or to a vector: [row, cosine], nearest first. */
export function nearest(vectors, query, count = 10, exclude = []) {
  const vector = unitVector(typeof query === "number" ? vectors[query] : query);
  const found = vectors.map((row, w) => [w, roundedCosine(unitVector(row), vector)]);
  return found
    .filter(([w]) => w !== query && !exclude.includes(w))
    .sort(([, a], [, b]) => b - a) // keeps the order of ties
    .slice(0, count);
}

/** Answers to "a is to b as c is to ?", all rows given by their numbers; the three themselves are never answers. */
export function analogy(vectors, a, b, c, count = 1) {
  return nearest(vectors, analogyVector(vectors, a, b, c), count, [a, b, c]); // eq:analogy
}

/** Where the answer to "a is to b as c is to ?" should be: b - a + c, each first scaled to length 1. */
export function analogyVector(vectors, a, b, c) {
  const [start, end, other] = [a, b, c].map((row) => unitVector(vectors[row]));
  return end.map((x, i) => x - start[i] + other[i]); // eq:analogy
}

/**
 * Two directions in which the rows differ most, by Jacobi's rotations of their covariance. The largest entry of each is
 * positive, as in w2v_core.plots.pca; or, given the directions of the `last` picture, each keeps pointing the same way.
 */
export function mainDirections(vectors, last = null) {
  const axes = vectors[0].map((_, i) => i);
  const directions = axes.map((i) => axes.map((j) => (i === j ? 1 : 0)));
  const matrix = axes.map(() => zeros(axes.length)); // the covariance, not divided by the number of rows
  for (const row of centerRows(vectors)) for (const i of axes) addTo(matrix[i], row[i], row);
  const size = sumOf(axes.map((i) => matrix[i][i]));
  for (let sweep = 0; sweep < 12; sweep++) { // each squares the error; the last ones find nothing left to do
    for (const p of axes) {
      for (let q = p + 1; q < axes.length; q++) {
        if (Math.abs(matrix[p][q]) > 1e-16 * size) rotate(matrix, directions, p, q);
      }
    }
  }
  const order = axes.sort((a, b) => matrix[b][b] - matrix[a][a]).slice(0, 2);
  return order.map((axis, k) => {
    const direction = directions[axis];
    const largest = direction.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
    const side = last?.[k] ? dotProduct(direction, last[k]) : largest;
    return direction.map((x) => (side < 0 ? -x : x));
  });
}

/** Coordinates of the rows in the plane of two directions, the mean at the origin; by default their main directions. */
export function pca(vectors, directions = mainDirections(vectors)) {
  return centerRows(vectors).map((row) => [0, 1].map((k) => (directions[k] ? dotProduct(row, directions[k]) : 0)));
}

/** Which part of the rows' spread around their mean the places in the plane keep, from 0 to 1 (0 if there is none). */
export function shareOfSpread(vectors, places) {
  const spread = (rows) => sumOf(rows.map((row) => dotProduct(row, row)));
  return spread(places) / (spread(centerRows(vectors)) || 1);
}

function centerRows(vectors) {
  const mean = vectors[0].map((_, i) => sumOf(vectors.map((row) => row[i])) / vectors.length);
  return vectors.map((row) => row.map((x, i) => x - mean[i]));
}

/** Turn the axes p and q until entry (p, q) of the symmetric matrix is 0; the rows of `directions` turn with them. */
function rotate(matrix, directions, p, q) {
  const ratio = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1));
  const c = 1 / Math.hypot(tangent, 1);
  const s = tangent * c;
  for (const [first, second] of [[directions[p], directions[q]], [matrix[p], matrix[q]]]) {
    for (let i = 0; i < first.length; i++) {
      const x = first[i];
      first[i] = c * x - s * second[i];
      second[i] = s * x + c * second[i];
    }
  }
  for (const row of matrix) {
    const x = row[p];
    row[p] = c * x - s * row[q];
    row[q] = s * x + c * row[q];
  }
  matrix[p][q] = matrix[q][p] = 0; // what rounding left there
}
