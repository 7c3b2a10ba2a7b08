import { Server } from 'fio-rpc';
import { Registrar } from 'fio-rpc/binder';
import { Greeter } from './gen/greeter.js';

const [name = '', binder = 'localhost:7000'] = process.argv.slice(2);
const server = new Server().add(Greeter, {
  greet: (person) => ({ text: `Hello, ${person.name}!`, server: name }),
});
// A port that nobody has to know. The registration is held by a connection, and gone with it.
const { port } = await server.listen({ port: 0, host: '127.0.0.1' });
const registrar = new Registrar(binder, [Greeter], { address: `127.0.0.1:${port}` });

process.once('SIGTERM', () => {
  // First leave the binder, then answer what still runs.
  void registrar.release().then(() => server.close());
});
