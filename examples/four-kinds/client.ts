import { client, connect } from 'fio-rpc';
import { DoStuff } from './gen/hello.js';

const channel = connect(process.argv[2] ?? 'localhost:5000');
const stub = client(DoStuff, channel);
const options = { timeoutMs: 5_000, waitForReady: true };

console.log('unary:', (await stub.sayHello({ pid: 1 }, options)).retval);

for await (const { retval } of stub.sayHelloOften({ pid: 1 }, options)) {
  console.log('server streaming:', retval);
}

const toAll = stub.sayHelloToAll(options);
for (const pid of [1, 2, 3]) await toAll.send({ pid });
console.log('client streaming:', (await toAll.finish()).retval);

const toEach = stub.sayHelloToEach(options);
for (const pid of [1, 2, 3]) {
  await toEach.send({ pid });
  const { value } = await toEach.next();
  console.log('bidirectional:', value?.retval);
}
toEach.end();

await channel.close();
