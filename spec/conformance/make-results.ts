// Writes the results in docs/CONFORMANCE.md: `npx ts-node spec/conformance/make-results.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASES } from '../../src/conformance/cases/index';
import { formatMarkdown } from '../../src/conformance/markdown';
import { perform } from '../../src/conformance/perform';
import { createConformanceServer } from '../../src/conformance/reference-server';
import { runCases } from '../../src/conformance/run';
import { formatAddress } from '../../src/rpc/index';

export const PAGE = join(__dirname, '../../docs/CONFORMANCE.md');
/** Everything behind it is made. */
export const RESULTS_HEADING = '\n## Results of this implementation\n\n';

async function main(): Promise<void> {
  const server = createConformanceServer();
  const address = formatAddress(await server.listen({ port: 0, host: '127.0.0.1' }));
  const verdicts = await runCases({
    cases: CASES,
    server: address,
    client: perform,
    reference: address,
    lacking: new Set(),
  });
  await server.close({ drainMs: 0 });
  const [text = ''] = readFileSync(PAGE, 'utf8').split(RESULTS_HEADING);
  writeFileSync(PAGE, `${text}${RESULTS_HEADING}${formatMarkdown(CASES, verdicts)}`);
}

if (require.main === module) void main();
