import { expect } from 'chai';
import { printed, Stage, type Program } from './support/program';

describe('servidor, emissor and exibidor', function () {
  this.timeout(20_000);
  const stage = new Stage();
  let server: Program;
  let address: string;

  beforeEach(async () => {
    server = stage.start('servidor', []);
    const line = await server.nextLine();
    expect(line).to.match(/^servidor na porta \d+$/);
    address = `localhost:${line.split(' ').at(-1)}`;
  });
  afterEach(() => stage.clear());

  /** One that has its number. */
  const join = async (role: 'emissor' | 'exibidor', ...args: (string | number)[]) => {
    const program = stage.start(role, [address, ...args]);
    await program.nextLine();
    return program;
  };

  it("do the assignment's four tests", async () => {
    const [first, second] = await Promise.all([join('exibidor', 1001), join('exibidor', 1002)]);
    const one = await join('emissor', 1);
    const other = await join('emissor', 2);
    expect(await one.ask('Ob-la-di')).to.equal('OK');
    expect(await one.ask('@1002 Ob-la-da')).to.equal('OK');
    expect(await other.ask('@1001 Life goes on, brah!!!')).to.equal('OK');
    expect(await one.ask('/quem 1001')).to.equal('OK');
    expect([await first.nextLine(), await first.nextLine(), await first.nextLine()]).to.eql([
      'Mensagem de 1: Ob-la-di',
      'Mensagem de 2: Life goes on, brah!!!',
      'Clientes ativos: emissores 1 2; exibidores 1001 1002',
    ]);
    expect([await second.nextLine(), await second.nextLine()]).to.eql([
      'Mensagem de 1: Ob-la-di',
      'Mensagem de 1: Ob-la-da',
    ]);
  });

  it('an emissor ends by /sair, by the end of its input and by Ctrl-C', async () => {
    const programs = [await join('emissor', 1), await join('emissor', 2), await join('emissor', 3)];
    programs[0]?.type('/sair');
    programs[1]?.endInput();
    programs[2]?.child.kill('SIGINT');
    const outcomes = await Promise.all(programs.map((program) => program.outcome()));
    expect(outcomes).to.eql([printed('emissor 1'), printed('emissor 2'), printed('emissor 3')]);
    expect(await stopped()).to.match(/emissor 1: saiu\n/);
  });

  it('an exibidor ends by Ctrl-C, and has said FLW', async () => {
    const exibidor = await join('exibidor', 1001);
    exibidor.child.kill('SIGINT');
    expect(await exibidor.outcome()).to.eql(printed('exibidor 1001'));
    expect(await stopped()).to.equal('exibidor 1001: entrou\nexibidor 1001: saiu\n');
  });

  it('the server ends by Ctrl-C: exibidores end well, emissores are cut off', async () => {
    const [exibidor, emissor] = [await join('exibidor', 1001), await join('emissor', 1)];
    server.child.kill('SIGINT');
    expect(await exibidor.outcome()).to.eql(printed('exibidor 1001'));
    expect(await emissor.outcome()).to.eql({
      code: 1,
      stdout: 'emissor 1\n',
      stderr: 'emissor: o servidor encerrou a conexão\n',
    });
    expect((await server.outcome()).code).to.equal(0);
  });

  it('an exibidor obeys the emissor of its number, and shows what others ask', async () => {
    const exibidor = await join('exibidor', 1001);
    const [own, other] = [await join('emissor', 1), await join('emissor', 2)];
    expect(await other.ask('/fim 1001')).to.equal('OK');
    expect(await exibidor.nextLine()).to.equal('Mensagem de 2: /fim');
    expect(await own.ask('/fim 1001')).to.equal('OK');
    expect(await exibidor.outcome()).to.eql(printed('exibidor 1001', 'Mensagem de 2: /fim'));
  });

  it('an exibidor obeys whom it is told to', async () => {
    const listed = await join('exibidor', 1001, '2,3');
    const all = await join('exibidor', 1002, 'todos');
    const none = await join('exibidor', 1003, 'nenhum');
    await stage.run('emissor', [address, 3], '/fim 1001\n/fim 1002\n/fim 1003\n');
    expect(await listed.outcome()).to.eql(printed('exibidor 1001'));
    expect(await all.outcome()).to.eql(printed('exibidor 1002'));
    expect(await none.nextLine()).to.equal('Mensagem de 3: /fim');
  });

  it('a number that is taken is refused; without a number any free one is taken', async () => {
    await join('emissor', 1);
    expect(await stage.run('emissor', [address, 1])).to.eql({
      code: 1,
      stdout: '',
      stderr: 'emissor: o número 1 está em uso; escolha outro, ou nenhum\n',
    });
    const { code, stdout } = await stage.run('emissor', [address]);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^emissor \d{1,3}\n$/);
    const exibidor = stage.start('exibidor', [address]);
    expect(await exibidor.nextLine()).to.match(/^exibidor 1\d{3}$/);
  });

  it('a line that cannot be meant is reported, and the next one is sent', async () => {
    const long = 'x'.repeat(141);
    const outcome = await stage.run('emissor', [address, 1], `/x\n${long}\n\nOi\n@1009 Oi\n`);
    expect(outcome).to.eql({
      code: 0,
      stdout: 'emissor 1\nOK\nERRO: o exibidor 1009 não está, ou sua fila está cheia\n',
      stderr:
        "'/x' não é um comando; para enviar esse texto, escreva @0 /x\n" +
        'o texto tem 141 bytes, e o máximo é 140\n',
    });
  });

  it('an exibidor that is stopped delays nobody, and has everything when it goes on', async () => {
    const [stoppedOne, other] = [await join('exibidor', 1001), await join('exibidor', 1002)];
    const emissor = await join('emissor', 1);
    stoppedOne.child.kill('SIGSTOP');
    for (let n = 1; n <= 30; n++) {
      expect(await emissor.ask(`n ${n}`)).to.equal('OK');
      expect(await other.nextLine()).to.equal(`Mensagem de 1: n ${n}`);
    }
    stoppedOne.child.kill('SIGCONT');
    for (let n = 1; n <= 30; n++) {
      expect(await stoppedOne.nextLine()).to.equal(`Mensagem de 1: n ${n}`);
    }
  });

  it('an exibidor that is killed frees its number', async () => {
    const exibidor = await join('exibidor', 1001);
    await exibidor.kill();
    const again = stage.start('exibidor', [address, 1001]);
    expect(await again.nextLine()).to.equal('exibidor 1001');
  });

  it('an exibidor whose output is closed ends', async () => {
    const exibidor = await join('exibidor', 1001);
    exibidor.child.stdout?.destroy();
    await stage.run('emissor', [address, 1], 'a\n');
    expect((await exibidor.outcome()).code).to.equal(1);
    expect(await stopped()).to.match(/exibidor 1001: conexão perdida\n/);
  });

  it('a port that is taken is reported', async () => {
    const port = address.split(':')[1];
    expect(await stage.run('servidor', [port ?? ''])).to.eql({
      code: 1,
      stdout: '',
      stderr: `servidor: outro programa usa a porta ${port}: termine-o, ou escolha outra porta\n`,
    });
  });

  /** What the server has logged when it has ended. */
  async function stopped(): Promise<string> {
    server.child.kill('SIGINT');
    return (await server.outcome()).stderr;
  }
});

