import type { LineEditor } from '../../src/services/messages/line-editor';

/** What is used of a key that ink tells. */
export interface Key {
  readonly return: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
}

const FAR = 1_000_000;

const CONTROL: Record<string, (editor: LineEditor) => void> = {
  a: (editor) => editor.move(-FAR),
  b: (editor) => editor.move(-1),
  e: (editor) => editor.move(FAR),
  f: (editor) => editor.move(1),
  k: (editor) => editor.deleteToEnd(),
  u: (editor) => editor.deleteToStart(),
  w: (editor) => editor.deleteWord(),
};

/**
 * Changes the line as a key says. Keys that come quickly, and what is pasted, come as one input of
 * many characters, with ends of lines in it.
 * @param submit told of each line that ended
 */
export function pressKey(
  editor: LineEditor,
  input: string,
  key: Key,
  submit: (line: string) => void,
): void {
  if (key.return) submit(editor.take());
  // Terminals send the code of "delete" for the key "backspace".
  else if (key.backspace || key.delete) editor.deleteBefore();
  else if (key.leftArrow) editor.move(-1);
  else if (key.rightArrow) editor.move(1);
  else if (key.upArrow) editor.recall(1);
  else if (key.downArrow) editor.recall(-1);
  else if (key.home) editor.move(-FAR);
  else if (key.end) editor.move(FAR);
  else if (key.ctrl) CONTROL[input]?.(editor);
  else if (!key.meta) typeText(editor, input, submit);
}

function typeText(editor: LineEditor, input: string, submit: (line: string) => void): void {
  for (const [piece] of input.matchAll(/\r\n|\p{Cc}|\P{Cc}+/gu)) {
    if (/^[\r\n]/.test(piece)) submit(editor.take());
    else if (piece === '\x7f' || piece === '\b') editor.deleteBefore();
    else if (!/\p{Cc}/u.test(piece)) editor.insert(piece);
  }
}
