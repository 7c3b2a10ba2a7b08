import type * as React from 'react';
import type { ChatSession } from '../../src/services/messages/chat-session';
import { LineEditor } from '../../src/services/messages/line-editor';
import { pressKey } from './keys';
import { inputView, lineView, sideView, type Kit } from './parts';

/** Narrower windows have no room for who is there. */
const SIDE_FROM_COLUMNS = 50;
/** Rows of the input with its border, of the help, and the last one of the window, which is free. */
const OTHER_ROWS = 5;

/** Messages above, who is there beside them, the line that is typed below. */
export function chatView(kit: Kit, session: ChatSession): React.ReactElement {
  const { createElement: h, useReducer, useSyncExternalStore } = kit.react;
  const { Box, Text, useInput } = kit.ink;
  const editor = new LineEditor();
  const watch = (watcher: () => void): (() => void) => session.watch(watcher);
  const help = `emissor ${session.number} · @1002 texto · /quem · /fim 1002 · /sair`;

  const Chat = (): React.ReactElement => {
    const { columns, rows } = useWindowSize(kit);
    const [, redraw] = useReducer((count: number) => count + 1, 0);
    useSyncExternalStore(watch, () => session.version);
    useInput((input, key) => {
      if (key.ctrl && (input === 'c' || input === 'd')) void session.leave();
      else pressKey(editor, input, key, (line) => void session.type(line));
      redraw();
    });
    const height = Math.max(1, rows - OTHER_ROWS);
    const lines = session.lines
      .slice(-height)
      .map((line, key) => h(Box, { key, flexShrink: 0 }, lineView(kit, line, session.number)));
    const conversation = h(
      Box,
      {
        flexGrow: 1,
        flexDirection: 'column',
        justifyContent: 'flex-end',
        overflow: 'hidden',
        paddingRight: 1,
      },
      lines,
    );
    const side =
      columns >= SIDE_FROM_COLUMNS ? sideView(kit, session, Math.max(1, height - 2)) : undefined;
    return h(
      Box,
      // All rows but one: ink clears a full screen for every change.
      { width: columns, height: rows - 1, flexDirection: 'column' },
      h(Box, { flexGrow: 1, flexShrink: 1, overflow: 'hidden' }, conversation, side),
      inputView(kit, editor, session.number),
      h(Box, { flexShrink: 0 }, h(Text, { dimColor: true, wrap: 'truncate' }, help)),
    );
  };
  return h(Chat);
}

function useWindowSize({ ink, react }: Kit): { columns: number; rows: number } {
  const { stdout } = ink.useStdout();
  const read = () => ({ columns: stdout.columns, rows: stdout.rows });
  const [size, setSize] = react.useState(read);
  react.useEffect(() => {
    const onResize = () => setSize(read());
    stdout.on('resize', onResize);
    return () => void stdout.off('resize', onResize);
  }, [stdout]);
  return size;
}
