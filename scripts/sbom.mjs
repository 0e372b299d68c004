// `npm run sbom [FILE]`: the software bill of materials of what is installed here and runs in production, as CycloneDX 1.6 (JSON), on
// standard output or into a file. Read from npm's own list of what it has put into node_modules: `npm sbom --omit=dev` leaves out what
// the root of a workspace needs for its tests and a service needs to run.

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = path.join(fileURLToPath(import.meta.url), '../..');
const readJson = async (file) => JSON.parse(await readFile(path.join(root, file), 'utf8'));

/** As npm writes them: an SPDX expression, or the older forms of package.json. */
function licensesOf({ license, licenses }) {
  const stated = license ?? licenses?.map(({ type }) => type).join(' OR ');
  const name = typeof stated === 'object' ? stated.type : stated;
  if (!name) return {};
  return { licenses: [/^[\w.+() -]+$/.test(name) && !/^see /i.test(name) ? { expression: name } : { license: { name } }] };
}

function hashesOf(integrity) {
  if (!integrity) return {};
  const [algorithm, digest] = integrity.split(' ')[0].split('-');
  return { hashes: [{ alg: algorithm.replace(/^sha/, 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }] };
}

async function componentOf([place, { version, integrity }]) {
  const manifest = await readJson(`${place}/package.json`);
  const [scope, short] = manifest.name.startsWith('@') ? manifest.name.split('/') : [undefined, manifest.name];
  const purl = `pkg:npm/${scope ? `${encodeURIComponent(scope)}/` : ''}${short}@${version}`;
  const group = scope ? { group: scope } : {};
  return { type: 'library', 'bom-ref': purl, ...group, name: short, version, ...licensesOf(manifest), ...hashesOf(integrity), purl };
}

const { name, version, license, description } = await readJson('package.json');
const { packages } = await readJson('node_modules/.package-lock.json');
// One of our own is a link to its folder, listed once more as that folder: they are Parley itself.
const installed = Object.entries(packages).filter(([place, { link, dev }]) => place.includes('node_modules/') && !link && !dev);
const components = new Map((await Promise.all(installed.map(componentOf))).map((component) => [component.purl, component]));
const application = { type: 'application', 'bom-ref': `pkg:npm/${name}@${version}`, name, version, description };
const bom = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { component: { ...application, licenses: [{ expression: license }] } },
  components: [...components.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1)),
};
const text = `${JSON.stringify(bom, null, 1)}\n`;
const [, , file] = process.argv;
if (file) await writeFile(path.resolve(process.env.INIT_CWD ?? '.', file), text);
else process.stdout.write(text);
