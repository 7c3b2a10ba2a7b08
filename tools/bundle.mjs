// Makes one file of each program: `node tools/bundle.mjs FOLDER`. Node starts it in a third less time
// than the 130 small files that it is made of. docs/decisions/0013
import { readdirSync, rmSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { build } from 'rolldown';

const [folder] = process.argv.slice(2);
const programs = readdirSync('bin').filter((file) => file.endsWith('.ts'));

// The compiler has checked the types of bin/, and what it made of it is not needed.
rmSync(folder, { recursive: true, force: true });
await build(programs.map((file) => optionsOf(basename(file, '.ts'))));

function optionsOf(program) {
  return {
    input: { [program]: `bin/${program}.ts` },
    platform: 'node',
    transform: { target: 'node20' },
    // Packages and the modules of Node are found when the program runs.
    external: /^[^./]/,
    // To load a module does nothing but define what it exports.
    treeshake: { moduleSideEffects: false },
    plugins: [loadedLater(program)],
    checks: { bundlerTimings: false },
    output: {
      dir: folder,
      format: 'cjs',
      strict: true,
      comments: false,
      sourcemap: true,
      sourcemapExcludeSources: true,
      chunkFileNames: `${program}/[name].js`,
      codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
    },
  };
}

/**
 * What a program loads by require(), when it needs it, is another file, in a folder of the program's
 * name. Modules that both use are in a third one, `shared.js`: there is one of each in a process.
 */
function loadedLater(program) {
  return {
    name: 'loaded-later',
    resolveId: {
      filter: { id: /^\./ },
      async handler(source, importer, { kind }) {
        if (kind !== 'require-call') return null;
        const { id } = await this.resolve(source, importer, { skipSelf: true });
        const fileName = `${program}/${basename(id, '.ts')}.js`;
        this.emitFile({ type: 'chunk', id, fileName });
        // As if the output lay in this folder: it is written relative to the file that loads it.
        return { id: resolve(fileName), external: 'relative' };
      },
    },
  };
}
