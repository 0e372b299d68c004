// `npm run pin`: asks the registries which images the tags in docker-compose.yml and k8s/ are now, and writes them with their digests: for
// .env on standard output, with --kustomize as `images` of an overlay. A digest that is written there stays; that the registry has it is
// asked. What cannot be asked is told, and ends it with 1.

import { parseArgs } from 'node:util';
import { askDigest, readReference } from './registry.ts';
import { clusterImages, composeImages } from './used-images.ts';

const { values } = parseArgs({ options: { kustomize: { type: 'boolean', default: false } } });

async function pinned(image: string): Promise<string | undefined> {
  const reference = readReference(image);
  const { digest } = reference;
  return askDigest({ ...reference, tag: digest ?? reference.tag }).catch((error: Error) => {
    process.stderr.write(
      `pin: ${image} ${digest ? 'was not found, or could not be asked for' : 'stays without a digest'}: ${error.message}\n`,
    );
    process.exitCode = 1;
    return digest;
  });
}

if (values.kustomize) {
  const lines = await Promise.all(
    clusterImages().map(async (image) => {
      const [digest, { registry, name }] = [await pinned(image), readReference(image)];
      return digest === undefined ? [] : [`  - { name: ${registry}/${name}, digest: '${digest}' }`];
    }),
  );
  process.stdout.write(`images:\n${lines.flat().join('\n')}\n`);
} else {
  const lines = await Promise.all(
    [...composeImages()].map(async ([variable, image]) => {
      const digest = await pinned(image);
      return digest === undefined ? [] : [`${variable}=${image.replace(/@.*/, '')}@${digest}`];
    }),
  );
  process.stdout.write(
    lines
      .flat()
      .map((line) => `${line}\n`)
      .join(''),
  );
}
