import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { DoStuff } from '../../../src/services/gen/hello';
import { helloHandlers } from '../../../src/services/hello/hello-handlers';
import { serveOnLoopback, type Loopback } from '../support/loopback';

const PROTO = join(__dirname, '..', '..', '..', 'src', 'services', 'hello', 'hello.proto');

describe('helloHandlers', () => {
  let hello: Loopback<typeof DoStuff>;
  let printed: string[];

  beforeEach(async () => {
    printed = [];
    hello = await serveOnLoopback(
      DoStuff,
      helloHandlers((line) => printed.push(line)),
    );
  });
  afterEach(() => hello.close());

  it('say hello', async () =>
    expect(await hello.service.sayHello({ pid: 7 })).to.deep.equal({ retval: 'Hello, 7!' }));

  it('say hello again', async () =>
    expect(await hello.service.sayHelloAgain({ pid: 7 })).to.deep.equal({
      retval: 'Hello again, 7!',
    }));

  it("print the example's lines", async () => {
    await hello.service.sayHello({ pid: 7 });
    await hello.service.sayHelloAgain({ pid: 8 });
    expect(printed).to.deep.equal([
      'GRPC server in say_hello, pid = 7',
      'GRPC server in say_hello_again, pid = 8',
    ]);
  });

  it("are made for the example's interface as it is: no option of Fio's was added", () =>
    expect(readFileSync(PROTO, 'utf8')).not.to.contain('fio'));
});
