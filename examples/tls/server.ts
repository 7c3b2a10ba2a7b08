import { readFileSync } from 'node:fs';
import { authenticateByToken, Server } from 'fio-rpc';
import { Greeter } from './gen/greeter.js';

const server = new Server({
  // Who has this token is Ana; who has another is refused, who has none is a stranger.
  authenticate: authenticateByToken(new Map([['6b1f0e', 'Ana']])),
  requiresLogin: true,
}).add(Greeter, {
  greet: ({ name }, { caller }) => ({
    text: `Hello, ${name}! I know you: you are ${caller ?? '?'}.`,
  }),
});
const tls = { cert: readFileSync('cert.pem'), key: readFileSync('key.pem') };
await server.listen({ port: Number(process.argv[2]), host: 'localhost', tls });
