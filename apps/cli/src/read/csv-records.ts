const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;

/** A record that is still open after this many bytes has a quote that is never closed. */
export const longestRecord = 64 * 1024 * 1024;

/**
 * Finds the records of CSV text by RFC 4180: a field that begins with a quote ends with one, and a
 * quote inside it is doubled. A quote inside any other field is an ordinary character.
 */
export interface CsvRecords {
  /** Fields of the record, and the bytes from `starts[i]` to `ends[i]` of each, quotes included. */
  readonly fields: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The record has fields that must be quoted again before another parser reads them. */
  readonly needsQuoting: boolean;
  /** The position after the line break of the record. */
  readonly end: number;
  /** Physical lines of the record. */
  readonly lines: number;
  /** Why the record cannot be right, whatever its number of fields. */
  readonly problem: string | undefined;
  /** Reads the record at a position; false when the text ends before the record does. */
  next(text: Buffer, position: number, isLast: boolean): boolean;
}

/** @param separator The byte between two fields. */
export function createCsvRecords(separator: number): CsvRecords {
  let starts = new Int32Array(64);
  let ends = new Int32Array(64);
  let fields = 0;
  let needsQuoting = false;
  let end = 0;
  let lines = 1;
  let problem: string | undefined;

  function add(from: number, to: number): void {
    if (fields === starts.length) {
      starts = enlarged(starts);
      ends = enlarged(ends);
    }
    starts[fields] = from;
    ends[fields] = to;
    fields += 1;
  }

  /** The position of the closing quote; -1 when the text has none. */
  function closingQuote(text: Buffer, from: number): number {
    for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 2)) {
      if (text[at + 1] !== quote) return at;
    }
    return -1;
  }

  function isEnd(byte: number | undefined): boolean {
    return byte === undefined || byte === separator || byte === lineFeed || byte === carriageReturn;
  }

  /** Reads one field and gives the position of the byte that ends it; -1 when the text ends. */
  function field(text: Buffer, from: number, isLast: boolean): number {
    let at = from;
    if (text[at] === quote) {
      const closing = closingQuote(text, at + 1);
      if (closing < 0 && !isLast && text.length - from < longestRecord) return -1;
      if (closing < 0) {
        problem = 'a quoted field is not closed';
        add(from, text.length);
        return text.length;
      }
      for (
        let at10 = text.indexOf(lineFeed, from);
        at10 >= 0 && at10 < closing;
        at10 = text.indexOf(lineFeed, at10 + 1)
      ) {
        lines += 1;
      }
      at = closing + 1;
      if (at >= text.length && !isLast) return -1;
      add(from, at);
      while (text[at] === space) at += 1;
      if (at > closing + 1) needsQuoting = true;
      if (isEnd(text[at])) return at;
      problem = 'there is text after a closing quote';
      while (!isEnd(text[at])) at += 1;
      return at;
    }
    for (let byte = text[at]; !isEnd(byte); byte = text[at]) {
      if (byte === quote) needsQuoting = true;
      at += 1;
    }
    if (at >= text.length && !isLast) return -1;
    add(from, at);
    return at;
  }

  return {
    get fields() {
      return fields;
    },
    get starts() {
      return starts;
    },
    get ends() {
      return ends;
    },
    get needsQuoting() {
      return needsQuoting;
    },
    get end() {
      return end;
    },
    get lines() {
      return lines;
    },
    get problem() {
      return problem;
    },
    next(text, position, isLast) {
      fields = 0;
      lines = 1;
      needsQuoting = false;
      problem = undefined;
      for (let at = position; ; at += 1) {
        at = field(text, at, isLast);
        if (at < 0) return false;
        if (text[at] === separator) continue;
        // A carriage return may be the first half of the line break.
        if (text[at] === carriageReturn && at + 1 >= text.length && !isLast) return false;
        const isPair = text[at] === carriageReturn && text[at + 1] === lineFeed;
        end = Math.min(text.length, at + (isPair ? 2 : 1));
        return true;
      }
    },
  };
}

function enlarged(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
