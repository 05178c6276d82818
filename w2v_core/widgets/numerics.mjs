// The book's functions for the browser, under the book's names; the tests hold them against w2v_core.numerics.

export function sigmoid(score) {
  const decay = Math.exp(-Math.abs(score)); // never of a positive number: cannot overflow
  return (score < 0 ? decay : 1) / (1 + decay); // eq:sigmoid
}

export function logSigmoid(score) {
  return Math.min(score, 0) - Math.log1p(Math.exp(-Math.abs(score))); // eq:log-sigmoid
}

/** Probability of yes minus the wanted answer, 1 or 0; by the mirror, so that nothing is lost where they are close. */
export function sigmoidError(score, label) {
  return label ? -sigmoid(-score) : sigmoid(score); // eq:sigmoid-mirror
}

export function logSoftmax(scores) {
  const largest = Math.max(...scores); // eq:softmax-shift
  const logSum = Math.log(scores.reduce((total, score) => total + Math.exp(score - largest), 0));
  return scores.map((score) => score - largest - logSum); // eq:log-softmax
}

export function softmax(scores) {
  return logSoftmax(scores).map(Math.exp); // eq:softmax
}

/** Probability minus target: the derivative of the loss by each score. */
export function softmaxErrors(scores, target) {
  return softmax(scores).map((probability, word) => probability - (word === target ? 1 : 0));
}

/** Softmax as the textbook writes it, which overflows above 709 and divides 0 by 0 below -745. */
export function naiveSoftmax(scores) {
  const powers = scores.map(Math.exp);
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

export function dotProduct(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Entropy in bits of a distribution; a probability of 0 adds nothing. */
export function entropy(probabilities) {
  return probabilities.reduce((total, p) => total - (p > 0 ? p * Math.log2(p) : 0), 0); // eq:huffman-bounds
}

/** Mean depth of V words in a balanced tree; with equal counts the Huffman tree is one, otherwise it needs less. */
export function balancedDepth(V) {
  const full = 31 - Math.clz32(V); // levels without a gap
  return full + (2 * (V - 2 ** full)) / V;
}

/** Multiplications for the scores and the gradients of one example: R candidate rows, C input words, d coordinates. */
export function multiplications(R, C, d) {
  return (3 * R + 2 * C) * d; // eq:update-cost
}
