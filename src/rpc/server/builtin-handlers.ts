import { type Builtin, type StatisticsReply } from '../builtin-service';
import type { DescribeReply } from '../description';
import type { Handlers } from './handlers';
import type { Health } from './health';

/** Service 0 of a server. */
export function builtinHandlers(
  health: Health,
  readStatistics: () => StatisticsReply,
  describe: (service: string) => DescribeReply,
): Handlers<typeof Builtin> {
  return {
    describe: ({ service }) => describe(service),
    check: ({ service }) => ({ status: health.get(service) }),
    async *watch({ service }, { signal }) {
      for await (const status of health.watch(service, signal)) yield { status };
    },
    statistics: readStatistics,
    echo: (message) => message,
  };
}
