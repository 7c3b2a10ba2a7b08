/** One text that was given to the compiler: a .proto file, or the lock file. */
export interface Source {
  /** As the user wrote it; errors name it. */
  readonly path: string;
  /** As other files import it: from the folder that was given, with forward slashes. */
  readonly name: string;
  readonly text: string;
}

/** A stretch of a source's text, for errors. */
export interface Place {
  readonly source: Source;
  /** In UTF-16 units from the beginning of the text. */
  readonly offset: number;
  readonly length: number;
}

export interface LineAndColumn {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors count. */
  readonly column: number;
}

export function positionOf(place: Place): LineAndColumn {
  const before = place.source.text.slice(0, place.offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: place.offset - lineStart + 1 };
}

/** The whole line of the text that a place begins on, without its end. */
export function lineOf(place: Place): string {
  const { text } = place.source;
  const start = text.lastIndexOf('\n', place.offset - 1) + 1;
  const end = text.indexOf('\n', place.offset);
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '');
}
