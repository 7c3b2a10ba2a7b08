// What publint and Are the types wrong? find in a packed package: `node tools/check-package.mjs TGZ`.
// Prints a line for each finding; exit code 1 when there is any.
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const tarball = new Uint8Array(readFileSync(process.argv[2]));
const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
const findings = messages.map((message) => `publint: ${formatMessage(message, pkg)}`);

const { types, problems } = await checkPackage(createPackageFromTarballData(tarball));
if (types === false) findings.push('types: the package has none');
else findings.push(...problems.map((problem) => `types: ${JSON.stringify(problem)}`));

for (const finding of findings) console.log(finding);
process.exitCode = findings.length === 0 ? 0 : 1;
