/** Texts that are read as missing values, in every format. */
export const missingTexts: readonly string[] = [
  '',
  'NA',
  'N/A',
  'n/a',
  '#N/A',
  '<NA>',
  'NaN',
  'nan',
  '-nan',
  'NaT',
  'NULL',
  'null',
  'None',
  '\\N',
];
