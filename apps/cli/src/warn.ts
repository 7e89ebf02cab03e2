/** Prints a warning on standard error, so that the output stays clean. */
export function warn(message: string): void {
  process.stderr.write(`modelmeter: warning: ${message}\n`);
}
