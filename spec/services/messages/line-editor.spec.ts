import { expect } from 'chai';
import { pressKey, type Key } from '../../../bin/chat/keys';
import { LineEditor } from '../../../src/services/messages/line-editor';

const FAMILY = '👩‍👩‍👧';

describe('LineEditor', () => {
  let editor: LineEditor;
  beforeEach(() => (editor = new LineEditor()));

  const at = (): string => {
    const { before, at, after } = editor.parts;
    return `${before}|${at}${after}`;
  };

  it('puts text in at the cursor', () => {
    editor.insert('ac');
    editor.move(-1);
    editor.insert('b');
    expect(at()).to.equal('ab|c');
  });

  it('moves over and deletes what a person takes for one character', () => {
    editor.insert(`日${FAMILY}e\u0301`);
    editor.deleteBefore();
    expect(editor.text).to.equal(`日${FAMILY}`);
    editor.move(-1);
    expect(at()).to.equal(`日|${FAMILY}`);
    editor.move(1);
    editor.deleteBefore();
    expect(editor.text).to.equal('日');
  });

  it('joins an accent that is typed after its letter', () => {
    editor.insert('e');
    editor.insert('\u0301');
    editor.insert('x');
    editor.move(-1);
    expect(at()).to.equal('e\u0301|x');
    editor.deleteBefore();
    expect(at()).to.equal('|x');
  });

  it('does not leave the line', () => {
    editor.deleteBefore();
    editor.insert('ab');
    editor.move(-9);
    editor.deleteBefore();
    expect(at()).to.equal('|ab');
    editor.move(9);
    expect(at()).to.equal('ab|');
  });

  it('deletes to the start, to the end, and a word', () => {
    editor.insert('um dois  três ');
    editor.deleteWord();
    expect(at()).to.equal('um dois  |');
    editor.deleteWord();
    expect(at()).to.equal('um |');
    editor.insert('dois três');
    editor.move(-4);
    editor.deleteToEnd();
    expect(at()).to.equal('um dois |');
    editor.move(-5);
    editor.deleteToStart();
    expect(at()).to.equal('|dois ');
  });

  it('gives lines back, older and newer', () => {
    for (const line of ['a', 'b']) {
      editor.insert(line);
      expect(editor.take()).to.equal(line);
    }
    const seen = ([1, 1, 1, -1, -1, -1] as const).map((by) => {
      editor.recall(by);
      return editor.text;
    });
    expect(seen).to.eql(['b', 'a', 'a', 'b', '', '']);
  });

  it('remembers a hundred lines and no more', () => {
    for (let n = 0; n < 101; n++) {
      editor.insert(`${n}`);
      editor.take();
    }
    for (let n = 0; n < 200; n++) editor.recall(1);
    expect(editor.text).to.equal('1');
  });

  it('takes 400 characters and no more', () => {
    editor.insert('x'.repeat(400));
    editor.insert('y');
    expect(editor.text).to.equal('x'.repeat(400));
  });
});

describe('pressKey', () => {
  let editor: LineEditor;
  let lines: string[];
  beforeEach(() => {
    editor = new LineEditor();
    lines = [];
  });

  const NONE: Key = {
    return: false,
    backspace: false,
    delete: false,
    leftArrow: false,
    rightArrow: false,
    upArrow: false,
    downArrow: false,
    home: false,
    end: false,
    ctrl: false,
    meta: false,
  };
  const press = (input: string, key: Partial<Key> = {}): void =>
    pressKey(editor, input, { ...NONE, ...key }, (line) => lines.push(line));

  it('types, and ends a line by Enter', () => {
    press('o');
    press('i');
    press('', { return: true });
    expect([lines, editor.text]).to.eql([['oi'], '']);
  });

  it('takes what comes in one burst: lines, and keys between them', () => {
    press('um\rdois\r\ntrêz\x7fs\n\tquatro');
    expect(lines).to.eql(['um', 'dois', 'três']);
    expect(editor.text).to.equal('quatro');
  });

  it('lets no other control character into the line', () => {
    press('a\x1b\x07\x9bb');
    expect(editor.text).to.equal('ab');
  });

  for (const [name, input, key, result] of [
    ['home', '', { home: true }, '|um dois'],
    ['end', '', { end: true }, 'um dois|'],
    ['left', '', { leftArrow: true }, 'um |dois'],
    ['right', '', { rightArrow: true }, 'um do|is'],
    ['backspace', '', { backspace: true }, 'um |ois'],
    ['delete', '', { delete: true }, 'um |ois'],
    ['Ctrl-A', 'a', { ctrl: true }, '|um dois'],
    ['Ctrl-B', 'b', { ctrl: true }, 'um |dois'],
    ['Ctrl-E', 'e', { ctrl: true }, 'um dois|'],
    ['Ctrl-F', 'f', { ctrl: true }, 'um do|is'],
    ['Ctrl-K', 'k', { ctrl: true }, 'um d|'],
    ['Ctrl-U', 'u', { ctrl: true }, '|ois'],
    ['Ctrl-W', 'w', { ctrl: true }, 'um |ois'],
    ['another Ctrl', 'x', { ctrl: true }, 'um d|ois'],
    ['Alt', 'x', { meta: true }, 'um d|ois'],
  ] as const) {
    it(`${name} in 'um d|ois'`, () => {
      press('um dois');
      for (let n = 0; n < 3; n++) press('', { leftArrow: true });
      press(input, key);
      const { before, at, after } = editor.parts;
      expect(`${before}|${at}${after}`).to.equal(result);
    });
  }

  it('up and down recall lines', () => {
    press('um\r');
    press('', { upArrow: true });
    expect(editor.text).to.equal('um');
    press('', { downArrow: true });
    expect(editor.text).to.equal('');
  });
});
