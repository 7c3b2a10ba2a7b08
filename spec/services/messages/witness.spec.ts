import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { printed, Stage, type Program } from '../../programs/support/program';

const WITNESS = join('spec', 'services', 'messages', 'witness.py');
const hasPython = process.env.CI === 'true' || spawnSync('python3', ['-V']).error === undefined;

(hasPython ? describe : describe.skip)(
  `the message system and a naive witness in Python${hasPython ? '' : ' (needs python3)'}`,
  function () {
    this.timeout(20_000);
    const stage = new Stage();
    afterEach(() => stage.clear());

    const witness = (...args: (string | number)[]): Program =>
      stage.startCommand(['python3', WITNESS, ...args.map(String)]);

    const portOf = async (server: Program): Promise<number> =>
      Number((await server.nextLine()).split(' ').at(-1));

    it('its emissor and exibidor work with our server', async () => {
      const port = await portOf(stage.start('servidor', []));
      const exibidor = witness('exibidor', '127.0.0.1', port, 1001, 3);
      await exibidor.nextLine();
      const emissor = witness('emissor', '127.0.0.1', port, 1);
      emissor.child.stdin?.end('0 Ob-la-di\n1001 avião, 日本\n1002 ninguém\nQEM 1001\n');
      expect(await emissor.outcome()).to.eql(printed('OK', 'OK', 'ERRO', 'OK', 'OK'));
      expect(await exibidor.outcome()).to.eql(
        printed(
          'exibidor 1001',
          'Mensagem de 1: Ob-la-di',
          'Mensagem de 1: avião, 日本',
          'Clientes: 1 1001',
        ),
      );
    });

    it('our emissor and exibidor work with its server', async () => {
      const port = await portOf(witness('servidor', 0));
      const exibidor = stage.start('exibidor', [`127.0.0.1:${port}`, 1001]);
      await exibidor.nextLine();
      const lines = ['Ob-la-di', '@1001 avião, 日本', '@1002 ninguém', '/quem 1001', '/fim 1001'];
      const emissor = stage.start('emissor', [`127.0.0.1:${port}`, 1], {
        input: `${lines.join('\n')}\n`,
      });
      const refusal = 'ERRO: o exibidor 1002 não está, ou sua fila está cheia';
      expect(await emissor.outcome()).to.eql(printed('emissor 1', 'OK', 'OK', refusal, 'OK', 'OK'));
      expect(await exibidor.outcome()).to.eql(
        printed(
          'exibidor 1001',
          'Mensagem de 1: Ob-la-di',
          'Mensagem de 1: avião, 日本',
          'Clientes ativos: emissores 1; exibidores 1001',
        ),
      );
    });

    it('its programs and ours work together on our server', async () => {
      const port = await portOf(stage.start('servidor', []));
      const theirs = witness('exibidor', '127.0.0.1', port, 1001, 2);
      const ours = stage.start('exibidor', [`127.0.0.1:${port}`, 1002, 'todos']);
      await Promise.all([theirs.nextLine(), ours.nextLine()]);
      await stage.run('emissor', [`127.0.0.1:${port}`, 1], 'um\n');
      const emissor = witness('emissor', '127.0.0.1', port, 2);
      emissor.child.stdin?.end('0 dois\n1002 /fim\n');
      await emissor.outcome();
      const lines = ['Mensagem de 1: um', 'Mensagem de 2: dois'];
      expect(await theirs.outcome()).to.eql(printed('exibidor 1001', ...lines));
      expect(await ours.outcome()).to.eql(printed('exibidor 1002', ...lines));
    });

    it('its server asks nobody to end, and our clients see that it is gone', async () => {
      const server = witness('servidor', 0);
      const port = await portOf(server);
      const exibidor = stage.start('exibidor', [`127.0.0.1:${port}`, 1001]);
      const emissor = stage.start('emissor', [`127.0.0.1:${port}`, 1]);
      await Promise.all([exibidor.nextLine(), emissor.nextLine()]);
      server.child.kill('SIGKILL');
      for (const [name, program, line] of [
        ['exibidor', exibidor, 'exibidor 1001'],
        ['emissor', emissor, 'emissor 1'],
      ] as const) {
        expect(await program.outcome()).to.eql({
          code: 1,
          stdout: `${line}\n`,
          stderr: `${name}: o servidor encerrou a conexão\n`,
        });
      }
    });
  },
);
