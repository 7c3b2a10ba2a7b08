import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { authenticateByToken } from '../../src/rpc/index';
import { Stage } from '../programs/support/program';
import { Shop } from './support/shop';
import { fio, type ToolOptions, type ToolOutcome } from './support/tool';

describe('fio call', () => {
  const shop = new Shop();
  before(() => shop.open());
  after(() => shop.close());
  const call = (
    method: string,
    args: readonly string[] = [],
    options?: ToolOptions,
  ): Promise<ToolOutcome> => fio(['call', shop.address, method, ...args], options);
  const printed = (...lines: string[]): ToolOutcome => ({
    code: 0,
    out: lines.map((line) => `${line}\n`).join(''),
    err: '',
  });

  describe('one request, one reply', () => {
    const THING =
      '{"shortName":"a","big":"-9007199254740993","blob":"AP8=","colour":"GREEN",' +
      '"part":{"name":"p","parts":[]},"numbers":[1,2],"parts":{"k":{"name":"","parts":[]}},' +
      '"flags":{"7":true},"amount":1.5,"maybe":0,"count":"9007199254740991","ratio":0.1}';

    it('gives back what every kind of field was given', async () =>
      expect(await call('Shop.Echo', [THING])).to.deep.equal(printed(THING)));

    it('takes {} for nothing', async () =>
      expect(await call('Shop.Echo', ['--no-defaults'])).to.deep.equal(printed('{}')));

    it('takes a request from standard input, of several lines', async () =>
      expect(
        await call('Shop.Echo', ['-', '--no-defaults'], { input: '{\n "big": 5\n}\n' }),
      ).to.deep.equal(printed('{"big":"5"}')));

    it('prints on several lines when it is told to', async () =>
      expect((await call('Shop.Echo', ['{"big":5}', '--no-defaults', '--pretty'])).out).to.equal(
        '{\n  "big": "5"\n}\n',
      ));

    it('prints the names of the .proto when it is told to', async () =>
      expect(
        await call('Shop.Echo', ['{"shortName":"a"}', '--no-defaults', '--proto-names']),
      ).to.deep.equal(printed('{"short_name":"a"}')));

    it('prints nothing that a terminal would obey', async () => {
      const { out } = await call('Shop.Echo', [
        JSON.stringify({ shortName: '\u009b31m\u202e' }),
        '--no-defaults',
      ]);
      expect(out).to.equal('{"shortName":"\\u009b31m\\u202e"}\n');
    });

    it('prints a request to begin with', async () =>
      expect(await call('Shop.Count', ['--template'])).to.deep.equal(printed('{"value":0}')));
  });

  describe('streams', () => {
    it('prints a line for each reply', async () =>
      expect(await call('Shop.Count', ['{"value":2}'])).to.deep.equal(
        printed('{"value":1}', '{"value":2}'),
      ));

    it('sends a line of standard input for each request', async () =>
      expect(await call('Shop.Add', [], { input: '{"value":1}\n\n{"value":2}' })).to.deep.equal(
        printed('{"value":3}'),
      ));

    it('sends an argument for each request', async () =>
      expect(await call('Shop.Add', ['{"value":1}', '{"value":5}'])).to.deep.equal(
        printed('{"value":6}'),
      ));

    it('prints replies while requests are still to come', async () => {
      const stdin = new PassThrough();
      const replies: string[] = [];
      stdin.write('{"value":1}\n');
      const { code } = await call('Shop.Chat', ['-'], {
        stdin,
        onOutput: (text) => {
          replies.push(text);
          if (replies.length === 1) stdin.write('{"value":21}\n');
          else stdin.end();
        },
      });
      expect([code, replies]).to.deep.equal([0, ['{"value":2}\n', '{"value":42}\n']]);
    });

    it('tells the line that is no request, and what has come before it', async () => {
      const input = '{"value":1}\n{"value":"x"}\n';
      const { code, err } = await call('Shop.Chat', [], { input });
      expect(code).to.equal(2);
      expect(err).to.equal('fio: line 2: value: a whole number (int32) is wanted, not "x"\n');
    });

    it('ends when the server ends the call while standard input is open', async () => {
      const stdin = new PassThrough();
      stdin.write('{"value":1}\n');
      const { code } = await call('Shop.Add', ['--timeout', '100ms'], { stdin });
      expect([code, stdin.destroyed]).to.deep.equal([68, true]);
    });

    it('ends with 130 on Ctrl-C', async () => {
      const stop = new AbortController();
      const stdin = new PassThrough();
      stdin.write('{"value":1}\n');
      const onOutput = () => stop.abort();
      const { code, err } = await call('Shop.Chat', [], { stdin, signal: stop.signal, onOutput });
      expect([code, err]).to.deep.equal([130, '']);
    });
  });

  describe('says what is wrong', () => {
    it('with an error of the IDL by its name and its fields', async () =>
      expect(await call('Shop.Buy', ['{"value":7}'])).to.deep.equal({
        code: 64 + 9,
        out: '',
        err:
          'fio: FAILED_PRECONDITION: you have no money\n' +
          'shop.TooPoor {"missing":"7","colour":"GREEN"}\n',
      }));

    for (const [what, args, code, err] of [
      [
        'a field',
        ['Shop.Echo', '{"part":{"nam":1}}'],
        2,
        "fio: the request: part: shop.Thing.Part has no field 'nam'; did you mean 'name'?\n",
      ],
      [
        'JSON',
        ['Shop.Count', '{value:1}'],
        2,
        /^fio: the request is no JSON: .* Write it like '\{"value":0\}'\.\n$/,
      ],
      [
        'a method',
        ['Shop.Coumt'],
        2,
        /^fio: shop\.Shop has no method 'Coumt'; did you mean 'Count'\?\n/,
      ],
      [
        'a service',
        ['Shap.Count'],
        2,
        /^fio: no service 'Shap' is served; did you mean 'Shop'\?\n/,
      ],
      [
        'a name without a service',
        ['Count'],
        2,
        /^fio: 'Count' names no method; write it like Wallet\.ReadBalance\n/,
      ],
      [
        'two requests',
        ['Shop.Count', '{}', '{}'],
        2,
        /^fio: shop\.Shop\/Count takes one request, not 2; is it in quotes\?\n/,
      ],
      ['a header', ['Shop.Count', '-H', 'no colon'], 2, /Write it like 'name: value'/],
      ['a key', ['Shop.Buy', '--call-key', '12'], 2, /Write 32 hex digits/],
      [
        '--concurrency alone',
        ['Shop.Count', '--concurrency', '2'],
        2,
        /--concurrency needs --repeat/,
      ],
    ] as const) {
      it(`with ${what}`, async () => {
        const outcome = await call(args[0], args.slice(1));
        expect(outcome.code).to.equal(code);
        expect(outcome.err).to.match(
          typeof err === 'string' ? new RegExp(`^${escaped(err)}$`) : err,
        );
      });
    }
  });

  describe('sends', () => {
    const seen: { caller: unknown; metadata: unknown }[] = [];
    const watched = new Shop();
    before(() =>
      watched.open({
        server: {
          authenticate: authenticateByToken(new Map([['secret', 'Ana']])),
          takesCredentialsInClear: true,
          interceptors: [
            (input, context, next) => {
              context.sendMetadata([['saw', Buffer.from('it')]]);
              seen.push({
                caller: context.caller,
                metadata: context.metadata.map(([name, value]) => [name, String(value)]),
              });
              return next(input);
            },
          ],
        },
      }),
    );
    after(() => watched.close());

    it('metadata, and shows what comes back', async () => {
      const args = [
        '-H',
        'Trace: 7',
        '-H',
        'other: a: b',
        '-v',
        '--token',
        'secret',
        '--token-in-clear',
      ];
      const { code, err } = await fio(['call', watched.address, 'Shop.Count', ...args]);
      expect(code).to.equal(0);
      expect(seen.at(-1)).to.deep.equal({
        caller: 'Ana',
        metadata: [
          ['trace', '7'],
          ['other', 'a: b'],
        ],
      });
      expect(err).to.match(/^saw: it\nshop\.Shop\/Count: \d+\.\d ms\n$/);
    });
  });

  describe('--repeat', () => {
    it('tells how many calls were made, how they ended, and how long they took', async () => {
      const { code, out } = await call('Shop.Count', [
        '{"value":1}',
        '--repeat',
        '20',
        '--concurrency',
        '4',
      ]);
      expect(code).to.equal(0);
      expect(out).to.match(
        /^20 calls of shop\.Shop\/Count, 4 at a time, in [\d.]+ s: \d+ a second\n {2}OK +20\n/,
      );
      expect(out).to.match(/\n {2}50 % +[\d.]+ ms\n/);
    });

    it('is JSON when that is wanted, and ends with the status of the first that failed', async () => {
      const { code, out, err } = await call('Shop.Buy', ['--repeat', '5', '--json']);
      const { calls, statuses, latencyMs } = JSON.parse(out) as Record<string, object>;
      expect([code, calls, statuses]).to.deep.equal([73, 5, { FAILED_PRECONDITION: 5 }]);
      expect(Object.keys(latencyMs!)).to.deep.equal([
        'min',
        'mean',
        'p50',
        'p75',
        'p90',
        'p99',
        'p99.9',
        'max',
      ]);
      expect(err).to.equal('fio: the first that failed: FAILED_PRECONDITION: you have no money\n');
    });

    it('sends all requests of a stream each time', async () => {
      const { out } = await call('Shop.Add', ['--repeat', '3'], {
        input: '{"value":1}\n{"value":2}\n',
      });
      expect(out).to.match(/^3 calls .*\n {2}OK +3\n/);
    });

    it('has a progress bar on a terminal, and takes it away', async () => {
      const { err } = await call('Shop.Count', ['--repeat', '3'], { isTerminal: true });
      expect(err)
        .to.match(/^\r█+░+ 33 % 1 of 3/)
        .and.to.match(/\r[^█]{1,3}$/);
    });
  });

  it('runs as a program of its own, on a pipe', async function () {
    this.timeout(20_000);
    const stage = new Stage();
    try {
      const program = stage.start('fio', ['call', shop.address, 'Shop.Chat']);
      expect(await program.ask('{"value":4}')).to.equal('{"value":8}');
      program.endInput();
      const { code, stderr } = await program.outcome();
      expect([code, stderr]).to.deep.equal([0, '']);
    } finally {
      await stage.clear();
    }
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
