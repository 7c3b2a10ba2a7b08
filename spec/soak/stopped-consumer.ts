// A fast producer and a consumer that stops and goes on, each way: node -r ts-node/register
// spec/soak/stopped-consumer.ts [streams] [messages].
import { stoppedConsumer } from './campaigns/stopped-consumer';
import { argument, campaign } from './support/campaign';

const streams = argument(1, 'the number of streams', 50);
const messages = argument(2, 'the messages on each', 5_000);

void campaign('stopped consumer', 2 * streams * messages, (progress) =>
  stoppedConsumer({ streams, messages }, progress),
);
