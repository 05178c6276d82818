// NumPy's default_rng for the page, bit for bit, so that a seed gives the same run in Python and in the browser.

const to128 = (value) => BigInt.asUintN(128, value);

/** SeedSequence: four 64-bit numbers from the seed and from the numbers of the branches that were spawned above. */
function spreadSeed(seed, branches) {
  const words = []; // of 32 bits
  for (let rest = seed; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  while (words.length < 4) words.push(0);
  words.push(...branches);

  let constant = 0x43b0d7e5;
  const hash = (word, factor) => {
    const mixed = word ^ constant;
    constant = Math.imul(constant, factor);
    const product = Math.imul(mixed, constant);
    return product ^ (product >>> 16);
  };
  const mix = (x, y) => {
    const word = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) | 0;
    return word ^ (word >>> 16);
  };
  const pool = words.slice(0, 4).map((word) => hash(word, 0x931e8875));
  for (let from = 0; from < words.length; from++) {
    for (let to = 0; to < 4; to++) {
      if (from !== to) pool[to] = mix(pool[to], hash(from < 4 ? pool[from] : words[from], 0x931e8875));
    }
  }
  constant = 0x8b51f9dd;
  const out = Array.from({ length: 8 }, (_, i) => BigInt(hash(pool[i % 4], 0x58f38ded) >>> 0));
  return [0, 2, 4, 6].map((i) => out[i] | (out[i + 1] << 32n));
}

/**
 * `np.random.default_rng(seed)`: PCG64 of O'Neill (2014), which NumPy uses. `random()` is the next double in [0, 1);
 * `spawn(n)` gives n independent generators, others at each call. The seed is a whole number of at least 0.
 */
export function generator(seed, branches = []) {
  if (!(typeof seed === "bigint" || Number.isInteger(seed)) || seed < 0) {
    throw new RangeError(`A seed must be a whole number of at least 0, not ${seed}.`);
  }
  const [high, low, streamHigh, streamLow] = spreadSeed(BigInt(seed), branches);
  const increment = to128((((streamHigh << 64n) | streamLow) << 1n) | 1n);
  const step = () => (state = to128(state * 0x2360ed051fc65da44385df649fccf645n + increment));
  let state = to128(increment + ((high << 64n) | low));
  let spawned = 0;
  step();
  return {
    random() {
      step();
      const folded = BigInt.asUintN(64, (state >> 64n) ^ state);
      const turn = state >> 122n; // the top six bits say how far the rest is rotated
      const rotated = BigInt.asUintN(64, (folded >> turn) | (folded << (64n - turn)));
      return Number(rotated >> 11n) / 2 ** 53;
    },
    spawn: (n) => Array.from({ length: n }, () => generator(seed, [...branches, spawned++])),
  };
}
