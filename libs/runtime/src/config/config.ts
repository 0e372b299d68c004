import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The variables of one part of the product. `Token` is what Nest injects: `@Inject(authConfig.token) config: AuthConfig`. */
export interface ConfigDefinition<S extends z.ZodObject = z.ZodObject> {
  readonly token: symbol;
  readonly prefix: string;
  readonly schema: S;
}

export type ConfigOf<D> = D extends ConfigDefinition<infer S> ? z.output<S> : never;

/** Variable = prefix + key: `defineConfig('PARLEY_AUTH_', z.object({ HASH_SLOTS: … }))` reads `PARLEY_AUTH_HASH_SLOTS`. */
export function defineConfig<S extends z.ZodObject>(prefix: string, schema: S): ConfigDefinition<S> {
  return { token: Symbol(`config ${prefix}`), prefix, schema };
}

/** The configuration cannot be used; `faults` names every variable that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** The message says all: no stack, exit code 1. */
  readonly isForOperator = true;
  constructor(readonly faults: readonly string[]) {
    super(`wrong configuration: ${faults.join('; ')}`);
  }
}

export type LoadedConfig = ReadonlyMap<symbol, unknown>;

/**
 * Reads and checks all variables at once and reports every fault together. A variable `X_FILE` gives the path of a
 * file that holds the value of `X` (mounted secrets). Unknown variables that begin with `PARLEY_` are faults.
 * Values never appear in a fault: they may be secrets.
 */
export function loadConfig(definitions: readonly ConfigDefinition[], env: NodeJS.ProcessEnv): LoadedConfig {
  const faults: string[] = [];
  const known = new Set<string>();
  const loaded = new Map<symbol, unknown>();
  for (const definition of definitions) {
    const raw: Record<string, string> = {};
    for (const key of Object.keys(definition.schema.shape)) {
      const name = definition.prefix + key;
      known.add(name).add(`${name}_FILE`);
      const value = readVariable(name, env, faults);
      if (value !== undefined) raw[key] = value;
    }
    const result = definition.schema.safeParse(raw);
    if (result.success) loaded.set(definition.token, result.data);
    else for (const issue of result.error.issues) faults.push(`${definition.prefix}${issue.path.join('_')}: ${issue.message}`);
  }
  for (const name of Object.keys(env))
    if (name.startsWith('PARLEY_') && !known.has(name)) faults.push(`${name}: is not a variable of Parley`);
  if (faults.length > 0) throw new ConfigError(faults);
  return loaded;
}

function readVariable(name: string, env: NodeJS.ProcessEnv, faults: string[]): string | undefined {
  const value = env[name];
  const file = env[`${name}_FILE`];
  if (value !== undefined && file !== undefined) faults.push(`${name}: is given twice, also as ${name}_FILE`);
  if (file === undefined) return value === '' ? undefined : value;
  try {
    return readFileSync(file, 'utf8').trimEnd();
  } catch (error) {
    faults.push(`${name}_FILE: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
    return undefined;
  }
}

export function configOf<D extends ConfigDefinition>(loaded: LoadedConfig, definition: D): ConfigOf<D> {
  return loaded.get(definition.token) as ConfigOf<D>;
}
