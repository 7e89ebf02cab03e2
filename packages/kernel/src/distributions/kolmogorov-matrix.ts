/**
 * P(D_n < d) as an entry of the n-th power of a (2k - 1) x (2k - 1) matrix, k = ceil(n d).
 *
 * O(k³ log n). Powers are rescaled by powers of two, which costs no precision.
 * Source: Marsaglia, Tsang and Wang 2003, Journal of Statistical Software 8(18).
 */
export function durbinMatrixCdf(d: number, n: number): number {
  const k = Math.ceil(n * d);
  const size = 2 * k - 1;
  let square = durbinMatrix(size, k - n * d);
  let squareExponent = 0;
  let power = identity(size);
  let exponent = 0;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      power = multiply(power, square, size);
      exponent += squareExponent + rescale(power);
    }
    if (rest > 1) {
      square = multiply(square, square, size);
      squareExponent = 2 * squareExponent + rescale(square);
    }
  }
  let probability = power[(k - 1) * size + k - 1]!;
  for (let i = 1; i <= n; i += 1) {
    probability *= i / n;
    if (probability < 1e-140) {
      probability *= 2 ** 400;
      exponent -= 400;
    }
  }
  return scaleByPowerOfTwo(probability, exponent);
}

/** Ones on and below the first superdiagonal, divided by factorials, with the two odd borders. */
function durbinMatrix(size: number, h: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= Math.min(row + 1, size - 1); column += 1) {
      matrix[row * size + column] = 1;
    }
  }
  for (let row = 0; row < size; row += 1) {
    const border = h ** (row + 1);
    matrix[row * size]! -= border;
    matrix[(size - 1) * size + size - 1 - row]! -= border;
  }
  if (2 * h > 1) matrix[(size - 1) * size]! += (2 * h - 1) ** size;
  for (let row = 0; row < size; row += 1) {
    let inverseFactorial = 1;
    for (let column = row; column >= 0; column -= 1) {
      inverseFactorial /= row - column + 1;
      matrix[row * size + column]! *= inverseFactorial;
    }
  }
  return matrix;
}

function identity(size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) matrix[row * size + row] = 1;
  return matrix;
}

function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let inner = 0; inner < size; inner += 1) {
      const factor = a[row * size + inner]!;
      if (factor === 0) continue;
      for (let column = 0; column < size; column += 1) {
        product[row * size + column]! += factor * b[inner * size + column]!;
      }
    }
  }
  return product;
}

/** Brings the middle entry near 1 when it is far off; returns the power of two taken out. */
function rescale(matrix: Float64Array): number {
  const shift = Math.floor(Math.log2(matrix[(matrix.length - 1) / 2]!));
  if (!(Math.abs(shift) > 200 && Number.isFinite(shift))) return 0;
  for (let index = 0; index < matrix.length; index += 1) matrix[index]! *= 2 ** -shift;
  return shift;
}

function scaleByPowerOfTwo(value: number, exponent: number): number {
  let scaled = value;
  for (let rest = exponent; rest !== 0 && scaled !== 0 && scaled !== Infinity; ) {
    const step = Math.max(-400, Math.min(400, rest));
    scaled *= 2 ** step;
    rest -= step;
  }
  return scaled;
}
