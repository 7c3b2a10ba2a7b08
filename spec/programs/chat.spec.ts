import { expect } from 'chai';
import { programCommand } from './support/command';
import { Stage, type Program } from './support/program';
import { Terminal, terminalObstacle } from './support/terminal';

const ESC = '\x1b';
const reason = terminalObstacle();

(reason === undefined ? describe : describe.skip)(
  `chat in a terminal${reason === undefined ? '' : ` (${reason})`}`,
  function () {
    this.timeout(30_000);
    const stage = new Stage();
    const terminals: Terminal[] = [];
    let server: Program;
    let address: string;

    beforeEach(async () => {
      server = stage.start('servidor', []);
      address = `localhost:${(await server.nextLine()).split(' ').at(-1)}`;
    });
    afterEach(async () => {
      for (const terminal of terminals.splice(0)) terminal.close();
      await stage.clear();
    });

    const open = async (number: number, columns = 70, rows = 12): Promise<Terminal> => {
      const command = [...programCommand('chat'), address, String(number)];
      const terminal = new Terminal(command, columns, rows);
      terminals.push(terminal);
      await terminal.shows(`● ${number} (eu)`);
      return terminal;
    };

    it('shows messages above, who is there beside them, and the typed line below', async () => {
      const one = await open(1);
      const other = await open(2);
      one.type('Ob-la-di');
      one.press('Enter');
      await one.shows('1 (eu): Ob-la-di');
      await other.shows('1: Ob-la-di');
      other.type('Life goes on');
      const rows = await other.shows('> Life goes on');
      expect(rows.slice(6).map((row) => row.slice(0, 30).trimEnd())).to.eql([
        '1: Ob-la-di',
        `╭${'─'.repeat(29)}`,
        '│> Life goes on',
        `╰${'─'.repeat(29)}`,
        'emissor 2 · @1002 texto · /que',
      ]);
      // Somebody new who says something is asked about at once, not after some seconds.
      other.press('Enter');
      await one.shows('● 2');
    });

    it('sends to one person, and says when nobody is there', async () => {
      const one = await open(1);
      const other = await open(2);
      one.type('@1002 só para você\r@1009 alguém?\r');
      await other.shows('1: só para você');
      await one.shows('→ 1002: só para você');
      await one.shows('! o exibidor 1009 não está');
    });

    it('gives each sender a colour', async () => {
      const one = await open(1);
      await stage.run('emissor', [address, 2], 'a\n');
      await stage.run('emissor', [address, 3], 'b\n');
      await one.shows('3: b');
      const colours = [
        ...one.coloured().matchAll(new RegExp(`${ESC}\\[(\\d\\d)m${ESC}\\[49m([23]): `, 'g')),
      ];
      expect(colours.map(([, , sender]) => sender)).to.eql(['2', '3']);
      expect(colours[0]?.[1]).to.not.equal(colours[1]?.[1]);
    });

    it('keeps its frame around wide characters, while they are typed and when they are shown', async () => {
      const one = await open(1, 60, 12);
      one.type('日本語と한국어 ação');
      const typed = await one.shows('> 日本語と한국어 ação');
      const width = (row: string) =>
        Array.from(row).reduce(
          (sum, c) => sum + (/[\u3000-\u9fff\uac00-\ud7af]/u.test(c) ? 2 : 1),
          0,
        );
      const line = typed.find((row) => row.includes('>')) ?? '';
      expect([line.at(-1), width(line)]).to.eql(['│', 60]);
      one.press('Enter');
      const shown = await one.shows('1 (eu): 日本語と한국어 ação');
      const message = shown.find((row) => row.startsWith('1 (eu)')) ?? '';
      expect([message.at(-1), width(message)])
        .to.match(/[│╯]/)
        .and.to.include(60);
    });

    it('deletes and moves by whole characters, wide ones and such of several parts too', async () => {
      const one = await open(1);
      one.type('日本e\u0301x');
      await one.shows('> 日本e\u0301x');
      one.press('BSpace', 'BSpace', 'BSpace', 'Left');
      one.type('!');
      await one.shows('> !日');
      one.press('End');
      one.type('?\r');
      await one.shows('1 (eu): !日?');
      one.press('Up');
      await one.shows('> !日?');
    });

    it('takes text and Enter that come in one burst, several lines of it', async () => {
      const one = await open(1);
      one.type('um\rdois\rtrês');
      await one.shows(/1 \(eu\): um .*\n1 \(eu\): dois/);
      await one.shows('> três');
    });

    it('wraps long messages, and follows the size of the window', async () => {
      const one = await open(1);
      one.type(`${'palavra '.repeat(17).trimEnd()}\r`);
      await one.shows(/(palavra ?){5}/);
      one.resize(40, 9);
      const narrow = await one.shows(/^╭─{38}╮$/m);
      expect(narrow.join('\n')).to.not.contain('●');
      expect(narrow.join(' ').match(/palavra/g)).to.have.length(17);
      one.resize(90, 20);
      const wide = await one.shows(/^╭─{88}╮$/m);
      expect(wide.join('\n')).to.contain('● 1 (eu)');
      expect(wide).to.have.length(19);
    });

    it('shows what does not end with the screen: only the newest messages', async () => {
      const one = await open(1);
      const many = Array.from({ length: 40 }, (_, n) => `linha ${n}.`).join('\n');
      await stage.run('emissor', [address, 2], `${many}\n`);
      const rows = await one.shows('linha 39.');
      expect(rows.join('\n')).to.not.contain('linha 20.');
      expect(rows[6]).to.match(/^2: linha 39\./);
    });

    it('ends by Ctrl-C: FLW on both connections, and the screen as it was', async () => {
      const one = await open(1);
      one.press('C-c');
      const rows = await one.shows('ended with 0');
      expect(rows).to.eql(['ended with 0']);
      server.child.kill('SIGINT');
      const { stderr } = await server.outcome();
      expect(stderr).to.contain('emissor 1: saiu\n').and.to.contain('exibidor 1001: saiu\n');
    });

    it('ends by /sair, and when the server ends', async () => {
      const [one, other] = [await open(1), await open(2)];
      one.type('/sair\r');
      await one.shows('ended with 0');
      server.child.kill('SIGINT');
      await other.shows('ended with 0');
    });

    it('says that the server is lost, when it is, on the screen that was there', async () => {
      const one = await open(1);
      server.child.kill('SIGKILL');
      const rows = await one.shows('ended with 1');
      expect(rows).to.eql(['chat: o servidor encerrou a conexão', 'ended with 1']);
    });
  },
);

describe('chat without a terminal', function () {
  this.timeout(20_000);
  const stage = new Stage();
  afterEach(() => stage.clear());

  it('says that it needs one', async () =>
    expect(await stage.run('chat', ['localhost:5555'])).to.eql({
      code: 1,
      stdout: '',
      stderr: 'chat: chat precisa de um terminal; emissor e exibidor não\n',
    }));

  it('--help explains it in both languages', async () => {
    const { code, stdout } = await stage.run('chat', ['--help']);
    expect(code).to.equal(0);
    expect(stdout).to.contain('em uma janela').and.to.contain('in one window');
  });

  it('what cannot be meant is a usage line and exit code 2', async () => {
    const { code, stderr } = await stage.run('chat', ['localhost:5555', 1000]);
    expect(code).to.equal(2);
    expect(stderr).to.match(/^chat: .+\nusage: chat <host:port> .+\n$/);
  });
});
