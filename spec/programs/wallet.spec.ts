import { expect } from 'chai';
import { mkdtempSync, openSync, closeSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './support/ports';
import { printed, Stage, type Program } from './support/program';

const WALLETS = 'Dorgival 10\nBezos 1000000\nPapai_Noel 100000\n';

describe('svc_banco and cln_banco', function () {
  this.timeout(20_000);
  const stage = new Stage();
  let port: number;
  let server: Program;

  beforeEach(async () => {
    port = await freePort();
    server = stage.start('svc_banco', [port], { input: WALLETS });
  });
  afterEach(() => stage.clear());

  const run = (input: string, wallet = 'Papai_Noel') =>
    stage.run('cln_banco', [wallet, `localhost:${port}`], input);

  it("prints what the assignment's example prints, at both ends", async () => {
    const client = await run('S\nO 60\nS\nX 1 60 Dorgival\nO 5\nF\n');
    expect(client).to.eql(printed(100_000, 1, 99_940, 0, 2, 1));
    expect(await server.outcome()).to.eql(
      printed('Dorgival 70', 'Bezos 1000000', 'Papai_Noel 99935'),
    );
  });

  describe('commands', () => {
    it('S prints -1 for a wallet that does not exist', async () => {
      expect(await run('S\n', 'Nobody')).to.eql(printed(-1));
    });

    it('O prints -1 for a wallet that does not exist', async () => {
      expect(await run('O 1\n', 'Nobody')).to.eql(printed(-1));
    });

    it('O prints -2 for more than the wallet holds', async () => {
      expect(await run('O 11\n', 'Dorgival')).to.eql(printed(-2));
    });

    it('O 0 makes an order of 0', async () => {
      expect(await run('O 0\nX 1 0 Bezos\n')).to.eql(printed(1, 0));
    });

    it('orders are numbered from 1 and count only those that were made', async () => {
      expect(await run('O 11\nO 1\nO 11\nO 1\n', 'Dorgival')).to.eql(printed(-2, 1, -2, 2));
    });

    it('X checks the order, then the value, then the wallet, and keeps the order', async () => {
      const input = 'O 60\nX 9 61 Nobody\nX 1 61 Nobody\nX 1 60 Nobody\nX 1 60 Bezos\n';
      expect(await run(input)).to.eql(printed(1, -1, -2, -3, 0));
    });

    it('X cashes an order once', async () => {
      expect(await run('O 60\nX 1 60 Bezos\nX 1 60 Bezos\n')).to.eql(printed(1, 0, -1));
    });

    it('X cashes the order of another client', async () => {
      await run('O 60\n');
      expect(await run('X 1 60 Dorgival\nS\n', 'Dorgival')).to.eql(printed(0, 70));
    });

    it("X into another wallet leaves the client's own as it is", async () => {
      expect(await run('O 60\nX 1 60 Bezos\nS\n')).to.eql(printed(1, 0, 99_940));
    });

    it('F prints the pending orders; what they held is lost', async () => {
      expect(await run('O 60\nO 1\nX 2 1 Bezos\nF\n')).to.eql(printed(1, 2, 0, 1));
      expect(await server.outcome()).to.eql(
        printed('Dorgival 10', 'Bezos 1000001', 'Papai_Noel 99939'),
      );
    });

    it('F writes wallets that hold 0 too', async () => {
      expect(await run('O 10\nF\n', 'Dorgival')).to.eql(printed(1, 1));
      expect(await server.outcome()).to.eql(
        printed('Dorgival 0', 'Bezos 1000000', 'Papai_Noel 100000'),
      );
    });
  });

  describe('input', () => {
    it('may come from a file', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'fio-programs-'));
      writeFileSync(join(folder, 'commands'), 'S\nO 60\nS\n');
      const inputFile = openSync(join(folder, 'commands'), 'r');
      const client = stage.start('cln_banco', ['Papai_Noel', `localhost:${port}`], { inputFile });
      const outcome = await client.outcome();
      closeSync(inputFile);
      rmSync(folder, { recursive: true });
      expect(outcome).to.eql(printed(100_000, 1, 99_940));
    });

    it('may be typed: each answer is there before the next line', async () => {
      const client = stage.start('cln_banco', ['Papai_Noel', `localhost:${port}`]);
      const answers = [await client.ask('S'), await client.ask('O 60'), await client.ask('S')];
      client.endInput();
      expect(answers).to.eql(['100000', '1', '99940']);
      expect(await client.outcome()).to.eql(printed(100_000, 1, 99_940));
    });

    it('may stay open after F: the client ends all the same', async () => {
      const client = stage.start('cln_banco', ['Papai_Noel', `localhost:${port}`]);
      client.type('F');
      expect(await client.outcome()).to.eql(printed(0));
    });

    it('after F is not read', async () => {
      expect(await run('F\nS\nO 5\nwhatever\n')).to.eql(printed(0));
    });

    it('may end without a line feed', async () => {
      expect(await run('S\nS')).to.eql(printed(100_000, 100_000));
    });

    it('may have CR LF at the ends of its lines', async () => {
      expect(await run('S\r\nO 60\r\nX 1 60 Papai_Noel\r\nS\r\n')).to.eql(
        printed(100_000, 1, 0, 100_000),
      );
    });

    it('may begin with a byte order mark', async () => {
      expect(await run('\uFEFFS\n')).to.eql(printed(100_000));
    });

    it('may have more than one space between words and some after them', async () => {
      expect(await run('O   60 \nX  1  60  Bezos  \n')).to.eql(printed(1, 0));
    });

    it('ignores lines that begin with anything else', async () => {
      expect(await run('hello\ns\n1\n# S\n-\nC\nT\nS\n')).to.eql(printed(100_000));
    });

    it('ignores a line with a leading space, and a blank one', async () => {
      expect(await run(' S\n\n\t\n \n S\nS\n')).to.eql(printed(100_000));
    });

    it('that is empty makes the client end with no output', async () => {
      expect(await run('')).to.eql(printed());
    });

    it('that ends without F ends the client and leaves the server up', async () => {
      await run('O 60\n');
      expect(await run('S\n')).to.eql(printed(99_940));
      expect(server.isRunning).to.equal(true);
    });
  });

  it('reports a malformed command with its line number and goes on', async () => {
    const { code, stdout, stderr } = await run('S\n\nO\nX 1 2\nO x\nF now\nSaldo\nS\n');
    const lineNumbers = [...stderr.matchAll(/^line (\d+): /gm)].map(([, number]) => number);
    expect({ code, stdout, lineNumbers }).to.eql({
      code: 0,
      stdout: '100000\n100000\n',
      lineNumbers: ['3', '4', '5', '6', '7'],
    });
  });

  it('reports an amount that the server refuses, and goes on', async () => {
    expect(await run('O -5\nS\n')).to.eql({
      code: 0,
      stdout: '100000\n',
      stderr:
        'line 1: INVALID_ARGUMENT: the value of an order must be a whole number from 0 to ' +
        '9007199254740991, not -5\n',
    });
  });

  it('serves several clients at once', async () => {
    const one = stage.start('cln_banco', ['Bezos', `localhost:${port}`]);
    const other = stage.start('cln_banco', ['Dorgival', `localhost:${port}`]);
    const answers = [
      await one.ask('O 60'),
      await other.ask('X 1 60 Dorgival'),
      await one.ask('S'),
      await other.ask('S'),
    ];
    expect(answers).to.eql(['1', '0', '999940', '70']);
  });

  it('ends on F although other clients stay connected', async () => {
    const idle = stage.start('cln_banco', ['Bezos', `localhost:${port}`]);
    await idle.ask('S');
    expect(await run('F\n')).to.eql(printed(0));
    expect((await server.outcome()).code).to.equal(0);
  });

  it('answers F although nobody reads what the server prints', async () => {
    server.child.stdout?.destroy();
    expect(await run('F\n')).to.eql(printed(0));
    expect((await server.outcome()).stderr).to.equal('');
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends quietly on ${signal}`, async () => {
      await run('S\n');
      server.child.kill(signal);
      expect(await server.outcome()).to.eql(printed());
    });
  }

  it('a client ends quietly on SIGINT', async () => {
    const client = stage.start('cln_banco', ['Bezos', `localhost:${port}`]);
    await client.ask('S');
    client.child.kill('SIGINT');
    expect(await client.outcome()).to.eql({ code: 'signal', stdout: '1000000\n', stderr: '' });
  });

  it('a client ends quietly when nobody reads what it prints', async () => {
    const client = stage.start('cln_banco', ['Bezos', `localhost:${port}`]);
    await client.ask('S');
    client.child.stdout?.destroy();
    client.type('S');
    const { code, stderr } = await client.outcome();
    expect({ code, stderr }).to.eql({ code: 1, stderr: '' });
  });

  it('reads 100 000 wallets, and writes them in the order read', async () => {
    const many = await freePort();
    const list = Array.from({ length: 100_000 }, (_, i) => `wallet_${i} ${i}\n`).join('');
    const big = stage.start('svc_banco', [many], { input: list });
    expect(await stage.run('cln_banco', ['wallet_99999', `localhost:${many}`], 'S\nF\n')).to.eql(
      printed(99_999, 0),
    );
    expect((await big.outcome()).stdout === list).to.equal(true);
  });
});
