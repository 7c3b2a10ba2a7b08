import type { Workload } from './workload';

/** ReadBalance, `inFlight` at a time on each of `connections`. */
function unary(
  connections: number,
  inFlight: number,
  goals: Readonly<Record<string, number>>,
): Workload {
  const plural = connections === 1 ? 'connection' : 'connections';
  return {
    name: `${inFlight} in flight on ${connections} ${plural}`,
    goals,
    sampleEvery: connections * inFlight === 1 ? 1 : 7,
    async run(peer, port, meter) {
      const opened = await Promise.all(
        Array.from({ length: connections }, () => peer.connect(port)),
      );
      await Promise.all(opened.map((one) => one.readBalances(inFlight, meter)));
    },
  };
}

export const UNARY: readonly Workload[] = [
  unary(1, 1, { 'raw Node': 0.9 }),
  unary(1, 64, { 'raw Node': 0.7, 'grpc-js': 60 }),
  unary(1, 1_000, { 'grpc-js': 150 }),
  unary(64, 16, { 'grpc-js': 100 }),
];
