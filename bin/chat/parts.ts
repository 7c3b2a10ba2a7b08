import type * as Ink from 'ink' with { 'resolution-mode': 'import' };
import type * as React from 'react';
import { Buffer } from 'node:buffer';
import type { ChatLine, ChatSession } from '../../src/services/messages/chat-session';
import type { LineEditor } from '../../src/services/messages/line-editor';
import { emissorOf } from '../../src/services/messages/obedience';
import { roleOf, TEXT_BYTES_MAX, type Role } from '../../src/services/messages/message';

/** The libraries of the screen: loaded by who wants one, and by nobody else. */
export interface Kit {
  readonly ink: typeof Ink;
  readonly react: typeof React;
}

const COLOURS = ['cyan', 'green', 'yellow', 'magenta', 'blueBright', 'redBright', 'whiteBright'];
export const SIDE_COLUMNS = 16;

/** The same for a person's emissor and exibidor. */
function colourOf(id: number): string {
  const person = roleOf(id) === 'exibidor' ? emissorOf(id) : id;
  return COLOURS[person % COLOURS.length] as string;
}

/** A line of the conversation. */
export function lineView(kit: Kit, line: ChatLine, own: number): React.ReactElement {
  const { createElement: h } = kit.react;
  const { Text } = kit.ink;
  const { kind, id, text } = line;
  if (kind === 'notice') return h(Text, { dimColor: true }, `* ${text}`);
  if (kind === 'problem') return h(Text, { color: 'red' }, `! ${text}`);
  const name = kind === 'sent' ? `→ ${id}` : nameOf(id, own);
  return h(Text, { dimColor: kind === 'sent' }, [
    h(Text, { key: 'who', color: colourOf(id), bold: true }, `${name}: `),
    text,
  ]);
}

/** Who is there, in so many rows. */
export function sideView(kit: Kit, session: ChatSession, rows: number): React.ReactElement {
  const { createElement: h } = kit.react;
  const { Box, Text } = kit.ink;
  const of = (role: Role): number[] => session.clients.filter((id) => roleOf(id) === role);
  // An exibidor whose emissor is there too is the same person.
  const isAlone = (id: number): boolean => !session.clients.includes(emissorOf(id));
  const people: readonly (readonly [number, string])[] = [
    ...of('emissor').map((id) => [id, nameOf(id, session.number)] as const),
    ...of('exibidor')
      .filter(isAlone)
      .map((id) => [id, `${id} só lê`] as const),
  ];
  const shown = people.length > rows ? people.slice(0, Math.max(0, rows - 1)) : people;
  const others = people.length - shown.length;
  const style = { borderStyle: 'round', borderDimColor: true, flexDirection: 'column' } as const;
  return h(
    Box,
    { ...style, width: SIDE_COLUMNS, flexShrink: 0 },
    ...shown.map(([id, name]) => h(Text, { key: id, color: colourOf(id) }, `● ${name}`)),
    others > 0 ? h(Text, { dimColor: true }, `e mais ${others}`) : undefined,
  );
}

/** The line that is typed, and how many bytes a message still takes. */
export function inputView(kit: Kit, editor: LineEditor, own: number): React.ReactElement {
  const { createElement: h } = kit.react;
  const { Box, Text } = kit.ink;
  const { before, at, after } = editor.parts;
  const left = TEXT_BYTES_MAX - Buffer.byteLength(editor.text.replace(/^@\d+ /, ''));
  const typed = h(Text, {}, [
    h(Text, { key: 'prompt', bold: true }, '> '),
    before,
    h(Text, { key: 'cursor', inverse: true }, at === '' ? ' ' : at),
    after,
  ]);
  const count = h(Text, left < 0 ? { color: 'red' } : { dimColor: true }, ` ${left}`);
  return h(
    Box,
    { borderStyle: 'round', borderColor: colourOf(own), flexShrink: 0 },
    h(Box, { flexGrow: 1 }, typed),
    h(Box, { flexShrink: 0 }, count),
  );
}

function nameOf(id: number, own: number): string {
  return id === own ? `${id} (eu)` : String(id);
}
