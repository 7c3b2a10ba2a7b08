import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT } from './support/command';
import { freePort } from './support/ports';
import { printed, Stage, type Program } from './support/program';

const MESSAGES = readFileSync(join(ROOT, 'examples', 'mensagens.txt'), 'utf8');

describe('programs of the other systems', function () {
  this.timeout(20_000);
  const stage = new Stage();
  let port: number;
  beforeEach(async () => {
    port = await freePort();
  });
  afterEach(() => stage.clear());

  describe('hello_server and hello_client', () => {
    it("print the gRPC example's lines", async () => {
      const server = stage.start('hello_server', [port]);
      const client = stage.start('hello_client', [`localhost:${port}`], { input: '' });
      const { pid = 0 } = client.child;
      expect(await client.outcome()).to.eql(
        printed(
          `GRPC client received: Hello, ${pid}!`,
          `GRPC client received: Hello again, ${pid}!`,
        ),
      );
      expect([await server.nextLine(), await server.nextLine()]).to.eql([
        `GRPC server in say_hello, pid = ${pid}`,
        `GRPC server in say_hello_again, pid = ${pid}`,
      ]);
    });
  });

  describe('dictionary_server and dictionary_client', () => {
    const ANSWERS = [
      '0',
      '1',
      'Vamos aprender isto!,um, dois',
      'Vamos aprender isto!',
      'chave inexistente',
      'removido',
      'um, dois',
      'comando inválido: nada foi guardado (ADD,texto  REMOVE,n  GET n  LIST  EXIT)',
    ];
    let server: Program;
    beforeEach(() => {
      server = stage.start('dictionary_server', [port]);
    });

    it("answer the guide's messages, up to EXIT", async () => {
      const client = await stage.run('dictionary_client', [`localhost:${port}`], MESSAGES);
      expect(client).to.eql(printed(...ANSWERS));
    });

    it('take host and port apart, as the guide gives them', async () => {
      const client = await stage.run('dictionary_client', ['localhost', port], 'LIST\n');
      expect(client).to.eql(printed('dicionário vazio'));
    });

    it('let the server show who comes, and what is asked', async () => {
      await stage.run('dictionary_client', [`127.0.0.1:${port}`], 'ADD,a\x1b[2J\nGET 0\nEXIT\n');
      expect(await server.nextLine()).to.match(/^ligado a 127\.0\.0\.1 no porto \d+$/);
      expect([await server.nextLine(), await server.nextLine()]).to.eql([
        'recebi ADD,a\ufffd[2J',
        'recebi GET 0',
      ]);
    });

    it('go on after a text that is refused', async () => {
      const long = `ADD,${'á'.repeat(40_000)}\nLIST\n`;
      const client = await stage.run('dictionary_client', [`localhost:${port}`], long);
      expect(client).to.eql(printed('texto longo demais: nada foi guardado', 'dicionário vazio'));
    });

    it('end at the end of the input too', async () => {
      const client = await stage.run('dictionary_client', ['::1', port], 'ADD,a');
      expect(client).to.eql(printed('0'));
    });

    it('share one dictionary among clients that run at a time', async () => {
      const clients = [1, 2, 3].map((n) => {
        const lines = Array.from({ length: 20 }, (_, i) => `ADD,${n}-${i}\n`).join('');
        return stage.run('dictionary_client', [`localhost:${port}`], lines);
      });
      const keys = (await Promise.all(clients)).flatMap(({ stdout }) => stdout.trim().split('\n'));
      expect(keys.map(Number).sort((a, b) => a - b)).to.eql(
        Array.from({ length: 60 }, (_, i) => i),
      );
    });

    it('answer each line before the next is typed', async () => {
      const client = stage.start('dictionary_client', [`localhost:${port}`]);
      expect([await client.ask('ADD,a'), await client.ask('GET 0')]).to.eql(['0', 'a']);
      client.type('EXIT');
      expect((await client.outcome()).code).to.equal(0);
    });
  });

  describe('math_server', () => {
    let server: Program;
    beforeEach(() => {
      server = stage.start('math_server', []);
    });

    it('says that it is there, and on which port', async () => {
      expect(await server.nextLine()).to.equal('>> Server Online!');
      expect(await server.nextLine()).to.match(/^math\.Math .+:\d+$/);
    });

    describe('and math_client', () => {
      let address: string;
      beforeEach(async () => {
        await server.nextLine();
        address = (await server.nextLine()).split(' ')[1] ?? '';
      });

      for (const operands of [[], ['-0.1', '0']]) {
        it(`agree without a generated stub: ${operands.join(' and ')}`, async () => {
          const generated = await stage.run('math_client', [address, ...operands]);
          const dynamic = await stage.run('math_client', [address, ...operands, '--dynamic']);
          expect(dynamic).to.eql(generated);
          expect(generated.stdout).to.match(/^subtract\(.+ = /m);
        });
      }
    });

    it('ends well by Ctrl-C', async () => {
      await server.nextLine();
      server.child.kill('SIGINT');
      expect((await server.outcome()).code).to.equal(0);
    });
  });

  it('say what they are by --help', async () => {
    for (const name of ['math_client', 'dictionary_server', 'hello_client', 'binder']) {
      const { code, stdout, stderr } = await stage.run(name, ['--help']);
      expect([code, stderr]).to.eql([0, '']);
      expect(stdout).to.match(new RegExp(`^usage: ${name} `));
    }
  });
});
