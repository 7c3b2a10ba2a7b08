import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { FOUR_TESTS } from './mininet/four-tests';
import { Hosts, type Host } from './support/hosts';
import { printed, Stage } from './support/program';
import { programCommand } from './support/command';

const reason = Hosts.obstacle();

(reason === undefined ? describe : describe.skip)(
  `the message system on the topology of the figure${reason === undefined ? '' : ` (${reason})`}`,
  function () {
    this.timeout(30_000);
    const stage = new Stage();
    const hosts = new Hosts();
    let server: Host, emissores: Host[], exibidores: Host[];

    before(() => {
      server = hosts.add();
      emissores = [hosts.add(), hosts.add()];
      exibidores = [hosts.add(), hosts.add()];
    });
    afterEach(() => stage.clear());
    after(() => hosts.remove());

    for (const family of ['ipv4', 'ipv6'] as const) {
      it(`passes the assignment's four tests over ${family}, each program on its host`, async () => {
        const servidor = stage.start('servidor', [], server);
        const port = (await servidor.nextLine()).split(' ').at(-1);
        const address = `${family === 'ipv6' ? `[${server.ipv6}]` : server.ipv4}:${port}`;
        const shown = [1001, 1002].map((id, index) =>
          stage.start('exibidor', [address, id], exibidores[index]),
        );
        const typed = [1, 2].map((id, index) =>
          stage.start('emissor', [address, id], emissores[index]),
        );
        await Promise.all([...shown, ...typed].map((program) => program.nextLine()));

        const answers = [
          await typed[0]?.ask('Ob-la-di'),
          await typed[0]?.ask('@1002 Ob-la-da'),
          await typed[1]?.ask('@1001 Life goes on, brah!!!'),
          await typed[0]?.ask('/quem 1001'),
        ];
        expect(answers).to.eql(['OK', 'OK', 'OK', 'OK']);
        servidor.child.kill('SIGINT');
        expect(await Promise.all(shown.map((program) => program.outcome()))).to.eql([
          printed(
            'exibidor 1001',
            'Mensagem de 1: Ob-la-di',
            'Mensagem de 2: Life goes on, brah!!!',
            'Clientes ativos: emissores 1 2; exibidores 1001 1002',
          ),
          printed('exibidor 1002', 'Mensagem de 1: Ob-la-di', 'Mensagem de 1: Ob-la-da'),
        ]);
      });
    }
  },
);

const FOLDER = join('spec', 'programs', 'mininet');
/** Debian's own Python has Debian's mininet. */
const PYTHON = '/usr/bin/python3';
const needs = mininetObstacle();

(needs === undefined ? describe : describe.skip)(
  `the message system on mininet${needs === undefined ? '' : ` (${needs})`}`,
  function () {
    this.timeout(60_000);
    const stage = new Stage();
    afterEach(() => stage.clear());

    it("passes the assignment's four tests, each program on its host", async () => {
      const commands = ['servidor', 'emissor', 'exibidor'].map((name) =>
        programCommand(name).join(' '),
      );
      const { code, stdout, stderr } = await stage
        .startCommand([join(FOLDER, 'run'), join(FOLDER, 'figura1.py'), ...commands])
        .outcome();
      expect(stderr).to.equal('');
      expect({ code, stdout }).to.eql({ code: 0, stdout: FOUR_TESTS });
    });
  },
);

function mininetObstacle(): string | undefined {
  if (reason !== undefined) return reason;
  if (process.env.CI === 'true') return undefined;
  const { status } = spawnSync(PYTHON, ['-c', 'import mininet'], { stdio: 'ignore' });
  if (status !== 0) return 'needs the package mininet';
  const isThere = spawnSync('brctl', ['--version']).error === undefined;
  return isThere ? undefined : 'needs brctl, of the package bridge-utils';
}
