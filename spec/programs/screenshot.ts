// Makes the picture of the chat in README.md from the real program in tmux:
// node -r ts-node/register spec/programs/screenshot.ts > docs/chat.svg
import { programCommand } from './support/command';
import { Stage } from './support/program';
import { Terminal } from './support/terminal';

const COLUMNS = 72;
const ROWS = 16;
const CELL = { width: 8.4, height: 16.4 };
const MARGIN = 12;
const FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";
const BACKGROUND = '#16181d';
const FOREGROUND = '#d8dce4';
/** Codes of the foreground, as a common dark theme has them. */
const COLOURS: Record<number, string> = {
  31: '#f07178',
  32: '#a5d67b',
  33: '#f0c674',
  35: '#c99bf0',
  36: '#6fd3d8',
  91: '#ff9aa2',
  94: '#82aaff',
  97: '#ffffff',
};
const WIDE = /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uff00-\uff60]/u;

const ESC = '\x1b';
/** A change of style, or text up to the next one. */
const PIECE = new RegExp(`${ESC}\\[([\\d;]*)m|[^${ESC}]+`, 'g');

interface Style {
  colour: string;
  isBold: boolean;
  isDim: boolean;
  isInverse: boolean;
}

const plain = (): Style => ({
  colour: FOREGROUND,
  isBold: false,
  isDim: false,
  isInverse: false,
});

function restyle(style: Style, codes: string): Style {
  let next = { ...style };
  for (const code of codes.split(';').map(Number)) {
    if (code === 0) next = plain();
    else if (code === 1) next.isBold = true;
    else if (code === 2) next.isDim = true;
    else if (code === 7) next.isInverse = true;
    else if (code === 39) next.colour = FOREGROUND;
    else next.colour = COLOURS[code] ?? next.colour;
  }
  return next;
}

/** A row of the screen as SVG. Each run of a style stands at its column, whatever the font. */
function row(text: string, index: number, style: Style): { svg: string; style: Style } {
  const y = Math.round(10 * (MARGIN + index * CELL.height)) / 10;
  const parts: string[] = [];
  let column = 0;
  for (const [piece, codes] of text.matchAll(PIECE)) {
    if (codes !== undefined) {
      style = restyle(style, codes);
      continue;
    }
    const width = [...new Intl.Segmenter().segment(piece)].reduce(
      (sum, { segment }) => sum + (WIDE.test(segment) ? 2 : 1),
      0,
    );
    const [x, length] = [MARGIN + column * CELL.width, width * CELL.width];
    column += width;
    if (style.isInverse) {
      parts.push(
        `<rect x="${x}" y="${y}" width="${length}" height="${CELL.height}" fill="${FOREGROUND}"/>`,
      );
    }
    if (piece.trim() === '') continue;
    const look = `${style.isBold ? ' font-weight="bold"' : ''}${style.isDim ? ' opacity="0.55"' : ''}`;
    const escaped = piece.replace(/&/g, '&amp;').replace(/</g, '&lt;');
    parts.push(
      `<text x="${x.toFixed(1)}" y="${(y + 12.5).toFixed(1)}" textLength="${length.toFixed(1)}" ` +
        `fill="${style.colour}"${look} xml:space="preserve">${escaped}</text>`,
    );
  }
  return { svg: parts.join(''), style };
}

function picture(screen: string): string {
  let style = plain();
  const rows = screen.split('\n').map((text, index) => {
    const drawn = row(text, index, style);
    style = drawn.style;
    return drawn.svg;
  });
  const width = Math.ceil(COLUMNS * CELL.width + 2 * MARGIN);
  const height = Math.ceil((ROWS - 1) * CELL.height + 2 * MARGIN);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" font-size="14">`,
    '<title>The chat: messages above, who is there beside them, the typed line below</title>',
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    ...rows.filter((svg) => svg !== ''),
    '</svg>',
  ].join('\n');
}

async function main(): Promise<void> {
  const stage = new Stage();
  const server = stage.start('servidor', []);
  const address = `localhost:${(await server.nextLine()).split(' ').at(-1)}`;
  const chat = new Terminal([...programCommand('chat'), address, '1'], COLUMNS, ROWS);
  try {
    await chat.shows('● 1 (eu)');
    const [two, three] = [2, 3].map((id) => stage.start('emissor', [address, id]));
    stage.start('exibidor', [address, 1005]);
    stage.start('exibidor', [address, 1002]);
    await two?.nextLine();
    await three?.nextLine();
    await two?.ask('Ob-la-di');
    await three?.ask('@1001 こんにちは, 1! (só você lê isto)');
    chat.type('Ob-la-da 🎵\r');
    await chat.shows('Ob-la-da');
    await two?.ask('Life goes on, brah!!!');
    chat.type('@1002 você vem ao ensaio?\r');
    await chat.shows('→ 1002');
    chat.type('/quem\r');
    await chat.shows('Clientes ativos');
    await chat.shows('1005 só lê');
    chat.type('Lala, how the life goes on');
    await chat.shows('goes on  ');
    process.stdout.write(`${picture(chat.coloured().trimEnd())}\n`);
  } finally {
    chat.close();
    await stage.clear();
  }
}

void main();
