import type { OptionSetting } from './declaration-parts';
import { explicitId } from './ids';
import type { ErrorIds } from './model';
import type { Settings } from './options';
import type { Report } from './problem';

/** gRPC's codes without OK, in the sequence of their numbers from 1; docs/PROTOCOL.md §9.1. */
export const ERROR_CODES = [
  ...['CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND'],
  ...['ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION'],
  ...['ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'],
  'UNAUTHENTICATED',
];

/** What the options of a message say of it as a typed error; undefined when it is none. */
export function readErrorIds(settings: Settings, report: Report): ErrorIds | undefined {
  const code = settings.get('(fio.code)');
  const error = settings.get('(fio.error)');
  if (error === undefined) {
    if (code !== undefined) {
      const advice = 'Write `option (fio.error) = N;` with a number for the error, or remove it.';
      report.add(code.place, '(fio.code) is for the detail of an error', advice);
    }
    return undefined;
  }
  const id = explicitId(settings, '(fio.error)', report);
  const number = readCode(error, code, report);
  return id === undefined || number === undefined ? undefined : { id, code: number };
}

function readCode(
  error: OptionSetting,
  code: OptionSetting | undefined,
  report: Report,
): number | undefined {
  const word = code?.value?.text;
  const number = ERROR_CODES.indexOf(word ?? '') + 1;
  if (number > 0) return number;
  const text = word === undefined ? 'the error has no status' : `${word} is no status of an error`;
  const advice =
    'Write `option (fio.code) = FAILED_PRECONDITION;` or another: docs/PROTOCOL.md §9.1.';
  report.add(code?.value?.place ?? error.place, text, advice);
  return undefined;
}
