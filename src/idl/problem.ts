import { lineOf, positionOf, type Place } from './source';

/** Something that the user must change before anything is generated. */
export interface Problem {
  readonly place: Place;
  /** What is wrong, as a sentence without a full stop. */
  readonly text: string;
  /** What to write instead, as whole sentences. */
  readonly advice: string;
}

/** Collects the problems of a run, so that all are told and not only the first. */
export class Report {
  readonly problems: Problem[] = [];

  add(place: Place, text: string, advice: string): void {
    this.problems.push({ place, text, advice });
  }

  hasProblemsIn(path: string): boolean {
    return this.problems.some((problem) => problem.place.source.path === path);
  }

  /** By file in the sequence given, then by place. */
  sorted(paths: readonly string[]): Problem[] {
    const rank = (problem: Problem): number => {
      const index = paths.indexOf(problem.place.source.path);
      return index < 0 ? paths.length : index;
    };
    return [...this.problems].sort((a, b) => rank(a) - rank(b) || a.place.offset - b.place.offset);
  }
}

/** `file:line:column: what is wrong`, the line with the place marked, and what to write instead. */
export function formatProblem(problem: Problem): string {
  const { place } = problem;
  const { line, column } = positionOf(place);
  const text = lineOf(place);
  const margin = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const length = Math.max(1, Math.min(place.length, text.length - column + 1));
  return [
    `${place.source.path}:${line}:${column}: ${problem.text}.`,
    `    ${text}`,
    `    ${margin}${'^'.repeat(length)}`,
    `    ${problem.advice}`,
  ].join('\n');
}
