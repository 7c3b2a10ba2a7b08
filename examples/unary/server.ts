import { Server } from 'fio-rpc';
import { Greeter } from './gen/greeter.js';

const server = new Server().add(Greeter, {
  greet: ({ name }) => ({ text: `Hello, ${name}!` }),
});
const { port } = await server.listen({ port: Number(process.argv[2]), host: 'localhost' });
console.log(`serving on port ${port}`);