describe('the arguments of servidor, emissor and exibidor', function () {
  this.timeout(30_000);
  const stage = new Stage();
  afterEach(() => stage.clear());

  const HERE = 'localhost:5555';
  for (const [program, lists] of Object.entries({
    servidor: [[80], [5555, 1]],
    emissor: [[], ['localhost'], [HERE, 1000], [HERE, 1, 2]],
    exibidor: [[], [HERE, 999], [HERE, 1001, '1,x']],
  })) {
    it(`${program}: what cannot be meant is a usage line and exit code 2`, async () => {
      const outcomes = await Promise.all(lists.map((args) => stage.run(program, args)));
      for (const [index, { code, stdout, stderr }] of outcomes.entries()) {
        const what = `${program} ${lists[index]?.join(' ')}`;
        expect({ code, stdout }, what).to.eql({ code: 2, stdout: '' });
        expect(stderr, what).to.match(new RegExp(`^${program}: .+\nusage: ${program} .+\n$`));
      }
    });
  }

  for (const [program, portuguese, english] of [
    ['servidor', 'Servidor do sistema de mensagens', 'Server of the message system'],
    ['emissor', 'Lê linhas do teclado', 'Reads lines'],
    ['exibidor', 'Imprime o que recebe', 'Prints what it is sent'],
  ] as const) {
    it(`${program} --help explains it in both languages`, async () => {
      const { code, stdout, stderr } = await stage.run(program, ['--help']);
      expect({ code, stderr }).to.eql({ code: 0, stderr: '' });
      expect(stdout).to.contain(portuguese).and.to.contain(english);
    });
  }

  it('a server that is not there is reported with exit code 1', async () => {
    const outcome = await stage.run('emissor', ['127.0.0.1:1', 1]);
    expect(outcome).to.eql({
      code: 1,
      stdout: '',
      stderr: 'emissor: não há servidor em 127.0.0.1:1\n',
    });
  });
});
