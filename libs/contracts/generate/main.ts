import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { documents } from './documents.js';

const isCheck = process.argv.includes('--check');

for (const [file, content] of Object.entries(documents())) {
  if (existsSync(file) && readFileSync(file, 'utf8') === content) continue;
  if (isCheck) {
    console.error(`${file} is not what the contracts say: npm run generate`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    console.log(`wrote ${file}`);
  }
}
