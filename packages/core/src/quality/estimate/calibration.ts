import { type Calibration, fitIsotonic, noCalibration, probabilityAt } from './isotonic.js';

const folds = 5;
const binsOfError = 10;

/**
 * The calibration of scores: isotonic where that lowers the calibration error of rows that it was not
 * fitted on, otherwise none. The rows are dealt to five folds in turn, and the errors of all folds
 * are taken together. O(rows log rows).
 */
export function fitCalibration(scores: ArrayLike<number>, targets: ArrayLike<number>): Calibration {
  const calibrated = new Float64Array(scores.length);
  for (let fold = 0; fold < folds; fold += 1) {
    const isOther = (row: number): boolean => row % folds !== fold;
    const calibration = fitIsotonic(rowsOf(scores, isOther), rowsOf(targets, isOther));
    for (let row = fold; row < scores.length; row += folds) {
      calibrated[row] = probabilityAt(calibration, scores[row]!);
    }
  }
  const before = expectedCalibrationError(scores, targets);
  const after = expectedCalibrationError(calibrated, targets);
  return after < before ? fitIsotonic(scores, targets) : noCalibration;
}

/**
 * Expected calibration error: the mean difference between the probability and the share of positives
 * in ten bins of equally many rows; rows of one probability stay in one bin. 0 without rows.
 * O(rows log rows). Source: Naeini, Cooper and Hauskrecht 2015, equation 3.
 */
export function expectedCalibrationError(
  probabilities: ArrayLike<number>,
  targets: ArrayLike<number>,
): number {
  const rows = probabilities.length;
  const order = Uint32Array.from(probabilities, (_, row) => row).sort(
    (a, b) => probabilities[a]! - probabilities[b]!,
  );
  let error = 0;
  let difference = 0;
  let bin = 0;
  for (let at = 0; at < rows; at += 1) {
    const row = order[at]!;
    difference += probabilities[row]! - targets[row]!;
    const isLast = at + 1 === rows;
    const isFull = (at + 1) * binsOfError >= (bin + 1) * rows;
    if (!isLast && (!isFull || probabilities[order[at + 1]!] === probabilities[row])) continue;
    error += Math.abs(difference);
    difference = 0;
    bin = Math.floor(((at + 1) * binsOfError) / rows);
  }
  return rows === 0 ? 0 : error / rows;
}

function rowsOf(values: ArrayLike<number>, isChosen: (row: number) => boolean): Float64Array {
  return Float64Array.from(values).filter((_, row) => isChosen(row));
}
