import type { Json } from './model-codecs';
import type { Shown } from './frame-reader';

/** One line: `CALL stream=1 LAST|MSG wallet.Wallet/Transfer timeoutMs=2000 {"order":3}`. */
export function textOf({ type, stream, flags, method, status, message, ...rest }: Shown): string {
  const words = [
    type,
    stream !== undefined && stream !== 0 ? `stream=${text(stream)}` : undefined,
    flags,
    method,
    status,
    ...Object.entries(rest).map(([name, value]) => `${name}=${text(value)}`),
    message === undefined ? undefined : text(message),
  ];
  return words
    .filter((word) => word !== undefined)
    .map((word) => (typeof word === 'string' ? word : text(word)))
    .join(' ');
}

/** What a terminal would take for a command is escaped. */
function text(value: Json): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
